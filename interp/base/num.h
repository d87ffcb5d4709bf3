/* Exact number text: parsing and shortest printing, independent of locale. */
#ifndef SPOKE_NUM_H
#define SPOKE_NUM_H

#include "buf.h"

/* Whole text must be a decimal integer with an optional sign, and fit. */
bool num_parse_int(struct str s, int64_t *out);
/* Whole text must be a decimal number (digits . digits e digits), finite and
 * correctly rounded; `inf` and `nan` are refused. */
bool num_parse_float(struct str s, double *out);
/* Digits with at most one point as hundredths, exactly: "12.5" is 125/1000. False: too long. */
bool num_parse_percent(struct str digits, int64_t *n, int64_t *d);
/* Shortest text that reads back as an equal double, zeros without a sign; always has '.', 'e' or
 * is "inf"/"nan" (those never reach users). At most 32 bytes with the zero. */
size_t num_print_float(char out[32], double x);
size_t num_print_int(char out[24], int64_t x);
/* x with `decimals` digits after the point, half away from zero, judged on
 * the exact binary value; at most 340 bytes. `decimals` is held to 0..28; what
 * rounds to 0 has no sign. */
size_t num_print_fixed(char out[352], double x, int decimals);
/* n/d (d > 0) as a decimal with `decimals` digits, half away from zero on the
 * exact fraction; scaled by `times` (1, or 100 for percent). `decimals` is
 * held to 0..20; what rounds to 0 has no sign. */
size_t num_print_ratio(char out[64], int64_t n, int64_t d, int64_t times, int decimals);
/* n/d, d above 0, as the nearest double: equal fractions give equal doubles. */
double num_ratio_float(int64_t n, int64_t d);
/* Compare a/b with c/d exactly in 128 bits; b and d above 0: -1, 0, 1. */
int num_compare_ratio(int64_t a, int64_t b, int64_t c, int64_t d);

#endif
