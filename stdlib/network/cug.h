/* Conditional uniform graph tests: a figure of a network against the same figure of networks drawn
 * at random that are alike in size, in ties or in dyads (Katz and Powell 1957; Anderson, Butts and
 * Carley 1999). */
#ifndef SPOKE_NETWORK_CUG_H
#define SPOKE_NETWORK_CUG_H

#include "stdlib/network/groups.h"
#include "stdlib/network/permutation.h"

enum { MOST_DRAWN_MEMBERS = 5000 };

/* What drawn networks have in common with the one observed, besides the number of members. */
enum cug_given {
    GIVEN_SIZE, /* nothing: every pair is tied or not with the same chance */
    GIVEN_TIES, /* the number of ties */
    GIVEN_DYADS /* the number of mutual, asymmetric and null dyads; without directions the ties */
};

enum cug_statistic {
    CUG_RECIPROCITY,           /* share of ties that are answered */
    CUG_RECIPROCITY_BEYOND,    /* (that share - density) / (1 - density) (Garlaschelli, Loffredo
                                  2004) */
    CUG_TRANSITIVITY,          /* without regard to direction (triangles.h) */
    CUG_DIRECTED_TRANSITIVITY, /* share of paths a -> b -> c with a -> c, as gtrans of sna */
    CUG_IN_CENTRALIZATION,
    CUG_OUT_CENTRALIZATION,
    CUG_DEGREE_CENTRALIZATION, /* without directions */
    CUG_BETWEENNESS_CENTRALIZATION,
    CUG_CONNECTEDNESS, /* share of pairs in one component (Krackhardt 1994) */
    CUG_EI,            /* of groups (ei.h) */
    CUG_MODULARITY,    /* of groups (Newman 2004; with directions Leicht and Newman 2008) */
    CUG_STATISTICS
};
/* As in scripts. */
const char *cug_statistic_name(enum cug_statistic s);
/* What it is defined for. */
bool cug_statistic_needs_groups(enum cug_statistic s);
bool cug_statistic_fits(enum cug_statistic s, bool directed);

struct cug {
    enum cug_statistic statistic;
    enum cug_given given;
    const struct groups *by; /* for those that need groups */
    const uint8_t *silent;   /* members whose ties nobody knows, 1 each: nothing is drawn there, nor
                                without directions between two of them. NULL: none */
    uint64_t draws, seed;
};
struct cug_answer {
    double observed; /* NaN where it is not defined; so may some drawn ones be */
    struct spread spread;
};
/* ST_LIMIT: more than MOST_DRAWN_MEMBERS. */
enum status cug_test(const struct network_host *host, const struct graph *g, const struct cug *how,
                     struct cug_answer *out);

#endif
