/* Regression over pairs of members, judged by permutations: QAP correlation and MRQAP.
 *
 * What two ties of one member have in common makes ordinary errors of no use, so that a statistic
 * is compared with what it is after members have changed places: of the outcome (Krackhardt 1988),
 * or of what a term has that the others do not (double semi-partialling: Dekker, Krackhardt and
 * Snijders 2007). The statistic is t, which does not depend on scale.
 *
 * Pairs that are not known in one variable take no part, and none where they are moved to. */
#ifndef SPOKE_NETWORK_MRQAP_H
#define SPOKE_NETWORK_MRQAP_H

#include "stdlib/network/dyads.h"
#include "stdlib/network/permutation.h"

enum { MOST_DYAD_TERMS = 31 };

enum dyad_null { DYADS_OUTCOME_MOVES, DYADS_RESIDUAL_MOVES };

struct dyad_model {
    const struct dyad_space *space;
    const double *outcome; /* dyad variables, whole */
    uint32_t terms;        /* at most MOST_DYAD_TERMS */
    const double *const *term;
};

struct dyad_term {
    double estimate, error, t; /* error: that of ordinary least squares, to make t of */
    struct tails tails;        /* of t; none of the intercept */
    uint64_t draws;
};
struct dyad_fit {
    uint64_t dyads; /* pairs that are known */
    double r_squared, adjusted;
    uint32_t mixture;                           /* see dyads_regress */
    struct dyad_term term[MOST_DYAD_TERMS + 1]; /* 0: the intercept */
};
/* ST_MISUSE: term `out->mixture`, counted from 1, is constant or a mixture of others; 0: there are
 * too few pairs. */
enum status dyads_regress(const struct network_host *host, const struct dyad_model *model,
                          enum dyad_null null, uint64_t permutations, uint64_t seed,
                          struct dyad_fit *out);

struct dyad_correlation {
    uint64_t dyads;
    double value;         /* product-moment; NaN if one variable is constant */
    struct spread spread; /* of permutations, the second variable's members moving */
};
enum status dyads_correlate(const struct network_host *host, const struct dyad_space *space,
                            const double *x, const double *y, uint64_t permutations, uint64_t seed,
                            struct dyad_correlation *out);

#endif
