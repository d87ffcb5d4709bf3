/* Limits of the individuals chart (XmR) and of the p chart.
 *
 * A missing value is NaN; the moving ranges on both sides of it are left out.
 * Limits are given unclamped with their sigma, since zones and rules need
 * those; clamping is for showing. */
#ifndef SPOKE_SPC_XMR_H
#define SPOKE_SPC_XMR_H

#include "base/base.h"

/* What three sigma is in mean moving ranges: 3 / d2(2). The exact value is
 * 3 / (2 / sqrt(pi)) = 2.658681; books round d2 to 1.128 or the product to 2.66. */
enum xmr_constant { XMR_WHEELER, XMR_TABLE, XMR_EXACT, XMR_CONSTANTS };
double xmr_factor(enum xmr_constant constant);
const char *xmr_constant_name(enum xmr_constant constant); /* "wheeler", "table", "exact" */

struct xmr {
    size_t n, ranges; /* values present; moving ranges used */
    double centre, mean_range, sigma;
};
/* false: fewer than two neighbours are present. */
bool xmr_limits(const double *x, size_t n, double factor, struct xmr *out);

struct p_chart {
    size_t n;              /* subgroups with a denominator */
    double centre;         /* sum of counts / sum of sizes */
    double sigma_z;        /* Laney's: 1 when the counts vary as chance has it; NaN when unknown */
    double least_expected; /* smallest size * centre */
};
/* A subgroup with size <= 0 is left out; its sigma is NaN. false: none is left. */
bool p_limits(const int64_t *count, const int64_t *size, size_t n, struct p_chart *out,
              double *sigma);

#endif
