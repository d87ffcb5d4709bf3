/* Measures in which a node counts by those it is tied to: eigenvector centrality, hubs and
 * authorities, Katz's status. Values of ties are strengths. */
#ifndef SPOKE_NETWORK_INFLUENCE_H
#define SPOKE_NETWORK_INFLUENCE_H

#include "stdlib/network/iteration.h"

/* What the values of all nodes are scaled to. */
enum scale {
    SCALE_NONE,
    SCALE_LARGEST, /* the largest is 1: igraph */
    SCALE_LENGTH,  /* squares add up to 1: NetworkX, sna, UCINET */
    SCALE_SUM      /* they add up to 1: NetworkX's hits */
};

/* All write n values in the caller's numbers, and go on until the residual, the largest change of a
 * value as a share of the largest value, is at most 1e-12, or 10,000 steps. */

/* Each is as central as those tied to it are together (Bonacich 1972); with directions, those whose
 * ties lead to it. Where components do not depend on each other only the one with the largest
 * eigenvalue has values above 0. With directions but without a cycle all are 0, as in igraph.
 * SCALE_NONE: as SCALE_LARGEST. */
enum status eigenvector(const struct network_host *host, const struct graph *g, enum scale scale,
                        double *out, struct iteration *how);

/* A good hub has ties to good authorities, and these have ties from good hubs (Kleinberg 1999).
 * Without directions both are the eigenvector of the matrix's square. SCALE_NONE: as
 * SCALE_LARGEST. */
enum status hubs_and_authorities(const struct network_host *host, const struct graph *g,
                                 enum scale scale, double *hubs, double *authorities,
                                 struct iteration *how);

/* x = base + attenuation times the sum of x over those whose ties lead to it (Katz 1953). If
 * attenuation is not below 1 / the largest eigenvalue there is no such x: `reached` is false and
 * all are NaN. ST_MISUSE: a negative or infinite attenuation or base. */
enum status katz(const struct network_host *host, const struct graph *g, double attenuation,
                 double base, enum scale scale, double *out, struct iteration *how);

#endif
