/* Stretches: neighbouring rows of a batch with the same keys.
 *
 * Rows that come in the order of their key have few of them; then a grouping
 * numbers one row of each and adds up the others by the stretch. */
#ifndef SPOKE_EXEC_STRETCH_H
#define SPOKE_EXEC_STRETCH_H

#include "exec/rows.h"

/* Shorter ones on average than this gain nothing. */
enum { STRETCH_WORTH = 4, MOST_STRETCHES = BATCH_ROWS / STRETCH_WORTH };

struct stretches {
    uint32_t n;
    uint32_t starts[MOST_STRETCHES + 1]; /* the last is the number of rows */
};

/* Finds the stretches of a batch by the values of some slots; false: there are too many. */
bool stretches_find(const struct batch *b, const uint32_t *slots, uint32_t nslots,
                    struct stretches *out);

#endif
