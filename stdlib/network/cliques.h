/* Maximal cliques: groups of nodes that are all tied to each other and to which no other node can
 * be added.
 *
 * Directions must be left out before (graph_without_direction), else ST_MISUSE. */
#ifndef SPOKE_NETWORK_CLIQUES_H
#define SPOKE_NETWORK_CLIQUES_H

#include "stdlib/network/graph.h"

/* Calls `fn` for each maximal clique of `least` nodes or more, always in the same order; `member`
 * are the caller's numbers, in no order. Whatever but ST_OK it answers ends the search. */
enum status cliques_each(const struct network_host *host, const struct graph *g, uint32_t least,
                         void *user,
                         enum status (*fn)(void *user, const uint32_t *member, uint32_t n));

#endif
