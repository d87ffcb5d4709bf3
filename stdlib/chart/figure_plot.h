/* Inside figures on paper: one panel's axes, marks and names in a rectangle. */
#ifndef SPOKE_CHART_FIGURE_PLOT_H
#define SPOKE_CHART_FIGURE_PLOT_H

#include "stdlib/chart/figure.h"

/* A rectangle that holds the plot of one panel. */
struct area {
    const struct panel *p;
    double left, right, top, bottom;
    double inset; /* of the first and last point */
};
double area_x(const struct area *r, double x);
double area_y(const struct area *r, double y);
/* Never outside of the plot. */
double area_x_within(const struct area *r, double x);

struct plot_sizes {
    double point, signal;
};
void plot_values(struct buf *out, const struct area *r, bool labels);
/* How wide these labels are. */
double plot_values_width(const struct panel *p);
/* Labels below, with room for each; or only at both ends. */
void plot_below(struct buf *out, struct arena *a, const struct area *r);
void plot_below_ends(struct buf *out, const struct area *r);
void plot_marks(struct buf *out, const struct area *r, struct plot_sizes sizes);
/* The shape of a point with this look. */
void plot_point(struct buf *out, enum look look, double x, double y, struct plot_sizes sizes);
/* Names of points that stand out, none over another. */
void plot_tags(struct buf *out, struct arena *a, const struct area *r);

/* Names at the ends of lines, none over another; how wide they are. */
double plot_sides_width(const struct panel *p);
void plot_sides(struct buf *out, const struct area *r);

/* Rules, in lines of their own above the plot: how many, and their names. */
int plot_rule_lines(const struct panel *p);
void plot_rules(struct buf *out, struct arena *a, const struct area *r, double right);
enum { RULE_STEP = 13 };

#endif
