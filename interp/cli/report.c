/* Keeping what the rules said, and what all formats say alike. */
#include "cli/report.h"
#include "cli/escape.h"
#include <stdlib.h>
#include <string.h>

void report_free(struct report *r) {
    pool_free(&r->pool);
    free(r->rules);
    free(r->findings);
    free(r->problems);
    free(r->values);
}

/* ---- keeping ---- */

static spoke_text keep(struct report *r, spoke_text t) {
    return pool_text(&r->pool, t, &r->failed);
}

static struct report_place keep_place(struct report *r, spoke_text file, uint32_t line,
                                      uint32_t column) {
    struct bytes whole = {0}; /* a name of a file can be any bytes */
    escape_broken(&whole, file);
    struct report_place place = {keep(r, (spoke_text){whole.p, whole.n}), line, column};
    r->failed = r->failed || whole.failed;
    bytes_free(&whole);
    return place;
}

static bool room(struct report *r, void **at, size_t n, size_t *cap, size_t size) {
    if (!array_room(at, n, cap, size)) {
        r->failed = true;
    }
    return !r->failed;
}

/* What the baseline knows does not count against what the rule allows. */
static spoke_rule_status status_of(const spoke_rule_result *result, uint64_t known) {
    bool found = result->status == SPOKE_RULE_FAIL || result->status == SPOKE_RULE_WARN;
    return found && result->findings - known <= result->allowed ? SPOKE_RULE_PASS : result->status;
}

static void count(struct report *r, const struct report_rule *rule) {
    struct report_summary *s = &r->summary;
    uint64_t *const counters[] = {[SPOKE_RULE_PASS] = &s->pass, [SPOKE_RULE_FAIL] = &s->fail,
                                  [SPOKE_RULE_WARN] = &s->warn, [SPOKE_RULE_EMPTY] = &s->empty,
                                  [SPOKE_RULE_SKIP] = &s->skip, [SPOKE_RULE_ERROR] = &s->error};
    s->rules++;
    ++*counters[rule->status];
    s->rows += rule->rows;
    s->findings += rule->findings;
    s->known += rule->known;
    s->excepted += rule->excepted;
    s->expired += rule->expired;
    s->unused += rule->unused;
    r->mild += rule->status == SPOKE_RULE_WARN && text_is(rule->severity, "info");
}

static size_t rule_start(const struct report *r) {
    return r->nrules ? r->rules[r->nrules - 1].stop : 0;
}

size_t report_problems_start(const struct report *r) {
    return r->nrules ? r->rules[r->nrules - 1].stop_problem : 0;
}

int report_rule(struct report *r, const spoke_rule_result *result, double now) {
    void *at = r->rules;
    size_t first = rule_start(r), first_problem = report_problems_start(r);
    if (!room(r, &at, r->nrules, &r->cap_rules, sizeof *r->rules)) {
        return 1;
    }
    r->rules = at;
    struct report_rule *rule = &r->rules[r->nrules++];
    *rule = (struct report_rule){
        .name = keep(r, result->rule),
        .title = keep(r, result->title),
        .severity = keep(r, result->severity),
        .id = keep(r, result->id),
        .tags = keep(r, result->tags),
        .owner = keep(r, result->owner),
        .help = keep(r, result->help),
        .field = keep(r, result->field),
        .reason = keep(r, result->reason),
        .excepted = result->excepted,
        .allowed = result->allowed,
        .expired = result->expired,
        .unused = result->unused,
        .skipped = result->skipped,
        .status = status_of(result, r->known),
        .rows = result->rows,
        .findings = result->findings,
        .undecided = result->undecided,
        .known = r->known,
        .place = keep_place(r, result->file, result->line, result->column),
        .seconds = now - r->since,
        .first = first,
        .stop = r->nfindings,
        .first_problem = first_problem,
        .stop_problem = r->nproblems,
    };
    rule->identity = rule->id.n ? rule->id : rule->name;
    count(r, rule);
    r->fresh = r->known = r->excepted = 0;
    r->since = now;
    return r->failed;
}

static void keep_values(struct report *r, const spoke_named *values, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const spoke_named *v = &values[i];
        void *at = r->values;
        if (!room(r, &at, r->nvalues, &r->cap_values, sizeof *r->values)) {
            return;
        }
        r->values = at;
        r->values[r->nvalues++] = (struct report_value){keep(r, v->name), keep(r, v->value),
                                                        v->missing != 0, v->suppressed != 0};
    }
}

static int keep_finding(struct report *r, struct report_finding *f, const spoke_finding *finding) {
    void *at = r->findings;
    if (!room(r, &at, r->nfindings, &r->cap_findings, sizeof *r->findings)) {
        return 1;
    }
    r->findings = at;
    f->key = keep(r, finding->key);
    f->message = keep(r, finding->message);
    f->reason = keep(r, finding->reason);
    f->keys = r->nvalues;
    keep_values(r, finding->keys, finding->nkeys);
    f->values = r->nvalues;
    keep_values(r, finding->values, r->shows_values ? finding->nvalues : 0);
    f->stop_value = r->nvalues;
    r->findings[r->nfindings++] = *f;
    return r->failed;
}

int report_finding(struct report *r, const spoke_finding *finding) {
    spoke_text identity = finding->id.n ? finding->id : finding->rule;
    struct report_finding f = {.undecided = finding->undecided != 0,
                               .excepted = finding->excepted != 0,
                               .until = finding->until,
                               .record = finding->record};
    baseline_fingerprint(r->baseline, finding, f.fingerprint);
    f.known = !f.excepted && r->baseline && baseline_knows(r->baseline, identity, f.fingerprint);
    uint64_t n = f.excepted ? ++r->excepted : f.known ? ++r->known : ++r->fresh;
    return r->most && n > r->most ? r->failed : keep_finding(r, &f, finding);
}

void report_problem(struct report *r, const struct report_problem *problem) {
    void *at = r->problems;
    if (!room(r, &at, r->nproblems, &r->cap_problems, sizeof *r->problems)) {
        return;
    }
    r->problems = at;
    r->problems[r->nproblems++] = (struct report_problem){
        .code = keep(r, problem->code),
        .message = keep(r, problem->message),
        .place = keep_place(r, problem->place.file, problem->place.line, problem->place.column),
        .warns = problem->warns};
}

/* ---- what it means ---- */

bool report_rule_fails(const struct report_rule *rule, enum report_level fails_at) {
    if (rule->status == SPOKE_RULE_FAIL) {
        return fails_at != LEVEL_NONE;
    }
    return rule->status == SPOKE_RULE_WARN && fails_at == LEVEL_WARN &&
           !text_is(rule->severity, "info");
}

bool report_fails(const struct report *r, enum report_level fails_at) {
    for (size_t i = 0; i < r->nrules; i++) {
        if (report_rule_fails(&r->rules[i], fails_at)) {
            return true;
        }
    }
    return false;
}

const char *report_status(const struct report_rule *rule) {
    static const char *const names[] = {
        [SPOKE_RULE_PASS] = "pass",   [SPOKE_RULE_FAIL] = "fail", [SPOKE_RULE_WARN] = "warn",
        [SPOKE_RULE_EMPTY] = "empty", [SPOKE_RULE_SKIP] = "skip", [SPOKE_RULE_ERROR] = "error"};
    return names[rule->status];
}

uint64_t report_fresh(const struct report_rule *rule) {
    return rule->findings - rule->known;
}

bool report_is_fresh(const struct report_finding *f) {
    return !f->known && !f->excepted;
}

spoke_text report_reason(const struct report *r, const struct report_rule *rule) {
    if (rule->reason.n) {
        return rule->reason;
    }
    return rule->first_problem < rule->stop_problem ? r->problems[rule->first_problem].message
                                                    : text_of("could not be judged");
}

const char *report_end(const struct report *r) {
    return r->timed_out ? "timed out" : r->interrupted ? "interrupted" : NULL;
}

bool report_is_whole(const struct report *r) {
    return !r->interrupted && !r->timed_out;
}

/* ---- texts that several formats share ---- */

void report_counted(struct bytes *out, uint64_t n, const char *one, const char *many) {
    bytes_count(out, n);
    bytes_printf(out, " %s", n == 1 ? one : many);
}

void report_put_finding(struct bytes *out, const struct report_finding *f) {
    if (f->record) {
        bytes_printf(out, "line %llu: ", (unsigned long long)f->record);
    }
    bytes_spoke(out, f->key);
    bytes_text(out, f->key.n ? ": " : "");
    bytes_spoke(out, f->message);
    bytes_text(out, f->undecided ? " (undecided)" : "");
}

void report_put_tags(struct bytes *out, spoke_text tags) {
    bytes_text(out, "[");
    for (size_t at = 0; at < tags.n;) {
        const char *comma = memchr(tags.p + at, ',', tags.n - at);
        size_t n = comma ? (size_t)(comma - tags.p) - at : tags.n - at;
        bytes_text(out, at ? "," : "");
        bytes_json(out, (spoke_text){tags.p + at, n});
        at += n + 1;
    }
    bytes_text(out, "]");
}

void report_put_line(struct bytes *out, const struct report_finding *f) {
    struct bytes text = {0};
    report_put_finding(&text, f);
    escape_line(out, (spoke_text){text.p, text.n});
    out->failed = out->failed || text.failed;
    bytes_free(&text);
}

void report_put_summary(const struct report *r, struct bytes *out) {
    const struct report_summary *s = &r->summary;
    const struct {
        uint64_t n;
        const char *one, *many;
        bool always;
    } parts[] = {{s->pass, "pass", "pass", true},
                 {s->fail, "fail", "fail", true},
                 {s->warn, "warn", "warn", true},
                 {s->empty, "empty", "empty", true},
                 {s->skip, "skip", "skip", true},
                 {s->error, "error", "error", true},
                 {s->rows, "row", "rows", true},
                 {s->findings, "finding", "findings", true},
                 {s->known, "in the baseline", "in the baseline", false},
                 {s->excepted, "excepted", "excepted", false},
                 {s->expired, "exception over", "exceptions over", false},
                 {s->unused, "exception idle", "exceptions idle", false}};
    report_counted(out, s->rules, "rule", "rules");
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (parts[i].always || parts[i].n > 0) {
            bytes_text(out, " · ");
            report_counted(out, parts[i].n, parts[i].one, parts[i].many);
        }
    }
    if (report_end(r)) {
        bytes_printf(out, " · %s", report_end(r));
    }
    bytes_text(out, "\n");
}
