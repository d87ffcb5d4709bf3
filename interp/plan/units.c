/* units(Q) and crossed(Q): the units behind the cells, one row each, with what
 * became of them. */
#include "plan/definition.h"
#include "plan/question.h"

static struct node *text_of(struct lowering *low, const char *text) {
    struct node *n =
        tree_new(low, N_TEXT, type_scalar(low->types, TY_TEXT, false), (struct span){0, 0, 0});
    n->text = str_of(text);
    return n;
}

static struct node *arm_with(struct lowering *low, struct node *result, bool otherwise) {
    struct node *arm = tree_new(low, N_ARM, NULL, result->span);
    arm->a = result;
    if (!otherwise) {
        struct node *yes = tree_new(low, N_BOOL, type_bool(low, false), result->span);
        yes->value.i = true;
        ARENA_PUSH(low->arena, &arm->list) = yes;
    }
    return arm;
}

/* The word where the condition is true, else what is already known; NULL: it never is. */
static struct node *word_if(struct lowering *low, struct node *condition, const char *word,
                            struct node *otherwise) {
    if (!condition)
        return otherwise;
    struct node *match = tree_new(low, N_MATCH, otherwise->type, condition->span);
    match->a = condition;
    ARENA_PUSH(low->arena, &match->list) = arm_with(low, text_of(low, word), false);
    ARENA_PUSH(low->arena, &match->list) = arm_with(low, otherwise, true);
    return match;
}

static struct node *truth(struct lowering *low) {
    struct node *n = tree_new(low, N_BOOL, type_bool(low, false), (struct span){0, 0, 0});
    n->value.i = true;
    return n;
}

static struct node *why_tree(struct lowering *low, const struct measure_info *m,
                             const struct judged *j) {
    struct node *why = text_of(low, m->count ? "not counted" : "counted");
    if (m->count) {
        struct node *unknown = tree_new(low, N_IS_MISSING, type_bool(low, false), m->count->span);
        unknown->a = m->count;
        why = word_if(low, m->count->type->nullable ? unknown : NULL, "undecided", why);
        why = word_if(low, tree_is_true(low, j->counted), "counted", why);
    }
    why = word_if(low, j->excepted, "excepted", why);
    why = word_if(low, j->excluded, "excluded", why);
    if (m->among) {
        struct node *unknown = tree_new(low, N_IS_MISSING, type_bool(low, false), m->among->span);
        unknown->a = m->among;
        why = word_if(low, tree_not(low, tree_is_true(low, m->among)), "not among", why);
        why = word_if(low, m->among->type->nullable ? unknown : NULL, "undecided", why);
    }
    return why;
}

/* Outputs: the grouping's keys, then lets, in_d, in_n and why. */
static void put_out_units(struct cells *c, const struct units *units) {
    struct segment *g = units->group;
    const struct measure_info *m = c->measure;
    struct row row = row_of(g);
    struct judged j = judge_units(&row, m);
    struct node *in = j.in ? j.in : truth(c->low);
    struct node *counted = j.counted ? tree_is_true(c->low, j.counted) : in;
    uint32_t in_d = lower_slot(&row, in), in_n = lower_slot(&row, counted);
    uint32_t why = lower_slot(&row, why_tree(c->low, m, &j));
    for (uint32_t i = 0; i < g->plan->nkeys; i++)
        segment_output(g, STR_NONE, i);
    for (uint32_t i = 0; i < m->nlets; i++)
        segment_output(g, m->lets[i].name, segment_field_slot(g, m->nper + i));
    segment_output(g, STR("in_d"), in_d);
    segment_output(g, STR("in_n"), in_n);
    segment_output(g, STR("why"), why);
    for (uint32_t i = 0; i < units->keys.n; i++) /* dims that are no keys */
        if (units->keys.at[i] >= g->plan->nkeys)
            segment_output(g, STR_NONE, units->keys.at[i]);
}

/* Number of the key that holds the field of a unit's row. */
static uint32_t key_of_field(const struct units *units, uint32_t field) {
    return units->group->fields.at[field].slot;
}

/* The fields of the answer, in the order of its type, over the outputs of put_out_units. */
static uint32_t output_of_key(const struct units *units, uint32_t number, uint32_t first) {
    uint32_t nkeys = units->group->plan->nkeys;
    for (uint32_t i = 0; i < number; i++)
        first += units->keys.at[i] >= nkeys;
    return units->keys.at[number] < nkeys ? units->keys.at[number] : first;
}

static void name_fields(struct segment *g, const struct cells *c, const struct units *units,
                        const struct type *type) {
    const struct measure_info *m = c->measure;
    uint32_t nkeys = units->group->plan->nkeys, at = 0;
    struct row_fields fields = {NULL, 0, 0};
    for (; at < type->n; at++) {
        uint32_t slot = at < m->nper ? key_of_field(units, at)
                        : at < m->nper + units->keys.n
                            ? output_of_key(units, at - m->nper, nkeys + m->nlets + 3)
                            : nkeys + at - m->nper - units->keys.n;
        ARENA_PUSH(g->low->arena, &fields) = (struct row_field){
            .name = type->fields[at].name, .type = type->fields[at].type, .slot = slot};
    }
    g->fields = fields;
}

/* Only units that are counted now and were not in the period before. */
static struct segment *keep_crossed(struct segment *units, const struct question *q,
                                    uint32_t in_n) {
    struct lowering *low = units->low;
    const struct span nowhere = {0, 0, 0};
    struct segment *g = segment_over(units, BASE_SPINE);
    struct axis *axis = ARENA_NEW(low->arena, struct axis);
    *axis = (struct axis){.grain = q->grain, .change = true};
    struct spine_beside *before = ARENA_NEW(low->arena, struct spine_beside);
    *before = (struct spine_beside){BESIDE_BEFORE, in_n};
    const struct type *maybe = type_bool(low, true);
    for (uint32_t i = units->plan->nkeys; i < g->slot_types.n; i++)
        g->slot_types.at[i] = type_nullable(low->types, g->slot_types.at[i], true);
    uint32_t slot = segment_slot(g, maybe);
    g->plan->grain = q->grain;
    g->plan->has_range = q->has_range;
    g->plan->first_day = q->first_day;
    g->plan->stop_day = q->stop_day;
    g->plan->late = q->late;
    g->plan->clip = q->has_range;
    g->plan->compared = axis;
    g->plan->besides = before;
    g->plan->nbesides = 1;
    g->plan->remark = STR("each unit beside what it was the period before");
    struct node *now = tree_is_true(low, tree_input(low, in_n, maybe, nowhere));
    struct node *then = tree_is_true(low, tree_input(low, slot, maybe, nowhere));
    segment_filter(g, tree_and(low, now, tree_not(low, then)), nowhere);
    return g;
}

/* The units of one measure: fields as in the answer of that measure alone. */
static struct segment *units_of(struct lowering *low, const struct question *q, uint32_t number,
                                const struct type *type) {
    struct cells c = {
        .low = low, .question = q, .asked = &q->asked[number], .measure = q->asked[number].measure};
    struct units units = measure_units(&c, number > 0);
    put_out_units(&c, &units);
    bool crossed = q->rows == ROWS_CROSSED;
    uint32_t in_n = units.group->plan->nkeys + c.measure->nlets + 1;
    struct segment *g =
        crossed ? keep_crossed(units.group, q, in_n) : segment_over(units.group, BASE_NAMED);
    name_fields(g, &c, &units, type);
    for (uint32_t i = 0; i < g->fields.n; i++) {
        struct row_field *f = &g->fields.at[i];
        struct node *value =
            tree_input(low, f->slot, g->slot_types.at[f->slot], (struct span){0, 0, 0});
        f->slot = segment_compute(g, tree_convert(low, value, f->type));
    }
    return g;
}

/* ---- several measures ---- */

static uint32_t block_size(const struct question *q, uint32_t number) {
    return q->asked[number].measure->nlets + 3;
}

/* Of the answer's fields the keys and those of one measure, which begin with field `at`. */
static const struct type *type_of_one(struct lowering *low, const struct question *q,
                                      uint32_t number, uint32_t at, const struct type *type) {
    uint32_t n = type->nkeys + block_size(q, number);
    struct field *fields = ARENA_ARRAY(low->arena, struct field, n);
    for (uint32_t i = 0; i < n; i++)
        fields[i] = type->fields[i < type->nkeys ? i : at + i - type->nkeys];
    return type_relation(low->types, fields, n, type->keys, type->nkeys);
}

/* All fields of the answer: those of the other measures are missing. */
static void put_out_all(struct segment *g, uint32_t at, uint32_t n, const struct type *type) {
    struct lowering *low = g->low;
    for (uint32_t i = 0; i < type->n; i++) {
        bool own = i < type->nkeys || (i >= at && i < at + n);
        uint32_t slot;
        if (own) {
            slot = segment_field_slot(g, i < type->nkeys ? i : type->nkeys + i - at);
        } else {
            struct node *none = tree_new(low, N_MISSING, type_scalar(low->types, TY_MISSING, true),
                                         (struct span){0, 0, 0});
            slot = segment_compute(g, tree_convert(low, none, type->fields[i].type));
        }
        segment_output(g, type->fields[i].name, slot);
    }
}

/* A row for each unit that any of the measures has. */
static struct segment *join_units(struct lowering *low, const struct question *q,
                                  const struct type *type) {
    struct segment *rows = NULL;
    uint32_t at = type->nkeys;
    for (uint32_t i = 0; i < q->nasked; at += block_size(q, i), i++) {
        struct segment *g = units_of(low, q, i, type_of_one(low, q, i, at, type));
        put_out_all(g, at, block_size(q, i), type);
        rows = rows ? segment_union(rows, g) : g;
        for (uint32_t k = 0; k < type->n && i > 0 && i + 1 < q->nasked; k++)
            segment_output(rows, STR_NONE, k);
    }
    rows->plan->remark = STR("the units of all measures");
    struct segment *group = segment_group(rows, type->keys, type->nkeys);
    group->plan->remark = STR("the measures side by side");
    for (uint32_t i = 0; i < type->nkeys; i++)
        group->fields.at[i].name = type->fields[i].name;
    for (uint32_t i = type->nkeys; i < type->n; i++) {
        uint32_t slot = segment_aggregate(group, AGG_MAX, (int)i, -1, type->fields[i].type);
        segment_field(group, type->fields[i].name, type->fields[i].type, slot);
    }
    return group;
}

struct segment *lower_units(struct lowering *low, const struct question *q,
                            const struct type *type) {
    return q->nasked > 1 ? join_units(low, q, type) : units_of(low, q, 0, type);
}
