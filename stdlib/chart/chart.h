/* Judged series over time, their axes, and the sentences that say what they show; then as a figure.
 *
 * Everything lives in the arena it was built in. Texts are UTF-8. */
#ifndef SPOKE_CHART_CHART_H
#define SPOKE_CHART_CHART_H

#include "base/buf.h"
#include "base/position.h"
#include "stdlib/chart/figure.h"
#include "stdlib/spc/analyse.h"

struct chart_series {
    struct str name; /* empty when there is one */
    uint32_t n;
    const int64_t *at;   /* packed periods in order, or 0, 1, 2, ... */
    const double *value; /* NaN: missing */
    const struct spc_result *spc;
};

enum target_side { TARGET_AT_LEAST, TARGET_AT_MOST, TARGET_ABOVE, TARGET_BELOW, TARGET_EQUAL };
enum better { BETTER_NONE, BETTER_UP, BETTER_DOWN };

/* A day on which a definition became another one. */
struct chart_change {
    int64_t day;
    struct str name, because; /* "absence@2"; may be empty */
};

struct chart {
    struct str title;
    struct str unit; /* beside the values; empty */
    bool share;      /* values are fractions, shown as percentages */
    enum better better;
    bool has_target;
    double target;
    enum target_side target_side;
    int64_t target_by; /* day, or 0 */
    bool has_baseline;
    double baseline;
    int64_t baseline_first, baseline_stop; /* days, half open */
    const struct chart_change *changes;
    uint32_t nchanges;
    enum grain grain;
    struct calendar calendar;
    struct chart_series *series;
    uint32_t nseries;  /* at most CHART_PANELS */
    uint32_t left_out; /* series beyond */

    /* filled by chart_finish */
    struct axis time, values;
    bool target_shown, baseline_shown; /* within the axes */
    struct str verdict;                /* what the chart says, one or two sentences */
    struct str method;                 /* how limits were made */
    struct str caution;                /* may be empty */
    struct str summary;                /* for readers who cannot see it */
};
enum { CHART_PANELS = 12 };

/* Axes and sentences. Needs series and everything above "filled by". false: no memory. */
bool chart_finish(struct arena *a, struct chart *c);
/* Position on the time axis of point i. */
int64_t chart_ordinal(const struct chart *c, int64_t at);
/* Whether the line goes on from point i - 1 to point i: both are present and no period
 * between them is absent (days: weekends and holidays are no gaps). */
bool chart_joined(const struct chart *c, const struct chart_series *s, uint32_t i);
/* A value as sentences write it: "88.5%", "12.30". */
size_t chart_value(const struct chart *c, char out[48], double x);
/* "at most 25.0%" */
size_t chart_target(const struct chart *c, char out[64]);
/* "mean" or "median". */
const char *chart_centre_name(const struct spc_result *r);
/* What a signal on this point means: +1 better, -1 worse, 0 neither is known. */
int chart_judged(const struct chart *c, const struct signal *s);
/* marks.c: where on the time axis, in steps of it. False: not on this chart. */
bool chart_change_at(const struct chart *c, uint32_t i, double *at);
bool chart_baseline_span(const struct chart *c, double *from, double *to);
/* Which version began when, and why. Empty: no memory. */
struct str chart_change_words(struct arena *a, const struct chart *c, uint32_t i);
/* Whether a phase begins at point i, behind another one. */
bool chart_phase_begins(const struct spc_result *r, size_t i);
bool chart_is_ghost(const struct spc_result *r, size_t i);

/* lay.c: as a picture. False: no memory. */
bool chart_figure(struct arena *a, const struct chart *c, struct figure *out);

#endif
