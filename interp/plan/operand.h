/* Reading the operands of conditions that a store may judge. */
#ifndef SPOKE_PLAN_OPERAND_H
#define SPOKE_PLAN_OPERAND_H

#include "plan/plan.h"

/* Without conversions that change nothing but whether a value may be missing; a constant's value. */
const struct node *plan_bare(const struct node *n);
/* A range widened from whole numbers to floats is the range of its ends. */
const struct node *plan_bare_set(const struct node *set);
/* Days from the first of a period, or of a range of them, to before its end. */
bool plan_period_days(const struct node *set, int64_t *start, int64_t *stop);

#endif
