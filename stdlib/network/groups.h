/* Ties within groups of members and across them: participation, and who is tied with whom.
 *
 * Members without a group take no part: neither they nor their ties are counted. Undirected ties
 * count once, directed ones each. Members are in the caller's numbers. */
#ifndef SPOKE_NETWORK_GROUPS_H
#define SPOKE_NETWORK_GROUPS_H

#include "stdlib/network/classes.h"
#include "stdlib/network/graph.h"

struct groups {
    uint32_t n;         /* groups */
    const uint32_t *of; /* by member; UNKNOWN_GROUP: none is known */
};

static inline bool takes_part(const struct groups *by, uint32_t v) {
    return by->of[v] != UNKNOWN_GROUP;
}
/* Members of each group, `groups->n` counts. All that have one. */
uint32_t groups_sizes(const struct groups *by, uint32_t members, uint64_t *size);
/* Those of them who did not answer; `silent`: 1 for each member who did not, NULL: all did.
 * Wherever there is a `silent`, pairs that nobody knows of are left out, and the graph has none of
 * their ties: with directions those that would start from a silent member, without those of two of
 * them. */
uint32_t groups_silent(const struct groups *by, uint32_t members, const uint8_t *silent,
                       uint64_t *mute);

/* ---- participation ---- */

struct participation {
    uint64_t ties, external;
    uint32_t groups;      /* to which the ties lead */
    double participation; /* 1 - sum of squared shares of its ties by group; NaN without ties */
    double within; /* its ties in its own group, less their mean there, by their standard deviation;
                      NaN where all there have as many. Where not all pairs are known: the share of
                      its known pairs there that are tied */
};
/* Guimera and Amaral 2005. With directions ties either way. */
enum status participation_find(const struct network_host *host, const struct graph *g,
                               const struct groups *by, const uint8_t *silent,
                               struct participation *out);

/* ---- mixing ---- */

struct mixing {
    uint64_t ties, possible;
};
/* Cells of a table, row by row: from group, to group. Without directions those above the diagonal
 * have the ties of both groups, and those below it nothing. */
enum status mixing_count(const struct network_host *host, const struct graph *g,
                         const struct groups *by, const uint8_t *silent, struct mixing *cell);
/* Odds of a tie in the cell by those in all others; NaN where that is not defined. */
double mixing_odds_ratio(const struct mixing *cell, const struct mixing *all);

#endif
