/* Filling the rows of a result frame, one cell at a time.
 *
 * Every call gives false when memory ran out; the frame stays whole. */
#ifndef SPOKE_STDLIB_ROWS_H
#define SPOKE_STDLIB_ROWS_H

#include "column/column.h"

bool put_missing(struct frame *f, uint32_t column, uint32_t row);
bool put_int(struct frame *f, uint32_t column, uint32_t row, int64_t x);
/* NaN is missing. */
bool put_float(struct frame *f, uint32_t column, uint32_t row, double x);
/* d 0 is missing. */
bool put_ratio(struct frame *f, uint32_t column, uint32_t row, int64_t n, int64_t d);
/* Empty text is missing. */
bool put_text(struct frame *f, uint32_t column, uint32_t row, struct str s);

#endif
