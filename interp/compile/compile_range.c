/* Ranges: of words in two registers, of ratios as lists of two; and what lies in them. */
#include "compile/builder.h"

void ratio_range_into(struct builder *b, struct node *n, struct home to) {
    const struct type *element = n->type->element;
    struct node *ends[] = {n->a, n->b};
    struct home list = take_registers(b, n->type);
    emit(b, OP_LIST_NEW, list.reg, COUNT_OF(ends), list_layout_of(element));
    for (uint32_t i = 0; i < COUNT_OF(ends); i++) {
        struct registers before = registers_now(b);
        struct home end = take_registers(b, element);
        value_into(b, ends[i], end);
        emit_element(b, &element_put, element, list.reg, end.reg, i);
        registers_release(b, before);
    }
    move_value(b, to, list);
}

struct home range_end(struct builder *b, struct home range, uint32_t which) {
    const struct type *element = range.type->element;
    struct home end = take_registers(b, element), at = take_word(b, TY_INT);
    load_word(b, at.reg, which + 1);
    emit_element(b, &element_get, element, end.reg, range.reg, at.reg);
    return end;
}

static bool is_pair(const struct type *t) {
    return shape_of(t) == SHAPE_PAIR;
}

/* Crosswise in 128 bits; a missing pair is in no order. */
static void pair_in_range(struct builder *b, struct home x, struct node *range, struct home to) {
    while (range->kind == N_CONVERT) /* between ratios and shares */
        range = range->a;
    struct home low, high, below;
    if (range->kind == N_RANGE) {
        low = value_of(b, range->a);
        high = value_of(b, range->b);
    } else {
        struct home r = value_of(b, range);
        low = range_end(b, r, 0);
        high = range_end(b, r, 1);
    }
    below = take_word(b, TY_BOOL);
    emit(b, OP_LE_P, to.reg, low.reg, x.reg);
    emit(b, OP_LE_P, below.reg, x.reg, high.reg);
    emit(b, OP_MUL_I, to.reg, to.reg, below.reg);
}

void in_range(struct builder *b, struct home x, struct node *range, struct home to) {
    union word ends[2];
    bool is_float = x.type->kind == TY_FLOAT;
    if (is_pair(x.type)) {
        pair_in_range(b, x, range, to);
    } else if (constant_range(b, range, ends)) {
        emit(b, is_float ? OP_IN_FK : OP_IN_IK, to.reg, x.reg, constant_pair(b, ends[0], ends[1]));
    } else {
        struct home r = value_of(b, range);
        emit(b, is_float ? OP_IN_F : OP_IN_I, to.reg, x.reg, r.reg);
    }
}
