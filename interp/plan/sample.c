/* Measures of samples: from units to estimates.
 *
 * Each estimate is a weighted sum or one such sum over another, made by the grouping into cells
 * itself. Where errors are asked for, cells are divided further by stratum and cluster, and a
 * SAMPLE puts them together again. Which clusters were drawn at all is told by all units of the
 * measure, whatever the question and the measure's `where` leave out; time alone cuts a sample. */
#include "plan/question.h"

/* How the rows that are judged were drawn. */
struct drawn {
    struct cells *cells;
    const struct sample_info *sample;
    struct row row;
    struct slot_list design; /* strata, then clusters */
    uint32_t weight, compared;
    int population; /* or -1 */
    struct segment *group;
};

/* ---- units that say how they were drawn ---- */

static struct node *truth_or_missing(struct lowering *low, struct node *known) {
    struct node *yes = tree_new(low, N_BOOL, type_bool(low, false), known->span);
    yes->value.i = true;
    struct node *arm = tree_new(low, N_ARM, NULL, known->span);
    arm->a = yes;
    ARENA_PUSH(low->arena, &arm->list) = yes;
    struct node *match = tree_new(low, N_MATCH, type_bool(low, true), known->span);
    match->a = known;
    ARENA_PUSH(low->arena, &match->list) = arm;
    return match;
}

static struct node *known_too(struct lowering *low, struct node *known, struct node *value) {
    return value && value->type->nullable ? tree_and(low, known, tree_present(low, value)) : known;
}

/* Units without a weight, stratum or cluster belong to no sample: they are left out, as undecided.
 */
static void keep_drawn(const struct row *row, const struct sample_info *s) {
    struct lowering *low = row->segment->low;
    struct node *known = known_too(low, NULL, s->weight);
    for (uint32_t i = 0; i < s->nstrata; i++)
        known = known_too(low, known, s->strata[i]);
    for (uint32_t i = 0; i < s->ncluster; i++)
        known = known_too(low, known, s->cluster[i]);
    if (known)
        segment_filter(row->segment, lower_tree(row, truth_or_missing(low, known)),
                       s->weight ? s->weight->span : known->span);
}

static struct node *one(struct lowering *low) {
    struct node *n =
        tree_new(low, N_FLOAT, type_scalar(low->types, TY_FLOAT, false), (struct span){0, 0, 0});
    n->value.f = 1;
    return n;
}

static struct drawn drawn_rows(struct cells *c, struct units *units) {
    const struct sample_info *s = c->measure->sample;
    struct arena *arena = c->low->arena;
    struct drawn d = {.cells = c,
                      .sample = s,
                      .row = row_of(units->group),
                      .population = -1,
                      .compared = units->compared};
    keep_drawn(&d.row, s);
    for (uint32_t i = 0; i < s->nstrata; i++) {
        uint32_t slot = lower_slot(&d.row, s->strata[i]);
        ARENA_PUSH(arena, &d.design) = slot;
    }
    for (uint32_t i = 0; i < s->ncluster; i++) {
        uint32_t slot = lower_slot(&d.row, s->cluster[i]);
        ARENA_PUSH(arena, &d.design) = slot;
    }
    if (s->population)
        d.population = (int)lower_slot(&d.row, s->population);
    d.weight = lower_slot(&d.row, s->weight ? s->weight : one(c->low));
    return d;
}

/* ---- sums ---- */

/* Slot of the sum of number^power * weight^weight_power over the rows on which `where` is true. */
static int weighted(struct drawn *d, const struct node *number, unsigned power,
                    unsigned weight_power, const struct node *where) {
    const struct aggregation wanted = {.kind = AGG_WEIGHTED,
                                       .argument = number ? (int)lower_slot(&d->row, number) : -1,
                                       .filter = where ? (int)lower_slot(&d->row, where) : -1,
                                       .second = (int)d->weight,
                                       .type = type_scalar(d->cells->low->types, TY_FLOAT, true),
                                       .power = number ? (uint8_t)power : 1,
                                       .weight_power = (uint8_t)weight_power};
    return (int)segment_aggregation(d->group, &wanted);
}

static int counted(struct drawn *d, const struct node *where) {
    struct lowering *low = d->cells->low;
    const struct type *type = type_scalar(low->types, TY_INT, low->session->protects);
    int filter = where ? (int)lower_slot(&d->row, where) : -1;
    return (int)segment_aggregate(d->group, AGG_COUNT, -1, filter, type);
}

/* What is added up, of the units that count and fulfil `also`. */
struct sums {
    struct sample_sum top, bottom;
    bool is_total;
    struct node *base; /* which units count */
};

static struct sample_sum sum_of(struct lowering *low, const struct sample_sum *s,
                                struct node *also) {
    return (struct sample_sum){s->number, tree_and(low, also, s->where)};
}

static struct sums sums_of(struct drawn *d, const struct judged *j, struct node *also) {
    struct lowering *low = d->cells->low;
    const struct sample_info *s = d->sample;
    struct node *in = tree_and(low, also, j->in);
    struct sums sums = {.base = in};
    if (!d->cells->measure->value) {
        sums.top.where = tree_and(low, also, j->counted);
        sums.bottom.where = in;
        return sums;
    }
    sums.top = sum_of(low, &s->top, in);
    sums.is_total = !s->bottom;
    if (s->bottom)
        sums.bottom = sum_of(low, s->bottom, in);
    if (s->bottom || s->top.number)
        sums.base = s->bottom ? sums.bottom.where : sums.top.where;
    return sums;
}

static struct node *as_float(struct lowering *low, struct node *n) {
    return tree_convert(low, n, type_scalar(low->types, TY_FLOAT, n->type->nullable));
}

/* Both numbers multiplied; one of them where the other is 1. */
static struct node *product(struct lowering *low, const struct sums *s) {
    struct node *a = s->top.number, *b = s->bottom.number;
    if (!a || !b)
        return a ? a : b;
    bool nullable = a->type->nullable || b->type->nullable;
    return tree_binary(low, TOK_STAR, as_float(low, a), as_float(low, b),
                       type_scalar(low->types, TY_FLOAT, nullable));
}

/* Rows in both sums. The upper one has only rows of the lower one unless both are added up apart.
 */
static struct node *in_both(struct drawn *d, const struct sums *s) {
    return d->sample->adds_columns ? tree_and(d->cells->low, s->top.where, s->bottom.where)
                                   : s->top.where;
}

static struct sampled_side side_of(struct drawn *d, const struct sums *s, bool errors) {
    struct sampled_side side = {-1, -1, -1, -1, -1};
    bool squares = errors && d->sample->ncluster == 0;
    side.y = weighted(d, s->top.number, 1, 1, s->top.where);
    if (!s->is_total)
        side.x = weighted(d, s->bottom.number, 1, 1, s->bottom.where);
    if (squares)
        side.yy = weighted(d, s->top.number, 2, 2, s->top.where);
    if (squares && !s->is_total) {
        side.xy = weighted(d, product(d->cells->low, s), 1, 2, in_both(d, s));
        side.xx = weighted(d, s->bottom.number, 2, 2, s->bottom.where);
    }
    return side;
}

/* What the same number of units drawn singly would make of it. */
static void add_comparison(struct drawn *d, const struct sums *s, struct sampling *x) {
    if (s->top.number)
        x->squares = weighted(d, s->top.number, 2, 1, s->top.where);
    if (s->is_total)
        x->weights = weighted(d, NULL, 1, 1, s->base);
    if (!d->sample->adds_columns)
        return;
    x->weights = weighted(d, NULL, 1, 1, s->base);
    x->crossed = weighted(d, product(d->cells->low, s), 1, 1, in_both(d, s));
    if (s->bottom.number)
        x->lower = weighted(d, s->bottom.number, 2, 1, s->bottom.where);
}

static void count_undecided(const struct drawn *d, const struct sums *s) {
    const struct node *conditions[] = {s->top.where, s->bottom.where};
    for (size_t i = 0; i < COUNT_OF(conditions); i++)
        if (conditions[i] && conditions[i]->type->nullable)
            segment_undecided(d->row.segment, lower_tree(&d->row, conditions[i]));
}

/* ---- estimates alone ---- */

static struct node *slot_tree(struct segment *g, int slot) {
    return tree_input(g->low, (uint32_t)slot, g->slot_types.at[slot], (struct span){0, 0, 0});
}

static const enum cell_part left_out[] = {PART_EXCLUDED, PART_EXCEPTED, PART_UNDECIDED};

/* Slots of the counts beside: how many units went in, and who was left out. */
static void count_beside(struct drawn *d, const struct judged *j, const struct sums *s,
                         int slots[4]) {
    struct node *const conditions[] = {j->excluded, j->excepted, j->undecided};
    bool counts = d->cells->measure->value && s->is_total;
    slots[0] = counted(d, counts ? s->top.where : s->base);
    for (size_t i = 0; i < COUNT_OF(left_out); i++) {
        bool asked = d->cells->asked->parts[left_out[i]] >= 0;
        slots[i + 1] = asked && conditions[i] ? counted(d, conditions[i]) : -1;
    }
}

static void disclose_cells(struct drawn *d, const struct judged *j) {
    bool share = !d->cells->measure->value;
    lower_cell_disclosure(d->group, &d->row, share ? not_counted(d->cells->low, j) : NULL);
}

static double scale_of(const struct measure_info *m) {
    return m->rate ? (double)m->rate : 1;
}

static void add_left_out(struct drawn *d, struct segment *g, const int slots[4]) {
    for (size_t i = 0; i < COUNT_OF(left_out); i++)
        add_part(d->cells, left_out[i],
                 slots[i + 1] < 0 ? tree_int(d->cells->low, 0) : slot_tree(g, slots[i + 1]));
}

static void estimates_alone(struct drawn *d, const struct judged *j) {
    struct segment *g = d->group;
    struct lowering *low = d->cells->low;
    const struct type *type = type_scalar(low->types, TY_FLOAT, true);
    struct sums sums = sums_of(d, j, NULL);
    struct sampled_side side = side_of(d, &sums, false);
    int slots[4];
    count_undecided(d, &sums);
    count_beside(d, j, &sums, slots);
    disclose_cells(d, j);
    d->cells->group = g;
    add_part(d->cells, PART_N, slot_tree(g, slots[0]));
    struct node *value = slot_tree(g, side.y);
    if (side.x >= 0)
        value = tree_binary(low, TOK_SLASH, value, slot_tree(g, side.x), type);
    if (d->cells->measure->rate) {
        struct node *scale = one(low);
        scale->value.f = scale_of(d->cells->measure);
        value = tree_binary(low, TOK_STAR, value, scale, type);
    }
    add_part(d->cells, PART_VALUE, value);
    add_left_out(d, g, slots);
}

/* ---- with errors ---- */

enum { VALUE, ERROR, LOW, HIGH, EFFECT, EFFECTIVE, MADE }; /* as exec/sample.c gives them */

static int output_at(struct segment *g, int slot) {
    return slot < 0 ? -1 : (int)segment_output(g, STR_NONE, (uint32_t)slot);
}

/* All of the group becomes outputs, so a slot's number is its output's. */
static void put_out_all(struct segment *g) {
    for (uint32_t i = 0; i < g->slot_types.n; i++)
        output_at(g, (int)i);
}

static int population_end(struct drawn *d, enum aggregate kind) {
    const struct type *type = type_scalar(d->cells->low->types, TY_FLOAT, true);
    return d->population < 0 ? -1 : (int)segment_aggregate(d->group, kind, d->population, -1, type);
}

/* Everybody who was drawn, whatever the question is about; NULL: the cells have them all. */
static struct segment *frame_of(const struct cells *c) {
    const struct asked *a = c->asked;
    if (!a->where && !a->cohort && !c->measure->where)
        return NULL;
    struct lowering *low = c->low;
    struct arena *arena = low->arena;
    struct measure_info *m = ARENA_NEW(arena, struct measure_info);
    struct asked *asked = ARENA_NEW(arena, struct asked);
    struct question *q = ARENA_NEW(arena, struct question);
    *m = *c->measure;
    m->where = NULL;
    *asked = *a;
    asked->measure = m;
    asked->where = asked->cohort = asked->compared = NULL;
    *q = *c->question;
    q->ndims = 0;
    q->total = false;
    struct cells *all = ARENA_NEW(arena, struct cells);
    *all = (struct cells){.low = low, .question = q, .asked = asked, .measure = m};
    struct units units = rows_of_units(all, true);
    bool asked_before = low->asked_before;
    low->asked_before = true;
    struct drawn d = drawn_rows(all, &units);
    low->asked_before = asked_before;
    d.group =
        group_cells(units.group, all, &units.keys, &d.design, !m->nper && has_windows(q, asked));
    d.group->plan->remark = STR("everybody who was drawn, by stratum and cluster");
    counted(&d, NULL);
    population_end(&d, AGG_MIN);
    population_end(&d, AGG_MAX);
    put_out_all(d.group);
    return d.group;
}

/* The cells by themselves, of which those that are too small are suppressed; NULL: nobody is
 * protected. */
static struct segment *shown_of(const struct cells *c) {
    struct lowering *low = c->low;
    if (!low->session->protects)
        return NULL;
    struct cells *again = ARENA_NEW(low->arena, struct cells);
    *again = *c;
    bool asked_before = low->asked_before;
    low->asked_before = true;
    struct units units = rows_of_units(again, true);
    struct drawn d = drawn_rows(again, &units);
    const struct slot_list none = {NULL, 0, 0};
    struct judged j = judge_units(&d.row, c->measure);
    struct sums sums = sums_of(&d, &j, NULL);
    int slots[4];
    d.group = group_cells(units.group, again, &units.keys, &none,
                          !c->measure->nper && has_windows(c->question, c->asked));
    side_of(&d, &sums, false);
    count_beside(&d, &j, &sums, slots);
    disclose_cells(&d, &j);
    low->asked_before = asked_before;
    d.group->plan->remark = STR("which cells may be shown");
    segment_output(d.group, STR_NONE, (uint32_t)slots[0]);
    return d.group;
}

static struct segment *over_sample(struct drawn *d, struct sampling *x) {
    struct lowering *low = d->cells->low;
    const struct question *q = d->cells->question;
    uint32_t nkeys = cell_key_count(q);
    struct segment *frame = frame_of(d->cells);
    put_out_all(d->group);
    struct segment *s = segment_over(d->group, BASE_SAMPLE);
    s->right = frame;
    struct segment *shown = shown_of(d->cells);
    if (shown) {
        s->plan->extents = ARENA_ARRAY(low->arena, const struct plan *, 1);
        s->plan->extents[s->plan->nextents++] = shown->plan;
    }
    s->plan->sampling = x;
    s->plan->nkeys = nkeys;
    s->plan->span = d->cells->measure->symbol->span;
    s->plan->remark = STR("estimates and their errors, from how far clusters are apart");
    s->slot_types.n = nkeys;
    for (uint32_t i = 0; i < nkeys; i++)
        segment_field(s, q->cells->fields[i].name, s->slot_types.at[i], i);
    for (uint32_t i = 0; i < x->ncounts; i++)
        segment_slot(s, type_scalar(low->types, TY_INT, low->session->protects));
    for (int i = 0; i < MADE; i++)
        segment_slot(s, type_scalar(low->types, TY_FLOAT, true));
    s->nbase = s->slot_types.n;
    return s;
}

static struct sampling sampling_of(struct drawn *d) {
    const struct question *q = d->cells->question;
    const struct measure_info *m = d->cells->measure;
    int nkeys = (int)cell_key_count(q);
    return (struct sampling){.nstrata = d->sample->nstrata,
                             .nclusters = d->sample->ncluster,
                             .total_at = q->total ? (int)q->ndims : -1,
                             .period_at = q->grain != GRAIN_NONE ? nkeys - 1 : -1,
                             .weights = -1,
                             .squares = -1,
                             .crossed = -1,
                             .lower = -1,
                             .population = {-1, -1},
                             .is_share =
                                 m->value_type->kind == TY_SHARE && !d->sample->adds_columns,
                             .scale = scale_of(m),
                             .level = q->level > 0 ? q->level : 0.95};
}

/* On which rows the compared dim has the value. */
static struct node *has_value(struct drawn *d, struct node *value) {
    struct segment *g = d->row.segment;
    struct lowering *low = d->cells->low;
    uint32_t slot = segment_plain(g, d->compared);
    const struct type *type = g->slot_types.at[slot];
    struct node *dim = tree_input(low, slot, type, value->span);
    struct node *equal = tree_binary(low, TOK_EQ, dim, value, type_bool(low, type->nullable));
    return tree_is_true(low, equal);
}

/* The second value's cell less the first one's; who is in either counts. */
static void add_sides(struct drawn *d, const struct judged *j, struct sampling *x) {
    struct node *base = NULL;
    for (int i = 0; i < 2; i++) {
        struct node *here = has_value(d, d->cells->asked->sides[i]);
        struct sums sums = sums_of(d, j, here);
        x->sides[x->nsides++] = side_of(d, &sums, true);
        base = base ? tree_or(d->cells->low, tree_is_true(d->cells->low, base),
                              tree_is_true(d->cells->low, sums.base))
                    : sums.base;
    }
    x->base = counted(d, base);
    x->is_share = false;
}

static void add_population(struct drawn *d, struct sampling *x) {
    x->rows = counted(d, NULL);
    x->population[0] = population_end(d, AGG_MIN);
    x->population[1] = population_end(d, AGG_MAX);
}

static void estimates_with_errors(struct drawn *d, const struct judged *j) {
    struct lowering *low = d->cells->low;
    struct sampling *x = ARENA_NEW(low->arena, struct sampling);
    *x = sampling_of(d);
    struct sums sums = sums_of(d, j, NULL);
    int slots[4], made[4];
    count_undecided(d, &sums);
    count_beside(d, j, &sums, slots);
    if (d->cells->asked->compared) {
        add_sides(d, j, x);
    } else {
        x->sides[x->nsides++] = side_of(d, &sums, true);
        add_comparison(d, &sums, x);
        x->base = counted(d, sums.base);
    }
    add_population(d, x);
    uint32_t nkeys = cell_key_count(d->cells->question);
    for (int i = 0; i < 4; i++) {
        made[i] = slots[i] < 0 ? -1 : (int)(nkeys + x->ncounts);
        if (slots[i] >= 0)
            x->counts[x->ncounts++] = (uint32_t)slots[i];
    }
    struct segment *s = d->cells->group = over_sample(d, x);
    static const enum cell_part parts[MADE] = {PART_VALUE, PART_SE,   PART_LOW,
                                               PART_HIGH,  PART_DEFF, PART_EFFECTIVE};
    add_part(d->cells, PART_N, slot_tree(s, made[0]));
    add_part(d->cells, PART_VALUE, slot_tree(s, (int)(nkeys + x->ncounts) + VALUE));
    add_left_out(d, s, made);
    for (int i = ERROR; i < MADE; i++)
        add_part(d->cells, parts[i], slot_tree(s, (int)(nkeys + x->ncounts) + i));
}

static bool asks_errors(const struct asked *a) {
    for (int part = PART_SE; part < PART_COUNT; part++)
        if (a->parts[part] >= 0)
            return true;
    return false;
}

void sample_cells(struct cells *c, struct units *units, bool windows) {
    struct drawn d = drawn_rows(c, units);
    bool errors = asks_errors(c->asked);
    const struct slot_list none = {NULL, 0, 0};
    struct judged j = judge_units(&d.row, c->measure);
    d.group = group_cells(units->group, c, &units->keys, errors ? &d.design : &none, windows);
    if (errors)
        estimates_with_errors(&d, &j);
    else
        estimates_alone(&d, &j);
    c->zero = c->measure->value && !c->measure->sample->bottom;
}
