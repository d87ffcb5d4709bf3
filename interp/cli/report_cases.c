/* Rules as cases of build servers: JUnit XML and TAP 14.
 *
 * A rule is one case, so that two findings never share a name. A rule that warns
 * fails the case only if it fails the run. */
#include "cli/cases.h"
#include "cli/report.h"

static enum case_outcome outcome_of(const struct report_rule *rule, enum report_level fails_at) {
    switch (rule->status) {
    case SPOKE_RULE_PASS:
        return CASE_PASSED;
    case SPOKE_RULE_EMPTY:
    case SPOKE_RULE_SKIP:
        return CASE_SKIPPED;
    case SPOKE_RULE_ERROR:
        return CASE_ERROR;
    case SPOKE_RULE_FAIL:
    case SPOKE_RULE_WARN:
        break;
    }
    return report_rule_fails(rule, fails_at) ? CASE_FAILED : CASE_TOLERATED;
}

static void put_message(const struct report *r, const struct report_rule *rule, struct bytes *out) {
    switch (rule->status) {
    case SPOKE_RULE_EMPTY:
        bytes_text(out, "looked at no row");
        break;
    case SPOKE_RULE_SKIP:
    case SPOKE_RULE_ERROR:
        bytes_spoke(out, report_reason(r, rule));
        break;
    case SPOKE_RULE_PASS:
    case SPOKE_RULE_FAIL:
    case SPOKE_RULE_WARN:
        report_counted(out, report_fresh(rule), "finding", "findings");
        bytes_text(out, " in ");
        report_counted(out, rule->rows, "row", "rows");
        break;
    }
}

/* A line for each; line ends inside a finding are written out. */
static void put_evidence(const struct report *r, const struct report_rule *rule,
                         struct bytes *out) {
    uint64_t shown = 0;
    for (size_t i = rule->first; i < rule->stop; i++) {
        if (report_is_fresh(&r->findings[i])) {
            report_put_line(out, &r->findings[i]);
            bytes_text(out, "\n");
            shown++;
        }
    }
    if (report_fresh(rule) > shown) {
        bytes_text(out, "and ");
        bytes_count(out, report_fresh(rule) - shown);
        bytes_text(out, " more\n");
    }
}

static void add_rule(const struct report *r, const struct report_rule *rule,
                     enum report_level fails_at, struct cases *cases) {
    struct test_case *t = cases_add(cases);
    if (!t) {
        return;
    }
    t->suite = rule->place.file.n ? rule->place.file : text_of(r->suite);
    t->name = rule->identity;
    t->title = rule->title;
    t->file = rule->place.file;
    t->line = rule->place.line;
    t->outcome = outcome_of(rule, fails_at);
    t->kind = rule->status == SPOKE_RULE_ERROR ? "error" : rule->severity.p;
    t->seconds = rule->seconds;
    put_message(r, rule, &t->message);
    put_evidence(r, rule, &t->evidence);
    cases->failed = cases->failed || t->message.failed || t->evidence.failed;
}

/* What went wrong outside of rules: scripts with errors, no store. */
static void add_problem(const struct report *r, const struct report_problem *p,
                        struct cases *cases) {
    struct test_case *t = p->warns ? NULL : cases_add(cases);
    if (!t) {
        return;
    }
    t->suite = p->place.file.n ? p->place.file : text_of(r->suite);
    t->name = p->code.n ? p->code : text_of("not judged");
    t->file = p->place.file;
    t->line = p->place.line;
    t->outcome = CASE_ERROR;
    t->kind = "error";
    bytes_spoke(&t->message, p->message);
    cases->failed = cases->failed || t->message.failed;
}

static void collect(const struct report *r, enum report_level fails_at, struct cases *cases) {
    *cases = (struct cases){.name = r->suite, .end = report_end(r)};
    for (size_t i = 0; i < r->nrules; i++) {
        add_rule(r, &r->rules[i], fails_at, cases);
    }
    for (size_t i = report_problems_start(r); i < r->nproblems; i++) {
        add_problem(r, &r->problems[i], cases);
    }
}

void report_junit(const struct report *r, const struct report_style *style, struct bytes *out) {
    struct cases cases;
    collect(r, style->fails_at, &cases);
    cases_junit(&cases, out);
    cases_free(&cases);
}

void report_tap(const struct report *r, const struct report_style *style, struct bytes *out) {
    struct cases cases;
    struct bytes last = {0};
    collect(r, style->fails_at, &cases);
    report_put_summary(r, &last);
    cases_tap(&cases, last.p ? last.p : "\n", out);
    out->failed = out->failed || last.failed;
    bytes_free(&last);
    cases_free(&cases);
}
