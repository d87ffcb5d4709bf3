/* UTF-8: checking, stepping, display width, case. Width and case come from
 * utf8proc. */
#ifndef SPOKE_UTF8_H
#define SPOKE_UTF8_H

#include "buf.h"

/* The code point at s.p[*at]; moves *at past it. A broken byte gives U+FFFD
 * and moves one byte. Needs *at < s.n. */
uint32_t utf8_next(struct str s, size_t *at);
/* Offset of the first broken byte, or s.n. */
size_t utf8_check(struct str s);
/* Writes 1 to 4 bytes, returns how many. */
size_t utf8_put(char out[4], uint32_t code_point);
/* Code points. */
size_t utf8_length(struct str s);
/* Byte offset of code point number `index` (0-based), s.n if beyond. */
size_t utf8_offset(struct str s, size_t index);
/* Columns on a terminal; control characters count 0, wide ones 2. */
size_t utf8_width(struct str s);
/* The longest prefix that fits `columns`. */
size_t utf8_fit(struct str s, size_t columns);
bool utf8_is_letter(uint32_t code_point);
void utf8_upper(struct buf *out, struct str s);
void utf8_lower(struct buf *out, struct str s);

#endif
