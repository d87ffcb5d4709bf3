/* Sorting that asks whether to go on, as the C library's does not. */
#ifndef SPOKE_NETWORK_SORT_H
#define SPOKE_NETWORK_SORT_H

#include "stdlib/network/effort.h"

/* Sorts `n` items of `size` bytes. Items that compare equal are to be the same, so that there is
 * one order. Room for as many again comes from `scratch`. Not ST_OK: some of the items are lost. */
enum status stint_sort(struct stint *stint, struct arena *scratch, void *items, size_t n,
                       size_t size, int (*compare)(const void *a, const void *b));

#endif
