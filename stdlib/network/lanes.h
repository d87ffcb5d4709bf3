/* Eight doubles that are worked on together: one register of AVX-512, two of AVX2, four of SSE2 or
 * NEON. The arithmetic is the same in all of them, so are the bits of its results.
 *
 * Only macros: a function that takes or gives vectors would have another calling convention in each
 * of the three. */
#ifndef SPOKE_NETWORK_LANES_H
#define SPOKE_NETWORK_LANES_H

#include <stdint.h>

typedef double lanes __attribute__((vector_size(64)));
typedef int64_t lane_bits __attribute__((vector_size(64)));

union lane_values {
    lanes all;
    double each[8];
};

/* All bits of lane i are those of bit i of `who`. */
#define LANE_MASK(who)                                                                             \
    ((((lane_bits){0} + (int64_t)(who)) & (lane_bits){1, 2, 4, 8, 16, 32, 64, 128}) != 0)
/* x where the mask is set, else 0. */
#define LANES_KEEP(x, mask) ((lanes)((lane_bits)(x) & (mask)))
/* x where the mask is set, else y. */
#define LANES_CHOOSE(x, y, mask) ((lanes)(((lane_bits)(x) & (mask)) | ((lane_bits)(y) & ~(mask))))

static inline double lanes_sum(const union lane_values *v) {
    const double *x = v->each;
    return ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]));
}

#if defined(__x86_64__) && defined(__GNUC__)
#define HAVE_WIDE_VECTORS 1
#define FOR_VECTORS_256 __attribute__((target("avx2")))
#define FOR_VECTORS_512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl")))
#else
#define HAVE_WIDE_VECTORS 0
#endif

#endif
