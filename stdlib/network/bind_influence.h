/* Eigenvector centrality by whose definition, for the measures that rest on it. */
#ifndef SPOKE_NETWORK_BIND_INFLUENCE_H
#define SPOKE_NETWORK_BIND_INFLUENCE_H

#include "stdlib/network/bind_graph.h"
#include "stdlib/network/iteration.h"

/* Of the relation at hand: igraph and NetworkX follow ties inwards, sna outwards, UCINET both ways;
 * the largest is 1 (igraph), or squares add up to 1. */
enum status measure_by_eigenvector(struct measuring *m, enum convention convention, double *out,
                                   struct iteration *how);

#endif
