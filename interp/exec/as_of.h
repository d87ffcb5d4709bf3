/* Pieces of days by key: which of them holds a day.
 *
 * The rows of a leg whose keys are followed by the first day of a piece and the day behind its last
 * (missing: it goes on). Made once, then only read, by several threads where that is said. */
#ifndef SPOKE_EXEC_AS_OF_H
#define SPOKE_EXEC_AS_OF_H

#include "exec/by_day.h"
#include "exec/segment.h"

struct as_of {
    struct alloc *alloc;
    uint32_t nkeys;
    bool by_word; /* one key column of words: `codes`; else `keying` */
    struct codes codes;
    struct keying keying;
    struct by_day list;
    int64_t *start, *stop;        /* by place in list.order */
    const struct column *holding; /* how many rows hold in the piece, where that is counted */
};
/* Free it in any case. */
enum status as_of_make(struct as_of *a, struct run *run, const struct rows *rows, uint32_t nkeys,
                       bool tells);
void as_of_free(struct as_of *a);
/* Whether threads may look things up at the same time. */
bool as_of_is_shared(const struct plan *leg, uint32_t nkeys);
/* The rows of the leg, or NO_ROW, for n rows with these keys on these days. Counts in `asked` the
 * rows that have key and day, but no piece, and those whose piece is one of several rows. `numbers`
 * is room. false: no memory. */
bool as_of_find(struct as_of *a, const struct column *const *keys, const struct column *day,
                uint32_t n, uint32_t *numbers, uint32_t *found, struct asked_history *asked);

#endif
