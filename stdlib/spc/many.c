/* The step-up procedure: from the largest p-value down, none above the one before. */
#include "stdlib/spc/many.h"
#include <math.h>
#include <stdlib.h>

struct ranked {
    double p;
    size_t from;
};

static int by_size(const void *a, const void *b) {
    const struct ranked *x = a, *y = b;
    int c = (x->p > y->p) - (x->p < y->p);
    return c ? c : (x->from > y->from) - (x->from < y->from);
}

bool adjust_many(struct arena *a, const double *p, size_t n, double *adjusted) {
    struct ranked *order = arena_take(a, (n + 1) * sizeof *order);
    size_t m = 0;
    if (!order) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        adjusted[i] = NAN;
        if (!isnan(p[i])) {
            order[m++] = (struct ranked){p[i], i};
        }
    }
    qsort(order, m, sizeof *order, by_size);
    double least = 1;
    for (size_t k = m; k-- > 0;) {
        least = fmin(least, order[k].p * (double)m / (double)(k + 1));
        adjusted[order[k].from] = least;
    }
    return true;
}
