/* Writing SVG: numbers with one decimal and a point whatever the locale, texts escaped. */
#ifndef SPOKE_PICTURE_SVG_H
#define SPOKE_PICTURE_SVG_H

#include "base/arena.h"
#include "base/buf.h"

void svg_number(struct buf *out, double x);
void svg_fixed(struct buf *out, double x, int decimals);
/* ` name="12.5"` */
void svg_attribute(struct buf *out, const char *name, double x);
/* `look` is a class; `anchor` start, middle, end or empty. */
void svg_text(struct buf *out, const char *look, const char *anchor, double x, double y,
              struct str text);
void svg_line(struct buf *out, const char *look, double x1, double y1, double x2, double y2);
/* A command of a path and its point. */
void svg_step(struct buf *out, char command, double x, double y);
/* At most so many columns wide, with an ellipsis where something was cut off. */
struct str svg_shortened(struct arena *a, struct str s, size_t columns);

#endif
