/* Networks as relations: members are rows of the entity, ties pairs of references to it, both at
 * the time that is asked. Ties whose ends are no members stay in: who builds the network reports
 * them. */
#include "plan/build.h"

static void keep_rows(const struct row *row, const struct network_days *days, struct node *key,
                      bool or_none, const struct network_time *time) {
    struct node *there = network_rows_tree(row->segment->low->session, days, key, or_none, time);
    if (there) {
        lower_where(row, there);
    }
}

/* ---- members ---- */

/* Rows of who is a member, of the entity or of memberships. */
static struct segment *scan_members(struct lowering *low, const struct network_info *network,
                                    const struct network_time *time) {
    struct segment *g =
        segment_scan(low, network->membership ? network->membership : network->entity);
    struct row row = row_of(g);
    if (network->symbol) {
        g->plan->span = network->symbol->span;
        g->plan->remark =
            arena_printf(low->arena, "members of %.*s", STR_ARG(network->symbol->name));
    }
    if (network->where) {
        lower_where(&row, network->where);
    }
    keep_rows(&row, &network->days, network->key, false, time);
    return g;
}

static void add_fields(struct segment *g, const struct network_column *columns, uint32_t n) {
    struct row row = row_of(g);
    for (uint32_t i = 0; i < n; i++) {
        segment_field(g, columns[i].name, columns[i].type, lower_slot(&row, columns[i].value));
    }
}

static struct segment *scan_entity(struct lowering *low, const struct network_part *part) {
    struct segment *g = segment_scan(low, part->network->entity);
    struct row row = row_of(g);
    g->plan->span = part->network->symbol->span;
    g->plan->remark =
        arena_printf(low->arena, "members of %.*s", STR_ARG(part->network->symbol->name));
    lower_where(&row, part->where);
    return g;
}

/* Fields: the entity's columns, then those that the network adds. */
static struct segment *lower_members(struct lowering *low, const struct network_part *part) {
    struct segment *g =
        part->where ? scan_entity(low, part) : scan_members(low, part->network, &part->time);
    add_fields(g, part->places, part->nplaces);
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
    keep_rows(&row, &ties->days, ties->key, true, time);
    return g;
}

/* The ties of a relation as a part of the network. */
static struct segment *scan_part(struct lowering *low, const struct network_part *part,
                                 uint32_t number) {
    struct segment *g = scan_ties(low, &part->network->ties[number], &part->time);
    struct row row = row_of(g);
    if (part->within[number]) {
        lower_where(&row, part->within[number]);
    }
    return g;
}

static struct segment *lower_relation_ties(struct lowering *low, const struct network_part *part) {
    const struct ties_info *ties = &part->network->ties[part->ties];
    struct segment *g = scan_part(low, part, (uint32_t)part->ties);
    struct row row = row_of(g);
    struct row_fields fields = {NULL, 0, 0};
    for (uint32_t i = 0; i < ties->ncolumns; i++) {
        const struct network_column *column = &ties->columns[i];
        struct row_field field = {.name = column->name, .type = column->type};
        field.slot = lower_slot(&row, column->value ? column->value : part->class[part->ties]);
        ARENA_PUSH(low->arena, &fields) = field;
    }
    g->fields = fields;
    return g;
}

/* One relation as a part of all of them. */
static struct segment *lower_shared(struct lowering *low, const struct network_part *part,
                                    uint32_t number) {
    const struct network_info *net = part->network;
    const struct ties_info *ties = &net->ties[number];
    struct segment *g = scan_part(low, part, number);
    struct row row = row_of(g);
    struct row_fields fields = {NULL, 0, 0};
    for (uint32_t i = 0; i < net->nall; i++) {
        struct row_field field = {.name = net->all[i].name, .type = net->all[i].type};
        field.slot = lower_slot(&row, ties->all[i] ? ties->all[i] : part->class[number]);
        ARENA_PUSH(low->arena, &fields) = field;
    }
    g->fields = fields;
    return g;
}

static struct segment *lower_all_ties(struct lowering *low, const struct network_part *part) {
    const struct network_info *net = part->network;
    struct segment *all = NULL;
    for (uint32_t i = 0; i < net->nties; i++) {
        if (!net->ties[i].to) {
            continue;
        }
        struct segment *more = lower_shared(low, part, i);
        if (!all) {
            all = more;
            continue;
        }
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
    return part->ties == PART_ALL_TIES ? lower_all_ties(low, part) : lower_relation_ties(low, part);
}

/* ---- whole plans, for who builds a network ---- */

static void output(struct segment *g, const char *name, const struct node *value) {
    if (value) {
        struct row row = row_of(g);
        segment_output(g, str_of(name), lower_slot(&row, value));
    }
}

/* A reference to a member, as the number of its row. */
static void output_row(struct segment *g, const char *name, const struct node *value) {
    if (value) {
        struct row row = row_of(g);
        segment_output_row(g, str_of(name), lower_slot(&row, value));
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
    uint32_t key = network->membership ? network->member_column : network->entity->keys[0];
    segment_in_order(g);
    segment_output(g, STR("key"), segment_field_slot(g, key));
    output_text(g, "level", network->level);
    output_text(g, "sector", network->sector);
    output_text(g, "group", network->group);
    output_row(g, "line", network->line);
    output(g, "joined", network->days.first);
    output(g, "left", network->days.last);
    segment_output_row(g, STR("row"),
                       network->membership ? segment_field_slot(g, network->member_column)
                                           : segment_scan_column(g, TABLE_ROW_NUMBER));
    return lowering_finish(&low, g, NULL);
}

struct plan *plan_entity_keys(struct session *s, const struct network_info *network) {
    struct lowering low;
    lowering_init(&low, s);
    struct segment *g = segment_scan(&low, network->entity);
    segment_output(g, STR("key"), segment_field_slot(g, network->entity->keys[0]));
    segment_output_row(g, STR("row"), segment_scan_column(g, TABLE_ROW_NUMBER));
    return lowering_finish(&low, g, NULL);
}

/* A column by its name: of the row that says who is a member, else what the network adds, else of
 * the entity. */
static uint32_t member_slot(struct row *row, const struct network_info *network, uint32_t member,
                            struct str name) {
    struct segment *g = row->segment;
    int own = segment_field_named(g, name);
    if (own >= 0) {
        return segment_field_slot(g, (uint32_t)own);
    }
    for (uint32_t i = 0; i < network->ncolumns; i++) {
        if (str_eq(network->columns[i].name, name)) {
            return lower_slot(row, network->columns[i].value);
        }
    }
    int column = table_column_named(network->entity, name);
    return column < 0 ? member
                      : segment_lookup(g, member, network->entity, column,
                                       type_nullable(g->low->types,
                                                     network->entity->columns[column].type, true));
}

static uint32_t member_key(struct segment *g, const struct network_info *network) {
    return segment_field_slot(g, network->membership ? network->member_column
                                                     : network->entity->keys[0]);
}

struct plan *plan_member_columns(struct session *s, const struct network_info *network,
                                 const struct network_time *time) {
    struct lowering low;
    lowering_init(&low, s);
    struct segment *g = scan_members(&low, network, time);
    struct row row = row_of(g);
    const struct table *entity = network->entity;
    uint32_t member = member_key(g, network);
    segment_in_order(g);
    segment_output(g, STR("key"), member);
    for (uint32_t i = 0; i < entity->n; i++) {
        if (i != entity->keys[0]) {
            struct str name = entity->columns[i].name;
            segment_output(g, name, member_slot(&row, network, member, name));
        }
    }
    for (uint32_t i = 0; i < network->ncolumns; i++) {
        struct str name = network->columns[i].name;
        if (table_column_named(entity, name) < 0) {
            segment_output(g, name, member_slot(&row, network, member, name));
        }
    }
    return lowering_finish(&low, g, NULL);
}

struct plan *plan_member_column(struct session *s, const struct network_info *network,
                                const struct network_time *time, struct str name) {
    struct lowering low;
    lowering_init(&low, s);
    struct segment *g = scan_members(&low, network, time);
    struct row row = row_of(g);
    uint32_t member = member_key(g, network);
    segment_in_order(g);
    segment_output(g, STR("key"), member);
    segment_output(g, name, member_slot(&row, network, member, name));
    return lowering_finish(&low, g, NULL);
}

struct plan *plan_ties(struct session *s, const struct ties_info *ties,
                       const struct network_time *time) {
    struct lowering low;
    lowering_init(&low, s);
    struct segment *g = scan_ties(&low, ties, time);
    output_row(g, "from", ties->from);
    output_row(g, "to", ties->to);
    output(g, "through", ties->through);
    output(g, "value", ties->strength ? ties->strength : ties->distance);
    output(g, "at", ties->at);
    output(g, "key", ties->key);
    output(g, "first", ties->days.first);
    output(g, "last", ties->days.last);
    struct plan *plan = lowering_finish(&low, g, NULL);
    if (plan) {
        plan->in_key_order = false; /* a network is the same in any order of its ties */
    }
    return plan;
}

struct plan *plan_roster(struct session *s, const struct network_roster *roster,
                         const struct network_time *time) {
    struct lowering low;
    lowering_init(&low, s);
    struct segment *g = segment_scan(&low, roster->table);
    struct row row = row_of(g);
    g->plan->remark = STR("who was asked");
    keep_rows(&row, &roster->days, roster->key, true, time);
    output_row(g, "who", roster->who);
    output(g, "answered", roster->answered);
    return lowering_finish(&low, g, NULL);
}

struct plan *plan_family(struct session *s, const struct table *family) {
    struct lowering low;
    lowering_init(&low, s);
    struct segment *g = segment_scan(&low, family);
    segment_in_order(g);
    segment_output(g, STR("key"), segment_field_slot(g, family->keys[0]));
    return lowering_finish(&low, g, NULL);
}
