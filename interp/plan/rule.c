/* Rules: their rows with what is to be known of each, and how many rows of each
 * kind there are. What follows from that is for judge/ to decide. */
#include "plan/build.h"

struct plan *plan_rules(struct session *s, const struct rule_info *const *rules, uint32_t n,
                        bool found_only, struct rule_columns *out) {
    return plan_lower(s, rules_relation(s, rules, n, found_only, out));
}

static int slot_of(const struct row *row, const struct node *n) {
    return n ? (int)lower_slot(row, n) : -1;
}

/* The rows that rules of one source have in common. */
static struct segment *scan_for(struct lowering *low, const struct rule_info *rule) {
    const struct node *held;
    struct segment *g = segment_scan(low, rule_scans(rule, &held));
    struct row row = row_of(g);
    g->plan->span = rule->symbol->span;
    if (held)
        lower_where(&row, held);
    return g;
}

struct plan *plan_rule_counts(struct session *s, const struct rule_info *rule) {
    struct lowering low;
    struct rule_terms terms;
    const struct type *whole = type_scalar(&s->types, TY_INT, false);
    lowering_init(&low, s);
    rule_scan_terms(s, rule, &terms);
    struct segment *g = scan_for(&low, rule);
    struct row row = row_of(g);
    struct segment *group = segment_group(g, NULL, 0);
    int looked_at = slot_of(&row, terms.looked_at), found = slot_of(&row, terms.found);
    segment_output(group, STR("looked at"),
                   segment_aggregate(group, AGG_COUNT, -1, looked_at, whole));
    segment_output(group, STR("found"), segment_aggregate(group, AGG_COUNT_TRUE, found, -1, whole));
    return lowering_finish(&low, group, NULL);
}

/* ---- records ---- */

/* A row for each record, if the terms tell which of them the source leaves out. */
static struct segment *records_for(struct lowering *low, const struct rule_info *rule,
                                   struct rule_terms *terms) {
    const struct node *held;
    const struct table *table = rule_scans(rule, &held);
    if (table && !held) {
        rule_scan_terms(low->session, rule, terms);
        return segment_scan(low, table);
    }
    rule_terms(low->session, rule, terms);
    low->numbers_records = true;
    return lower_relation(low, rule->source);
}

static bool leaves_out(const struct segment *g) {
    bool some = g->tests.n > 0;
    for (uint32_t i = 0; i < g->steps.n; i++)
        some = some || g->steps.at[i]->kind == STEP_FILTER;
    return some || (g->input && leaves_out(g->input));
}

void plan_rule_terms(struct session *s, const struct rule_info *rule, struct record_planning how,
                     struct rule_terms_plan *out) {
    struct lowering low;
    struct rule_terms terms;
    *out = (struct rule_terms_plan){.looked_at = -1, .record = -1};
    lowering_init(&low, s);
    low.tells = how.tells;
    low.reads_old = how.beside_store;
    struct segment *g = records_for(&low, rule, &terms);
    if (!g)
        return;
    struct row row = row_of(g);
    bool some = leaves_out(g);
    segment_output(g, STR("found"), lower_slot(&row, terms.found));
    if (terms.looked_at)
        out->looked_at =
            (int)segment_output(g, STR("looked at"), lower_slot(&row, terms.looked_at));
    if (some && g->record != SLOT_NONE)
        out->record = (int)segment_output(g, STR("record"), g->record);
    out->plan = lowering_finish(&low, g, NULL);
}

struct plan *plan_record_findings(struct session *s, const struct rule_info *rule,
                                  struct record_planning how, struct rule_columns *out) {
    struct lowering low;
    struct node *findings = rules_relation(s, &rule, 1, false, out);
    lowering_init(&low, s);
    low.tells = how.tells;
    low.reads_old = how.beside_store;
    struct segment *root = lower_relation(&low, findings);
    if (root && root->outputs.n == 0)
        segment_outputs(root);
    return lowering_finish(&low, root, findings->type);
}

/* ---- sets ---- */

enum { MOST_IN_SET = 64 }; /* so that a tree of them is not too high */

struct reads {
    ARENA_VEC(const struct node *) at;
};
struct rule_set {
    struct reads reads;
    ARENA_VEC(const struct node *) terms; /* each once */
    struct node *found;                   /* one of them is true */
};

static bool has_read(const struct reads *reads, const struct node *n) {
    for (uint32_t i = 0; i < reads->at.n; i++)
        if (tree_equal(reads->at.at[i], n))
            return true;
    return false;
}

static void add_reads(struct arena *arena, struct reads *out, const struct node *n) {
    if (!n)
        return;
    if (n->kind == N_COLUMN || n->kind == N_FOLLOW || n->kind == N_LEG) {
        if (!has_read(out, n))
            ARENA_PUSH(arena, &out->at) = n;
        return;
    }
    add_reads(arena, out, n->a);
    add_reads(arena, out, n->b);
    add_reads(arena, out, n->c);
    add_reads(arena, out, n->d);
    for (uint32_t i = 0; i < n->list.n; i++)
        add_reads(arena, out, n->list.at[i]);
}

static bool same_reads(const struct reads *a, const struct reads *b) {
    bool same = a->at.n == b->at.n;
    for (uint32_t i = 0; same && i < a->at.n; i++)
        same = has_read(b, a->at.at[i]);
    return same;
}

/* The number of the set that the rule goes into. */
static uint32_t put_in_set(struct lowering *low, struct rule_set *sets, uint32_t *nsets,
                           struct node *found) {
    struct reads reads = {{0}};
    uint32_t at = 0;
    add_reads(low->arena, &reads, found);
    while (at < *nsets && (sets[at].terms.n == MOST_IN_SET || !same_reads(&sets[at].reads, &reads)))
        at++;
    if (at == *nsets)
        sets[(*nsets)++].reads = reads;
    for (uint32_t i = 0; i < sets[at].terms.n; i++)
        if (tree_equal(sets[at].terms.at[i], found))
            return at;
    ARENA_PUSH(low->arena, &sets[at].terms) = found;
    sets[at].found = tree_or(low, sets[at].found, found);
    return at;
}

bool plan_rule_sets(struct session *s, const struct rule_info *const *rules, uint32_t n,
                    struct rule_set_plan *out) {
    struct lowering low;
    const struct type *whole = type_scalar(&s->types, TY_INT, false);
    lowering_init(&low, s);
    struct rule_set *sets = ARENA_ARRAY(low.arena, struct rule_set, n);
    struct rule_terms *terms = ARENA_ARRAY(low.arena, struct rule_terms, n);
    *out = (struct rule_set_plan){.set = ARENA_ARRAY(low.arena, uint32_t, n),
                                  .looked_at = ARENA_ARRAY(low.arena, int, n)};
    for (uint32_t i = 0; i < n; i++) {
        rule_scan_terms(s, rules[i], &terms[i]);
        out->set[i] = put_in_set(&low, sets, &out->nsets, terms[i].found);
    }
    struct segment *g = scan_for(&low, rules[0]);
    struct row row = row_of(g);
    struct segment *group = segment_group(g, NULL, 0);
    segment_output(group, STR("rows"), segment_aggregate(group, AGG_COUNT, -1, -1, whole));
    for (uint32_t i = 0; i < out->nsets; i++)
        segment_output(
            group, STR("found"),
            segment_aggregate(group, AGG_COUNT_TRUE, slot_of(&row, sets[i].found), -1, whole));
    for (uint32_t i = 0; i < n; i++) {
        const struct node *where = terms[i].looked_at;
        out->looked_at[i] =
            where ? (int)segment_output(
                        group, STR("looked at"),
                        segment_aggregate(group, AGG_COUNT_TRUE, slot_of(&row, where), -1, whole))
                  : -1;
    }
    out->plan = lowering_finish(&low, group, NULL);
    return out->plan != NULL;
}
