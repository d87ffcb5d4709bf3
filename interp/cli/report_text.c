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
                 {rule->known, "in the baseline", "in the baseline"},
                 {rule->allowed, "allowed", "allowed"},
                 {rule->excepted, "excepted", "excepted"},
                 {rule->skipped, "record skipped", "records skipped"}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (parts[i].n > 0) {
            bytes_text(out, ", ");
            report_counted(out, parts[i].n, parts[i].one, parts[i].many);
        }
    }
    bytes_text(out, ")\n");
}

/* Exceptions that somebody may take out of the script. */
static void put_exceptions(const struct report_rule *rule, const char *head, struct bytes *out) {
    const struct {
        uint64_t n;
        const char *one, *many;
    } parts[] = {{rule->expired, "exception is over", "exceptions are over"},
                 {rule->unused, "exception names no row that breaks the rule",
                  "exceptions name no row that breaks the rule"}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (parts[i].n > 0) {
            bytes_text(out, head);
            report_counted(out, parts[i].n, parts[i].one, parts[i].many);
            bytes_text(out, "\n");
        }
    }
}

static void put_help(const struct report_rule *rule, struct bytes *out) {
    if (rule->help.n && report_fresh(rule) > 0) {
        bytes_text(out, "       help: ");
        escape_line(out, rule->help);
        bytes_text(out, "\n");
    }
}

static void text_rule(const struct report *r, const struct report_rule *rule, bool colour,
                      struct bytes *out) {
    uint64_t shown = 0;
    bytes_printf(out, "%s%-5s%s  ", colour ? status_colour(rule->status) : "", report_status(rule),
                 colour ? "\033[0m" : "");
    bytes_spoke(out, rule->name);
    if (rule->id.n) {
        bytes_printf(out, " [%s]", rule->id.p);
    }
    bytes_text(out, rule->title.n ? ": " : "");
    escape_line(out, rule->title);
    put_counts(rule, out);
    if (rule->status == SPOKE_RULE_ERROR || rule->status == SPOKE_RULE_SKIP) {
        bytes_text(out, "       ");
        escape_line(out, report_reason(r, rule));
        bytes_text(out, "\n");
    }
    for (size_t i = rule->first; i < rule->stop; i++) {
        if (report_is_fresh(&r->findings[i])) {
            bytes_text(out, "       ");
            report_put_line(out, &r->findings[i]);
            bytes_text(out, "\n");
            shown++;
        }
    }
    if (report_fresh(rule) > shown) {
        bytes_text(out, "       and ");
        bytes_count(out, report_fresh(rule) - shown);
        bytes_text(out, " more\n");
    }
    put_exceptions(rule, "       ", out);
    put_help(rule, out);
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

static void put_idle(const struct report_rule *rule, struct bytes *out) {
    struct bytes head = {0};
    put_head(rule, "info", &head);
    put_exceptions(rule, head.p ? head.p : "", out);
    out->failed = out->failed || head.failed;
    bytes_free(&head);
}

static void concise_rule(const struct report *r, const struct report_rule *rule,
                         struct bytes *out) {
    for (size_t k = rule->first; k < rule->stop; k++) {
        if (report_is_fresh(&r->findings[k])) {
            put_head(rule, rule->status == SPOKE_RULE_PASS ? "info" : rule->severity.p, out);
            report_put_line(out, &r->findings[k]);
            bytes_text(out, "\n");
        }
    }
    if (rule->status == SPOKE_RULE_EMPTY) {
        put_head(rule, "warn", out);
        bytes_text(out, "looked at no row\n");
    } else if (rule->status == SPOKE_RULE_ERROR || rule->status == SPOKE_RULE_SKIP) {
        put_head(rule, rule->status == SPOKE_RULE_ERROR ? "error" : "warn", out);
        bytes_text(out, rule->status == SPOKE_RULE_ERROR ? "" : "skipped: ");
        escape_line(out, report_reason(r, rule));
        bytes_text(out, "\n");
    }
    put_idle(rule, out);
}

void report_concise(const struct report *r, const struct report_style *style, struct bytes *out) {
    (void)style;
    for (size_t i = 0; i < r->nrules; i++) {
        concise_rule(r, &r->rules[i], out);
    }
    report_put_summary(r, out);
}
