/* Questions to measures.
 *
 * Each measure is brought to one row for each of its cells (measure.c). Those of
 * several measures are put under each other and joined by grouping: a cell is
 * there if any measure has facts in it, and where one has none its counts are 0.
 * Then come the periods without facts, what stands beside them, and the columns
 * that the checker made of the cells' parts. */
#include "plan/definition.h"
#include "plan/question.h"

/* ---- several measures ---- */

static struct node *missing_of(struct lowering *low, const struct type *type) {
    struct node *n =
        tree_new(low, N_MISSING, type_scalar(low->types, TY_MISSING, true), (struct span){0, 0, 0});
    return tree_convert(low, n, type_nullable(low->types, type, true));
}

static bool has_part(const struct asked *a, uint32_t field) {
    for (int part = 0; part < PART_COUNT; part++) {
        if (a->parts[part] == (int)field) {
            return true;
        }
    }
    return false;
}

static uint32_t part_count(const struct question *q) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < q->nasked; i++) {
        for (int part = 0; part < PART_COUNT; part++) {
            n += q->asked[i].parts[part] >= 0;
        }
    }
    return n;
}

/* Outputs: the keys and all measures' parts, those of the others missing. */
static void put_out_parts(struct cells *c, const struct type *const *key_types) {
    struct segment *g = c->group;
    uint32_t nkeys = cell_key_count(c->question), at = nkeys;
    for (uint32_t i = 0; i < nkeys; i++) {
        uint32_t slot = segment_field_slot(g, i);
        struct node *key = tree_input(g->low, slot, g->slot_types.at[slot], (struct span){0, 0, 0});
        segment_output(g, g->fields.at[i].name,
                       segment_compute(g, tree_convert(g->low, key, key_types[i])));
    }
    for (uint32_t i = nkeys; i < nkeys + part_count(c->question); i++) {
        const struct type *type =
            type_nullable(g->low->types, c->question->cells->fields[i].type, true);
        struct node *value;
        if (has_part(c->asked, i)) {
            uint32_t slot = segment_field_slot(g, at++);
            value = tree_convert(
                g->low, tree_input(g->low, slot, g->slot_types.at[slot], (struct span){0, 0, 0}),
                type);
        } else {
            value = missing_of(g->low, type);
        }
        segment_output(g, STR_NONE, segment_compute(g, value));
    }
}

static const struct type **key_types_of(struct lowering *low, const struct question *q) {
    uint32_t nkeys = cell_key_count(q);
    const struct type **types = ARENA_ARRAY(low->arena, const struct type *, nkeys + 1);
    for (uint32_t i = 0; i < nkeys; i++) {
        types[i] = q->cells->fields[i].type;
    }
    return types;
}

/* One row for each cell that any measure has; fields as in q->cells up to the last part. */
static struct segment *join_cells(struct cells *all, const struct question *q) {
    struct lowering *low = all[0].low;
    uint32_t nkeys = cell_key_count(q), nparts = part_count(q);
    const struct type **key_types = key_types_of(low, q);
    struct segment *rows = NULL;
    for (uint32_t i = 0; i < q->nasked; i++) {
        put_out_parts(&all[i], key_types);
        rows = rows ? segment_union(rows, all[i].group) : all[i].group;
        if (i > 0 && i + 1 < q->nasked) {
            for (uint32_t k = 0; k < nkeys + nparts; k++) {
                segment_output(rows, STR_NONE, k);
            }
        }
    }
    rows->plan->remark = STR("the cells of all measures");
    uint32_t *keys = ARENA_ARRAY(low->arena, uint32_t, nkeys + 1);
    for (uint32_t i = 0; i < nkeys; i++) {
        keys[i] = i;
    }
    struct segment *g = segment_group(rows, keys, nkeys);
    g->plan->remark = STR("the measures side by side");
    for (uint32_t i = 0; i < nkeys; i++) {
        g->fields.at[i].name = q->cells->fields[i].name;
    }
    for (uint32_t i = nkeys; i < nkeys + nparts; i++) {
        const struct type *type = rows->slot_types.at[i];
        uint32_t slot = segment_aggregate(g, AGG_MAX, (int)i, -1, type);
        segment_field(g, STR_NONE, type, slot);
    }
    return g;
}

/* ---- a dense time axis ---- */

struct spine {
    struct segment *segment;
    uint32_t first; /* slot of the first value beside the input's outputs */
    ARENA_VEC(struct spine_beside) besides;
};

static uint32_t beside(struct spine *s, enum beside kind, uint32_t of, const struct type *type) {
    struct segment *g = s->segment;
    for (uint32_t i = 0; i < s->besides.n; i++) {
        if (s->besides.at[i].kind == kind && s->besides.at[i].of == of) {
            return s->first + i;
        }
    }
    ARENA_PUSH(g->low->arena, &s->besides) = (struct spine_beside){kind, of};
    return segment_slot(g, type);
}

static bool knows_school_days(const struct lowering *low) {
    const struct calendar_info *calendar = calendar_in_use(low->session);
    return calendar && calendar->instructional;
}

/* What the cells need to know about each period, in the slots behind the input's. */
static void add_besides(struct spine *s, const struct question *q, const struct cells *all) {
    struct lowering *low = s->segment->low;
    const struct type *flag = type_bool(low, false);
    for (uint32_t i = 0; i < q->nasked; i++) {
        const struct asked *a = &q->asked[i];
        if (a->before >= 0) {
            const struct type *type = q->cells->fields[a->before].type;
            beside(s, BESIDE_BEFORE, (uint32_t)a->parts[PART_VALUE], type);
            if (all[i].zero && a->parts[PART_ROWS] >= 0) {
                beside(s, BESIDE_BEFORE, (uint32_t)a->parts[PART_ROWS],
                       type_scalar(low->types, TY_INT, true));
            }
        }
        bool outside = all[i].zero || a->look != LOOK_OWN;
        if (outside &&
            (q->has_range || q->nasked > 1 || a->look != LOOK_OWN || knows_school_days(low))) {
            beside(s, BESIDE_WITHIN, i, flag);
        }
        if (outside && a->before >= 0) {
            beside(s, BESIDE_WITHIN_BEFORE, i, flag);
        }
    }
    if (q->full_at >= 0) {
        beside(s, BESIDE_FULL, 0, flag);
    }
    if (q->full_before_at >= 0) {
        beside(s, BESIDE_FULL_BEFORE, 0, flag);
    }
    if (q->partial_at >= 0) {
        beside(s, BESIDE_PARTIAL, 0, flag);
    }
}

static int slot_beside(const struct spine *s, enum beside kind, uint32_t of) {
    for (uint32_t i = 0; i < s->besides.n; i++) {
        if (s->besides.at[i].kind == kind && s->besides.at[i].of == of) {
            return (int)(s->first + i);
        }
    }
    return -1;
}

static bool needs_extents(const struct spine *s) {
    for (uint32_t i = 0; i < s->besides.n; i++) {
        if (s->besides.at[i].kind != BESIDE_BEFORE) {
            return true;
        }
    }
    return false;
}

static bool looks_back(const struct question *q) {
    for (uint32_t i = 0; i < q->nasked; i++) {
        if (q->asked[i].look != LOOK_OWN) {
            return true;
        }
    }
    return q->change;
}

static void plan_spine(struct spine *s, const struct question *q) {
    struct lowering *low = s->segment->low;
    struct plan *plan = s->segment->plan;
    struct axis *axis = ARENA_NEW(low->arena, struct axis);
    *axis = (struct axis){.grain = q->grain,
                          .look = q->rolling ? LOOK_ROLLING : LOOK_OWN,
                          .rolling = q->rolling,
                          .change = q->change,
                          .change_by = q->change_by};
    plan->grain = q->grain;
    plan->has_range = q->has_range;
    plan->first_day = q->first_day;
    plan->stop_day = q->stop_day;
    plan->late = q->late;
    plan->clip = q->has_range && looks_back(q);
    plan->compared = axis;
    plan->remark =
        arena_printf(low->arena, "every %s of the range has its row", grain_name(q->grain));
    plan->besides = s->besides.at;
    plan->nbesides = s->besides.n;
    if (needs_extents(s)) {
        plan->nextents = q->nasked;
        plan->extents = ARENA_ARRAY(low->arena, const struct plan *, q->nasked);
        for (uint32_t i = 0; i < q->nasked; i++) {
            plan->extents[i] = whole_extent(low, q->asked[i].measure)->plan;
        }
    }
}

/* Adds the periods without facts; everything but their keys is missing in them. */
static struct spine add_spine(struct segment *cells, const struct question *q,
                              const struct cells *all) {
    struct lowering *low = cells->low;
    uint32_t nkeys = cell_key_count(q);
    segment_outputs(cells);
    struct spine s = {.segment = segment_over(cells, BASE_SPINE)};
    for (uint32_t i = 0; i < cells->fields.n; i++) {
        const struct type *type = s.segment->slot_types.at[i];
        s.segment->slot_types.at[i] = type_nullable(low->types, type, i >= nkeys || type->nullable);
        segment_field(s.segment, cells->fields.at[i].name, s.segment->slot_types.at[i], i);
    }
    s.first = s.segment->slot_types.n;
    add_besides(&s, q, all);
    plan_spine(&s, q);
    return s;
}

/* ---- what no facts mean ---- */

static struct node *slot_tree(struct segment *g, uint32_t slot) {
    return tree_input(g->low, slot, g->slot_types.at[slot], (struct span){0, 0, 0});
}

static struct node *zero_of(struct segment *g, const struct node *value) {
    return tree_convert(g->low, tree_int(g->low, 0),
                        type_nullable(g->low->types, value->type, false));
}

static struct node *or_zero(struct segment *g, struct node *value) {
    struct node *zero = zero_of(g, value);
    if (g->low->session->protects) /* what is suppressed stays so */
        zero = tree_convert(g->low, zero, type_nullable(g->low->types, zero->type, true));
    return value->type->nullable ? tree_builtin(g->low, BUILTIN_COALESCE, zero->type, value, zero)
                                 : value;
}

static struct node *arm_of(struct lowering *low, struct node *result, bool when) {
    struct node *arm = tree_new(low, N_ARM, NULL, result->span);
    arm->a = result;
    if (when) {
        struct node *yes = tree_new(low, N_BOOL, type_bool(low, false), result->span);
        yes->value.i = true;
        ARENA_PUSH(low->arena, &arm->list) = yes;
    }
    return arm;
}

/* The value where the slot is true, else `other`, or missing if that is NULL. */
static struct node *value_when(struct segment *g, int slot, struct node *value,
                               struct node *other) {
    struct lowering *low = g->low;
    if (slot < 0) {
        return value;
    }
    const struct type *type = type_nullable(low->types, value->type, true);
    struct node *match = tree_new(low, N_MATCH, other ? value->type : type, value->span);
    match->a = slot_tree(g, (uint32_t)slot);
    ARENA_PUSH(low->arena, &match->list) = arm_of(low, value, true);
    if (other) {
        ARENA_PUSH(low->arena, &match->list) = arm_of(low, other, false);
    }
    return match;
}

/* 0 where there are no rows; over rows whose values are all missing it stays missing. */
static struct node *or_zero_without_rows(struct segment *g, struct node *value, int rows) {
    struct lowering *low = g->low;
    if (rows < 0) {
        return or_zero(g, value);
    }
    struct node *count = or_zero(g, slot_tree(g, (uint32_t)rows));
    struct node *none = tree_binary(low, TOK_EQ, count, tree_int(low, 0), type_bool(low, false));
    struct node *zero = tree_convert(low, zero_of(g, value), value->type);
    return value_when(g, (int)segment_compute(g, none), zero, value);
}

static void set_field(struct segment *g, const struct question *q, uint32_t field,
                      struct node *value) {
    value = tree_convert(g->low, value, q->cells->fields[field].type);
    g->fields.at[field].type = value->type;
    g->fields.at[field].slot = segment_compute(g, value);
}

/* Counts that are missing for want of facts become 0. Before the first and after the last fact a
 * count that is the measure's value, and all that looks back, is missing. */
static void fill_parts(struct segment *g, const struct question *q, const struct cells *c,
                       int within) {
    int rows = c->asked->parts[PART_ROWS];
    rows = rows < 0 ? -1 : (int)g->fields.at[rows].slot;
    for (int part = 0; part < PART_COUNT; part++) {
        int field = c->asked->parts[part];
        if (field < 0) {
            continue;
        }
        struct node *value = slot_tree(g, g->fields.at[field].slot);
        bool may_miss = part == PART_VALUE || (c->measure->top && part < PART_VALUE);
        bool is_zero = part != PART_VALUE || c->zero;
        if (is_zero) {
            value = or_zero_without_rows(g, value, may_miss ? rows : -1);
        }
        if (part == PART_VALUE) {
            value = value_when(g, within, value, NULL);
        } else if (c->asked->look != LOOK_OWN && is_zero) {
            value =
                value_when(g, within, value, tree_convert(g->low, zero_of(g, value), value->type));
        }
        set_field(g, q, (uint32_t)field, value);
    }
}

static struct node *value_before(const struct spine *s, const struct cells *c, uint32_t number) {
    struct segment *g = s->segment;
    int slot = slot_beside(s, BESIDE_BEFORE, (uint32_t)c->asked->parts[PART_VALUE]);
    struct node *value = slot_tree(g, (uint32_t)slot);
    int rows = c->asked->parts[PART_ROWS];
    if (c->zero) {
        value = or_zero_without_rows(g, value,
                                     rows < 0 ? -1 : slot_beside(s, BESIDE_BEFORE, (uint32_t)rows));
    }
    return value_when(g, slot_beside(s, BESIDE_WITHIN_BEFORE, number), value, NULL);
}

static void add_flag(const struct spine *s, const struct question *q, int field, enum beside kind) {
    if (field >= 0) {
        segment_field(s->segment, q->cells->fields[field].name, q->cells->fields[field].type,
                      (uint32_t)slot_beside(s, kind, 0));
    }
}

/* The fields as in q->cells. */
static void complete_cells(const struct spine *s, const struct question *q,
                           const struct cells *all) {
    struct segment *g = s->segment;
    for (uint32_t i = 0; i < q->nasked; i++) {
        fill_parts(g, q, &all[i], slot_beside(s, BESIDE_WITHIN, i));
    }
    for (uint32_t i = 0; i < q->nasked && q->change; i++) {
        const struct field *f = &q->cells->fields[q->asked[i].before];
        struct node *value = tree_convert(g->low, value_before(s, &all[i], i), f->type);
        segment_field(g, f->name, f->type, segment_compute(g, value));
    }
    add_flag(s, q, q->full_at, BESIDE_FULL);
    add_flag(s, q, q->full_before_at, BESIDE_FULL_BEFORE);
    add_flag(s, q, q->partial_at, BESIDE_PARTIAL);
}

/* ---- the answer ---- */

static void answer_columns(struct segment *g, const struct question *q, const struct type *type) {
    struct row row = row_of(g);
    struct row_fields fields = {NULL, 0, 0};
    for (uint32_t i = 0; i < q->ncolumns; i++) {
        struct row_field field = {.name = type->fields[i].name, .type = type->fields[i].type};
        field.slot = lower_slot(&row, q->columns[i]);
        ARENA_PUSH(g->low->arena, &fields) = field;
    }
    g->fields = fields;
}

static struct segment *lower_cells(struct lowering *low, const struct question *q,
                                   const struct type *type) {
    struct cells *all = ARENA_ARRAY(low->arena, struct cells, q->nasked);
    for (uint32_t i = 0; i < q->nasked; i++) {
        all[i] = (struct cells){
            .low = low, .question = q, .asked = &q->asked[i], .measure = q->asked[i].measure};
        measure_cells(&all[i], i > 0);
    }
    struct segment *g = q->nasked == 1 ? all[0].group : join_cells(all, q);
    struct spine s = {.segment = g};
    if (q->grain != GRAIN_NONE) {
        s = add_spine(g, q, all);
        complete_cells(&s, q, all);
    } else if (q->nasked > 1) {
        complete_cells(&s, q, all);
    }
    answer_columns(s.segment, q, type);
    return s.segment;
}

struct segment *lower_question(struct lowering *low, const struct question *q,
                               const struct type *type, struct span span) {
    struct segment *g =
        q->rows == ROWS_CELLS ? lower_cells(low, q, type) : lower_units(low, q, type);
    g->type = type;
    g->plan->span = span;
    question_about(low, q, &g->plan->about);
    return g;
}
