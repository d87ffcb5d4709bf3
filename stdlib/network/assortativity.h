/* Assortativity: whether like is tied to like (Newman 2003, Mixing patterns in networks).
 *
 * Without directions every tie counts from both its ends. Values of ties do not count. Ties with an
 * end of which nothing is known are left out and counted. */
#ifndef SPOKE_NETWORK_ASSORTATIVITY_H
#define SPOKE_NETWORK_ASSORTATIVITY_H

#include "stdlib/network/graph.h"

enum { NO_KIND = UINT32_MAX };

struct assortativity {
    uint64_t ties, unknown; /* that counted, and that were left out */
    double value;           /* -1 to 1; NaN: all ends that count are alike, or there are none */
};

/* `kind`: of each node below `kinds`, or NO_KIND. (sum of e_kk - sum of a_k b_k) / (1 - sum of
 * a_k b_k): e is the share of ties from one kind to another, a and b what they add up to. */
enum status assortativity_of_kinds(const struct network_host *host, const struct graph *g,
                                   const uint32_t *kind, uint32_t kinds, struct assortativity *out);
/* Correlation over ties of `from` where a tie begins with `to` where it ends, both by node; NaN is
 * unknown. Without directions they must be the same. */
struct assortativity assortativity_of_values(const struct graph *g, const double *from,
                                             const double *to);
/* By degree: with directions of out-degree with in-degree. */
enum status assortativity_of_degree(const struct network_host *host, const struct graph *g,
                                    struct assortativity *out);

#endif
