/* Heap objects: what a reference register points at.
 *
 * Texts have one layout wherever they live: on the collected heap, or PINNED
 * in the pool of a frame or batch, where the collector passes them by. So a
 * column of texts is an array of pointers and a row function reads it without
 * copying. NULL is the missing text. Texts never change, but for one that a single
 * variable holds: it may grow at its end (see heap_append). */
#ifndef SPOKE_VALUE_H
#define SPOKE_VALUE_H

#include "base/arena.h"
#include "base/hash.h"

enum object_kind {
    OBJ_TEXT,
    OBJ_LIST,
    OBJ_RECORD,
    OBJ_FRAME,
    OBJ_RELATION,
    OBJ_PICTURE,
    OBJ_MAP,
    OBJ_OUTSIDE
};

enum object_flag {
    OBJ_MARKED = 1,
    OBJ_PINNED = 2, /* not on the heap: never marked or freed */
    OBJ_SHARED = 4, /* more than one place may hold this: copy before a change */
    OBJ_ASCII = 8,  /* texts: every byte is a character */
    OBJ_BEYOND = 16 /* texts: some character has more bytes; neither: not looked at yet */
};

struct object {
    struct object *next; /* all objects of a heap */
    uint8_t kind, flags;
    uint16_t room; /* texts that grow: the block has 2^room bytes; 0: it fits the text */
    uint32_t hash; /* texts: bytes_hash of the bytes, 0: not known yet; ask text_hash */
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
    return a == b || (a && b && a->n == b->n &&
                      (a->head.hash == b->head.hash || !a->head.hash || !b->head.hash) &&
                      memcmp(a->p, b->p, a->n) == 0);
}
/* Never 0. */
static inline uint32_t bytes_hash(struct str s) {
    uint32_t hash = hash_key(s);
    return hash ? hash : 1;
}
/* Computed when it is first asked for: most texts never are. */
uint32_t text_hash_new(const struct text *t);
static inline uint32_t text_hash(const struct text *t) {
    return t->head.hash ? t->head.hash : text_hash_new(t);
}
bool bytes_are_ascii(struct str s);
bool text_look(const struct text *t); /* for text_is_ascii: sets the flag */
static inline bool text_is_ascii(const struct text *t) {
    return t->head.flags & (OBJ_ASCII | OBJ_BEYOND) ? t->head.flags & OBJ_ASCII : text_look(t);
}
/* Characters. */
uint32_t text_length(const struct text *t);
/* The characters number `first` .. `last`, from 1, as far as there are any. */
struct str text_slice(const struct text *t, int64_t first, int64_t last);
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

/* Keys in order of insertion, each with its value, found through a table of slots by open
 * addressing. A slot holds, in its bits below the mask, the number of its entry plus 1 (0: free)
 * and in the others those of the key's hash, which spare nearly every look at a wrong entry.
 *
 * An entry is `stride` words: the key (a text or an int), then the value in one word or two. A
 * removed one stays, with `gone` set, until the table grows. */
enum map_values { MAP_WORDS, MAP_REFS, MAP_PAIRS, MAP_NULLABLES };
struct map {
    struct object head;
    bool text_keys;
    uint8_t values, stride; /* enum map_values; words of an entry */
    uint32_t n, live;       /* entries in use, and those of them that were not removed */
    uint32_t cap, mask;     /* room for entries; slots - 1, or 0 */
    uint32_t last;          /* the entry that was found last: often it is asked for again */
    uint32_t *slots;
    union word *at;
    uint8_t *gone; /* NULL: no entry was removed */
};

/* Field i of a record lies in at[slot]; the first nrefs words are references,
 * nwords others follow. The checker knows the slots (see compile/). */
struct record {
    struct object head;
    uint16_t nrefs, nwords;
    union word at[];
};

/* More than one place may hold it from now on. */
static inline void object_share(struct object *o) {
    if (o && !(o->flags & (OBJ_PINNED | OBJ_SHARED)))
        o->flags |= OBJ_SHARED;
}

#endif
