/* PageRank: where somebody who follows ties at random is found (Brin and Page 1998). */
#ifndef SPOKE_NETWORK_PAGERANK_H
#define SPOKE_NETWORK_PAGERANK_H

#include "stdlib/network/iteration.h"

/* `rank`: n shares that add up to 1, in the caller's numbers. With chance `damping` (0 to below 1,
 * usually 0.85; else ST_MISUSE) a tie out is followed, each with a chance in proportion to its
 * value, else a node is chosen at random; so it is where no tie leads out (as in igraph, and in
 * NetworkX without `dangling`). Without directions ties are followed both ways. The residual is the
 * sum of |rank - what one more step would give|, at most 1e-10 in the end where `reached`. */
enum status pagerank(const struct network_host *host, const struct graph *g, double damping,
                     double *rank, struct iteration *how);

#endif
