/* Positions of periods in the calendar. See position.h. */
#include "base/position.h"

/* ---- by instructional days ---- */

static int64_t school_day(const struct calendar *c, int64_t number) {
    return c->school->days[number];
}

static int64_t start_of_school_year(const struct calendar *c, int64_t year) {
    return period_start(c, period_pack(GRAIN_SCHOOL_YEAR, year));
}

static int64_t school_year_of(const struct calendar *c, int64_t day) {
    return period_ordinal(period_of(c, GRAIN_SCHOOL_YEAR, day));
}

/* The first instructional day of the period, as a number. */
static bool first_school_day(const struct calendar *c, int64_t period, int64_t *number) {
    *number = school_days_before(c, period_start(c, period));
    return *number < school_days_before(c, period_stop(c, period));
}

/* The period `k` instructional ones before. */
static bool schooled_before(const struct calendar *c, int64_t period, int64_t k, int64_t *out) {
    for (*out = period; k > 0; k--) {
        int64_t before = school_days_before(c, period_start(c, *out));
        if (before == 0)
            return false;
        *out = period_of(c, period_grain(period), school_day(c, before - 1));
    }
    return true;
}

/* The n-th period from 0 of that grain with an instructional day in the school year. */
static bool schooled_in_year(const struct calendar *c, enum grain g, int64_t year, int64_t n,
                             int64_t *out) {
    int64_t number = school_days_before(c, start_of_school_year(c, year));
    int64_t stop = school_days_before(c, start_of_school_year(c, year + 1));
    for (; number < stop; n--) {
        *out = period_of(c, g, school_day(c, number));
        if (n == 0)
            return true;
        number = school_days_before(c, period_stop(c, *out));
    }
    return false;
}

/* As many instructional periods of its school year are before it as before that one. */
static bool schooled_years_before(const struct calendar *c, int64_t period, int64_t years,
                                  int64_t *out) {
    int64_t day, n = 0;
    if (!first_school_day(c, period, &day))
        return false;
    int64_t year = school_year_of(c, school_day(c, day));
    enum grain g = period_grain(period);
    if (g == GRAIN_DAY) {
        int64_t from = school_days_before(c, start_of_school_year(c, year - years));
        n = day - school_days_before(c, start_of_school_year(c, year));
        *out = from + n < c->school->ndays ? period_pack(g, school_day(c, from + n)) : 0;
        return from + n < school_days_before(c, start_of_school_year(c, year - years + 1));
    }
    day = school_days_before(c, start_of_school_year(c, year));
    for (; school_day(c, day) < period_start(c, period); n++)
        day = school_days_before(c, period_stop(c, period_of(c, g, school_day(c, day))));
    return schooled_in_year(c, g, year - years, n, out);
}

/* ---- by numbers ---- */

/* The week with the same number in the year `years` before. */
static bool week_before(const struct calendar *c, int64_t period, int64_t years, int64_t *out) {
    char text[24];
    size_t n = period_print(c, text, period);
    struct ymd thursday = day_split(period_start(c, period) + 3);
    int64_t year = thursday.year - years;
    if (n != 8 || year < 1 || year > 9999)
        return false;
    text[0] = (char)('0' + year / 1000);
    text[1] = (char)('0' + year / 100 % 10);
    text[2] = (char)('0' + year / 10 % 10);
    text[3] = (char)('0' + year % 10);
    return period_parse(c, (struct str){text, n}, out);
}

static bool day_before(int64_t period, int64_t years, int64_t *out) {
    struct ymd day = day_split(period_ordinal(period));
    int64_t year = day.year - years;
    if (year < 1 || year > 9999 || !day_exists((int)year, day.month, day.day))
        return false;
    *out = period_pack(GRAIN_DAY, day_of((struct ymd){(int)year, day.month, day.day}));
    return true;
}

static bool term_before(const struct calendar *c, int64_t period, enum grain unit, int64_t k,
                        int64_t *out) {
    uint32_t n;
    const struct term *terms = terms_of(c, period_grain(period), &n);
    const struct term *own = term_of_period(c, period);
    if (unit == GRAIN_YEAR) {
        *out = period_pack(period_grain(period), period_ordinal(period) - k * TERMS_A_YEAR);
        return term_of_period(c, *out) != NULL;
    }
    if (!own || own - terms < k)
        return false;
    *out = (own - k)->period;
    return true;
}

bool period_before(const struct calendar *c, int64_t period, enum grain unit, int64_t k,
                   int64_t *out) {
    static const int64_t in_a_year[GRAIN_COUNT] = {
        [GRAIN_MONTH] = 12, [GRAIN_QUARTER] = 4, [GRAIN_YEAR] = 1, [GRAIN_SCHOOL_YEAR] = 1};
    enum grain grain = period_grain(period);
    bool by_year = unit != GRAIN_NONE;
    if (grain_is_term(grain))
        return term_before(c, period, unit, k, out);
    if (has_school_days(c) && (grain == GRAIN_DAY || grain == GRAIN_WEEK))
        return by_year ? schooled_years_before(c, period, k, out)
                       : schooled_before(c, period, k, out);
    if (!by_year || in_a_year[grain]) {
        *out = period_pack(grain, period_ordinal(period) - k * (by_year ? in_a_year[grain] : 1));
        return true;
    }
    return grain == GRAIN_WEEK ? week_before(c, period, k, out) : day_before(period, k, out);
}

/* ---- along the calendar ---- */

int64_t period_since(const struct calendar *c, int64_t period, enum grain since) {
    static const int ranks[GRAIN_COUNT] = {
        [GRAIN_DAY] = 1,  [GRAIN_WEEK] = 2,     [GRAIN_MONTH] = 3, [GRAIN_QUARTER] = 4,
        [GRAIN_TERM] = 4, [GRAIN_SEMESTER] = 5, [GRAIN_YEAR] = 6,  [GRAIN_SCHOOL_YEAR] = 6};
    int64_t own = period_start(c, period);
    if (ranks[period_grain(period)] >= ranks[since])
        return own;
    int64_t around = period_of(c, since, period_stop(c, period) - 1);
    return around == PERIOD_NONE ? own : period_start(c, around);
}

bool periods_between(const struct calendar *c, enum grain g, int64_t first_day, int64_t stop_day,
                     int64_t *first, int64_t *last) {
    if (first_day >= stop_day)
        return false;
    if (!grain_is_term(g)) {
        *first = period_of(c, g, first_day);
        *last = period_of(c, g, stop_day - 1);
        return true;
    }
    uint32_t n;
    const struct term *terms = terms_of(c, g, &n);
    uint32_t from = term_behind(terms, n, first_day), to = term_behind(terms, n, stop_day - 1);
    to += to < n && terms[to].start < stop_day;
    if (from >= to)
        return false;
    *first = terms[from].period;
    *last = terms[to - 1].period;
    return true;
}

bool period_is_known(const struct calendar *c, int64_t period) {
    return !grain_is_term(period_grain(period)) || term_of_period(c, period);
}

bool periods_days(const struct calendar *c, int64_t from, int64_t to, enum grain whole,
                  int64_t *first_day, int64_t *stop_day) {
    int64_t first, last;
    if (!period_is_known(c, from) || !period_is_known(c, to))
        return false;
    *first_day = period_start(c, from);
    *stop_day = period_stop(c, to);
    if (whole != GRAIN_NONE && periods_between(c, whole, *first_day, *stop_day, &first, &last)) {
        *first_day = period_start(c, first);
        *stop_day = period_stop(c, last);
    }
    return true;
}

int64_t window_first_day(const struct calendar *c, int64_t period, int64_t n) {
    int64_t earlier = period;
    while (--n > 0)
        if (period_before(c, period, GRAIN_NONE, n, &earlier))
            break;
    return period_start(c, earlier);
}

int64_t period_next(const struct calendar *c, int64_t period) {
    enum grain g = period_grain(period);
    uint32_t n;
    const struct term *terms = terms_of(c, g, &n);
    const struct term *own = grain_is_term(g) ? term_of_period(c, period) : NULL;
    if (own && own + 1 < terms + n)
        return own[1].period;
    return period + 1;
}

int64_t period_position(const struct calendar *c, int64_t period) {
    uint32_t n;
    const struct term *terms = terms_of(c, period_grain(period), &n);
    const struct term *own = grain_is_term(period_grain(period)) ? term_of_period(c, period) : NULL;
    return own ? own - terms : period_ordinal(period);
}

int64_t period_at_position(const struct calendar *c, enum grain g, int64_t position) {
    uint32_t n;
    const struct term *terms = terms_of(c, g, &n);
    bool term = grain_is_term(g) && position >= 0 && position < n;
    return term ? terms[position].period : period_pack(g, position);
}

bool period_has_school(const struct calendar *c, int64_t period) {
    int64_t day;
    return !has_school_days(c) || first_school_day(c, period, &day);
}

bool period_lies_in(const struct calendar *c, int64_t period, int64_t in) {
    int64_t start = period_start(c, period), stop = period_stop(c, period);
    int64_t from = period_start(c, in), until = period_stop(c, in);
    if (period_grain(period) == GRAIN_WEEK && period_grain(in) > GRAIN_WEEK) {
        start += 3; /* the day in its middle */
        stop = start + 1;
    }
    return start < stop && start >= from && stop <= until;
}
