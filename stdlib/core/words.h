/* Searching and cutting texts, by bytes of UTF-8 (which never match amid a character). */
#ifndef SPOKE_CORE_WORDS_H
#define SPOKE_CORE_WORDS_H

#include "base/buf.h"

/* Without white space (Unicode's) at either end; part of `s`. */
struct str words_trim(struct str s);
struct str words_trim_start(struct str s);
struct str words_trim_end(struct str s);
/* Offset of the first `part` at or after `from`; s.n + 1 if there is none. */
size_t words_find(struct str s, struct str part, size_t from);
void words_replace(struct buf *out, struct str s, struct str part, struct str by);
/* How many parts words_next will give. */
size_t words_count(struct str s, struct str separator);
/* The next part; *at starts at 0. Call words_count times. An empty separator gives characters. */
struct str words_next(struct str s, struct str separator, size_t *at);
/* The line from *at on, without its line end (CR, LF or both). Needs *at < s.n. */
struct str words_next_line(struct str s, size_t *at);
/* The next run of what is no white space; empty: there is none. */
struct str words_next_word(struct str s, size_t *at);
/* Words begin with a capital and go on in small letters; an apostrophe stands inside a word. */
void words_title(struct buf *out, struct str s);
void words_reverse(struct buf *out, struct str s);
/* `n` characters: those of `with`, again and again. `with` is not empty. */
void words_fill(struct buf *out, struct str with, size_t n);

#endif
