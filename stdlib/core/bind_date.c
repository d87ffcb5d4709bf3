/* Core's functions on dates and datetimes. */
#include "base/datetime.h"
#include "base/position.h"
#include "stdlib/core/bind_core.h"
#include "stdlib/core/dates.h"

/* A day of the years 1 to 9999, which is all a date can be. */
static int give_day(struct native_call *c, int64_t day) {
    int year = day_split(day).year;
    if (year < 1 || year > 9999) {
        return native_fail(c, "this date lies outside the years 1 to 9999");
    }
    return give_int(c, day);
}

static bool is_small(int64_t x) {
    return x >= 1 && x <= 9999;
}

int core_date(struct native_call *c) {
    int64_t y = native_int(c, 0), m = native_int(c, 1), d = native_int(c, 2);
    if (!is_small(y) || !is_small(m) || !is_small(d) || !day_exists((int)y, (int)m, (int)d)) {
        return give_missing(c);
    }
    return give_int(c, day_of((struct ymd){(int)y, (int)m, (int)d}));
}

int core_datetime(struct native_call *c) {
    int64_t t = 0;
    if (datetime_parse(native_text(c, 0), &t) != DATETIME_READ) {
        return give_missing(c);
    }
    return give_int(c, t);
}

static bool is_below(int64_t x, int64_t limit) {
    return x >= 0 && x < limit;
}

int core_at_time(struct native_call *c) {
    int64_t hour = native_int(c, 1), minute = native_int(c, 2), second = native_int(c, 3);
    if (!is_below(hour, 24) || !is_below(minute, 60) || !is_below(second, 60)) {
        return give_missing(c);
    }
    return give_int(c, native_int(c, 0) * SECONDS_A_DAY + hour * 3600 + minute * 60 + second);
}

int core_parse_date(struct native_call *c) {
    int64_t day = 0;
    struct str format = native_text(c, 1);
    switch (dates_parse(native_text(c, 0), format, &day)) {
    case DATES_READ:
        return give_int(c, day);
    case DATES_NONE:
        return give_missing(c);
    default:
        return native_fail_help(c,
                                "it needs a day, a month and a year: \"%d/%m/%Y\"; %e is a day "
                                "of one or two digits, %b is Sep, %B September, %y 25",
                                "`%.*s` is no format of dates", STR_ARG(format));
    }
}

int core_year_number(struct native_call *c) {
    return give_int(c, day_split(native_int(c, 0)).year);
}

int core_month_number(struct native_call *c) {
    return give_int(c, day_split(native_int(c, 0)).month);
}

int core_month_name(struct native_call *c) {
    return native_give_text(c, str_of(dates_month_name(day_split(native_int(c, 0)).month)));
}

int core_day_of_month(struct native_call *c) {
    return give_int(c, day_split(native_int(c, 0)).day);
}

int core_day_of_year(struct native_call *c) {
    int64_t day = native_int(c, 0);
    return give_int(c, day - day_of((struct ymd){day_split(day).year, 1, 1}) + 1);
}

int core_weekday(struct native_call *c) {
    return give_int(c, day_weekday(native_int(c, 0)) + 1);
}

int core_weekday_name(struct native_call *c) {
    return native_give_text(c, str_of(dates_weekday_name(day_weekday(native_int(c, 0)))));
}

/* Further than any two days of the calendar lie apart, and small enough to be added. */
enum { FAR = 4000000 };

static int64_t held(int64_t n) {
    return n > FAR ? FAR : n < -FAR ? -FAR : n;
}

int core_add_days(struct native_call *c) {
    return give_day(c, native_int(c, 0) + held(native_int(c, 1)));
}

int core_add_months(struct native_call *c) {
    return give_day(c, day_add_months(native_int(c, 0), held(native_int(c, 1))));
}

/* Both ends of a period's days; false: the calendar does not have it, or could not be read. */
static bool period_days(struct native_call *c, int64_t *first, int64_t *stop) {
    const struct calendar *calendar = native_read_calendar(c);
    int64_t period = native_int(c, 0);
    if (!calendar)
        return false;
    if (periods_days(calendar, period, period, GRAIN_NONE, first, stop))
        return true;
    char text[24];
    period_print(calendar, text, period);
    native_fail(c, "the calendar has no %s", text);
    return false;
}

int core_first_day(struct native_call *c) {
    int64_t first, stop;
    return period_days(c, &first, &stop) ? give_day(c, first) : SPOKE_FAILED;
}

int core_last_day(struct native_call *c) {
    int64_t first, stop;
    return period_days(c, &first, &stop) ? give_day(c, stop - 1) : SPOKE_FAILED;
}

int core_start_of_month(struct native_call *c) {
    int64_t day = native_int(c, 0);
    return give_int(c, day - day_split(day).day + 1);
}

int core_end_of_month(struct native_call *c) {
    struct ymd d = day_split(native_int(c, 0));
    d.day = 28;
    while (day_exists(d.year, d.month, d.day + 1)) {
        d.day++;
    }
    return give_int(c, day_of(d));
}

int core_days_between(struct native_call *c) {
    return give_int(c, native_int(c, 1) - native_int(c, 0));
}

int core_months_between(struct native_call *c) {
    return give_int(c, dates_months_between(native_int(c, 0), native_int(c, 1)));
}

int core_years_between(struct native_call *c) {
    return give_int(c, dates_months_between(native_int(c, 0), native_int(c, 1)) / 12);
}
