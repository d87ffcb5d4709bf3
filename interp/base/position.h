/* Positions of periods in the calendar: which period comes before another, and
 * where those that hold it begin. Everything that looks back in time asks here. */
#ifndef SPOKE_POSITION_H
#define SPOKE_POSITION_H

#include "base/day.h"

/* The period of the same grain at the same place, `k` units before: with GRAIN_NONE k periods
 * before; with GRAIN_YEAR the same month, quarter, week of the year or day of the month k years
 * before. False where there is none: 29 February, week 53. */
bool period_before(const struct calendar *c, int64_t period, enum grain unit, int64_t k,
                   int64_t *out);
/* The first day that counts in the period when it runs from the start of the `since` period: of
 * the one that holds its last day; its own first day when it is no finer than `since`. */
int64_t period_since(const struct calendar *c, int64_t period, enum grain since);

#endif
