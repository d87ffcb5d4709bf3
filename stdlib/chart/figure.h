/* A picture with two axes, apart from how it is drawn: panels, their axes, and marks on them.
 * Whoever has something to show makes one; a terminal and SVG each draw any of them.
 *
 * Everything lives in the arena it was made in. Texts are UTF-8. A number that is missing is NaN.
 */
#ifndef SPOKE_CHART_FIGURE_H
#define SPOKE_CHART_FIGURE_H

#include "base/arena.h"
#include "base/buf.h"
#include "stdlib/chart/scale.h"

/* ---- axes ---- */

/* How numbers are written beside an axis and in sentences. */
struct writing {
    bool share; /* fractions, shown as percentages */
    struct str unit;
    int decimals; /* in sentences */
};
size_t writing_print(const struct writing *w, char out[48], double x, int decimals);

enum axis_kind { AXIS_NUMBERS, AXIS_TIME, AXIS_NAMES };
struct axis {
    enum axis_kind kind;
    double low, high;
    struct writing writing;
    struct ticks ticks; /* of numbers */
    struct str title;   /* what it counts; may be empty */
    enum grain grain;   /* of time: low and high are ordinals */
    const struct calendar *calendar;
    const struct str *names; /* of 0, 1, 2, ... */
};
/* From where to where numbers go. */
struct extent {
    double low, high; /* low above high: there are none */
};
struct extent extent_none(void);
void extent_reach(struct extent *e, double x);
/* A flat or empty one still needs an axis. */
struct extent extent_never_flat(struct extent e);
/* With a little room at both ends, but no axis below zero for what is never negative, and none
 * above one for shares. Then axis_tick, which wants low and high. */
void axis_room(struct axis *a, struct extent e);
/* At most so many ticks, and decimals for sentences. */
void axis_tick(struct axis *a, uint32_t most);
/* What stands at an ordinal of time, or the number of a point. */
int64_t axis_period(const struct axis *a, int64_t ordinal);

/* ---- marks ---- */

/* In a terminal's cell the later hides the earlier. */
enum look {
    LOOK_NOTHING,
    LOOK_RULE, /* upright: something changed here */
    LOOK_TARGET,
    LOOK_INNER, /* a limit within limits */
    LOOK_LIMIT,
    LOOK_BASELINE,
    LOOK_CENTRE,
    LOOK_DATA,
    LOOK_GHOST,
    LOOK_POINT,
    LOOK_LONE,  /* a point that no line touches */
    LOOK_DOUBT, /* beyond inner limits */
    LOOK_OTHER, /* signals: neither, worse, better */
    LOOK_WORSE,
    LOOK_BETTER,
    LOOKS
};
static inline bool look_is_signal(enum look look) {
    return look >= LOOK_DOUBT;
}

enum mark_kind {
    MARK_LEVEL, /* from side to side at y[0] */
    MARK_STEPS, /* each point's reaches half way to its neighbours; a level where all are the same
                 */
    MARK_LINE,
    MARK_POINTS,
    MARK_SPAN, /* from x[0] to x[1] at y[0] */
    MARK_RULE, /* from bottom to top at x[0] */
    MARK_BARS  /* from x[i] to x[i + 1], which there must be, as high as y[i] */
};
struct mark {
    enum mark_kind kind;
    enum look look;
    uint32_t n;
    const double *x, *y;
    const uint8_t
        *apart; /* of lines and steps: not joined to the one before; NULL: all are joined */
    const uint8_t *looks; /* of points: enum look of each */
    struct str words;     /* of a rule */
};
/* A name at the end of a line, with its value. */
struct side {
    const char *name, *brief; /* on paper, in a terminal */
    double value;
    bool goal;
};
/* A name beside a point: the most important first. */
struct tag {
    double x, y;
    struct str name;
};
/* One line of a table of small charts. */
struct spark {
    uint32_t n;
    const double *x, *y;
    double last, centre;
    uint32_t signals;
};

enum { PANEL_MARKS = 16, PANEL_SIDES = 8 };
struct panel {
    struct str name; /* empty when there is one */
    struct axis x, y;
    struct mark marks[PANEL_MARKS];
    uint32_t nmarks;
    struct side sides[PANEL_SIDES];
    uint32_t nsides;
    const struct tag *tags;
    uint32_t ntags;
    struct spark spark;
};
/* Adds a mark, to be filled further. */
struct mark *panel_mark(struct panel *p, enum mark_kind kind, enum look look, uint32_t n,
                        const double *x, const double *y);
void panel_side(struct panel *p, const char *name, const char *brief, double value, bool goal);

enum figure_form {
    FIGURE_ONE,  /* one panel; or several, one under the other on one axis of time */
    FIGURE_GRID, /* small ones on the same axes */
};
struct figure {
    enum figure_form form;
    struct str title;
    struct str unit;        /* above the values; may be empty */
    struct str verdict;     /* what it shows, one or two sentences */
    struct str method;      /* how lines were made */
    struct str caution;     /* may be empty */
    struct str summary;     /* for readers who cannot see it */
    struct str also;        /* on paper of small charts: what rules stand for; may be empty */
    const char *centre;     /* what the centre is called */
    const char *key[LOOKS]; /* what looks of points mean, where they need to be said */
    struct panel *panels;
    uint32_t npanels;
};

/* The last of a line that is not missing; NaN: none. */
double chart_last_limit(const double *limit, size_t n);
/* Whether this line is the same at every point. */
bool chart_is_level(const double *line, size_t n);
/* Which looks of points are anywhere in it. */
void figure_seen(const struct figure *f, bool seen[LOOKS]);

/* glyphs: 2 braille, 1 line characters, 0 ASCII. */
void figure_terminal(struct buf *out, struct arena *a, const struct figure *f, int width,
                     int glyphs);
void figure_svg(struct buf *out, struct arena *a, const struct figure *f);

#endif
