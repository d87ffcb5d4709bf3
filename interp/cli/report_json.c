/* The report for programs: docs/schemas/check.schema.json says what is in it.
 *
 * Written straight into the text, not built as a tree first: with
 * --max-evidence 0 there may be millions of findings. */
#include "cli/days.h"
#include "cli/report.h"

static void put_name(struct bytes *out, const char *name) {
    bytes_printf(out, "\"%s\":", name);
}

static void put_text(struct bytes *out, const char *name, spoke_text t) {
    put_name(out, name);
    bytes_json(out, t);
    bytes_text(out, ",");
}

static void put_number(struct bytes *out, const char *name, uint64_t n, const char *end) {
    bytes_printf(out, "\"%s\":%llu%s", name, (unsigned long long)n, end);
}

static void put_bool(struct bytes *out, const char *name, bool value, const char *end) {
    bytes_printf(out, "\"%s\":%s%s", name, value ? "true" : "false", end);
}

static void put_place(struct bytes *out, const struct report_place *place) {
    put_text(out, "file", place->file);
    put_number(out, "line", place->line, ",");
    put_number(out, "column", place->column, ",");
}

static void put_problems(const struct report *r, size_t first, size_t stop, struct bytes *out) {
    bytes_text(out, "\"problems\":[");
    for (size_t i = first; i < stop; i++) {
        const struct report_problem *p = &r->problems[i];
        bytes_text(out, i > first ? ",\n  {" : "\n  {");
        put_text(out, "code", p->code);
        put_place(out, &p->place);
        put_bool(out, "warns", p->warns, ",\"message\":");
        bytes_json(out, p->message);
        bytes_text(out, "}");
    }
    bytes_text(out, "]");
}

static void put_exception(const struct report_finding *f, struct bytes *out) {
    char day[DAY_SIZE];
    day_text(f->until, day);
    bytes_text(out, "\"excepted\":{");
    put_text(out, "because", f->reason);
    put_name(out, "until");
    bytes_json(out, text_of(day));
    bytes_text(out, "},");
}

static void put_values(const struct report *r, const char *name, size_t first, size_t stop,
                       struct bytes *out) {
    bytes_printf(out, "\"%s\":[", name);
    for (size_t i = first; i < stop; i++) {
        const struct report_value *v = &r->values[i];
        bytes_text(out, i > first ? ",{" : "{");
        put_text(out, "name", v->name);
        put_name(out, "value");
        if (v->missing || v->suppressed) {
            bytes_text(out, "null");
        } else {
            bytes_json(out, v->text);
        }
        bytes_text(out, v->suppressed ? ",\"suppressed\":true}" : "}");
    }
    bytes_text(out, "],");
}

static void put_finding(const struct report *r, const struct report_finding *f, struct bytes *out) {
    bytes_text(out, "{");
    put_text(out, "key", f->key);
    put_values(r, "keys", f->keys, f->values, out);
    put_text(out, "message", f->message);
    put_text(out, "fingerprint", text_of(f->fingerprint));
    if (r->baseline) {
        put_bool(out, "known", f->known, ",");
    }
    if (f->excepted) {
        put_exception(f, out);
    }
    if (r->shows_values) {
        put_values(r, "values", f->values, f->stop_value, out);
    }
    if (f->record) {
        put_number(out, "record", f->record, ",");
    }
    put_bool(out, "undecided", f->undecided, "}");
}

static void put_tags(spoke_text tags, struct bytes *out) {
    bytes_text(out, "\"tags\":");
    report_put_tags(out, tags);
    bytes_text(out, ",");
}

static void put_rule(const struct report *r, const struct report_rule *rule, struct bytes *out) {
    bytes_text(out, "{");
    put_text(out, "rule", rule->name);
    put_text(out, "title", rule->title);
    put_text(out, "severity", rule->severity);
    put_text(out, "status", text_of(report_status(rule)));
    put_text(out, "id", rule->id);
    put_tags(rule->tags, out);
    put_text(out, "owner", rule->owner);
    put_text(out, "help", rule->help);
    put_text(out, "field", rule->field);
    put_text(out, "reason", rule->reason);
    put_place(out, &rule->place);
    put_number(out, "rows", rule->rows, ",");
    put_number(out, "findings", rule->findings, ",");
    put_number(out, "undecided", rule->undecided, ",");
    put_number(out, "known", rule->known, ",");
    put_number(out, "excepted", rule->excepted, ",");
    put_number(out, "allowed", rule->allowed, ",");
    put_number(out, "expired", rule->expired, ",");
    put_number(out, "unused", rule->unused, ",");
    put_number(out, "skipped", rule->skipped, ",");
    put_problems(r, rule->first_problem, rule->stop_problem, out);
    bytes_text(out, ",\"evidence\":[");
    for (size_t i = rule->first; i < rule->stop; i++) {
        bytes_text(out, i > rule->first ? ",\n  " : "\n  ");
        put_finding(r, &r->findings[i], out);
    }
    bytes_text(out, "]}");
}

static void put_summary(const struct report_summary *s, struct bytes *out) {
    bytes_text(out, "\"summary\":{");
    put_number(out, "rules", s->rules, ",");
    put_number(out, "pass", s->pass, ",");
    put_number(out, "fail", s->fail, ",");
    put_number(out, "warn", s->warn, ",");
    put_number(out, "empty", s->empty, ",");
    put_number(out, "skip", s->skip, ",");
    put_number(out, "error", s->error, ",");
    put_number(out, "rows", s->rows, ",");
    put_number(out, "findings", s->findings, ",");
    put_number(out, "known", s->known, ",");
    put_number(out, "excepted", s->excepted, ",");
    put_number(out, "expired", s->expired, ",");
    put_number(out, "unused", s->unused, "}");
}

void report_json(const struct report *r, const struct report_style *style, struct bytes *out) {
    (void)style;
    bytes_text(out, "{\"version\":1,\"tool\":\"spoke ");
    bytes_text(out, spoke_version());
    bytes_text(out, "\",");
    put_bool(out, "interrupted", r->interrupted, ",");
    put_bool(out, "timed_out", r->timed_out, ",\"rules\":[");
    for (size_t i = 0; i < r->nrules; i++) {
        bytes_text(out, i ? ",\n " : "\n ");
        put_rule(r, &r->rules[i], out);
    }
    bytes_text(out, "],\n");
    put_problems(r, report_problems_start(r), r->nproblems, out);
    bytes_text(out, ",\n");
    put_summary(&r->summary, out);
    bytes_text(out, "}\n");
}
