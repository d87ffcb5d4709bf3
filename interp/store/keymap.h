/* From the key of an entity table's row to its row number. */
#ifndef SPOKE_STORE_KEYMAP_H
#define SPOKE_STORE_KEYMAP_H

#include "store/internal.h"

struct keymap {
    struct strmap map; /* key bytes -> spoke_id */
    struct arena keys;
    int64_t highest; /* spoke_id */
};

/* Loads the keys of a table: as a file would say them (references followed to
 * plain values) or as stored. keymap_free is due in every case. */
enum status keymap_load(struct store *s, struct span span, const struct table *t, bool plain,
                        struct keymap *m);
void keymap_init(struct keymap *m, struct alloc *alloc);
void keymap_free(struct keymap *m);
/* Keys are texts, or words: ints, dates, row numbers, the bits of floats. */
static inline struct str keymap_word(const int64_t *word) {
    return (struct str){(const char *)word, sizeof *word};
}
/* false: no memory. Copies the key. */
bool keymap_add(struct keymap *m, struct str key, int64_t id);
static inline bool keymap_find(const struct keymap *m, struct str key, int64_t *id) {
    const uint64_t *found = strmap_find(&m->map, key);
    if (found)
        *id = (int64_t)*found;
    return found != NULL;
}

#endif
