/* xoshiro256** and what is drawn from it; whole numbers throughout, so that only `normal` rests on
 * the mathematics library. */
#include "stdlib/random/generator.h"
#include <math.h>

uint64_t splitmix_next(uint64_t *state) {
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

void generator_seed(struct generator *g, uint64_t seed) {
    for (int i = 0; i < 4; i++) {
        g->word[i] = splitmix_next(&seed);
    }
}

static uint64_t rotate(uint64_t x, int by) {
    return x << by | x >> (64 - by);
}

uint64_t generator_next(struct generator *g) {
    uint64_t *s = g->word;
    uint64_t result = rotate(s[1] * 5, 7) * 9;
    uint64_t shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate(s[3], 45);
    return result;
}

double generator_uniform(struct generator *g) {
    return (double)(generator_next(g) >> 11) * 0x1p-53;
}

uint64_t generator_below(struct generator *g, uint64_t most) {
    uint64_t n = most + 1; /* 0: every word will do */
    if (n == 0) {
        return generator_next(g);
    }
    uint64_t uneven = (0 - n) % n; /* 2^64 mod n: as many words are one too many */
    uint64_t x;
    do {
        x = generator_next(g);
    } while (x < uneven);
    return x % n;
}

double generator_normal(struct generator *g) {
    double u, v, square;
    do {
        u = 2 * generator_uniform(g) - 1;
        v = 2 * generator_uniform(g) - 1;
        square = u * u + v * v;
    } while (square >= 1 || square == 0);
    return u * sqrt(-2 * log(square) / square);
}

void generator_shuffle(struct generator *g, uint32_t *x, uint32_t n, uint32_t k) {
    for (uint32_t i = 0; i < k && i + 1 < n; i++) {
        uint32_t j = i + (uint32_t)generator_below(g, n - 1 - i);
        uint32_t swap = x[i];
        x[i] = x[j];
        x[j] = swap;
    }
}
