/* Axes: round steps for values, steps by grain for periods, and their labels. */
#ifndef SPOKE_CHART_SCALE_H
#define SPOKE_CHART_SCALE_H

#include "base/day.h"

/* Ticks at first, first + step, ...; n of them, all within [low, high] as asked. */
struct ticks {
    double first, step;
    uint32_t n;
    int decimals; /* that tell neighbours apart */
};
/* Steps are 1, 2, 2.5 or 5 times a power of ten, at most `most` (2 or more) ticks.
 * low < high, both finite. */
struct ticks scale_ticks(double low, double high, uint32_t most);
/* The value of tick i, free of accumulated rounding. */
double scale_tick(const struct ticks *t, uint32_t i);

/* How many periods lie between two labels so that at most `most` are shown:
 * months by 1, 2, 3, 6, 12, weeks by 1, 2, 4, 13, 26, 52, ... */
int64_t scale_period_step(enum grain g, int64_t periods, uint32_t most);
/* Whether a label stands at this ordinal; `first` is where the axis begins. */
bool scale_labelled(enum grain g, int64_t ordinal, int64_t first, int64_t step);

enum { PERIOD_TEXT = 40 };
/* Under the axis: "Sep", "7 Sep", "Q3", "2015-16". */
size_t scale_label(const struct calendar *c, char out[PERIOD_TEXT], int64_t period);
/* The line under it: the calendar year; 0 for grains whose label says it. */
int scale_label_year(const struct calendar *c, int64_t period);
/* In a sentence: "September 2015", "the week of 7 September 2015", "Q3 2015". */
size_t scale_words(const struct calendar *c, char out[PERIOD_TEXT], int64_t period);
/* "month" or "months"; rows without time are "points". */
const char *scale_noun(enum grain g, size_t n);

#endif
