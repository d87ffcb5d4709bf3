/* Networks as relations: members are rows of the entity, ties pairs of references to it, both at
 * the time that is asked. Ties whose ends are no members stay in: who builds the network reports
 * them. */
#include "plan/build.h"

/* ---- time ---- */

static struct node *is_true(struct lowering *low, int op, struct node *a, struct node *b) {
    return tree_is_true(
        low, tree_binary(low, op, a, b, type_bool(low, a->type->nullable || b->type->nullable)));
}

/* Missing, or on that side of the day. A spell that does not say when it began has been ever. */
static struct node *missing_or(const struct row *row, const struct node *bound, int op,
                               const struct node *day) {
    struct lowering *low = row->segment->low;
    struct node *test = is_true(low, op, lower_tree(row, bound), lower_tree(row, day));
    if (!bound->type->nullable) {
        return test;
    }
    struct node *missing = tree_not(low, tree_present(low, lower_tree(row, bound)));
    return tree_or(low, missing, test);
}

static struct node *overlaps(const struct row *row, const struct network_days *days,
                             const struct network_time *time) {
    struct node *all = NULL;
    if (days->first) {
        all = missing_or(row, days->first, TOK_LE, time->last);
    }
    if (days->last) {
        int op = days->open ? TOK_GT : TOK_GE;
        all = tree_and(row->segment->low, all, missing_or(row, days->last, op, time->first));
    }
    return all;
}

/* What happened on a day of a period that is told, not on which, is there if the period is asked,
 * or a day in it. */
static struct node *within(const struct row *row, const struct network_days *days,
                           const struct network_time *time) {
    struct lowering *low = row->segment->low;
    struct node *first = lower_tree(row, days->first), *last = lower_tree(row, days->last);
    struct node *all = tree_and(low, is_true(low, TOK_GE, first, lower_tree(row, time->first)),
                                is_true(low, TOK_LE, last, lower_tree(row, time->last)));
    if (days->first == days->last) {
        return all;
    }
    struct node *day =
        is_true(low, TOK_EQ, lower_tree(row, time->first), lower_tree(row, time->last));
    struct node *holds = tree_and(
        low, is_true(low, TOK_LE, lower_tree(row, days->first), lower_tree(row, time->first)),
        is_true(low, TOK_GE, lower_tree(row, days->last), lower_tree(row, time->first)));
    return tree_or(low, all, tree_and(low, day, holds));
}

static void filter_time(const struct row *row, const struct network_days *days,
                        const struct network_time *time) {
    for (; time && time->first; time = time->outer) {
        struct node *there = NULL;
        if (days->spell) {
            there = overlaps(row, days, time);
        } else if (days->first) {
            there = within(row, days, time);
        }
        if (there) {
            segment_filter(row->segment, there, time->first->span);
        }
    }
}

/* ---- members ---- */

static struct segment *scan_members(struct lowering *low, const struct network_info *network,
                                    const struct network_time *time) {
    struct segment *g = segment_scan(low, network->entity);
    struct row row = row_of(g);
    if (network->symbol) {
        g->plan->span = network->symbol->span;
        g->plan->remark =
            arena_printf(low->arena, "members of %.*s", STR_ARG(network->symbol->name));
    }
    if (network->where) {
        lower_where(&row, network->where);
    }
    filter_time(&row, &network->days, time);
    return g;
}

static void add_fields(struct segment *g, const struct network_column *columns, uint32_t n) {
    struct row row = row_of(g);
    for (uint32_t i = 0; i < n; i++) {
        segment_field(g, columns[i].name, columns[i].type, lower_slot(&row, columns[i].value));
    }
}

/* Fields: the entity's columns, then those that the network adds. */
static struct segment *lower_members(struct lowering *low, const struct network_part *part) {
    struct segment *g = scan_members(low, part->network, &part->time);
    add_fields(g, part->network->columns, part->network->ncolumns);
    return g;
}

/* ---- ties ---- */

static struct segment *scan_ties(struct lowering *low, const struct ties_info *ties,
                                 const struct network_time *time) {
    struct segment *g = segment_scan(low, ties->table);
    struct row row = row_of(g);
    g->plan->remark = arena_printf(low->arena, "ties %.*s", STR_ARG(ties->name));
    if (ties->where) {
        lower_where(&row, ties->where);
    }
    filter_time(&row, &ties->days, time);
    return g;
}

static struct segment *lower_relation_ties(struct lowering *low, const struct ties_info *ties,
                                           const struct network_time *time) {
    struct segment *g = scan_ties(low, ties, time);
    struct row row = row_of(g);
    struct row_fields fields = {NULL, 0, 0};
    for (uint32_t i = 0; i < ties->ncolumns; i++) {
        const struct network_column *column = &ties->columns[i];
        struct row_field field = {.name = column->name, .type = column->type};
        field.slot = lower_slot(&row, column->value);
        ARENA_PUSH(low->arena, &fields) = field;
    }
    g->fields = fields;
    return g;
}

/* One relation as a part of all of them. */
static struct segment *lower_shared(struct lowering *low, const struct network_info *net,
                                    const struct ties_info *ties, const struct network_time *time) {
    struct segment *g = scan_ties(low, ties, time);
    struct row row = row_of(g);
    struct row_fields fields = {NULL, 0, 0};
    for (uint32_t i = 0; i < net->nall; i++) {
        struct row_field field = {.name = net->all[i].name, .type = net->all[i].type};
        field.slot = lower_slot(&row, ties->all[i]);
        ARENA_PUSH(low->arena, &fields) = field;
    }
    g->fields = fields;
    return g;
}

static struct segment *lower_all_ties(struct lowering *low, const struct network_part *part) {
    const struct network_info *net = part->network;
    struct segment *all = lower_shared(low, net, &net->ties[0], &part->time);
    for (uint32_t i = 1; i < net->nties; i++) {
        struct segment *more = lower_shared(low, net, &net->ties[i], &part->time);
        segment_outputs(all);
        segment_outputs(more);
        all = segment_union(all, more);
        for (uint32_t k = 0; k < net->nall; k++) {
            segment_field(all, net->all[k].name, net->all[k].type, k);
        }
    }
    return all;
}

struct segment *lower_network_part(struct lowering *low, const struct network_part *part) {
    if (part->ties == PART_MEMBERS) {
        return lower_members(low, part);
    }
    return part->ties == PART_ALL_TIES
               ? lower_all_ties(low, part)
               : lower_relation_ties(low, &part->network->ties[part->ties], &part->time);
}

/* ---- whole plans, for who builds a network ---- */

static void output(struct segment *g, const char *name, const struct node *value) {
    if (value) {
        struct row row = row_of(g);
        segment_output(g, str_of(name), lower_slot(&row, value));
    }
}

/* Whole numbers as texts. */
static void output_text(struct segment *g, const char *name, const struct node *value) {
    if (!value || value->type->kind == TY_TEXT) {
        output(g, name, value);
        return;
    }
    struct row row = row_of(g);
    struct node *text = tree_builtin(g->low, BUILTIN_TEXT,
                                     type_scalar(g->low->types, TY_TEXT, value->type->nullable),
                                     lower_tree(&row, value), NULL);
    segment_output(g, str_of(name), segment_compute(g, text));
}

struct plan *plan_members(struct session *s, const struct network_info *network,
                          const struct network_time *time) {
    struct lowering low;
    lowering_init(&low, s);
    struct segment *g = scan_members(&low, network, time);
    uint32_t key = network->entity->keys[0];
    segment_output(g, g->fields.at[key].name, segment_field_slot(g, key));
    output_text(g, "level", network->level);
    output_text(g, "sector", network->sector);
    output_text(g, "group", network->group);
    output(g, "line", network->line);
    output(g, "joined", network->days.first);
    output(g, "left", network->days.last);
    return lowering_finish(&low, g, NULL);
}

struct plan *plan_member_column(struct session *s, const struct network_info *network,
                                const struct network_time *time, struct str name) {
    struct lowering low;
    lowering_init(&low, s);
    struct segment *g = scan_members(&low, network, time);
    add_fields(g, network->columns, network->ncolumns);
    int field = segment_field_named(g, name);
    uint32_t key = network->entity->keys[0];
    segment_output(g, STR("key"), segment_field_slot(g, key));
    segment_output(g, name, segment_field_slot(g, field < 0 ? key : (uint32_t)field));
    return lowering_finish(&low, g, NULL);
}

struct plan *plan_ties(struct session *s, const struct ties_info *ties,
                       const struct network_time *time) {
    struct lowering low;
    lowering_init(&low, s);
    struct segment *g = scan_ties(&low, ties, time);
    output(g, "from", ties->from);
    output(g, "to", ties->to);
    output(g, "value", ties->strength ? ties->strength : ties->distance);
    output(g, "at", ties->at);
    output(g, "first", ties->days.first);
    output(g, "last", ties->days.last);
    return lowering_finish(&low, g, NULL);
}
