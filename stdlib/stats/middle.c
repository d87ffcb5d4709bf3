/* Middles of samples; see middle.h. */
#include "stdlib/stats/middle.h"
#include <math.h>

/* Puts the value that is k-th by size in its place, none larger before and none smaller behind it
 * (Hoare 1961). */
static void select_kth(double *x, size_t n, size_t k) {
    size_t low = 0, high = n;
    while (high - low > 1) {
        double pivot = x[low + (high - 1 - low) / 2]; /* never the last: both parts get smaller */
        size_t i = low, j = high - 1;
        for (;;) {
            while (x[i] < pivot) {
                i++;
            }
            while (x[j] > pivot) {
                j--;
            }
            if (i >= j) {
                break;
            }
            double spare = x[i];
            x[i++] = x[j];
            x[j--] = spare;
        }
        *(k <= j ? &high : &low) = j + 1;
    }
}

double stats_median_in_place(double *x, size_t n) {
    if (n == 0) {
        return NAN;
    }
    select_kth(x, n, n / 2);
    double high = x[n / 2];
    if (n % 2) {
        return high;
    }
    double low = x[0];
    for (size_t i = 1; i < n / 2; i++) {
        low = x[i] > low ? x[i] : low;
    }
    return low + (high - low) / 2;
}

double stats_median(struct arena *a, const double *x, size_t n) {
    double *present = arena_take(a, n * sizeof *present);
    if (!present) {
        return NAN;
    }
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        if (!isnan(x[i])) {
            present[count++] = x[i];
        }
    }
    return stats_median_in_place(present, count);
}
