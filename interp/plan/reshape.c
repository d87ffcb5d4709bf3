/* Unions, differences and intersections of relations; unpivot.
 *
 * The difference and the intersection are groups of the union of both sides: the first side of a
 * row is 0, the other 1, and a group has a smallest and a largest. So missing values are equal
 * here, as in every grouping. */
#include "plan/build.h"

/* A field as `type`: references that do not stay become keys, numbers meet. */
static uint32_t slot_as(struct segment *g, uint32_t slot, const struct type *type) {
    if (type->kind != TY_REF) {
        slot = segment_plain(g, slot);
    }
    const struct type *own = g->slot_types.at[slot];
    if (own->kind == type->kind) {
        return slot;
    }
    struct node *value = tree_input(g->low, slot, own, g->plan->span);
    return segment_compute(
        g, tree_convert(g->low, value, type_nullable(g->low->types, type, own->nullable)));
}

/* Outputs: the columns of `type` by name, then the number of the side if it is asked for. */
static void close_side(struct segment *g, const struct type *type, int side) {
    for (uint32_t i = 0; i < type->n; i++) {
        int at = segment_field_named(g, type->fields[i].name);
        assert(at >= 0);
        uint32_t slot = slot_as(g, segment_field_slot(g, (uint32_t)at), type->fields[i].type);
        segment_output(g, type->fields[i].name, slot);
    }
    if (side >= 0) {
        segment_output(g, STR_NONE, segment_compute(g, tree_int(g->low, side)));
    }
}

/* Groups that both sides have, or the first alone. */
static void keep_groups(struct segment *group, uint32_t side, bool both) {
    struct lowering *low = group->low;
    const struct type *number = type_scalar(low->types, TY_INT, true);
    uint32_t least = segment_aggregate(group, AGG_MIN, (int)side, -1, number);
    uint32_t most = segment_aggregate(group, AGG_MAX, (int)side, -1, number);
    struct span span = group->plan->span;
    const struct type *truth = type_bool(low, true);
    struct node *first =
        tree_binary(low, TOK_EQ, tree_input(low, least, number, span), tree_int(low, 0), truth);
    struct node *last =
        tree_binary(low, TOK_EQ, tree_input(low, most, number, span), tree_int(low, both), truth);
    segment_filter(group, tree_and(low, first, last), span);
    group->judged = false; /* they are never missing */
}

struct segment *lower_set(struct segment *left, const struct node *v) {
    struct segment *right = lower_relation(left->low, v->a);
    if (!right) {
        return NULL;
    }
    const struct type *type = v->type;
    bool all = str_is(v->text, "union all"), distinct = str_is(v->text, "union");
    bool sided = !all && !distinct;
    close_side(left, type, sided ? 0 : -1);
    close_side(right, type, sided ? 1 : -1);
    struct segment *g = segment_union(left, right);
    for (uint32_t i = 0; i < type->n; i++) {
        segment_field(g, type->fields[i].name, g->slot_types.at[i], i);
    }
    if (all) {
        return g;
    }
    struct row_fields keys = g->fields;
    struct segment *group = segment_group_by(g, &keys);
    if (sided) {
        keep_groups(group, type->n, str_is(v->text, "intersect"));
    }
    return group;
}

static bool is_named(const struct node *v, uint32_t field) {
    for (uint32_t i = 0; i < v->list.n; i++) {
        if (v->list.at[i]->value.i == field) {
            return true;
        }
    }
    return false;
}

struct segment *lower_unpivot(struct segment *g, const struct node *v) {
    struct arena *arena = g->low->arena;
    const struct type *type = v->type;
    struct field name = type->fields[type->n - 2], value = type->fields[type->n - 1];
    uint32_t nkept = 0;
    for (uint32_t i = 0; i < g->fields.n; i++) {
        if (!is_named(v, i)) {
            segment_output(g, g->fields.at[i].name, segment_field_slot(g, i));
            nkept++;
        }
    }
    close_people(g);
    uint32_t nfields = nkept;
    nkept = g->outputs.n;
    const struct text **names = ARENA_ARRAY(arena, const struct text *, v->list.n);
    for (uint32_t i = 0; i < v->list.n; i++) {
        uint32_t slot = segment_field_slot(g, (uint32_t)v->list.at[i]->value.i);
        segment_output(g, STR_NONE, slot_as(g, slot, value.type));
        names[i] = text_pinned(arena, v->list.at[i]->text);
    }
    struct segment *u = segment_over(g, BASE_UNPIVOT);
    u->slot_types.n = nkept; /* the values become rows of one slot */
    for (uint32_t i = 0; i < nfields; i++) {
        segment_field(u, type->fields[i].name, u->slot_types.at[i], i);
    }
    segment_field(u, name.name, name.type, segment_slot(u, name.type));
    segment_field(u, value.name, value.type, segment_slot(u, value.type));
    reopen_people(u, g, 0);
    u->plan->nkept = nkept;
    u->plan->names = names;
    u->plan->nnames = v->list.n;
    u->plan->nvalues = 1;
    return u;
}
