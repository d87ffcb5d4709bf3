/* Segments that grow, and their freezing into plans. See build.h.
 *
 * All arrays are arena vectors of the segment; the plan gets them only in
 * lowering_finish, because legs and scans grow until the last clause is lowered. */
#include "plan/build.h"

void lowering_init(struct lowering *low, struct session *s) {
    *low = (struct lowering){.session = s, .arena = s->arena, .types = &s->types};
}

static struct segment *segment_new(struct lowering *low, enum base_kind base) {
    struct segment *g = ARENA_NEW(low->arena, struct segment);
    g->low = low;
    g->row_number = SLOT_NONE;
    g->people = SLOT_NONE;
    g->most_people = SLOT_NONE;
    g->plan = ARENA_NEW(low->arena, struct plan);
    g->plan->base = base;
    g->plan->calendar = &low->session->calendar;
    ARENA_PUSH(low->arena, &low->segments) = g;
    return g;
}

/* ---- slots, fields, outputs ---- */

uint32_t segment_slot(struct segment *g, const struct type *type) {
    ARENA_PUSH(g->low->arena, &g->slot_types) = type;
    return g->slot_types.n - 1;
}

uint32_t segment_output(struct segment *g, struct str name, uint32_t slot) {
    ARENA_PUSH(g->low->arena, &g->outputs) = (struct plan_output){.name = name, .slot = slot};
    return g->outputs.n - 1;
}

void segment_output_row(struct segment *g, struct str name, uint32_t slot) {
    uint32_t output = segment_output(g, name, slot);
    g->outputs.at[output].row_number = true;
}

void segment_outputs(struct segment *g) {
    for (uint32_t i = 0; i < g->fields.n; i++) {
        segment_output(g, g->fields.at[i].name, segment_field_slot(g, i));
    }
}

void segment_field(struct segment *g, struct str name, const struct type *type, uint32_t slot) {
    ARENA_PUSH(g->low->arena, &g->fields) =
        (struct row_field){.name = name, .type = type, .slot = slot};
}

uint32_t segment_field_slot(struct segment *g, uint32_t field) {
    assert(field < g->fields.n);
    struct row_field *f = &g->fields.at[field];
    if (f->slot == SLOT_NONE) {
        f->slot = segment_scan_column(g, f->column);
    }
    return f->slot;
}

int segment_field_named(const struct segment *g, struct str name) {
    for (uint32_t i = 0; i < g->fields.n; i++) {
        if (str_eq(g->fields.at[i].name, name)) {
            return (int)i;
        }
    }
    return -1;
}

/* ---- bases ---- */

struct segment *segment_scan(struct lowering *low, const struct table *table) {
    struct segment *g = segment_new(low, BASE_SCAN);
    g->plan->table = table;
    g->plan->about.title = table->title;
    g->plan->remark = arena_printf(low->arena, "rows of %.*s", STR_ARG(table->name));
    g->type = table->row;
    g->row_table = table_is_entity(table) ? table : NULL;
    g->reasons = table->nwhy ? table : NULL;
    for (uint32_t i = 0; i < table->n; i++) {
        segment_field(g, table->columns[i].name, table->columns[i].type, SLOT_NONE);
        g->fields.at[i].column = i;
    }
    return g;
}

uint32_t segment_reason(struct segment *g, uint32_t column) {
    if (!g->reasons) {
        return SLOT_NONE;
    }
    return g->plan->base == BASE_SCAN ? segment_scan_column(g, column)
                                      : g->first_reason + (column - g->reasons->n);
}

struct segment *segment_sql(struct lowering *low, struct str query, const struct type *type,
                            struct span span) {
    struct segment *g = segment_new(low, BASE_SQL);
    g->plan->query = query;
    g->plan->reads_raw = low->session->protects;
    g->plan->span = span;
    g->plan->remark = STR("the rows of a query in SQL");
    g->plan->nkeys = type->nkeys;
    g->plan->keys = ARENA_ARRAY(low->arena, uint32_t, type->nkeys);
    if (type->nkeys)
        memcpy(g->plan->keys, type->keys, type->nkeys * sizeof *type->keys);
    g->type = type;
    for (uint32_t i = 0; i < type->n; i++) {
        uint32_t slot = segment_slot(g, type->fields[i].type);
        segment_field(g, type->fields[i].name, type->fields[i].type, slot);
        ARENA_PUSH(low->arena, &g->scan_columns) = i;
        ARENA_PUSH(low->arena, &g->scan_slots) = slot;
    }
    return g;
}

struct segment *segment_relation(struct lowering *low, struct symbol *variable,
                                 const struct type *type) {
    struct segment *g = segment_new(low, BASE_RELATION);
    g->relation = variable;
    g->nbase = type->n;
    g->type = type;
    lowering_capture(low, variable);
    g->plan->remark = arena_printf(low->arena, "rows of %.*s",
                                   STR_ARG(variable->name.n ? variable->name : STR("a value")));
    for (uint32_t i = 0; i < type->n; i++) {
        uint32_t slot = segment_slot(g, type->fields[i].type);
        segment_field(g, type->fields[i].name, type->fields[i].type, slot);
    }
    return g;
}

struct segment *segment_group(struct segment *input, const uint32_t *keys, uint32_t nkeys) {
    struct segment *g = segment_new(input->low, BASE_GROUP);
    g->input = input;
    g->plan->keys = ARENA_ARRAY(g->low->arena, uint32_t, nkeys);
    g->plan->nkeys = nkeys;
    g->plan->about = input->plan->about;
    for (uint32_t i = 0; i < nkeys; i++) {
        g->plan->keys[i] = keys[i];
        const struct type *type = key_is_slot(keys[i]) ? input->slot_types.at[keys[i]]
                                                       : type_scalar(g->low->types, TY_BOOL, false);
        segment_field(g, STR_NONE, type, segment_slot(g, type));
    }
    return g;
}

static void take_outputs(struct segment *g, const struct segment *input) {
    for (uint32_t i = 0; i < input->outputs.n; i++) {
        segment_slot(g, input->slot_types.at[input->outputs.at[i].slot]);
    }
}

struct segment *segment_over(struct segment *input, enum base_kind base) {
    struct segment *g = segment_new(input->low, base);
    g->input = input;
    g->plan->about = input->plan->about;
    take_outputs(g, input);
    return g;
}

struct segment *segment_join(struct segment *left, struct segment *right, enum join_kind kind) {
    struct segment *g = segment_new(left->low, BASE_JOIN);
    g->input = left;
    g->right = right;
    g->plan->join = kind;
    g->plan->about = left->plan->about;
    take_outputs(g, left);
    if (kind == JOIN_INNER || kind == JOIN_LEFT) {
        uint32_t first = g->slot_types.n;
        take_outputs(g, right);
        for (uint32_t i = first; kind == JOIN_LEFT && i < g->slot_types.n; i++) {
            g->slot_types.at[i] = type_nullable(g->low->types, g->slot_types.at[i], true);
        }
    }
    return g;
}

struct segment *segment_union(struct segment *left, struct segment *right) {
    struct segment *g = segment_new(left->low, BASE_UNION);
    assert(left->outputs.n == right->outputs.n);
    g->input = left;
    g->right = right;
    g->plan->about = left->plan->about;
    take_outputs(g, left);
    for (uint32_t i = 0; i < right->outputs.n; i++) {
        if (right->slot_types.at[right->outputs.at[i].slot]->nullable) {
            g->slot_types.at[i] = type_nullable(g->low->types, g->slot_types.at[i], true);
        }
    }
    return g;
}

/* ---- reading the row ---- */

uint32_t segment_scan_column(struct segment *g, uint32_t column) {
    assert(g->plan->base == BASE_SCAN);
    for (uint32_t i = 0; i < g->scan_columns.n; i++) {
        if (g->scan_columns.at[i] == column) {
            return g->scan_slots.at[i];
        }
    }
    const struct table *table = g->plan->table;
    const struct type *type = column == TABLE_ROW_NUMBER ? type_ref(g->low->types, table, false)
                              : column == TABLE_RECORD   ? type_scalar(g->low->types, TY_INT, false)
                                                         : table->columns[column].type;
    uint32_t slot = segment_slot(g, type);
    ARENA_PUSH(g->low->arena, &g->scan_columns) = column;
    ARENA_PUSH(g->low->arena, &g->scan_slots) = slot;
    return slot;
}

bool segment_is_scanned(const struct segment *g, uint32_t slot) {
    for (uint32_t i = 0; i < g->scan_slots.n; i++) {
        if (g->scan_slots.at[i] == slot) {
            return true;
        }
    }
    return false;
}

struct step *segment_step(struct segment *g, enum step_kind kind, struct span span) {
    struct step *s = ARENA_NEW(g->low->arena, struct step);
    s->kind = kind;
    s->span = span;
    ARENA_PUSH(g->low->arena, &g->steps) = s;
    return s;
}

static uint32_t *one_slot(struct segment *g, uint32_t slot) {
    uint32_t *slots = ARENA_ARRAY(g->low->arena, uint32_t, 1);
    slots[0] = slot;
    return slots;
}

uint32_t segment_lookup(struct segment *g, uint32_t from, const struct table *table, int column,
                        const struct type *type) {
    for (uint32_t i = 0; i < g->steps.n; i++) {
        const struct step *s = g->steps.at[i];
        if (s->kind == STEP_LOOKUP && s->from == from && s->table == table && s->column == column &&
            g->slot_types.at[s->slots[0]] == type) {
            return s->slots[0];
        }
    }
    struct step *s = segment_step(g, STEP_LOOKUP, (struct span){0, 0, 0});
    s->from = from;
    s->table = table;
    s->column = column;
    s->slots = one_slot(g, segment_slot(g, type));
    s->n = 1;
    return s->slots[0];
}

uint32_t segment_leg(struct segment *g, struct segment *leg, uint32_t *keys, uint32_t nkeys,
                     uint32_t column, bool zero, const struct type *type, struct span span) {
    for (uint32_t i = 0; i < g->steps.n; i++) {
        const struct step *s = g->steps.at[i];
        if (s->kind == STEP_LEG && s->leg == leg->plan && s->leg_column == column) {
            return s->slots[0];
        }
    }
    struct step *s = segment_step(g, STEP_LEG, span);
    s->leg = leg->plan;
    s->keys = keys;
    s->nkeys = nkeys;
    s->leg_column = column;
    s->zero_if_absent = zero;
    s->slots = one_slot(g, segment_slot(g, type));
    s->n = 1;
    return s->slots[0];
}

uint32_t segment_leg_on(struct segment *g, struct segment *leg, uint32_t *keys, uint32_t nkeys,
                        uint32_t column, bool zero, const struct type *type, struct span span,
                        uint32_t day, bool tells) {
    uint32_t before = g->steps.n;
    uint32_t slot = segment_leg(g, leg, keys, nkeys, column, zero, type, span);
    if (g->steps.n > before) {
        struct step *s = g->steps.at[before];
        s->as_of = true;
        s->day = day;
        s->tells = tells;
    }
    return slot;
}

uint32_t segment_spell(struct segment *g, struct segment *spells, const uint32_t *keys,
                       uint32_t nkeys) {
    for (uint32_t i = 0; i < g->steps.n; i++) {
        const struct step *s = g->steps.at[i];
        if (s->kind == STEP_SPELL && s->leg == spells->plan && s->nkeys == nkeys &&
            memcmp(s->keys, keys, nkeys * sizeof *keys) == 0) {
            return s->slots[0];
        }
    }
    struct step *s = segment_step(g, STEP_SPELL, (struct span){0, 0, 0});
    s->leg = spells->plan;
    s->nkeys = nkeys;
    s->keys = ARENA_ARRAY(g->low->arena, uint32_t, nkeys);
    memcpy(s->keys, keys, nkeys * sizeof *keys);
    s->slots = one_slot(g, segment_slot(g, type_bool(g->low, false)));
    s->n = 1;
    return s->slots[0];
}

uint32_t segment_compute(struct segment *g, struct node *tree) {
    if (tree->kind == N_INPUT) {
        return ((const struct expr_input *)tree->note)->slot;
    }
    for (uint32_t i = 0; i < g->steps.n; i++) {
        const struct step *s = g->steps.at[i];
        if (s->kind == STEP_COMPUTE && tree_equal(s->exprs[0]->tree, tree)) {
            return s->slots[0];
        }
    }
    struct step *s = segment_step(g, STEP_COMPUTE, tree->span);
    s->exprs = ARENA_ARRAY(g->low->arena, struct expr *, 1);
    s->exprs[0] = expr_of(g->low, tree);
    s->slots = one_slot(g, segment_slot(g, tree->type));
    s->n = 1;
    return s->slots[0];
}

void segment_filter(struct segment *g, struct node *tree, struct span span) {
    struct step *s = segment_step(g, STEP_FILTER, span);
    s->exprs = ARENA_ARRAY(g->low->arena, struct expr *, 1);
    s->exprs[0] = expr_of(g->low, tree);
    s->n = 1;
    g->judged |= tree->type->nullable;
}

void segment_undecided(struct segment *g, struct node *tree) {
    if (!tree->type->nullable || g->low->asked_before) {
        return;
    }
    for (uint32_t i = 0; i < g->steps.n; i++) {
        const struct step *s = g->steps.at[i];
        if (s->kind == STEP_UNDECIDED && tree_equal(s->exprs[0]->tree, tree)) {
            return;
        }
    }
    struct step *s = segment_step(g, STEP_UNDECIDED, tree->span);
    struct row row = row_of(g);
    s->exprs = ARENA_ARRAY(g->low->arena, struct expr *, 1);
    s->exprs[0] = expr_of(g->low, lower_tree(&row, tree)); /* whose own use it may have too */
    s->n = 1;
    g->judged = true;
}

uint32_t segment_count(struct segment *g, struct node *tree, const uint32_t *keys, uint32_t nkeys) {
    struct lowering *low = g->low;
    assert(low->ncounters < MOST_COUNTERS);
    struct step *s = segment_step(g, STEP_COUNT, tree ? tree->span : (struct span){0, 0, 0});
    if (tree) {
        s->exprs = ARENA_ARRAY(low->arena, struct expr *, 1);
        s->exprs[0] = expr_of(low, tree);
        s->n = 1;
    }
    s->keys = ARENA_ARRAY(low->arena, uint32_t, nkeys + 1);
    s->nkeys = nkeys;
    for (uint32_t i = 0; i < nkeys; i++) {
        s->keys[i] = keys[i];
    }
    s->counter = low->ncounters++;
    return s->counter;
}

static bool aggregations_equal(const struct aggregation *a, const struct aggregation *b) {
    return a->kind == b->kind && a->argument == b->argument && a->filter == b->filter &&
           a->type == b->type && a->distinct == b->distinct && a->power == b->power &&
           a->weight_power == b->weight_power &&
           (!aggregate_takes_two(a->kind) || a->second == b->second);
}

uint32_t segment_aggregation(struct segment *group, const struct aggregation *wanted) {
    uint32_t nkeys = group->plan->nkeys;
    for (uint32_t i = 0; i < group->aggregations.n; i++) {
        if (aggregations_equal(&group->aggregations.at[i], wanted)) {
            return nkeys + i;
        }
    }
    assert(group->steps.n == 0 && group->slot_types.n == nkeys + group->aggregations.n);
    ARENA_PUSH(group->low->arena, &group->aggregations) = *wanted;
    if (wanted->kind == AGG_FIRST || wanted->kind == AGG_LAST || wanted->kind == AGG_LIST) {
        segment_in_order(group->input);
    }
    return segment_slot(group, wanted->type);
}

uint32_t segment_aggregate(struct segment *group, enum aggregate kind, int argument, int filter,
                           const struct type *type) {
    const struct aggregation wanted = {
        .kind = kind, .argument = argument, .filter = filter, .type = type, .second = -1};
    return segment_aggregation(group, &wanted);
}

void segment_in_order(struct segment *g) {
    switch (g->plan->base) {
    case BASE_SCAN:
        g->plan->in_key_order = true;
        break;
    case BASE_NAMED:
        segment_in_order(g->input);
        break;
    case BASE_JOIN:
    case BASE_UNION:
        segment_in_order(g->input);
        segment_in_order(g->right);
        break;
    case BASE_WINDOW:
    case BASE_UNPIVOT:
    case BASE_SPANS:
    case BASE_HELD:
        segment_in_order(g->input);
        break;
    case BASE_RELATION:
    case BASE_SQL:
    case BASE_GROUP:
    case BASE_SORT:
    case BASE_SPINE:
    case BASE_SPELLS:
    case BASE_SAMPLE:
        break; /* have an order of their own */
    }
}

uint32_t segment_plain(struct segment *g, uint32_t slot) {
    const struct type *type = g->slot_types.at[slot];
    while (type->kind == TY_REF && type->table->nkeys == 1) {
        const struct table *table = type->table;
        uint32_t key = table->keys[0];
        bool nullable = type->nullable || table->columns[key].type->nullable;
        type = type_nullable(g->low->types, table->columns[key].type, nullable);
        slot = segment_lookup(g, slot, table, (int)key, type);
    }
    return slot;
}

/* ---- captured variables ---- */

void lowering_capture(struct lowering *low, struct symbol *symbol) {
    for (uint32_t i = 0; i < low->captured.n; i++) {
        if (low->captured.at[i] == symbol) {
            return;
        }
    }
    ARENA_PUSH(low->arena, &low->captured) = symbol;
}

static bool is_reference(const struct symbol *symbol) {
    enum storage storage = type_storage(symbol->type);
    return storage == STORE_TEXT || storage == STORE_OBJECT;
}

/* References first, each part in order of capture. */
static struct symbol **captured_in_order(struct lowering *low) {
    struct symbol **all = ARENA_ARRAY(low->arena, struct symbol *, low->captured.n);
    uint32_t n = 0;
    for (int scalars = 0; scalars < 2; scalars++) {
        for (uint32_t i = 0; i < low->captured.n; i++) {
            if (is_reference(low->captured.at[i]) == !scalars) {
                all[n++] = low->captured.at[i];
            }
        }
    }
    return all;
}

static uint32_t captured_number(struct symbol **all, uint32_t n, const struct symbol *symbol) {
    uint32_t i = 0;
    while (i < n && all[i] != symbol) {
        i++;
    }
    return i;
}

/* ---- freezing ---- */

static const struct type *outputs_type(struct segment *g) {
    struct field *fields = ARENA_ARRAY(g->low->arena, struct field, g->outputs.n);
    for (uint32_t i = 0; i < g->outputs.n; i++) {
        const struct plan_output *output = &g->outputs.at[i];
        const struct type *type = g->slot_types.at[output->slot];
        fields[i].name = output->name;
        fields[i].type =
            output->row_number ? type_scalar(g->low->types, TY_INT, type->nullable) : type;
    }
    return type_relation(g->low->types, fields, g->outputs.n, NULL, 0);
}

static void freeze(struct segment *g, struct symbol **captured) {
    struct plan *p = g->plan;
    p->input = g->input ? g->input->plan : NULL;
    p->right = g->right ? g->right->plan : NULL;
    p->scan_columns = g->scan_columns.at;
    p->scan_slots = g->scan_slots.at;
    p->nscan = g->scan_columns.n;
    p->tests = g->tests.at;
    p->ntests = g->tests.n;
    p->aggregations = g->aggregations.at;
    p->naggregations = g->aggregations.n;
    p->windows = g->windows.at;
    p->nwindows = g->windows.n;
    p->steps = g->steps.at;
    p->nsteps = g->steps.n;
    p->slot_types = g->slot_types.at;
    p->nslots = g->slot_types.n;
    p->outputs = g->outputs.at;
    p->noutputs = g->outputs.n;
    p->row_names = g->names.at;
    p->nrow_names = p->base == BASE_GROUP || segment_may_fail(g) ? g->names.n : 0;
    p->counts = g->low->ncounters > 0;
    p->captured = captured;
    p->ncaptured = g->low->captured.n;
    p->relation = captured_number(captured, p->ncaptured, g->relation);
    if (!p->type) {
        p->type = outputs_type(g);
    }
}

struct plan *lowering_finish(struct lowering *low, struct segment *root, const struct type *type) {
    if (low->failed || !root) {
        return NULL;
    }
    segment_in_order(root);
    for (uint32_t i = 0; i < low->segments.n; i++) {
        segment_name_rows(low->segments.at[i]);
    }
    plan_prune(root);
    for (uint32_t i = 0; i < low->spells.n; i++) {
        plan_prune(low->spells.at[i].g);
    }
    struct symbol **captured = captured_in_order(low);
    root->plan->type = type;
    root->plan->about.sayings = low->sayings.at;
    root->plan->about.nsayings = low->sayings.n;
    for (uint32_t i = 0; i < low->segments.n; i++) {
        freeze(low->segments.at[i], captured);
    }
    assert(!type || type->n == root->outputs.n);
    return root->plan;
}
