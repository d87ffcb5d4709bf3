/* Rules: their rows with what is to be known of each. What follows from that is
 * for judge/ to decide. */
#include "plan/build.h"

bool plan_rule(struct session *s, const struct rule_info *rule, bool found_only,
               struct rule_plan *out) {
    struct node *relation = rule_relation(s, rule, found_only, &out->columns);
    out->plan = plan_lower(s, relation);
    return out->plan != NULL;
}
