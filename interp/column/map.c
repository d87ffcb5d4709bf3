/* The map's table.
 *
 * Eight slots are looked at in one step, from the one where the key belongs on:
 * nearly always that decides, without a branch for each slot that would depend
 * on memory far away. So that a step may begin anywhere, copies of the first
 * slots stand behind the last.
 *
 * There are always a quarter more slots than entries, so a search ends at a
 * free one, and an entry's number plus 1 fits below the mask. Entries that
 * were removed keep their slots; they go when the table is made anew, which
 * happens when the entries are full. The hash of a text that is a key is
 * always known. */
#include "column/map.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

enum { FIRST_SLOTS = 8, WINDOW = 8 };

static size_t entries_size(const struct map *m, uint32_t cap) {
    return (size_t)cap * m->stride * sizeof(union word);
}

static size_t slots_size(uint32_t mask) {
    return mask ? ((size_t)mask + 1 + WINDOW) * sizeof(uint32_t) : 0;
}

size_t map_weight(const struct map *m) {
    return entries_size(m, m->cap) + slots_size(m->mask) + (m->gone ? m->cap : 0);
}

void map_drop(struct alloc *a, struct map *m) {
    mem_give(a, m->at, entries_size(m, m->cap));
    mem_give(a, m->slots, slots_size(m->mask));
    mem_give(a, m->gone, m->cap);
}

struct map *heap_map(struct heap *h, bool text_keys, enum map_values values) {
    struct map *m = heap_object_zero(h, sizeof *m);
    if (m) {
        m->text_keys = text_keys;
        m->values = (uint8_t)values;
        m->stride = values == MAP_PAIRS || values == MAP_NULLABLES ? 3 : 2;
        heap_enter(h, &m->head, OBJ_MAP);
    }
    return m;
}

/* ---- finding ---- */

static inline bool is_gone(const struct map *m, uint32_t entry) {
    return m->gone && m->gone[entry];
}

static inline bool has_key(const struct map *m, uint32_t entry, const struct map_key *key) {
    const union word *e = &m->at[(size_t)entry * m->stride];
    if (!m->text_keys) {
        return e->i == key->number;
    }
    const struct text *t = (const struct text *)e->ref;
    return t == key->text || (t->n == key->bytes.n && t->head.hash == key->hash &&
                              memcmp(t->p, key->bytes.p, t->n) == 0);
}

/* Which of the slots from here on have this tag, a bit each, and which are free. */
static inline unsigned match_window(const uint32_t *slots, uint32_t mask, uint32_t tag,
                                    unsigned *free) {
#if defined(__SSE2__)
    const __m128i keep = _mm_set1_epi32((int)~mask), wanted = _mm_set1_epi32((int)tag);
    const __m128i zero = _mm_setzero_si128();
    __m128i low = _mm_loadu_si128((const __m128i *)(const void *)slots);
    __m128i high = _mm_loadu_si128((const __m128i *)(const void *)(slots + 4));
    __m128i same = _mm_packs_epi32(_mm_cmpeq_epi32(_mm_and_si128(low, keep), wanted),
                                   _mm_cmpeq_epi32(_mm_and_si128(high, keep), wanted));
    __m128i empty = _mm_packs_epi32(_mm_cmpeq_epi32(low, zero), _mm_cmpeq_epi32(high, zero));
    unsigned both = (unsigned)_mm_movemask_epi8(_mm_packs_epi16(same, empty));
    *free = both >> 8;
    return both & 0xFF & ~*free;
#else
    unsigned found = 0, none = 0;
    for (unsigned i = 0; i < WINDOW; i++) {
        none |= (unsigned)(slots[i] == 0) << i;
        found |= (unsigned)((slots[i] & ~mask) == tag) << i;
    }
    *free = none;
    return found & ~none;
#endif
}

static inline unsigned first_bit(unsigned bits) {
#if defined(__GNUC__)
    return (unsigned)__builtin_ctz(bits);
#else
    unsigned i = 0;
    while (!(bits >> i & 1)) {
        i++;
    }
    return i;
#endif
}

/* Number of the entry, or m->n. */
static inline uint32_t find_entry(const struct map *m, const struct map_key *key) {
    /* The key of an entry that is gone may have been collected: it is not looked at. */
    if (m->last < m->n && !is_gone(m, m->last) && has_key(m, m->last, key)) {
        return m->last;
    }
    uint32_t mask = m->mask, tag = key->hash & ~mask;
    if (!mask) {
        return m->n;
    }
    for (uint32_t at = key->hash & mask;; at = (at + WINDOW) & mask) {
        unsigned free, found = match_window(&m->slots[at], mask, tag, &free);
        for (; found; found &= found - 1) {
            uint32_t entry = (m->slots[at + first_bit(found)] & mask) - 1;
            if (LIKELY(!is_gone(m, entry) && has_key(m, entry, key))) {
                return entry;
            }
        }
        if (free) {
            return m->n;
        }
    }
}

union word *map_find(struct map *m, const struct map_key *key) {
    uint32_t entry = find_entry(m, key);
    if (entry == m->n) {
        return NULL;
    }
    m->last = entry;
    return &m->at[(size_t)entry * m->stride + 1];
}

/* Keys that are read from where the map's own came from are the same objects, so that their bytes
 * need not be looked at. */
union word *map_find_text(struct map *m, const struct text *key) {
    uint32_t mask = m->mask, stride = m->stride, hash = text_hash(key), tag = hash & ~mask;
    if (UNLIKELY(!mask)) {
        return NULL;
    }
    for (uint32_t at = hash & mask;; at = (at + WINDOW) & mask) {
        unsigned free, found = match_window(&m->slots[at], mask, tag, &free);
        for (; found; found &= found - 1) {
            uint32_t entry = (m->slots[at + first_bit(found)] & mask) - 1;
            union word *e = &m->at[(size_t)entry * stride];
            if (UNLIKELY(is_gone(m, entry))) { /* its key may have been collected */
                continue;
            }
            if (LIKELY(e->ref == &key->head || text_equal((const struct text *)e->ref, key))) {
                m->last = entry;
                return e + 1;
            }
        }
        if (LIKELY(free)) {
            return NULL;
        }
    }
}

uint32_t map_next(const struct map *m, uint32_t at) {
    while (at < m->n && is_gone(m, at)) {
        at++;
    }
    return at;
}

/* ---- growing ---- */

static uint32_t entry_hash(const struct map *m, const union word *e) {
    return m->text_keys ? text_hash((const struct text *)e->ref) : key_of_int(e->i).hash;
}

static void put_slot(uint32_t *slots, uint32_t mask, uint32_t hash, uint32_t entry) {
    uint32_t i = hash & mask;
    while (slots[i]) {
        i = (i + 1) & mask;
    }
    slots[i] = (hash & ~mask) | (entry + 1);
    if (i < WINDOW) {
        slots[mask + 1 + i] = slots[i];
    }
}

/* The entries that are there, one after the other at `to`. */
static uint32_t move_entries(const struct map *m, union word *to) {
    if (!m->gone) {
        if (m->n) {
            memcpy(to, m->at, entries_size(m, m->n));
        }
        return m->n;
    }
    uint32_t n = 0;
    for (uint32_t i = map_next(m, 0); i < m->n; i = map_next(m, i + 1)) {
        memcpy(&to[(size_t)n++ * m->stride], &m->at[(size_t)i * m->stride], m->stride * sizeof *to);
    }
    return n;
}

/* What `from` holds, without what was removed, in new blocks of a table with so many slots. */
static bool build(struct heap *h, struct map *to, const struct map *from, uint32_t mask) {
    uint32_t cap = (mask + 1) / 4 * 3;
    uint32_t *slots = heap_zero(h, slots_size(mask));
    union word *at = slots ? heap_resize(h, NULL, 0, entries_size(from, cap)) : NULL;
    if (!at) {
        mem_give(h->alloc, slots, slots_size(mask));
        return false;
    }
    uint32_t n = move_entries(from, at);
    for (uint32_t i = 0; i < n; i++) {
        put_slot(slots, mask, entry_hash(from, &at[(size_t)i * from->stride]), i);
    }
    *to = (struct map){.head = from->head,
                       .text_keys = from->text_keys,
                       .values = from->values,
                       .stride = from->stride,
                       .n = n,
                       .live = n,
                       .cap = cap,
                       .mask = mask,
                       .slots = slots,
                       .at = at};
    return true;
}

static bool grow(struct heap *h, struct map *m) {
    if (m->mask >= UINT32_MAX / 4) {
        return false;
    }
    bool crowded = m->live >= m->cap / 2; /* else it is removed entries that fill it */
    uint32_t slots = m->mask ? m->mask + 1 : FIRST_SLOTS;
    struct map grown;
    if (!build(h, &grown, m, (m->mask && crowded ? slots * 2 : slots) - 1)) {
        return false;
    }
    grown.head = m->head; /* building may have collected */
    map_drop(h->alloc, m);
    *m = grown;
    return true;
}

struct map *heap_map_copy(struct heap *h, const struct map *m) {
    struct map draft = {.text_keys = m->text_keys, .values = m->values, .stride = m->stride};
    if (m->live && !build(h, &draft, m, m->mask)) {
        return NULL;
    }
    struct map *copy = heap_object_zero(h, sizeof *copy);
    if (!copy) {
        map_drop(h->alloc, &draft);
        return NULL;
    }
    *copy = draft;
    copy->head = (struct object){0};
    for (uint32_t i = 0; m->values == MAP_REFS && i < copy->n; i++) {
        object_share(copy->at[(size_t)i * copy->stride + 1].ref);
    }
    heap_enter(h, &copy->head, OBJ_MAP);
    return copy;
}

/* ---- changing ---- */

/* A text key as an object that nobody changes, with its hash. */
static bool own_key(struct heap *h, struct map_key *key) {
    if (!key->text) {
        key->text = heap_text(h, key->bytes);
        if (!key->text) {
            return false;
        }
        key->text->head.hash = key->hash;
    }
    object_share(&key->text->head);
    return true;
}

union word *map_put(struct heap *h, struct map *m, struct map_key *key) {
    union word *found = map_find(m, key);
    if (found) {
        return found;
    }
    if ((m->n == m->cap && !grow(h, m)) || (m->text_keys && !own_key(h, key))) {
        return NULL;
    }
    uint32_t entry = m->n++;
    union word *e = &m->at[(size_t)entry * m->stride];
    memset(e, 0, m->stride * sizeof *e);
    if (m->text_keys) {
        e->ref = &key->text->head;
    } else {
        e->i = key->number;
    }
    put_slot(m->slots, m->mask, key->hash, entry);
    if (m->gone) {
        m->gone[entry] = 0;
    }
    m->live++;
    m->last = entry;
    return e + 1;
}

bool map_remove(struct heap *h, struct map *m, const struct map_key *key) {
    uint32_t entry = find_entry(m, key);
    if (entry == m->n) {
        return true;
    }
    if (!m->gone && !(m->gone = heap_zero(h, m->cap))) {
        return false;
    }
    m->gone[entry] = 1;
    m->live--;
    return true;
}
