/* `per each student`: units that have no facts.
 *
 * The grouping into units gets, besides the facts, one row for each row of the
 * unit's table. It lies in every period and in the cell that the unit's own
 * columns say; aggregates pass it over, so such a unit has counts of 0. */
#include "plan/question.h"

/* The checked tree over facts as one over rows of the unit's table; NULL: it reads other columns
 * of the facts. */
static struct node *rebased(struct segment *entity, const struct node *n, const struct node *per) {
    struct lowering *low = entity->low;
    if (same_path(n, per)) {
        uint32_t slot = segment_scan_column(entity, TABLE_ROW_NUMBER);
        return tree_input(low, slot, entity->slot_types.at[slot], n->span);
    }
    if (n->kind == N_FOLLOW && same_path(n->a, per))
        return tree_column(low, entity->plan->table, (uint32_t)n->value.i);
    if (n->kind == N_COLUMN || n->kind == N_LEG)
        return NULL;
    struct node *copy = ARENA_NEW(low->arena, struct node);
    *copy = *n;
    struct node **children[] = {&copy->a, &copy->b, &copy->c, &copy->d};
    for (size_t i = 0; i < COUNT_OF(children); i++)
        if (*children[i] && !(*children[i] = rebased(entity, *children[i], per)))
            return NULL;
    copy->list = (struct node_list){NULL, 0, 0};
    for (uint32_t i = 0; i < n->list.n; i++) {
        struct node *child = rebased(entity, n->list.at[i], per);
        if (!child)
            return NULL;
        ARENA_PUSH(low->arena, &copy->list) = child;
    }
    return copy;
}

struct segment *scan_units(struct lowering *low, const struct asked *a) {
    const struct measure_info *m = a->measure;
    const struct table *units = m->per[0]->type->table;
    struct segment *g = segment_scan(low, units);
    struct row row = row_of(g);
    g->plan->remark = arena_printf(low->arena, "every row of %.*s", STR_ARG(units->name));
    struct node *where = a->where ? rebased(g, a->where, m->per[0]) : NULL;
    if (where)
        lower_where(&row, where);
    if (a->cohort && a->cohort_at) {
        struct node *at = rebased(g, a->cohort_at, m->per[0]);
        if (at) {
            struct row member = row;
            member.via = lower_slot(&row, at);
            member.table = a->cohort_at->type->table;
            lower_where(&row, lower_membership(&member, a->cohort));
        }
    }
    return g;
}

static struct node *missing_tree(struct lowering *low, const struct type *type) {
    struct node *n =
        tree_new(low, N_MISSING, type_scalar(low->types, TY_MISSING, true), (struct span){0, 0, 0});
    return tree_convert(low, n, type);
}

static struct node *truth(struct lowering *low, bool value) {
    struct node *n = tree_new(low, N_BOOL, type_bool(low, false), (struct span){0, 0, 0});
    n->value.i = value;
    return n;
}

/* Both sides of the union, built output by output. */
struct both {
    struct segment *facts, *entity;
    uint32_t *moved; /* by slot of the facts: output, or SLOT_NONE */
};

/* The slot of the facts and what stands in its place for units without facts. */
static uint32_t add_both(struct both *b, uint32_t slot, struct node *other) {
    if (slot != SLOT_NONE && b->moved[slot] != SLOT_NONE)
        return b->moved[slot];
    const struct type *type = b->facts->slot_types.at[slot];
    struct row row = row_of(b->entity);
    type = type_nullable(b->facts->low->types, type,
                         type->nullable || !other || other->type->nullable);
    struct node *value = other ? lower_tree(&row, other) : missing_tree(b->facts->low, type);
    value = tree_convert(b->facts->low, value, type);
    segment_output(b->entity, STR_NONE, segment_compute(b->entity, value));
    b->moved[slot] = segment_output(b->facts, STR_NONE, slot);
    return b->moved[slot];
}

static void move_keys(struct both *b, struct segment *units, const struct asked *a, uint32_t per,
                      const struct slot_list *cell_keys, uint32_t ndims) {
    struct plan *plan = units->plan;
    for (uint32_t i = 0; i < plan->nkeys; i++) {
        struct node *other = NULL;
        if (!key_is_slot(plan->keys[i]))
            continue;
        if (i == per)
            other = rebased(b->entity, a->measure->per[0], a->measure->per[0]);
        for (uint32_t k = 0; k < ndims && !other; k++)
            if (cell_keys->at[k] == i)
                other = rebased(b->entity, a->dims[k], a->measure->per[0]);
        if (!other && a->compared)
            other = rebased(b->entity, a->compared, a->measure->per[0]);
        plan->keys[i] = add_both(b, plan->keys[i], other);
    }
    if (plan->axis)
        plan->day = add_both(b, plan->day, NULL);
}

static void move_aggregations(struct both *b, struct segment *units, uint32_t real) {
    for (uint32_t i = 0; i < units->aggregations.n; i++) {
        struct aggregation *x = &units->aggregations.at[i];
        if (x->argument >= 0)
            x->argument = (int)add_both(b, (uint32_t)x->argument, NULL);
        x->filter = x->filter < 0
                        ? (int)real
                        : (int)add_both(b, (uint32_t)x->filter, truth(b->facts->low, false));
        if (x->dated)
            x->day = add_both(b, x->day, NULL);
    }
}

void add_each(struct segment *units, const struct row *facts, const struct question *q,
              const struct asked *a, uint32_t per, const struct slot_list *cell_keys) {
    struct lowering *low = units->low;
    struct both b = {.facts = facts->segment, .entity = scan_units(low, a)};
    uint32_t is_fact = segment_compute(b.facts, truth(low, true));
    b.moved = ARENA_ARRAY(low->arena, uint32_t, b.facts->slot_types.n);
    memset(b.moved, 0xff, b.facts->slot_types.n * sizeof *b.moved);
    uint32_t real = add_both(&b, is_fact, truth(low, false));
    move_keys(&b, units, a, per, cell_keys, q->ndims);
    move_aggregations(&b, units, real);
    units->input = segment_union(b.facts, b.entity);
    units->input->plan->remark = arena_printf(low->arena, "and every %.*s, with facts or without",
                                              STR_ARG(a->measure->each->name));
    for (uint32_t i = 0; i < units->plan->nkeys; i++)
        if (key_is_slot(units->plan->keys[i]))
            units->slot_types.at[i] = units->input->slot_types.at[units->plan->keys[i]];
}
