/* Lines on a terminal as braille dots, two across and four down in each cell. */
#ifndef SPOKE_PICTURE_DOTS_H
#define SPOKE_PICTURE_DOTS_H

#include "base/buf.h"

enum { DOTS_DOWN = 4, DOTS_ACROSS = 2 };

struct dots {
    int across, rows; /* cells */
    uint8_t *cell;    /* row by row; the caller's, zeroed */
};

/* In dots from the upper left; must lie on it. */
void dots_put(struct dots *d, int x, int y);
void dots_stroke(struct dots *d, int x0, int y0, int x1, int y1);
/* The character of one cell. */
void dots_write(struct buf *out, uint8_t cell);
/* Ends a line of text, without the blanks before it. */
void dots_end_line(struct buf *out);

#endif
