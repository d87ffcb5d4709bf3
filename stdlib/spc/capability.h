/* How well a process keeps within what is asked of it (Montgomery 2009, chapter 8). */
#ifndef SPOKE_SPC_CAPABILITY_H
#define SPOKE_SPC_CAPABILITY_H

#include "base/base.h"

struct capability_asked {
    double lower, upper, target; /* NaN: not asked */
    double within;               /* sigma within subgroups, or of moving ranges; NaN: unknown */
    double level;                /* of intervals, such as 0.95 */
};
struct index_of {
    double value, low, high; /* NaN: it cannot be told */
};
struct capability {
    size_t n;
    double mean, overall, within;          /* standard deviations */
    struct index_of cp, cpk, cpm, pp, ppk; /* cp and cpk by `within` */
    size_t below, above;                   /* values outside of what is asked */
    double expected_below, expected_above; /* shares, by the normal distribution and `overall` */
};
/* Missing values (NaN) are left out. */
void capability_of(const double *x, size_t n, const struct capability_asked *asked,
                   struct capability *out);

#endif
