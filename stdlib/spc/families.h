/* Inside spc: families of kinds, each finding centre and sigma of every point.
 *
 * Before, `out->value` holds what was given (shares and rates already divided); after, what is
 * drawn. `out->z` is scratch until the lines are drawn. */
#ifndef SPOKE_SPC_FAMILIES_H
#define SPOKE_SPC_FAMILIES_H

#include "stdlib/spc/moving.h"
#include "stdlib/stats/middle.h"
#include <math.h>

struct spc_work {
    const struct spc_points *p;
    const struct spc_options *o;
    const struct spc_lines *out;
    struct spc_basis *basis;
};

/* limits.c. The mean of the base, which also counts it; NaN: it is empty. */
double spc_base_mean(const struct spc_work *w, const double *x);
/* Its median, by way of `out->z`; also counts it. */
double spc_base_median(const struct spc_work *w);
/* The centre given beforehand, else the one that was found. */
double spc_centre(const struct spc_work *w, double found);
double spc_multiple(const struct spc_options *o);
/* How many sigmas from the centre. What rounding left of a value on the centre is no distance, even
 * where sigma is 0 or has been left by rounding, too. */
static inline double spc_distance(double value, double centre, double sigma) {
    double far = value - centre, distance = far / sigma;
    return fabs(far) <= 1e-12 * fabs(value) ? 0 : distance;
}
/* Of one point; one that is missing has no sigma. */
void spc_put_line(const struct spc_work *w, size_t i, double centre, double sigma);
void spc_same_lines(const struct spc_work *w, double centre, double sigma);

/* attribute.c */
bool spc_shares(const struct spc_work *w);
bool spc_shares_laney(const struct spc_work *w);
bool spc_counts_of(const struct spc_work *w);
bool spc_counts(const struct spc_work *w);
bool spc_rates(const struct spc_work *w);
bool spc_rates_laney(const struct spc_work *w);
bool spc_i_prime(const struct spc_work *w);

/* subgroup.c */
bool spc_means(const struct spc_work *w);
bool spc_ranges(const struct spc_work *w);
bool spc_deviations(const struct spc_work *w);

/* rare.c: these draw all lines themselves. */
bool spc_cases_between(const struct spc_work *w);
bool spc_time_between(const struct spc_work *w);

/* memory.c */
bool spc_weighted_average(const struct spc_work *w);
bool spc_moving_average(const struct spc_work *w);

#endif
