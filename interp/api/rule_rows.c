/* The rows that rules judge, with what is to be known of each.
 *
 * Rules over rows of one table share scans of it: one tells which sets of them
 * find anything, another brings the rows that these find, as long as they are
 * not too many to hold. When a shared scan fails, each rule has its own, so that
 * the fault shows whose it is. What is no scan is run as it is; rows that a function
 * makes need code to call it, so a unit of one statement shows them, and they
 * are taken before anybody sees them.
 *
 * Scans live in the scratch arena, their frames until scans_free. */
#include "api/rule_rows.h"

enum { MOST_SHARED = 100000 }; /* rows found by a shared scan */

struct rule_scan {
    const struct table *table;
    const struct node *held;
    ARENA_VEC(const struct rule_info *) rules;
    bool counted, apart;
    struct rule_set_plan sets;
    uint64_t *looked_at; /* by rule */
    uint64_t *in_set;    /* rows on which some rule of a set finds something */
    bool searched;
    struct frame *found; /* by all rules of such sets */
    struct rule_columns *columns;
    struct rule_scan *next;
};

/* ---- what is no scan ---- */

static enum status run_code(struct spoke *sp, struct node *relation, struct frame **out) {
    struct proto *main;
    struct node *file = ARENA_NEW(&sp->arena, struct node);
    struct node *show = ARENA_NEW(&sp->arena, struct node);
    file->kind = N_BLOCK;
    show->kind = N_SHOW;
    show->span = file->span = relation->span;
    show->a = relation;
    ARENA_PUSH(&sp->arena, &file->list) = show;
    enum status s = compile_unit(&sp->session, &sp->vm.layout, file, &main);
    if (s != ST_OK)
        return s;
    sp->taken = out;
    s = vm_run(&sp->vm, main);
    sp->taken = NULL;
    if (s != ST_OK && *out) {
        frame_drop(*out);
        *out = NULL;
    }
    return s;
}

static enum status run_rules(struct spoke *sp, const struct rule_info *const *rules, uint32_t n,
                             bool found_only, struct rule_columns *columns, struct frame **out) {
    *out = NULL;
    struct plan *plan = plan_rules(&sp->session, rules, n, found_only, columns);
    if (!plan)
        return ST_FAILED;
    return plan->ncaptured
               ? run_code(sp, rules_relation(&sp->session, rules, n, found_only, columns), out)
               : run_plan(sp, plan, out);
}

/* ---- scans ---- */

void scans_add(struct spoke *sp, struct rule_scan **scans, const struct rule_info *rule) {
    const struct node *held;
    const struct table *table = rule_scans(rule, &held);
    struct rule_scan *scan = *scans;
    if (!table || sp->session.protects) /* then even counts say too much */
        return;
    while (scan && (scan->table != table || !scan->held != !held))
        scan = scan->next;
    if (!scan) {
        scan = ARENA_NEW(&sp->scratch, struct rule_scan);
        scan->table = table;
        scan->held = held;
        scan->next = *scans;
        *scans = scan;
    }
    ARENA_PUSH(&sp->scratch, &scan->rules) = rule;
}

void scans_free(struct rule_scan *scans) {
    for (; scans; scans = scans->next)
        if (scans->found)
            frame_drop(scans->found);
}

static struct rule_scan *scan_of(struct rule_scan *scans, const struct rule_info *rule,
                                 uint32_t *at) {
    for (; scans; scans = scans->next)
        for (*at = 0; *at < scans->rules.n; ++*at)
            if (scans->rules.at[*at] == rule)
                return scans;
    return NULL;
}

static uint64_t count_in(const struct frame *f, uint32_t column) {
    return (uint64_t)f->columns[column].i[0];
}

static bool is_own_fault(enum status s) {
    return s != ST_OK && s != ST_INTERRUPTED && s != ST_NO_MEMORY;
}

static enum status count_sets(struct spoke *sp, struct rule_scan *scan) {
    struct frame *f = NULL;
    uint32_t n = scan->rules.n;
    scan->looked_at = ARENA_ARRAY(&sp->scratch, uint64_t, n);
    if (!plan_rule_sets(&sp->session, scan->rules.at, n, &scan->sets))
        return ST_FAILED;
    scan->in_set = ARENA_ARRAY(&sp->scratch, uint64_t, scan->sets.nsets);
    enum status s = run_plan(sp, scan->sets.plan, &f);
    if (s != ST_OK)
        return s;
    for (uint32_t i = 0; i < n; i++)
        scan->looked_at[i] =
            count_in(f, scan->sets.looked_at[i] < 0 ? 0 : (uint32_t)scan->sets.looked_at[i]);
    for (uint32_t i = 0; i < scan->sets.nsets; i++)
        scan->in_set[i] = count_in(f, 1 + i);
    frame_drop(f);
    return ST_OK;
}

/* For all at once; what fails then is taken back, and each is on its own. */
static enum status count_all(struct spoke *sp, struct rule_scan *scan) {
    struct diags before = sp->diags;
    scan->counted = true;
    scan->apart = scan->rules.n == 1;
    enum status s = scan->apart ? ST_OK : count_sets(sp, scan);
    if (!is_own_fault(s))
        return s;
    sp->diags = before;
    scan->apart = true;
    return ST_OK;
}

static bool may_find(const struct rule_scan *scan, uint32_t i) {
    return scan->in_set[scan->sets.set[i]] > 0;
}

/* The rows that rules find, if they are few enough; else none, and each looks for its own. */
static enum status find_together(struct spoke *sp, struct rule_scan *scan) {
    struct diags before = sp->diags;
    const struct rule_info **rules =
        ARENA_ARRAY(&sp->scratch, const struct rule_info *, scan->rules.n);
    struct rule_columns *columns = ARENA_ARRAY(&sp->scratch, struct rule_columns, scan->rules.n);
    uint64_t rows = 0;
    uint32_t n = 0;
    scan->searched = true;
    scan->columns = ARENA_ARRAY(&sp->scratch, struct rule_columns, scan->rules.n);
    for (uint32_t i = 0; i < scan->sets.nsets; i++)
        rows += scan->in_set[i];
    for (uint32_t i = 0; i < scan->rules.n; i++)
        if (may_find(scan, i))
            rules[n++] = scan->rules.at[i];
    if (n < 2 || rows > MOST_SHARED)
        return ST_OK;
    enum status s = run_rules(sp, rules, n, true, columns, &scan->found);
    if (is_own_fault(s)) {
        sp->diags = before;
        return ST_OK;
    }
    for (uint32_t i = 0, k = 0; i < scan->rules.n; i++)
        if (may_find(scan, i))
            scan->columns[i] = columns[k++];
    return s;
}

/* One rule by scans of its own: first only counted, for most find nothing. */
static enum status judge_apart(struct spoke *sp, const struct rule_info *rule,
                               const struct judge_options *how, struct judge_result *out) {
    struct frame *f = NULL;
    struct rule_columns columns;
    struct plan *plan = plan_rule_counts(&sp->session, rule);
    enum status s = plan ? run_plan(sp, plan, &f) : ST_FAILED;
    if (s != ST_OK)
        return s;
    uint64_t rows = count_in(f, RULE_LOOKED_AT), found = count_in(f, RULE_FOUND);
    frame_drop(f);
    if (found == 0) {
        judge_clean(rule, rows, how->today, out);
        return ST_OK;
    }
    s = run_rules(sp, &rule, 1, true, &columns, &f);
    if (s == ST_OK)
        s = judge_frame(&sp->alloc, f, &columns, rule, &rows, how, out);
    if (f)
        frame_drop(f);
    return s;
}

static enum status judge_scan(struct spoke *sp, struct rule_scan *scan, uint32_t at,
                              const struct judge_options *how, struct judge_result *out) {
    const struct rule_info *rule = scan->rules.at[at];
    enum status s = scan->counted ? ST_OK : count_all(sp, scan);
    if (s == ST_OK && !scan->apart && !may_find(scan, at)) {
        judge_clean(rule, scan->looked_at[at], how->today, out);
        return ST_OK;
    }
    if (s == ST_OK && !scan->apart && !scan->searched)
        s = find_together(sp, scan);
    if (s != ST_OK)
        return s;
    return scan->found ? judge_frame(&sp->alloc, scan->found, &scan->columns[at], rule,
                                     &scan->looked_at[at], how, out)
                       : judge_apart(sp, rule, how, out);
}

enum status rule_judge(struct spoke *sp, struct rule_scan *scans, const struct rule_info *rule,
                       const struct judge_options *how, struct judge_result *out) {
    uint32_t at;
    struct rule_columns columns;
    struct frame *f;
    struct rule_scan *scan = scan_of(scans, rule, &at);
    if (scan)
        return judge_scan(sp, scan, at, how, out);
    enum status s = run_rules(sp, &rule, 1, false, &columns, &f);
    if (s != ST_OK)
        return s;
    s = judge_frame(&sp->alloc, f, &columns, rule, NULL, how, out);
    frame_drop(f);
    return s;
}
