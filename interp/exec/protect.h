/* Which cells of a table must not be shown so that its small ones stay hidden.
 *
 * A cell has a code on each axis (0: over the whole axis, a margin) and a few
 * parts, counts that add up along every axis: those who count and those who do
 * not, say. A part from 1 to `under` - 1 is small, and so is its cell.
 *
 * For every small part there must be another table, of whole numbers from 0 up,
 * with the same sums along every axis, that differs from the true one in this
 * part and in cells that are not shown. It is made by moving 1 around the corners
 * of a box through the cell, so whoever adds and subtracts what is shown, margins
 * included, cannot tell the two apart. Of all boxes the one is taken that hides
 * the fewest people more; among equals, the first in the order of the cells. */
#ifndef SPOKE_EXEC_PROTECT_H
#define SPOKE_EXEC_PROTECT_H

#include "base/alloc.h"

enum { PROTECT_AXES = 6 };

struct protect {
    uint32_t n, naxes, nparts;
    const uint32_t *codes; /* of cell 0, of cell 1, ... */
    const int64_t *parts;  /* likewise; below 0 counts as 0 */
    int64_t under;
    bool complementary;
};
struct protected_count {
    uint64_t small, others; /* cells hidden for their own sake, and for the sake of these */
};

/* Margins that are not among the cells are taken to be known from elsewhere, unless they are small
 * themselves; they are given up only where nothing else helps. `hidden`, by cell, may hold cells
 * that are not shown anyway, which are not counted. false: no memory. */
bool protect_cells(struct alloc *a, const struct protect *p, bool *hidden,
                   struct protected_count *count);

#endif
