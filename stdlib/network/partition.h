/* Ways to part the nodes of a network into groups: how good one is, and how alike two are.
 *
 * A partition is an array by the caller's numbers of nodes, of numbers below `groups`. */
#ifndef SPOKE_NETWORK_PARTITION_H
#define SPOKE_NETWORK_PARTITION_H

#include "stdlib/network/graph.h"

/* Newman and Girvan 2004, with strengths where there are values, and with directions Leicht and
 * Newman 2008; `resolution` as Reichardt and Bornholdt 2006. NaN without ties. */
enum status partition_modularity(const struct network_host *host, const struct graph *g,
                                 const uint32_t *of, uint32_t groups, double resolution,
                                 double *out);

/* Numbers groups anew, by falling size and then by first node; how many there are. `room` is for
 * 3 * `groups` numbers. */
uint32_t partition_number_by_size(uint32_t *of, uint32_t n, uint32_t groups, uint32_t *room);

/* The adjusted Rand index (Hubert and Arabie 1985): 1 for the same groups, 0 on average for groups
 * by chance. NaN below two nodes. `room` is for n + 2 * (`groups` of b) + groups of a + 1
 * numbers. */
double partition_agreement(const uint32_t *a, uint32_t a_groups, const uint32_t *b,
                           uint32_t b_groups, uint32_t n, uint32_t *room);

#endif
