/* What a value is: state, number, text, element of a list, cell of a column. */
#include "run/values.h"
#include "compile/proto.h"

static enum state pair_state(int64_t d) {
    return d > 0 ? PRESENT : d == 0 ? MISSING : SUPPRESSED;
}

enum state value_state(const struct value *v) {
    switch (shape_of(v->type)) {
    case SHAPE_NONE:
        return MISSING;
    case SHAPE_NULLABLE:
        return (enum state)v->w[1].i;
    case SHAPE_PAIR:
        return pair_state(v->w[1].i);
    case SHAPE_REF:
        return v->w[0].ref ? PRESENT : MISSING;
    default:
        return PRESENT;
    }
}

int64_t value_int(const struct value *v) {
    return value_is_missing(v) ? 0 : v->w[0].i;
}

double value_float(const struct value *v) {
    if (value_is_missing(v))
        return 0;
    switch (type_storage(v->type)) {
    case STORE_FLOAT:
        return v->w[0].f;
    case STORE_PAIR:
        return (double)v->w[0].i / (double)v->w[1].i;
    default:
        return (double)v->w[0].i;
    }
}

struct str value_str(const struct value *v) {
    if (v->type->kind != TY_TEXT)
        return STR_NONE;
    return text_str((const struct text *)v->w[0].ref);
}

struct value list_value(const struct list *l, const struct type *element, uint32_t i) {
    struct value v = {.type = element};
    if (l->wide) {
        v.w[0] = l->at[2 * (size_t)i];
        v.w[1] = l->at[2 * (size_t)i + 1];
    } else {
        v.w[0] = l->at[i];
        v.w[1].i = l->states ? l->states[i] : PRESENT;
    }
    return v;
}

struct value column_value(const struct column *c, uint32_t row) {
    struct value v = {.type = c->type};
    switch (type_storage(c->type)) {
    case STORE_FLOAT:
        v.w[0].f = c->f[row];
        break;
    case STORE_TEXT:
        /* pinned texts never change, so that a value may point at them like at any other */
        v.w[0].ref = (struct object *)(uintptr_t)c->t[row];
        return v;
    case STORE_NONE:
        return v;
    default:
        v.w[0].i = c->i[row];
        break;
    }
    if (c->d)
        v.w[1].i = c->d[row];
    else
        v.w[1].i = c->state ? c->state[row] : PRESENT;
    if (!c->d && v.w[1].i != PRESENT)
        v.w[0].i = 0;
    return v;
}
