/* Results as text: boxes for people, data formats for programs.
 *
 * Boxes may round, shorten and leave out, and say so; data formats never do.
 * Nothing here owns memory beyond a call; when memory runs out the buffer's
 * `failed` flag is set. */
#ifndef SPOKE_RENDER_H
#define SPOKE_RENDER_H

#include "base/buf.h"
#include "base/day.h"
#include "column/column.h"

enum render_format {
    RENDER_BOX,
    RENDER_TABLE, /* a box in ASCII */
    RENDER_CSV,
    RENDER_TSV,
    RENDER_JSON,
    RENDER_JSONL,
    RENDER_MARKDOWN,
    RENDER_HTML,
    RENDER_LATEX,
    RENDER_LINE
};
/* false: no format has that name. */
bool render_format_named(struct str name, enum render_format *out);

struct render_options {
    enum render_format format;
    int width;       /* boxes: columns of the terminal; 0: as wide as needed */
    size_t max_rows; /* boxes: 0 for all */
    bool colour, unicode;
    const struct calendar *calendar; /* NULL: the default one */
    struct str caption; /* below what people read: paragraphs, each cut off after a few lines */
};
/* Formats that people read, with what is said about the figures; the others hold figures alone. */
bool render_is_prose(enum render_format format);

void render_frame(struct buf *out, const struct frame *f, const struct render_options *o);

/* The two halves of render_frame. */
void render_table(struct buf *out, const struct frame *f, const struct render_options *o);
void render_data(struct buf *out, const struct frame *f, const struct render_options *o);

#endif
