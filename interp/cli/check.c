/* spoke check: judges rules.
 *
 * With --store the scripts are only read for their declarations, and their
 * rules judge that store. Without it they run, with what they show left out,
 * and their rules judge what they imported. Exit status: 130 interrupted, else
 * 2 not judged, else 1 findings at or above --fail-on, else 0. */
#include "cli/app.h"
#include <errno.h>
#include <fnmatch.h>
#include <string.h>

/* The part before `=` of --out FORMAT=PATH must be a format. */
static bool check_formats(const struct options *o) {
    struct bytes format = {0};
    bool good = true;
    for (size_t i = 0; i < o->outs.n && good; i++) {
        bytes_clear(&format);
        bytes_put(&format, o->outs.at[i], strcspn(o->outs.at[i], "="));
        good = !format.failed && report_has_format(format.p);
        if (!good) {
            app_complain("`%s`: the formats of check are text, concise and json", o->outs.at[i]);
        }
    }
    bytes_free(&format);
    if (good && o->format && !report_has_format(o->format)) {
        app_complain("`%s`: the formats of check are text, concise and json", o->format);
        return false;
    }
    return good;
}

static spoke_status load_text(struct app *app, const char *name, const char *text, size_t n) {
    spoke_status status = app->options->store ? spoke_compile(app->sp, name, text, n)
                                              : spoke_run(app->sp, name, text, n);
    if (status != SPOKE_OK) {
        app_report(app, status);
    }
    return status;
}

/* EXIT_GOOD when the declarations of all scripts are known. */
static int load_files(struct app *app) {
    const struct options *o = app->options;
    spoke_status status = SPOKE_OK;
    if (o->code) {
        status = load_text(app, "-c", o->code, strlen(o->code));
    }
    for (size_t i = 0; i < o->files.n && status == SPOKE_OK; i++) {
        struct bytes text = {0};
        const char *name;
        int result = app_read(o->files.at[i], &text, &name);
        if (result == EXIT_GOOD) {
            status = load_text(app, name, text.p, text.n);
        }
        bytes_free(&text);
        if (result != EXIT_GOOD) {
            return result;
        }
    }
    if (status == SPOKE_INTERRUPTED) {
        return EXIT_INTERRUPTED;
    }
    return status == SPOKE_OK ? EXIT_GOOD : EXIT_UNJUDGED;
}

/* ---- --list ---- */

static bool is_selected(const struct options *o, const char *rule) {
    for (size_t i = 0; i < o->rules.n; i++) {
        if (fnmatch(o->rules.at[i], rule, 0) == 0) {
            return true;
        }
    }
    return o->rules.n == 0;
}

static int complain_of_no_rule(const struct options *o) {
    return app_complain("no rule is selected: %s",
                        o->files.n == 0  ? "name a script that declares some"
                        : o->rules.n > 0 ? "none has a name that fits `--rule`"
                                         : "the scripts declare none");
}

static int list_rules(struct app *app) {
    struct bytes names = {0};
    if (spoke_names(app->sp, bytes_write_line, &names) != SPOKE_OK || names.failed) {
        bytes_free(&names);
        return app_complain("the rules cannot be listed");
    }
    size_t listed = 0;
    for (char *line = names.p; line && *line;) {
        size_t n = strcspn(line, "\n");
        char *next = line + n + (line[n] == '\n');
        line[n] = '\0';
        if (strncmp(line, "rule ", 5) == 0 && is_selected(app->options, line + 5)) {
            puts(line + 5);
            listed++;
        }
        line = next;
    }
    bytes_free(&names);
    return listed > 0 ? EXIT_GOOD : complain_of_no_rule(app->options);
}

/* ---- judging ---- */

static bool write_to_file(const char *path, const struct bytes *text) {
    if (strcmp(path, "-") == 0) {
        return fwrite(text->p, 1, text->n, stdout) == text->n;
    }
    FILE *file = fopen(path, "wb");
    if (!file) {
        return false;
    }
    bool good = fwrite(text->p, 1, text->n, file) == text->n;
    return fclose(file) == 0 && good;
}

static bool write_report(const struct report *r, const char *format, bool colour,
                         const char *path) {
    struct bytes text = {0};
    report_write(r, format, colour, &text);
    bool good = !text.failed && write_to_file(path, &text);
    if (!good) {
        app_complain("cannot write the report to `%s`: %s", path,
                     text.failed ? "out of memory" : strerror(errno));
    }
    bytes_free(&text);
    return good;
}

static bool write_reports(struct app *app, const struct report *r) {
    const struct options *o = app->options;
    const char *format = o->format ? o->format : "text";
    bool good = write_report(r, format, app->terminal.colour_out, "-");
    for (size_t i = 0; i < o->outs.n; i++) {
        const char *equals = strchr(o->outs.at[i], '=');
        struct bytes name = {0};
        bytes_put(&name, o->outs.at[i], (size_t)(equals - o->outs.at[i]));
        good = !name.failed && write_report(r, name.p, false, equals + 1) && good;
        bytes_free(&name);
    }
    if (strcmp(format, "json") == 0) {
        struct bytes line = {0};
        report_summary(r, &line);
        fputs(line.p ? line.p : "", stderr);
        bytes_free(&line);
    }
    return good;
}

static bool has_findings(const struct report *r, enum fail_on fail_on) {
    const spoke_check_summary *s = &r->summary;
    switch (fail_on) {
    case FAIL_ON_NEVER:
        return false;
    case FAIL_ON_WARN:
        return s->fail > 0 || s->warn > r->mild;
    case FAIL_ON_ERROR:
        break;
    }
    return s->fail > 0;
}

static int judge(struct app *app) {
    struct report report = {0};
    const struct options *o = app->options;
    spoke_check_options options = {.size = sizeof options,
                                   .rules = o->rules.at,
                                   .nrules = o->rules.n,
                                   .max_findings = (uint64_t)o->max_evidence};
    spoke_check_summary summary = {0};
    app->report = &report;
    spoke_status status = spoke_check(app->sp, &options, &summary);
    app->report = NULL;
    report.interrupted = status == SPOKE_INTERRUPTED;
    bool judged = status == SPOKE_OK || status == SPOKE_FINDINGS;
    if (!judged || spoke_diag_count(app->sp) > 0) {
        app_report(app, status);
    }
    int result = has_findings(&report, o->fail_on) ? EXIT_BAD : EXIT_GOOD;
    if (judged && report.summary.rules == 0) {
        result = complain_of_no_rule(o);
    }
    if (!judged || report.failed || report.summary.error > 0) {
        result = EXIT_UNJUDGED;
    }
    if (!report.failed && !write_reports(app, &report)) {
        result = EXIT_UNJUDGED;
    }
    report_free(&report);
    return status == SPOKE_INTERRUPTED ? EXIT_INTERRUPTED : result;
}

int command_check(const struct options *o) {
    if (!check_formats(o)) {
        return EXIT_UNJUDGED;
    }
    struct app app = {.silent = true};
    uint32_t capabilities = o->store
                                ? SPOKE_CAN_READ_FILES | SPOKE_CAN_LOAD_CODE | SPOKE_CAN_READ_CLOCK
                                : SPOKE_CAN_ALL;
    int status = app_open(&app, o, capabilities, SPOKE_STORE_READ);
    if (status == EXIT_GOOD) {
        status = load_files(&app);
    }
    if (status == EXIT_GOOD) {
        status = o->list ? list_rules(&app) : judge(&app);
    }
    return app_close(&app, status);
}
