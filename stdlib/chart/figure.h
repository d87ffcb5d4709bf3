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
/* The same of counts, whose ticks are whole numbers. */
void axis_tick_whole(struct axis *a, uint32_t most);
/* What stands at an ordinal of time, or the number of a point. */
int64_t axis_period(const struct axis *a, int64_t ordinal);

/* What stands at one of its ends: a period with its year, or its first or last tick. */
enum { AXIS_TEXT = PERIOD_TEXT + 24 };
size_t axis_end(const struct axis *axis, char text[AXIS_TEXT], bool last);

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
    const uint8_t *looks;    /* of points: enum look of each */
    const struct str *names; /* of points; NULL: what stands below them */
    struct str words;        /* of a rule */
};
/* A name at the end of a line, with its value. */
struct side {
    const char *name, *brief; /* on paper, in a terminal */
    double value;
    bool goal, bare; /* bare: without the value */
};
/* A name beside a point: the most important first. */
struct tag {
    double x, y;
    struct str name;
};
/* One line of a table of small charts: points at whole numbers from `first` on. */
struct spark {
    uint32_t n;
    const double *x, *y;
    int64_t first, span;
    struct writing writing; /* of these two */
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
/* Gives it to be changed further; none where the value is missing. */
struct side *panel_side(struct panel *p, const char *name, const char *brief, double value);

/* A bar in a row of its own. */
struct bar_row {
    struct str name, words; /* words stand between the name and the bar */
    double bar;
    double mark;       /* a point on the same scale; NaN: none */
    struct str beside; /* at the right */
    bool strong;
    bool rule; /* no bar: a line with its name */
};

/* What happened at some time, with the number of its place in the list. */
struct figure_note {
    double from, to;
    struct str words;
};

enum figure_form {
    FIGURE_ONE,  /* one panel; or several, one under the other on one axis of time */
    FIGURE_GRID, /* small ones on the same axes */
};
struct figure {
    enum figure_form form;
    struct str title;
    struct str unit;           /* above the values; may be empty */
    struct str verdict;        /* what it shows, one or two sentences */
    struct str method;         /* how lines were made */
    struct str caution;        /* may be empty */
    struct str summary;        /* for readers who cannot see it */
    struct str arranged;       /* in what order small charts are; may be empty */
    bool centred;              /* small charts have their centres beside their names */
    struct str also;           /* on paper of small charts: what rules stand for; may be empty */
    const char *last, *centre; /* what the numbers of small charts are called */
    const char *key[LOOKS];    /* what looks of points mean, where they need to be said */
    const struct figure_note *notes; /* numbered, in order; told under the figure */
    uint32_t nnotes;
    struct panel *panels;
    uint32_t npanels;
    /* Of bars: in a terminal in any case, on paper where there are no panels. */
    const struct bar_row *rows;
    uint32_t nrows;
    struct axis bars; /* of all rows; rules stand at `bar_rule` of it unless that is NaN */
    double bar_rule;
    const char *bar_key[2]; /* what bars and points are; NULL: it is plain */
};

/* "A, B and 3 more", at most so many of them by name. */
void figure_list(struct buf *out, const struct str *names, uint32_t n, uint32_t most);
/* Takes ends of a line that lie beyond the axis away, from where it leaves it: x and y change. The
 * line goes from left to right and leaves it once at most, on the left. */
void figure_cut_left(double *x, double *y, uint32_t n, const struct axis *axis);
/* "Sep 2024: 91.2%", point i of a mark. */
void figure_point_words(struct buf *out, const struct panel *p, const struct mark *m, uint32_t i);
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
