/* Rows that hold for a time, as legs: a key's days are cut where a row of it begins or ends, and a
 * row at hand meets the piece in which its own day lies.
 *
 * A HELD segment gives such pieces. Its input puts out the keys, the two days of the row, and what
 * is asked of it, which grows while clauses are lowered. */
#include "plan/build.h"

static struct str remark_of(struct lowering *low, const struct table *t, bool latest) {
    return latest ? arena_printf(low->arena, "for each span of days the row of %.*s that holds",
                                 STR_ARG(t->name))
                  : arena_printf(low->arena,
                                 "the rows of %.*s that hold, for each span of days in which they "
                                 "are the same",
                                 STR_ARG(t->name));
}

struct segment *segment_held(struct segment *inner, const uint32_t *keys, uint32_t nkeys,
                             const struct table *t, bool latest) {
    struct lowering *low = inner->low;
    const struct type *day = type_scalar(low->types, TY_DATE, false);
    for (uint32_t i = 0; i < nkeys; i++)
        segment_output(inner, arena_printf(low->arena, "key%u", (unsigned)i + 1), keys[i]);
    segment_output(inner, STR("since"), segment_scan_column(inner, t->spans.since));
    segment_output(inner, STR("until"), segment_scan_column(inner, t->spans.until));
    segment_in_order(inner);
    struct segment *held = segment_over(inner, BASE_HELD);
    held->slot_types.at[nkeys] = day;
    held->slot_types.at[nkeys + 1] = type_nullable(low->types, day, true);
    segment_slot(held, type_scalar(low->types, TY_INT, false));
    for (uint32_t i = 0; i < nkeys + 2; i++)
        segment_output(held, inner->outputs.at[i].name, i);
    segment_output(held, STR("rows"), nkeys + 2);
    held->plan->nkeys = nkeys;
    held->plan->table = t;
    held->plan->latest = latest;
    held->plan->remark = remark_of(low, t, latest);
    return held;
}

uint32_t held_slot(struct segment *held, uint32_t slot) {
    struct segment *inner = held->input;
    uint32_t nkeys = held->plan->nkeys, first = nkeys + 2;
    for (uint32_t i = 0; i < inner->outputs.n; i++)
        if (inner->outputs.at[i].slot == slot && (i < nkeys || i >= first))
            return i < nkeys ? i : i + 1;
    segment_output(inner, STR_NONE, slot);
    uint32_t out = segment_slot(held, inner->slot_types.at[slot]);
    assert(out == inner->outputs.n);
    return out;
}

struct segment *segment_group_held(struct segment *held) {
    uint32_t nkeys = held->plan->nkeys + 2;
    uint32_t *keys = ARENA_ARRAY(held->low->arena, uint32_t, nkeys);
    for (uint32_t i = 0; i < nkeys; i++)
        keys[i] = i;
    struct segment *group = segment_group(held, keys, nkeys);
    group->plan->table = held->plan->table;
    group->plan->remark = STR("counted for each span");
    for (uint32_t i = 0; i < nkeys; i++)
        segment_output(group, held->outputs.at[i].name, i);
    return group;
}
