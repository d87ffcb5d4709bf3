/* Positions of periods in the calendar. See position.h. */
#include "base/position.h"

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

bool period_before(const struct calendar *c, int64_t period, enum grain unit, int64_t k,
                   int64_t *out) {
    static const int64_t in_a_year[GRAIN_COUNT] = {
        [GRAIN_MONTH] = 12, [GRAIN_QUARTER] = 4, [GRAIN_YEAR] = 1, [GRAIN_SCHOOL_YEAR] = 1};
    enum grain grain = period_grain(period);
    if (unit == GRAIN_NONE || in_a_year[grain]) {
        int64_t step = unit == GRAIN_NONE ? 1 : in_a_year[grain];
        *out = period_pack(grain, period_ordinal(period) - k * step);
        return true;
    }
    if (grain == GRAIN_WEEK)
        return week_before(c, period, k, out);
    struct ymd day = day_split(period_ordinal(period));
    int64_t year = day.year - k;
    if (year < 1 || year > 9999 || !day_exists((int)year, day.month, day.day))
        return false;
    *out = period_pack(grain, day_of((struct ymd){(int)year, day.month, day.day}));
    return true;
}

static int rank(enum grain grain) {
    return grain == GRAIN_SCHOOL_YEAR ? GRAIN_YEAR : (int)grain;
}

int64_t period_since(const struct calendar *c, int64_t period, enum grain since) {
    int64_t own = period_start(c, period);
    if (rank(period_grain(period)) >= rank(since))
        return own;
    return period_start(c, period_of(c, since, period_stop(c, period) - 1));
}
