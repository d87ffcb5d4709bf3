/* Frames: finished results, counted by references.
 *
 * A frame owns its columns and the pool with their texts and its notes; its
 * type is borrowed from the unit it was made for. All of it goes with the last
 * reference. Counting is not atomic: a frame stays with its interpreter. */
#include "column/column.h"

struct frame *frame_new(struct alloc *a, const struct type *type) {
    assert(type->kind == TY_RELATION);
    struct frame *f = mem_zero(a, sizeof *f);
    if (!f) {
        return NULL;
    }
    if (type->n) {
        f->columns = mem_zero(a, type->n * sizeof *f->columns);
        if (!f->columns) {
            mem_give(a, f, sizeof *f);
            return NULL;
        }
    }
    f->refs = 1;
    f->alloc = a;
    f->type = type;
    f->ncolumns = type->n;
    for (uint32_t i = 0; i < type->n; i++) {
        f->columns[i].type = type->fields[i].type;
    }
    text_pool_init(&f->pool, a);
    return f;
}

struct frame *frame_hold(struct frame *f) {
    assert(f->refs > 0 && f->refs < UINT32_MAX);
    f->refs++;
    return f;
}

void frame_drop(struct frame *f) {
    if (!f) {
        return;
    }
    assert(f->refs > 0);
    if (--f->refs > 0) {
        return;
    }
    for (uint32_t i = 0; i < f->ncolumns; i++) {
        column_free(f->alloc, &f->columns[i]);
    }
    text_pool_free(&f->pool);
    mem_give(f->alloc, f->columns, f->ncolumns * sizeof *f->columns);
    mem_give(f->alloc, f, sizeof *f);
}

bool frame_reserve(struct frame *f, uint32_t n) {
    for (uint32_t i = 0; i < f->ncolumns; i++) {
        if (!column_reserve(f->alloc, &f->columns[i], n)) {
            return false;
        }
    }
    return true;
}

bool frame_push(struct frame *f) {
    if (f->n == UINT32_MAX || !frame_reserve(f, f->n + 1)) {
        return false;
    }
    f->n++;
    return true;
}

const struct text *frame_text(struct frame *f, struct str s) {
    return text_pool_get(&f->pool, s);
}

/* Notes are few, so each one copies those before it. */
bool frame_note(struct frame *f, const char *format, ...) {
    va_list args;
    va_start(args, format);
    struct str line = arena_vprintf(&f->pool.arena, format, args);
    va_end(args);
    if (!line.p) {
        return false;
    }
    struct str before = f->notes;
    char *notes = arena_take(&f->pool.arena, before.n + line.n + 1);
    if (!notes) {
        return false;
    }
    if (before.n) {
        memcpy(notes, before.p, before.n);
    }
    memcpy(notes + before.n, line.p, line.n);
    notes[before.n + line.n] = '\n';
    f->notes = (struct str){notes, before.n + line.n + 1};
    return true;
}
