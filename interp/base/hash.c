/* Byte hashing and the text map: linear probing, at most three quarters full,
 * nothing is ever removed.
 *
 * The map owns its slots, never the keys. The full hash is kept in each slot:
 * it spares most comparisons and makes growing free of rehashing. */
#include "base/hash.h"

struct strmap_slot {
    struct str key;
    uint64_t value;
    uint32_t hash;
    bool used; /* the empty text is a key too */
};

enum { FIRST_SLOTS = 16 };

uint32_t hash_bytes(struct str s) {
    uint64_t h = hash_word((uint64_t)s.n);
    size_t at = 0;
    for (; s.n - at >= sizeof(uint64_t); at += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, s.p + at, sizeof word);
        h = hash_word(h ^ word);
    }
    if (at < s.n) {
        uint64_t word = 0;
        memcpy(&word, s.p + at, s.n - at);
        h = hash_word(h ^ word);
    }
    return (uint32_t)(h ^ (h >> 32));
}

/* Both halves of the product: every bit of x and y reaches the result. */
static inline uint64_t fold(uint64_t x, uint64_t y) {
    unsigned __int128 product = (unsigned __int128)x * y;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t load8(const char *p) {
    uint64_t word;
    memcpy(&word, p, sizeof word);
    return word;
}

static inline uint64_t load4(const char *p) {
    uint32_t word;
    memcpy(&word, p, sizeof word);
    return word;
}

/* Up to 8 bytes as a word; texts of different length are told apart by their length. */
static inline uint64_t load_short(struct str s) {
    if (s.n >= 4) {
        return load4(s.p) << 32 | load4(s.p + s.n - 4);
    }
    if (s.n == 0) {
        return 0;
    }
    return (uint64_t)(unsigned char)s.p[0] << 16 | (uint64_t)(unsigned char)s.p[s.n / 2] << 8 |
           (unsigned char)s.p[s.n - 1];
}

uint32_t hash_key(struct str s) {
    static const uint64_t first = 0x9e3779b97f4a7c15u, second = 0xd6e8feb86659fd93u;
    uint64_t h = first ^ s.n, last;
    if (s.n <= sizeof last) {
        last = load_short(s);
    } else {
        for (size_t at = 0; s.n - at > sizeof last; at += sizeof last) {
            h = fold(h ^ load8(s.p + at), second);
        }
        last = load8(s.p + s.n - sizeof last);
    }
    h = fold(h ^ last, second);
    h = fold(h, first);
    return (uint32_t)(h ^ (h >> 32));
}

void strmap_init(struct strmap *m, struct alloc *alloc) {
    *m = (struct strmap){.alloc = alloc};
}

void strmap_free(struct strmap *m) {
    mem_give(m->alloc, m->slots, m->cap * sizeof *m->slots);
    strmap_init(m, m->alloc);
}

/* The key's slot, or the free one where it belongs. Needs a free slot. */
static struct strmap_slot *probe(const struct strmap *m, struct str key, uint32_t hash) {
    uint32_t mask = m->cap - 1;
    uint32_t i = hash & mask;
    while (m->slots[i].used && !(m->slots[i].hash == hash && str_eq(m->slots[i].key, key))) {
        i = (i + 1) & mask;
    }
    return &m->slots[i];
}

uint64_t *strmap_find(const struct strmap *m, struct str key) {
    if (m->n == 0) {
        return NULL;
    }
    struct strmap_slot *slot = probe(m, key, hash_bytes(key));
    return slot->used ? &slot->value : NULL;
}

static bool grow(struct strmap *m) {
    if (m->cap > UINT32_MAX / 2) {
        return false;
    }
    struct strmap now = {.alloc = m->alloc, .n = m->n};
    now.cap = m->cap ? m->cap * 2 : FIRST_SLOTS;
    now.slots = mem_zero(m->alloc, now.cap * sizeof *now.slots);
    if (!now.slots) {
        return false;
    }
    for (uint32_t i = 0; i < m->cap; i++) {
        const struct strmap_slot *old = &m->slots[i];
        if (old->used) {
            *probe(&now, old->key, old->hash) = *old;
        }
    }
    strmap_free(m);
    *m = now;
    return true;
}

uint64_t *strmap_put(struct strmap *m, struct str key, bool *is_new) {
    uint32_t hash = hash_bytes(key);
    *is_new = false;
    if (m->n > 0) {
        struct strmap_slot *slot = probe(m, key, hash);
        if (slot->used) {
            return &slot->value;
        }
    }
    if (m->n >= m->cap / 4 * 3 && !grow(m)) {
        return NULL;
    }
    struct strmap_slot *slot = probe(m, key, hash);
    *slot = (struct strmap_slot){.key = key, .hash = hash, .used = true};
    m->n++;
    *is_new = true;
    return &slot->value;
}
