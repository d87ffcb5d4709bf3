/* Structural holes (Burt 1992): how much a node's contacts are tied among themselves.
 *
 * p_ij is the share of i's ties that goes to j, both directions and values added up. Contacts of
 * contacts count through the whole network, as in igraph, NetworkX and UCINET's whole network
 * model; loops do not count. */
#ifndef SPOKE_NETWORK_HOLES_H
#define SPOKE_NETWORK_HOLES_H

#include "stdlib/network/graph.h"

/* Of one node; all NaN where it has no ties. */
struct holes {
    uint32_t contacts;
    double constraint;     /* sum over contacts j of c_ij = (p_ij + sum over q of p_iq p_qj)^2 */
    double effective_size; /* sum over contacts j of 1 - sum over q of p_iq m_jq; m: the tie's value
                            * by the largest of j's. Without values and directions n - 2t / n
                            * (Borgatti 1997) */
    double efficiency;     /* effective size by contacts */
    double hierarchy;      /* how uneven the c_ij are, 0 to 1 (Coleman and Theil); one contact: 1 */
};

/* `out`: n of them, in the caller's numbers. Values are strengths. */
enum status holes_find(const struct network_host *host, const struct graph *g, struct holes *out);
/* The same, but constraint and hierarchy are those of a node's own network: what contacts pass on is
 * their share of the ties among the node and its contacts alone (Burt 1992; UCINET's ego network
 * model). */
enum status holes_find_ego(const struct network_host *host, const struct graph *g,
                           struct holes *out);

#endif
