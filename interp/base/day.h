/* Days and periods: proleptic Gregorian, no zones, no locale.
 *
 * A day is the number of days since 1970-01-01. A period is packed in one
 * word: its grain in bits 48 to 55, its ordinal plus 2^47 below, so periods of
 * one grain compare as integers. Ordinals: day number, week number (week 0
 * starts on 1969-12-29, a Monday, or up to three days from it where weeks start
 * on another day), year * 12 + month - 1, year * 4 + quarter - 1, year, for
 * school years the calendar year they start in, and for terms and semesters
 * this year * TERMS_A_YEAR + their number. Grains keep their numbers, which are
 * stored. */
#ifndef SPOKE_DAY_H
#define SPOKE_DAY_H

#include "base/duration.h"

enum grain {
    GRAIN_NONE,
    GRAIN_DAY,
    GRAIN_WEEK,
    GRAIN_MONTH,
    GRAIN_QUARTER,
    GRAIN_YEAR,
    GRAIN_SCHOOL_YEAR,
    GRAIN_TERM,
    GRAIN_SEMESTER,
    GRAIN_COUNT
};

/* Terms have one digit, so that their texts are in order, too. */
enum { TERMS_A_YEAR = 10, LAST_TERM = 9 };

struct school_days;
/* When years and weeks start, and what tables say of terms and days of school (base/school_days.h).
 * A session has one, which all rooms are handed; who has none takes the default. */
struct calendar {
    int school_year_month, school_year_day;
    int week_start;                   /* 0 Monday .. 6 Sunday */
    const struct school_days *school; /* NULL: nothing is known of them */
};
#define CALENDAR_DEFAULT ((struct calendar){7, 1, 0, NULL})

struct ymd {
    int year, month, day; /* month and day from 1 */
};

int64_t day_of(struct ymd d); /* must be a real date */
struct ymd day_split(int64_t day);
bool day_exists(int year, int month, int day); /* years 1 to 9999 */
int day_weekday(int64_t day);                  /* 0 Monday .. 6 Sunday */
/* Strict YYYY-MM-DD, the whole text. */
bool day_parse(struct str s, int64_t *day);
size_t day_print(char out[16], int64_t day);
/* Clamps to the month's last day. */
int64_t day_add_months(int64_t day, int64_t months);

const char *grain_name(enum grain g); /* "month", ... */
enum grain grain_named(struct str s); /* GRAIN_NONE if none */

static inline int64_t period_pack(enum grain g, int64_t ordinal) {
    return ((int64_t)g << 48) | (ordinal + ((int64_t)1 << 47));
}
static inline enum grain period_grain(int64_t p) {
    return (enum grain)(p >> 48);
}
static inline int64_t period_ordinal(int64_t p) {
    return (p & (((int64_t)1 << 48) - 1)) - ((int64_t)1 << 47);
}
static inline bool grain_is_term(enum grain g) {
    return g == GRAIN_TERM || g == GRAIN_SEMESTER;
}
/* The period of that grain which holds the day; PERIOD_NONE on a day outside of every term. */
#define PERIOD_NONE ((int64_t)1 << 47)
int64_t period_of(const struct calendar *c, enum grain g, int64_t day);
/* [start, stop) in days; no days where the calendar does not know the term. */
int64_t period_start(const struct calendar *c, int64_t period);
int64_t period_stop(const struct calendar *c, int64_t period);
/* 2025-09-01 (day), 2025-W36 (week; ISO, or as weeks start), 2025-09, 2025Q3, 2025, SY2025-26
 * (SY2018 where the school year starts on 01-01), SY2025-26T2 (term), SY2025-26S1 (semester). */
size_t period_print(const struct calendar *c, char out[24], int64_t period);
/* Whether school years are written SY2018. */
bool school_year_is_calendar_year(const struct calendar *c);
bool period_parse(const struct calendar *c, struct str s, int64_t *period);
/* As files have them: also school years as 2025-2026, 2025/2026 or 2025/26. */
bool period_read(const struct calendar *c, struct str s, int64_t *period);

/* Months first, then days; of a duration that is_days. */
int64_t day_add(int64_t day, int64_t duration);

#endif
