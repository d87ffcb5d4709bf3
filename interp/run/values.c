/* What a value is: state, number, text, element of a list, cell of a column. */
#include "run/values.h"
#include "base/num.h"
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
        return num_ratio_float(v->w[0].i, v->w[1].i);
    default:
        return (double)v->w[0].i;
    }
}

struct str value_str(const struct value *v) {
    if (v->type->kind != TY_TEXT && v->type->kind != TY_ITEMS)
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

struct value record_field(const struct record *r, const struct type *type, uint32_t i) {
    struct value v = {.type = type->fields[i].type};
    enum shape shape = shape_of(v.type);
    uint16_t slot = record_slot(type, i), width = shape == SHAPE_REF ? 1 : shape_width(shape);
    for (uint16_t w = 0; w < width; w++)
        v.w[w] = r->at[slot + w];
    return v;
}

void map_entry(const struct map *m, const struct type *type, uint32_t i, struct value *key,
               struct value *value) {
    const union word *e = &m->at[(size_t)i * m->stride];
    *key = (struct value){.type = type->key, .w = {e[0], {.i = PRESENT}}};
    *value = (struct value){.type = type->element, .w = {e[1], {.i = PRESENT}}};
    if (m->stride > 2)
        value->w[1] = e[2];
}

/* ---- equality ---- */

static bool lists_equal(const struct value *a, const struct value *b) {
    const struct list *x = (const struct list *)a->w[0].ref, *y = (const struct list *)b->w[0].ref;
    bool equal = x->n == y->n;
    for (uint32_t i = 0; equal && i < x->n; i++) {
        struct value v = list_value(x, a->type->element, i);
        struct value w = list_value(y, b->type->element, i);
        equal = value_equal(&v, &w);
    }
    return equal;
}

static bool records_equal(const struct value *a, const struct value *b) {
    const struct record *x = (const struct record *)a->w[0].ref;
    const struct record *y = (const struct record *)b->w[0].ref;
    bool equal = true;
    for (uint32_t i = 0; equal && i < a->type->n; i++) {
        struct value v = record_field(x, a->type, i), w = record_field(y, b->type, i);
        equal = value_equal(&v, &w);
    }
    return equal;
}

/* The same keys with equal values, in any order. */
static bool maps_equal(const struct value *a, const struct value *b) {
    struct map *x = (struct map *)a->w[0].ref, *y = (struct map *)b->w[0].ref;
    bool equal = x->live == y->live;
    for (uint32_t i = map_next(x, 0); equal && i < x->n; i = map_next(x, i + 1)) {
        struct value key, v, other, w;
        map_entry(x, a->type, i, &key, &v);
        struct map_key k =
            x->text_keys ? key_of_text((struct text *)key.w[0].ref) : key_of_int(key.w[0].i);
        const union word *found = map_find(y, &k);
        if (!found)
            return false;
        map_entry(y, b->type, y->last, &other, &w);
        equal = value_equal(&v, &w);
    }
    return equal;
}

static bool present_equal(const struct value *a, const struct value *b) {
    switch (type_storage(a->type)) {
    case STORE_FLOAT:
        return a->w[0].f == b->w[0].f;
    case STORE_PAIR:
        return num_compare_ratio(a->w[0].i, a->w[1].i, b->w[0].i, b->w[1].i) == 0;
    case STORE_TEXT:
        return text_equal((const struct text *)a->w[0].ref, (const struct text *)b->w[0].ref);
    case STORE_OBJECT:
        break;
    default:
        return a->w[0].i == b->w[0].i;
    }
    if (a->w[0].ref == b->w[0].ref && a->type->kind != TY_RECORD)
        return true;
    switch (a->type->kind) {
    case TY_LIST:
        return lists_equal(a, b);
    case TY_RECORD:
        return records_equal(a, b);
    case TY_MAP:
        return maps_equal(a, b);
    default:
        return a->w[0].ref == b->w[0].ref;
    }
}

bool value_equal(const struct value *a, const struct value *b) {
    enum state x = value_state(a), y = value_state(b);
    return x == y && (x != PRESENT || present_equal(a, b));
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
