/* spoke fmt: scripts in the house style, in place.
 *
 * A file is written only when it changes, beside itself and then renamed, so
 * that it is whole at every moment; links are followed, modes kept. */
#include "cli/app.h"
#include "cli/replace.h"
#include <errno.h>
#include <string.h>

static int replace_file(const char *path, const struct bytes *text) {
    struct replacement r;
    if (!replace_begin(&r, path, true) || !replace_end(&r, text)) {
        return app_complain("cannot write `%s`: %s", path, strerror(errno));
    }
    return EXIT_GOOD;
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
