/* Breaking a text into lines at blanks, by display width. */
#ifndef SPOKE_PICTURE_WRAP_H
#define SPOKE_PICTURE_WRAP_H

#include "base/utf8.h"

/* Takes the first line of at most `columns` off *rest; empty when there is no more. A word
 * longer than a line is cut. */
struct str wrap_line(struct str *rest, size_t columns);
/* All of it, each line with its end. */
void wrap_lines(struct buf *out, struct str text, size_t columns);
/* Lines of a label, a tab and a text each: labels in a column of their own, texts beside them. */
void wrap_labelled(struct buf *out, struct str lines, size_t columns);

#endif
