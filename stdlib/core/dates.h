/* Counting months between days, and reading days by a format. */
#ifndef SPOKE_CORE_DATES_H
#define SPOKE_CORE_DATES_H

#include "base/day.h"

/* The most months n with day_add_months(a, n) not after b; for b before a the same the other way
 * round, below 0. */
int64_t dates_months_between(int64_t a, int64_t b);

/* By %d (two digits) %e (one or two) %m (two) %Y (four) %y (two: 1969 to 2068) %b (Jan) %B
 * (January) and %%; names in either case. Everything else stands for itself. */
enum dates_reading {
    DATES_READ,
    DATES_NONE,      /* the text is no such day */
    DATES_NO_FORMAT, /* the format has another % word, or lacks day, month or year */
};
enum dates_reading dates_parse(struct str s, struct str format, int64_t *day);

const char *dates_month_name(int month);     /* from 1 */
const char *dates_weekday_name(int weekday); /* from 0, Monday */

#endif
