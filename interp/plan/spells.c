/* Cohorts that a row may enter several times: `enter each(coaching.day where ...)`.
 *
 * The entity's rows are joined with the rows that are their entries, and each clause judges such a
 * pair. What is left are spans, which a SPELLS puts together. Membership on a day is looked up
 * among them; combinations go through SPANS first. The spans of a cohort are made once for all who
 * look. */
#include "plan/cohort.h"

/* ---- pairs of a row and an entry ---- */

/* The rows that are entries: outputs are their day, then all columns. */
static struct segment *scan_entries(struct lowering *low, const struct leg_info *each) {
    struct segment *g = segment_scan(low, each->table);
    struct row row = row_of(g);
    if (each->filter)
        lower_where(&row, each->filter);
    segment_output(g, STR("entry"), moment_of(&row, each->argument).slot);
    for (uint32_t i = 0; i < each->table->n; i++)
        segment_output(g, STR_NONE, segment_field_slot(g, i));
    return g;
}

/* Outputs of what ties both: equal values, or the row's own number and a reference to it. */
struct tie {
    uint32_t *left, *right;
};

static struct tie tie_of(struct segment *left, struct segment *right, const struct leg_info *each) {
    struct arena *arena = left->low->arena;
    struct row outer = row_of(left), inner = row_of(right);
    struct tie tie = {ARENA_ARRAY(arena, uint32_t, each->n), ARENA_ARRAY(arena, uint32_t, each->n)};
    for (uint32_t i = 0; i < each->n; i++) {
        uint32_t l = each->outer[i] ? lower_slot(&outer, each->outer[i]) : own_number(&outer);
        tie.left[i] = output_of(left, l);
        tie.right[i] = output_of(right, lower_slot(&inner, each->inner[i]));
    }
    return tie;
}

struct segment *cohort_entries(struct lowering *low, const struct cohort_info *cohort,
                               enum join_kind kind) {
    const struct leg_info *each = cohort->each;
    struct segment *left = segment_scan(low, cohort->entity);
    struct segment *right = scan_entries(low, each);
    close_row(left);
    struct tie tie = tie_of(left, right, each);
    struct segment *g = segment_join(left, right, kind);
    g->plan->left_keys = tie.left;
    g->plan->right_keys = tie.right;
    g->plan->njoin_keys = each->n;
    g->plan->joins_many = true;
    reopen_row(g, left);
    uint32_t first = left->outputs.n;
    segment_field(g, STR("entry"), g->slot_types.at[first], first);
    for (uint32_t i = 0; i < each->table->n; i++)
        segment_field(g, STR_NONE, g->slot_types.at[first + 1 + i], first + 1 + i);
    g->plan->remark = arena_printf(low->arena, "each row of %.*s beside its entries",
                                   STR_ARG(cohort->entity->name));
    return g;
}

/* ---- spans ---- */

static struct segment *make_spells(struct lowering *low, const struct cohort_info *cohort) {
    struct segment *g = cohort_entries(low, cohort, JOIN_INNER);
    struct row row = row_of(g);
    cohort_keep_members(&row, cohort);
    uint32_t entry = cohort_day_slot(g, cohort_day(&row, cohort->enter));
    uint32_t exit = cohort_day_slot(g, cohort_exit(&row, cohort));
    const uint32_t slots[] = {own_number(&row), entry, exit};
    for (size_t i = 0; i < COUNT_OF(slots); i++)
        segment_output(g, STR_NONE, slots[i]);
    struct segment *s = segment_over(g, BASE_SPELLS);
    s->plan->gap = cohort->gap;
    s->plan->remark = cohort->gap
                          ? arena_printf(low->arena, "spans fewer than %lld days apart are one",
                                         (long long)cohort->gap)
                          : STR("spans that touch are one");
    return s;
}

static void put_out_spans(struct segment *s, uint32_t row, uint32_t entry) {
    segment_output(s, STR("row"), row);
    segment_output(s, STR("entry"), entry);
    segment_output(s, STR("exit"), entry + 1);
}

static struct segment *known(struct lowering *low, const void *of) {
    for (uint32_t i = 0; i < low->spells.n; i++)
        if (low->spells.at[i].of == of)
            return low->spells.at[i].g;
    return NULL;
}

static struct segment *keep(struct lowering *low, const void *of, struct segment *g) {
    ARENA_PUSH(low->arena, &low->spells) = (struct known_spells){of, g};
    return g;
}

struct segment *cohort_spells(struct lowering *low, const struct cohort_info *cohort) {
    struct segment *s = known(low, cohort);
    if (s)
        return s;
    s = make_spells(low, cohort);
    put_out_spans(s, 0, 1);
    return keep(low, cohort, s);
}

/* Of a combination. */
static struct segment *combined_spells(struct lowering *low, const struct node *is,
                                       const struct table *entity) {
    struct segment *s = known(low, is);
    if (s)
        return s;
    struct cohort_info *whole = ARENA_NEW(low->arena, struct cohort_info);
    *whole = (struct cohort_info){.entity = entity, .is = (struct node *)is, .timed = true};
    s = lower_spans(segment_scan(low, entity), whole);
    put_out_spans(s, s->row_number, s->fields.at[s->fields.n - 2].slot);
    return keep(low, is, s);
}

static const struct table *entity_of(const struct node *is) {
    while (is->kind != N_NAME)
        is = is->a;
    return ((const struct cohort_info *)is->symbol->detail)->entity;
}

struct node *lower_spell(const struct row *row, const struct node *is, const struct moment *day,
                         const struct moment *from) {
    struct segment *g = row->segment;
    const struct cohort_info *cohort = is->kind == N_NAME ? is->symbol->detail : NULL;
    if (cohort && cohort->is)
        return lower_spell(row, cohort->is, day, from);
    struct segment *spells =
        cohort ? cohort_spells(g->low, cohort) : combined_spells(g->low, is, entity_of(is));
    const uint32_t keys[] = {own_number(row), day ? day->slot : SLOT_NONE,
                             from ? from->slot : SLOT_NONE};
    uint32_t slot = segment_spell(g, spells, keys, 1u + (day != NULL) + (from != NULL));
    return tree_input(g->low, slot, type_bool(g->low, false), (struct span){0, 0, 0});
}

/* ---- members as rows ---- */

struct segment *lower_spelled_members(struct lowering *low, const struct cohort_info *cohort) {
    struct segment *s = make_spells(low, cohort);
    const struct table *t = cohort->entity;
    s->row_table = t;
    s->row_number = 0;
    for (uint32_t i = 0; i < t->n; i++)
        segment_field(s, t->columns[i].name, t->columns[i].type,
                      segment_lookup(s, 0, t, (int)i, t->columns[i].type));
    segment_field(s, STR("entry"), s->slot_types.at[1], 1);
    segment_field(s, STR("exit"), s->slot_types.at[2], 2);
    s->type = cohort->row;
    return s;
}
