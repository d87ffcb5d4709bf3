/* spoke fmt: scripts in the house style, in place.
 *
 * A file is written only when it changes, beside itself and then renamed, so
 * that it is whole at every moment; links are followed, modes kept. */
#include "cli/app.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int complain_about_file(const char *path) {
    return app_complain("cannot write `%s`: %s", path, strerror(errno));
}

static bool write_all(int file, const struct bytes *text) {
    for (size_t done = 0; done < text->n;) {
        ssize_t n = write(file, text->p + done, text->n - done);
        if (n < 0 && errno != EINTR) {
            return false;
        }
        done += n > 0 ? (size_t)n : 0;
    }
    return true;
}

/* Fills the new file and puts it in the place of the old one. */
static int put_in_place(int file, const char *beside, const char *path, const struct bytes *text) {
    struct stat about;
    bool good = stat(path, &about) == 0 && fchmod(file, about.st_mode & 07777) == 0 &&
                write_all(file, text) && fsync(file) == 0;
    int why = errno;
    if (close(file) != 0 && good) {
        good = false;
        why = errno;
    }
    if (good && rename(beside, path) == 0) {
        return EXIT_GOOD;
    }
    errno = good ? errno : why;
    int status = complain_about_file(path);
    unlink(beside);
    return status;
}

/* The file that a path means, through links; false with errno set. */
static bool follow_links(const char *given, struct bytes *path) {
    char target[4096];
    bytes_text(path, given);
    for (int links = 0; links < 40 && !path->failed; links++) {
        ssize_t n = readlink(path->p, target, sizeof target);
        if (n < 0) {
            return errno == EINVAL; /* no link */
        }
        if (n == (ssize_t)sizeof target) {
            break;
        }
        const char *slash = strrchr(path->p, '/');
        size_t folder = slash && target[0] != '/' ? (size_t)(slash - path->p) + 1 : 0;
        struct bytes next = {0};
        bytes_put(&next, path->p, folder);
        bytes_put(&next, target, (size_t)n);
        bytes_free(path);
        *path = next;
    }
    errno = path->failed ? ENOMEM : ELOOP;
    return false;
}

static int replace_file(const char *given, const struct bytes *text) {
    struct bytes path = {0}, beside = {0};
    int status;
    if (!follow_links(given, &path) || access(path.p, W_OK) != 0) {
        status = complain_about_file(given);
    } else {
        bytes_printf(&beside, "%s.XXXXXX", path.p);
        int file = beside.failed ? -1 : mkstemp(beside.p);
        status = file < 0 ? complain_about_file(given) : put_in_place(file, beside.p, path.p, text);
    }
    bytes_free(&beside);
    bytes_free(&path);
    return status;
}

/* What comes through a pipe goes on through one, changed or not. */
static int give_result(const struct app *app, const char *path, const struct bytes *text,
                       const struct bytes *laid_out) {
    bool changed =
        text->n != laid_out->n || (text->n && memcmp(text->p, laid_out->p, text->n) != 0);
    if (app->options->check) {
        if (changed) {
            puts(strcmp(path, "-") == 0 ? "stdin" : path);
        }
        return changed ? EXIT_BAD : EXIT_GOOD;
    }
    if (strcmp(path, "-") == 0) {
        fwrite(laid_out->p ? laid_out->p : "", 1, laid_out->n, stdout);
        return EXIT_GOOD;
    }
    return changed ? replace_file(path, laid_out) : EXIT_GOOD;
}

static int lay_out(struct app *app, const char *path) {
    struct bytes text = {0}, laid_out = {0};
    const char *name;
    int status = app_read(path, &text, &name);
    if (status == EXIT_GOOD) {
        spoke_status made = spoke_format(app->sp, name, text.p, text.n, bytes_write, &laid_out);
        if (made == SPOKE_OK) {
            status = give_result(app, path, &text, &laid_out);
        } else {
            app_report(app, laid_out.failed ? SPOKE_NO_MEMORY : made);
            status =
                made == SPOKE_INTERRUPTED && !laid_out.failed ? EXIT_INTERRUPTED : EXIT_UNJUDGED;
        }
    }
    bytes_free(&text);
    bytes_free(&laid_out);
    return status;
}

int command_fmt(const struct options *o) {
    if (o->files.n == 0) {
        return app_complain("fmt needs a file: spoke fmt FILE..., or - for a pipe");
    }
    struct app app = {0};
    int status = app_open(&app, o, 0, SPOKE_STORE_READ);
    /* A file that cannot be laid out does not keep the others from it. */
    for (size_t i = 0; i < o->files.n && app.sp && status != EXIT_INTERRUPTED; i++) {
        int one = lay_out(&app, o->files.at[i]);
        status = one > status ? one : status;
    }
    return app_close(&app, status);
}
