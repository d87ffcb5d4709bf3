/* Networks as relations: members are rows of the entity, ties pairs of references
 * to it. Ties whose ends are no members stay in: who builds the network reports
 * them. */
#include "plan/build.h"

enum { PLACES = 3 };
static const char *const place_names[PLACES] = {"level", "sector", "group"};

static const struct node *place_of(const struct network_info *network, int place) {
    const struct node *const places[PLACES] = {network->level, network->sector, network->group};
    return places[place];
}

/* Fields: the entity's columns, then level, sector, group where declared and no column has that
 * name. */
struct segment *lower_members(struct lowering *low, const struct network_info *network) {
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
    for (int i = 0; i < PLACES; i++) {
        const struct node *place = place_of(network, i);
        struct str name = str_of(place_names[i]);
        if (place && table_column_named(network->entity, name) < 0) {
            segment_field(g, name, place->type, lower_slot(&row, place));
        }
    }
    return g;
}

static void tie_field(struct row_fields *fields, const struct row *row, const char *name,
                      const struct node *value) {
    if (value) {
        struct row_field field = {.name = str_of(name), .type = value->type};
        field.slot = lower_slot(row, value);
        ARENA_PUSH(row->segment->low->arena, fields) = field;
    }
}

/* Fields: from, to, strength where declared. */
struct segment *lower_ties(struct lowering *low, const struct ties_info *ties) {
    struct segment *g = segment_scan(low, ties->table);
    struct row row = row_of(g);
    struct row_fields fields = {NULL, 0, 0};
    g->plan->remark = arena_printf(low->arena, "ties %.*s", STR_ARG(ties->name));
    tie_field(&fields, &row, "from", ties->from);
    tie_field(&fields, &row, "to", ties->to);
    tie_field(&fields, &row, "strength", ties->strength);
    g->fields = fields;
    return g;
}

struct plan *plan_members(struct session *s, const struct network_info *network) {
    struct lowering low;
    lowering_init(&low, s);
    struct segment *g = lower_members(&low, network);
    uint32_t key = network->entity->keys[0];
    segment_output(g, g->fields.at[key].name, segment_field_slot(g, key));
    struct row row = row_of(g);
    for (int i = 0; i < PLACES; i++) {
        const struct node *place = place_of(network, i);
        if (place) {
            segment_output(g, str_of(place_names[i]), lower_slot(&row, place));
        }
    }
    return lowering_finish(&low, g, NULL);
}

struct plan *plan_member_columns(struct session *s, const struct network_info *network) {
    struct lowering low;
    lowering_init(&low, s);
    struct segment *g = lower_members(&low, network);
    uint32_t key = network->entity->keys[0];
    segment_output(g, g->fields.at[key].name, segment_field_slot(g, key));
    for (uint32_t i = 0; i < g->fields.n; i++) {
        if (i != key) {
            segment_output(g, g->fields.at[i].name, segment_field_slot(g, i));
        }
    }
    return lowering_finish(&low, g, NULL);
}

struct plan *plan_ties(struct session *s, const struct ties_info *ties) {
    struct lowering low;
    lowering_init(&low, s);
    struct segment *g = lower_ties(&low, ties);
    segment_outputs(g);
    return lowering_finish(&low, g, NULL);
}
