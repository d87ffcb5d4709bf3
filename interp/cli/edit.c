/* `:edit` and `:watch`: an entry from an editor, and one again and again. */
#include "cli/prompt.h"
#include "cli/signals.h"
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- an editor ---- */

/* A new file with the text; its path is in `path`. */
static bool write_entry(struct bytes *path, const struct bytes *text) {
    const char *folder = getenv("TMPDIR");
    bytes_printf(path, "%s/spoke-XXXXXX", folder && *folder ? folder : "/tmp");
    int file = path->failed ? -1 : mkstemp(path->p);
    if (file < 0) {
        return false;
    }
    size_t done = 0;
    while (done < text->n) {
        ssize_t n = write(file, text->p + done, text->n - done);
        if (n < 0 && errno != EINTR) {
            break;
        }
        done += n > 0 ? (size_t)n : 0;
    }
    return close(file) == 0 && done == text->n;
}

/* The editor has the terminal, and its Ctrl-C, until it ends. */
static bool run_editor(const char *path) {
    static const char command[] = "exec ${VISUAL:-${EDITOR:-vi}} \"$1\"";
    pid_t child = fork();
    if (child == 0) {
        execl("/bin/sh", "sh", "-c", command, "sh", path, (char *)NULL);
        _exit(127);
    }
    int status = -1;
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    signals_taken();
    return child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void read_and_run(struct prompt *p, const char *path) {
    struct bytes text = {0};
    FILE *file = fopen(path, "rb");
    bool good = file && bytes_read(&text, file);
    if (file) {
        fclose(file);
    }
    while (good && text.n > 0 && strchr(" \t\r\n", text.p[text.n - 1])) {
        text.p[--text.n] = '\0';
    }
    if (!good) {
        app_complain("what was written cannot be read");
    } else if (text.n > 0) {
        printf("%s\n", text.p);
        line_keep(&p->editor, text.p);
        prompt_run(p, text.p, text.n);
    }
    bytes_free(&text);
}

void prompt_edit(struct prompt *p) {
    struct bytes path = {0};
    if (!write_entry(&path, &p->last)) {
        app_complain("there is no place for the entry to be edited in");
    } else if (!run_editor(path.p)) {
        app_complain("the editor failed; VISUAL or EDITOR names another one");
    } else {
        read_and_run(p, path.p);
    }
    if (path.p) {
        unlink(path.p);
    }
    bytes_free(&path);
}

/* ---- again and again ---- */

/* false: Ctrl-C was pressed meanwhile. */
static bool wait_seconds(long seconds) {
    struct timespec rest = {.tv_sec = seconds};
    while (nanosleep(&rest, &rest) != 0) {
        if (signals_taken()) {
            fputs("\n", stderr);
            return false;
        }
    }
    return true;
}

void prompt_watch(struct prompt *p, const char *argument) {
    char *text;
    long seconds = strtol(argument, &text, 10);
    if (text == argument || seconds < 1 || seconds > 86400) {
        seconds = 2;
        text = (char *)argument;
    }
    text += strspn(text, " \t");
    if (!*text) {
        app_complain(":watch needs something to show: :watch 5 EXPR");
        return;
    }
    while (prompt_run(p, text, strlen(text)) == SPOKE_OK && wait_seconds(seconds)) {
    }
}
