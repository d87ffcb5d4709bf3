/* What every SVG picture begins with: title and description for screen readers, one style that
 * follows the reader's light or dark theme, the ground, and the heading with the sentences under
 * it. */
#ifndef SPOKE_PICTURE_PAGE_H
#define SPOKE_PICTURE_PAGE_H

#include "base/arena.h"
#include "base/buf.h"

enum {
    PAGE_WIDTH = 720,
    PAGE_EDGE = 16,
    PAGE_COLUMNS = 94, /* of sentences under the title */
    PAGE_NOTE_COLUMNS = 120,
    PAGE_NOTE_STEP = 15
};

struct page {
    const char *class; /* what its own style is of, as several pictures may stand in one document */
    struct str title, told; /* what it shows, in sentences */
    int lines;              /* that these sentences may take */
    struct str described;   /* for readers who cannot see it */
    const char *style;      /* rules of its own, beside those of all pictures */
    double height;
};
/* Everything up to the drawing itself. */
void page_open(struct buf *out, struct arena *a, const struct page *s);
/* Where the last line of the sentences stands. */
double page_top(const struct page *s);
/* A line of small print. */
void page_note(struct buf *out, struct arena *a, double y, struct str note);
/* What small print of this size is about as wide as. */
double page_text_width(struct str s);

#endif
