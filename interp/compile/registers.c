/* Registers of a function under construction, and where variables lie. */
#include "compile/builder.h"

enum { MOST_REGISTERS = 60000 };

struct home take_registers(struct builder *b, const struct type *t) {
    enum shape s = shape_of(t);
    uint32_t *next = s == SHAPE_REF ? &b->refs : &b->scalars;
    uint32_t *max = s == SHAPE_REF ? &b->max_refs : &b->max_scalars;
    struct home p = {t, (uint16_t)*next};
    *next += s == SHAPE_REF ? 1 : shape_width(s);
    if (*next > *max)
        *max = *next;
    if (*next > MOST_REGISTERS) {
        b->too_large = true;
        *next = 0; /* the code is thrown away; only the numbers must stay in range */
    }
    return p;
}

struct home take_nullable(struct builder *b, enum type_kind kind) {
    return take_registers(b, type_scalar(&b->c->session->types, kind, true));
}

struct home take_word(struct builder *b, enum type_kind kind) {
    return take_registers(b, type_scalar(&b->c->session->types, kind, false));
}

static bool is_at(struct home place, bool is_ref, uint16_t reg) {
    return place.type && (shape_of(place.type) == SHAPE_REF) == is_ref && place.reg == reg;
}

static bool has_register(const struct variable *v, bool is_ref, uint16_t reg) {
    if (v->is_cell)
        return is_ref && v->place.reg == reg;
    if (!v->parts)
        return is_at(v->place, is_ref, reg);
    uint32_t n = v->symbol->type->kind == TY_RECORD ? v->symbol->type->n : 2;
    for (uint32_t i = 0; i < n; i++)
        if (is_at(v->parts[i], is_ref, reg))
            return true;
    return false;
}

bool is_scratch(const struct builder *b, struct home p) {
    bool is_ref = shape_of(p.type) == SHAPE_REF;
    for (uint32_t i = b->variables.n; i-- > 0;)
        if (has_register(&b->variables.at[i], is_ref, p.reg))
            return false;
    return true;
}

bool is_last_taken(const struct builder *b, struct home p) {
    enum shape s = shape_of(p.type);
    if (s == SHAPE_REF)
        return p.reg + 1u == b->refs;
    return s != SHAPE_NONE && (uint32_t)p.reg + shape_width(s) == b->scalars;
}

struct registers registers_now(const struct builder *b) {
    return (struct registers){b->scalars, b->refs, b->variables.n};
}

void registers_release(struct builder *b, struct registers before) {
    b->scalars = before.scalars;
    b->refs = before.refs;
    b->variables.n = before.variables;
}

void declare_variable(struct builder *b, const struct symbol *s, struct home p) {
    ARENA_PUSH(b->arena, &b->variables) = (struct variable){s, p, false, NULL};
}

void declare_cell(struct builder *b, const struct symbol *s, struct home cell) {
    ARENA_PUSH(b->arena, &b->variables) = (struct variable){s, cell, true, NULL};
}

bool find_cell(struct builder *b, const struct symbol *s, struct home *out) {
    for (uint32_t i = b->variables.n; i-- > 0;)
        if (b->variables.at[i].symbol == s) {
            *out = b->variables.at[i].place;
            return b->variables.at[i].is_cell;
        }
    bool is_cell;
    return find_captured_variable(b, s, out, &is_cell) && is_cell;
}

bool find_variable(const struct builder *b, const struct symbol *s, struct home *out) {
    for (uint32_t i = b->variables.n; i-- > 0;)
        if (b->variables.at[i].symbol == s && !b->variables.at[i].is_cell &&
            !b->variables.at[i].parts) {
            *out = b->variables.at[i].place;
            return true;
        }
    return false;
}

uint16_t global_slot(struct builder *b, struct symbol *s) {
    if (s->slot == 0) {
        enum shape shape = shape_of(s->type);
        uint32_t *n = shape == SHAPE_REF ? &b->c->globals->nrefs : &b->c->globals->nwords;
        s->slot = *n + 1;
        *n += shape == SHAPE_REF ? 1 : shape_width(shape);
        if (*n > UINT16_MAX)
            b->too_large = true;
    }
    return (uint16_t)(s->slot - 1);
}
