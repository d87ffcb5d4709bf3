/* What is said below an answer: rows without a date, units that were left out,
 * that have no facts, or that stand in several strata at once.
 *
 * All of it is counted while the answer is made, on the rows that are there
 * anyway; only how many units there could be is asked apart. Periods that are
 * read to be compared with do not count. */
#include "plan/question.h"

static void say(struct lowering *low, const struct saying *saying) {
    ARENA_PUSH(low->arena, &low->sayings) = *saying;
}

static bool has_room(const struct lowering *low, uint32_t counters) {
    return !low->asked_before && low->ncounters + counters <= MOST_COUNTERS;
}

/* The condition's value, which others read too, as an input. */
static struct node *computed(const struct row *row, const struct node *condition) {
    uint32_t slot = lower_slot(row, condition);
    return tree_input(row->segment->low, slot, condition->type, condition->span);
}

static struct node *is_missing(struct lowering *low, struct node *value) {
    struct node *n = tree_new(low, N_IS_MISSING, type_bool(low, false), value->span);
    n->a = value;
    return n;
}

struct node *tree_undated(struct lowering *low, const struct measure_info *m) {
    return is_missing(low, at_tree(low, m));
}

void say_undated(const struct row *facts, const struct asked *a) {
    struct segment *g = facts->segment;
    struct lowering *low = g->low;
    const struct measure_info *m = a->measure;
    if (has_room(low, 1)) {
        uint32_t counter = segment_count(g, lower_tree(facts, tree_undated(low, m)), NULL, 0);
        say(low, &(struct saying){.kind = SAY_UNDATED,
                                  .counter = counter,
                                  .what = m->facts->name,
                                  .by = m->facts->columns[m->at].name});
    }
    /* behind the counting: a test in the scan would drop the rows before it */
    segment_filter(g, lower_tree(facts, tree_present(low, at_tree(low, m))),
                   (struct span){0, 0, 0});
}

/* ---- units ---- */

struct telling {
    struct cells *c;
    const struct row *row;
    const struct units *units;
};

/* `condition` (NULL: all rows) of asked periods. False: which those are is not known before the
 * run. */
static bool only_asked(const struct telling *t, struct node **condition) {
    struct lowering *low = t->c->low;
    const struct question *q = t->c->question;
    if (!q->change || !q->has_range)
        return true;
    if (q->late || !t->units)
        return false;
    uint32_t slot = t->units->keys.at[t->units->keys.n - 1];
    const struct type *type = t->units->group->slot_types.at[slot];
    struct node *first = tree_new(low, N_PERIOD, type, (struct span){0, 0, 0});
    first->value.i = period_of(&low->session->calendar, q->grain, q->first_day);
    struct node *asked =
        tree_binary(low, TOK_GE, tree_input(low, slot, type, (struct span){0, 0, 0}), first,
                    type_bool(low, type->nullable));
    asked = tree_is_true(low, asked);
    *condition = *condition ? tree_and(low, *condition, asked) : asked;
    return true;
}

static struct str unit_words(struct arena *arena, const struct measure_info *m) {
    struct str out = STR("");
    for (uint32_t i = 0; i < m->nper; i++)
        out = arena_printf(arena, "%.*s%s%.*s", STR_ARG(out), i ? ", " : "",
                           STR_ARG(m->per_names[i]));
    return m->nper ? out : arena_printf(arena, "row of %.*s", STR_ARG(m->facts->name));
}

static uint32_t count_where(const struct telling *t, struct node *condition) {
    struct lowering *low = t->c->low;
    if (!condition || !has_room(low, 1))
        return NO_COUNTER;
    struct node *lowered = lower_tree(t->row, condition);
    return only_asked(t, &lowered) ? segment_count(t->row->segment, lowered, NULL, 0) : NO_COUNTER;
}

static void say_left_out(const struct telling *t, const struct judged *judged) {
    struct lowering *low = t->c->low;
    struct saying s = {.kind = SAY_LEFT_OUT,
                       .counter = count_where(t, judged->excluded),
                       .other = count_where(t, judged->excepted),
                       .what = unit_words(low->arena, t->c->measure),
                       .each_period = t->c->question->grain != GRAIN_NONE};
    if (s.counter != NO_COUNTER || s.other != NO_COUNTER)
        say(low, &s);
}

/* How many rows the unit's table has, as far as the question is about them; NULL: all. */
static const struct plan *some_units(struct cells *c) {
    struct lowering *low = c->low;
    if (!c->asked->where && !c->asked->cohort)
        return NULL;
    const struct type *type = type_scalar(low->types, TY_INT, false);
    low->asked_before = true; /* who is undecided is counted on the facts */
    struct segment *group = segment_group(scan_units(low, c->asked), NULL, 0);
    low->asked_before = false;
    group->plan->remark = STR("how many units there are");
    segment_output(group, STR("units"), segment_aggregate(group, AGG_COUNT, -1, -1, type));
    return group->plan;
}

/* `per each` takes units without facts; otherwise they are only said. */
static void say_without_facts(const struct telling *t) {
    struct lowering *low = t->c->low;
    const struct measure_info *m = t->c->measure;
    const struct type *unit = m->per[0]->type;
    struct node *condition = NULL;
    if (m->each || unit->kind != TY_REF || unit->table == m->facts || !has_room(low, 1) ||
        !only_asked(t, &condition))
        return;
    uint32_t key = t->units->group->fields.at[0].slot;
    bool differ = m->nper == 1 && t->c->question->grain == GRAIN_NONE; /* each unit is one row */
    uint32_t counter = segment_count(t->row->segment, condition, &key, differ ? 0 : 1);
    say(low, &(struct saying){.kind = SAY_WITHOUT_FACTS,
                              .counter = counter,
                              .what = unit->table->name,
                              .table = unit->table,
                              .rows = some_units(t->c)});
}

/* ---- strata that overlap ---- */

/* Whether a path goes on from another, which has one value for it. */
static bool follows(const struct node *path, const struct node *from) {
    while (path->kind == N_FOLLOW && !same_path(path, from))
        path = path->a;
    return same_path(path, from);
}

/* Whether the dim is what the unit is per besides the first, so that one of those may be in
 * several strata. */
static bool divides(const struct node *dim, const struct measure_info *m) {
    if (!dim)
        return false;
    for (uint32_t i = 1; i < m->nper; i++)
        if (same_path(dim, m->per[i]) && !follows(m->per[i], m->per[0]))
            return true;
    bool inside = divides(dim->a, m) || divides(dim->b, m);
    for (uint32_t i = 0; i < dim->list.n && !inside; i++)
        inside = divides(dim->list.at[i], m);
    return inside;
}

/* A student is in several strata at once where the unit is a student at a school. */
static void say_overlap(const struct telling *t, const struct judged *judged) {
    struct lowering *low = t->c->low;
    const struct question *q = t->c->question;
    const struct measure_info *m = t->c->measure;
    bool overlaps = false;
    for (uint32_t k = 0; k < q->ndims; k++)
        overlaps =
            overlaps || (t->c->asked->dim_at[k] == DIM_ANY && divides(t->c->asked->dims[k], m));
    if (!overlaps || !has_room(low, 2))
        return;
    struct node *in = judged->in ? computed(t->row, judged->in) : NULL;
    if (!only_asked(t, &in))
        return;
    uint32_t keys[2] = {t->units->group->fields.at[0].slot, 0}, nkeys = 1;
    if (q->grain != GRAIN_NONE)
        keys[nkeys++] = t->units->keys.at[t->units->keys.n - 1];
    uint32_t all = segment_count(t->row->segment, in, NULL, 0);
    uint32_t different = segment_count(t->row->segment, in, keys, nkeys);
    struct str unit = unit_words(low->arena, m);
    say(low, &(struct saying){.kind = SAY_OVERLAP,
                              .counter = all,
                              .other = different,
                              .each_period = q->grain != GRAIN_NONE,
                              .what = m->per_names[0],
                              .by = arena_printf(low->arena, "%.*s counts each %.*s",
                                                 STR_ARG(m->symbol->name), STR_ARG(unit))});
}

void say_units(struct cells *c, const struct row *row, const struct units *units,
               const struct judged *judged) {
    const struct telling t = {c, row, units};
    say_left_out(&t, judged);
    if (units) {
        say_without_facts(&t);
        say_overlap(&t, judged);
    }
}
