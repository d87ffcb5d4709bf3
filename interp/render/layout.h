/* Which columns of a table fit a terminal, and how wide each is. */
#ifndef SPOKE_LAYOUT_H
#define SPOKE_LAYOUT_H

#include "base/base.h"

struct layout_column {
    size_t header, content; /* columns on the terminal that the name and the widest cell take */
    bool elastic;           /* a text: cells may be cut */
    bool keep;              /* never left out */
    /* what layout_fit decides */
    bool shown;
    size_t width;
};

/* Every column has a border and a space on both sides; each run of columns left out is marked by
 * one of width `gap`. `limit` 0: everything is shown in full. */
void layout_fit(struct layout_column *columns, uint32_t n, size_t gap, size_t limit);
/* Columns on the terminal that the table takes. */
size_t layout_width(const struct layout_column *columns, uint32_t n, size_t gap);

#endif
