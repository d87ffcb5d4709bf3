/* Moving rows between columns: the common work of all operators.
 *
 * Rows are copied a column at a time, never a row at a time. NO_ROW in a list
 * of row numbers stands for a row whose values are missing. Texts are copied
 * as pointers; whoever gave them keeps them until the run ends. */
#ifndef SPOKE_EXEC_ROWS_H
#define SPOKE_EXEC_ROWS_H

#include "column/column.h"

#define NO_ROW UINT32_MAX

/* An array that grows, zeroed behind its old end. */
struct lane {
    void *p;
    size_t size; /* of an element */
    uint32_t cap;
};
/* Makes room for `cap` elements, at least doubling; false: no memory. */
bool lane_grow(struct alloc *a, struct lane *l, uint32_t cap);
void lane_free(struct alloc *a, struct lane *l);

/* Reserves rows, and states where a nullable word or float may need them. */
bool column_prepare(struct alloc *a, struct column *c, const struct type *type, uint32_t rows);
/* Rows [from, from + n) of `in` to row `at` of `out`, which has room. */
bool column_append(struct alloc *a, struct column *out, uint32_t at, const struct column *in,
                   uint32_t from, uint32_t n);
/* Rows index[0..n) of `in` to row `at` of `out`, which has room. `in` and `out` may be one
 * column when at is 0 and index[i] >= i throughout. */
bool column_gather(struct alloc *a, struct column *out, uint32_t at, const struct column *in,
                   const uint32_t *index, uint32_t n);
bool column_set_missing(struct alloc *a, struct column *c, uint32_t row);
/* Nothing of the value is left. A text becomes missing: it has no room for a state. */
bool column_suppress(struct alloc *a, struct column *c, uint32_t row);
/* The column from row `from` on; owns nothing. */
struct column column_view(const struct column *c, uint32_t from);

/* Columns of equal length that grow together. */
struct rows {
    struct alloc *alloc;
    struct column *columns; /* the array is borrowed, what it points at is owned */
    uint32_t ncolumns;
    uint32_t n;
};
/* Room for `more` rows. ST_LIMIT beyond 32 bits. */
enum status rows_reserve(struct rows *r, uint32_t more);
void rows_free(struct rows *r);

#endif
