/* Exact pairs n/d, d above 0, as text. Where ratios are only numbers see num.h. */
#ifndef SPOKE_RATIO_H
#define SPOKE_RATIO_H

#include "base/base.h"

/* "3/4", and for a ratio also a whole number or decimal, exactly: "0.75" is 75/100. The whole text;
 * false: it is none, or its numbers do not fit in 64 bits. */
bool ratio_parse(struct str s, int64_t *n, int64_t *d);
/* "12.5%", exactly 125/1000, and "1/8"; a bare number is none, since it may mean either. */
bool share_parse(struct str s, int64_t *n, int64_t *d);
/* "3/4": the pair as it is kept, not in lowest terms. */
size_t ratio_print(char out[48], int64_t n, int64_t d);

#endif
