/* Triangles: how often two neighbours of a node are tied, too.
 *
 * Directions do not matter and must be left out before (graph_without_direction), else ST_MISUSE.
 */
#ifndef SPOKE_NETWORK_TRIANGLES_H
#define SPOKE_NETWORK_TRIANGLES_H

#include "stdlib/network/graph.h"

/* `of`: n counts, in the caller's numbers. Every triangle counts at each of its three nodes. */
enum status triangles_count(const struct network_host *host, const struct graph *g, uint64_t *of);

/* Nodes 0 and 1, 0 and 2, 1 and 2 are tied; entry 0, 1, 2 is that tie's in the row of its less busy
 * end: each tie has one such entry. */
struct triangle {
    uint32_t node[3]; /* inner numbers, rising */
    uint64_t entry[3];
};
/* Calls `fn` for every triangle once, always in the same order, in this thread. */
enum status triangles_each(const struct network_host *host, const struct graph *g, void *user,
                           void (*fn)(void *user, const struct triangle *t));

/* Of the whole network; from the counts. */
struct clustering {
    uint64_t triangles, triples; /* triples: paths of two ties, by their middles */
    double transitivity; /* 3 triangles / triples (Newman, Strogatz and Watts 2001); NaN: none */
    /* Mean share of tied pairs among a node's neighbours (Watts and Strogatz 1998). Nodes with
     * fewer than two neighbours count as 0 (NetworkX), or are left out (igraph; NaN: there are no
     * others). */
    double mean_with_zeros, mean_of_defined;
};
struct clustering clustering_of(const struct graph *g, const uint64_t *triangles);
/* Of the caller's node v: the share of tied pairs among its neighbours; NaN below two of them. */
double clustering_of_node(const struct graph *g, const uint64_t *triangles, uint32_t v);

#endif
