/* Streams are told apart by splitmix64 twice: the seed is scattered before the number of the draw
 * is added, so that neighbouring seeds do not share streams. */
#include "stdlib/network/permutation.h"
#include <math.h>
#include <stdlib.h>

void draw_begin(struct generator *g, uint64_t seed, uint64_t number) {
    uint64_t state = seed;
    uint64_t scattered = splitmix_next(&state) + number;
    generator_seed(g, splitmix_next(&scattered));
}

void draw_order(uint64_t seed, uint64_t number, uint32_t n, uint32_t *order) {
    struct generator g;
    draw_begin(&g, seed, number);
    for (uint32_t i = 0; i < n; i++) {
        order[i] = i;
    }
    generator_shuffle(&g, order, n, n);
}

double tail_share(uint64_t count, uint64_t draws) {
    return ((double)count + 1) / ((double)draws + 1);
}

double tails_both(const struct tails *t, uint64_t draws) {
    return fmin(1, 2 * tail_share(t->low < t->high ? t->low : t->high, draws));
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double quantile(const double *sorted, uint64_t n, double share) {
    double at = share * (double)(n - 1);
    uint64_t below = (uint64_t)at;
    uint64_t above = below + 1 < n ? below + 1 : below;
    return sorted[below] + (at - (double)below) * (sorted[above] - sorted[below]);
}

struct spread spread_of(double *drawn, size_t n, double observed) {
    struct spread s = {.mean = NAN, .sd = NAN, .lowest = NAN, .middle = NAN, .highest = NAN};
    double sum = 0, square = 0;
    for (size_t i = 0; i < n; i++) {
        if (!isnan(drawn[i])) {
            drawn[s.n++] = drawn[i];
            sum += drawn[i];
            tails_add(&s.tails, drawn[i], observed);
        }
    }
    if (s.n == 0) {
        return s;
    }
    s.mean = sum / (double)s.n;
    for (size_t i = 0; i < s.n; i++) {
        square += (drawn[i] - s.mean) * (drawn[i] - s.mean);
    }
    s.sd = s.n > 1 ? sqrt(square / (double)(s.n - 1)) : (double)NAN;
    qsort(drawn, s.n, sizeof *drawn, by_size);
    s.lowest = quantile(drawn, s.n, .025);
    s.middle = quantile(drawn, s.n, .5);
    s.highest = quantile(drawn, s.n, .975);
    return s;
}
