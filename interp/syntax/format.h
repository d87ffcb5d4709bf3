/* The house style: a text written anew with other blanks and line ends and
 * nothing else changed.
 *
 * Every token and comment of the source is written once, in its order, so a
 * comment stays between the tokens it stood between. A text that is laid out
 * already comes back as it is. The result is owned by `out`. */
#ifndef SPOKE_FORMAT_H
#define SPOKE_FORMAT_H

#include "syntax/tree.h"

#define FORMAT_COLUMNS 100

enum format_result {
    FORMAT_DONE,
    FORMAT_ERRORS, /* the text has errors, now in `d`; nothing was written */
    FORMAT_KEPT    /* the result did not have the tokens of the source, which was written as it
                      is: a fault of the formatter that hurts nobody */
};

/* Writes the source laid out into `out`, which is empty. Memory runs out by the
 * arena's escape, or by `failed` of the buffer. */
enum format_result format_source(struct arena *arena, struct diags *d, const struct sources *s,
                                 uint32_t source, struct buf *out);

#endif
