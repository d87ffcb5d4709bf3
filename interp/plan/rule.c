/* Rules: every row of the table with its key and what the rule says of it. Which
 * findings follow from missing values is for judge/ to decide, so `where` and
 * `expect` come out as they are and drop nothing. */
#include "plan/build.h"

static int clause_output(const struct row *row, const char *name, const struct node *clause) {
    if (!clause) {
        return -1;
    }
    return (int)segment_output(row->segment, str_of(name), lower_slot(row, clause));
}

bool plan_rule(struct session *s, const struct rule_info *rule, struct rule_plan *out) {
    struct lowering low;
    lowering_init(&low, s);
    struct segment *g = segment_scan(&low, rule->table);
    struct row row = row_of(g);
    g->plan->span = rule->symbol ? rule->symbol->span : (struct span){0, 0, 0};
    g->plan->about.name = rule->symbol ? rule->symbol->name : STR_NONE;
    for (uint32_t i = 0; i < rule->table->nkeys; i++) {
        uint32_t key = rule->table->keys[i];
        segment_output(g, rule->table->columns[key].name, segment_field_slot(g, key));
    }
    out->nkeys = rule->table->nkeys;
    out->where = clause_output(&row, "where", rule->where);
    out->expect = clause_output(&row, "expect", rule->expect);
    out->message = clause_output(&row, "message", rule->message);
    out->plan = lowering_finish(&low, g, NULL);
    return out->plan != NULL;
}
