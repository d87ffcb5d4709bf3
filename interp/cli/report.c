/* Reports of rules: text for people, concise for editors, JSON for programs.
 *
 * Findings of one rule come together and in key order; each rule finds its
 * own by name. */
#include "cli/report.h"
#include <stdlib.h>
#include <string.h>

struct place {
    char *file;
    uint32_t line, column;
};

struct report_rule {
    char *name, *title, *severity;
    spoke_rule_status status;
    uint64_t rows, findings, undecided;
    struct place place;
};

struct report_finding {
    char *rule, *key, *message;
    bool undecided;
};

/* ---- keeping ---- */

static char *copy(struct report *r, spoke_text t) {
    char *p = malloc(t.n + 1);
    if (!p) {
        r->failed = true;
        return NULL;
    }
    if (t.n) {
        memcpy(p, t.p, t.n);
    }
    p[t.n] = '\0';
    return p;
}

static bool make_room(struct report *r, void **at, size_t n, size_t *cap, size_t size) {
    if (n < *cap) {
        return true;
    }
    size_t more = *cap ? *cap * 2 : 16;
    void *grown = realloc(*at, more * size);
    if (!grown) {
        r->failed = true;
        return false;
    }
    *at = grown;
    *cap = more;
    return true;
}

static void count(struct report *r, const spoke_rule_result *result) {
    spoke_check_summary *s = &r->summary;
    uint64_t *const counters[] = {[SPOKE_RULE_PASS] = &s->pass, [SPOKE_RULE_FAIL] = &s->fail,
                                  [SPOKE_RULE_WARN] = &s->warn, [SPOKE_RULE_EMPTY] = &s->empty,
                                  [SPOKE_RULE_SKIP] = &s->skip, [SPOKE_RULE_ERROR] = &s->error};
    s->rules++;
    ++*counters[result->status];
    s->rows += result->rows;
    s->findings += result->findings;
    r->mild += result->status == SPOKE_RULE_WARN && text_is(result->severity, "info");
}

int report_rule(struct report *r, const spoke_rule_result *result) {
    void *at = r->rules;
    bool room = make_room(r, &at, r->nrules, &r->cap_rules, sizeof *r->rules);
    r->rules = at;
    if (!room) {
        return 1;
    }
    r->rules[r->nrules++] = (struct report_rule){
        .name = copy(r, result->rule),
        .title = copy(r, result->title),
        .severity = copy(r, result->severity),
        .status = result->status,
        .rows = result->rows,
        .findings = result->findings,
        .undecided = result->undecided,
        .place = {copy(r, result->file), result->line, result->column},
    };
    count(r, result);
    return r->failed;
}

int report_finding(struct report *r, const spoke_finding *finding) {
    if (finding->excepted) {
        return 0;
    }
    void *at = r->findings;
    bool room = make_room(r, &at, r->nfindings, &r->cap_findings, sizeof *r->findings);
    r->findings = at;
    if (!room) {
        return 1;
    }
    r->findings[r->nfindings++] = (struct report_finding){
        .rule = copy(r, finding->rule),
        .key = copy(r, finding->key),
        .message = copy(r, finding->message),
        .undecided = finding->undecided != 0,
    };
    return r->failed;
}

void report_free(struct report *r) {
    for (size_t i = 0; i < r->nrules; i++) {
        free(r->rules[i].name);
        free(r->rules[i].title);
        free(r->rules[i].severity);
        free(r->rules[i].place.file);
    }
    for (size_t i = 0; i < r->nfindings; i++) {
        free(r->findings[i].rule);
        free(r->findings[i].key);
        free(r->findings[i].message);
    }
    free(r->rules);
    free(r->findings);
}

/* The findings of a rule: [first, stop). */
static void find_findings(const struct report *r, const char *rule, size_t *first, size_t *stop) {
    *first = 0;
    while (*first < r->nfindings && strcmp(r->findings[*first].rule, rule) != 0) {
        ++*first;
    }
    *stop = *first;
    while (*stop < r->nfindings && strcmp(r->findings[*stop].rule, rule) == 0) {
        ++*stop;
    }
}

/* ---- text ---- */

static const char *status_name(spoke_rule_status status) {
    static const char *const names[] = {
        [SPOKE_RULE_PASS] = "pass",   [SPOKE_RULE_FAIL] = "fail", [SPOKE_RULE_WARN] = "warn",
        [SPOKE_RULE_EMPTY] = "empty", [SPOKE_RULE_SKIP] = "skip", [SPOKE_RULE_ERROR] = "error"};
    return names[status];
}

static const char *status_colour(spoke_rule_status status) {
    static const char *const colours[] = {
        [SPOKE_RULE_PASS] = "\033[32m", [SPOKE_RULE_FAIL] = "\033[31m",
        [SPOKE_RULE_WARN] = "\033[33m", [SPOKE_RULE_EMPTY] = "\033[33m",
        [SPOKE_RULE_SKIP] = "\033[33m", [SPOKE_RULE_ERROR] = "\033[31m"};
    return colours[status];
}

static void put_counted(struct bytes *out, uint64_t n, const char *one, const char *many) {
    bytes_count(out, n);
    bytes_printf(out, " %s", n == 1 ? one : many);
}

static void text_finding(const struct report_finding *f, struct bytes *out) {
    bytes_printf(out, "       %s%s%s%s\n", f->key, f->key[0] ? ": " : "", f->message,
                 f->undecided ? " (undecided)" : "");
}

static void text_rule(const struct report *r, const struct report_rule *rule, bool colour,
                      struct bytes *out) {
    bytes_printf(out, "%s%-5s%s  %s", colour ? status_colour(rule->status) : "",
                 status_name(rule->status), colour ? "\033[0m" : "", rule->name);
    if (rule->title[0]) {
        bytes_printf(out, ": %s", rule->title);
    }
    bytes_text(out, " (");
    put_counted(out, rule->rows, "row", "rows");
    if (rule->findings > 0) {
        bytes_text(out, ", ");
        put_counted(out, rule->findings, "finding", "findings");
    }
    if (rule->undecided > 0) {
        bytes_text(out, ", ");
        put_counted(out, rule->undecided, "undecided", "undecided");
    }
    bytes_text(out, ")\n");
    size_t first, stop;
    find_findings(r, rule->name, &first, &stop);
    for (size_t i = first; i < stop; i++) {
        text_finding(&r->findings[i], out);
    }
    if (rule->findings > stop - first) {
        bytes_text(out, "       and ");
        bytes_count(out, rule->findings - (stop - first));
        bytes_text(out, " more\n");
    }
}

void report_summary(const struct report *r, struct bytes *out) {
    const spoke_check_summary *s = &r->summary;
    const struct {
        uint64_t n;
        const char *word;
        bool always;
    } parts[] = {{s->pass, "pass", true},   {s->fail, "fail", true},  {s->warn, "warn", true},
                 {s->empty, "empty", true}, {s->skip, "skip", false}, {s->error, "error", true}};
    put_counted(out, s->rules, "rule", "rules");
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (parts[i].always || parts[i].n > 0) {
            bytes_text(out, " · ");
            put_counted(out, parts[i].n, parts[i].word, parts[i].word);
        }
    }
    bytes_text(out, " · ");
    put_counted(out, s->rows, "row", "rows");
    bytes_text(out, " · ");
    put_counted(out, s->findings, "finding", "findings");
    bytes_text(out, r->interrupted ? " · interrupted\n" : "\n");
}

static void write_text(const struct report *r, bool colour, struct bytes *out) {
    for (size_t i = 0; i < r->nrules; i++) {
        text_rule(r, &r->rules[i], colour, out);
    }
    report_summary(r, out);
}

/* ---- concise: one finding on a line, as compilers write it ---- */

static void put_place(const struct report_rule *rule, const char *severity, struct bytes *out) {
    if (rule->place.line > 0) {
        bytes_printf(out, "%s:%u:%u: ", rule->place.file, rule->place.line, rule->place.column);
    }
    bytes_printf(out, "%s: %s: ", severity, rule->name);
}

static void write_concise(const struct report *r, struct bytes *out) {
    for (size_t i = 0; i < r->nrules; i++) {
        const struct report_rule *rule = &r->rules[i];
        size_t first, stop;
        find_findings(r, rule->name, &first, &stop);
        for (size_t k = first; k < stop; k++) {
            const struct report_finding *f = &r->findings[k];
            put_place(rule, rule->severity, out);
            bytes_printf(out, "%s: %s%s\n", f->key, f->message, f->undecided ? " (undecided)" : "");
        }
        if (rule->status == SPOKE_RULE_EMPTY) {
            put_place(rule, "warn", out);
            bytes_text(out, "looked at no row\n");
        } else if (rule->status == SPOKE_RULE_ERROR) {
            put_place(rule, "error", out);
            bytes_text(out, "could not be judged\n");
        }
    }
    report_summary(r, out);
}

/* ---- json ---- */

static void put_member(struct bytes *out, const char *name, const char *text) {
    bytes_printf(out, "\"%s\":", name);
    bytes_json(out, text_of(text));
    bytes_text(out, ",");
}

static void put_number(struct bytes *out, const char *name, uint64_t n, const char *end) {
    bytes_printf(out, "\"%s\":%llu%s", name, (unsigned long long)n, end);
}

static void json_rule(const struct report *r, const struct report_rule *rule, struct bytes *out) {
    bytes_text(out, "{");
    put_member(out, "rule", rule->name);
    put_member(out, "title", rule->title);
    put_member(out, "severity", rule->severity);
    put_member(out, "status", status_name(rule->status));
    put_member(out, "file", rule->place.file);
    put_number(out, "line", rule->place.line, ",");
    put_number(out, "column", rule->place.column, ",");
    put_number(out, "rows", rule->rows, ",");
    put_number(out, "findings", rule->findings, ",");
    put_number(out, "undecided", rule->undecided, ",\"evidence\":[");
    size_t first, stop;
    find_findings(r, rule->name, &first, &stop);
    for (size_t i = first; i < stop; i++) {
        const struct report_finding *f = &r->findings[i];
        bytes_text(out, i > first ? ",\n  {" : "\n  {");
        put_member(out, "key", f->key);
        put_member(out, "message", f->message);
        bytes_printf(out, "\"undecided\":%s}", f->undecided ? "true" : "false");
    }
    bytes_text(out, "]}");
}

static void write_json(const struct report *r, struct bytes *out) {
    const spoke_check_summary *s = &r->summary;
    bytes_printf(out, "{\"version\":1,\"tool\":\"spoke %s\",\"interrupted\":%s,\"rules\":[",
                 spoke_version(), r->interrupted ? "true" : "false");
    for (size_t i = 0; i < r->nrules; i++) {
        bytes_text(out, i ? ",\n " : "\n ");
        json_rule(r, &r->rules[i], out);
    }
    bytes_text(out, "],\n\"summary\":{");
    put_number(out, "rules", s->rules, ",");
    put_number(out, "pass", s->pass, ",");
    put_number(out, "fail", s->fail, ",");
    put_number(out, "warn", s->warn, ",");
    put_number(out, "empty", s->empty, ",");
    put_number(out, "skip", s->skip, ",");
    put_number(out, "error", s->error, ",");
    put_number(out, "rows", s->rows, ",");
    put_number(out, "findings", s->findings, "}}\n");
}

bool report_has_format(const char *format) {
    return strcmp(format, "text") == 0 || strcmp(format, "concise") == 0 ||
           strcmp(format, "json") == 0;
}

void report_write(const struct report *r, const char *format, bool colour, struct bytes *out) {
    if (strcmp(format, "json") == 0) {
        write_json(r, out);
    } else if (strcmp(format, "concise") == 0) {
        write_concise(r, out);
    } else {
        write_text(r, colour, out);
    }
}
