/* What stands on a chart for some of its time only: the baseline, and the days on
 * which a definition changed. */
#include "stdlib/chart/chart.h"
#include <math.h>

/* Points stand in the middle of their periods, so a day may lie half a step before or behind. */
static double place_of(const struct chart *c, int64_t day) {
    if (c->grain == GRAIN_NONE) {
        return (double)NAN;
    }
    int64_t period = period_of(&c->calendar, c->grain, day);
    int64_t start = period_start(&c->calendar, period), stop = period_stop(&c->calendar, period);
    if (start >= stop) {
        return (double)NAN; /* outside of every term */
    }
    double at = (double)period_position(&c->calendar, period);
    return c->grain == GRAIN_DAY ? at : at + (double)(day - start) / (double)(stop - start) - 0.5;
}

bool chart_change_at(const struct chart *c, uint32_t i, double *at) {
    *at = place_of(c, c->changes[i].day);
    return *at >= c->time.low - 0.5 && *at <= c->time.high + 0.5;
}

bool chart_baseline_span(const struct chart *c, double *from, double *to) {
    if (!c->has_baseline || c->time.low > c->time.high) {
        return false;
    }
    *from = place_of(c, c->baseline_first);
    *to = place_of(c, c->baseline_stop - 1);
    double half = c->grain == GRAIN_DAY ? 0 : 0.5;
    bool over = *from <= c->time.high + half && *to >= c->time.low - half;
    *from = fmax(*from, c->time.low - half);
    *to = fmin(*to, c->time.high + half);
    return over;
}

/* "absence@2 from 15 January 2026: excused days are no absence" */
struct str chart_change_words(struct arena *a, const struct chart *c, uint32_t i) {
    const struct chart_change *change = &c->changes[i];
    char day[PERIOD_TEXT];
    scale_words(&c->calendar, day, period_pack(GRAIN_DAY, change->day));
    return arena_printf(a, "%.*s from %s%s%.*s", STR_ARG(change->name), day,
                        change->because.n ? ": " : "", STR_ARG(change->because));
}
