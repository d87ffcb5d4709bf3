/* Brokerage between groups (Gould and Fernandez 1989): a broker stands between two others that are
 * not tied themselves, a -> broker -> c without a -> c, in one of five roles by the groups of the
 * three.
 *
 * Members without a group take no part. Without directions every tie leads both ways, so that each
 * path counts once each way, as in sna. Where somebody did not answer a path counts if it is known
 * whether each of its three pairs is tied. Members are in the caller's numbers. */
#ifndef SPOKE_NETWORK_BROKERAGE_H
#define SPOKE_NETWORK_BROKERAGE_H

#include "stdlib/network/groups.h"

enum role {
    ROLE_COORDINATOR,    /* a, broker and c in one group */
    ROLE_ITINERANT,      /* a and c in one, the broker in another */
    ROLE_REPRESENTATIVE, /* a and the broker in one, c in another */
    ROLE_GATEKEEPER,     /* the broker and c in one, a in another */
    ROLE_LIAISON,        /* all in different ones */
    ROLE_ANY,
    ROLES
};
const char *role_name(enum role r);

/* What chance gives: figures if ties were independent and each as likely as there are ties by
 * pairs, of those that are known. Without directions ties both ways are not independent: `sd` is
 * NaN. */
struct chance {
    double expected, sd;
};
struct chances {
    struct chance answered[ROLES],
        silent[ROLES]; /* for a member of a group who did answer or not */
};
struct brokerage {
    uint64_t (*of_member)[ROLES]; /* by member; the caller's room */
    uint64_t whole[ROLES];
    struct chances *of_group;    /* the caller's room */
    struct chance chance[ROLES]; /* for `whole` */
};
/* `silent`: see groups_silent. */
enum status brokerage_find(const struct network_host *host, const struct graph *g,
                           const struct groups *by, const uint8_t *silent, struct brokerage *out);
/* The part of it that asks nothing of single ties, of which there are so many among members with
 * groups: `of_group` and `chance`. */
enum status brokerage_by_chance(const struct network_host *host, const struct groups *by,
                                uint32_t members, bool directed, const uint8_t *silent,
                                uint64_t ties, struct brokerage *out);
/* Of the member, whose group is known. */
const struct chance *brokerage_chance(const struct brokerage *b, const struct groups *by,
                                      const uint8_t *silent, uint32_t member);
/* How many standard deviations above; NaN where there is no spread. */
double brokerage_z(uint64_t n, const struct chance *chance);

#endif
