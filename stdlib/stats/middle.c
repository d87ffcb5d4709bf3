/* Middles of samples; see middle.h. */
#include "stdlib/stats/middle.h"
#include <math.h>
#include <stdlib.h>

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double stats_median(struct arena *a, const double *x, size_t n) {
    double *sorted = arena_take(a, n * sizeof *sorted);
    if (!sorted) {
        return NAN;
    }
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        if (!isnan(x[i])) {
            sorted[count++] = x[i];
        }
    }
    if (count == 0) {
        return NAN;
    }
    qsort(sorted, count, sizeof *sorted, by_size);
    double high = sorted[count / 2];
    return count % 2 ? high : sorted[count / 2 - 1] + (high - sorted[count / 2 - 1]) / 2;
}
