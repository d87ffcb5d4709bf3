/* Labels beside the things they name, so that none meets another or covers a thing. */
#ifndef SPOKE_PICTURE_LABELS_H
#define SPOKE_PICTURE_LABELS_H

#include "base/base.h"

struct box {
    double left, top, right, bottom;
};
struct disc {
    double x, y, radius;
};
struct line {
    double x1, y1, x2, y2;
};

/* A text of this size for disc number `of`. */
struct label {
    uint32_t of;
    double width, height;
    /* found */
    bool placed, leads; /* with a line from the disc to it, at from */
    struct box at;
    struct line leader;
};

struct label_world {
    struct box frame; /* labels lie within it */
    const struct disc *discs;
    uint32_t ndiscs;
    const struct line *lines; /* labels had better not lie over them, but may */
    uint32_t nlines;
};

/* Places labels one after the other, the most important first: beside their disc, else farther off
 * with a leader, else not at all. Gives how many were not placed. */
uint32_t labels_place(const struct label_world *w, struct label *labels, uint32_t n);

bool boxes_meet(const struct box *a, const struct box *b);
bool line_meets_box(const struct line *l, const struct box *b);
bool disc_meets_box(const struct disc *d, const struct box *b);

#endif
