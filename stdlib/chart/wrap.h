/* Breaking a text into lines at blanks, by display width. */
#ifndef SPOKE_CHART_WRAP_H
#define SPOKE_CHART_WRAP_H

#include "base/utf8.h"

/* Takes the first line of at most `columns` off *rest; empty when there is no more. A word
 * longer than a line is cut. */
struct str wrap_line(struct str *rest, size_t columns);

#endif
