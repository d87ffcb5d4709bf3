/* What a calendar learns from tables: its terms, its semesters and the days on
 * which school is held. Read only; whoever made the arrays owns them.
 *
 * Terms and semesters stand in order and do not overlap, so their periods are in
 * order, too; instructional days are in order, each once. */
#ifndef SPOKE_SCHOOL_DAYS_H
#define SPOKE_SCHOOL_DAYS_H

#include "base/day.h"

/* Days [start, stop) with the period they make up. */
struct term {
    int64_t period, start, stop;
};

struct school_days {
    const struct term *terms;
    uint32_t nterms;
    const struct term *semesters;
    uint32_t nsemesters;
    const int64_t *days;
    uint32_t ndays;
};

/* The terms or semesters of the calendar; none without data. */
const struct term *terms_of(const struct calendar *c, enum grain g, uint32_t *n);
/* Number of the first one that goes on to behind the day. */
uint32_t term_behind(const struct term *terms, uint32_t n, int64_t day);
/* NULL where there is none. */
const struct term *term_with_day(const struct calendar *c, enum grain g, int64_t day);
const struct term *term_of_period(const struct calendar *c, int64_t period);

/* Instructional days before the day: with two of these, those between two days. */
int64_t school_days_before(const struct calendar *c, int64_t day);
/* Whether the calendar knows any. */
bool has_school_days(const struct calendar *c);
bool is_school_day(const struct calendar *c, int64_t day);

#endif
