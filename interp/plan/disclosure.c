/* Groupings whose rows are results: beside the aggregates that were asked stand those
 * that say how many are behind each cell. exec/disclose.c reads them. */
#include "plan/build.h"

/* A slot with references to those who are protected; SLOT_NONE: the rows are who is counted. */
static uint32_t people_slot(const struct row *inner) {
    struct segment *g = inner->segment;
    const struct table *rows = g->row_table;
    if (rows && rows->counts_people)
        return SLOT_NONE;
    for (uint32_t i = 0; i < g->fields.n; i++) {
        const struct type *type = g->fields.at[i].type;
        if (type->kind == TY_REF && type->table->counts_people)
            return segment_field_slot(g, i);
    }
    return SLOT_NONE;
}

static bool is_count(enum aggregate kind) {
    return kind == AGG_COUNT || kind == AGG_COUNT_PRESENT || kind == AGG_COUNT_TRUE ||
           kind == AGG_COUNT_DISTINCT;
}

static void add_behind(struct segment *group, struct aggregation wanted) {
    struct lowering *low = group->low;
    wanted.type = type_scalar(low->types, TY_INT, false);
    wanted.behind = true;
    for (uint32_t i = 0; i < group->aggregations.n; i++) {
        const struct aggregation *a = &group->aggregations.at[i];
        if (a->behind && a->kind == wanted.kind && a->argument == wanted.argument &&
            a->filter == wanted.filter && a->people == wanted.people)
            return;
    }
    ARENA_PUSH(low->arena, &group->aggregations) = wanted;
    segment_slot(group, wanted.type);
}

/* The rows that an aggregate is made of. */
static struct aggregation rows_of(struct aggregation a) {
    bool logic = a.kind == AGG_ANY || a.kind == AGG_ALL || a.kind == AGG_SHARE;
    return (struct aggregation){.kind = logic ? AGG_COUNT_TRUE : AGG_COUNT_PRESENT,
                                .argument = a.argument,
                                .filter = a.filter,
                                .second = -1};
}

static void count_behind(struct segment *group, const struct row *inner, struct aggregation rows) {
    uint32_t asked = group->aggregations.n, people = people_slot(inner);
    if (people != SLOT_NONE && group->input->plan->base == BASE_HELD)
        people = held_slot(group->input, people);
    for (uint32_t i = 0; i < asked; i++) {
        struct aggregation a = group->aggregations.at[i];
        if (!is_count(a.kind) && !a.behind)
            add_behind(group, rows_of(a));
    }
    rows.people = people == SLOT_NONE;
    add_behind(group, rows);
    if (people != SLOT_NONE)
        add_behind(group, (struct aggregation){.kind = AGG_COUNT_DISTINCT,
                                               .argument = (int)people,
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
    if (!p || (p->base == BASE_GROUP && p->discloses))
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
