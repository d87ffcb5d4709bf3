/* Keeping what tests said, and telling it. */
#include "cli/tests.h"
#include "cli/escape.h"
#include <string.h>

void tests_free(struct tests *t) {
    cases_free(&t->cases);
    pool_free(&t->pool);
}

struct test_case *tests_add(struct tests *t, const spoke_test *about) {
    struct test_case *one = cases_add(&t->cases);
    if (one) {
        one->suite = one->file = pool_text(&t->pool, about->file, &t->cases.failed);
        one->name = pool_text(&t->pool, about->name, &t->cases.failed);
        one->title = text_of("");
        one->line = about->line;
        one->kind = "error";
    }
    return one;
}

/* Line by line, as texts of the script stand in them. */
static void put_lines(struct bytes *out, const struct bytes *text) {
    for (size_t at = 0; at < text->n;) {
        size_t n = strcspn(text->p + at, "\n");
        escape_line(out, (spoke_text){text->p + at, n});
        bytes_text(out, "\n");
        at += n + 1;
    }
    out->failed = out->failed || text->failed;
}

void tests_take_failure(struct tests *t, struct test_case *one, spoke *sp) {
    struct bytes text = {0};
    size_t n = spoke_diag_count(sp);
    for (size_t i = 0; i < n && one->message.n == 0; i++) {
        spoke_diag d;
        if (spoke_diag_at(sp, i, &d) == SPOKE_OK && text_is(d.severity, "error")) {
            escape_line(&one->message, d.message);
        }
    }
    if (one->message.n == 0) {
        bytes_text(&one->message, "it failed");
    }
    spoke_diag_text(sp, 0, bytes_write, &text);
    put_lines(&one->evidence, &text);
    bytes_free(&text);
    t->cases.failed = t->cases.failed || one->message.failed || one->evidence.failed;
}

void tests_take_diags(struct tests *t, spoke *sp, const char *script) {
    const spoke_test about = {
        .name = text_of("the script runs"), .file = text_of(script), .line = 1};
    struct test_case *one = tests_add(t, &about);
    if (one) {
        one->outcome = CASE_ERROR;
        tests_take_failure(t, one, sp);
    }
}

static size_t count(const struct tests *t, enum case_outcome outcome) {
    size_t n = 0;
    for (size_t i = 0; i < t->cases.n; i++) {
        n += t->cases.at[i].outcome == outcome;
    }
    return n;
}

bool tests_failed(const struct tests *t) {
    return count(t, CASE_FAILED) + count(t, CASE_ERROR) > 0;
}

/* ---- reports ---- */

void tests_summary(const struct tests *t, struct bytes *out) {
    const struct {
        enum case_outcome outcome;
        const char *word;
        bool always;
    } parts[] = {{CASE_PASSED, "passed", true},
                 {CASE_FAILED, "failed", true},
                 {CASE_SKIPPED, "skipped", false},
                 {CASE_ERROR, "not run", false}};
    bytes_count(out, t->cases.n);
    bytes_text(out, t->cases.n == 1 ? " test" : " tests");
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        size_t n = count(t, parts[i].outcome);
        if (n > 0 || parts[i].always) {
            bytes_text(out, " · ");
            bytes_count(out, n);
            bytes_printf(out, " %s", parts[i].word);
        }
    }
    if (t->cases.end) {
        bytes_printf(out, " · %s", t->cases.end);
    }
    bytes_text(out, "\n");
}

static void text_case(const struct test_case *one, bool colour, struct bytes *out) {
    static const char *const words[] = {[CASE_PASSED] = "ok",
                                        [CASE_FAILED] = "FAIL",
                                        [CASE_TOLERATED] = "ok",
                                        [CASE_SKIPPED] = "skip",
                                        [CASE_ERROR] = "ERROR"};
    static const char *const colours[] = {[CASE_PASSED] = "\033[32m",
                                          [CASE_FAILED] = "\033[31m",
                                          [CASE_TOLERATED] = "\033[33m",
                                          [CASE_SKIPPED] = "\033[33m",
                                          [CASE_ERROR] = "\033[31m"};
    bytes_printf(out, "%s%-5s%s  ", colour ? colours[one->outcome] : "", words[one->outcome],
                 colour ? "\033[0m" : "");
    escape_line(out, one->name);
    bytes_text(out, "\n");
    for (size_t i = 0; i < one->evidence.n; i++) {
        if (i == 0 || one->evidence.p[i - 1] == '\n') {
            bytes_text(out, "       ");
        }
        bytes_put(out, &one->evidence.p[i], 1);
    }
}

void tests_text(const struct tests *t, bool colour, struct bytes *out) {
    for (size_t i = 0; i < t->cases.n; i++) {
        text_case(&t->cases.at[i], colour, out);
    }
    tests_summary(t, out);
}

void tests_tap(const struct tests *t, bool colour, struct bytes *out) {
    struct bytes last = {0};
    (void)colour;
    tests_summary(t, &last);
    cases_tap(&t->cases, last.p ? last.p : "\n", out);
    out->failed = out->failed || last.failed;
    bytes_free(&last);
}

void tests_junit(const struct tests *t, bool colour, struct bytes *out) {
    (void)colour;
    cases_junit(&t->cases, out);
}
