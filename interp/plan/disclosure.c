/* Groupings whose rows are results: beside the aggregates that were asked stand those
 * that say how many are behind each cell. exec/disclose.c reads them. */
#include "plan/build.h"

enum { MOST_STEPS = 4 }; /* references followed to those who are protected */

/* From a slot with references to rows of `table` to one with references to those who are protected.
 */
static uint32_t people_behind(struct segment *g, uint32_t slot, const struct table *table,
                              uint32_t steps) {
    if (table->counts_people)
        return slot;
    for (uint32_t i = 0; i < table->n && steps < MOST_STEPS; i++) {
        const struct table *to = table->columns[i].to;
        if (!to || to == table || !to->reaches_people)
            continue;
        const struct type *type = type_nullable(g->low->types, table->columns[i].type, true);
        return people_behind(g, segment_lookup(g, slot, table, (int)i, type), to, steps + 1);
    }
    return SLOT_NONE;
}

/* Columns of a scan can still be read where no field names them. */
static uint32_t people_of_scan(struct segment *g) {
    const struct table *table = g->plan->base == BASE_SCAN ? g->plan->table : NULL;
    for (uint32_t i = 0; table && i < table->n; i++)
        if (table->columns[i].to && table->columns[i].to->reaches_people)
            return people_behind(g, segment_scan_column(g, i), table->columns[i].to, 0);
    return SLOT_NONE;
}

/* A slot with what tells those who are protected apart; SLOT_NONE: the rows are who is counted, or
 * it is not known. */
static uint32_t people_slot(struct segment *g) {
    bool scanned = g->plan->base == BASE_SCAN;
    if (g->people != SLOT_NONE)
        return g->people;
    if (g->row_table && g->row_table->counts_people)
        return scanned ? SLOT_NONE : g->row_number;
    for (uint32_t i = 0; i < g->fields.n; i++) {
        const struct type *type = g->fields.at[i].type;
        if (type->kind == TY_REF && type->table->reaches_people)
            return people_behind(g, segment_field_slot(g, i), type->table, 0);
    }
    return people_of_scan(g);
}

void close_people(struct segment *g) {
    bool are_people = g->plan->base == BASE_SCAN && g->row_table && g->row_table->counts_people;
    if (!g->low->session->protects)
        return;
    g->people = are_people ? segment_scan_column(g, TABLE_ROW_NUMBER) : people_slot(g);
    if (g->people != SLOT_NONE)
        g->people_output = segment_output(g, STR_NONE, g->people);
}

void reopen_people(struct segment *g, const struct segment *input, uint32_t first) {
    if (input->people != SLOT_NONE)
        g->people = first + input->people_output;
}

void lower_unit_people(struct segment *units, const struct row *facts) {
    struct lowering *low = units->low;
    uint32_t people = low->session->protects ? people_slot(facts->segment) : SLOT_NONE;
    if (people != SLOT_NONE)
        units->most_people = segment_aggregate(units, AGG_COUNT_DISTINCT, (int)people, -1,
                                               type_scalar(low->types, TY_INT, false));
}

static bool is_count(enum aggregate kind) {
    return kind == AGG_COUNT || kind == AGG_COUNT_PRESENT || kind == AGG_COUNT_TRUE ||
           kind == AGG_COUNT_DISTINCT;
}

static bool is_same(const struct aggregation *a, const struct aggregation *b) {
    return a->behind && a->kind == b->kind && a->argument == b->argument &&
           a->filter == b->filter && a->people == b->people && a->nonzero == b->nonzero &&
           a->ones == b->ones && a->zeros == b->zeros && a->place == b->place;
}

static void add_behind(struct segment *group, struct aggregation wanted) {
    struct lowering *low = group->low;
    if (!wanted.place)
        wanted.type = type_scalar(low->types, TY_INT, false);
    wanted.behind = true;
    for (uint32_t i = 0; i < group->aggregations.n; i++)
        if (is_same(&group->aggregations.at[i], &wanted))
            return;
    ARENA_PUSH(low->arena, &group->aggregations) = wanted;
    segment_slot(group, wanted.type);
}

static bool is_logic(enum aggregate kind) {
    return kind == AGG_ANY || kind == AGG_ALL || kind == AGG_SHARE;
}

/* The rows that an aggregate is made of. */
static struct aggregation rows_of(struct aggregation a) {
    return (struct aggregation){.kind = is_logic(a.kind) ? AGG_COUNT_TRUE : AGG_COUNT_PRESENT,
                                .argument = a.argument < 0 ? a.second : a.argument,
                                .filter = a.filter,
                                .second = -1};
}

static struct aggregation values_like(struct segment *g, struct aggregation a, int op,
                                      int64_t number) {
    struct lowering *low = g->low;
    const struct span nowhere = {0, 0, 0};
    const struct type *type = g->slot_types.at[a.argument];
    struct node *value = tree_input(low, (uint32_t)a.argument, type, nowhere);
    struct node *like = tree_convert(low, tree_int(low, number), type);
    struct node *is = tree_binary(low, op, value, like, type_bool(low, type->nullable));
    a.kind = AGG_COUNT_TRUE;
    a.argument = (int)segment_compute(g, is);
    a.second = -1;
    a.distinct = false;
    return a;
}

/* A sum is that of the few who are not 0; where all of these are 1 it counts them, and their mean
 * and spread do. */
static void count_nonzero(struct segment *group, struct aggregation a) {
    enum type_kind kind = a.argument < 0 ? TY_BOOL : group->input->slot_types.at[a.argument]->kind;
    bool single = a.kind == AGG_MIN || a.kind == AGG_MAX || a.kind == AGG_FIRST ||
                  a.kind == AGG_LAST; /* never shown */
    if (single || (kind != TY_INT && kind != TY_FLOAT))
        return;
    struct aggregation nonzero = values_like(group->input, a, TOK_NE, 0);
    struct aggregation ones = values_like(group->input, a, TOK_EQ, 1);
    struct aggregation zeros = values_like(group->input, a, TOK_EQ, 0);
    nonzero.nonzero = ones.ones = zeros.zeros = true;
    add_behind(group, nonzero);
    add_behind(group, ones);
    add_behind(group, zeros);
}

/* A share is of the values that are there: those that are false are a count like those that are
 * true. */
static void count_false(struct segment *group, struct aggregation a) {
    struct segment *g = group->input;
    const struct type *type = g->slot_types.at[a.argument];
    struct node *value = tree_input(g->low, (uint32_t)a.argument, type, (struct span){0, 0, 0});
    a = rows_of(a);
    a.argument = (int)segment_compute(g, tree_not(g->low, value));
    add_behind(group, a);
}

static void count_values(struct segment *group, struct aggregation a) {
    add_behind(group, rows_of(a));
    if (is_logic(a.kind))
        count_false(group, a);
    count_nonzero(group, a);
    if (a.kind == AGG_QUANTILE)
        add_behind(group, (struct aggregation){.kind = AGG_MIN,
                                               .argument = a.second,
                                               .filter = -1,
                                               .type = group->input->slot_types.at[a.second],
                                               .second = -1,
                                               .place = true});
}

static void count_behind(struct segment *group, const struct row *inner, struct aggregation rows) {
    uint32_t asked = group->aggregations.n, people = people_slot(inner->segment);
    uint32_t most = people == SLOT_NONE ? inner->segment->most_people : SLOT_NONE;
    if (people != SLOT_NONE && group->input->plan->base == BASE_HELD)
        people = held_slot(group->input, people);
    for (uint32_t i = 0; i < asked; i++) {
        struct aggregation a = group->aggregations.at[i];
        if (!is_count(a.kind) && !a.behind)
            count_values(group, a);
    }
    rows.people = people == SLOT_NONE && most == SLOT_NONE;
    add_behind(group, rows);
    if (!rows.people) /* of units there are at least as many as in the largest */
        add_behind(group,
                   (struct aggregation){.kind = most == SLOT_NONE ? AGG_COUNT_DISTINCT : AGG_MAX,
                                        .argument = (int)(most == SLOT_NONE ? people : most),
                                        .filter = -1,
                                        .second = -1,
                                        .people = true});
    group->plan->discloses = true;
}

void lower_disclosure(struct segment *group, const struct row *inner) {
    if (group->low->session->protects)
        count_behind(
            group, inner,
            (struct aggregation){
                .kind = AGG_COUNT, .argument = -1, .filter = -1, .second = -1, .rows = true});
}

void lower_cell_disclosure(struct segment *cells, const struct row *inner, struct node *others) {
    struct aggregation rows = {.kind = AGG_COUNT, .argument = -1, .filter = -1, .second = -1};
    if (!cells->low->session->protects)
        return;
    if (others) {
        struct aggregation left = rows;
        left.filter = (int)lower_slot(inner, others);
        add_behind(cells, left);
    }
    count_behind(cells, inner, rows);
}

static struct protection rows_of_plan(const struct plan *p) {
    struct protection none = {0, false};
    if (!p || p->base == BASE_SAMPLE || (p->base == BASE_GROUP && p->discloses))
        return none;
    if (p->base == BASE_SCAN)
        return p->table->shown;
    struct protection a = rows_of_plan(p->input), b = rows_of_plan(p->right);
    return (struct protection){a.under > b.under ? a.under : b.under,
                               a.complementary || b.complementary};
}

struct protection plan_protection(const struct plan *group) {
    struct protection none = {0, false};
    return group->discloses ? rows_of_plan(group->input) : none;
}
