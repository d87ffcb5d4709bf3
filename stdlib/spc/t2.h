/* Several measures at once: Hotelling's T2 of points against their mean (Tracy, Young & Mason
 * 1992). */
#ifndef SPOKE_SPC_T2_H
#define SPOKE_SPC_T2_H

#include "base/base.h"

enum { T2_MOST = 12 }; /* measures */

struct t2_basis {
    size_t p; /* measures, at most T2_MOST */
    size_t m; /* points of the base without a missing value */
    double mean[T2_MOST];
    double lower[T2_MOST][T2_MOST]; /* the Cholesky factor of the covariances */
};
/* From the first `base` points; x[k][i] is measure k of point i. False: too few points (m must be
 * above p + 1), or one measure follows from others. */
bool t2_learn(const double *const *x, size_t p, size_t base, struct t2_basis *out);
/* NaN where a measure is missing. */
double t2_of(const struct t2_basis *b, const double *const *x, size_t i);
/* What one of the base's own points stays below with probability 1 - q, and what a new one does. */
double t2_limit_base(const struct t2_basis *b, double q);
double t2_limit_new(const struct t2_basis *b, double q);
/* The same for means of subgroups of n, of which m made the base; sigmas are within subgroups. */
double t2_limit_groups(double p, double m, double n, bool is_new, double q);

#endif
