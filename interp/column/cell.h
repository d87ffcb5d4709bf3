/* The text of one cell as data formats, finding keys and hosts read it: nothing
 * rounded, nothing localised. What a person sees in a table is made by render/. */
#ifndef SPOKE_CELL_H
#define SPOKE_CELL_H

#include "base/buf.h"
#include "base/day.h"
#include "column/column.h"

/* What stands for a suppressed value wherever a text has to stand: `‹<10›`, or `<10`. `under` 0:
 * nobody knows of how few, so of as few as is usual. */
void suppressed_mark(struct buf *out, int64_t under, bool ascii);

/* true/false, whole numbers, floats and ratios as the shortest decimal that reads back, days and
 * periods as they are written in a script, texts as they are. A missing or suppressed value writes
 * nothing. `calendar` NULL: the default one. */
void cell_text(struct buf *out, const struct column *c, uint32_t row,
               const struct calendar *calendar);
/* Whether a cell is a period of an answer that goes on behind the last day of its facts. */
bool cell_goes_on(const struct frame *f, uint32_t column, uint32_t row,
                  const struct calendar *calendar);
/* The number in a present cell of a float, ratio or share column. */
double cell_float(const struct column *c, uint32_t row);

#endif
