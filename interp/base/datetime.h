/* Days with a time of day: seconds since 1970-01-01T00:00:00, of the years 1 to
 * 9999. No zones and no leap seconds: every day has 86400 of them. */
#ifndef SPOKE_DATETIME_H
#define SPOKE_DATETIME_H

#include "base/day.h"

static inline int64_t datetime_day(int64_t t) {
    return t / SECONDS_A_DAY - (t % SECONDS_A_DAY < 0);
}
/* From 0 to 86399. */
static inline int64_t datetime_second_of_day(int64_t t) {
    return t - datetime_day(t) * SECONDS_A_DAY;
}

enum time_part { TIME_DAY, TIME_HOUR, TIME_MINUTE, TIME_SECOND };
int64_t datetime_part(int64_t t, enum time_part part);
bool datetime_exists(int64_t t); /* in the years 1 to 9999 */

/* Strict: YYYY-MM-DD, a blank or T, HH:MM or HH:MM:SS, and nothing else. What is refused only for
 * a fraction of a second or a zone behind it is told apart, so that a message can say so. */
enum datetime_reading { DATETIME_READ, DATETIME_NONE, DATETIME_FRACTION, DATETIME_ZONE };
enum datetime_reading datetime_parse(struct str s, int64_t *t);
/* 2025-09-01T08:30:00 */
size_t datetime_print(char out[32], int64_t t);
/* Months first, clamped to the month's last day, then the rest. */
int64_t datetime_add(int64_t t, int64_t duration);

#endif
