/* The texts that cells of a workbook refer to by number.
 *
 * The last of them lie in memory, the others in a nameless file, so that memory
 * is bounded by their number alone. What is in memory belongs to the allocator of
 * the store. */
#ifndef SPOKE_STORE_SHARED_TEXTS_H
#define SPOKE_STORE_SHARED_TEXTS_H

#include "store/scratch.h"

enum { SHARED_MOST = 16 << 20, SHARED_IN_MEMORY = 32 << 20 };

struct shared_texts {
    struct store *s;
    struct span span;
    uint64_t *starts; /* by number; starts[n] is where the next one will */
    uint32_t n, room;
    struct buf kept; /* the bytes from `file.size` on */
    struct scratch file;
};

void shared_texts_init(struct shared_texts *t, struct store *s, struct span span);
void shared_texts_free(struct shared_texts *t);
/* ST_OK also when there are too many: then *full. */
enum status shared_texts_add(struct shared_texts *t, struct str text, bool *full);
/* *text lives until something is added, or lies at the end of `room`, which grows: then its p is
 * NULL. `i` is below n. */
enum status shared_texts_get(struct shared_texts *t, uint32_t i, struct buf *room,
                             struct str *text);

#endif
