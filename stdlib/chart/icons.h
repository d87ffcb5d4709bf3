/* A table of icons as a picture: a shape, a letter and words for each, so that none of it is told
 * by colour alone. */
#ifndef SPOKE_CHART_ICONS_H
#define SPOKE_CHART_ICONS_H

#include "base/buf.h"
#include "stdlib/spc/icons.h"

struct icon_line {
    struct str name, value; /* the last value as text */
    struct icons icons;
};
struct icon_page {
    struct str title, told;
    struct str target; /* "at most 15.0%"; empty: there is none */
    const struct icon_line *lines;
    uint32_t n;
};

void icons_svg(struct buf *out, struct arena *a, const struct icon_page *p);
void icons_terminal(struct buf *out, const struct icon_page *p, int width);

#endif
