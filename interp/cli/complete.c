/* spoke complete FILE:LINE:COLUMN: what may stand there, as JSON lines, for
 * editors that speak no language server protocol. */
#include "cli/app.h"
#include "cli/editing.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

struct place {
    struct bytes path;
    long line, column; /* from 1 */
};

/* The digits at the end of `text` up to its last colon; -1: there are none. Cuts them off. */
static long take_number(struct bytes *text) {
    char *colon = text->p ? strrchr(text->p, ':') : NULL;
    if (!colon || colon[1] < '1' || colon[1] > '9') {
        return -1;
    }
    char *end;
    long n = strtol(colon + 1, &end, 10);
    if (*end || n > INT32_MAX) {
        return -1;
    }
    *colon = '\0';
    text->n = (size_t)(colon - text->p);
    return n;
}

static bool parse_place(const char *word, struct place *out) {
    bytes_text(&out->path, word);
    out->column = take_number(&out->path);
    out->line = out->column > 0 ? take_number(&out->path) : -1;
    return out->line > 0 && out->path.n > 0;
}

static int put_candidate(void *user, const spoke_candidate *c) {
    (void)user;
    json_t *o = editing_candidate(c);
    char *line = o ? json_dumps(o, JSON_COMPACT) : NULL;
    int failed = !line || puts(line) < 0;
    free(line);
    json_decref(o);
    return failed;
}

static int complete_at(struct app *app, const struct place *place) {
    struct bytes text = {0};
    const char *name;
    int status = app_read(place->path.p, &text, &name);
    if (status == EXIT_GOOD) {
        size_t start, at = editing_offset(text.p, text.n, place->line, place->column);
        spoke_status done = spoke_complete(app->sp, name, text.p ? text.p : "", text.n, at, &start,
                                           put_candidate, NULL);
        if (done != SPOKE_OK) {
            app_report(app, done);
        }
        status = app_exit_status(done);
    }
    bytes_free(&text);
    return status;
}

int command_complete(const struct options *o) {
    struct place place = {0};
    struct app app = {0};
    int status;
    if (o->files.n != 1 || !parse_place(o->files.at[0], &place)) {
        status = app_complain("at which place? spoke complete FILE:LINE:COLUMN");
    } else {
        status = app_open(&app, o, SPOKE_CAN_READ_FILES, SPOKE_STORE_READ);
        if (status == EXIT_GOOD) {
            status = complete_at(&app, &place);
        }
        status = app_close(&app, status);
    }
    bytes_free(&place.path);
    return status;
}
