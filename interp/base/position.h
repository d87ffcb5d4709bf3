/* Positions of periods in the calendar: which period comes before another, and
 * where those that hold it begin. Everything that looks back in time asks here.
 *
 * Where the calendar knows the instructional days, days and weeks are counted by
 * these: the one before a Monday is a Friday, and the same week last year is the
 * one with as many weeks of school before it in its school year. */
#ifndef SPOKE_POSITION_H
#define SPOKE_POSITION_H

#include "base/school_days.h"

/* The period of the same grain at the same place, `k` units before: with GRAIN_NONE k periods
 * before; with GRAIN_YEAR the same month, quarter, term, week of the year or day of the month k
 * years before. False where there is none: 29 February, week 53, a term that year did not have. */
bool period_before(const struct calendar *c, int64_t period, enum grain unit, int64_t k,
                   int64_t *out);
/* The first day that counts in the period when it runs from the start of the `since` period: of
 * the one that holds its last day; its own first day when it is no finer than `since`. */
int64_t period_since(const struct calendar *c, int64_t period, enum grain since);

/* The periods that have days in [first_day, stop_day); false if there are none. */
bool periods_between(const struct calendar *c, enum grain g, int64_t first_day, int64_t stop_day,
                     int64_t *first, int64_t *last);
/* False for a term that the calendar does not have. */
bool period_is_known(const struct calendar *c, int64_t period);
/* The days from the first of one period to before the end of another, widened to whole periods of
 * the grain unless that is GRAIN_NONE; false where one of the two is a term that the calendar does
 * not have. */
bool periods_days(const struct calendar *c, int64_t from, int64_t to, enum grain whole,
                  int64_t *first_day, int64_t *stop_day);
/* The first day of the window of `n` periods that ends with this one, or of the longest there is.
 */
int64_t window_first_day(const struct calendar *c, int64_t period, int64_t n);
/* The period behind; behind the last term one that the calendar does not know. */
int64_t period_next(const struct calendar *c, int64_t period);
/* A number that grows by 1 from each period to the next, and the period with that number. */
int64_t period_position(const struct calendar *c, int64_t period);
int64_t period_at_position(const struct calendar *c, enum grain g, int64_t position);
/* Whether school is held in the period, as far as the calendar knows. */
bool period_has_school(const struct calendar *c, int64_t period);

/* Whether the days of one period are days of the other. A week lies in the longer period that has
 * most of its days, as weeks do in years. No days, as those of an unknown term, lie nowhere. */
bool period_lies_in(const struct calendar *c, int64_t period, int64_t in);

#endif
