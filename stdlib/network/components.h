/* Connected parts of a network, and how deep a node lies in it. */
#ifndef SPOKE_NETWORK_COMPONENTS_H
#define SPOKE_NETWORK_COMPONENTS_H

#include "stdlib/network/graph.h"

struct component_count {
    uint32_t n, largest; /* how many; nodes of the largest, 0 without nodes */
};

/* `of`: n numbers, in the caller's numbers of nodes: components are numbered from 0 by their first
 * members. Weak: direction does not matter. Strong: each reaches each (Tarjan 1972); the same as
 * weak without directions. */
enum status components_weak(const struct network_host *host, const struct graph *g, uint32_t *of,
                            struct component_count *count);
enum status components_strong(const struct network_host *host, const struct graph *g, uint32_t *of,
                              struct component_count *count);

/* `core`: of each node, in the caller's numbers, the largest k so that it is in a part all of whose
 * nodes have k ties or more within it (Seidman 1983; Batagelj and Zaversnik 2003). With directions
 * a pair tied both ways counts as two. */
enum status core_numbers(const struct network_host *host, const struct graph *g, uint32_t *core);
/* The same, and in `order`, unless it is NULL, the nodes as they are peeled off, in the numbers of
 * `g`: each has no more than its core number of neighbours behind it. */
enum status core_order(const struct network_host *host, const struct graph *g, uint32_t *core,
                       uint32_t *order);

#endif
