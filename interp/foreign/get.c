/* Values of C as Spoke has them. Each lies in its slot before anything else is made, so the
 * collector finds it. */
#include "foreign/parts.h"

#include "base/utf8.h"
#include <inttypes.h>

/* ---- numbers ---- */

#define LOAD(c_type, out)                                                                          \
    c_type out;                                                                                    \
    memcpy(&out, from, sizeof out)

int64_t foreign_int_at(enum foreign_kind kind, const void *from) {
    switch (kind) {
    case FOREIGN_I8: {
        LOAD(int8_t, x);
        return x;
    }
    case FOREIGN_I16: {
        LOAD(int16_t, x);
        return x;
    }
    case FOREIGN_I32: {
        LOAD(int32_t, x);
        return x;
    }
    case FOREIGN_U8: {
        LOAD(uint8_t, x);
        return x;
    }
    case FOREIGN_BOOL: {
        LOAD(uint8_t, x);
        return x != 0;
    }
    case FOREIGN_U16: {
        LOAD(uint16_t, x);
        return x;
    }
    case FOREIGN_U32: {
        LOAD(uint32_t, x);
        return x;
    }
    default: {
        LOAD(int64_t, x);
        return x;
    }
    }
}

static bool get_number(struct foreign_call *c, const struct foreign_type *t, const void *from,
                       union word *slot) {
    if (t->kind == FOREIGN_F32) {
        LOAD(float, x);
        slot->f = (double)x;
        return true;
    }
    slot->i = foreign_int_at(t->kind, from); /* of a double the same bytes */
    if (t->kind != FOREIGN_U64 || slot->i >= 0)
        return true;
    vm_fail(c->vm, ST_FAILED, E0401, "%s is %" PRIu64 ", more than the largest int",
            foreign_where(c), (uint64_t)slot->i);
    slot->i = 0;
    return false;
}

/* ---- texts ---- */

static bool is_null(struct foreign_call *c, const struct foreign_type *t, union word *slot) {
    slot->ref = NULL;
    if (t->nullable)
        return true;
    vm_fail_at(c->vm, ST_FAILED, E0954, (struct span){0, 0, 0},
               "where that may happen, a `?` behind the type makes it missing",
               "%s is a pointer to nothing (NULL)", foreign_where(c));
    return false;
}

bool foreign_get_text(struct foreign_call *c, struct str s, union word *slot) {
    size_t broken = s.n > UINT32_MAX / 2 ? 0 : utf8_check(s);
    if (broken < s.n) {
        vm_fail_at(c->vm, ST_FAILED, E0955, (struct span){0, 0, 0},
                   "bytes that are no text can be read as `out buf<u8, n>`",
                   "%s is no text: its byte %zu is not UTF-8", foreign_where(c), broken + 1);
        return false;
    }
    struct text *t = heap_text(&c->vm->heap, s);
    slot->ref = t ? &t->head : NULL;
    return t || foreign_no_memory(c);
}

static bool get_text(struct foreign_call *c, const struct foreign_type *t, const void *from,
                     union word *slot) {
    LOAD(const char *, p);
    return p ? foreign_get_text(c, str_of(p), slot) : is_null(c, t, slot);
}

/* ---- structures and lists ---- */

static bool get_struct(struct foreign_call *c, const struct foreign_struct *s, const void *from,
                       union word *slot) {
    struct record_layout layout = record_layout(s->type);
    struct record *r = heap_record(&c->vm->heap, layout.nrefs, layout.nwords);
    uint32_t field = 0;
    slot->ref = r ? &r->head : NULL;
    if (!r)
        return foreign_no_memory(c);
    for (uint32_t i = 0; i < s->n; i++) {
        const struct foreign_field *f = &s->fields[i];
        if (f->type->kind == FOREIGN_POINTER)
            continue;
        c->field = f->name.p;
        c->nfield = f->name.n;
        if (!foreign_get(c, f->type, (const char *)from + f->offset,
                         &r->at[record_slot(s->type, field++)]))
            return false;
    }
    c->nfield = 0;
    return true;
}

bool foreign_get_list(struct foreign_call *c, const struct foreign_type *element, const void *from,
                      uint32_t n, union word *slot) {
    bool refs =
        type_storage(element->type) == STORE_TEXT || type_storage(element->type) == STORE_OBJECT;
    struct list *l = heap_list(&c->vm->heap, n, refs, false);
    slot->ref = l ? &l->head : NULL;
    if (!l)
        return foreign_no_memory(c);
    for (uint32_t i = 0; i < n; i++) {
        c->element = i;
        if (!foreign_get(c, element, (const char *)from + (size_t)i * element->size, &l->at[i]))
            return false;
    }
    c->element = -1;
    return true;
}

bool foreign_get(struct foreign_call *c, const struct foreign_type *t, const void *from,
                 union word *slot) {
    switch (t->kind) {
    case FOREIGN_TEXT:
        return get_text(c, t, from, slot);
    case FOREIGN_STRUCT:
        return get_struct(c, t->structure, from, slot);
    case FOREIGN_ARRAY:
        return foreign_get_list(c, t->element, from, t->n, slot);
    case FOREIGN_CALLBACK: /* the declaration keeps them out */
    case FOREIGN_VOID:
    case FOREIGN_POINTER:
    case FOREIGN_HANDLE: /* see call.c */
    case FOREIGN_BUFFER:
        return true;
    default:
        return get_number(c, t, from, slot);
    }
}
