/* Cumulative sums of deviations (Page 1954), and how long charts with a memory run before they
 * signal.
 *
 * Lengths of runs are mean numbers of points until the first signal, of normal points whose mean
 * lies `shift` sigmas from the target from the start. */
#ifndef SPOKE_SPC_CUSUM_H
#define SPOKE_SPC_CUSUM_H

#include "base/base.h"

struct cusum_options {
    double target, sigma; /* sigma above 0 */
    double slack;         /* k: what is forgiven of each deviation, in sigmas */
    double limit;         /* h, in sigmas; a signal is strictly beyond */
    double head;          /* where both sums start, in sigmas (fast initial response) */
};
/* Both sums of every point, in sigmas: `high` of deviations upwards, `low` downwards, neither below
 * 0. A value that is missing (NaN) leaves the sums as they were and is NaN itself. */
void cusum_path(const double *value, size_t n, const struct cusum_options *o, double *high,
                double *low);

/* One-sided, by Gauss quadrature of its integral equation; NaN: not 0 < limit <= 20, slack >= 0 and
 * 0 <= head < limit. */
double cusum_run_length_one(double slack, double limit, double shift, double head);
/* Of both sides at once, which start at 0. */
double cusum_run_length(double slack, double limit, double shift);
/* Of a weighted average with limits at `multiple` of its own lasting sigma. NaN: not 0 < weight <=
 * 1 and 0 < multiple <= 6. */
double ewma_run_length(double weight, double multiple, double shift);
/* Of single points: 1 / P(beyond `multiple` sigmas). */
double shewhart_run_length(double multiple, double shift);

#endif
