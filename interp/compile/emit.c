/* Emitting instructions, jumps, constants and sites. */
#include "compile/builder.h"

static uint16_t operand(struct builder *b, uint32_t x) {
    if (x > UINT16_MAX)
        b->too_large = true;
    return (uint16_t)x;
}

uint32_t emit(struct builder *b, enum op op, uint32_t a, uint32_t second, uint32_t third) {
    ARENA_PUSH(b->arena, &b->code) =
        (struct instruction){(uint16_t)op, operand(b, a), operand(b, second), operand(b, third)};
    ARENA_PUSH(b->arena, &b->spans) = b->span;
    return b->code.n - 1;
}

/* ---- jumps ---- */

static void patch(struct builder *b, uint32_t from, uint32_t to) {
    struct instruction *i = &b->code.at[from];
    int64_t offset = (int64_t)to - from;
    if (strchr(op_table[i->op].operands, 'J')) {
        i->b = (uint16_t)((uint32_t)offset >> 16);
        i->c = (uint16_t)offset;
        return;
    }
    if (offset != (int16_t)offset)
        b->too_large = true;
    i->c = (uint16_t)offset;
}

void emit_jump(struct builder *b, enum op op, uint32_t a, uint32_t second, struct label *to) {
    uint32_t at = emit(b, op, a, second, 0);
    if (to->placed)
        patch(b, at, to->at);
    else
        ARENA_PUSH(b->arena, &to->uses) = at;
}

void place_label(struct builder *b, struct label *l) {
    l->placed = true;
    l->at = b->code.n;
    for (uint32_t i = 0; i < l->uses.n; i++)
        patch(b, l->uses.at[i], l->at);
}

/* ---- constants ---- */

enum { SEARCHED = 64 }; /* so many constants or callees are looked through for an equal one */

static bool same_word(union word x, union word y) {
    return x.i == y.i;
}

uint32_t constant_number(struct builder *b, union word w) {
    for (uint32_t i = 0; i < b->constants.n && i < SEARCHED; i++)
        if (same_word(b->constants.at[i], w))
            return i;
    ARENA_PUSH(b->arena, &b->constants) = w;
    return b->constants.n - 1;
}

uint32_t constant_pair(struct builder *b, union word first, union word second) {
    for (uint32_t i = 0; i + 1 < b->constants.n && i < SEARCHED; i++)
        if (same_word(b->constants.at[i], first) && same_word(b->constants.at[i + 1], second))
            return i;
    ARENA_PUSH(b->arena, &b->constants) = first;
    ARENA_PUSH(b->arena, &b->constants) = second;
    return b->constants.n - 2;
}

uint32_t object_number(struct builder *b, struct object *o) {
    ARENA_PUSH(b->arena, &b->objects) = o;
    return b->objects.n - 1;
}

uint32_t object_text(struct builder *b, struct str s) {
    for (uint32_t i = 0; i < b->objects.n && i < SEARCHED; i++)
        if (b->objects.at[i]->kind == OBJ_TEXT &&
            str_eq(text_str((const struct text *)b->objects.at[i]), s))
            return i;
    return object_number(b, &text_pinned(b->arena, s)->head);
}

uint32_t callee_number(struct builder *b, struct proto *p) {
    uint32_t first = b->callees.n > SEARCHED ? b->callees.n - SEARCHED : 0;
    for (uint32_t i = b->callees.n; i > first; i--)
        if (b->callees.at[i - 1] == p)
            return i - 1;
    ARENA_PUSH(b->arena, &b->callees) = p;
    return b->callees.n - 1;
}

uint32_t add_site(struct builder *b, enum site_kind kind, const struct node *node, uint32_t nvalues,
                  struct site **out) {
    struct site *site = ARENA_NEW(b->arena, struct site);
    site->kind = kind;
    site->node = node;
    site->n = nvalues;
    site->values = ARENA_ARRAY(b->arena, struct home, nvalues);
    ARENA_PUSH(b->arena, &b->sites) = site;
    *out = site;
    return b->sites.n - 1;
}

/* ---- elements of lists ---- */

const struct element_ops element_get = {OP_LIST_GET, OP_LIST_GET2, OP_LIST_GET_N, OP_LIST_GET_R};
const struct element_ops element_set = {OP_LIST_SET, OP_LIST_SET2, OP_LIST_SET_N, OP_LIST_SET_R};
const struct element_ops element_put = {OP_LIST_PUT, OP_LIST_PUT2, OP_LIST_PUT_N, OP_LIST_PUT_R};
const struct element_ops element_fill = {OP_LIST_FILL, OP_LIST_FILL2, OP_LIST_FILL_N,
                                         OP_LIST_FILL_R};

const struct element_ops element_push = {OP_LIST_PUSH, OP_LIST_PUSH2, OP_LIST_PUSH_N,
                                         OP_LIST_PUSH_R};

void emit_element(struct builder *b, const struct element_ops *ops, const struct type *element,
                  uint32_t a, uint32_t second, uint32_t third) {
    switch (shape_of(element)) {
    case SHAPE_NONE:
        break;
    case SHAPE_WORD:
        emit(b, ops->word, a, second, third);
        break;
    case SHAPE_NULLABLE:
        emit(b, ops->nullable, a, second, third);
        break;
    case SHAPE_PAIR:
    case SHAPE_RANGE:
        emit(b, ops->pair, a, second, third);
        break;
    case SHAPE_REF:
        emit(b, ops->ref, a, second, third);
        break;
    }
}

/* ---- loading and moving ---- */

void load_word(struct builder *b, uint32_t reg, int64_t i) {
    if (i == (int16_t)i)
        emit(b, OP_LOAD_I, reg, (uint16_t)i, 0);
    else
        emit(b, OP_LOAD_K, reg, constant_number(b, (union word){.i = i}), 0);
}

void load_float(struct builder *b, uint32_t reg, double f) {
    emit(b, OP_LOAD_K, reg, constant_number(b, (union word){.f = f}), 0);
}

void load_missing(struct builder *b, struct home to) {
    static const union word zero = {.i = 0}, one = {.i = 1};
    switch (shape_of(to.type)) {
    case SHAPE_NONE:
        break;
    case SHAPE_WORD:
        load_word(b, to.reg, 0);
        break;
    case SHAPE_NULLABLE:
        emit(b, OP_LOAD_K2, to.reg, constant_pair(b, zero, one), 0);
        break;
    case SHAPE_PAIR:
        emit(b, OP_LOAD_K2, to.reg, constant_pair(b, zero, zero), 0);
        break;
    case SHAPE_RANGE: /* nothing lies in it */
        emit(b, OP_LOAD_K2, to.reg, constant_pair(b, one, zero), 0);
        break;
    case SHAPE_REF:
        emit(b, OP_LOAD_NULL, to.reg, 0, 0);
        break;
    }
}

void move_value(struct builder *b, struct home to, struct home from) {
    if (to.reg == from.reg)
        return;
    enum shape s = shape_of(to.type);
    if (s == SHAPE_REF)
        emit(b, OP_MOVE_R, to.reg, from.reg, 0);
    else if (s != SHAPE_NONE)
        emit(b, shape_width(s) == 2 ? OP_MOVE2 : OP_MOVE, to.reg, from.reg, 0);
}

void not_supported(struct builder *b, const struct node *n, const char *what) {
    diag_error(b->c->session->diags, E0190, n->span, "%s does not work yet", what);
    b->c->failed = true;
}

/* ---- the end ---- */

static void check_size(struct builder *b) {
    if (!b->too_large)
        return;
    diag_error(b->c->session->diags, E0408, b->proto->span, "`%.*s` is too large for one function",
               STR_ARG(b->proto->name));
    b->c->failed = true;
}

void finish_proto(struct builder *b) {
    struct proto *p = b->proto;
    check_size(b);
    p->constants = b->constants.at;
    p->nconstants = b->constants.n;
    p->objects = b->objects.at;
    p->nobjects = b->objects.n;
    p->callees = b->callees.at;
    p->ncallees = b->callees.n;
    p->sites = b->sites.at;
    p->nsites = b->sites.n;
    p->handlers = b->handlers.at;
    p->nhandlers = b->handlers.n;
    p->nscalars = (uint16_t)b->max_scalars;
    p->nrefs = (uint16_t)b->max_refs;
    p->spans = b->spans.at;
    p->n = b->code.n;
    if (!b->c->failed)
        p->code = b->code.at;
}
