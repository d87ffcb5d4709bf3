/* Many charts at once: how many signals chance alone would give, and which p-values stand out among
 * so many. */
#ifndef SPOKE_SPC_MANY_H
#define SPOKE_SPC_MANY_H

#include "base/arena.h"

/* Benjamini and Hochberg's adjusted p-values (1995), into `adjusted`; NaN stays NaN and does not
 * count. Rejecting those at most q keeps the share of false ones among them to q. False: no
 * memory. */
bool adjust_many(struct arena *a, const double *p, size_t n, double *adjusted);

#endif
