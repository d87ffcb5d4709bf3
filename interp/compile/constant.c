/* What is known before the run. */
#include "compile/builder.h"

static bool constant_converted(const struct builder *b, const struct node *n, union word *out) {
    enum type_kind from = n->a->type->kind, to = n->type->kind;
    if (shape_of(n->type) != SHAPE_WORD || !constant_word(b, n->a, out))
        return false;
    if (from == TY_INT && to == TY_FLOAT) {
        out->f = (double)out->i;
        return true;
    }
    if (from == TY_INT && to == TY_PERIOD) {
        if (out->i < 1 || out->i > 9999)
            return false; /* an error when it is run */
        out->i = period_pack(GRAIN_YEAR, out->i);
        return true;
    }
    return from == to;
}

bool constant_word(const struct builder *b, struct node *n, union word *out) {
    if (n->kind == N_CONVERT)
        return constant_converted(b, n, out);
    struct node *literal = constant_of(n);
    if (!literal || shape_of(literal->type) != SHAPE_WORD)
        return false;
    if (literal->kind == N_FLOAT)
        out->f = literal->value.f;
    else
        out->i = literal->value.i;
    return true;
}

bool constant_small(const struct builder *b, struct node *n, int16_t *out) {
    union word w;
    if (n->type->kind == TY_FLOAT || !constant_word(b, n, &w))
        return false;
    *out = (int16_t)w.i;
    return w.i == *out;
}

static void as_times(union word range[2]) {
    range[0].i *= SECONDS_A_DAY;
    range[1].i = range[1].i * SECONDS_A_DAY + SECONDS_A_DAY - 1;
}

/* The days of terms are known when the calendar has been read. */
static bool as_days(const struct builder *b, union word range[2]) {
    const struct calendar *calendar = &b->c->session->calendar;
    if (grain_is_term(period_grain(range[0].i)) || grain_is_term(period_grain(range[1].i)))
        return false;
    range[0].i = period_start(calendar, range[0].i);
    range[1].i = period_stop(calendar, range[1].i) - 1;
    return true;
}

bool constant_range(const struct builder *b, struct node *n, union word out[2]) {
    if (n->kind == N_RANGE)
        return !type_is_pair(n->type->element) && constant_word(b, n->a, &out[0]) &&
               constant_word(b, n->b, &out[1]);
    if (n->kind != N_CONVERT || n->type->kind != TY_RANGE)
        return false;
    const struct type *from = n->a->type;
    enum type_kind to = n->type->element->kind;
    bool dated = to == TY_DATE || to == TY_DATETIME;
    enum type_kind of = from->kind == TY_RANGE ? from->element->kind : from->kind;
    if (from->kind == TY_RANGE) {
        if (!constant_range(b, n->a, out))
            return false;
    } else {
        if (!dated || !constant_word(b, n->a, &out[0]))
            return false;
        out[1] = out[0];
    }
    if (of == TY_PERIOD && dated) {
        if (!as_days(b, out))
            return false;
        of = TY_DATE;
    }
    if (of == TY_DATE && to == TY_DATETIME) {
        as_times(out);
        of = TY_DATETIME;
    }
    if (of == TY_INT && to == TY_FLOAT) {
        for (int i = 0; i < 2; i++)
            out[i].f = (double)out[i].i;
        of = TY_FLOAT;
    }
    return of == to;
}
