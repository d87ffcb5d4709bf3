/* The E-I index: whether ties stay in groups or leave them, and what chance alone would give.
 *
 * Members without a group take no part (see groups.h). Undirected ties count once, directed ones
 * each. Members are in the caller's numbers. */
#ifndef SPOKE_NETWORK_EI_H
#define SPOKE_NETWORK_EI_H

#include "stdlib/network/groups.h"
#include "stdlib/network/permutation.h"

/* Ties that stay in a group, and that leave it; or as many pairs that could be tied. */
struct sides {
    uint64_t internal, external;
};
/* (external - internal) / all, NaN of none. */
double ei_of(const struct sides *s);

/* Of the network, of a group (ties that touch it, each once) or of a member (its ties). */
struct ei {
    struct sides ties, possible;
    struct tails tails; /* of ei in permutations */
    uint64_t draws;     /* permutations that have an index here */
};
/* The index if any of the possible ties were as likely. */
double ei_expected(const struct ei *x);
/* Where the index lies between the least and the most it could be with as many ties, from -1 to 1;
 * NaN where it could not be any other. */
double ei_rescaled(const struct ei *x);

/* Permutations give the groups to other members at random, sizes as they are: groups of those who
 * answered to those who did, and of those in `silent` (see groups_silent) to those, so that as many
 * pairs are known in each group. `of_group`: n of them; `of_member`: one for each member, all 0 for
 * one without a group. `permutations` may be 0. */
enum status ei_test(const struct network_host *host, const struct graph *g, const struct groups *by,
                    const uint8_t *silent, uint64_t permutations, uint64_t seed, struct ei *whole,
                    struct ei *of_group, struct ei *of_member);

#endif
