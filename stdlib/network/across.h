/* How near members of different groups are to each other, in steps.
 *
 * Members without a group are neither asked nor looked for, but paths may pass them. With
 * directions paths follow these. 512 searches run at once (see sweep.h); all that is found are
 * whole numbers, so that threads change nothing. */
#ifndef SPOKE_NETWORK_ACROSS_H
#define SPOKE_NETWORK_ACROSS_H

#include "stdlib/network/groups.h"

enum { ACROSS_STEPS = 3 };

/* Of ordered pairs of members in different groups. */
struct across {
    uint64_t pairs, reached;
    uint64_t within[ACROSS_STEPS + 1]; /* that are so many steps apart or less */
    double mean;                       /* distance of those reached; NaN: none */
    double harmonic; /* the inverse of the mean inverse distance, 0 for those out of reach; NaN:
                        none is reached */
};
enum status across_find(const struct network_host *host, const struct graph *g,
                        const struct groups *by, struct across *out);

#endif
