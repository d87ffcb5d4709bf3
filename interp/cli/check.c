/* spoke check: judges rules.
 *
 * With --store the scripts are only read for their declarations, and their
 * rules judge that store. Without it they run, with what they show left out,
 * and their rules judge what they imported. Whatever happens once the options
 * are understood, every report is written, whole, and says how far it got.
 * Exit status: 130 interrupted, else 2 not judged, else 1 findings at or above
 * --fail-on, else 0. */
#include "cli/check_baseline.h"
#include "cli/check_records.h"
#include "cli/outputs.h"
#include "cli/rule_list.h"
#include "cli/signals.h"
#include "cli/suite.h"
#include <string.h>

static const struct format_row {
    const char *name;
    report_writer *write;
    bool sums_up;  /* its last line for people is the summary */
    bool is_prose; /* lines too long for a terminal may go on below */
} formats[] = {{"text", report_text, true, true},      {"concise", report_concise, true, false},
               {"json", report_json, false, false},    {"sarif", report_sarif, false, false},
               {"junit", report_junit, false, false},  {"tap", report_tap, true, false},
               {"github", report_github, false, false}};
enum { FORMATS = sizeof formats / sizeof formats[0] };

static int open_outputs(struct outputs *outputs, const struct options *o) {
    const char *names[FORMATS];
    for (size_t i = 0; i < FORMATS; i++) {
        names[i] = formats[i].name;
    }
    return outputs_open(outputs, o, "text", names, FORMATS);
}

static enum report_level fails_at(const struct options *o) {
    switch (o->fail_on) {
    case FAIL_ON_WARN:
        return LEVEL_WARN;
    case FAIL_ON_NEVER:
        return LEVEL_NONE;
    case FAIL_ON_ERROR:
        break;
    }
    return LEVEL_ERROR;
}

/* ---- what went wrong ---- */

static void take_diags(struct app *app) {
    size_t n = spoke_diag_count(app->sp);
    for (; app->diags_taken < n; app->diags_taken++) {
        spoke_diag d;
        if (spoke_diag_at(app->sp, app->diags_taken, &d) == SPOKE_OK &&
            text_is(d.severity, "error")) {
            const struct report_problem problem = {
                .code = d.code, .message = d.message, .place = {d.file, d.line, d.column}};
            report_problem(app->report, &problem);
        }
    }
}

/* Tells on stderr and in the report. */
static void take_failure(struct app *app, spoke_status status) {
    if (check_records_told(app)) { /* and they were cut short besides */
        app_complain("stopped");
        return;
    }
    app_report(app, status);
    if (status != SPOKE_INTERRUPTED) {
        take_diags(app);
    }
}

int check_take_rule(struct app *app, const spoke_rule_result *result) {
    take_diags(app);
    if (app->held && held_give(app->held, result->rule, app->report)) {
        return 1;
    }
    return report_rule(app->report, result, app_clock(NULL));
}

/* Ctrl-C and the end of the time look alike to the library, and may come between two calls. */
static int exit_of(struct app *app, spoke_status status) {
    struct report *r = app->report;
    if (signals_timed_out()) {
        r->timed_out = true;
        return EXIT_UNJUDGED;
    }
    if (status == SPOKE_INTERRUPTED || signals_taken()) {
        r->interrupted = true;
        return EXIT_INTERRUPTED;
    }
    return status == SPOKE_OK || status == SPOKE_FINDINGS ? EXIT_GOOD : EXIT_UNJUDGED;
}

/* ---- loading ---- */

static int load_text(struct app *app, const char *name, const struct bytes *text) {
    const char *p = text->p ? text->p : "";
    app->diags_taken = 0;
    bool only_declared = app->options->store || app->options->records;
    spoke_status status = only_declared ? spoke_compile(app->sp, name, p, text->n)
                                        : spoke_run(app->sp, name, p, text->n);
    if (status != SPOKE_OK) {
        take_failure(app, status);
    }
    return exit_of(app, status);
}

/* ---- judging ---- */

static int judge(struct app *app) {
    struct report *r = app->report;
    const struct options *o = app->options;
    spoke_check_options options = {.size = sizeof options,
                                   .rules = o->rules.at,
                                   .nrules = o->rules.n,
                                   .tags = o->tags.at,
                                   .ntags = o->tags.n,
                                   .list = o->list,
                                   .mask_values = !o->show_values,
                                   .max_findings = r->baseline ? 0 : r->most};
    app->diags_taken = 0;
    r->since = app_clock(NULL);
    bool records = o->records && !o->list;
    spoke_status status =
        records ? check_records(app, &options) : spoke_check(app->sp, &options, NULL);
    bool told = status == SPOKE_OK || status == SPOKE_FINDINGS;
    if (!told || (spoke_diag_count(app->sp) > 0 && !check_records_told(app))) {
        take_failure(app, status);
    }
    int result = exit_of(app, status);
    if (result != EXIT_GOOD) {
        return result;
    }
    return r->summary.rules == 0 ? rule_list_complain(o) : EXIT_GOOD;
}

/* ---- the reports ---- */

static const struct format_row *find_format(spoke_text name) {
    const struct format_row *row = formats;
    while (!text_is(name, row->name)) {
        row++;
    }
    return row;
}

static bool write_output(struct app *app, struct output *output, bool colour) {
    const struct report_style style = {.colour = colour, .fails_at = fails_at(app->options)};
    const struct format_row *format = find_format(output->format);
    struct bytes text = {0};
    bool good = true;
    format->write(app->report, &style, &text);
    if (app->terminal.out && !output->open && format->is_prose && !text.failed) {
        terminal_prose(&app->terminal, text.p ? text.p : "");
    } else {
        good = outputs_write(output, &text);
    }
    bytes_free(&text);
    return good;
}

/* Files first: who reads stdout may stop reading. The summary ends every run. */
static bool write_reports(struct app *app, struct outputs *outputs) {
    bool good = true;
    for (size_t i = 1; i < outputs->n; i++) {
        good = write_output(app, &outputs->at[i], false) && good;
    }
    good = write_output(app, &outputs->at[0], app->terminal.colour_out) && good;
    if (!find_format(outputs->at[0].format)->sums_up) {
        struct bytes line = {0};
        report_put_summary(app->report, &line);
        fputs(line.p ? line.p : "", stderr);
        bytes_free(&line);
    }
    return good;
}

/* What makes a run that judged everything one that --strict does not take. */
static bool is_idle(const struct report *r) {
    const struct report_summary *s = &r->summary;
    return s->empty + s->skip + s->expired + s->unused > 0 ||
           r->nproblems > report_problems_start(r);
}

static int verdict(const struct app *app) {
    const struct report *r = app->report;
    if (r->failed || r->summary.error > 0 || app->refused > 0 || app->unreadable ||
        (app->options->strict && is_idle(r))) {
        return EXIT_UNJUDGED;
    }
    return report_fails(r, fails_at(app->options)) ? EXIT_BAD : EXIT_GOOD;
}

/* A report without rules says why it has none. */
static void account_for(struct report *r, int status) {
    const struct report_problem problem = {
        .code = text_of(""),
        .message = text_of("nothing was judged: a file cannot be read or written, or there is no "
                           "rule"),
        .place = {text_of(""), 0, 0}};
    if (status == EXIT_UNJUDGED && r->nproblems == 0 && !r->timed_out) {
        report_problem(r, &problem);
    }
}

static int judge_and_report(struct app *app, struct outputs *outputs) {
    const struct options *o = app->options;
    signals_catch_end();
    if (o->timeout > 0) {
        signals_limit((unsigned)o->timeout);
    }
    int status = suite_load(app, load_text);
    if (status == EXIT_GOOD) {
        status = judge(app);
    }
    if (status == EXIT_GOOD) {
        status = check_baseline_end(app);
    }
    account_for(app->report, status);
    if (status == EXIT_GOOD) {
        status = verdict(app);
    }
    if (app->report->failed) {
        app_complain("out of memory");
    } else if (!write_reports(app, outputs) && status != EXIT_INTERRUPTED) {
        status = EXIT_UNJUDGED;
    }
    return status;
}

/* Nothing is judged: what there is, or what one means. */
static int tell(struct app *app) {
    int status = suite_load(app, load_text);
    if (status == EXIT_GOOD && app->options->explain) {
        return rule_list_explain(app);
    }
    if (status == EXIT_GOOD) {
        status = judge(app);
    }
    return status == EXIT_GOOD ? rule_list_print(app) : status;
}

static int run_check(const struct options *o, struct outputs *outputs, struct baseline *baseline,
                     const char *suite) {
    struct report report = {.most = (uint64_t)o->max_evidence,
                            .shows_values = o->show_values,
                            .baseline = o->baseline ? baseline : NULL,
                            .suite = suite,
                            .where = o->store ? o->store : suite};
    struct app app = {.silent = true};
    uint32_t capabilities = o->store
                                ? SPOKE_CAN_READ_FILES | SPOKE_CAN_LOAD_CODE | SPOKE_CAN_READ_CLOCK
                                : SPOKE_CAN_ALL;
    int status = app_open(&app, o, capabilities, SPOKE_STORE_READ);
    app.report = &report;
    if (status == EXIT_GOOD) {
        status = o->list || o->explain ? tell(&app) : judge_and_report(&app, outputs);
    } else if (app.sp) {
        take_diags(&app);
        write_reports(&app, outputs);
    }
    report_free(&report);
    return app_close(&app, status);
}

int command_check(const struct options *o) {
    struct outputs outputs = {0};
    struct baseline baseline = {0};
    struct bytes suite = {0};
    suite_name(o, &suite);
    int status = suite.failed ? app_complain("out of memory") : suite_check_stdin(o);
    if (status == EXIT_GOOD) {
        status = open_outputs(&outputs, o);
    }
    if (status == EXIT_GOOD) {
        status = check_baseline_read(o, &baseline);
    }
    if (status == EXIT_GOOD) {
        status = run_check(o, &outputs, &baseline, suite.p);
    }
    outputs_close(&outputs);
    baseline_free(&baseline);
    bytes_free(&suite);
    return status;
}
