/* Tables and layouts that compiler, VM and listing share. */
#include "compile/proto.h"

const struct op_info op_table[OP_COUNT] = {
#define OP(name, operands, flow, what) {#name, operands, FLOW_##flow},
#include "compile/op.def"
#undef OP
};

enum shape shape_of(const struct type *t) {
    switch (type_storage(t)) {
    case STORE_WORD:
    case STORE_FLOAT:
        return t->nullable ? SHAPE_NULLABLE : SHAPE_WORD;
    case STORE_PAIR:
        return SHAPE_PAIR;
    case STORE_RANGE:
        return SHAPE_RANGE;
    case STORE_TEXT:
    case STORE_OBJECT:
        return SHAPE_REF;
    case STORE_NONE:
        break;
    }
    return SHAPE_NONE;
}

struct record_layout record_layout(const struct type *record) {
    struct record_layout layout = {0, 0};
    for (uint32_t i = 0; i < record->n; i++) {
        enum shape s = shape_of(record->fields[i].type);
        layout.nrefs = (uint16_t)(layout.nrefs + (s == SHAPE_REF));
        layout.nwords = (uint16_t)(layout.nwords + shape_width(s));
    }
    return layout;
}

uint16_t record_slot(const struct type *record, uint32_t field) {
    bool is_ref = shape_of(record->fields[field].type) == SHAPE_REF;
    uint32_t slot = is_ref ? 0 : record_layout(record).nrefs;
    for (uint32_t i = 0; i < field; i++) {
        enum shape s = shape_of(record->fields[i].type);
        slot += is_ref ? s == SHAPE_REF : shape_width(s);
    }
    return (uint16_t)slot;
}

static bool captures_ref(const struct symbol *s) {
    return s->boxed || shape_of(s->type) == SHAPE_REF;
}

struct record_layout closure_layout(const struct function *f) {
    struct record_layout layout = {0, 0};
    for (uint32_t i = 0; i < f->ncaptured; i++) {
        if (captures_ref(f->captured[i]))
            layout.nrefs++;
        else
            layout.nwords = (uint16_t)(layout.nwords + shape_width(shape_of(f->captured[i]->type)));
    }
    return layout;
}

uint16_t closure_slot(const struct function *f, uint32_t variable) {
    bool is_ref = captures_ref(f->captured[variable]);
    uint32_t slot = is_ref ? 0 : closure_layout(f).nrefs;
    for (uint32_t i = 0; i < variable; i++) {
        const struct symbol *s = f->captured[i];
        if (captures_ref(s))
            slot += is_ref;
        else
            slot += is_ref ? 0 : shape_width(shape_of(s->type));
    }
    return (uint16_t)slot;
}

enum list_layout list_layout_of(const struct type *element) {
    switch (shape_of(element)) {
    case SHAPE_REF:
        return LAYOUT_REFS;
    case SHAPE_PAIR:
    case SHAPE_RANGE:
        return LAYOUT_WIDE;
    default:
        return LAYOUT_WORDS;
    }
}

enum map_values map_values_of(const struct type *value) {
    switch (shape_of(value)) {
    case SHAPE_REF:
        return MAP_REFS;
    case SHAPE_PAIR:
        return MAP_PAIRS;
    case SHAPE_NULLABLE:
        return MAP_NULLABLES;
    default:
        return MAP_WORDS;
    }
}

struct record_layout captured_layout(const struct plan *p) {
    struct record_layout layout = {0, 0};
    for (uint32_t i = 0; i < p->ncaptured; i++) {
        enum shape s = shape_of(p->captured[i]->type);
        layout.nrefs = (uint16_t)(layout.nrefs + (s == SHAPE_REF));
        layout.nwords = (uint16_t)(layout.nwords + shape_width(s));
    }
    return layout;
}

uint16_t captured_slot(const struct plan *p, uint32_t variable) {
    bool is_ref = shape_of(p->captured[variable]->type) == SHAPE_REF;
    uint32_t slot = is_ref ? 0 : captured_layout(p).nrefs;
    for (uint32_t i = 0; i < variable; i++) {
        enum shape s = shape_of(p->captured[i]->type);
        slot += is_ref ? s == SHAPE_REF : shape_width(s);
    }
    return (uint16_t)slot;
}

/* ---- networks as values ---- */

enum { REF_KEY, WORD_NETWORK, WORD_TIMED, WORD_FIRST, WORD_LAST };

struct network_value network_value_of(const struct record *r) {
    return (struct network_value){.network =
                                      (struct network_info *)(uintptr_t)r->at[WORD_NETWORK].i,
                                  .key = (const struct text *)(const void *)r->at[REF_KEY].ref,
                                  .timed = r->at[WORD_TIMED].i != 0,
                                  .first = r->at[WORD_FIRST].i,
                                  .last = r->at[WORD_LAST].i};
}

void network_value_put(struct record *r, const struct network_value *v) {
    r->at[REF_KEY].ref = (struct object *)(uintptr_t)v->key;
    r->at[WORD_NETWORK].i = (int64_t)(uintptr_t)v->network;
    r->at[WORD_TIMED].i = v->timed;
    r->at[WORD_FIRST].i = v->first;
    r->at[WORD_LAST].i = v->last;
}

void network_value_between(struct network_value *v, int64_t first, int64_t last) {
    v->first = v->timed && v->first > first ? v->first : first;
    v->last = v->timed && v->last < last ? v->last : last;
    v->timed = true;
}
