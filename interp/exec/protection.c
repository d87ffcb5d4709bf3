/* What protects the rows of a plan, and whether the people that they are about can still be told
 * apart.
 *
 * Both are found by walking down the plan, into the relations that it has captured: only at run
 * time is it known which these are. */
#include "exec/segment.h"

static struct protection stricter(struct protection a, struct protection b) {
    return (struct protection){a.under > b.under ? a.under : b.under,
                               a.complementary || b.complementary};
}

static const struct relation *captured_relation(struct run *run, const struct relation *self,
                                                const struct plan *plan) {
    const struct symbol *symbol = plan->captured[plan->relation];
    struct object *object = run->env->captured(run->env->user, self, symbol).ref;
    return object && object->kind != OBJ_FRAME ? (const struct relation *)object : NULL;
}

static struct protection captured_protection(struct run *run, const struct relation *self,
                                             const struct plan *plan) {
    const struct relation *made = captured_relation(run, self, plan);
    return made ? rows_protection(run, made, made->plan)
                : (struct protection){0, false}; /* whoever made the frame was allowed to */
}

struct protection rows_protection(struct run *run, const struct relation *self,
                                  const struct plan *plan) {
    const struct protection none = {0, false};
    switch (plan->base) {
    case BASE_SCAN:
        return plan->table->shown;
    case BASE_SAMPLE: /* shows what a grouping that discloses has shown */
    case BASE_SQL:    /* whoever may ask that may see everything */
        return none;
    case BASE_RELATION:
        return captured_protection(run, self, plan);
    case BASE_GROUP:
        return plan->discloses ? none : rows_protection(run, self, plan->input);
    case BASE_JOIN:
    case BASE_UNION:
        return stricter(rows_protection(run, self, plan->input),
                        rows_protection(run, self, plan->right));
    case BASE_SORT:
    case BASE_SPINE:
    case BASE_WINDOW:
    case BASE_UNPIVOT:
    case BASE_SPANS:
    case BASE_HELD:
    case BASE_SPELLS:
    case BASE_NAMED:
        return rows_protection(run, self, plan->input);
    }
    return none;
}

/* ---- whether people can be told apart ---- */

/* The table that the rows come from first. */
static const struct table *first_table(struct run *run, const struct relation *self,
                                       const struct plan *plan) {
    while (plan && plan->base != BASE_SCAN) {
        const struct relation *made =
            plan->base == BASE_RELATION ? captured_relation(run, self, plan) : NULL;
        self = made ? made : self;
        plan = made ? made->plan : plan->base == BASE_RELATION ? NULL : plan->input;
    }
    return plan ? plan->table : NULL;
}

static bool leads_to_people(struct run *run, const struct relation *self, const struct plan *plan) {
    const struct relation *made =
        plan->base == BASE_RELATION ? captured_relation(run, self, plan) : NULL;
    return (made && leads_to_people(run, made, made->plan)) ||
           (plan->base == BASE_SCAN && plan->table->reaches_people) ||
           (plan->input && leads_to_people(run, self, plan->input)) ||
           (plan->right && leads_to_people(run, self, plan->right));
}

/* Whether several rows may be about one person, by how they were made of the rows of tables. */
static bool rows_repeat(struct run *run, const struct relation *self, const struct plan *plan) {
    const struct relation *made;
    switch (plan->base) {
    case BASE_SCAN:
        return plan->table->reaches_people && !plan->table->counts_people;
    case BASE_SQL:
    case BASE_SAMPLE:
        return false;
    case BASE_RELATION:
        made = captured_relation(run, self, plan);
        return made && rows_repeat(run, made, made->plan);
    case BASE_JOIN:
        return plan->joins_many || rows_repeat(run, self, plan->input) ||
               rows_repeat(run, self, plan->right);
    case BASE_UNION:
        return first_table(run, self, plan->input) == first_table(run, self, plan->right) ||
               rows_repeat(run, self, plan->input) || rows_repeat(run, self, plan->right);
    case BASE_UNPIVOT:
    case BASE_SPANS:
    case BASE_SPELLS:
        return true;
    case BASE_GROUP:
        return !plan->discloses && rows_repeat(run, self, plan->input);
    case BASE_SORT:
    case BASE_SPINE:
    case BASE_WINDOW:
    case BASE_HELD:
    case BASE_NAMED:
        return rows_repeat(run, self, plan->input);
    }
    return true;
}

/* There are people to count, and nothing to tell them apart by. */
bool people_are_lost(struct segment *group) {
    const struct plan *rows = group->plan->input;
    return leads_to_people(group->run, group->self, rows) &&
           rows_repeat(group->run, group->self, rows);
}
