/* A growing byte buffer for text that is being put together.
 *
 * Once memory runs out `failed` stays set and further calls do nothing, so a
 * writer checks once, at its end. The bytes always end in a zero byte. */
#ifndef SPOKE_BUF_H
#define SPOKE_BUF_H

#include "alloc.h"
#include <stdarg.h>

struct buf {
    struct alloc *alloc;
    char *p; /* NULL until the first byte */
    size_t n, cap;
    bool failed;
};

void buf_init(struct buf *b, struct alloc *alloc);
void buf_free(struct buf *b);
void buf_clear(struct buf *b); /* keeps the memory, forgets `failed` */
void buf_put(struct buf *b, const void *bytes, size_t n);
void buf_str(struct buf *b, struct str s);
void buf_text(struct buf *b, const char *zero_ended);
void buf_char(struct buf *b, char c);
void buf_repeat(struct buf *b, const char *unit, size_t times);
void buf_printf(struct buf *b, const char *format, ...) PRINTF_LIKE(2, 3);
void buf_vprintf(struct buf *b, const char *format, va_list args);
static inline struct str buf_view(const struct buf *b) {
    return (struct str){b->p ? b->p : "", b->n};
}
/* JSON string with quotes; invalid UTF-8 becomes U+FFFD. */
void buf_json(struct buf *b, struct str s);
/* Text for XML and SVG: & < > " ' escaped, control characters dropped. */
void buf_xml(struct buf *b, struct str s);

#endif
