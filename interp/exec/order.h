/* Orders rows: stable, missing last, texts by code point. */
#ifndef SPOKE_EXEC_ORDER_H
#define SPOKE_EXEC_ORDER_H

#include "column/column.h"

/* Writes the order of n rows into order[0..n): by keys[0] first. Suppressed values count as
 * missing, which stay last in a descending key too. false: no memory. */
bool order_rows(struct alloc *a, const struct column *const *keys, const bool *descending,
                uint32_t nkeys, uint32_t n, uint32_t *order);

/* One element of a radix sort. */
struct order_entry {
    uint64_t word;
    uint32_t row;
};
/* Sorts by word, stable; `spare` has room for n. Bytes in which all words agree cost nothing. */
void order_words(struct order_entry *at, struct order_entry *spare, uint32_t n);
/* A word that sorts as the value does. */
static inline uint64_t order_of_int(int64_t x) {
    return (uint64_t)x ^ (uint64_t)1 << 63;
}
uint64_t order_of_float(double x);

#endif
