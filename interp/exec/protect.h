/* Which cells of a table must not be shown so that its small ones stay hidden.
 *
 * A cell has a code on each axis (0: over the whole axis, a margin) and a few
 * parts, counts that add up along every axis: the people in it, those who count,
 * those who do not, say. A part from 1 to `under` - 1 is small, and so is its cell.
 *
 * For every small part there must be another table, of whole numbers from 0 up,
 * with the same sums along every axis, that differs from the true one in this
 * part and in cells that are hidden for its sake. So whoever adds and subtracts
 * what is shown, margins included, cannot tell the two apart, not even who knows
 * the other parts. Of all such tables the one is taken that hides the fewest people
 * more; among equals, the first in the order of the cells.
 *
 * Of a table of several axes the tables of fewer are protected first, each as if
 * it had been asked for alone. */
#ifndef SPOKE_EXEC_PROTECT_H
#define SPOKE_EXEC_PROTECT_H

#include "base/alloc.h"

enum { PROTECT_AXES = 6 };

struct protect {
    uint32_t n, naxes, nparts;
    const uint32_t *codes; /* of cell 0, of cell 1, ... */
    const int64_t *parts;  /* likewise; below 0 counts as 0. The first is of people: the others are
                              of  these, and cells hidden for its sake are hidden in every table */
    const bool *secret;    /* by cell: as if small, whatever is in it; NULL: none */
    int64_t under;
    bool complementary;
};
struct protected_count {
    uint64_t small, others; /* cells hidden for their own sake, and for the sake of these */
};

/* Margins that are not among the cells are taken to be known from elsewhere, unless they are small
 * themselves or were hidden in the table that they belong to; others are given up only where
 * nothing else helps, and never the sum of all. `hidden`, by cell, is all false. false: no memory.
 */
bool protect_cells(struct alloc *a, const struct protect *p, bool *hidden,
                   struct protected_count *count);

#endif
