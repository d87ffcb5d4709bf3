/* Chance as a yardstick: streams of random numbers for each draw of a test, and what the figures of
 * many draws say about the one observed.
 *
 * Every draw has its own stream, begun from the seed and the number of the draw alone, so that it
 * does not matter which thread does it, nor after which others. */
#ifndef SPOKE_NETWORK_PERMUTATION_H
#define SPOKE_NETWORK_PERMUTATION_H

#include "base/arena.h"
#include "stdlib/random/generator.h"
#include <float.h>

/* Pieces of a test that threads share: so many draws each. */
enum { DRAWS_OF_PIECE = 16 };

void draw_begin(struct generator *g, uint64_t seed, uint64_t number);
/* Nodes 0..n-1 in an order of that draw. */
void draw_order(uint64_t seed, uint64_t number, uint32_t n, uint32_t *order);

/* How many draws gave as little as observed or less, and as much or more. */
struct tails {
    uint64_t low, high;
};
/* Sums in another order differ in their last bits: what is that near counts as the same. */
static inline void tails_add(struct tails *t, double drawn, double observed) {
    double size = observed < 0 ? -observed : observed;
    double near = 1e-9 * (size > 1 && size <= DBL_MAX ? size : 1);
    t->low += drawn <= observed + near;
    t->high += drawn >= observed - near;
}
/* Share of the draws and the observed figure itself, which is one of those that chance could give:
 * (count + 1) / (draws + 1), never 0 (Davison and Hinkley 1997, 4.2.1). */
double tail_share(uint64_t count, uint64_t draws);
/* Both ways: twice the smaller one, at most 1. */
double tails_both(const struct tails *t, uint64_t draws);

/* Figures of draws; those that are NaN are left out. */
struct spread {
    uint64_t n;            /* that are figures */
    double mean, sd;       /* NaN of none; sd of fewer than two */
    double lowest, middle; /* with `highest`: 2.5%, 50% and 97.5%, in between by rank as R's type 7
                              (Hyndman and Fan 1996) */
    double highest;
    struct tails tails;
};
/* Sorts `drawn`. */
struct spread spread_of(double *drawn, size_t n, double observed);

#endif
