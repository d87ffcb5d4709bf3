/* What measures that are found step by step share. */
#ifndef SPOKE_NETWORK_ITERATION_H
#define SPOKE_NETWORK_ITERATION_H

#include "stdlib/network/graph.h"

/* How an iteration went; every result of one says so. */
struct iteration {
    uint32_t steps;
    double residual; /* the error at its end, in the measure of each function */
    bool reached;    /* it got below the error that was asked for */
};

/* Sum over row v of values times x: what its neighbours have. Four sums side by side, always in the
 * same order. */
static inline double row_sum(const struct rows_of_ties *rows, uint32_t v, const double *x) {
    uint64_t i = rows->start[v], end = rows->start[v + 1];
    double sum[4] = {0, 0, 0, 0};
    for (; rows->value && i < end; i++) {
        sum[0] += rows->value[i] * x[rows->node[i]];
    }
    for (; i + 4 <= end; i += 4) {
        sum[0] += x[rows->node[i]];
        sum[1] += x[rows->node[i + 1]];
        sum[2] += x[rows->node[i + 2]];
        sum[3] += x[rows->node[i + 3]];
    }
    for (; i < end; i++) {
        sum[0] += x[rows->node[i]];
    }
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

#endif
