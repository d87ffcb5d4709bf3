/* Communities: groups of nodes with more ties among themselves than chance would give, found by
 * raising modularity (see partition.h).
 *
 * Leiden: Traag, Waltman and van Eck 2019. Louvain: Blondel, Guillaume, Lambiotte and Lefebvre
 * 2008, with the queue of Leiden instead of whole sweeps. Both begin anew from what they found as
 * long as that gains. Every run has an order of nodes by chance; the same seed gives the same bits,
 * however many threads there are. */
#ifndef SPOKE_NETWORK_COMMUNITIES_H
#define SPOKE_NETWORK_COMMUNITIES_H

#include "stdlib/network/graph.h"

enum community_method { COMMUNITIES_LEIDEN, COMMUNITIES_LOUVAIN };

struct community_plan {
    enum community_method method;
    double resolution; /* above 0; 1 is modularity as it is usual */
    double enough;     /* the round of a run that gains no more modularity is its last */
    uint64_t seed;
    uint32_t runs; /* the best is taken; 0 means 1 */
};

struct community_runs {
    uint32_t n; /* communities of the best run */
    double modularity, lowest;
    double agreement; /* mean adjusted Rand index between runs; NaN where there is one run */
};

/* `of`: by the caller's number of each node its community, numbered by falling size and then by
 * first node. Without ties each node is one, and modularity NaN. */
enum status communities_find(const struct network_host *host, const struct graph *g,
                             const struct community_plan *plan, uint32_t *of,
                             struct community_runs *out);

#endif
