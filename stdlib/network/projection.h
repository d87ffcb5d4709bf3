/* Two-mode networks: who took part in what. Projected on one side, two are tied that have something
 * of the other side in common.
 *
 * Both sides are numbered by the caller, in the order of their keys. That somebody took part twice
 * in the same counts once. */
#ifndef SPOKE_NETWORK_PROJECTION_H
#define SPOKE_NETWORK_PROJECTION_H

#include "stdlib/network/graph.h"

struct two_mode {
    uint32_t nodes, others; /* of the side that is kept, and of the other */
    size_t n;
    const uint32_t *node, *other; /* below these */
};

enum projection_value {
    PROJECTION_COUNT,  /* how many they have in common */
    PROJECTION_NEWMAN, /* 1 / (those who took part - 1) for each of these (Newman 2001) */
    PROJECTION_JACCARD /* how many in common of those that either has */
};

/* Undirected ties with these values; ties between the same two, and loops, there are none. The
 * other side is had by giving `node` and `other` the other way round. ST_MISUSE: a number is not
 * below its bound. ST_LIMIT: more ties than there are numbers for. */
enum status projection_build(const struct network_host *host, const struct two_mode *in,
                             enum projection_value value, struct graph *out);

#endif
