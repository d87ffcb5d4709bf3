/* Keeping what tests said, and telling it. */
#include "cli/tests.h"
#include "cli/escape.h"
#include <stdlib.h>
#include <string.h>

enum { INDENT = 7 }; /* of what stands under the name of a test */

void tests_free(struct tests *t) {
    free(t->rules);
    cases_free(&t->cases);
    pool_free(&t->pool);
}

/* An example goes by its rule, what it is said to be, and its title or its line. */
static spoke_text name_of(struct tests *t, const spoke_test *about) {
    struct bytes name = {0};
    if (about->rule.n == 0) {
        return pool_text(&t->pool, about->name, &t->cases.failed);
    }
    bytes_spoke(&name, about->rule);
    bytes_text(&name, about->passes ? ": ok" : ": bad");
    if (about->name.n) {
        bytes_text(&name, ": ");
        bytes_spoke(&name, about->name);
    } else {
        bytes_printf(&name, " (line %u)", (unsigned)about->line);
    }
    t->cases.failed = t->cases.failed || name.failed;
    spoke_text kept =
        pool_text(&t->pool, (spoke_text){name.p ? name.p : "", name.n}, &t->cases.failed);
    bytes_free(&name);
    return kept;
}

struct test_case *tests_add(struct tests *t, const spoke_test *about) {
    struct test_case *one = cases_add(&t->cases);
    if (one) {
        one->suite = one->file = pool_text(&t->pool, about->file, &t->cases.failed);
        one->name = name_of(t, about);
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
    int columns = t->columns > INDENT ? t->columns - INDENT : 0;
    spoke_diag_text_within(sp, 0, columns, bytes_write, &text);
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

/* ---- coverage ---- */

int tests_add_rule(struct tests *t, spoke_text rule) {
    void *at = t->rules;
    if (!array_room(&at, t->nrules, &t->cap_rules, sizeof *t->rules)) {
        t->cases.failed = true;
        return 1;
    }
    t->rules = at;
    t->rules[t->nrules++] =
        (struct rule_coverage){.rule = pool_text(&t->pool, rule, &t->cases.failed)};
    return t->cases.failed;
}

void tests_cover(struct tests *t, const spoke_test *example) {
    for (size_t i = 0; i < t->nrules; i++) {
        struct rule_coverage *c = &t->rules[i];
        if (c->rule.n == example->rule.n && memcmp(c->rule.p, example->rule.p, c->rule.n) == 0) {
            c->ok += example->passes != 0;
            c->bad += example->passes == 0;
        }
    }
}

static void put_coverage(const struct tests *t, struct bytes *out) {
    size_t covered = 0;
    for (size_t i = 0; i < t->nrules; i++) {
        covered += t->rules[i].ok > 0 && t->rules[i].bad > 0;
    }
    bytes_count(out, covered);
    bytes_text(out, " of ");
    bytes_count(out, t->nrules);
    bytes_text(out, t->nrules == 1 ? " rule has" : " rules have");
    bytes_text(out, " an example that is ok and one that is bad\n");
    for (size_t i = 0; i < t->nrules; i++) {
        const struct rule_coverage *c = &t->rules[i];
        if (c->ok == 0 || c->bad == 0) {
            bytes_text(out, "       ");
            escape_line(out, c->rule);
            bytes_text(out, c->ok + c->bad == 0 ? ": no example\n"
                            : c->bad == 0       ? ": none that is bad\n"
                                                : ": none that is ok\n");
        }
    }
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
    if (t->nrules) {
        put_coverage(t, out);
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
