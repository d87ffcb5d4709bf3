/* Rows of relations as values: loops over them, and the functions of
 * check/records.c.
 *
 * A loop runs the relation once, into a frame that lies in a register until
 * the loop ends, and loads each row's columns when its turn comes: only those
 * that the body reads, unless it needs the record as a whole. */
#include "compile/builder.h"

/* The columns marked in `used`, as places of their own. */
static struct home *take_columns(struct builder *b, const struct type *row, const bool *used) {
    struct home *places = ARENA_ARRAY(b->arena, struct home, row->n + 1);
    for (uint32_t i = 0; i < row->n; i++)
        if (used[i])
            places[i] = take_registers(b, row->fields[i].type);
    return places;
}

static void load_row(struct builder *b, struct node *n, struct home frame, struct home number,
                     const struct home *places, const bool *used) {
    const struct type *row = n->symbol->type;
    uint32_t *columns = ARENA_ARRAY(b->arena, uint32_t, row->n + 1);
    struct site *site;
    uint32_t at = add_site(b, SITE_ROW, n, row->n + 2, &site);
    site->values[0] = frame;
    site->values[1] = number;
    site->n = 2;
    for (uint32_t i = 0; i < row->n; i++)
        if (used[i]) {
            columns[site->n - 2] = i;
            site->values[site->n++] = places[i];
        }
    site->columns = columns;
    if (site->n > 2)
        emit(b, OP_FRAME_ROW, at, 0, 0);
}

static void make_record(struct builder *b, struct home record, const struct home *places) {
    struct record_layout layout = record_layout(record.type);
    emit(b, OP_RECORD_NEW, record.reg, layout.nrefs, layout.nwords);
    for (uint32_t i = 0; i < record.type->n; i++) {
        uint16_t slot = record_slot(record.type, i);
        if (shape_of(places[i].type) == SHAPE_REF)
            emit(b, OP_RECORD_PUT_R, record.reg, places[i].reg, slot);
        for (uint32_t w = 0; w < shape_width(shape_of(places[i].type)); w++)
            emit(b, OP_RECORD_PUT, record.reg, places[i].reg + w, slot + w);
    }
}

static void whole_row(struct builder *b, struct node *n, struct home frame, struct home number) {
    const struct type *row = n->symbol->type;
    bool *all = ARENA_ARRAY(b->arena, bool, row->n + 1);
    for (uint32_t i = 0; i < row->n; i++)
        all[i] = true;
    struct home record = take_registers(b, row);
    struct registers before = registers_now(b);
    struct home *places = take_columns(b, row, all);
    load_row(b, n, frame, number, places, all);
    make_record(b, record, places);
    registers_release(b, before);
    loop_variable(b, n->symbol, record);
}

void for_relation(struct builder *b, struct node *n) {
    struct label body = {0}, next = {0}, end = {0};
    struct home frame = take_registers(b, n->a->type);
    struct home turns = take_registers(
        b, type_range(&b->c->session->types, type_scalar(&b->c->session->types, TY_INT, false)));
    struct registers before = registers_now(b);
    emit(b, OP_FRAME, frame.reg, value_of(b, n->a).reg, turns.reg);
    registers_release(b, before);
    emit_jump(b, OP_FOR_START, turns.reg, 0, &end);
    struct home number = {type_scalar(&b->c->session->types, TY_INT, false), turns.reg};
    bool *used = fields_used(b, n->symbol, n->b);
    struct home *places = used ? take_columns(b, n->symbol->type, used) : NULL;
    place_label(b, &body);
    if (used) {
        load_row(b, n, frame, number, places, used);
        declare_parts(b, n->symbol, places);
    } else {
        whole_row(b, n, frame, number);
    }
    loop_body(b, n->b, &next, &end);
    place_label(b, &next);
    emit_jump(b, OP_FOR_NEXT, turns.reg, 0, &body);
    place_label(b, &end);
}

bool rows_builtin_into(struct builder *b, struct node *n, struct home to) {
    switch (((const struct invoke *)n->note)->builtin) {
    case BUILTIN_ROWS:
    case BUILTIN_ONLY:
    case BUILTIN_FIRST_ROW:
    case BUILTIN_LAST_ROW:
    case BUILTIN_COLUMN:
    case BUILTIN_RELATION:
        break;
    default:
        return false;
    }
    struct site *site;
    uint32_t number = add_site(b, SITE_ROWS, n, 1, &site);
    struct registers before = registers_now(b);
    site->values[0] = value_of(b, n->list.at[0]);
    site->result = to;
    emit(b, OP_ROWS, number, 0, 0);
    registers_release(b, before);
    return true;
}
