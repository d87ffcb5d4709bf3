/* Reading the operands of conditions that a store may judge. */
#ifndef SPOKE_PLAN_OPERAND_H
#define SPOKE_PLAN_OPERAND_H

#include "plan/plan.h"

/* Without conversions that change nothing but whether a value may be missing; a constant's value.
 */
const struct node *plan_bare(const struct node *n);
/* A range widened from whole numbers to floats is the range of its ends. */
const struct node *plan_bare_set(const struct node *set);
/* Whether the set is the days of a period or of a range of them, known without asking for terms. */
bool plan_is_period(const struct node *set);
/* From the first of these days to before the last one's end, as the calendar has them; in seconds
 * where datetimes are asked for. */
bool plan_period_days(const struct calendar *calendar, const struct node *set, int64_t *start,
                      int64_t *stop);

#endif
