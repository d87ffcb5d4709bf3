/* SVG as PNG and PDF, by librsvg and cairo, which are looked for when they are first needed. */
#ifndef SPOKE_PICTURE_PAINT_H
#define SPOKE_PICTURE_PAINT_H

#include "base/arena.h"
#include "base/buf.h"

enum paint_form { PAINT_SVG, PAINT_PNG, PAINT_PDF, PAINT_NONE };
/* By how a file is called; SVG where it has no ending, PAINT_NONE where it has another one. */
enum paint_form paint_form_of(struct str path);

/* Whether it can be painted here; gives a sentence on why not, else NULL. */
const char *paint_missing(void);
/* The document in this form into `out`; PNG with two dots for each unit of length, fewer for one so
 * high that it would go beyond what a picture may be. False: `why` says so, or is NULL when there
 * was no memory. */
bool paint(struct buf *out, struct str svg, enum paint_form form, struct str title,
           const char **why);

#endif
