/* Records are read in pieces and judged as they come, so that a program may write them for hours
 * and memory stays what a batch of them takes. */
#include "cli/check_records.h"
#include "cli/signals.h"
#include <errno.h>
#include <string.h>

enum { PIECE = 1 << 16 };

static const char *records_name(const struct app *app) {
    const char *path = app->options->records;
    return strcmp(path, "-") == 0 ? "stdin" : path;
}

static spoke_text as_text(const char *s) {
    return (spoke_text){s, strlen(s)};
}

static void add_problem(struct app *app, const struct bytes *message, uint64_t line) {
    const char *name = records_name(app);
    const struct report_problem problem = {
        .code = as_text(""),
        .message = {message->p ? message->p : "", message->n},
        .place = {as_text(name), line <= UINT32_MAX ? (uint32_t)line : 0, line ? 1 : 0}};
    report_problem(app->report, &problem);
    app->report->failed = app->report->failed || message->failed;
}

int check_take_refused(struct app *app, uint64_t line, spoke_text reason) {
    struct bytes message = {0};
    if (app->cut_short) {
        return 0; /* the half of a record that came last */
    }
    app->refused++;
    if (app->report->most && app->refused > app->report->most) {
        return 0; /* how many, is said in the end */
    }
    bytes_text(&message, "this is no record that can be judged: ");
    bytes_spoke(&message, reason);
    add_problem(app, &message, line);
    fprintf(stderr, "%s:%llu: refused: ", records_name(app), (unsigned long long)line);
    fwrite(reason.p, 1, reason.n, stderr);
    fputc('\n', stderr);
    bytes_free(&message);
    return app->report->failed;
}

static void tell_refused(struct app *app) {
    uint64_t more = app->report->most && app->refused > app->report->most
                        ? app->refused - app->report->most
                        : 0;
    struct bytes message = {0};
    if (more) {
        bytes_printf(&message, "%llu more records were refused", (unsigned long long)more);
        add_problem(app, &message, 0);
        fprintf(stderr, "%s: %s\n", records_name(app), message.p ? message.p : "");
    }
    bytes_free(&message);
}

/* Told on stderr and in the report; nothing is known then of the records that are missing. */
static void tell_unreadable(struct app *app) {
    struct bytes message = {0};
    bytes_printf(&message, "cannot read `%s`: %s", records_name(app), strerror(errno));
    add_problem(app, &message, 0);
    app_complain("%s", message.p ? message.p : "out of memory");
    bytes_free(&message);
    app->unreadable = true;
}

/* The library forgets an interrupt that comes between two calls, and a piece may be read without
 * that anything is judged, so the signals are asked after each. */
static bool is_over(spoke_status *status) {
    if (signals_timed_out() || signals_taken()) {
        *status = SPOKE_INTERRUPTED;
    }
    return *status != SPOKE_OK;
}

static spoke_status feed(struct app *app, spoke_records *records, FILE *file) {
    char piece[PIECE];
    spoke_status status = SPOKE_OK;
    size_t n;
    while (!is_over(&status) && (n = fread(piece, 1, sizeof piece, file)) > 0) {
        status = spoke_records_feed(records, piece, n);
    }
    if (!is_over(&status) && ferror(file)) {
        tell_unreadable(app);
    }
    return status;
}

static spoke_status feed_file(struct app *app, spoke_records *records) {
    const char *path = app->options->records;
    bool is_stdin = strcmp(path, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(path, "rb");
    if (!file) {
        tell_unreadable(app);
        return SPOKE_OK;
    }
    spoke_status status = feed(app, records, file);
    if (!is_stdin) {
        fclose(file);
    }
    return status;
}

bool check_records_told(struct app *app) {
    spoke_diag d;
    bool told = app->options->records && spoke_diag_count(app->sp) > 0;
    for (size_t i = 0; told && i < spoke_diag_count(app->sp); i++) {
        told = spoke_diag_at(app->sp, i, &d) == SPOKE_OK && d.code.n == 5 &&
               memcmp(d.code.p, "E0934", 5) == 0;
    }
    return told;
}

spoke_status check_records(struct app *app, const spoke_check_options *options) {
    const struct options *o = app->options;
    const spoke_records_options how = {.size = sizeof how,
                                       .table = o->records_of,
                                       .check = options,
                                       .beside_store = o->store != NULL};
    struct held held = {0};
    spoke_records *records;
    spoke_status status = spoke_records_open(app->sp, &how, &records);
    if (status == SPOKE_OK) {
        app->held = &held;
        status = feed_file(app, records);
        app->cut_short = status == SPOKE_INTERRUPTED || app->unreadable;
        spoke_status end = spoke_records_close(records, NULL);
        status = status == SPOKE_OK ? end : status;
        if (status == SPOKE_FAILED && check_records_told(app)) {
            status = SPOKE_OK; /* the report tells each of them */
        }
        app->held = NULL;
        tell_refused(app);
        app->report->failed = app->report->failed || held.failed;
    }
    held_free(&held);
    return status;
}
