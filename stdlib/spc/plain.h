/* Loops over points that are all there, which need not ask of each whether it is. Sums go by four,
 * which is quicker than one after the other and no less exact. */
#ifndef SPOKE_SPC_PLAIN_H
#define SPOKE_SPC_PLAIN_H

#include "stdlib/spc/bits.h"
#include "stdlib/spc/limits.h"
#include <math.h>

/* Whether every point is in the base, if it is there at all. What is not there, or not finite,
 * shows in sums, which are not finite then, and in ranges, which are fewer. */
static inline bool plain_base(const struct spc_points *p) {
    return p->n && !p->ghost && p->base_first == 0 && p->base_stop >= p->n;
}

static inline double plain_sum(const double *x, size_t n) {
    pair a = {0, 0}, b = {0, 0};
    size_t i = 0;
    for (; i + 4 <= n; i += 4) {
        a += pair_at(x + i);
        b += pair_at(x + i + 2);
    }
    a += b;
    double sum = a[0] + a[1];
    for (; i < n; i++) {
        sum += x[i];
    }
    return sum;
}

/* Of the distances of neighbours that are below `most`; how many they are. */
static inline double plain_ranges(const double *x, size_t n, double most, size_t *many) {
    pair sum = {0, 0};
    pair_mask count = {0, 0};
    size_t i = 0;
    for (; i + 3 <= n; i += 2) {
        pair range = pair_size(pair_at(x + i + 1) - pair_at(x + i));
        pair_mask small = range < most;
        sum += (pair)((pair_mask)range & small);
        count -= small;
    }
    double out = sum[0] + sum[1];
    *many = (size_t)(count[0] + count[1]);
    for (; i + 1 < n; i++) {
        double range = fabs(x[i + 1] - x[i]);
        out += range < most ? range : 0;
        *many += range < most;
    }
    return out;
}

#endif
