/* Sums over single rows, in the order of rows. */
#include "stdlib/network/degree.h"
#include <math.h>

uint32_t degree_of(const struct graph *g, uint32_t v, enum ends ends) {
    uint64_t from = row_length(&g->out, g->place[v]), to = row_length(&g->in, g->place[v]);
    if (!g->directed || ends == ENDS_FROM) {
        return (uint32_t)from;
    }
    return (uint32_t)(ends == ENDS_TO ? to : from + to);
}

static double row_strength(const struct rows_of_ties *rows, uint32_t v) {
    double sum = 0;
    for (uint64_t i = rows->start[v]; i < rows->start[v + 1]; i++) {
        sum += rows->value[i];
    }
    return sum;
}

double strength_of(const struct graph *g, uint32_t v, enum ends ends) {
    if (!g->out.value) {
        return degree_of(g, v, ends);
    }
    double from = row_strength(&g->out, g->place[v]);
    if (!g->directed || ends == ENDS_FROM) {
        return from;
    }
    double to = row_strength(&g->in, g->place[v]);
    return ends == ENDS_TO ? to : from + to;
}

double centralization_most(uint32_t nodes, bool directed, enum centrality of) {
    double n = nodes;
    switch (of) {
    case CENTRALITY_DEGREE:
        return directed ? (n - 1) * (n - 1) : (n - 1) * (n - 2);
    case CENTRALITY_DEGREE_BOTH:
        return (directed ? 2 : 1) * (n - 1) * (n - 2);
    case CENTRALITY_BETWEENNESS:
        return (n - 1) * (n - 1) * (n - 2) / (directed ? 1 : 2);
    case CENTRALITY_CLOSENESS:
        return directed ? (n - 1) * (n - 1) / n : (n - 1) * (n - 2) / (2 * n - 3);
    default:
        return directed ? n - 1 : (n - 2) * (of == CENTRALITY_EIGENVECTOR ? 1 : sqrt(0.5));
    }
}

double centralization(const double *value, uint32_t n, bool directed, enum centrality of) {
    double most = -INFINITY, below = 0;
    for (uint32_t v = 0; v < n; v++) {
        most = fmax(most, value[v]);
    }
    for (uint32_t v = 0; v < n; v++) {
        below += most - value[v];
    }
    return n < 3 ? (double)NAN : below / centralization_most(n, directed, of);
}
