/* Exact arithmetic of fractions n/d of 64-bit words, d above 0.
 *
 * Sums, products and quotients are worked out in 128 bits and reduced only where they would not
 * fit otherwise, so that 3/180 + 2/180 stays 5/180. False: not even the reduced fraction fits. */
#ifndef SPOKE_PAIR_H
#define SPOKE_PAIR_H

#include "base.h"

struct pair {
    int64_t n, d;
};

bool pair_add(struct pair a, struct pair b, struct pair *out);
bool pair_subtract(struct pair a, struct pair b, struct pair *out);
bool pair_multiply(struct pair a, struct pair b, struct pair *out);
/* b.n is not 0. */
bool pair_divide(struct pair a, struct pair b, struct pair *out);
/* To twelve decimals, fewer where those do not fit. False: not finite, or too large. */
bool pair_from_float(double x, struct pair *out);

#endif
