/* Measures: from facts to one row for each cell.
 *
 * A measure with `per` is first grouped into units (per, dims, period), so a unit
 * is judged in each cell on its own. `among`, `exclude` and `except` do not drop
 * units but say which ones the cell's aggregates count: a cell whose units are
 * all left out keeps its row, with d = 0 and a missing value. Totals count the
 * same units once more, so they come from the facts and not from other cells. */
#include "plan/question.h"

/* ---- cells ---- */

/* Slots of the dims, then of the period. */
static struct slot_list cell_keys(const struct row *row, const struct cells *c) {
    struct lowering *low = c->low;
    const struct question *q = c->question;
    struct slot_list keys = {NULL, 0, 0};
    for (uint32_t i = 0; i < q->ndims; i++) {
        uint32_t slot = lower_slot(row, c->asked->dims[i]);
        ARENA_PUSH(low->arena, &keys) = slot;
    }
    if (q->grain == GRAIN_NONE)
        return keys;
    /* Facts without a date have been dropped. */
    struct node *day = day_tree(low, c->measure, q->grain);
    day->span = c->asked->span;
    if (has_windows(q, c->asked)) {
        uint32_t slot = lower_slot(row, day);
        ARENA_PUSH(low->arena, &keys) = slot;
        return keys;
    }
    day = tree_convert(low, day, type_nullable(low->types, day->type, false));
    uint32_t slot = lower_slot(row, period_tree(low, q->grain, day));
    ARENA_PUSH(low->arena, &keys) = slot;
    return keys;
}

/* Makes key `at` of the group the period of windows round the day in the slot it had. */
static void spread_over_windows(struct segment *group, uint32_t at, const struct cells *c) {
    struct lowering *low = c->low;
    const struct type *period = type_scalar(low->types, TY_PERIOD, false);
    group->plan->day = group->plan->keys[at];
    group->plan->keys[at] = KEY_PERIOD;
    group->plan->axis = axis_of(low, c->question, c->asked);
    group->slot_types.at[at] = period;
    if (at < group->fields.n)
        group->fields.at[at].type = period;
}

static struct segment *group_cells(struct segment *g, const struct cells *c,
                                   const struct slot_list *keys, bool windows) {
    const struct question *q = c->question;
    uint32_t n = cell_key_count(q), at = 0;
    uint32_t *slots = ARENA_ARRAY(c->low->arena, uint32_t, n + 1);
    for (uint32_t i = 0; i < n; i++)
        slots[i] = q->total && i == q->ndims ? KEY_TOTAL : keys->at[at++];
    struct segment *group = segment_group(g, slots, n);
    for (uint32_t i = 0; i < n; i++) {
        group->fields.at[i].name = q->cells->fields[i].name;
        if (q->total && i < q->ndims) {
            const struct type *type = type_nullable(c->low->types, group->slot_types.at[i], true);
            group->slot_types.at[i] = group->fields.at[i].type = type;
        }
    }
    if (windows)
        spread_over_windows(group, n - 1, c);
    group->plan->remark = STR("one row for each cell of the answer");
    return group;
}

/* ---- units ---- */

/* Number of the slot in the list, put at its end if it is new. */
static uint32_t slot_number(struct arena *arena, struct slot_list *list, uint32_t slot) {
    for (uint32_t i = 0; i < list->n; i++) {
        if (list->at[i] == slot) {
            return i;
        }
    }
    ARENA_PUSH(arena, list) = slot;
    return list->n - 1;
}

/* The first and last value go by the measure's days, not by the order of rows. */
static void date_aggregates(struct segment *group, const struct row *facts,
                            const struct measure_info *m) {
    for (uint32_t i = 0; i < group->aggregations.n && m->at >= 0; i++) {
        struct aggregation *a = &group->aggregations.at[i];
        if (a->kind == AGG_FIRST || a->kind == AGG_LAST) {
            a->dated = true;
            a->day = lower_slot(facts, at_tree(group->low, m));
        }
    }
}

/* The unit row that among, exclude, count and value read: per, then the lets. */
static void unit_fields(struct segment *group, const struct row *facts,
                        const struct measure_info *m) {
    struct grouping grouping = {.group = group, .inner = *facts};
    struct row row = {.segment = group, .via = SLOT_NONE, .grouping = &grouping};
    for (uint32_t i = 0; i < m->nlets; i++) {
        lower_aggregates(&grouping, m->let_values[i]);
    }
    date_aggregates(group, facts, m);
    for (uint32_t i = 0; i < m->nlets; i++) {
        uint32_t slot = lower_slot(&row, m->let_values[i]);
        segment_field(group, m->lets[i].name, m->lets[i].type, slot);
    }
}

static struct units group_units(const struct row *facts, const struct cells *c) {
    struct arena *arena = c->low->arena;
    const struct measure_info *m = c->measure;
    struct slot_list all = {NULL, 0, 0}, fields = {NULL, 0, 0};
    for (uint32_t i = 0; i < m->nper; i++) {
        uint32_t key = slot_number(arena, &all, lower_slot(facts, m->per[i]));
        ARENA_PUSH(arena, &fields) = key;
    }
    struct slot_list cells = cell_keys(facts, c);
    struct units units = {NULL, {NULL, 0, 0}};
    bool windows = has_windows(c->question, c->asked);
    bool dated = c->question->grain != GRAIN_NONE;
    for (uint32_t i = 0; i < cells.n; i++) {
        uint32_t key = all.n;
        if (dated && i + 1 == cells.n)
            ARENA_PUSH(arena, &all) = cells.at[i]; /* the period is a key of its own, the last */
        else
            key = slot_number(arena, &all, cells.at[i]);
        ARENA_PUSH(arena, &units.keys) = key;
    }
    units.group = segment_group(facts->segment, all.at, all.n);
    units.group->plan->remark = STR("one row for each unit and cell");
    units.group->fields = (struct row_fields){NULL, 0, 0};
    if (windows)
        spread_over_windows(units.group, all.n - 1, c);
    for (uint32_t i = 0; i < m->nper; i++) {
        segment_field(units.group, m->per_names[i], m->per[i]->type, fields.at[i]);
    }
    unit_fields(units.group, facts, m);
    if (m->each)
        add_each(units.group, facts, c->question, c->asked, fields.at[0], &units.keys);
    return units;
}

/* ---- which units count ---- */

static struct node *is_true(struct lowering *low, struct node *value) {
    return value ? tree_is_true(low, value) : NULL;
}

/* Where the condition is missing, given `when`; NULL: nowhere. */
static struct node *where_missing(struct lowering *low, struct node *when, struct node *value) {
    if (!value || !value->type->nullable)
        return NULL;
    struct node *n = tree_new(low, N_IS_MISSING, type_bool(low, false), value->span);
    n->a = value;
    return tree_and(low, when, n);
}

static struct node *either(struct lowering *low, struct node *a, struct node *b) {
    return a && b ? tree_or(low, a, b) : a ? a : b;
}

/* Units that a clause leaves undecided are counted, once for each clause that had to judge them. */
static void count_undecided(const struct row *units, struct node *condition) {
    if (condition && condition->type->nullable)
        segment_undecided(units->segment, lower_tree(units, condition));
}

struct judged judge_units(const struct row *units, const struct measure_info *m) {
    struct lowering *low = units->segment->low;
    struct node *among = is_true(low, m->among);
    struct judged j = {.in = among};
    count_undecided(units, m->among);
    j.undecided = where_missing(low, NULL, m->among);
    if (m->exclude) {
        struct node *judged = tree_and(low, among, m->exclude);
        count_undecided(units, judged);
        j.excluded = is_true(low, judged);
        j.undecided = either(low, j.undecided, where_missing(low, among, m->exclude));
        j.in = tree_and(low, among, tree_not(low, tree_is_true(low, m->exclude)));
    }
    j.undecided = either(low, j.undecided, where_missing(low, j.in, m->count));
    if (m->except) {
        struct node *counted = tree_is_true(low, m->count);
        struct node *against = m->against_if_counted ? counted : tree_not(low, counted);
        struct node *judged = tree_and(low, j.in, against);
        count_undecided(units, tree_and(low, judged, m->except));
        j.undecided = either(low, j.undecided, where_missing(low, judged, m->except));
        j.excepted = is_true(low, tree_and(low, judged, m->except));
        j.in = tree_and(low, j.in, tree_not(low, j.excepted));
    }
    j.counted = m->count ? tree_and(low, j.in, m->count) : j.in;
    return j;
}

/* ---- the parts of an answer ---- */

static void add_part(struct cells *c, enum cell_part part, struct node *lowered) {
    int field = c->asked->parts[part];
    if (field >= 0) {
        struct segment *g = c->group;
        const struct type *type = c->question->cells->fields[field].type;
        lowered = tree_convert(g->low, lowered, type);
        segment_field(g, STR_NONE, lowered->type, segment_compute(g, lowered));
    }
}

/* Rows of units where the condition is true, as an input of the group. */
static struct node *count_units(struct cells *c, const struct row *row, const struct node *when) {
    const struct type *type = type_scalar(c->low->types, TY_INT, c->low->session->protects);
    int filter = -1;
    if (when) {
        uint32_t condition = lower_slot(row, when);
        segment_undecided(row->segment, tree_input(c->low, condition, when->type, when->span));
        filter = (int)condition;
    }
    uint32_t slot = segment_aggregate(c->group, AGG_COUNT, -1, filter, type);
    return tree_input(c->low, slot, type, (struct span){0, 0, 0});
}

/* Aggregations come before what is computed from them. */
struct counted {
    struct node *excluded, *excepted, *undecided, *rows;
};

static struct node *count_asked(struct cells *c, const struct row *units, enum cell_part part,
                                const struct node *when) {
    if (c->asked->parts[part] < 0)
        return NULL;
    return when ? count_units(c, units, when) : tree_int(c->low, 0);
}

static struct counted count_left_out(struct cells *c, const struct row *units,
                                     const struct judged *j) {
    return (struct counted){.excluded = count_asked(c, units, PART_EXCLUDED, j->excluded),
                            .excepted = count_asked(c, units, PART_EXCEPTED, j->excepted),
                            .undecided = count_asked(c, units, PART_UNDECIDED, j->undecided),
                            .rows = c->asked->parts[PART_ROWS] < 0 ? NULL
                                                                   : count_units(c, units, j->in)};
}

static void add_left_out(struct cells *c, const struct counted *counted) {
    add_part(c, PART_EXCLUDED, counted->excluded);
    add_part(c, PART_EXCEPTED, counted->excepted);
    add_part(c, PART_UNDECIDED, counted->undecided);
    add_part(c, PART_ROWS, counted->rows);
}

/* In d but not in n. */
static struct node *not_counted(struct lowering *low, const struct judged *j) {
    struct node *in = j->in ? tree_is_true(low, j->in) : NULL;
    return j->counted ? tree_and(low, in, tree_not(low, tree_is_true(low, j->counted))) : NULL;
}

static void proportion_parts(struct cells *c, const struct row *units) {
    struct lowering *low = c->low;
    const struct measure_info *m = c->measure;
    struct judged j = judge_units(units, m);
    struct node *d = count_units(c, units, j.in);
    struct node *n = count_units(c, units, j.counted);
    struct counted counted = count_left_out(c, units, &j);
    lower_cell_disclosure(c->group, units, not_counted(low, &j));
    const struct type *ratio = type_scalar(low->types, TY_RATIO, true);
    struct row row = row_of(c->group);
    add_part(c, PART_N, n);
    add_part(c, PART_D, d);
    struct node *top = lower_tree(&row, n);
    if (m->rate)
        top = tree_binary(low, TOK_STAR, top, tree_int(low, m->rate), n->type);
    add_part(c, PART_VALUE, tree_binary(low, TOK_SLASH, top, lower_tree(&row, d), ratio));
    add_left_out(c, &counted);
}

static const struct node *first_aggregate(const struct node *n) {
    if (!n || n->kind == N_AGGREGATE) {
        return n;
    }
    const struct node *children[] = {n->a, n->b, n->c, n->d};
    for (size_t i = 0; i < COUNT_OF(children); i++) {
        const struct node *found = first_aggregate(children[i]);
        if (found) {
            return found;
        }
    }
    for (uint32_t i = 0; i < n->list.n; i++) {
        const struct node *found = first_aggregate(n->list.at[i]);
        if (found) {
            return found;
        }
    }
    return NULL;
}

static bool is_count(const struct node *aggregate) {
    return aggregate->value.i == AGG_COUNT || aggregate->value.i == AGG_COUNT_TRUE ||
           aggregate->value.i == AGG_COUNT_PRESENT;
}

/* How many values went in: a count counts itself. */
static const struct node *values_used(struct lowering *low, const struct node *value) {
    const struct node *aggregate = first_aggregate(value);
    if (!aggregate || is_count(aggregate)) {
        return aggregate;
    }
    struct node *n =
        tree_new(low, N_AGGREGATE, type_scalar(low->types, TY_INT, low->session->protects),
                 aggregate->span);
    n->value.i = AGG_COUNT_PRESENT;
    n->a = aggregate->a;
    n->b = aggregate->b;
    return n;
}

/* Over rows of facts or units, of which only some count. */
static void value_parts(struct cells *c, const struct row *inner) {
    const struct measure_info *m = c->measure;
    struct judged j = judge_units(inner, m);
    const struct node *n = m->top ? m->top : values_used(c->low, m->value);
    struct grouping grouping = {.group = c->group, .inner = *inner, .also = j.in};
    struct row row = {.segment = c->group, .via = SLOT_NONE, .grouping = &grouping};
    lower_aggregates(&grouping, m->value);
    lower_aggregates(&grouping, n);
    struct counted counted = count_left_out(c, inner, &j);
    lower_cell_disclosure(c->group, inner, NULL);
    if (!m->nper)
        date_aggregates(c->group, inner, m);
    add_part(c, PART_N, n ? lower_tree(&row, n) : tree_int(c->low, 0));
    if (m->top)
        add_part(c, PART_D, lower_tree(&row, m->bottom));
    add_part(c, PART_VALUE, lower_tree(&row, m->value));
    add_left_out(c, &counted);
    c->zero = m->value->kind == N_AGGREGATE && (is_count(m->value) || m->value->value.i == AGG_SUM);
}

struct units measure_units(struct cells *c) {
    struct row facts = row_of(lower_facts(c->low, c->question, c->asked, false));
    return group_units(&facts, c);
}

void measure_cells(struct cells *c, bool again) {
    struct row facts = row_of(lower_facts(c->low, c->question, c->asked, again));
    const struct measure_info *m = c->measure;
    struct units units =
        m->nper ? group_units(&facts, c) : (struct units){facts.segment, cell_keys(&facts, c)};
    struct row row = row_of(units.group);
    bool windows = !m->nper && has_windows(c->question, c->asked);
    c->group = group_cells(units.group, c, &units.keys, windows);
    if (m->value) {
        value_parts(c, &row);
    } else {
        proportion_parts(c, &row);
    }
}
