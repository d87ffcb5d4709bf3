/* Durations: whole months and whole seconds in one word.
 *
 * There are no zones, so a day is always 24 hours and a duration of days is one
 * of seconds; how long a month is depends on where it starts, so months are kept
 * apart. For comparing, a month counts as what it is on average, 4800 of them
 * being the 146097 days of 400 years: 2629746 seconds.
 *
 * The word is that length in seconds times 2^24, plus the months. So words
 * compare as durations do, as plain integers, wherever they lie; of two that are
 * equally long the one of fewer months comes first, and equal words are equal
 * durations. The empty duration is 0. */
#ifndef SPOKE_DURATION_H
#define SPOKE_DURATION_H

#include "base/base.h"

enum { SECONDS_A_DAY = 86400, SECONDS_A_MONTH = 2629746, DURATION_SHIFT = 24 };

static inline int64_t duration_months(int64_t d) {
    int64_t half = (int64_t)1 << (DURATION_SHIFT - 1);
    int64_t low = d & (((int64_t)1 << DURATION_SHIFT) - 1);
    return low >= half ? low - 2 * half : low;
}
static inline int64_t duration_seconds(int64_t d) {
    int64_t months = duration_months(d);
    return (d - months) / ((int64_t)1 << DURATION_SHIFT) - months * SECONDS_A_MONTH;
}
/* False: it is too long for the word (about 17,000 years), which is left alone. */
bool duration_make(int64_t months, int64_t seconds, int64_t *duration);
/* Of months and days that are known to fit. */
int64_t duration_pack(int32_t months, int32_t days);
/* Whether it is of months and days alone. */
static inline bool duration_is_days(int64_t d) {
    return duration_seconds(d) % SECONDS_A_DAY == 0;
}

/* "3 months 2 days", "1 hour 30 minutes" */
size_t duration_print(char out[96], int64_t duration);
/* Counts with their units, largest first, as they are printed; also weeks, quarters and years. The
 * whole text; a sign stands before each count it belongs to. */
bool duration_parse(struct str s, int64_t *duration);
/* The unit of that name, `day` or `days`; false: there is none. */
bool duration_unit(struct str name, int64_t *months, int64_t *seconds);

#endif
