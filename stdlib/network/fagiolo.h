/* Clustering where ties have directions: a triple counts for each way round in which its ties make
 * a triangle (Fagiolo 2007). NetworkX's clustering of directed networks. */
#ifndef SPOKE_NETWORK_FAGIOLO_H
#define SPOKE_NETWORK_FAGIOLO_H

#include "stdlib/network/graph.h"

/* `out`: n shares, in the caller's numbers: directed triangles at a node by those there could be,
 * d (d - 1) - 2 b, of d ties either way and b pairs of them with the same member; 0 where there are
 * no triangles. Values of ties do not count. Without directions the share of tied pairs. */
enum status directed_clustering(const struct network_host *host, const struct graph *g,
                                double *out);

#endif
