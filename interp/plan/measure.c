/* Questions to measures.
 *
 * Facts are scanned and filtered, then grouped into cells: the dims and, over a
 * grain, the period. A measure with `per` is first grouped into units (per, dims,
 * period), so a unit is judged in each cell on its own. `among` and `exclude` do
 * not drop units but say which ones the cell's aggregates count: a cell whose
 * units are all left out keeps its row, with d = 0 and a missing value.
 *
 * Several measures are answered one by one and joined on the cells. The cells are
 * those of all facts that any of the measures uses; where one of them has no
 * facts its counts are 0. A missing dim is a cell too, which no join would
 * match, so nullable keys are joined as a pair: is it missing, and the value or a
 * stand-in. */
#include "plan/build.h"
#include "plan/definition.h"

enum part { PART_N, PART_D, PART_VALUE, PART_COUNT };

/* One measure on its way into the answer. */
struct cells {
    struct lowering *low;
    const struct question *question;
    const struct measure_info *measure;        /* NULL: only which cells there are */
    const struct type *part_types[PART_COUNT]; /* as the answer has them; NULL: not asked */
    struct segment *group; /* fields: dims, period, then the parts that are asked */
    bool zero[PART_COUNT]; /* 0, not missing, where there are no facts */
};

/* ---- time ---- */

/* The beginning of a day, as a value of the measure's date column. */
static struct node *day_literal(struct lowering *low, const struct measure_info *m, int64_t day) {
    bool timed = m->facts->columns[m->at].type->kind == TY_DATETIME;
    const struct type *type = type_scalar(low->types, timed ? TY_DATETIME : TY_DATE, false);
    struct node *n = tree_new(low, timed ? N_DATETIME : N_DATE, type, (struct span){0, 0, 0});
    n->value.i = timed ? day * SECONDS_A_DAY : day;
    return n;
}

static const struct table_column *at_column(const struct measure_info *m) {
    return &m->facts->columns[m->at];
}

static struct node *at_tree(struct lowering *low, const struct measure_info *m) {
    return tree_column(low, m->facts, (uint32_t)m->at);
}

static struct node *range_test(struct lowering *low, const struct question *q,
                               const struct measure_info *m) {
    struct node *first = day_literal(low, m, q->first_day);
    struct node *range = tree_new(low, N_RANGE, type_range(low->types, first->type), first->span);
    range->a = first;
    range->b = day_literal(low, m, q->stop_day);
    range->b->value.i--; /* the last day, or its last second */
    struct node *in = tree_new(low, N_IN, type_bool(low, false), first->span);
    in->a = at_tree(low, m);
    in->b = range;
    return in;
}

static enum builtin grain_function(enum grain grain) {
    static const enum builtin functions[GRAIN_COUNT] = {
        [GRAIN_DAY] = BUILTIN_DAY,     [GRAIN_WEEK] = BUILTIN_WEEK,
        [GRAIN_MONTH] = BUILTIN_MONTH, [GRAIN_QUARTER] = BUILTIN_QUARTER,
        [GRAIN_YEAR] = BUILTIN_YEAR,   [GRAIN_SCHOOL_YEAR] = BUILTIN_SCHOOL_YEAR,
    };
    return functions[grain];
}

static struct node *period_tree(struct lowering *low, const struct question *q, struct node *day) {
    const struct type *type = type_scalar(low->types, TY_PERIOD, day->type->nullable);
    if (day->type->kind == TY_DATETIME)
        day = tree_convert(low, day, type_scalar(low->types, TY_DATE, day->type->nullable));
    return tree_builtin(low, grain_function(q->grain), type, day, NULL);
}

/* ---- facts ---- */

static void filter_cohort(const struct row *row, const struct question *q) {
    struct lowering *low = row->segment->low;
    struct row member = *row;
    if (q->cohort_at) {
        if (q->cohort_at->type->nullable) {
            lower_where(row, tree_present(low, q->cohort_at));
        }
        member.via = lower_slot(row, q->cohort_at);
        member.table = q->cohort_at->type->table;
    }
    lower_where(row, lower_membership(&member, q->cohort));
}

/* The facts that the question is about; `only` is a measure's own condition, or NULL. What the
 * question itself leaves undecided is counted once, not `again` for each of its measures. */
static struct segment *lower_facts(struct lowering *low, const struct question *q,
                                   const struct measure_info *m, const struct node *only,
                                   bool again) {
    struct segment *g = segment_scan(low, m->facts);
    struct row row = row_of(g);
    g->plan->remark = arena_printf(low->arena, "facts: rows of %.*s", STR_ARG(m->facts->name));
    if (q->has_range && m->at >= 0) {
        lower_where(&row, range_test(low, q, m));
    } else if (q->grain != GRAIN_NONE && at_column(m)->type->nullable) {
        lower_where(&row, tree_present(low, at_tree(low, m)));
    }
    low->asked_before = again;
    if (q->where) {
        lower_where(&row, q->where);
    }
    low->asked_before = false;
    if (only) {
        lower_where(&row, only);
    }
    low->asked_before = again;
    if (q->cohort) {
        filter_cohort(&row, q);
    }
    low->asked_before = false;
    return g;
}

/* ---- cells ---- */

struct slot_list {
    uint32_t *at;
    uint32_t n, cap;
};

/* Slots of the dims, then of the period. */
static struct slot_list cell_keys(const struct row *row, const struct question *q,
                                  const struct measure_info *m) {
    struct lowering *low = row->segment->low;
    struct slot_list keys = {NULL, 0, 0};
    for (uint32_t i = 0; i < q->ndims; i++) {
        uint32_t slot = lower_slot(row, q->dims[i]);
        ARENA_PUSH(low->arena, &keys) = slot;
    }
    if (q->grain != GRAIN_NONE) {
        struct node *day = at_tree(low, m); /* facts without a date have been dropped */
        day = tree_convert(low, day, type_nullable(low->types, day->type, false));
        uint32_t slot = lower_slot(row, period_tree(low, q, day));
        ARENA_PUSH(low->arena, &keys) = slot;
    }
    return keys;
}

static struct segment *group_cells(struct segment *g, const struct question *q,
                                   const struct slot_list *keys) {
    struct segment *group = segment_group(g, keys->at, keys->n);
    for (uint32_t i = 0; i < keys->n; i++) {
        group->fields.at[i].name = i < q->ndims ? q->dim_names[i] : STR("period");
    }
    group->plan->remark = STR("one row for each cell of the answer");
    return group;
}

/* ---- units ---- */

struct units {
    struct segment *group; /* without `per`: the facts */
    struct slot_list keys; /* its slots that hold the dims and the period */
};

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

/* The unit row that among, exclude, count and value read: per, then the lets. */
static void unit_fields(struct segment *group, const struct row *facts,
                        const struct measure_info *m) {
    struct grouping grouping = {.group = group, .inner = *facts};
    struct row row = {.segment = group, .via = SLOT_NONE, .grouping = &grouping};
    for (uint32_t i = 0; i < m->nlets; i++) {
        lower_aggregates(&grouping, m->let_values[i]);
    }
    for (uint32_t i = 0; i < m->nlets; i++) {
        uint32_t slot = lower_slot(&row, m->let_values[i]);
        segment_field(group, m->lets[i].name, m->lets[i].type, slot);
    }
}

static struct units group_units(const struct row *facts, const struct question *q,
                                const struct measure_info *m) {
    struct arena *arena = facts->segment->low->arena;
    struct slot_list all = {NULL, 0, 0}, fields = {NULL, 0, 0};
    for (uint32_t i = 0; i < m->nper; i++) {
        uint32_t key = slot_number(arena, &all, lower_slot(facts, m->per[i]));
        ARENA_PUSH(arena, &fields) = key;
    }
    struct slot_list cells = cell_keys(facts, q, m);
    struct units units = {NULL, {NULL, 0, 0}};
    for (uint32_t i = 0; i < cells.n; i++) {
        uint32_t key = slot_number(arena, &all, cells.at[i]);
        ARENA_PUSH(arena, &units.keys) = key;
    }
    units.group = segment_group(facts->segment, all.at, all.n);
    units.group->plan->remark = STR("one row for each unit and cell");
    units.group->fields = (struct row_fields){NULL, 0, 0};
    for (uint32_t i = 0; i < m->nper; i++) {
        segment_field(units.group, m->per_names[i], m->per[i]->type, fields.at[i]);
    }
    unit_fields(units.group, facts, m);
    return units;
}

/* Which units count: a condition over unit rows, or NULL for all. Units that `among` or `exclude`
 * leaves undecided are counted here, the latter only where `among` holds. */
static struct node *unit_condition(const struct row *units, const struct measure_info *m) {
    struct lowering *low = units->segment->low;
    struct node *among = m->among ? tree_is_true(low, m->among) : NULL;
    if (m->among) {
        segment_undecided(units->segment, lower_tree(units, m->among));
    }
    if (!m->exclude) {
        return among;
    }
    segment_undecided(units->segment, lower_tree(units, tree_and(low, among, m->exclude)));
    return tree_and(low, among, tree_not(low, tree_is_true(low, m->exclude)));
}

/* ---- the parts of an answer ---- */

static void add_part(struct cells *c, enum part part, struct node *lowered) {
    if (c->part_types[part]) {
        struct segment *g = c->group;
        lowered = tree_convert(g->low, lowered, c->part_types[part]);
        segment_field(g, STR_NONE, lowered->type, segment_compute(g, lowered));
    }
}

/* Rows of units where the condition is true, as an input of the group. */
static struct node *count_units(struct cells *c, const struct row *row, const struct node *when) {
    const struct type *type = type_scalar(c->low->types, TY_INT, false);
    int filter = -1;
    if (when) {
        uint32_t condition = lower_slot(row, when);
        segment_undecided(row->segment, tree_input(c->low, condition, when->type, when->span));
        filter = (int)condition;
    }
    uint32_t slot = segment_aggregate(c->group, AGG_COUNT, -1, filter, type);
    return tree_input(c->low, slot, type, (struct span){0, 0, 0});
}

static void proportion_parts(struct cells *c, const struct row *units) {
    struct lowering *low = c->low;
    const struct measure_info *m = c->measure;
    struct node *among = unit_condition(units, m);
    struct node *d = count_units(c, units, among);
    struct node *n = count_units(c, units, tree_and(low, among, m->count));
    const struct type *ratio = type_scalar(low->types, TY_RATIO, true);
    struct row row = row_of(c->group);
    add_part(c, PART_N, n);
    add_part(c, PART_D, d);
    add_part(c, PART_VALUE,
             tree_binary(low, TOK_SLASH, lower_tree(&row, n), lower_tree(&row, d), ratio));
    c->zero[PART_N] = c->zero[PART_D] = true;
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
        tree_new(low, N_AGGREGATE, type_scalar(low->types, TY_INT, false), aggregate->span);
    n->value.i = AGG_COUNT_PRESENT;
    n->a = aggregate->a;
    n->b = aggregate->b;
    return n;
}

/* Over rows of facts or units, of which only some count (`also`). */
static void value_parts(struct cells *c, const struct row *inner, struct node *also) {
    const struct node *value = c->measure->value;
    const struct node *n = values_used(c->low, value);
    struct grouping grouping = {.group = c->group, .inner = *inner, .also = also};
    struct row row = {.segment = c->group, .via = SLOT_NONE, .grouping = &grouping};
    lower_aggregates(&grouping, value);
    lower_aggregates(&grouping, n);
    add_part(c, PART_N, n ? lower_tree(&row, n) : tree_int(c->low, 0));
    add_part(c, PART_VALUE, lower_tree(&row, value));
    c->zero[PART_N] = true;
    c->zero[PART_VALUE] = value->kind == N_AGGREGATE && is_count(value);
}

static void measure_cells(struct cells *c) {
    const struct question *q = c->question;
    const struct measure_info *m = c->measure;
    struct row facts = row_of(lower_facts(c->low, q, m, m->where, q->nmeasures > 1));
    struct units units = m->nper ? group_units(&facts, q, m)
                                 : (struct units){facts.segment, cell_keys(&facts, q, m)};
    struct row row = row_of(units.group);
    c->group = group_cells(units.group, q, &units.keys);
    if (m->value) {
        value_parts(c, &row, unit_condition(&row, m));
    } else {
        proportion_parts(c, &row);
    }
}

/* ---- a dense time axis ---- */

/* True where the row's period is not before the first nor after the last fact there is. */
static struct node *within_facts(struct segment *g, const struct cells *c) {
    struct lowering *low = c->low;
    const struct question *q = c->question;
    const struct measure_info *m = c->measure;
    const struct span nowhere = {0, 0, 0};
    struct segment *facts = segment_scan(low, m->facts);
    int at = (int)segment_scan_column(facts, (uint32_t)m->at);
    struct segment *group = segment_group(facts, NULL, 0);
    const struct type *day = type_nullable(low->types, at_column(m)->type, true);
    group->plan->remark = STR("the first and the last fact");
    struct node *within = NULL;
    for (int last = 0; last < 2; last++) {
        uint32_t slot = segment_aggregate(group, last ? AGG_MAX : AGG_MIN, at, -1, day);
        uint32_t output = segment_output(group, last ? STR("last") : STR("first"), slot);
        uint32_t end = segment_leg(g, group, NULL, 0, output, false, day, nowhere);
        struct node *limit = period_tree(low, q, tree_input(low, end, day, nowhere));
        struct node *period = tree_input(low, q->ndims, g->slot_types.at[q->ndims], nowhere);
        within =
            tree_and(low, within,
                     tree_binary(low, last ? TOK_LE : TOK_GE, period, limit, type_bool(low, true)));
    }
    return tree_is_true(low, within);
}

/* The value where `when` is true, else missing. */
static struct node *value_when(struct lowering *low, struct node *when, struct node *value) {
    struct node *yes = tree_new(low, N_BOOL, type_bool(low, false), value->span);
    yes->value.i = true;
    struct node *arm = tree_new(low, N_ARM, NULL, value->span);
    arm->a = value;
    ARENA_PUSH(low->arena, &arm->list) = yes;
    struct node *match =
        tree_new(low, N_MATCH, type_nullable(low->types, value->type, true), value->span);
    match->a = when;
    ARENA_PUSH(low->arena, &match->list) = arm;
    return match;
}

/* Counts that are missing for want of facts become 0; a count that is the measure's value stays
 * missing before the first and after the last fact. The parts' fields start at number `at`. */
static void fill_counts(struct segment *g, const struct cells *c, uint32_t at) {
    struct lowering *low = c->low;
    bool may_be_outside =
        c->zero[PART_VALUE] && c->question->grain != GRAIN_NONE && c->question->has_range;
    struct node *when = may_be_outside ? within_facts(g, c) : NULL;
    for (uint32_t part = 0; part < PART_COUNT; part++) {
        if (!c->part_types[part]) {
            continue;
        }
        struct row_field *f = &g->fields.at[at++];
        if (c->zero[part]) {
            struct node *zero = tree_int(low, 0);
            struct node *input = tree_input(low, f->slot, f->type, zero->span);
            struct node *filled = tree_builtin(low, BUILTIN_COALESCE, zero->type, input, zero);
            if (part == PART_VALUE && when) {
                filled = value_when(low, when, filled);
            }
            filled = tree_convert(low, filled, c->part_types[part]);
            f->slot = segment_compute(g, filled);
            f->type = filled->type;
        }
    }
}

/* Adds the periods without facts; everything but their keys is missing in them, then the counts
 * are filled in. The fields stay the same. */
static struct segment *add_spine(const struct cells *c) {
    struct segment *group = c->group;
    const struct question *q = c->question;
    struct lowering *low = c->low;
    uint32_t nkeys = q->ndims + 1;
    segment_outputs(group);
    struct segment *spine = segment_over(group, BASE_SPINE);
    struct plan *plan = spine->plan;
    plan->grain = q->grain;
    plan->has_range = q->has_range;
    plan->first_day = q->first_day;
    plan->stop_day = q->stop_day;
    plan->remark =
        arena_printf(low->arena, "every %s of the range has its row", grain_name(q->grain));
    for (uint32_t i = 0; i < group->fields.n; i++) {
        const struct type *type = spine->slot_types.at[i];
        spine->slot_types.at[i] = type_nullable(low->types, type, i >= nkeys || type->nullable);
        segment_field(spine, group->fields.at[i].name, spine->slot_types.at[i], i);
    }
    fill_counts(spine, c, nkeys);
    return spine;
}

/* ---- several measures ---- */

static struct node *stand_in(struct lowering *low, const struct type *type) {
    static const uint8_t kinds[TY_ANY + 1] = {
        [TY_BOOL] = N_BOOL,         [TY_INT] = N_INT,     [TY_FLOAT] = N_FLOAT,
        [TY_RATIO] = N_SHARE,       [TY_SHARE] = N_SHARE, [TY_DATE] = N_DATE,
        [TY_DATETIME] = N_DATETIME, [TY_TEXT] = N_TEXT,   [TY_PERIOD] = N_PERIOD,
        [TY_DURATION] = N_DURATION, [TY_REF] = N_INT,
    };
    struct node *n = tree_new(low, (enum node_kind)kinds[type->kind], type, (struct span){0, 0, 0});
    n->value2 = type_is_ratio(type) ? 1 : 0;
    n->text = STR("");
    return n;
}

/* Outputs of one side that hold the keys of the cells. */
static struct slot_list join_outputs(struct segment *g, uint32_t nkeys) {
    struct lowering *low = g->low;
    struct slot_list outputs = {NULL, 0, 0};
    const struct span nowhere = {0, 0, 0};
    for (uint32_t i = 0; i < nkeys; i++) {
        uint32_t slot = segment_field_slot(g, i);
        const struct type *type = g->slot_types.at[slot];
        if (type->nullable) {
            const struct type *present = type_nullable(low->types, type, false);
            struct node *missing = tree_new(low, N_IS_MISSING, type_bool(low, false), nowhere);
            missing->a = tree_input(low, slot, type, nowhere);
            uint32_t flag = segment_output(g, STR_NONE, segment_compute(g, missing));
            ARENA_PUSH(low->arena, &outputs) = flag;
            struct node *value =
                tree_builtin(low, BUILTIN_COALESCE, present, tree_input(low, slot, type, nowhere),
                             stand_in(low, present));
            slot = segment_compute(g, value);
        }
        uint32_t output = segment_output(g, STR_NONE, slot);
        ARENA_PUSH(low->arena, &outputs) = output;
    }
    return outputs;
}

/* The left side's fields, then those of the right side behind its keys. */
static struct segment *join_cells(struct segment *left, struct segment *right, uint32_t nkeys) {
    segment_outputs(left);
    segment_outputs(right);
    struct slot_list left_keys = join_outputs(left, nkeys);
    struct slot_list right_keys = join_outputs(right, nkeys);
    uint32_t nleft = left->outputs.n;
    struct segment *g = segment_join(left, right, JOIN_LEFT);
    g->plan->left_keys = left_keys.at;
    g->plan->right_keys = right_keys.at;
    g->plan->njoin_keys = left_keys.n;
    g->plan->remark = STR("the next measure, cell by cell");
    for (uint32_t i = 0; i < left->fields.n; i++) {
        segment_field(g, left->fields.at[i].name, g->slot_types.at[i], i);
    }
    for (uint32_t i = nkeys; i < right->fields.n; i++) {
        segment_field(g, STR_NONE, g->slot_types.at[nleft + i], nleft + i);
    }
    return g;
}

/* A condition that holds wherever one of the measures has facts; NULL: everywhere. */
static struct node *any_measure(struct lowering *low, const struct question *q) {
    struct node *any = NULL;
    for (uint32_t i = 0; i < q->nmeasures; i++) {
        if (!q->measures[i]->where) {
            return NULL;
        }
        any = tree_or(low, any, tree_is_true(low, q->measures[i]->where));
    }
    return any;
}

static struct segment *all_cells(struct lowering *low, const struct question *q) {
    const struct measure_info *first = q->measures[0];
    struct row facts = row_of(lower_facts(low, q, first, any_measure(low, q), false));
    struct slot_list keys = cell_keys(&facts, q, first);
    struct cells cells = {.low = low, .question = q};
    cells.group = group_cells(facts.segment, q, &keys);
    return q->grain == GRAIN_NONE ? cells.group : add_spine(&cells);
}

/* ---- names and types of the answer ---- */

static struct str part_name(struct lowering *low, const struct question *q, uint32_t measure,
                            enum part part) {
    static const char *const alone[PART_COUNT] = {"n", "d", "value"};
    static const char *const beside[PART_COUNT] = {".n", ".d", ""};
    if (q->nmeasures == 1) {
        return str_of(alone[part]);
    }
    struct str name = q->measures[measure]->symbol->name;
    return arena_printf(low->arena, "%.*s%s", STR_ARG(name), beside[part]);
}

static void find_parts(struct cells *c, const struct type *type, uint32_t measure) {
    for (uint32_t part = 0; part < PART_COUNT; part++) {
        int field = type_field(type, part_name(c->low, c->question, measure, (enum part)part));
        c->part_types[part] = field >= 0 ? type->fields[field].type : NULL;
    }
}

/* Names the fields of one measure, the first of which is number `at`; gives the next one's. */
static uint32_t name_parts(struct segment *g, const struct cells *c, uint32_t measure,
                           uint32_t at) {
    for (uint32_t part = 0; part < PART_COUNT; part++) {
        if (c->part_types[part]) {
            g->fields.at[at++].name = part_name(c->low, c->question, measure, (enum part)part);
        }
    }
    return at;
}

/* The fields in the order of the answer's type. */
static void order_fields(struct segment *g, const struct type *type) {
    struct row_fields fields = {NULL, 0, 0};
    for (uint32_t i = 0; i < type->n; i++) {
        int at = segment_field_named(g, type->fields[i].name);
        assert(at >= 0);
        ARENA_PUSH(g->low->arena, &fields) = g->fields.at[at];
    }
    g->fields = fields;
}

static struct segment *lower_one(struct lowering *low, const struct question *q,
                                 const struct type *type) {
    struct cells c = {.low = low, .question = q, .measure = q->measures[0]};
    find_parts(&c, type, 0);
    measure_cells(&c);
    struct segment *g = q->grain == GRAIN_NONE ? c.group : add_spine(&c);
    name_parts(g, &c, 0, q->ndims + (q->grain != GRAIN_NONE));
    return g;
}

static struct segment *lower_several(struct lowering *low, const struct question *q,
                                     const struct type *type) {
    uint32_t nkeys = q->ndims + (q->grain != GRAIN_NONE);
    struct segment *g = all_cells(low, q);
    uint32_t at = nkeys;
    for (uint32_t i = 0; i < q->nmeasures; i++) {
        struct cells c = {.low = low, .question = q, .measure = q->measures[i]};
        find_parts(&c, type, i);
        measure_cells(&c);
        g = join_cells(g, c.group, nkeys);
        fill_counts(g, &c, at);
        at = name_parts(g, &c, i, at);
    }
    return g;
}

/* Measures asked together are dated alike, or their cells would not be the same. */
static bool can_ask_together(struct lowering *low, const struct question *q, struct span span) {
    for (uint32_t i = 1; i < q->nmeasures; i++) {
        if (q->measures[i]->at != q->measures[0]->at && (q->grain != GRAIN_NONE || q->has_range)) {
            diag_error(low->session->diags, E0190, span,
                       "measures dated by different columns cannot be asked together yet");
            low->failed = true;
            return false;
        }
    }
    return true;
}

struct segment *lower_question(struct lowering *low, const struct question *q,
                               const struct type *type, struct span span) {
    if (!can_ask_together(low, q, span)) {
        return NULL;
    }
    struct segment *g = q->nmeasures == 1 ? lower_one(low, q, type) : lower_several(low, q, type);
    order_fields(g, type);
    g->type = type;
    g->plan->span = span;
    question_about(low, q, &g->plan->about);
    return g;
}
