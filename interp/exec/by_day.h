/* Rows listed by key, those of a key in the order of their days. */
#ifndef SPOKE_EXEC_BY_DAY_H
#define SPOKE_EXEC_BY_DAY_H

#include "exec/codes.h"

struct by_day {
    struct alloc *alloc;
    uint32_t *order; /* rows */
    uint32_t *first; /* by key number: where its rows begin in `order`; one more at the end */
    uint32_t n, nkeys;
    size_t room; /* of `order` */
};
/* Rows whose number is NO_CODE are left out; numbers are below `nkeys`. Rows of one day keep their
 * order. Free it in any case. */
enum status by_day_make(struct by_day *b, struct alloc *alloc, const uint32_t *numbers,
                        const int64_t *days, uint32_t n, uint32_t nkeys);
void by_day_free(struct by_day *b);

#endif
