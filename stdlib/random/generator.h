/* A generator of random numbers that gives the same numbers everywhere: xoshiro256** of Blackman
 * and Vigna, begun from one word by splitmix64. Not for secrets. */
#ifndef SPOKE_RANDOM_GENERATOR_H
#define SPOKE_RANDOM_GENERATOR_H

#include "base/base.h"

struct generator {
    uint64_t word[4]; /* never all zero */
};

uint64_t splitmix_next(uint64_t *state);
void generator_seed(struct generator *g, uint64_t seed);
uint64_t generator_next(struct generator *g);
/* In [0, 1): the upper 53 bits. */
double generator_uniform(struct generator *g);
/* 0 .. most, each as likely; draws again where a remainder would favour some. */
uint64_t generator_below(struct generator *g, uint64_t most);
/* Standard normal, by Marsaglia's polar method; of each pair the second is thrown away, so that
 * the state is all there is to know. */
double generator_normal(struct generator *g);
/* Puts the first `k` of n numbers in random order in front (Fisher and Yates). */
void generator_shuffle(struct generator *g, uint32_t *x, uint32_t n, uint32_t k);

#endif
