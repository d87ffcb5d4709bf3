/* Entries are added until there is no more room. A column of which few fields are
 * then found again is not looked at any more: a number for each row, say. */
#include "store/recall.h"

enum { FIRST_ROOM = 64 };

static void put_slot(struct recall *r, uint32_t entry) {
    const struct recalled *e = &r->entries[entry];
    uint32_t slot = recall_slot(r, e->front, e->back);
    while (r->slots[slot])
        slot = (slot + 1) & (2 * r->room - 1);
    r->slots[slot] = entry + 1;
}

static bool grow(struct recall *r) {
    struct recall grown = *r;
    grown.room = r->room ? r->room * 2 : FIRST_ROOM;
    grown.entries = mem_take(r->alloc, grown.room * sizeof *grown.entries);
    grown.slots = mem_zero(r->alloc, 2 * grown.room * sizeof *grown.slots);
    if (!grown.entries || !grown.slots) {
        recall_free(&grown);
        return false;
    }
    if (r->n)
        memcpy(grown.entries, r->entries, r->n * sizeof *r->entries);
    recall_free(r);
    *r = grown;
    for (uint32_t i = 0; i < r->n; i++)
        put_slot(r, i);
    return true;
}

/* It goes on only while it helps. */
static void judge(struct recall *r) {
    if (r->found < r->lost) {
        recall_free(r);
        r->off = true;
    }
    r->found = r->lost = 0;
}

bool recall_add(struct recall *r, const struct csv_field *f, int64_t word, bool missing) {
    if (r->off || f->n > RECALL_BYTES)
        return true;
    if (++r->lost == 2 * (uint64_t)r->most)
        judge(r);
    if (r->off || r->n == r->most)
        return true;
    if (r->n == r->room && !grow(r))
        return false;
    struct recalled *e = &r->entries[r->n];
    *e = (struct recalled){
        .word = word, .length = (uint16_t)f->n, .quoted = f->quoted, .missing = missing};
    recall_words(f, &e->front, &e->back);
    put_slot(r, r->n);
    r->last = r->n++;
    return true;
}

void recall_forget(struct recall *r) {
    if (r->n > 0)
        memset(r->slots, 0, 2 * r->room * sizeof *r->slots);
    r->n = r->last = 0;
}

void recall_init(struct recall *r, struct alloc *alloc, uint32_t most) {
    *r = (struct recall){.alloc = alloc, .most = most < RECALL_MOST ? most : RECALL_MOST};
}

void recall_free(struct recall *r) {
    mem_give(r->alloc, r->entries, r->room * sizeof *r->entries);
    mem_give(r->alloc, r->slots, 2 * r->room * sizeof *r->slots);
    recall_init(r, r->alloc, r->most);
}
