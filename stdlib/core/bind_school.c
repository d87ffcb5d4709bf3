/* Core's functions on days of school, of the calendar in use. */
#include "base/position.h"
#include "stdlib/core/bind_core.h"

/* Whether days of the calendar lie on both sides of the stretch, or in it. */
static bool is_covered(const struct calendar *c, int64_t first, int64_t last) {
    const struct school_days *s = c->school;
    return last >= s->days[0] && first <= s->days[s->ndays - 1];
}

int core_lies_in(struct native_call *c) {
    const struct calendar *calendar = native_read_calendar(c);
    if (!calendar)
        return SPOKE_FAILED;
    return give_int(c, period_lies_in(calendar, native_int(c, 0), native_int(c, 1)));
}

int core_instructional_days(struct native_call *c) {
    const struct calendar *calendar = native_school_calendar(c);
    int64_t period = native_int(c, 0), first, stop;
    if (!calendar)
        return SPOKE_FAILED;
    if (!periods_days(calendar, period, period, GRAIN_NONE, &first, &stop)) {
        char text[24];
        period_print(calendar, text, period);
        return native_fail(c, "the calendar has no %s", text);
    }
    if (!is_covered(calendar, first, stop - 1))
        return give_missing(c);
    return give_int(c, school_days_before(calendar, stop) - school_days_before(calendar, first));
}

int core_school_days_between(struct native_call *c) {
    const struct calendar *calendar = native_school_calendar(c);
    int64_t first = native_int(c, 0), last = native_int(c, 1);
    if (!calendar)
        return SPOKE_FAILED;
    return give_int(c, last < first ? 0
                                    : school_days_before(calendar, last + 1) -
                                          school_days_before(calendar, first));
}

int core_is_school_day(struct native_call *c) {
    const struct calendar *calendar = native_school_calendar(c);
    int64_t day = native_int(c, 0);
    if (!calendar)
        return SPOKE_FAILED;
    return is_covered(calendar, day, day) ? give_int(c, is_school_day(calendar, day))
                                          : give_missing(c);
}

int core_school_day_number(struct native_call *c) {
    const struct calendar *calendar = native_school_calendar(c);
    int64_t day = native_int(c, 0);
    if (!calendar)
        return SPOKE_FAILED;
    if (!is_school_day(calendar, day))
        return give_missing(c);
    int64_t start = period_start(calendar, period_of(calendar, GRAIN_SCHOOL_YEAR, day));
    return give_int(c, school_days_before(calendar, day) - school_days_before(calendar, start) + 1);
}

int core_next_school_day(struct native_call *c) {
    const struct calendar *calendar = native_school_calendar(c);
    if (!calendar)
        return SPOKE_FAILED;
    int64_t next = school_days_before(calendar, native_int(c, 0) + 1);
    return next < calendar->school->ndays ? give_int(c, calendar->school->days[next])
                                          : give_missing(c);
}
