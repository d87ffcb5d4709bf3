/* Judged series over time, their axes, and the sentences that say what they show; then as a figure.
 *
 * Everything lives in the arena it was built in. Texts are UTF-8. */
#ifndef SPOKE_CHART_CHART_H
#define SPOKE_CHART_CHART_H

#include "base/buf.h"
#include "base/position.h"
#include "stdlib/chart/figure.h"
#include "stdlib/spc/rebase.h"

struct chart_series {
    struct str name; /* empty when there is one */
    uint32_t n;
    const int64_t *at;   /* packed periods in order, or 0, 1, 2, ... */
    const double *value; /* NaN: missing */
    const struct spc_result *spc;
    const double *target; /* of each point, NaN: none; NULL: the chart's, where it has one */
};

enum target_side {
    TARGET_AT_LEAST,
    TARGET_AT_MOST,
    TARGET_ABOVE,
    TARGET_BELOW,
    TARGET_EQUAL,
    TARGET_PLAIN /* nobody said on which side */
};
enum better { BETTER_NONE, BETTER_UP, BETTER_DOWN };

/* A day on which a definition became another one. */
struct chart_change {
    int64_t day;
    struct str name, because; /* "absence@2"; may be empty */
};

struct chart {
    struct str title;
    struct str unit; /* beside the values; empty */
    struct str why;  /* this kind was picked; empty: it was asked for */
    bool share;      /* values are fractions, shown as percentages */
    enum better better;
    bool has_target;
    double target; /* of all points, else at the last one */
    enum target_side target_side;
    int64_t target_by; /* day, or 0 */
    bool has_baseline;
    double baseline;
    int64_t baseline_first, baseline_stop; /* days, half open */
    const struct chart_change *changes;
    uint32_t nchanges;
    const struct spc_note *notes; /* in order of time */
    uint32_t nnotes;
    enum grain grain;
    struct calendar calendar;
    struct chart_series *series;
    uint32_t nseries;    /* at most CHART_PANELS */
    uint32_t left_out;   /* series beyond */
    struct str arranged; /* in what order they are; may be empty */

    /* filled by chart_finish */
    struct axis time, values;
    struct extent targets_shown;       /* those within; the others are told in words only */
    bool target_shown, baseline_shown; /* within the axes */
    struct str verdict;                /* what the chart says, one or two sentences */
    struct str method;                 /* how limits were made */
    struct str caution;                /* may be empty */
    struct str summary;                /* for readers who cannot see it */
};
enum { CHART_PANELS = 400 };

/* Axes and sentences. Needs series and everything above "filled by". false: no memory. */
bool chart_finish(struct arena *a, struct chart *c);
/* Only the time axis. */
void chart_time_axis(struct chart *c);
/* Position on the time axis of point i. */
int64_t chart_ordinal(const struct chart *c, int64_t at);
/* Whether the line goes on from point i - 1 to point i: both are present and no period
 * between them is absent (days: weekends and holidays are no gaps). */
bool chart_joined(const struct chart *c, const struct chart_series *s, uint32_t i);
/* A value as sentences write it: "88.5%", "12.30". */
size_t chart_value(const struct chart *c, char out[48], double x);
/* targets.c: makes room for those that do not squeeze the data flat, and says which are shown. */
struct extent chart_reach_targets(struct chart *c, struct extent e);
/* ", the target at most 25.0% by 30 June 2027 (not met on average)" */
void chart_tell_target(struct buf *b, const struct chart *c, const struct chart_series *s);
/* "; 3 of 8 months met the target of their time", where targets vary. */
void chart_tell_met(struct buf *b, const struct chart *c, const struct chart_series *s);
/* A line of them, with what is not shown left out. False: no memory. */
bool chart_lay_target(struct arena *a, const struct chart *c, const struct chart_series *s,
                      struct panel *p, const double *x);
/* "mean" or "median"; "centre" where it was given. */
const char *chart_centre_name(const struct spc_result *r);
/* What a signal on this point means: +1 better, -1 worse, 0 neither is known. */
int chart_judged(const struct chart *c, const struct signal *s);
/* The same of any value that lies high or low: " (better)" or nothing, and a signal's look. */
const char *chart_judged_words(const struct chart *c, bool high);
enum look chart_judged_look(const struct chart *c, bool high);
/* marks.c: where on the time axis, in steps of it; NaN: nowhere. */
double chart_place(const struct chart *c, int64_t day);
/* False: not on this chart. */
bool chart_change_at(const struct chart *c, uint32_t i, double *at);
bool chart_baseline_span(const struct chart *c, double *from, double *to);
/* Which version began when, and why. Empty: no memory. */
struct str chart_change_words(struct arena *a, const struct chart *c, uint32_t i);
/* notes.c: what happened on the chart, and definitions that changed, in order of time, for a list
 * with numbers. Without notes there are none: changes are named beside their marks. False: no
 * memory. */
bool chart_lay_notes(struct arena *a, const struct chart *c, struct figure *out);
/* How many of them are of other times. */
uint32_t chart_notes_outside(const struct chart *c);
/* phases.c: ", since August 2024 (before, it was 1.5)", where the last phase is not the only one.
 */
void chart_tell_phase_before(struct buf *b, const struct chart *c, const struct chart_series *s);
/* Where a new phase might begin, and what may be why. */
void chart_tell_proposal(struct buf *b, struct arena *a, const struct chart *c,
                         const struct chart_series *s);
/* Whether a phase begins at point i, behind another one. */
bool chart_phase_begins(const struct spc_result *r, size_t i);
bool chart_is_ghost(const struct spc_result *r, size_t i);

/* order.c: in which order series are drawn, by the centre that goes on; those without one come
 * last. */
enum chart_order { ORDER_GIVEN, ORDER_NAME, ORDER_WORST, ORDER_BEST, ORDER_HIGH, ORDER_LOW };
bool chart_order_named(struct str name, enum chart_order *out);
/* False: no memory. */
bool chart_arrange(struct arena *a, struct chart *c, enum chart_order order);

/* pair.c: the chart of spread below the one of values, as a second panel of its figure. False: no
 * memory. */
bool chart_pair(struct arena *a, const struct chart *below, const char *what, struct figure *f);

/* lay.c: as a picture, which refers to the chart. False: no memory. */
bool chart_figure(struct arena *a, const struct chart *c, struct figure *out);

#endif
