/* 512 breadth-first searches at once, a bit for each: the inner part of distances.
 *
 * Where much is going on, nodes that are not yet reached by all look at their neighbours, and stop
 * as soon as nothing is missing; busy neighbours stand first in a row and have the most to give.
 * Where little is going on, only those that were reached last tell their neighbours.
 *
 * Who was reached in a step is counted for all sources together in numbers whose digits are vectors
 * of bits: one addition for each node, not for each source. */
#ifndef SPOKE_NETWORK_SWEEP_H
#define SPOKE_NETWORK_SWEEP_H

#include "stdlib/network/graph.h"
#include "stdlib/network/lanes.h"

enum { SWEEP_SOURCES = 512, SWEEP_WORDS = SWEEP_SOURCES / 64, COUNT_DIGITS = 32, COUNT_BLOCK = 8 };

typedef uint64_t bits __attribute__((vector_size(64)));

/* How many bits were set at each place: binary digits, lowest first. */
struct bit_count {
    bits digit[COUNT_DIGITS];
    bits held[COUNT_BLOCK]; /* not yet added */
    uint32_t nheld;
    uint32_t digits; /* that are not all 0 */
};

/* Of one worker; used for one set of sources after the other. */
struct sweep {
    uint32_t n;
    const struct rows_of_ties *out, *in; /* the way the searches go, and the way back */
    bits *seen, *now, *next;             /* by node */
    uint32_t *active, *touched;          /* nodes in `now`, and those in `next` */
    uint32_t nactive;
    uint64_t entries; /* of the rows of those active */
    bool dirty;       /* `next` is not all 0 */
    bits all;         /* a bit for each source */
    /* Of each node, and the sources in each group: these are not counted there. NULL: all are. */
    const uint32_t *group;
    const bits *same;
    struct bit_count *count;
    struct stint stint;
};

/* What a search found at `step`: how many nodes, by source. Only while there are any. */
typedef void sweep_found(void *user, uint32_t step, const uint32_t *found);
typedef enum status sweep_fn(struct sweep *s, const uint32_t *source, uint32_t n, void *user,
                             sweep_found *found);

/* Sets the bit of source i. */
void sweep_set_bit(bits *at, uint32_t i);
enum status sweep_take(struct arena *a, uint32_t n, struct sweep *out);
sweep_fn *sweep_choose(enum vectors vectors);

#endif
