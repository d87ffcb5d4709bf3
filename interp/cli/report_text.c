/* Reports for people: text, and concise with a finding on a line, as compilers
 * write it. Nothing in them can steer a terminal. */
#include "cli/escape.h"
#include "cli/report.h"

static const char *status_colour(spoke_rule_status status) {
    static const char *const colours[] = {
        [SPOKE_RULE_PASS] = "\033[32m", [SPOKE_RULE_FAIL] = "\033[31m",
        [SPOKE_RULE_WARN] = "\033[33m", [SPOKE_RULE_EMPTY] = "\033[33m",
        [SPOKE_RULE_SKIP] = "\033[33m", [SPOKE_RULE_ERROR] = "\033[31m"};
    return colours[status];
}

/* ---- text ---- */

static void put_counts(const struct report_rule *rule, struct bytes *out) {
    bytes_text(out, " (");
    report_counted(out, rule->rows, "row", "rows");
    const struct {
        uint64_t n;
        const char *one, *many;
    } parts[] = {{rule->findings, "finding", "findings"},
                 {rule->undecided, "undecided", "undecided"},
                 {rule->known, "in the baseline", "in the baseline"}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (parts[i].n > 0) {
            bytes_text(out, ", ");
            report_counted(out, parts[i].n, parts[i].one, parts[i].many);
        }
    }
    bytes_text(out, ")\n");
}

static void put_problems(const struct report *r, size_t first, size_t stop, struct bytes *out) {
    for (size_t i = first; i < stop; i++) {
        bytes_text(out, "       ");
        bytes_spoke(out, r->problems[i].code);
        bytes_text(out, r->problems[i].code.n ? ": " : "");
        escape_line(out, r->problems[i].message);
        bytes_text(out, "\n");
    }
}

static void text_rule(const struct report *r, const struct report_rule *rule, bool colour,
                      struct bytes *out) {
    uint64_t shown = 0;
    bytes_printf(out, "%s%-5s%s  ", colour ? status_colour(rule->status) : "",
                 report_status(rule), colour ? "\033[0m" : "");
    bytes_spoke(out, rule->name);
    bytes_text(out, rule->title.n ? ": " : "");
    escape_line(out, rule->title);
    put_counts(rule, out);
    put_problems(r, rule->first_problem, rule->stop_problem, out);
    for (size_t i = rule->first; i < rule->stop; i++) {
        if (!r->findings[i].known) {
            bytes_text(out, "       ");
            report_put_line(out, &r->findings[i]);
            bytes_text(out, "\n");
            shown++;
        }
    }
    if (rule->findings - rule->known > shown) {
        bytes_text(out, "       and ");
        bytes_count(out, rule->findings - rule->known - shown);
        bytes_text(out, " more\n");
    }
}

void report_text(const struct report *r, const struct report_style *style, struct bytes *out) {
    for (size_t i = 0; i < r->nrules; i++) {
        text_rule(r, &r->rules[i], style->colour, out);
    }
    report_put_summary(r, out);
}

/* ---- concise ---- */

static void put_place(const struct report_place *place, struct bytes *out) {
    if (place->line > 0) {
        escape_line(out, place->file);
        bytes_printf(out, ":%u:%u: ", place->line, place->column);
    }
}

static void put_head(const struct report_rule *rule, const char *severity, struct bytes *out) {
    put_place(&rule->place, out);
    bytes_printf(out, "%s: ", severity);
    bytes_spoke(out, rule->name);
    bytes_text(out, ": ");
}

static void concise_rule(const struct report *r, const struct report_rule *rule,
                         struct bytes *out) {
    for (size_t k = rule->first; k < rule->stop; k++) {
        if (!r->findings[k].known) {
            put_head(rule, rule->severity.p, out);
            report_put_line(out, &r->findings[k]);
            bytes_text(out, "\n");
        }
    }
    if (rule->status == SPOKE_RULE_EMPTY) {
        put_head(rule, "warn", out);
        bytes_text(out, "looked at no row\n");
    } else if (rule->status == SPOKE_RULE_ERROR) {
        put_head(rule, "error", out);
        bytes_text(out, "could not be judged\n");
    }
}

void report_concise(const struct report *r, const struct report_style *style, struct bytes *out) {
    (void)style;
    for (size_t i = 0; i < r->nrules; i++) {
        concise_rule(r, &r->rules[i], out);
    }
    report_put_summary(r, out);
}
