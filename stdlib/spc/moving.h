/* Moving ranges of a series, and the sigma that follows from them. */
#ifndef SPOKE_SPC_MOVING_H
#define SPOKE_SPC_MOVING_H

#include "stdlib/spc/limits.h"

/* What the distance of the neighbours i - 1 and i is multiplied by, where groups differ in size.
 * NULL: 1. */
typedef double range_scale(const struct spc_points *p, size_t i);

/* What the mean range of the base is: fills basis->mean_range, ranges and screened. `scratch` has
 * room for every point. False: no two neighbours of the base are present. */
bool spc_mean_range(const struct spc_points *p, const struct spc_options *o, const double *x,
                    range_scale *scale, double *scratch, struct spc_basis *basis);
/* The sigma of individuals, from basis->mean_range. */
double spc_sigma_of_range(const struct spc_options *o, double mean_range);
/* Three sigma of a moving range above its mean, in mean ranges: D4(2). */
double spc_range_limit(const struct spc_options *o);

/* Whether a point is in the base: there, present (x is not NaN) and no ghost. */
static inline bool spc_in_base(const struct spc_points *p, const double *x, size_t i) {
    return i >= p->base_first && i < p->base_stop && x[i] == x[i] && !(p->ghost && p->ghost[i]);
}

#endif
