/* Pairs and triples of nodes by the ties among them. */
#ifndef SPOKE_NETWORK_CENSUS_H
#define SPOKE_NETWORK_CENSUS_H

#include "stdlib/network/graph.h"

/* Pairs tied both ways, one way, not at all; without directions every tie is mutual. */
struct dyads {
    uint64_t mutual, asymmetric, null;
};
/* Pairs that nobody knows of are left out, and the ties in them: with directions those with a
 * member in `silent`, without those of two (1 each; NULL: all answered). */
enum status dyad_census(const struct network_host *host, const struct graph *g,
                        const uint8_t *silent, struct dyads *out);
/* Ties by ordered pairs. NaN without pairs. */
double density_of(const struct dyads *d);
/* Share of ties that are answered, 2M / (2M + A): igraph, NetworkX. NaN without ties. */
double reciprocity_of(const struct dyads *d);
/* Share of pairs that are alike both ways, (M + N) / all: sna's dyadic. NaN without pairs. */
double dyadic_reciprocity_of(const struct dyads *d);
/* Correlation of a tie with the one back over ordered pairs (Garlaschelli and Loffredo 2004); sna's
 * correlation. NaN: no pair or all are tied. */
double correlated_reciprocity_of(const struct dyads *d);
/* log of reciprocity_of by density: sna's edgewise.lrr. NaN without mutual ties. */
double log_reciprocity_of(const struct dyads *d);

/* The sixteen kinds of triples by mutual, asymmetric and null dyads (Davis and Leinhardt 1972), in
 * the usual order: D down, U up, C chain or cycle, T transitive. */
enum triad {
    TRIAD_003,
    TRIAD_012,
    TRIAD_102,
    TRIAD_021D, /* a <- b -> c */
    TRIAD_021U, /* a -> b <- c */
    TRIAD_021C, /* a -> b -> c */
    TRIAD_111D, /* a <-> b <- c */
    TRIAD_111U, /* a <-> b -> c */
    TRIAD_030T, /* a -> b -> c, a -> c */
    TRIAD_030C, /* a -> b -> c -> a */
    TRIAD_201,
    TRIAD_120D, /* a <- b -> c, a <-> c */
    TRIAD_120U, /* a -> b <- c, a <-> c */
    TRIAD_120C, /* a -> b -> c, a <-> c */
    TRIAD_210,
    TRIAD_300,
    TRIADS
};
const char *triad_name(enum triad t);

/* How many of each. Without directions ties count as mutual. ST_LIMIT: more than three million
 * nodes, whose triples 64 bits cannot count. */
enum status triad_census(const struct network_host *host, const struct graph *g,
                         uint64_t count[TRIADS]);

#endif
