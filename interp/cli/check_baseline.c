/* Reading, judging and writing the baseline's file. */
#include "cli/check_baseline.h"
#include "cli/replace.h"
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static bool is_missing(const char *path) {
    struct stat about;
    return stat(path, &about) != 0 && errno == ENOENT;
}

int check_baseline_read(const struct options *o, struct baseline *baseline) {
    struct bytes text = {0}, why = {0};
    const char *name;
    if (!o->baseline) {
        return o->write_baseline || o->prune_baseline
                   ? app_complain("which baseline? add --baseline FILE")
                   : EXIT_GOOD;
    }
    bool good;
    if (o->write_baseline && is_missing(o->baseline)) {
        good = baseline_begin(baseline, app_today(o), &why);
    } else if (is_missing(o->baseline)) {
        return app_complain("there is no baseline `%s`; --write-baseline makes one", o->baseline);
    } else if (app_read(o->baseline, &text, &name) != EXIT_GOOD) {
        return EXIT_UNJUDGED;
    } else {
        good = baseline_read(baseline, text.p, text.n, app_today(o), &why);
        baseline->adds = o->write_baseline;
    }
    int status = good ? EXIT_GOOD
                      : app_complain("the baseline `%s` cannot be used: %s", o->baseline,
                                     why.p ? why.p : "out of memory");
    bytes_free(&text);
    bytes_free(&why);
    return status;
}

/* A rule that nobody declares was judged, too, if all rules were to be. */
static bool was_judged(const void *user, spoke_text rule) {
    const struct app *app = user;
    for (size_t i = 0; i < app->report->nrules; i++) {
        const struct report_rule *r = &app->report->rules[i];
        if (text_equal(r->identity, rule)) {
            return r->status != SPOKE_RULE_ERROR && r->status != SPOKE_RULE_SKIP;
        }
    }
    return app->options->rules.n == 0 && app->options->tags.n == 0;
}

static void warn(struct app *app, size_t n, const char *one, const char *many, const char *help) {
    struct bytes text = {0};
    if (n == 0) {
        return;
    }
    report_counted(&text, n, "finding", "findings");
    bytes_printf(&text, " of the baseline %s; %s", n == 1 ? one : many, help);
    if (text.failed) {
        app->report->failed = true;
    } else {
        const struct report_problem problem = {.code = text_of(""),
                                               .message = text_of(text.p),
                                               .place = {text_of(app->options->baseline), 1, 1},
                                               .warns = true};
        report_problem(app->report, &problem);
        fprintf(stderr, "note: %s\n", text.p);
    }
    bytes_free(&text);
}

static void say_what_is_idle(struct app *app) {
    const struct baseline *b = app->report->baseline;
    size_t expired = 0;
    for (size_t i = 0; i < b->n; i++) {
        expired += b->entries[i].expired;
    }
    warn(app, baseline_count_gone(b, was_judged, app), "is not there any more",
         "are not there any more", "--prune-baseline drops such entries");
    warn(app, expired, "has expired", "have expired",
         "they count again, and --write-baseline renews them");
}

static int write_file(struct app *app) {
    const char *path = app->options->baseline;
    struct bytes text = {0};
    struct replacement r;
    baseline_write(app->report->baseline, &text);
    errno = ENOMEM;
    bool good = !text.failed && replace_begin(&r, path, false) && replace_end(&r, &text);
    int status = good ? EXIT_GOOD
                      : app_complain("cannot write the baseline `%s`: %s", path, strerror(errno));
    bytes_free(&text);
    return status;
}

int check_baseline_end(struct app *app) {
    struct baseline *b = app->report->baseline;
    const struct options *o = app->options;
    if (!b) {
        return EXIT_GOOD;
    }
    if (b->failed) {
        return app_complain("out of memory");
    }
    if (o->prune_baseline) {
        baseline_prune(b, was_judged, app);
    }
    say_what_is_idle(app);
    return o->prune_baseline || o->write_baseline ? write_file(app) : EXIT_GOOD;
}
