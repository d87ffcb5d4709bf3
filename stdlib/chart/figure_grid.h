/* Inside figures in characters: one panel as a grid of cells with names round it. */
#ifndef SPOKE_CHART_FIGURE_GRID_H
#define SPOKE_CHART_FIGURE_GRID_H

#include "stdlib/chart/figure.h"

struct cell_label {
    int row;
    char text[64];
    size_t n;
};

/* Each cell holds one sign (by rank: a signal hides a point, a point hides the line), the dots of
 * lines, and maybe a character of a name over these. */
struct grid {
    const struct panel *p;
    int glyphs, rows;
    int left, across, right; /* columns of value labels, of cells, of line labels */
    uint8_t *signs, *dots;
    struct str *over;
    struct cell_label labels[PANEL_SIDES];
    int nlabels;
};

/* Of a panel that stands alone, or under others that leave `left` and `right` columns to both
 * sides; -1: as its own labels want. False: no memory. */
bool grid_lay_out(struct arena *a, struct grid *g, int width, int left, int right);
void grid_draw(struct grid *g);
void grid_write(struct buf *out, const struct grid *g);
/* What stands under the axis, in one line or two. */
void grid_write_below(struct buf *out, const struct grid *g);

/* One sign of `glyphs`. */
const char *grid_sign(int glyphs, enum look look);

/* Lines of a table of small charts, or of bars. */
void figure_put_sparks(struct buf *out, const struct figure *f, int width, int glyphs);
void figure_put_rows(struct buf *out, const struct figure *f, int width, int glyphs);

#endif
