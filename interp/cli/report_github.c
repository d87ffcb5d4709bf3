/* Annotations of GitHub's workflows: `::error file=...::message` lines.
 *
 * GitHub shows ten of a type and drops the others without a word, so the worst
 * come first and the tenth says how many there are. */
#include "cli/escape.h"
#include "cli/report.h"

enum { MOST_OF_A_TYPE = 9 };

static void put_annotation(const struct report *r, const char *type,
                           const struct report_place *place, spoke_text title, spoke_text message,
                           struct bytes *out) {
    bytes_printf(out, "::%s file=", type);
    escape_github(out, place->file.n ? place->file : text_of(r->where), true);
    bytes_printf(out, ",line=%u,col=%u,title=", place->line ? place->line : 1,
                 place->column ? place->column : 1);
    escape_github(out, title, true);
    bytes_text(out, "::");
    escape_github(out, message, false);
    bytes_text(out, "\n");
}

static void put_plain(const struct report *r, const char *type, const char *message,
                      struct bytes *out) {
    const struct report_place nowhere = {text_of(""), 0, 0};
    put_annotation(r, type, &nowhere, text_of("spoke check"), text_of(message), out);
}

static void put_rule_findings(const struct report *r, const struct report_rule *rule,
                              const char *type, uint64_t *shown, struct bytes *out) {
    for (size_t i = rule->first; i < rule->stop && *shown < MOST_OF_A_TYPE; i++) {
        if (report_is_fresh(&r->findings[i])) {
            struct bytes text = {0};
            report_put_finding(&text, &r->findings[i]);
            put_annotation(r, type, &rule->place, rule->identity, (spoke_text){text.p, text.n},
                           out);
            out->failed = out->failed || text.failed;
            bytes_free(&text);
            ++*shown;
        }
    }
}

static void put_findings(const struct report *r, const char *severity, const char *type,
                         uint64_t shown, struct bytes *out) {
    uint64_t all = shown;
    for (size_t i = 0; i < r->nrules; i++) {
        const struct report_rule *rule = &r->rules[i];
        if (text_is(rule->severity, severity) && rule->status != SPOKE_RULE_PASS) {
            all += report_fresh(rule);
            put_rule_findings(r, rule, type, &shown, out);
        }
    }
    if (all > shown) {
        struct bytes more = {0};
        bytes_count(&more, all - shown);
        bytes_printf(&more, " more of severity %s; the other outputs have them", severity);
        put_plain(r, type, more.p ? more.p : "", out);
        out->failed = out->failed || more.failed;
        bytes_free(&more);
    }
}

/* What could not be judged comes before anything that was. */
static uint64_t put_errors(const struct report *r, struct bytes *out) {
    uint64_t shown = 0;
    for (size_t i = 0; i < r->nrules && shown < MOST_OF_A_TYPE; i++) {
        const struct report_rule *rule = &r->rules[i];
        if (rule->status == SPOKE_RULE_ERROR) {
            put_annotation(r, "error", &rule->place, rule->identity, report_reason(r, rule), out);
            shown++;
        }
    }
    for (size_t i = report_problems_start(r); i < r->nproblems && shown < MOST_OF_A_TYPE; i++) {
        const struct report_problem *p = &r->problems[i];
        const char *type = p->warns ? "warning" : "error";
        put_annotation(r, type, &p->place, p->code.n ? p->code : text_of("spoke check"), p->message,
                       out);
        shown += !p->warns;
    }
    return shown;
}

void report_github(const struct report *r, const struct report_style *style, struct bytes *out) {
    (void)style;
    uint64_t errors = put_errors(r, out);
    if (report_end(r)) {
        put_plain(r, "error", report_end(r), out);
        errors++;
    }
    put_findings(r, "error", "error", errors, out);
    put_findings(r, "warn", "warning", 0, out);
    put_findings(r, "info", "notice", 0, out);
    for (size_t i = 0; i < r->nrules; i++) {
        if (r->rules[i].status == SPOKE_RULE_EMPTY) {
            put_annotation(r, "notice", &r->rules[i].place, r->rules[i].identity,
                           text_of("looked at no row"), out);
        }
    }
}
