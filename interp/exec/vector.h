/* Expressions over whole columns at a time, without the VM: sums and comparisons of ints, floats,
 * bools and dates, equal texts, `and`, `or`, `not`, `in` a list or range of literals, `is missing`.
 * What rows are counted and judged by is mostly of that kind. */
#ifndef SPOKE_EXEC_VECTOR_H
#define SPOKE_EXEC_VECTOR_H

#include "plan/plan.h"

struct batch;
struct column;

/* Whether the expression is of that kind. */
bool vector_fits(const struct expr *e);
/* Fills `out`, which has room and states if its type is nullable, for as many rows as the batch
 * has, from columns that are filled. false: some number does not fit in 64 bits, and nobody knows
 * of which row, or some value is suppressed; then it is for the VM. */
bool vector_evaluate(const struct expr *e, const struct batch *b, struct column *out);

#endif
