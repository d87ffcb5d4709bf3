/* What fields of a column became, by their bytes: values repeat, and comparing
 * sixteen bytes is faster than reading a number, a day or a reference again, and
 * checking it against its domain. Only values that were taken are remembered.
 *
 * Entries lie in the order in which they were first seen. Files have an order,
 * too: mostly the next field is the one before again, or the one that followed
 * that when both were new, so these two are looked at before a hash is made. */
#ifndef SPOKE_STORE_RECALL_H
#define SPOKE_STORE_RECALL_H

#include "base/hash.h"
#include "store/csv.h"

enum { RECALL_BYTES = 16, RECALL_USUAL = 1 << 16, RECALL_MOST = 1 << 18 };

struct recalled {
    uint64_t front, back; /* the field's first and last 8 bytes, or all of them */
    int64_t word;
    uint16_t length;
    bool quoted, missing;
};

struct recall {
    struct alloc *alloc;
    struct recalled *entries;
    uint32_t *slots;      /* by hash: number of the entry + 1; twice as many as entries */
    uint32_t n, room;     /* entries; room is 0 or a power of two */
    uint32_t most;        /* entries that there may be */
    uint32_t last;        /* the entry found or added last */
    uint64_t found, lost; /* how often, since that was judged last */
    bool off;             /* too few of them were found */
};

/* NULL: it is not known. */
static inline const struct recalled *recall_find(struct recall *r, const struct csv_field *f);
/* Remembers a field, unless it is long or there are too many. false: no memory. */
bool recall_add(struct recall *r, const struct csv_field *f, int64_t word, bool missing);
/* Forgets all entries, and keeps their room. */
void recall_forget(struct recall *r);
/* At most `most` entries, or RECALL_MOST. */
void recall_init(struct recall *r, struct alloc *alloc, uint32_t most);
void recall_free(struct recall *r);

/* ---- in detail ---- */

/* The field's bytes as two words, which tell fields of one length apart. */
static inline void recall_words(const struct csv_field *f, uint64_t *front, uint64_t *back) {
    if (f->n >= sizeof(uint64_t)) {
        memcpy(front, f->p, sizeof *front);
        memcpy(back, f->p + f->n - sizeof *back, sizeof *back);
        return;
    }
    uint32_t low = 0, high = 0;
    if (f->n >= sizeof low) {
        memcpy(&low, f->p, sizeof low);
        memcpy(&high, f->p + f->n - sizeof high, sizeof high);
    } else if (f->n > 0) {
        low = (uint32_t)(unsigned char)f->p[0] | (uint32_t)(unsigned char)f->p[f->n / 2] << 8 |
              (uint32_t)(unsigned char)f->p[f->n - 1] << 16;
    }
    *front = low;
    *back = high;
}

static inline uint32_t recall_slot(const struct recall *r, uint64_t front, uint64_t back) {
    uint64_t mixed = (front ^ (back << 21 | back >> 43)) * 0x9e3779b97f4a7c15u;
    return (uint32_t)(mixed >> 32) & (2 * r->room - 1);
}

static inline bool recall_is(const struct recalled *e, const struct csv_field *f, uint64_t front,
                             uint64_t back) {
    return e->front == front && e->back == back && e->length == f->n && e->quoted == f->quoted;
}

static inline const struct recalled *recall_find(struct recall *r, const struct csv_field *f) {
    uint64_t front, back;
    if (r->n == 0 || f->n > RECALL_BYTES)
        return NULL;
    recall_words(f, &front, &back);
    r->found++;
    if (recall_is(&r->entries[r->last], f, front, back))
        return &r->entries[r->last];
    uint32_t next = r->last + 1 < r->n ? r->last + 1 : 0;
    if (recall_is(&r->entries[next], f, front, back)) {
        r->last = next;
        return &r->entries[next];
    }
    for (uint32_t slot = recall_slot(r, front, back); r->slots[slot];
         slot = (slot + 1) & (2 * r->room - 1)) {
        uint32_t entry = r->slots[slot] - 1;
        if (recall_is(&r->entries[entry], f, front, back)) {
            r->last = entry;
            return &r->entries[entry];
        }
    }
    r->found--;
    return NULL;
}

#endif
