/* Texts on the collected heap.
 *
 * A text that grows lies in a block of 2^room bytes, so adding to its end is
 * mostly copying the addition. Its hash and flags are then looked up anew. */
#include "column/heap.h"

enum { LEAST_ROOM = 6, MOST_ROOM = 32 };

struct text *heap_text_room(struct heap *h, size_t n) {
    if (n > UINT32_MAX - sizeof(struct text) - 1) {
        return NULL;
    }
    struct text *t = heap_object(h, text_size((uint32_t)n));
    if (t) {
        t->head = (struct object){0};
        t->n = (uint32_t)n;
        t->p[n] = '\0';
        heap_enter(h, &t->head, OBJ_TEXT);
    }
    return t;
}

struct text *heap_text(struct heap *h, struct str s) {
    struct text *t = heap_text_room(h, s.n);
    if (t && s.n) {
        memcpy(t->p, s.p, s.n);
    }
    return t;
}

struct text *heap_join(struct heap *h, const struct text *a, const struct text *b) {
    struct text *t = heap_text_room(h, (size_t)a->n + b->n);
    if (t) {
        memcpy(t->p, a->p, a->n);
        memcpy(t->p + a->n, b->p, b->n);
    }
    return t;
}

/* ---- growing ---- */

static void add_bytes(struct text *t, const struct text *b) {
    uint8_t both = t->head.flags & b->head.flags & OBJ_ASCII;
    memcpy(t->p + t->n, b->p, b->n);
    t->n += b->n;
    t->p[t->n] = '\0';
    t->head.hash = 0;
    t->head.flags = (uint8_t)((t->head.flags & ~(OBJ_ASCII | OBJ_BEYOND)) | both);
}

/* `a` in a block with room for `n` bytes and as many again. */
static struct text *with_room(struct heap *h, const struct text *a, size_t n) {
    uint16_t room = LEAST_ROOM;
    while (room < MOST_ROOM && ((size_t)1 << room) < 2 * text_size((uint32_t)n)) {
        room++;
    }
    struct text *t = heap_object(h, (size_t)1 << room);
    if (t) {
        t->head = (struct object){.room = room, .flags = a->head.flags & (OBJ_ASCII | OBJ_BEYOND)};
        t->n = a->n;
        memcpy(t->p, a->p, a->n);
        heap_enter(h, &t->head, OBJ_TEXT);
    }
    return t;
}

struct text *heap_append(struct heap *h, struct text *a, const struct text *b) {
    size_t n = (size_t)a->n + b->n;
    if (n > UINT32_MAX / 4) {
        return heap_join(h, a, b);
    }
    bool own = a->head.room && !(a->head.flags & OBJ_SHARED) &&
               text_size((uint32_t)n) <= (size_t)1 << a->head.room;
    struct text *t = own ? a : with_room(h, a, n);
    if (t) {
        add_bytes(t, b);
    }
    return t;
}
