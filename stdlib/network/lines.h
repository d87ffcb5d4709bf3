/* Lines: who belongs to whom. Each member has at most one other above it, its parent; a line leads
 * from parent to parent up to one without. */
#ifndef SPOKE_NETWORK_LINES_H
#define SPOKE_NETWORK_LINES_H

#include "stdlib/network/classes.h"

/* Lines are followed step by step, so that their length is limited. */
enum { NO_PARENT = UINT32_MAX, LINE_STEPS = 64 };

/* The first member whose line runs in a circle or is longer than LINE_STEPS; `n`: there is none.
 * Whatever follows asks for lines without such members. */
uint32_t lines_fault(const uint32_t *parent, uint32_t n);
/* Whether `above` is on the line that begins at `member`, not being it. */
bool line_leads(const uint32_t *parent, uint32_t member, uint32_t above);

/* ---- coverage ---- */

enum reach { REACH_NONE, REACH_TIED, REACH_UNKNOWN };

/* `reach`: of each member with a parent whether it, or somebody whose line leads through it, is
 * tied to that parent, in any direction. `silent`: 1 for those who did not answer, of whose absent
 * ties nothing is known; NULL: all did. */
void coverage_find(const uint32_t *parent, const uint8_t *silent, const struct ties *t,
                   uint8_t *reach);

/* ---- brokerage at a distance ---- */

/* A tie between two parents on different lines, and the paths child, parent, parent, child that
 * pass it, whose inner steps are ties too. Closed: the two children are tied themselves. */
struct brokered {
    uint32_t from, to; /* the parents */
    uint64_t paths, closed;
};
/* `out`: room for as many as there are ties; those without a path are left out. With directions all
 * steps lead the same way. false: no memory. */
bool brokered_find(struct arena *a, const uint32_t *parent, const struct ties *t,
                   struct brokered *out, uint32_t *n);

#endif
