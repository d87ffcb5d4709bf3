/* Round numbers and calendar steps; English names of months. */
#include "stdlib/chart/scale.h"
#include <math.h>
#include <stdio.h>

struct ticks scale_ticks(double low, double high, uint32_t most) {
    static const double STEPS[] = {1, 2, 2.5, 5, 10};
    double rough = (high - low) / (double)(most > 1 ? most - 1 : 1);
    double exponent = floor(log10(rough));
    for (;; exponent++) {
        double power = pow(10, exponent);
        for (size_t i = 0; i < COUNT_OF(STEPS); i++) {
            double step = STEPS[i] * power;
            /* A bound that is a tick but for rounding counts as one. */
            double from = ceil(low / step - 1e-9), to = floor(high / step + 1e-9);
            if (to - from + 1 > most) {
                continue;
            }
            int digits = (int)-exponent + (STEPS[i] == 2.5) - (STEPS[i] == 10);
            return (struct ticks){from * step, step, (uint32_t)(to - from + 1),
                                  digits > 0 ? digits : 0};
        }
    }
}

double scale_tick(const struct ticks *t, uint32_t i) {
    double x = (round(t->first / t->step) + i) * t->step;
    return fabs(x) < t->step * 1e-9 ? 0 : x;
}

static const int64_t DAY_STEPS[] = {1, 2, 7, 14, 28, 56, 91, 182, 364, 0};
static const int64_t WEEK_STEPS[] = {1, 2, 4, 8, 13, 26, 52, 104, 0};
static const int64_t MONTH_STEPS[] = {1, 2, 3, 6, 12, 24, 60, 120, 0};
static const int64_t QUARTER_STEPS[] = {1, 2, 4, 8, 20, 40, 0};
static const int64_t OTHER_STEPS[] = {1, 2, 5, 10, 20, 50, 100, 0};

int64_t scale_period_step(enum grain g, int64_t periods, uint32_t most) {
    const int64_t *steps = g == GRAIN_DAY       ? DAY_STEPS
                           : g == GRAIN_WEEK    ? WEEK_STEPS
                           : g == GRAIN_MONTH   ? MONTH_STEPS
                           : g == GRAIN_QUARTER ? QUARTER_STEPS
                                                : OTHER_STEPS;
    int64_t step = 1;
    for (size_t i = 0; steps[i]; i++) {
        step = steps[i];
        if ((periods + step - 1) / step <= (int64_t)most) {
            return step;
        }
    }
    while ((periods + step - 1) / step > (int64_t)most) {
        step *= 2;
    }
    return step;
}

bool scale_labelled(enum grain g, int64_t ordinal, int64_t first, int64_t step) {
    /* Months and quarters are labelled at the same places of every year. */
    bool by_calendar = g == GRAIN_MONTH || g == GRAIN_QUARTER;
    int64_t from = by_calendar ? 0 : first;
    return (ordinal - from) % step == 0;
}

static const char *const MONTHS[] = {"January",   "February", "March",    "April",
                                     "May",       "June",     "July",     "August",
                                     "September", "October",  "November", "December"};

static size_t printed(int n) {
    return n < 0 ? 0 : n >= PERIOD_TEXT ? PERIOD_TEXT - 1 : (size_t)n;
}

static size_t print_school_year(const struct calendar *c, char out[PERIOD_TEXT], int64_t period) {
    char text[24];
    size_t n = period_print(c, text, period);
    return printed(snprintf(out, PERIOD_TEXT, "%s", n > 2 ? text + 2 : text)); /* without "SY" */
}

size_t scale_label(const struct calendar *c, char out[PERIOD_TEXT], int64_t period) {
    struct ymd d;
    switch (period_grain(period)) {
    case GRAIN_DAY:
    case GRAIN_WEEK:
        d = day_split(period_start(c, period));
        return printed(snprintf(out, PERIOD_TEXT, "%d %.3s", d.day, MONTHS[d.month - 1]));
    case GRAIN_MONTH:
        d = day_split(period_start(c, period));
        return printed(snprintf(out, PERIOD_TEXT, "%.3s", MONTHS[d.month - 1]));
    case GRAIN_QUARTER:
        d = day_split(period_start(c, period));
        return printed(snprintf(out, PERIOD_TEXT, "Q%d", (d.month - 1) / 3 + 1));
    case GRAIN_SCHOOL_YEAR:
    case GRAIN_TERM:
    case GRAIN_SEMESTER:
        return print_school_year(c, out, period);
    case GRAIN_YEAR:
        return printed(snprintf(out, PERIOD_TEXT, "%lld", (long long)period_ordinal(period)));
    case GRAIN_NONE:
    case GRAIN_COUNT:
        break;
    }
    return printed(snprintf(out, PERIOD_TEXT, "%lld", (long long)period + 1));
}

int scale_label_year(const struct calendar *c, int64_t period) {
    switch (period_grain(period)) {
    case GRAIN_DAY:
    case GRAIN_WEEK:
    case GRAIN_MONTH:
    case GRAIN_QUARTER:
        return day_split(period_start(c, period)).year;
    default:
        return 0;
    }
}

size_t scale_words(const struct calendar *c, char out[PERIOD_TEXT], int64_t period) {
    enum grain g = period_grain(period);
    struct ymd d;
    switch (g) {
    case GRAIN_DAY:
    case GRAIN_WEEK:
        d = day_split(period_start(c, period));
        return printed(snprintf(out, PERIOD_TEXT, "%s%d %s %d",
                                g == GRAIN_WEEK ? "the week of " : "", d.day, MONTHS[d.month - 1],
                                d.year));
    case GRAIN_MONTH:
        d = day_split(period_start(c, period));
        return printed(snprintf(out, PERIOD_TEXT, "%s %d", MONTHS[d.month - 1], d.year));
    case GRAIN_QUARTER:
        d = day_split(period_start(c, period));
        return printed(snprintf(out, PERIOD_TEXT, "Q%d %d", (d.month - 1) / 3 + 1, d.year));
    case GRAIN_NONE:
        return printed(snprintf(out, PERIOD_TEXT, "point %lld", (long long)period + 1));
    default:
        return scale_label(c, out, period);
    }
}

const char *scale_noun(enum grain g, size_t n) {
    static const char *const NOUNS[GRAIN_COUNT][2] = {
        [GRAIN_NONE] = {"point", "points"},
        [GRAIN_DAY] = {"day", "days"},
        [GRAIN_WEEK] = {"week", "weeks"},
        [GRAIN_MONTH] = {"month", "months"},
        [GRAIN_QUARTER] = {"quarter", "quarters"},
        [GRAIN_YEAR] = {"year", "years"},
        [GRAIN_SCHOOL_YEAR] = {"school year", "school years"},
        [GRAIN_TERM] = {"term", "terms"},
        [GRAIN_SEMESTER] = {"semester", "semesters"}};
    return NOUNS[g][n != 1];
}
