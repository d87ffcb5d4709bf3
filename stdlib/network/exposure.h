/* What a node is exposed to: the values of those it is tied to. */
#ifndef SPOKE_NETWORK_EXPOSURE_H
#define SPOKE_NETWORK_EXPOSURE_H

#include "stdlib/network/graph.h"

struct exposure {
    uint32_t alters, valued; /* those one is tied to, and those of them that have a value */
    double mean;             /* of their values, weighted by the ties' (Frank); NaN: none, or all
                              * weights are 0 */
};
/* `value`: of each of the caller's nodes, NaN where it has none; ties are followed outwards. */
void exposure_find(const struct graph *g, const double *value, struct exposure *out);

/* ---- adoption ---- */

/* `day`: of adoption, NEVER for those who did not. */
#define NEVER INT64_MIN

struct threshold {
    uint32_t alters, before; /* those who adopted no later; of an adopter */
    double share;            /* of the ties' values; NaN: no ties, or no adopter (Valente 1996) */
};
void thresholds_find(const struct graph *g, const int64_t *day, struct threshold *out);

/* How many of those with a value other than 0 are tied to another such; direction does not matter.
 * Against it what happens when the same values are dealt out anew. */
struct company {
    uint32_t adopters, with_company;
    double expected; /* mean of the permutations */
    double p;        /* share of these with as much company or more, the data being one of them */
};
enum status company_find(const struct network_host *host, const struct graph *g,
                         const uint8_t *adopted, uint32_t permutations, uint64_t seed,
                         struct company *out);

#endif
