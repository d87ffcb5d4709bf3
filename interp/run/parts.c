/* Lists that grow, slices, copies before a change, equality of values with parts. */
#include "run/machine.h"

static bool no_memory(struct vm *vm) {
    vm_no_memory(vm);
    return false;
}

/* ---- before a change ---- */

static struct object *copy_of(struct heap *h, const struct object *o) {
    if (o->kind == OBJ_LIST) {
        struct list *l = heap_list_copy(h, (const struct list *)o);
        return l ? &l->head : NULL;
    }
    if (o->kind == OBJ_MAP) {
        struct map *m = heap_map_copy(h, (const struct map *)o);
        return m ? &m->head : NULL;
    }
    struct record *r = heap_record_copy(h, (const struct record *)o);
    return r ? &r->head : NULL;
}

struct object *object_to_write(struct vm *vm, union word *place) {
    struct object *o = place->ref;
    if (!o) {
        vm_fail(vm, ST_FAILED, E0403, "this value was not set yet");
        return NULL;
    }
    if (!(o->flags & OBJ_SHARED))
        return o;
    o = copy_of(&vm->heap, o);
    if (o)
        place->ref = o;
    else
        vm_no_memory(vm);
    return o;
}

/* ---- growing ---- */

static bool too_long(const struct list *a, const struct list *b) {
    return (uint64_t)a->n + b->n > INT32_MAX;
}

static bool is_set(struct vm *vm, const struct object *o) {
    if (!o)
        vm_fail(vm, ST_FAILED, E0403, "this value was not set yet");
    return o;
}

OPERATION(list_extend) {
    UNUSED(s);
    const struct list *more = (const struct list *)r[i->b];
    if (!is_set(vm, r[i->b]))
        return false;
    union word own = {.ref = r[i->a]};
    struct list *l = (struct list *)object_to_write(vm, &own);
    if (!l)
        return false;
    r[i->a] = &l->head;
    return (!too_long(l, more) && heap_list_extend(&vm->heap, l, more)) || no_memory(vm);
}

static bool put_list(struct vm *vm, struct object **to, struct list *made) {
    if (!made)
        return no_memory(vm);
    *to = &made->head;
    return true;
}

OPERATION(list_join) {
    UNUSED(s);
    const struct list *x = (const struct list *)r[i->b], *y = (const struct list *)r[i->c];
    if (!is_set(vm, r[i->b]) || !is_set(vm, r[i->c]))
        return false;
    return put_list(vm, &r[i->a], too_long(x, y) ? NULL : heap_list_join(&vm->heap, x, 0, x->n, y));
}

/* As far as there are elements with these numbers. */
OPERATION(list_slice) {
    const struct list *l = (const struct list *)r[i->b];
    if (!is_set(vm, r[i->b]))
        return false;
    int64_t first = s[i->c].i, last = s[i->c + 1].i;
    if (first < 1)
        first = 1;
    if (last > l->n)
        last = l->n;
    uint32_t n = first > last ? 0 : (uint32_t)(last - first + 1);
    return put_list(vm, &r[i->a],
                    heap_list_join(&vm->heap, l, n ? (uint32_t)(first - 1) : 0, n, NULL));
}

/* ---- equality ---- */

OPERATION(values_equal) {
    const struct site *site = vm->frame->proto->sites[i->b];
    struct value x = value_at(s, r, site->values[0]), y = value_at(s, r, site->values[1]);
    s[i->a].i = value_equal(&x, &y);
    return true;
}

OPERATION(list_has_equal) {
    const struct site *site = vm->frame->proto->sites[i->b];
    struct value x = value_at(s, r, site->values[0]), list = value_at(s, r, site->values[1]);
    const struct list *l = (const struct list *)list.w[0].ref;
    int64_t found = 0;
    for (uint32_t k = 0; l && !found && !value_is_missing(&x) && k < l->n; k++) {
        struct value e = list_value(l, list.type->element, k);
        found = value_equal(&x, &e);
    }
    s[i->a].i = found;
    return true;
}
