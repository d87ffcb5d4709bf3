/* Points as bits: what holds of up to 64 neighbours stands in one word, the first in bit 0.
 *
 * Comparisons are made two at a time where the processor can. */
#ifndef SPOKE_SPC_BITS_H
#define SPOKE_SPC_BITS_H

#include "base/base.h"

enum { BITS_MOST = 64 };

typedef double pair __attribute__((vector_size(16)));
typedef int64_t pair_mask __attribute__((vector_size(16)));

static inline uint64_t bits_first(size_t n) {
    return n < BITS_MOST ? ((uint64_t)1 << n) - 1 : UINT64_MAX;
}

static inline size_t bits_count(uint64_t x) {
    return (size_t)__builtin_popcountll(x);
}

/* Of a word that is not 0. */
static inline size_t bits_lowest(uint64_t x) {
    return (size_t)__builtin_ctzll(x);
}
static inline size_t bits_highest(uint64_t x) {
    return 63 - (size_t)__builtin_clzll(x);
}

/* Two bits of a comparison. */
static inline uint64_t bits_of_pair(pair_mask m) {
#if defined(__SSE2__)
    return (uint64_t)__builtin_ia32_movmskpd((pair)m);
#else
    return ((uint64_t)m[0] & 1) | ((uint64_t)m[1] & 2);
#endif
}

/* Goes through n things, at least two, by twos; an odd one at the end comes with the one before. */
#define EACH_PAIR(j, n) (size_t j = 0; j < (n); j = pair_next(j, n))
static inline size_t pair_next(size_t j, size_t n) {
    return j + 4 <= n ? j + 2 : j + 2 < n ? n - 2 : n;
}

static inline pair pair_at(const double *x) {
    pair out;
    memcpy(&out, x, sizeof out);
    return out;
}

static inline pair pair_of(double x) {
    return (pair){x, x};
}

static inline pair pair_size(pair x) {
    return (pair)((pair_mask)x & INT64_MAX);
}

/* Where as many as are needed in a row end, or more. `length` is how many came in a row just before
 * and becomes how many are at the end. */
static inline uint64_t bits_stretches(uint64_t x, size_t n, size_t needed, size_t *length) {
    uint64_t ends = needed <= n ? x : 0;
    for (size_t have = 1; have < needed && ends;) {
        size_t step = have < needed - have ? have : needed - have;
        ends &= ends << step;
        have += step;
    }
    uint64_t breaks = ~x & bits_first(n);
    size_t lead = breaks ? bits_lowest(breaks) : n;
    size_t first = needed > *length + 1 ? needed - 1 - *length : 0;
    if (first < lead && *length) {
        ends |= bits_first(lead) & ~bits_first(first);
    }
    *length = breaks ? n - 1 - bits_highest(breaks) : *length + n;
    return ends;
}

#endif
