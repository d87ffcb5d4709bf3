/* Middles of samples. Missing values are NaN and left out. */
#ifndef SPOKE_STDLIB_STATS_MIDDLE_H
#define SPOKE_STDLIB_STATS_MIDDLE_H

#include "base/arena.h"

/* The middle value, or the mean of the middle two. NaN when nothing is present; scratch room comes
 * from `a` (NaN when refused). */
double stats_median(struct arena *a, const double *x, size_t n);

/* The same of values that are all present, which change their order. NaN: there are none. */
double stats_median_in_place(double *x, size_t n);

#endif
