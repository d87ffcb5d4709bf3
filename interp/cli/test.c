/* spoke test: runs the `test` blocks of scripts and the examples of their rules, after the scripts
 * themselves.
 *
 * What the scripts show is left out, and with --store what they import: it is there. A test that fails does not keep the others
 * from running. Exit status: 130 interrupted, else 2 when a script could not
 * run, there is no test or the time was up, else 1 when a test failed, else 0. */
#include "cli/escape.h"
#include "cli/outputs.h"
#include "cli/signals.h"
#include "cli/suite.h"
#include "cli/tests.h"
#include <string.h>

static const struct format_row {
    const char *name;
    tests_writer *write;
} formats[] = {{"text", tests_text}, {"tap", tests_tap}, {"junit", tests_junit}};
enum { FORMATS = sizeof formats / sizeof formats[0] };

static int open_outputs(struct outputs *outputs, const struct options *o) {
    const char *names[FORMATS];
    for (size_t i = 0; i < FORMATS; i++) {
        names[i] = formats[i].name;
    }
    return outputs_open(outputs, o, "text", names, FORMATS);
}

/* Ctrl-C and the end of the time look alike to the library, and may come between two calls. */
static int exit_of(struct tests *t, spoke_status status) {
    if (signals_timed_out()) {
        t->cases.end = "timed out";
        return EXIT_UNJUDGED;
    }
    if (status == SPOKE_INTERRUPTED || signals_taken()) {
        t->cases.end = "interrupted";
        return EXIT_INTERRUPTED;
    }
    return EXIT_GOOD;
}

/* The text for people has it as well. */
static bool is_told_on_stdout(const struct app *app) {
    const char *format = app->options->format;
    return (!format || strcmp(format, "text") == 0) && spoke_diag_count(app->sp) > 0;
}

static int load_text(struct app *app, const char *name, const struct bytes *text) {
    spoke_status status = spoke_run(app->sp, name, text->p ? text->p : "", text->n);
    if (status == SPOKE_OK) {
        return EXIT_GOOD;
    }
    int result = exit_of(app->tests, status);
    if (result == EXIT_GOOD) {
        if (!is_told_on_stdout(app)) {
            app_report(app, status);
        }
        tests_take_diags(app->tests, app->sp, name);
        result = EXIT_UNJUDGED;
    }
    return result;
}

static int run_all(struct app *app) {
    struct tests *t = app->tests;
    const spoke_check_options every = {.size = sizeof every, .list = 1};
    spoke_check(app->sp, &every, NULL); /* tells the rules' names */
    size_t n = spoke_test_count(app->sp);
    int status = EXIT_GOOD;
    for (size_t i = 0; i < n && status == EXIT_GOOD; i++) {
        spoke_test about;
        double since = app_clock(NULL);
        spoke_test_at(app->sp, i, &about);
        struct test_case *one = tests_add(t, &about);
        if (!one) {
            break;
        }
        tests_cover(t, &about);
        spoke_status ran = spoke_test_run(app->sp, i);
        one->seconds = app_clock(NULL) - since;
        status = exit_of(t, ran);
        if (status != EXIT_GOOD) {
            t->cases.n--; /* it has not ended */
        } else if (ran != SPOKE_OK) {
            one->outcome = CASE_FAILED;
            tests_take_failure(t, one, app->sp);
        }
    }
    if (status == EXIT_GOOD && t->cases.n == 0) {
        status =
            app_complain("there are no tests: write `test \"what it shows\" { assert ... }`, or "
                         "an `example` in a rule");
    }
    return status;
}

static int list(struct app *app) {
    struct bytes out = {0};
    size_t n = spoke_test_count(app->sp);
    for (size_t i = 0; i < n; i++) {
        spoke_test about;
        spoke_test_at(app->sp, i, &about);
        struct test_case *one = tests_add(app->tests, &about);
        if (one) {
            escape_line(&out, one->name);
            bytes_text(&out, "\n");
        }
    }
    fputs(out.p ? out.p : "", stdout);
    bytes_free(&out);
    return n ? EXIT_GOOD : app_complain("there are no tests");
}

static bool write_reports(struct app *app, struct outputs *outputs) {
    bool good = true;
    for (size_t i = outputs->n; i-- > 0;) { /* files first: who reads stdout may stop reading */
        const struct format_row *row = formats;
        struct bytes text = {0};
        while (!text_is(outputs->at[i].format, row->name)) {
            row++;
        }
        row->write(app->tests, i == 0 && app->terminal.colour_out, &text);
        good = outputs_write(&outputs->at[i], &text) && good;
        bytes_free(&text);
    }
    if (text_is(outputs->at[0].format, "junit")) {
        struct bytes line = {0};
        tests_summary(app->tests, &line);
        fputs(line.p ? line.p : "", stderr);
        bytes_free(&line);
    }
    return good;
}

static int run_and_report(struct app *app, struct outputs *outputs) {
    if (app->options->timeout > 0) {
        signals_limit((unsigned)app->options->timeout);
    }
    int status = suite_load(app, load_text);
    if (status == EXIT_GOOD && app->options->list) {
        return list(app);
    }
    if (status == EXIT_GOOD) {
        status = run_all(app);
    }
    if (status == EXIT_GOOD && tests_failed(app->tests)) {
        status = EXIT_BAD;
    }
    if (app->tests->cases.failed) {
        status = app_complain("out of memory");
    } else if (!write_reports(app, outputs) && status != EXIT_INTERRUPTED) {
        status = EXIT_UNJUDGED;
    }
    return status;
}

int command_test(const struct options *o) {
    struct outputs outputs = {0};
    struct bytes suite = {0};
    suite_name(o, &suite);
    int status = suite.failed ? app_complain("out of memory") : suite_check_stdin(o);
    if (status == EXIT_GOOD) {
        status = open_outputs(&outputs, o);
    }
    if (status == EXIT_GOOD) {
        struct tests tests = {.cases = {.name = suite.p}};
        struct app app = {.silent = true};
        status = app_open(&app, o, SPOKE_CAN_ALL, SPOKE_STORE_READ);
        app.tests = &tests;
        if (status == EXIT_GOOD) {
            status = run_and_report(&app, &outputs);
        }
        status = app_close(&app, status);
        tests_free(&tests);
    }
    outputs_close(&outputs);
    bytes_free(&suite);
    return status;
}
