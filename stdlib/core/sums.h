/* Adding up. */
#ifndef SPOKE_CORE_SUMS_H
#define SPOKE_CORE_SUMS_H

#include "base/base.h"

/* Adds x to *sum; false: it does not fit, and *sum is as before. */
bool sums_add(int64_t *sum, int64_t x);
/* Compensated (Neumaier), so that the order of large and small does not matter. */
double sums_total(const double *x, size_t n);
/* How many numbers there are from first to last by `step` (not 0); false: more than INT32_MAX. */
bool sums_steps(int64_t first, int64_t last, int64_t step, uint64_t *n);

#endif
