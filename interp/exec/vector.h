/* Expressions over whole columns at a time, without the VM: sums and comparisons of ints, bools and
 * dates that are never missing. What the rows after a grouping are judged by is mostly of that
 * kind, and there are as many of them as there are groups. */
#ifndef SPOKE_EXEC_VECTOR_H
#define SPOKE_EXEC_VECTOR_H

#include "plan/plan.h"

struct batch;
struct column;

/* Whether the expression is of that kind. */
bool vector_fits(const struct expr *e);
/* Fills the words of `out`, as many as the batch has rows, from columns that are filled. false:
 * some number does not fit in 64 bits; then nobody knows of which row, and the VM has to say. */
bool vector_evaluate(const struct expr *e, const struct batch *b, struct column *out);

#endif
