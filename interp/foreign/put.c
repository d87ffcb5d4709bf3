/* Values of Spoke as C has them. Nothing is cut or rounded to fit but floats to f32; what does not
 * fit is said with its place. Texts and lists of the right layout are not copied. */
#include "foreign/parts.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

/* `low` and `high` are of whole numbers that are not simply an int. */
static const struct {
    bool ranged;
    int64_t low, high;
} ranges[FOREIGN_KINDS] = {
    [FOREIGN_I8] = {true, INT8_MIN, INT8_MAX},    [FOREIGN_I16] = {true, INT16_MIN, INT16_MAX},
    [FOREIGN_I32] = {true, INT32_MIN, INT32_MAX}, [FOREIGN_U8] = {true, 0, UINT8_MAX},
    [FOREIGN_U16] = {true, 0, UINT16_MAX},        [FOREIGN_U32] = {true, 0, UINT32_MAX},
    [FOREIGN_U64] = {true, 0, INT64_MAX},
};

/* ---- numbers ---- */

static bool refuse(struct foreign_call *c, enum foreign_kind kind, union word w) {
    if (kind == FOREIGN_F32)
        vm_fail(c->vm, ST_FAILED, E0409, "%s is %g, outside the range of `f32`", foreign_where(c),
                w.f);
    else
        vm_fail(c->vm, ST_FAILED, E0409,
                "%s is %" PRId64 ", and `%s` takes %" PRId64 " to %" PRId64, foreign_where(c), w.i,
                foreign_kind_name(kind), ranges[kind].low, ranges[kind].high);
    return false;
}

static inline bool in_range(enum foreign_kind kind, union word w) {
    if (kind == FOREIGN_F32)
        return !isfinite(w.f) || fabs(w.f) <= (double)FLT_MAX;
    return !ranges[kind].ranged || (w.i >= ranges[kind].low && w.i <= ranges[kind].high);
}

#define STORE(c_type, value)                                                                       \
    do {                                                                                           \
        c_type x = (c_type)(value);                                                                \
        memcpy(to, &x, sizeof x);                                                                  \
    } while (0)

bool foreign_put_number(struct foreign_call *c, const struct foreign_type *t, union word w,
                        void *to) {
    if (!in_range(t->kind, w))
        return refuse(c, t->kind, w);
    switch (t->kind) {
    case FOREIGN_I8:
    case FOREIGN_U8:
        STORE(uint8_t, w.i);
        break;
    case FOREIGN_I16:
    case FOREIGN_U16:
        STORE(uint16_t, w.i);
        break;
    case FOREIGN_I32:
    case FOREIGN_U32:
        STORE(uint32_t, w.i);
        break;
    case FOREIGN_F32:
        STORE(float, w.f);
        break;
    case FOREIGN_F64:
        STORE(double, w.f);
        break;
    case FOREIGN_BOOL:
        STORE(uint8_t, w.i != 0);
        break;
    default:
        STORE(int64_t, w.i);
        break;
    }
    return true;
}

/* ---- pointers ---- */

static bool put_pointer(const void *p, void *to) {
    memcpy(to, &p, sizeof p);
    return true;
}

/* A copy for C to free; otherwise one of our own where Spoke code may run meanwhile, which may let
 * a text grow. */
static const char *text_copy(struct foreign_call *c, const struct text *t, bool take) {
    char *copy = take ? malloc((size_t)t->n + 1) : arena_take(c->scratch, (size_t)t->n + 1);
    if (copy)
        memcpy(copy, t->p, (size_t)t->n + 1);
    else
        foreign_no_memory(c);
    return copy;
}

static bool put_text(struct foreign_call *c, const struct text *t, void *to) {
    const struct foreign_parameter *p = c->parameter >= 0 ? &c->f->parameters[c->parameter] : NULL;
    bool take = p && p->take;
    if (!t)
        return put_pointer(NULL, to);
    if (!c->zeros_pass && memchr(t->p, 0, t->n)) {
        vm_fail_at(c->vm, ST_FAILED, E0955, (struct span){0, 0, 0},
                   "a parameter `n: usize = bytes(text)` tells C where the text ends",
                   "%s has a zero byte in it, where C would end it", foreign_where(c));
        return false;
    }
    if (!take && !c->f->calls_back)
        return put_pointer(t->p, to);
    const char *copy = text_copy(c, t, take);
    return copy && put_pointer(copy, to);
}

static bool put_handle(struct foreign_call *c, const struct object *handle, void *to) {
    void *pointer = NULL;
    if (handle && !foreign_handle_pointer(c, handle, &pointer))
        return false;
    return put_pointer(pointer, to);
}

static bool put_callback(struct foreign_call *c, const struct foreign_type *t,
                         const struct object *function, void *to) {
    void (*code)(void) = NULL;
    if (function && !foreign_callback_new(c, t->callback, function, &code))
        return false;
    memcpy(to, &code, sizeof code);
    return true;
}

/* ---- structures and lists ---- */

static bool put_struct(struct foreign_call *c, const struct foreign_struct *s,
                       const struct record *r, void *to) {
    uint32_t field = 0;
    memset(to, 0, s->size);
    for (uint32_t i = 0; i < s->n; i++) {
        const struct foreign_field *f = &s->fields[i];
        if (f->type->kind == FOREIGN_POINTER)
            continue;
        c->field = f->name.p;
        c->nfield = f->name.n;
        if (!foreign_put(c, f->type, r->at[record_slot(s->type, field++)], (char *)to + f->offset))
            return false;
    }
    c->nfield = 0;
    return true;
}

static bool put_array(struct foreign_call *c, const struct foreign_type *t, const struct list *l,
                      void *to) {
    if (l->n != t->n) {
        vm_fail(c->vm, ST_FAILED, E0959, "%s has %" PRIu32 " elements, and the array has %" PRIu32,
                foreign_where(c), l->n, t->n);
        return false;
    }
    return foreign_put_list(c, t->element, l, to);
}

/* A variable that has no value yet. */
static bool is_unset(struct foreign_call *c, const struct foreign_type *t, union word w) {
    bool object = t->kind == FOREIGN_TEXT || t->kind >= FOREIGN_HANDLE;
    if (!object || w.ref || t->nullable)
        return false;
    vm_fail(c->vm, ST_FAILED, E0403, "%s was not set yet", foreign_where(c));
    return true;
}

bool foreign_put(struct foreign_call *c, const struct foreign_type *t, union word w, void *to) {
    if (is_unset(c, t, w))
        return false;
    switch (t->kind) {
    case FOREIGN_TEXT:
        return put_text(c, (const struct text *)w.ref, to);
    case FOREIGN_HANDLE:
        return put_handle(c, w.ref, to);
    case FOREIGN_CALLBACK:
        return put_callback(c, t, w.ref, to);
    case FOREIGN_STRUCT:
        return put_struct(c, t->structure, (const struct record *)w.ref, to);
    case FOREIGN_ARRAY:
        return put_array(c, t, (const struct list *)w.ref, to);
    case FOREIGN_POINTER:
    case FOREIGN_VOID:
    case FOREIGN_BUFFER: /* see call.c */
        return true;
    default:
        return foreign_put_number(c, t, w, to);
    }
}

static bool missing_element(struct foreign_call *c, int64_t element) {
    c->element = element;
    vm_fail_at(c->vm, ST_FAILED, E0960, (struct span){0, 0, 0},
               "leave such rows out with `where`, or give a stand-in: `coalesce(x, ...)`",
               "%s is missing", foreign_where(c));
    return false;
}

bool foreign_put_list(struct foreign_call *c, const struct foreign_type *element,
                      const struct list *l, void *to) {
    if (element->size == sizeof(union word) && !l->refs && !l->states &&
        element->kind != FOREIGN_U64) {
        if (l->n)
            memcpy(to, l->at, l->n * sizeof *l->at);
        return true;
    }
    for (uint32_t i = 0; i < l->n; i++) {
        c->element = i;
        if (l->states && l->states[i] != PRESENT)
            return missing_element(c, i);
        if (!foreign_put(c, element, l->at[i], (char *)to + (size_t)i * element->size))
            return false;
    }
    c->element = -1;
    return true;
}

bool foreign_put_column(struct foreign_call *c, const struct foreign_type *element,
                        const struct frame *f, void *to) {
    const struct column *column = &f->columns[0];
    bool is_float = element->type->kind == TY_FLOAT;
    for (uint32_t i = 0; i < f->n; i++) {
        enum state state = column_state(column, i);
        c->element = i;
        if (state != PRESENT)
            return missing_element(c, i);
        struct value v = column_value(column, i);
        union word w = v.w[0];
        if (is_float)
            w.f = value_float(&v);
        if (!foreign_put(c, element, w, (char *)to + (size_t)i * element->size))
            return false;
    }
    c->element = -1;
    return true;
}
