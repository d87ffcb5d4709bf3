/* Maps in the VM.
 *
 * The map and a key that is a text lie in registers while memory is taken; a
 * key that is a slice points into a text that does. */
#include "run/machine.h"

static bool no_memory(struct vm *vm) {
    vm_no_memory(vm);
    return false;
}

OPERATION(map_new) {
    UNUSED(s);
    struct map *made = heap_map(&vm->heap, i->b, (enum map_values)i->c);
    if (!made)
        return no_memory(vm);
    r[i->a] = &made->head;
    return true;
}

/* The map in a register, or NULL after an error. */
static struct map *map_in(struct vm *vm, struct object *o) {
    if (!o)
        vm_fail(vm, ST_FAILED, E0403, "this value was not set yet");
    return (struct map *)o;
}

static struct map *map_to_write(struct vm *vm, struct object **place) {
    union word own = {.ref = *place};
    struct object *o = object_to_write(vm, &own);
    if (o)
        *place = o;
    return (struct map *)o;
}

/* A key that is missing cannot have come through the checker, but for variables not set yet. */
static bool key_in(struct vm *vm, struct object *o, struct map_key *out) {
    if (!o) {
        vm_fail(vm, ST_FAILED, E0403, "this key was not set yet");
        return false;
    }
    *out = key_of_text((struct text *)o);
    return true;
}

/* ---- reading ---- */

static bool give(const struct map *m, const union word *found, union word *to) {
    if (LIKELY(found)) {
        to[0] = found[0];
        to[1].i = m->stride > 2 ? found[1].i : PRESENT;
    } else {
        to[0].i = 0;
        to[1].i = m->values == MAP_PAIRS ? 0 : MISSING;
    }
    return true;
}

static bool get(struct vm *vm, struct object *o, const struct map_key *k, union word *to) {
    struct map *m = map_in(vm, o);
    return m && give(m, map_find(m, k), to);
}

static bool get_ref(struct vm *vm, struct object *o, const struct map_key *k, struct object **to) {
    struct map *m = map_in(vm, o);
    if (!m)
        return false;
    const union word *found = map_find(m, k);
    *to = found ? found->ref : NULL;
    return true;
}

OPERATION(map_get_text) {
    struct map_key k;
    struct map *m = (struct map *)r[i->b];
    const struct text *key = (const struct text *)r[i->c];
    if (LIKELY(m && key))
        return give(m, map_find_text(m, key), &s[i->a]);
    return key_in(vm, r[i->c], &k) && map_in(vm, r[i->b]);
}

OPERATION(map_get_int) {
    struct map_key k = key_of_int(s[i->c].i);
    return get(vm, r[i->b], &k, &s[i->a]);
}

OPERATION(map_get_slice) {
    return get(vm, r[i->b], &vm->key, &s[i->a]);
}

OPERATION(map_ref_text) {
    UNUSED(s);
    struct map_key k;
    return key_in(vm, r[i->c], &k) && get_ref(vm, r[i->b], &k, &r[i->a]);
}

OPERATION(map_ref_int) {
    struct map_key k = key_of_int(s[i->c].i);
    return get_ref(vm, r[i->b], &k, &r[i->a]);
}

OPERATION(map_ref_slice) {
    UNUSED(s);
    return get_ref(vm, r[i->b], &vm->key, &r[i->a]);
}

static bool has(struct vm *vm, struct object *o, const struct map_key *k, union word *to) {
    struct map *m = map_in(vm, o);
    if (m)
        to->i = map_find(m, k) != NULL;
    return m;
}

/* A missing text is in no map. */
OPERATION(map_has_text) {
    struct map_key k;
    if (!r[i->c]) {
        s[i->a].i = 0;
        return true;
    }
    return key_in(vm, r[i->c], &k) && has(vm, r[i->b], &k, &s[i->a]);
}

OPERATION(map_has_int) {
    struct map_key k = key_of_int(s[i->c].i);
    return has(vm, r[i->b], &k, &s[i->a]);
}

OPERATION(map_has_slice) {
    return has(vm, r[i->b], &vm->key, &s[i->a]);
}

/* ---- changing ---- */

static union word *place_of(struct vm *vm, struct object **o, struct map_key *k) {
    struct map *m = map_to_write(vm, o);
    if (!m)
        return NULL;
    union word *place = map_put(&vm->heap, m, k);
    if (!place)
        vm_no_memory(vm);
    return place;
}

static bool set(struct vm *vm, struct object **o, struct map_key *k, const union word *value) {
    union word *place = place_of(vm, o, k);
    if (!place)
        return false;
    place[0] = value[0];
    if (((struct map *)*o)->stride > 2)
        place[1] = value[1];
    return true;
}

static bool put(struct vm *vm, struct object **o, struct map_key *k, struct object *value) {
    union word *place = place_of(vm, o, k);
    if (place)
        place->ref = value;
    return place;
}

OPERATION(map_set_text) {
    struct map_key k;
    return key_in(vm, r[i->b], &k) && set(vm, &r[i->a], &k, &s[i->c]);
}

OPERATION(map_set_int) {
    struct map_key k = key_of_int(s[i->b].i);
    return set(vm, &r[i->a], &k, &s[i->c]);
}

OPERATION(map_set_slice) {
    return set(vm, &r[i->a], &vm->key, &s[i->c]);
}

OPERATION(map_put_text) {
    UNUSED(s);
    struct map_key k;
    return key_in(vm, r[i->b], &k) && put(vm, &r[i->a], &k, r[i->c]);
}

OPERATION(map_put_int) {
    struct map_key k = key_of_int(s[i->b].i);
    return put(vm, &r[i->a], &k, r[i->c]);
}

OPERATION(map_put_slice) {
    UNUSED(s);
    return put(vm, &r[i->a], &vm->key, r[i->c]);
}

/* A part of the value of a key is about to change: the key must be there. */
static bool own_value(struct vm *vm, struct object **o, const struct map_key *k,
                      struct object **to) {
    struct map *m = map_to_write(vm, o);
    union word *place = m ? map_find(m, k) : NULL;
    if (m && (!place || !place->ref)) {
        if (m->text_keys)
            vm_fail(vm, ST_FAILED, E0402, "there is no key \"%.*s\"", STR_ARG(k->bytes));
        else
            vm_fail(vm, ST_FAILED, E0402, "there is no such key");
        return false;
    }
    *to = place ? object_to_write(vm, place) : NULL;
    return *to;
}

OPERATION(map_own_text) {
    UNUSED(s);
    struct map_key k;
    return key_in(vm, r[i->c], &k) && own_value(vm, &r[i->b], &k, &r[i->a]);
}

OPERATION(map_own_int) {
    struct map_key k = key_of_int(s[i->c].i);
    return own_value(vm, &r[i->b], &k, &r[i->a]);
}

static bool remove_key(struct vm *vm, struct object **o, const struct map_key *k) {
    struct map *m = map_to_write(vm, o);
    return m && (map_remove(&vm->heap, m, k) || no_memory(vm));
}

OPERATION(map_remove_text) {
    UNUSED(s);
    struct map_key k;
    return key_in(vm, r[i->b], &k) && remove_key(vm, &r[i->a], &k);
}

OPERATION(map_remove_int) {
    struct map_key k = key_of_int(s[i->b].i);
    return remove_key(vm, &r[i->a], &k);
}

/* ---- as lists ---- */

OPERATION(map_keys) {
    UNUSED(s);
    const struct map *m = map_in(vm, r[i->b]);
    struct list *l = m ? heap_list(&vm->heap, m->live, m->text_keys, false) : NULL;
    if (!l)
        return m ? no_memory(vm) : false;
    uint32_t n = 0;
    for (uint32_t at = map_next(m, 0); at < m->n; at = map_next(m, at + 1))
        l->at[n++] = m->at[(size_t)at * m->stride];
    r[i->a] = &l->head;
    return true;
}

static void put_value(struct list *l, uint32_t n, const struct map *m, const union word *value) {
    if (l->wide) {
        memcpy(&l->at[2 * (size_t)n], value, 2 * sizeof *value);
        return;
    }
    l->at[n] = value[0];
    if (l->refs)
        object_share(value->ref);
    if (m->values == MAP_NULLABLES)
        l->states[n] = (uint8_t)value[1].i;
}

/* States are taken before the list, which then lies in no root until it is complete. */
OPERATION(map_values) {
    UNUSED(s);
    const struct map *m = map_in(vm, r[i->b]);
    if (!m)
        return false;
    uint8_t *states = NULL;
    if (m->values == MAP_NULLABLES && m->live && !(states = heap_zero(&vm->heap, m->live)))
        return no_memory(vm);
    struct list *l = heap_list(&vm->heap, m->live, m->values == MAP_REFS, m->values == MAP_PAIRS);
    if (!l) {
        mem_give(vm->alloc, states, m->live);
        return no_memory(vm);
    }
    l->states = states;
    uint32_t n = 0;
    for (uint32_t at = map_next(m, 0); at < m->n; at = map_next(m, at + 1))
        put_value(l, n++, m, &m->at[(size_t)at * m->stride + 1]);
    r[i->a] = &l->head;
    return true;
}
