/* Maps from texts or ints to values: a hash table that keeps the order of insertion.
 *
 * A map belongs to the heap like any object; its keys that are texts are heap or pinned texts.
 * Functions that add return NULL when out of memory and leave the map as it was. A pointer to an
 * entry's value is good until the next change. */
#ifndef SPOKE_MAP_H
#define SPOKE_MAP_H

#include "column/heap.h"

struct map *heap_map(struct heap *h, bool text_keys, enum map_values values);
struct map *heap_map_copy(struct heap *h, const struct map *m);

/* A key to be looked up: bytes with their hash, or an int (then text NULL). */
struct map_key {
    struct str bytes;
    struct text *text; /* the key as an object, or NULL: there is none yet */
    int64_t number;
    uint32_t hash;
};
static inline struct map_key key_of_text(struct text *t) {
    return (struct map_key){.bytes = text_str(t), .text = t, .hash = text_hash(t)};
}
static inline struct map_key key_of_bytes(struct str s) {
    return (struct map_key){.bytes = s, .hash = bytes_hash(s)};
}
static inline struct map_key key_of_int(int64_t x) {
    uint64_t mixed = hash_word((uint64_t)x);
    return (struct map_key){.number = x, .hash = (uint32_t)(mixed ^ mixed >> 32)};
}

/* The value's first word, or NULL: no such key. */
union word *map_find(struct map *m, const struct map_key *key);
/* The same for a key that is a text, and the fastest way to ask. */
union word *map_find_text(struct map *m, const struct text *key);
/* Finds or adds; a new value is zero, and a key without an object gets one. What `key` points at
 * must lie in a root. NULL: no memory. */
union word *map_put(struct heap *h, struct map *m, struct map_key *key);
/* False: no memory. */
bool map_remove(struct heap *h, struct map *m, const struct map_key *key);
/* The first entry from number `at` on that is there; m->n: none. */
uint32_t map_next(const struct map *m, uint32_t at);

/* For the heap. */
size_t map_weight(const struct map *m);
void map_drop(struct alloc *a, struct map *m);

#endif
