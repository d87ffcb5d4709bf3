/* Conversions between the types of check.h, for expressions and built-in functions. */
#include "compile/builder.h"

/* The same words mean the same value: at most a state is added or dropped. */
bool same_words(const struct type *from, const struct type *to) {
    if ((from->kind == TY_ITEMS) != (to->kind == TY_ITEMS))
        return false;
    return from->kind == to->kind || (type_is_pair(from) && type_is_pair(to)) ||
           (shape_of(from) == SHAPE_REF && shape_of(to) == SHAPE_REF);
}

static void change_nullability(struct builder *b, struct home to, struct home from) {
    enum shape s = shape_of(to.type), f = shape_of(from.type);
    if (s == f) {
        move_value(b, to, from);
        return;
    }
    if (to.reg != from.reg)
        emit(b, OP_MOVE, to.reg, from.reg, 0);
    if (s == SHAPE_NULLABLE)
        load_word(b, to.reg + 1u, PRESENT);
}

static void to_float(struct builder *b, struct home to, struct home from) {
    bool pair = type_is_pair(from.type);
    emit_op(b, pair ? OP_PAIR_FLOAT : OP_INT_FLOAT, to, from, NO_PLACE);
}

/* A day, a period, or a range of either as the seconds of all its days. */
static void to_times(struct builder *b, struct home to, struct home from) {
    bool range = from.type->kind == TY_RANGE;
    enum type_kind of = range ? from.type->element->kind : from.type->kind;
    if (of == TY_PERIOD) {
        emit(b, range ? OP_PERIODS_DAYS : OP_PERIOD_DAYS, to.reg, from.reg, 0);
    } else {
        emit(b, OP_MOVE, to.reg, from.reg, 0);
        emit(b, OP_MOVE, to.reg + 1u, from.reg + range, 0);
    }
    emit(b, OP_DAYS_TIMES, to.reg, to.reg, 0);
}

static void ratios_to_floats(struct builder *b, struct home to, struct home from) {
    struct registers before = registers_now(b);
    for (uint16_t i = 0; i < 2; i++) {
        struct home end = range_end(b, from, i);
        emit(b, OP_PAIR_FLOAT, to.reg + i, end.reg, 0);
    }
    registers_release(b, before);
}

static void to_range(struct builder *b, const struct node *n, struct home to, struct home from) {
    enum type_kind element = to.type->element->kind;
    if (element == TY_DATETIME) {
        to_times(b, to, from);
    } else if (from.type->kind == TY_PERIOD && element == TY_DATE) {
        emit(b, OP_PERIOD_DAYS, to.reg, from.reg, 0);
    } else if (from.type->kind == TY_RANGE && element == TY_DATE) {
        emit(b, OP_PERIODS_DAYS, to.reg, from.reg, 0);
    } else if (from.type->kind == TY_RANGE && shape_of(from.type) == SHAPE_REF) {
        if (element == TY_FLOAT)
            ratios_to_floats(b, to, from);
        else
            move_value(b, to, from); /* ratios as shares, or the other way */
    } else if (from.type->kind == TY_RANGE && element == TY_FLOAT) {
        emit(b, OP_INT_FLOAT, to.reg, from.reg, 0);
        emit(b, OP_INT_FLOAT, to.reg + 1u, from.reg + 1u, 0);
    } else {
        not_supported(b, n, "this conversion between ranges");
    }
}

/* Between lists and how columns hold them. */
static void convert_items(struct builder *b, const struct node *n, struct home to,
                          struct home from) {
    struct site *site;
    uint32_t number = add_site(b, SITE_ITEMS, n, 1, &site);
    site->values[0] = from;
    site->result = to;
    emit(b, to.type->kind == TY_LIST ? OP_ITEMS_LIST : OP_LIST_ITEMS, number, 0, 0);
}

void convert_place(struct builder *b, const struct node *n, struct home to, struct home from) {
    enum type_kind f = from.type->kind, t = to.type->kind;
    if (f == TY_NEVER) /* the code never gets here */
        return;
    if (f == TY_MISSING)
        load_missing(b, to);
    else if ((f == TY_ITEMS && t == TY_LIST) || (f == TY_LIST && t == TY_ITEMS))
        convert_items(b, n, to, from);
    else if (t == TY_RANGE && (f != TY_RANGE || from.type->element->kind != to.type->element->kind))
        to_range(b, n, to, from);
    else if (same_words(from.type, to.type))
        change_nullability(b, to, from);
    else if (t == TY_FLOAT && (type_is_number(from.type) || f == TY_POINTS))
        to_float(b, to, from);
    else if (t == TY_POINTS && f == TY_FLOAT)
        emit_op(b, OP_FLOAT_PAIR, to, from, NO_PLACE);
    else if (type_is_ratio(to.type) && f == TY_INT)
        emit_op(b, OP_INT_PAIR, to, from, NO_PLACE);
    else if (t == TY_DATE && f == TY_DATETIME)
        emit_op_number(b, OP_TIME_PART, to, from, TIME_DAY);
    else if (t == TY_DATETIME && f == TY_DATE)
        emit_op(b, OP_DAY_TIME, to, from, NO_PLACE);
    else if (t == TY_PERIOD && f == TY_INT)
        emit_op(b, OP_YEAR_PERIOD, to, from, NO_PLACE);
    else
        not_supported(b, n, "this conversion");
}
