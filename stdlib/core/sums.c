/* Adding up without losing what can be kept. */
#include "stdlib/core/sums.h"
#include <math.h>

bool sums_add(int64_t *sum, int64_t x) {
    if (x > 0 ? *sum > INT64_MAX - x : *sum < INT64_MIN - x) {
        return false;
    }
    *sum += x;
    return true;
}

double sums_total(const double *x, size_t n) {
    double sum = 0, lost = 0;
    for (size_t i = 0; i < n; i++) {
        double next = sum + x[i];
        lost += fabs(sum) >= fabs(x[i]) ? (sum - next) + x[i] : (x[i] - next) + sum;
        sum = next;
    }
    return isfinite(sum) ? sum + lost : sum;
}

/* Distances are taken as unsigned, where they always fit. */
bool sums_steps(int64_t first, int64_t last, int64_t step, uint64_t *n) {
    bool up = step > 0;
    *n = 0;
    if (up ? first > last : first < last) {
        return true;
    }
    uint64_t distance = up ? (uint64_t)last - (uint64_t)first : (uint64_t)first - (uint64_t)last;
    uint64_t size = up ? (uint64_t)step : 0 - (uint64_t)step;
    *n = distance / size;
    if (*n >= INT32_MAX) {
        return false;
    }
    *n += 1;
    return true;
}
