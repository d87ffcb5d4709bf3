/* Distances from every node to all it reaches, summed up: closeness, harmonic centrality, mean
 * distance, diameter, reach.
 *
 * Without values 512 sources are followed at once, a bit for each (Then, Kaufmann, Chirigati,
 * Hoang-Vu, Pham, Kemper, Neumann and Vo 2014, The more the merrier); of twins one is a source.
 * With values Dijkstra's paths from each. */
#ifndef SPOKE_NETWORK_DISTANCES_H
#define SPOKE_NETWORK_DISTANCES_H

#include "stdlib/network/betweenness.h"

/* Which way ties are followed; the same without directions. */
enum way { WAY_OUT, WAY_IN };

/* Of one node; in steps, or in the unit of the ties' values. */
struct distances {
    uint32_t reached; /* other nodes */
    double total;     /* of the distances to them */
    double harmonic;  /* of the inverse distances: nodes that are not reached add nothing */
    double farthest;  /* 0: none is reached (eccentricity) */
};

/* `out`: n of them, in the caller's numbers. ST_MISUSE: a value is 0 and LENGTHS_VALUES. */
enum status distances_sum(const struct network_host *host, const struct graph *g,
                          enum lengths lengths, enum way way, struct distances *out);

/* Closeness of one node of n, by whose definition; they differ where not all is reached.
 *
 * igraph (0.10 on): the inverse mean distance of those reached; NaN if there are none.
 * sna: (n - 1) / total; 0 if any node is not reached.
 * networkx: igraph's times the share of other nodes that are reached (Wasserman and Faust 1994);
 *   0 if there are none. There ties are followed inwards, in the others outwards.
 * ucinet: (n - 1) / total, where a node not reached is n away.
 * All four are 1 / mean distance where all are reached. Of a single node: NaN (igraph), else 0. */
enum convention { CONVENTION_IGRAPH, CONVENTION_SNA, CONVENTION_NETWORKX, CONVENTION_UCINET };
double closeness_of(const struct distances *d, uint32_t n, enum convention convention);
enum way closeness_way(enum convention convention);

/* Of the whole network, over ordered pairs. */
struct distance_summary {
    uint64_t reached, pairs; /* n (n - 1) */
    double mean;             /* over pairs that are reached; NaN: none */
    double diameter;         /* the longest of the distances; 0: none */
    double efficiency;       /* mean inverse distance over all pairs; NaN: none */
};
struct distance_summary distances_summarize(const struct distances *d, uint32_t n);

#endif
