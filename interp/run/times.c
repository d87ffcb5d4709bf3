/* Days, datetimes and durations in the VM: what stays inside the calendar, and what is refused.
 *
 * A date moves by whole days only; what has hours in it moves a datetime. */
#include "base/datetime.h"
#include "run/machine.h"

static bool outside(struct vm *vm, const char *what) {
    vm_fail(vm, ST_FAILED, E0411, "this %s lies outside the years 1 to 9999", what);
    return false;
}

static bool put_duration(struct vm *vm, union word *to, int64_t months, int64_t seconds) {
    if (duration_make(months, seconds, &to->i))
        return true;
    vm_fail(vm, ST_FAILED, E0411, "this duration is too long");
    return false;
}

/* The same duration backwards; it is as long, so it fits. */
static int64_t backwards(int64_t duration) {
    int64_t back = 0;
    duration_make(-duration_months(duration), -duration_seconds(duration), &back);
    return back;
}

static bool move_day(struct vm *vm, union word *to, int64_t day, int64_t duration) {
    if (!duration_is_days(duration)) {
        vm_fail(vm, ST_FAILED, E0403, "a date moves by whole days, and this duration has a time");
        return false;
    }
    int64_t moved = day_add(day, duration);
    if (!datetime_exists(moved * SECONDS_A_DAY))
        return outside(vm, "date");
    to->i = moved;
    return true;
}

static bool move_time(struct vm *vm, union word *to, int64_t t, int64_t duration) {
    int64_t moved = datetime_add(t, duration);
    if (!datetime_exists(moved))
        return outside(vm, "datetime");
    to->i = moved;
    return true;
}

OPERATION(day_add_duration) {
    UNUSED(r);
    return move_day(vm, &s[i->a], s[i->b].i, s[i->c].i);
}

OPERATION(day_minus_duration) {
    UNUSED(r);
    return move_day(vm, &s[i->a], s[i->b].i, backwards(s[i->c].i));
}

OPERATION(time_add_duration) {
    UNUSED(r);
    return move_time(vm, &s[i->a], s[i->b].i, s[i->c].i);
}

OPERATION(time_minus_duration) {
    UNUSED(r);
    return move_time(vm, &s[i->a], s[i->b].i, backwards(s[i->c].i));
}

OPERATION(time_difference) {
    UNUSED(r);
    return put_duration(vm, &s[i->a], 0, s[i->b].i - s[i->c].i);
}

OPERATION(duration_sum) {
    UNUSED(r);
    int64_t x = s[i->b].i, y = s[i->c].i;
    return put_duration(vm, &s[i->a], duration_months(x) + duration_months(y),
                        duration_seconds(x) + duration_seconds(y));
}

OPERATION(duration_difference) {
    UNUSED(r);
    int64_t x = s[i->b].i, y = s[i->c].i;
    return put_duration(vm, &s[i->a], duration_months(x) - duration_months(y),
                        duration_seconds(x) - duration_seconds(y));
}

OPERATION(duration_negative) {
    UNUSED(vm);
    UNUSED(r);
    s[i->a].i = backwards(s[i->b].i);
    return true;
}

OPERATION(duration_in_units) {
    UNUSED(r);
    static const char *const names[] = {"days", "hours", "minutes", "seconds"};
    static const int32_t lengths[] = {SECONDS_A_DAY, 3600, 60, 1};
    int64_t x = s[i->b].i;
    if (duration_months(x) != 0) {
        vm_fail(vm, ST_FAILED, E0403, "a duration with months has no fixed number of %s",
                names[i->c]);
        return false;
    }
    s[i->a].i = duration_seconds(x) / lengths[i->c];
    return true;
}

OPERATION(year_period) {
    UNUSED(r);
    int64_t year = s[i->b].i;
    if (year < 1 || year > 9999) {
        vm_fail(vm, ST_FAILED, E0411, "%lld is no year from 1 to 9999", (long long)year);
        return false;
    }
    s[i->a].i = period_pack(GRAIN_YEAR, year);
    return true;
}
