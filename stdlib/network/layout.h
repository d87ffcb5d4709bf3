/* Where the members of a network stand in a picture.
 *
 * Layouts know ties and numbers only: a unit of length is what one tie should be long, and nothing
 * has a size yet. Directions do not matter. All of it is in the caller's numbers, and the same ties
 * and the same seed give the same places, bit by bit, whatever the order of the ties and the number
 * of threads. */
#ifndef SPOKE_NETWORK_LAYOUT_H
#define SPOKE_NETWORK_LAYOUT_H

#include "stdlib/network/graph.h"

struct spot {
    double x, y; /* y goes down */
};

/* ---- by distance ---- */

enum {
    /* Connected parts up to so many nodes are laid out by the distances of all pairs, larger ones
     * by those from LAYOUT_PIVOTS nodes. */
    LAYOUT_PAIRS_NODES = 3000,
    LAYOUT_PIVOTS = 200,
    LAYOUT_NODES = 1 << 20 /* more: ST_LIMIT */
};

struct stress_options {
    uint64_t seed;
    /* Where nodes stood before, NaN for those that were not there; NULL: nowhere. The layout then
     * begins there and goes no farther than it must. */
    const struct spot *before;
    /* How much they hold on to these places, 0 to below 1: anchored stress (Brandes, Indlekofer and
     * Mader 2012). Of no account in parts over pivots. */
    double hold;
};

/* Nodes stand as far from each other as the shortest path between them is long, as well as that
 * goes in a plane: stress is least (Kamada and Kawai 1989; Gansner, Koren and North 2004), found by
 * stochastic gradient descent (Zheng, Pawar and Goodman 2019), in larger parts over pivots
 * (Ortmann, Klimenta and Brandes 2017). Parts that are not connected stand beside each other. */
enum status layout_stress(const struct network_host *host, const struct graph *g,
                          const struct stress_options *options, struct spot *out);

/* The mean over connected pairs of ((distance in the plane - d) / d)^2, after all is scaled as
 * suits it best: 0 is a perfect picture. 0 without such pairs. */
enum status layout_stress_of(const struct network_host *host, const struct graph *g,
                             const struct spot *at, double *stress);

/* ---- by level ---- */

/* `layer`: of each node, from 0 downwards, below n. Within layers nodes are ordered so that few
 * ties cross (barycentres and exchanges of neighbours, Sugiyama, Tagawa and Toda 1981), and stand
 * below those they are tied to. Layers with more than `row` nodes take several rows. */
enum status layout_layers(const struct network_host *host, const struct graph *g,
                          const uint32_t *layer, uint32_t row, struct spot *out);
/* Pairs of ties between different layers that cross. */
enum status layout_crossings(const struct network_host *host, const struct graph *g,
                             const uint32_t *layer, const struct spot *at, uint64_t *crossings);

/* ---- around one ---- */

enum { LAYOUT_FAR = UINT32_MAX };
/* `steps`: how far each node is from `ego`; LAYOUT_FAR beyond `most`. Directions do not matter. */
enum status layout_steps(const struct network_host *host, const struct graph *g, uint32_t ego,
                         uint32_t most, uint32_t *steps);
/* The ego in the middle at 0, 0, those a step away on a ring, those two steps away on the next one.
 * Nodes that are LAYOUT_FAR stay where `out` has them. */
enum status layout_ego(const struct network_host *host, const struct graph *g, uint32_t ego,
                       const uint32_t *steps, uint64_t seed, struct spot *out);

#endif
