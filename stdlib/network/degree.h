/* How many ties a node has, how strong they are, and how much a network is centred on its most
 * central node. */
#ifndef SPOKE_NETWORK_DEGREE_H
#define SPOKE_NETWORK_DEGREE_H

#include "stdlib/network/graph.h"

/* Which ties count; the same without directions. A pair tied both ways counts twice in
 * ENDS_BOTH. */
enum ends { ENDS_FROM, ENDS_TO, ENDS_BOTH };

/* Of the caller's node v. Strength: values added up; without values the degree. */
uint32_t degree_of(const struct graph *g, uint32_t v, enum ends ends);
double strength_of(const struct graph *g, uint32_t v, enum ends ends);

/* Freeman's centralization (1978): how far all are below the most central node, of how far they can
 * be together in a network of this size: in a star or, by eigenvectors, where all but two are
 * alone. Loops never count. */
enum centrality {
    CENTRALITY_DEGREE,            /* with directions: in or out */
    CENTRALITY_DEGREE_BOTH,       /* in and out added up; without directions as CENTRALITY_DEGREE */
    CENTRALITY_BETWEENNESS,       /* raw */
    CENTRALITY_CLOSENESS,         /* 1 / mean distance */
    CENTRALITY_EIGENVECTOR,       /* the largest 1: igraph */
    CENTRALITY_EIGENVECTOR_LENGTH /* squares add up to 1: sna */
};
/* That most. */
double centralization_most(uint32_t n, bool directed, enum centrality of);
/* NaN below three nodes, where every network is as central, and where a value is NaN. */
double centralization(const double *value, uint32_t n, bool directed, enum centrality of);

#endif
