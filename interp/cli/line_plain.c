/* Reading entries without readline: line by line, with libedit when there is
 * one, else as they come. A continuation prompt stands before every further
 * line of an unfinished entry. */
#if !LINE_READLINE
#include "cli/prompt.h"
#include "cli/signals.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if LINE_LIBEDIT
#include <editline/readline.h>

static enum line_result read_line(const char *prompt, struct bytes *line) {
    char *text = readline(prompt);
    if (signals_taken()) {
        free(text);
        fputs("^C\n", stdout); /* the terminal does not say so itself */
        return LINE_CLEARED;
    }
    if (!text) {
        return LINE_END;
    }
    bytes_text(line, text);
    free(text);
    return LINE_ENTRY;
}

/* libedit cannot append, so the whole is written, before the entry runs. */
void line_keep(struct line_editor *e, const char *entry) {
    if (entry[0] == ' ' || entry[strspn(entry, " \t\n")] == '\0') {
        return;
    }
    add_history(entry);
    if (e->history) {
        write_history(e->history);
    }
}

static void open_history(struct line_editor *e) {
    using_history();
    e->history = history_path();
    if (e->history) {
        read_history(e->history);
    }
}
#else
static enum line_result read_line(const char *prompt, struct bytes *line) {
    fputs(prompt, stdout);
    fflush(stdout);
    char *text = NULL;
    size_t cap = 0;
    errno = 0;
    ssize_t n = getline(&text, &cap, stdin);
    enum line_result result = n < 0 ? LINE_END : LINE_ENTRY;
    if (signals_taken()) {
        clearerr(stdin);
        fputs("^C\n", stdout);
        result = LINE_CLEARED;
    } else if (n > 0) {
        bytes_put(line, text, (size_t)n - (text[n - 1] == '\n'));
    }
    free(text);
    return result;
}

/* Without a line editor nothing could bring an entry back. */
void line_keep(struct line_editor *e, const char *entry) {
    (void)e;
    (void)entry;
}

static void open_history(struct line_editor *e) {
    (void)e;
}
#endif

static bool is_unfinished(struct line_editor *e, const struct bytes *entry) {
    const char *text = entry->p ? entry->p + strspn(entry->p, " \t") : "";
    if (*text == ':' || *text == '?' || *text == '\0') {
        return false;
    }
    return spoke_entry_complete(e->sp, entry->p, entry->n) == SPOKE_INCOMPLETE;
}

enum line_result line_read(struct line_editor *e, struct bytes *entry) {
    const char *prompt = "spoke> ";
    for (;;) {
        size_t before = entry->n;
        enum line_result result = read_line(prompt, entry);
        if (result == LINE_CLEARED) {
            return result;
        }
        if (result == LINE_END) {
            return entry->n > 0 ? LINE_ENTRY : LINE_END;
        }
        /* An empty line ends even an unfinished entry, so that its error can be seen. */
        if (!is_unfinished(e, entry) || entry->n == before) {
            break;
        }
        bytes_text(entry, "\n");
        prompt = "  ...> ";
    }
    if (entry->n > 0) {
        line_keep(e, entry->p);
    }
    return LINE_ENTRY;
}

void line_open(struct line_editor *e, spoke *sp, bool colour) {
    *e = (struct line_editor){.sp = sp, .colour = colour};
    open_history(e);
}

void line_close(struct line_editor *e) {
    free(e->history);
}

#else
typedef int line_plain_is_not_used;
#endif
