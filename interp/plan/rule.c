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

static void put_counts(struct segment *group, const struct row *row, const struct rule_info *rule) {
    struct lowering *low = group->low;
    const struct type *whole = type_scalar(low->types, TY_INT, false);
    struct rule_terms terms;
    rule_scan_terms(low->session, rule, &terms);
    int filter = slot_of(row, terms.looked_at), verdict = slot_of(row, terms.verdict);
    bool undecided = terms.verdict->type->nullable;
    segment_output(group, STR("looked at"),
                   segment_aggregate(group, AGG_COUNT, -1, filter, whole));
    segment_output(group, STR("kept"),
                   segment_aggregate(group, AGG_COUNT_TRUE, verdict, filter, whole));
    segment_output(group, STR("decided"),
                   segment_aggregate(group, undecided ? AGG_COUNT_PRESENT : AGG_COUNT,
                                     undecided ? verdict : -1, filter, whole));
}

struct plan *plan_rule_counts(struct session *s, const struct rule_info *const *rules, uint32_t n) {
    struct lowering low;
    const struct node *held;
    lowering_init(&low, s);
    struct segment *g = segment_scan(&low, rule_scans(rules[0], &held));
    struct row row = row_of(g);
    g->plan->span = rules[0]->symbol->span;
    if (held)
        lower_where(&row, held);
    struct segment *group = segment_group(g, NULL, 0);
    for (uint32_t i = 0; i < n; i++)
        put_counts(group, &row, rules[i]);
    return lowering_finish(&low, group, NULL);
}
