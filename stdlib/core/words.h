/* Searching and cutting texts, by bytes of UTF-8 (which never match amid a character). */
#ifndef SPOKE_CORE_WORDS_H
#define SPOKE_CORE_WORDS_H

#include "base/buf.h"

/* Without white space (Unicode's) at either end; part of `s`. */
struct str words_trim(struct str s);
/* Offset of the first `part` at or after `from`; s.n + 1 if there is none. */
size_t words_find(struct str s, struct str part, size_t from);
void words_replace(struct buf *out, struct str s, struct str part, struct str by);
/* How many parts words_next will give. */
size_t words_count(struct str s, struct str separator);
/* The next part; *at starts at 0. Call words_count times. An empty separator gives characters. */
struct str words_next(struct str s, struct str separator, size_t *at);

#endif
