/* Sorting plain words. */
#ifndef SPOKE_CORE_RADIX_H
#define SPOKE_CORE_RADIX_H

#include "base/base.h"

/* A word that is in order as unsigned where the number is. */
uint64_t radix_of_int(int64_t x);
int64_t radix_to_int(uint64_t word);
uint64_t radix_of_float(double x); /* of any but NaN */
double radix_to_float(uint64_t word);
/* x in order; `y` is room for as many. */
void radix_sort(uint64_t *x, uint64_t *y, size_t n);

#endif
