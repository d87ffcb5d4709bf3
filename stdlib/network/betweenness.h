/* Betweenness: how many shortest paths pass a node, or a tie.
 *
 * For each pair of other nodes the share of its shortest paths that pass, added up (Freeman 1977;
 * Brandes 2001, 2008). Exact. Without directions each pair counts once. Raw; the share of all pairs
 * is the value divided by betweenness_pairs. igraph, NetworkX (normalized = false) and sna
 * (freeman) agree. A node without ties has 0. */
#ifndef SPOKE_NETWORK_BETWEENNESS_H
#define SPOKE_NETWORK_BETWEENNESS_H

#include "stdlib/network/graph.h"

enum lengths {
    LENGTHS_ONE,   /* each tie is one step */
    LENGTHS_VALUES /* the ties' values are distances, above 0 (else ST_MISUSE) */
};

/* `nodes`: n values in the caller's numbers, or NULL. `ties`: one for each entry of g->out, both
 * entries of an undirected tie the same; or NULL. With values, paths whose lengths differ by less
 * than a part in 10^10 count as equally long. */
enum status betweenness(const struct network_host *host, const struct graph *g,
                        enum lengths lengths, double *nodes, double *ties);

/* The most a node can have: (n - 1)(n - 2), half of it without directions; 0 below three nodes. */
double betweenness_pairs(const struct graph *g);

#endif
