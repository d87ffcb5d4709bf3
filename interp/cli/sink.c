/* Where results go: what is shown to stdout, notes and progress to stderr.
 *
 * Progress is for a person who waits: only on a terminal, only after a second,
 * and wiped before anything else is written. */
#include "cli/check_records.h"
#include <string.h>
#include <unistd.h>

/* Rows of a table on a screen; at the prompt its head, foot and the next prompt fit in, too. */
enum { MOST_ROWS = 40, LEAST_ROWS = 10, OTHER_LINES = 6 };

int sink_file_write(void *user, const char *p, size_t n) {
    return fwrite(p, 1, n, user) != n;
}

void sink_fit(struct app *app) {
    int width = app->options->width;
    if (width <= 0) {
        width = app->terminal.out ? terminal_width(STDOUT_FILENO) : 80;
    }
    spoke_set_output(app->sp, width, app->terminal.unicode ? 2 : 0);
}

/* ---- progress ---- */

static double seconds_between(struct timespec a, struct timespec b) {
    return (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) * 1e-9;
}

void sink_clear_progress(struct app *app) {
    if (app->progress.visible) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
        app->progress.visible = false;
    }
    app->progress.running = false;
}

/* Never wider than the terminal, as a wrapped line cannot be wiped. */
static void draw_progress(const struct progress *p, uint64_t done, uint64_t total) {
    struct bytes line = {0};
    bytes_text(&line, p->what);
    bytes_text(&line, " ");
    if (total == SPOKE_WHOLE) {
        bytes_printf(&line, "%d%%", (int)done);
    } else if (total > 0) {
        bytes_printf(&line, "%d%% of ", (int)((double)done * 100 / (double)total));
        bytes_count(&line, total);
    } else {
        bytes_count(&line, done);
    }
    if (!line.failed) {
        fprintf(stderr, "\r\033[K%.*s", terminal_width(STDERR_FILENO) - 1, line.p);
        fflush(stderr);
    }
    bytes_free(&line);
}

static void on_progress(void *user, spoke_text what, uint64_t done, uint64_t total) {
    struct app *app = user;
    struct progress *p = &app->progress;
    if (!app->terminal.err) {
        return;
    }
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    size_t n = what.n < sizeof p->what ? what.n : sizeof p->what - 1;
    if (!p->running || strncmp(p->what, what.p, n) != 0 || p->what[n]) {
        sink_clear_progress(app);
        memcpy(p->what, what.p, n);
        p->what[n] = '\0';
        p->since = p->drawn = now;
        p->running = true;
    }
    if (seconds_between(p->since, now) > 1 && seconds_between(p->drawn, now) > 0.1) {
        draw_progress(p, done, total);
        p->drawn = now;
        p->visible = true;
    }
}

/* ---- results ---- */

static bool is_format(const struct app *app, const char *format) {
    return strcmp(app->format, format) == 0;
}

static size_t rows_on_screen(void) {
    int rows = terminal_height(STDOUT_FILENO) - OTHER_LINES;
    return (size_t)(rows < LEAST_ROWS ? LEAST_ROWS : rows > MOST_ROWS ? MOST_ROWS : rows);
}

static int show_relation(struct app *app, const spoke_value *v, FILE *to) {
    bool screen = to == stdout && app->terminal.out;
    const struct options *o = app->options;
    spoke_render_options r = {.size = sizeof r,
                              .format = app->format,
                              .width = screen ? terminal_width(STDOUT_FILENO) : 0,
                              .max_rows = !screen       ? 0
                                          : app->prompt ? rows_on_screen()
                                                        : MOST_ROWS,
                              .colour = to == stdout && app->terminal.colour_out,
                              .unicode = app->terminal.unicode};
    if (o->width >= 0) {
        r.width = o->width;
    }
    if (o->rows >= 0) {
        r.max_rows = (size_t)o->rows;
    }
    return spoke_render(app->sp, v, &r, sink_file_write, to) != SPOKE_OK;
}

/* Numbers and truth values stand bare in JSON, all else is a text. */
static bool is_json_scalar(spoke_text t) {
    if (text_is(t, "true") || text_is(t, "false") || text_is(t, "null")) {
        return true;
    }
    size_t i = t.n > 0 && t.p[0] == '-', digits = 0;
    for (; i < t.n && t.p[i] >= '0' && t.p[i] <= '9'; i++) {
        digits++;
    }
    bool leading_zero = digits > 1 && t.p[t.p[0] == '-'] == '0';
    if (i < t.n && t.p[i] == '.') {
        size_t point = i++;
        for (; i < t.n && t.p[i] >= '0' && t.p[i] <= '9'; i++) {
        }
        digits = i > point + 1 ? digits : 0;
    }
    return digits > 0 && i == t.n && !leading_zero;
}

static int show_text(spoke_text t, FILE *to) {
    bool failed = fwrite(t.p, 1, t.n, to) != t.n;
    if (t.n == 0 || t.p[t.n - 1] != '\n') {
        failed = fputc('\n', to) == EOF || failed;
    }
    return failed;
}

static int show_scalar(struct app *app, spoke_text t, FILE *to) {
    if ((!is_format(app, "json") && !is_format(app, "jsonl")) || is_json_scalar(t)) {
        return show_text(t, to);
    }
    struct bytes json = {0};
    bytes_json(&json, t);
    int failed = json.failed || show_text((spoke_text){json.p, json.n}, to);
    bytes_free(&json);
    return failed;
}

/* Pictures are for people and pages; a data format has no place for them. */
static int show_picture(struct app *app, const spoke_value *v, FILE *to) {
    if (is_format(app, "html")) {
        return show_text(spoke_picture_svg(v), to);
    }
    if (is_format(app, "box") || is_format(app, "table") || is_format(app, "line")) {
        return show_text(spoke_picture_terminal(v), to);
    }
    if (!app->tells_skipped) {
        fprintf(stderr, "note: charts are left out of %s\n", app->format);
        app->tells_skipped = true;
    }
    return 0;
}

static int show(struct app *app, const spoke_value *v, FILE *to) {
    switch (spoke_value_kind(v)) {
    case SPOKE_RELATION:
        return show_relation(app, v, to);
    case SPOKE_SCALAR:
        return show_scalar(app, spoke_scalar_text(v), to);
    case SPOKE_PICTURE:
        return show_picture(app, v, to);
    case SPOKE_REPORT:
        break;
    }
    return show_text(spoke_scalar_text(v), to);
}

static int show_once(struct app *app, const spoke_value *v) {
    const char *usual = app->format;
    app->format = app->once_format.p;
    int failed = show(app, v, app->once);
    app->format = usual;
    failed = fclose(app->once) != 0 || failed;
    app->once = NULL;
    return failed;
}

static int on_show(void *user, const spoke_value *v) {
    struct app *app = user;
    sink_clear_progress(app);
    if (app->silent) {
        return 0;
    }
    int failed = app->once ? show_once(app, v) : show(app, v, stdout);
    app->write_failed = app->write_failed || failed;
    if (app->prompt) {
        fflush(stdout);
    }
    return failed;
}

static int on_print(void *user, spoke_text line) {
    struct app *app = user;
    sink_clear_progress(app);
    if (app->silent) {
        return 0;
    }
    bool failed = fwrite(line.p, 1, line.n, stdout) != line.n || fputc('\n', stdout) == EOF;
    app->write_failed = app->write_failed || failed;
    return failed;
}

static int on_note(void *user, spoke_text note) {
    struct app *app = user;
    sink_clear_progress(app);
    fflush(stdout);
    bool colour = app->terminal.colour_err;
    while (note.n > 0 && note.p[note.n - 1] == '\n') {
        note.n--;
    }
    fprintf(stderr, "%snote: %.*s%s\n", colour ? "\033[2m" : "", (int)note.n, note.p,
            colour ? "\033[0m" : "");
    return 0;
}

static int on_rule(void *user, const spoke_rule_result *r) {
    struct app *app = user;
    if (app->tests) {
        return tests_add_rule(app->tests, r->rule);
    }
    return app->report ? check_take_rule(app, r) : 0;
}

static int on_finding(void *user, const spoke_finding *f) {
    struct app *app = user;
    if (app->held) {
        return held_add(app->held, f);
    }
    return app->report ? report_finding(app->report, f) : 0;
}

static int on_refused(void *user, uint64_t line, spoke_text reason) {
    struct app *app = user;
    return app->report ? check_take_refused(app, line, reason) : 0;
}

const spoke_sink *sink_table(void) {
    static const spoke_sink table = {.size = sizeof table,
                                     .on_show = on_show,
                                     .on_print = on_print,
                                     .on_note = on_note,
                                     .on_rule = on_rule,
                                     .on_finding = on_finding,
                                     .on_progress = on_progress,
                                     .on_refused = on_refused};
    return &table;
}
