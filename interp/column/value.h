/* Heap objects: what a reference register points at.
 *
 * Texts have one layout wherever they live: on the collected heap, or PINNED
 * in the pool of a frame or batch, where the collector passes them by. So a
 * column of texts is an array of pointers and a row function reads it without
 * copying. NULL is the missing text. Texts never change. */
#ifndef SPOKE_VALUE_H
#define SPOKE_VALUE_H

#include "base/arena.h"
#include "base/hash.h"

enum object_kind { OBJ_TEXT, OBJ_LIST, OBJ_RECORD, OBJ_FRAME, OBJ_RELATION, OBJ_PICTURE };

enum object_flag {
    OBJ_MARKED = 1,
    OBJ_PINNED = 2, /* not on the heap: never marked or freed */
    OBJ_SHARED = 4  /* more than one place may hold this list: copy before a change */
};

struct object {
    struct object *next; /* all objects of a heap */
    uint8_t kind, flags;
    uint16_t unused;
    uint32_t hash; /* texts: hash_bytes of the bytes */
};

struct text {
    struct object head;
    uint32_t n;
    char p[]; /* n bytes and a zero */
};

/* Bytes a text of n bytes takes, with its zero. */
static inline size_t text_size(uint32_t n) {
    return sizeof(struct text) + n + 1;
}
static inline struct str text_str(const struct text *t) {
    return t ? (struct str){t->p, t->n} : STR_NONE;
}
static inline bool text_equal(const struct text *a, const struct text *b) {
    return a == b || (a && b && a->head.hash == b->head.hash && a->n == b->n &&
                      memcmp(a->p, b->p, a->n) == 0);
}
/* A pinned text in an arena; NULL when out of memory. */
struct text *text_pinned(struct arena *arena, struct str s);

/* Shares equal texts: a column with few different values costs one text each.
 * Gives up sharing (not correctness) beyond 65,536 different ones. */
struct text_pool {
    struct arena arena;
    struct text **slots;
    uint32_t n, cap;
    const struct text *last;
};
void text_pool_init(struct text_pool *p, struct alloc *alloc);
void text_pool_free(struct text_pool *p);
const struct text *text_pool_get(struct text_pool *p, struct str s); /* NULL: no memory */

/* Elements are one word each: an integer, the bits of a double, or a pointer
 * to an object (`refs`). `states` is NULL while every element is present.
 * Ratios take two words (`wide`). */
struct list {
    struct object head;
    bool refs, wide;
    uint32_t n, cap; /* elements */
    union word *at;
    uint8_t *states;
};

union word {
    int64_t i;
    double f;
    struct object *ref;
};

/* Field i of a record lies in at[slot]; the first nrefs words are references,
 * nwords others follow. The checker knows the slots (see compile/). */
struct record {
    struct object head;
    uint16_t nrefs, nwords;
    union word at[];
};

#endif
