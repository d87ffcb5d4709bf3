/* Inside exec/: the rows of a window in the order of their partitions, and the values made of them.
 *
 * Everything belongs to the window's operator and is freed with it. */
#ifndef SPOKE_EXEC_WINDOW_H
#define SPOKE_EXEC_WINDOW_H

#include "exec/segment.h"

/* All rows, as they came, and how they lie in partitions: position p of the order is row order[p],
 * its partition is number[p] and begins at position start[p]. */
struct partitions {
    struct rows rows;
    uint32_t *order, *start, *number;
    uint32_t n; /* partitions */
};

/* Values of one window for all rows into `out`, an empty column of the window's type. */
enum status window_values(struct segment *s, const struct partitions *p, const struct window *w,
                          struct column *out);

#endif
