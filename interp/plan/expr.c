/* From checked trees over a row to trees over slots.
 *
 * lower_tree copies; it adds to the segment the scanned columns, lookups and
 * legs that the tree reads. The copies keep what the checker found (types,
 * symbols, notes). An input's `note` is shared within one struct expr only. */
#include "plan/build.h"

/* ---- making nodes ---- */

struct node *tree_new(struct lowering *low, enum node_kind kind, const struct type *type,
                      struct span span) {
    struct node *n = ARENA_NEW(low->arena, struct node);
    n->kind = (uint8_t)kind;
    n->type = type;
    n->span = span;
    return n;
}

struct node *tree_input(struct lowering *low, uint32_t slot, const struct type *type,
                        struct span span) {
    struct node *n = tree_new(low, N_INPUT, type, span);
    struct expr_input *input = ARENA_NEW(low->arena, struct expr_input);
    *input = (struct expr_input){.slot = slot, .type = type};
    n->note = input;
    return n;
}

struct node *tree_int(struct lowering *low, int64_t value) {
    struct node *n =
        tree_new(low, N_INT, type_scalar(low->types, TY_INT, false), (struct span){0, 0, 0});
    n->value.i = value;
    return n;
}

const struct type *type_bool(struct lowering *low, bool nullable) {
    return type_scalar(low->types, TY_BOOL, nullable);
}

static struct node *tree_bool(struct lowering *low, bool value) {
    struct node *n = tree_new(low, N_BOOL, type_bool(low, false), (struct span){0, 0, 0});
    n->value.i = value;
    return n;
}

/* Has no place in the source: what stands between two clauses belongs to neither. */
struct node *tree_binary(struct lowering *low, int op, struct node *a, struct node *b,
                         const struct type *type) {
    struct node *n = tree_new(low, N_BINARY, type, (struct span){0, 0, 0});
    n->op = (uint8_t)op;
    n->a = a;
    n->b = b;
    return n;
}

struct node *tree_convert(struct lowering *low, struct node *value, const struct type *type) {
    if (value->type == type) {
        return value;
    }
    struct node *n = tree_new(low, N_CONVERT, type, value->span);
    n->a = value;
    return n;
}

struct node *tree_builtin(struct lowering *low, enum builtin builtin, const struct type *type,
                          struct node *a, struct node *b) {
    struct invoke *invoke = ARENA_NEW(low->arena, struct invoke);
    invoke->kind = INVOKE_BUILTIN;
    invoke->builtin = builtin;
    struct node *n = tree_new(low, N_INVOKE, type, a->span);
    n->note = invoke;
    ARENA_PUSH(low->arena, &n->list) = a;
    if (b) {
        ARENA_PUSH(low->arena, &n->list) = b;
    }
    return n;
}

struct node *tree_column(struct lowering *low, const struct table *table, uint32_t column) {
    struct node *n = tree_new(low, N_COLUMN, table->columns[column].type, (struct span){0, 0, 0});
    n->value.i = column;
    n->text = table->columns[column].name;
    return n;
}

struct node *tree_present(struct lowering *low, struct node *value) {
    struct node *n = tree_new(low, N_IS_MISSING, type_bool(low, false), value->span);
    n->flags = FLAG_NEGATED;
    n->a = value;
    return n;
}

struct node *tree_not(struct lowering *low, struct node *value) {
    struct node *n = tree_new(low, N_UNARY, value->type, value->span);
    n->op = TOK_NOT;
    n->a = value;
    return n;
}

struct node *tree_is_true(struct lowering *low, struct node *value) {
    if (!value->type->nullable) {
        return value;
    }
    return tree_builtin(low, BUILTIN_COALESCE, type_bool(low, false), value, tree_bool(low, false));
}

static struct node *tree_join(struct lowering *low, int op, struct node *a, struct node *b) {
    if (!a || !b) {
        return a ? a : b;
    }
    return tree_binary(low, op, a, b, type_bool(low, a->type->nullable || b->type->nullable));
}

struct node *tree_and(struct lowering *low, struct node *a, struct node *b) {
    return tree_join(low, TOK_AND, a, b);
}

struct node *tree_or(struct lowering *low, struct node *a, struct node *b) {
    return tree_join(low, TOK_OR, a, b);
}

/* ---- comparing ---- */

static bool lists_equal(const struct node_list *a, const struct node_list *b) {
    if (a->n != b->n) {
        return false;
    }
    for (uint32_t i = 0; i < a->n; i++) {
        if (!tree_equal(a->at[i], b->at[i])) {
            return false;
        }
    }
    return true;
}

static bool invokes_equal(const struct invoke *a, const struct invoke *b) {
    return a->kind == b->kind && a->instance == b->instance && a->builtin == b->builtin &&
           a->native == b->native && a->foreign == b->foreign && a->spread == b->spread;
}

static bool leg_rows_equal(const struct leg_info *a, const struct leg_info *b) {
    if (a->table != b->table || a->source != b->source || a->n != b->n || a->latest != b->latest ||
        a->stored != b->stored || !tree_equal(a->filter, b->filter) ||
        !tree_equal(a->day, b->day)) {
        return false;
    }
    for (uint32_t i = 0; i < a->n; i++) {
        if (!tree_equal(a->inner[i], b->inner[i]) || !tree_equal(a->outer[i], b->outer[i])) {
            return false;
        }
    }
    return true;
}

/* Other notes say where a node was checked, not what it means. */
static bool notes_equal(const struct node *a, const struct node *b) {
    if (a->kind == N_INPUT) {
        return ((const struct expr_input *)a->note)->slot ==
               ((const struct expr_input *)b->note)->slot;
    }
    if (a->kind == N_LEG) {
        const struct leg_info *p = a->note, *q = b->note;
        return p->kind == q->kind && p->distinct == q->distinct &&
               tree_equal(p->argument, q->argument) && tree_equal(p->second, q->second) &&
               leg_rows_equal(p, q);
    }
    return a->kind != N_INVOKE || invokes_equal(a->note, b->note);
}

bool tree_equal(const struct node *a, const struct node *b) {
    if (!a || !b) {
        return a == b;
    }
    const unsigned form = FLAG_BRACKETED | FLAG_QUOTED;
    if (a->kind != b->kind || a->op != b->op || ((a->flags ^ b->flags) & ~form) ||
        a->type != b->type || a->value.i != b->value.i || a->value2 != b->value2 ||
        a->symbol != b->symbol || !notes_equal(a, b)) {
        return false;
    }
    bool text_matters = a->kind == N_TEXT || a->kind == N_HOLE || a->kind == N_FIELD;
    return (!text_matters || str_eq(a->text, b->text)) && tree_equal(a->a, b->a) &&
           tree_equal(a->b, b->b) && tree_equal(a->c, b->c) && tree_equal(a->d, b->d) &&
           lists_equal(&a->list, &b->list) && lists_equal(&a->more, &b->more);
}

/* ---- legs ---- */

struct leg_build {
    const struct leg_info *info; /* the first one; others have the same rows and keys */
    uint32_t *keys;              /* slots of the segment around it */
    uint32_t day;                /* another, as of which the rows hold; SLOT_NONE: whenever */
    struct segment *held;        /* between the rows and their grouping, or NULL */
    struct grouping grouping;    /* without one where `latest` rows are meant: `held` itself */
};

uint32_t own_number(const struct row *row) {
    struct segment *g = row->segment;
    if (row->via != SLOT_NONE) {
        return row->via;
    }
    if (g->plan->base == BASE_SCAN) {
        return segment_scan_column(g, TABLE_ROW_NUMBER);
    }
    assert(g->row_number != SLOT_NONE);
    return g->row_number;
}

static bool has_number(const struct row *row) {
    const struct segment *g = row->segment;
    return row->via != SLOT_NONE || g->row_number != SLOT_NONE ||
           (g->plan->base == BASE_SCAN && g->row_table);
}

static struct leg_build *find_leg(const struct segment *g, const struct leg_info *info,
                                  const uint32_t *keys, uint32_t day) {
    for (uint32_t i = 0; i < g->legs.n; i++) {
        struct leg_build *leg = g->legs.at[i];
        if (leg_rows_equal(leg->info, info) && leg->day == day &&
            (info->n == 0 || memcmp(leg->keys, keys, info->n * sizeof *keys) == 0)) {
            return leg;
        }
    }
    return NULL;
}

static struct leg_build *new_leg(struct segment *around, const struct leg_info *info,
                                 uint32_t *keys, uint32_t day) {
    struct lowering *low = around->low;
    struct leg_build *leg = ARENA_NEW(low->arena, struct leg_build);
    leg->info = info;
    leg->keys = keys;
    leg->day = day;
    struct segment *inner =
        info->source ? lower_relation(low, info->source) : segment_scan(low, info->table);
    if (!inner) {
        return NULL;
    }
    inner->plan->as_stored = info->stored;
    struct row row = row_of(inner);
    if (info->filter) {
        lower_where(&row, info->filter);
    }
    uint32_t *slots = ARENA_ARRAY(low->arena, uint32_t, info->n);
    for (uint32_t i = 0; i < info->n; i++) {
        slots[i] = lower_slot(&row, info->inner[i]);
    }
    leg->grouping.inner = row;
    ARENA_PUSH(low->arena, &around->legs) = leg;
    if (day != SLOT_NONE) {
        leg->held = segment_held(inner, slots, info->n, info->table, info->latest);
        leg->grouping.group = info->latest ? leg->held : segment_group_held(leg->held);
        return leg;
    }
    leg->grouping.group = segment_group(inner, slots, info->n);
    struct str rows =
        info->source ? tree_text(low->arena, low->session, info->source) : info->table->name;
    leg->grouping.group->plan->remark =
        info->follows
            ? arena_printf(low->arena, "rows of %.*s by their keys", STR_ARG(rows))
            : arena_printf(low->arena, "%.*s counted for each row it belongs to", STR_ARG(rows));
    for (uint32_t i = 0; i < info->n; i++) {
        segment_output(leg->grouping.group, arena_printf(low->arena, "key%u", i + 1), i);
    }
    return leg;
}

static bool is_zero_over_nothing(enum aggregate kind) {
    return kind == AGG_COUNT || kind == AGG_COUNT_PRESENT || kind == AGG_COUNT_TRUE ||
           kind == AGG_COUNT_DISTINCT || kind == AGG_SUM || kind == AGG_ANY;
}

/* Slot of what the leg's grouping reads. */
static uint32_t inner_slot(struct leg_build *leg, const struct node *n) {
    uint32_t slot = lower_slot(&leg->grouping.inner, n);
    return leg->held ? held_slot(leg->held, slot) : slot;
}

static uint32_t named_output(struct segment *g, struct str name, uint32_t slot) {
    for (uint32_t i = 0; i < g->outputs.n; i++)
        if (g->outputs.at[i].slot == slot)
            return i;
    return segment_output(g, name, slot);
}

/* Output of the leg's group that holds the aggregate; made when it is not there. */
static uint32_t leg_output(struct leg_build *leg, const struct leg_info *info,
                           const struct type *type) {
    struct segment *group = leg->grouping.group;
    if (info->latest) {
        return named_output(group, info->argument->text, inner_slot(leg, info->argument));
    }
    int argument = info->argument ? (int)inner_slot(leg, info->argument) : -1;
    int second = info->second ? (int)inner_slot(leg, info->second) : -1;
    const struct aggregation wanted = {.kind = info->kind,
                                       .argument = argument,
                                       .filter = -1,
                                       .type = type,
                                       .second = second,
                                       .distinct = info->distinct};
    uint32_t slot = segment_aggregation(group, &wanted);
    return named_output(group, str_of(aggregate_name(info->kind)), slot);
}

static uint32_t fetch(struct segment *g, const struct leg_build *leg, uint32_t column, bool zero,
                      const struct type *type, struct span span) {
    struct segment *from = leg->grouping.group;
    uint32_t n = leg->info->n;
    if (!leg->held)
        return segment_leg(g, from, leg->keys, n, column, zero, type, span);
    bool tells = leg->info->latest && !g->low->asked_before;
    return segment_leg_on(g, from, leg->keys, n, column, zero, type, span, leg->day, tells);
}

static struct node *lower_leg(const struct row *row, const struct node *n) {
    struct segment *g = row->segment;
    struct lowering *low = g->low;
    const struct leg_info *info = n->note;
    uint32_t *keys = ARENA_ARRAY(low->arena, uint32_t, info->n);
    for (uint32_t i = 0; i < info->n; i++) {
        if (!info->outer[i] && !has_number(row)) {
            diag_error(low->session->diags, E0304, n->span,
                       "these rows no longer stand for single rows of a table");
            low->failed = true;
            return tree_convert(low, tree_bool(low, false), n->type);
        }
        keys[i] = info->outer[i] ? lower_slot(row, info->outer[i]) : own_number(row);
    }
    uint32_t day = info->day ? lower_slot(row, info->day) : SLOT_NONE;
    struct leg_build *leg = find_leg(g, info, keys, day);
    if (!leg) {
        leg = new_leg(g, info, keys, day);
    }
    if (!leg) {
        low->failed = true;
        return tree_convert(low, tree_bool(low, false), n->type);
    }
    uint32_t column = leg_output(leg, info, n->type);
    if (!info->unit_figure && !info->latest && !info->follows)
        lower_disclosure(leg->grouping.group, &leg->grouping.inner);
    /* `all` of no rows is true, which a missing row of the leg cannot say by itself. */
    if (info->kind == AGG_ALL) {
        const struct type *maybe = type_bool(low, true);
        uint32_t slot = fetch(g, leg, column, false, maybe, n->span);
        return tree_builtin(low, BUILTIN_COALESCE, n->type, tree_input(low, slot, maybe, n->span),
                            tree_convert(low, tree_bool(low, true), n->type));
    }
    if (info->kind == AGG_LIST) {
        leg->grouping.group->plan->span = n->span; /* it is an error over protected rows */
        const struct type *maybe = type_nullable(low->types, n->type, true);
        uint32_t slot = fetch(g, leg, column, false, maybe, n->span);
        struct node *empty = tree_new(low, N_TEXT, n->type, n->span);
        empty->text = STR("[]");
        return tree_builtin(low, BUILTIN_COALESCE, n->type, tree_input(low, slot, maybe, n->span),
                            empty);
    }
    uint32_t slot = fetch(g, leg, column, is_zero_over_nothing(info->kind), n->type, n->span);
    return tree_input(low, slot, n->type, n->span);
}

/* The row at hand, or one that it refers to, in a cohort: the cohort's condition on that row. */
static struct node *lower_member(const struct row *row, const struct node *n) {
    struct lowering *low = row->segment->low;
    const struct cohort_info *cohort = n->b->symbol->detail;
    bool refers = n->a->type->kind == TY_REF;
    uint32_t via = refers ? lower_slot(row, n->a) : own_number(row);
    const struct row there = {.segment = row->segment, .via = via, .table = cohort->entity};
    struct node *name = tree_new(low, N_NAME, type_bool(low, false), n->span);
    name->symbol = n->b->symbol;
    struct node *member;
    if (n->c && n->d) {
        struct moment day = moment_of(row, n->c), from = moment_of(row, n->d);
        member = lower_spell(&there, name, &day, &from);
    } else if (n->c) {
        struct moment day = moment_of(row, n->c);
        member = lower_membership_on(&there, name, &day);
    } else {
        member = lower_membership(&there, name);
    }
    if (refers && n->a->type->nullable) {
        member =
            tree_and(low, tree_present(low, tree_input(low, via, n->a->type, n->span)), member);
    }
    return n->flags & FLAG_NEGATED ? tree_not(low, member) : member;
}

/* ---- leaves ---- */

/* A column behind those of the row's fields: why a value is missing. */
static struct node *lower_reason(const struct row *row, const struct node *n) {
    struct segment *g = row->segment;
    const struct table *t = n->symbol->table;
    uint32_t slot = segment_reason(g, (uint32_t)n->value.i);
    if (slot == SLOT_NONE && has_number(row)) {
        slot = segment_lookup(g, own_number(row), t, (int)n->value.i, n->type);
    }
    if (slot == SLOT_NONE) {
        diag_error(g->low->session->diags, E0395, n->span,
                   "these rows no longer say why a value is missing");
        g->low->failed = true;
        return tree_convert(g->low, tree_bool(g->low, false), n->type);
    }
    struct node *input = tree_input(g->low, slot, n->type, n->span);
    input->text = n->text;
    return input;
}

static struct node *lower_column(const struct row *row, const struct node *n) {
    struct segment *g = row->segment;
    uint32_t field = (uint32_t)n->value.i;
    if (n->op && row->via == SLOT_NONE) {
        return lower_reason(row, n);
    }
    if (n->value.i < 0) {
        return tree_input(g->low, own_number(row), n->type, n->span);
    }
    uint32_t slot = row->via == SLOT_NONE
                        ? segment_field_slot(g, field)
                        : segment_lookup(g, row->via, row->table, (int)field, n->type);
    struct node *input = tree_input(g->low, slot, g->slot_types.at[slot], n->span);
    input->text =
        row->via == SLOT_NONE ? g->fields.at[field].name : row->table->columns[field].name;
    return input;
}

static struct node *lower_follow(const struct row *row, const struct node *n) {
    assert(n->a->type->kind == TY_REF);
    uint32_t from = lower_slot(row, n->a);
    uint32_t slot = segment_lookup(row->segment, from, n->a->type->table, (int)n->value.i, n->type);
    struct node *input = tree_input(row->segment->low, slot, n->type, n->span);
    input->text = n->a->type->table->columns[n->value.i].name;
    return input;
}

static struct node *lower_name(const struct row *row, const struct node *n) {
    struct lowering *low = row->segment->low;
    struct node *copy = ARENA_NEW(low->arena, struct node);
    if (n->symbol && n->symbol->kind == SYM_VARIABLE && n->symbol->constant) {
        *copy = *n->symbol->constant;
        copy->span = n->span;
        return tree_convert(low, copy, n->type);
    }
    *copy = *n;
    if (n->symbol && n->symbol->kind == SYM_VARIABLE && !n->symbol->global) {
        lowering_capture(low, n->symbol);
    }
    return copy;
}

static uint32_t aggregate_slot(const struct grouping *grouping, const struct node *n) {
    const struct row *inner = &grouping->inner;
    struct lowering *low = inner->segment->low;
    int argument = n->a ? (int)lower_slot(inner, n->a) : -1;
    int filter = -1;
    struct node *only = n->b ? lower_tree(inner, n->b) : NULL;
    if (grouping->also) {
        only = tree_and(low, tree_is_true(low, lower_tree(inner, grouping->also)), only);
    }
    if (only) {
        filter = (int)segment_compute(inner->segment, only);
        segment_undecided(inner->segment, tree_input(low, (uint32_t)filter, only->type, n->span));
    }
    const struct aggregation wanted = {.kind = (enum aggregate)n->value.i,
                                       .argument = argument,
                                       .filter = filter,
                                       .type = n->type,
                                       .second = n->c ? (int)lower_slot(inner, n->c) : -1,
                                       .distinct = n->flags & FLAG_DISTINCT};
    return segment_aggregation(grouping->group, &wanted);
}

static bool is_nested(const struct node *n) {
    return n->kind == N_FROM || n->kind == N_PIPELINE || n->kind == N_QUESTION;
}

void lower_aggregates(const struct grouping *g, const struct node *n) {
    if (!n || is_nested(n)) {
        return;
    }
    if (n->kind == N_AGGREGATE) {
        aggregate_slot(g, n);
        return;
    }
    lower_aggregates(g, n->a);
    lower_aggregates(g, n->b);
    lower_aggregates(g, n->c);
    lower_aggregates(g, n->d);
    for (uint32_t i = 0; i < n->list.n; i++) {
        lower_aggregates(g, n->list.at[i]);
    }
    for (uint32_t i = 0; i < n->more.n; i++) {
        lower_aggregates(g, n->more.at[i]);
    }
}

/* Beside aggregates, an expression over a group may read what the group is keyed by. */
static struct node *lower_group_key(const struct row *row, const struct node *n) {
    struct segment *g = row->segment;
    uint32_t slot = lower_slot(&row->grouping->inner, n);
    for (uint32_t i = 0; i < g->plan->nkeys; i++) {
        if (g->plan->keys[i] == slot) {
            return tree_input(g->low, i, n->type, n->span);
        }
    }
    diag_error(g->low->session->diags, E0306, n->span,
               "this differs from row to row of a group, so it needs an aggregate");
    g->low->failed = true;
    return tree_input(g->low, 0, n->type, n->span);
}

/* ---- trees ---- */

static void lower_list(const struct row *row, struct node_list *to, const struct node_list *from) {
    *to = (struct node_list){NULL, 0, 0};
    for (uint32_t i = 0; i < from->n; i++) {
        struct node *copy = lower_tree(row, from->at[i]);
        ARENA_PUSH(row->segment->low->arena, to) = copy;
    }
}

static struct node *lower_branch(const struct row *row, const struct node *n) {
    struct node *copy = ARENA_NEW(row->segment->low->arena, struct node);
    *copy = *n;
    copy->a = lower_tree(row, n->a);
    copy->b = lower_tree(row, n->b);
    copy->c = lower_tree(row, n->c);
    copy->d = lower_tree(row, n->d);
    lower_list(row, &copy->list, &n->list);
    lower_list(row, &copy->more, &n->more);
    return copy;
}

/* A relation inside an expression is made by the expression's code, from variables that are
 * captured with it. */
static void capture_all(struct lowering *low, const struct node *n);

static void capture_list(struct lowering *low, const struct node_list *list) {
    for (uint32_t i = 0; i < list->n; i++) {
        capture_all(low, list->at[i]);
    }
}

static void capture_question(struct lowering *low, const struct question *q) {
    for (uint32_t i = 0; i < q->nasked; i++) {
        capture_all(low, q->asked[i].where);
        for (uint32_t k = 0; k < q->ndims; k++) {
            capture_all(low, q->asked[i].dims[k]);
        }
    }
}

static void capture_leg(struct lowering *low, const struct leg_info *leg) {
    capture_all(low, leg->source);
    capture_all(low, leg->argument);
    capture_all(low, leg->second);
    capture_all(low, leg->day);
    capture_all(low, leg->filter);
    for (uint32_t i = 0; i < leg->n; i++) {
        capture_all(low, leg->inner[i]);
        capture_all(low, leg->outer[i]);
    }
}

static void capture_all(struct lowering *low, const struct node *n) {
    if (!n) {
        return;
    }
    struct symbol *symbol = n->symbol;
    if (symbol && symbol->kind == SYM_VARIABLE && symbol->made_from) {
        capture_all(low, symbol->made_from);
    } else if (symbol && symbol->kind == SYM_VARIABLE && !symbol->global && !symbol->constant) {
        lowering_capture(low, symbol);
    }
    if (n->kind == N_LEG) {
        capture_leg(low, n->note);
    } else if (n->kind == N_QUESTION) {
        capture_question(low, n->note);
    }
    capture_all(low, n->a);
    capture_all(low, n->b);
    capture_all(low, n->c);
    capture_all(low, n->d);
    capture_list(low, &n->list);
    capture_list(low, &n->more);
}

static struct node *lower_nested(const struct row *row, const struct node *n) {
    struct node *copy = ARENA_NEW(row->segment->low->arena, struct node);
    *copy = *n;
    capture_all(row->segment->low, n);
    return copy;
}

/* A value of the row before the record, or of one that it refers to, where there is no such row. */
static bool is_no_old(const struct lowering *low, const struct node *n) {
    while (n->kind == N_FOLLOW)
        n = n->a;
    return n->kind == N_LEG && ((const struct leg_info *)n->note)->stored && !low->reads_old;
}

static struct node *lower_no_old(struct lowering *low, const struct node *n) {
    struct node *none =
        tree_new(low, N_MISSING, type_scalar(low->types, TY_MISSING, true), n->span);
    return tree_convert(low, none, n->type);
}

/* What reads a slot is told by the name of the column it stands for. */
static struct node *named_like(const struct node *column, struct node *input) {
    if (input && input->kind == N_INPUT && !input->text.n)
        input->text = column->text;
    return input;
}

struct node *lower_tree(const struct row *row, const struct node *n) {
    if (!n) {
        return NULL;
    }
    if (is_no_old(row->segment->low, n)) {
        return lower_no_old(row->segment->low, n);
    }
    switch (n->kind) {
    case N_FROM:
    case N_PIPELINE:
    case N_QUESTION:
        return lower_nested(row, n);
    case N_OVER:
        return window_input(row, n);
    case N_AGGREGATE:
        if (row->windows) {
            return window_input(row, n);
        }
        assert(row->grouping);
        return tree_input(row->segment->low, aggregate_slot(row->grouping, n), n->type, n->span);
    case N_COLUMN:
    case N_FOLLOW:
        if (row->grouping) {
            return lower_group_key(row, n);
        }
        return named_like(n, n->kind == N_COLUMN ? lower_column(row, n) : lower_follow(row, n));
    case N_LEG:
        return row->grouping ? lower_group_key(row, n) : lower_leg(row, n);
    case N_NAME:
        return lower_name(row, n);
    case N_IN:
        return n->b->type->kind == TY_RELATION ? lower_member(row, n) : lower_branch(row, n);
    case N_INPUT: /* already lowered, for this segment */
        return named_like(n,
                          tree_input(row->segment->low, ((const struct expr_input *)n->note)->slot,
                                     n->type, n->span));
    default:
        return lower_branch(row, n);
    }
}

uint32_t lower_slot(const struct row *row, const struct node *n) {
    return segment_compute(row->segment, lower_tree(row, n));
}

/* ---- expressions ---- */

struct input_list {
    struct expr_input **at;
    uint32_t n, cap;
};

static void share_inputs(struct arena *arena, struct input_list *inputs, struct node *n) {
    if (!n || is_nested(n)) {
        return;
    }
    if (n->kind == N_INPUT) {
        struct expr_input *own = n->note;
        for (uint32_t i = 0; i < inputs->n; i++) {
            if (inputs->at[i]->slot == own->slot) {
                n->note = inputs->at[i];
                return;
            }
        }
        ARENA_PUSH(arena, inputs) = own;
        return;
    }
    share_inputs(arena, inputs, n->a);
    share_inputs(arena, inputs, n->b);
    share_inputs(arena, inputs, n->c);
    share_inputs(arena, inputs, n->d);
    for (uint32_t i = 0; i < n->list.n; i++) {
        share_inputs(arena, inputs, n->list.at[i]);
    }
    for (uint32_t i = 0; i < n->more.n; i++) {
        share_inputs(arena, inputs, n->more.at[i]);
    }
}

struct expr *expr_of(struct lowering *low, struct node *lowered) {
    struct expr *e = ARENA_NEW(low->arena, struct expr);
    struct input_list inputs = {NULL, 0, 0};
    share_inputs(low->arena, &inputs, lowered);
    e->tree = lowered;
    e->type = lowered->type;
    e->inputs = inputs.at;
    e->ninputs = inputs.n;
    e->is_slot = lowered->kind == N_INPUT;
    e->may_fail = tree_may_fail(lowered);
    e->varies = tree_varies(lowered);
    return e;
}

/* ---- conditions ---- */

struct condition_list {
    const struct node **at;
    uint32_t n, cap;
};

static void split_and(struct arena *arena, struct condition_list *to, const struct node *n) {
    if (n->kind == N_BINARY && n->op == TOK_AND) {
        split_and(arena, to, n->a);
        split_and(arena, to, n->b);
    } else {
        ARENA_PUSH(arena, to) = n;
    }
}

/* A test in the scan drops rows without counting the undecided ones, so only conditions that are
 * never missing go there; and none from behind a filter that counts. */
static bool push_test(const struct row *row, struct node *lowered) {
    struct segment *g = row->segment;
    if (lowered->type->nullable) {
        return false;
    }
    struct expr *e = expr_of(g->low, lowered);
    for (uint32_t i = 0; i < e->ninputs; i++) {
        if (!segment_is_scanned(g, e->inputs[i]->slot)) {
            return false;
        }
    }
    if (!plan_expr_is_sql(e)) {
        return false;
    }
    ARENA_PUSH(g->low->arena, &g->tests) = (struct scan_test){.expr = e};
    return true;
}

/* The parts that stay behind stay together: `a and b` with a missing and b false is decided. */
void lower_where(const struct row *row, const struct node *condition) {
    struct segment *g = row->segment;
    struct condition_list parts = {NULL, 0, 0};
    split_and(g->low->arena, &parts, condition);
    bool can_push =
        g->plan->base == BASE_SCAN && row->via == SLOT_NONE && !g->limited && !g->judged;
    struct node *rest = NULL;
    for (uint32_t i = 0; i < parts.n; i++) {
        struct node *part = lower_tree(row, parts.at[i]);
        if (!can_push || !push_test(row, part)) {
            rest = tree_and(g->low, rest, part);
        }
    }
    if (rest && g->low->asked_before) {
        rest = tree_is_true(g->low, rest);
    }
    if (rest) {
        segment_filter(g, rest, condition->span);
    }
}
