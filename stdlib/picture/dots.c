/* Dots of a cell are the bits of U+2800 onwards. */
#include "stdlib/picture/dots.h"
#include <math.h>

void dots_put(struct dots *d, int x, int y) {
    static const uint8_t BITS[DOTS_DOWN][DOTS_ACROSS] = {
        {0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    d->cell[y / DOTS_DOWN * d->across + x / DOTS_ACROSS] |= BITS[y % DOTS_DOWN][x % DOTS_ACROSS];
}

void dots_stroke(struct dots *d, int x0, int y0, int x1, int y1) {
    int dx = x1 > x0 ? x1 - x0 : x0 - x1, dy = y1 > y0 ? y1 - y0 : y0 - y1;
    int steps = dx > dy ? dx : dy;
    for (int i = 0; i <= steps; i++) {
        double part = steps ? (double)i / steps : 0;
        dots_put(d, x0 + (int)round(part * (x1 - x0)), y0 + (int)round(part * (y1 - y0)));
    }
}

void dots_write(struct buf *out, uint8_t cell) {
    char bytes[3] = {(char)0xE2, (char)(0xA0 | cell >> 6), (char)(0x80 | (cell & 0x3F))};
    buf_put(out, bytes, 3);
}

void dots_end_line(struct buf *out) {
    while (out->n && out->p[out->n - 1] == ' ') {
        out->p[--out->n] = 0;
    }
    buf_char(out, '\n');
}
