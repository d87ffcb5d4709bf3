/* Core and periphery (Borgatti and Everett 1999, Models of core/periphery structures).
 *
 * Directions do not matter to who is in the core: a pair tied both ways counts twice where ties
 * have directions. Values of ties do not count. */
#ifndef SPOKE_NETWORK_CORE_PERIPHERY_H
#define SPOKE_NETWORK_CORE_PERIPHERY_H

#include "stdlib/network/iteration.h"

/* Ties and pairs that could be tied by where they begin and end: 1 the core, 0 the periphery.
 * Without directions those between the two stand in [1][0] and [0][1] alike. */
struct core_blocks {
    uint64_t ties[2][2], pairs[2][2];
};

/* `core`: 1 or 0 of each, in the caller's numbers. `correlation`: of ties with the pattern in which
 * all pairs with an end in the core are tied, and no others. The split with the highest that a
 * search found: from the busiest on, then by rounds of moves while they gain, and again from splits
 * that are shaken at random. NaN, and nobody in the core: none of the patterns differs from
 * another, or no pair or every pair is tied. */
struct core_split {
    uint32_t members; /* of the core */
    double correlation;
    struct core_blocks blocks;
};
enum status find_core(const struct network_host *host, const struct graph *g, uint64_t seed,
                      uint8_t *core, struct core_split *out);

/* `out`: how much each is in the core: x so that x_i x_j are nearest to the matrix of ties by least
 * squares, its first eigenvector, squares adding up to 1. `correlation`: of ties with x_i x_j. */
struct coreness {
    double correlation;
    struct iteration how;
};
enum status coreness(const struct network_host *host, const struct graph *g, double *out,
                     struct coreness *found);

#endif
