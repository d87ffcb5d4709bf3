/* Membership of a cohort as a condition on rows of its entity.
 *
 * A member meets every `require` and no `exclude`; missing is not true in either, and the rows on
 * which a clause is missing that all before it have let through count as undecided.
 * Where cohorts are combined, each becomes a bool that is never missing, so that
 * `not C` holds exactly the entity's other rows. */
#include "plan/build.h"

/* One plain cohort, never missing. NULL: everybody is a member. */
static struct node *plain_membership(const struct row *row, const struct cohort_info *cohort) {
    struct lowering *low = row->segment->low;
    struct node *all = NULL;
    for (uint32_t i = 0; i < cohort->nrequire; i++) {
        struct node *required = lower_tree(row, cohort->require[i]);
        segment_undecided(row->segment, tree_and(low, all, required));
        all = tree_and(low, all, tree_is_true(low, required));
    }
    for (uint32_t i = 0; i < cohort->nexclude; i++) {
        struct node *excluded = lower_tree(row, cohort->exclude[i]);
        segment_undecided(row->segment, tree_and(low, all, excluded));
        all = tree_and(low, all, tree_not(low, tree_is_true(low, excluded)));
    }
    return all;
}

static struct node *everybody(struct lowering *low) {
    struct node *n = tree_new(low, N_BOOL, type_bool(low, false), (struct span){0, 0, 0});
    n->value.i = true;
    return n;
}

struct node *lower_membership(const struct row *row, const struct node *is) {
    struct lowering *low = row->segment->low;
    if (is->kind == N_BINARY) {
        struct node *a = lower_membership(row, is->a);
        struct node *b = lower_membership(row, is->b);
        return is->op == TOK_OR ? tree_or(low, a, b) : tree_and(low, a, b);
    }
    if (is->kind == N_UNARY) {
        return tree_not(low, lower_membership(row, is->a));
    }
    const struct cohort_info *cohort = is->symbol->detail;
    struct node *member =
        cohort->is ? lower_membership(row, cohort->is) : plain_membership(row, cohort);
    return member ? member : everybody(low);
}

void lower_cohort(const struct row *row, const struct cohort_info *cohort) {
    struct lowering *low = row->segment->low;
    if (cohort->is) {
        segment_filter(row->segment, lower_membership(row, cohort->is), cohort->is->span);
        return;
    }
    for (uint32_t i = 0; i < cohort->nrequire; i++) {
        lower_where(row, cohort->require[i]);
    }
    for (uint32_t i = 0; i < cohort->nexclude; i++) {
        segment_undecided(row->segment, lower_tree(row, cohort->exclude[i]));
        struct node *excluded = tree_is_true(low, cohort->exclude[i]);
        lower_where(row, tree_not(low, excluded));
    }
}
