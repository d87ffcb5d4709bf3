/* Sorting by bytes from the last to the first: no comparisons, so a million numbers take some
 * hundredths of a second. A byte that is the same everywhere costs one look. */
#include "stdlib/core/radix.h"

enum { FEW = 32, BYTES = 8, VALUES = 256 };

static const uint64_t SIGN = (uint64_t)1 << 63;

uint64_t radix_of_int(int64_t x) {
    return (uint64_t)x ^ SIGN;
}

int64_t radix_to_int(uint64_t word) {
    return (int64_t)(word ^ SIGN);
}

/* Below 0 the bits run the other way. */
uint64_t radix_of_float(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits & SIGN ? ~bits : bits | SIGN;
}

double radix_to_float(uint64_t word) {
    uint64_t bits = word & SIGN ? word ^ SIGN : ~word;
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static void insertion_sort(uint64_t *x, size_t n) {
    for (size_t i = 1; i < n; i++) {
        uint64_t word = x[i];
        size_t at = i;
        for (; at > 0 && x[at - 1] > word; at--) {
            x[at] = x[at - 1];
        }
        x[at] = word;
    }
}

/* By the byte at `shift`, from x to y; false: all have the same, and nothing was done. */
static bool sort_byte(const uint64_t *x, uint64_t *y, size_t n, int shift) {
    size_t start[VALUES] = {0}, at = 0;
    for (size_t i = 0; i < n; i++) {
        start[x[i] >> shift & (VALUES - 1)]++;
    }
    if (start[x[0] >> shift & (VALUES - 1)] == n) {
        return false;
    }
    for (int value = 0; value < VALUES; value++) {
        size_t count = start[value];
        start[value] = at;
        at += count;
    }
    for (size_t i = 0; i < n; i++) {
        y[start[x[i] >> shift & (VALUES - 1)]++] = x[i];
    }
    return true;
}

void radix_sort(uint64_t *x, uint64_t *y, size_t n) {
    uint64_t *from = x, *to = y;
    if (n <= FEW) {
        insertion_sort(x, n);
        return;
    }
    for (int byte = 0; byte < BYTES; byte++) {
        if (sort_byte(from, to, n, 8 * byte)) {
            uint64_t *swap = from;
            from = to;
            to = swap;
        }
    }
    if (from != x) {
        memcpy(x, from, n * sizeof *x);
    }
}
