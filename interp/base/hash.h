/* Hashing of bytes and of 64-bit words, and an open-addressing map from text
 * to a 64-bit word. Not for secrets. */
#ifndef SPOKE_HASH_H
#define SPOKE_HASH_H

#include "alloc.h"

uint32_t hash_bytes(struct str s);
/* Faster, for tables in memory; may become another one any time. */
uint32_t hash_key(struct str s);
/* A good mixer of one word (all bits depend on all bits). */
static inline uint64_t hash_word(uint64_t x) {
    x ^= x >> 32;
    x *= 0xd6e8feb86659fd93u;
    x ^= x >> 32;
    x *= 0xd6e8feb86659fd93u;
    x ^= x >> 32;
    return x;
}

/* text -> word. Keys are borrowed: they must outlive the map. */
struct strmap {
    struct alloc *alloc;
    struct strmap_slot *slots;
    uint32_t n, cap; /* cap is a power of two or 0 */
};
void strmap_init(struct strmap *m, struct alloc *alloc);
void strmap_free(struct strmap *m);
/* NULL if absent. The pointer is good until the next strmap_put. */
uint64_t *strmap_find(const struct strmap *m, struct str key);
/* Finds or adds (value 0, *is_new true). NULL when out of memory. */
uint64_t *strmap_put(struct strmap *m, struct str key, bool *is_new);

#endif
