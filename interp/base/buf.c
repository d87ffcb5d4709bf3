/* The byte buffer and the two escapings every renderer needs.
 *
 * The buffer owns `p`; `cap` counts the closing zero byte, so n < cap whenever
 * p is set. `failed` is only ever set by `reserve` and by a broken format. */
#include "base/buf.h"
#include "base/utf8.h"
#include <stdio.h>

enum { FIRST_CAP = 64, REPLACEMENT = 0xFFFD };

void buf_init(struct buf *b, struct alloc *alloc) {
    *b = (struct buf){.alloc = alloc};
}

void buf_free(struct buf *b) {
    mem_give(b->alloc, b->p, b->cap);
    *b = (struct buf){.alloc = b->alloc};
}

void buf_clear(struct buf *b) {
    b->n = 0;
    b->failed = false;
    if (b->p) {
        b->p[0] = '\0';
    }
}

/* Room for `more` bytes and the zero byte. */
static bool reserve(struct buf *b, size_t more) {
    if (b->failed) {
        return false;
    }
    if (more < b->cap - b->n) {
        return true;
    }
    if (more > SIZE_MAX / 2 - b->n - 1) {
        b->failed = true;
        return false;
    }
    size_t cap = b->cap ? b->cap * 2 : FIRST_CAP;
    if (cap < b->n + more + 1) {
        cap = b->n + more + 1;
    }
    char *grown = mem_resize(b->alloc, b->p, b->cap, cap);
    if (!grown) {
        b->failed = true;
        return false;
    }
    b->p = grown;
    b->cap = cap;
    return true;
}

void buf_put(struct buf *b, const void *bytes, size_t n) {
    if (n == 0 || !reserve(b, n)) {
        return;
    }
    memcpy(b->p + b->n, bytes, n);
    b->n += n;
    b->p[b->n] = '\0';
}

void buf_str(struct buf *b, struct str s) {
    buf_put(b, s.p, s.n);
}

void buf_text(struct buf *b, const char *zero_ended) {
    buf_put(b, zero_ended, strlen(zero_ended));
}

void buf_char(struct buf *b, char c) {
    buf_put(b, &c, 1);
}

void buf_repeat(struct buf *b, const char *unit, size_t times) {
    size_t n = strlen(unit);
    for (size_t i = 0; i < times && !b->failed; i++) {
        buf_put(b, unit, n);
    }
}

void buf_vprintf(struct buf *b, const char *format, va_list args) {
    va_list again;
    va_copy(again, args);
    size_t room = b->failed ? 0 : b->cap - b->n;
    int n = vsnprintf(room ? b->p + b->n : NULL, room, format, args);
    if (n < 0) {
        b->failed = true;
    } else if (reserve(b, (size_t)n)) {
        if ((size_t)n >= room) {
            vsnprintf(b->p + b->n, (size_t)n + 1, format, again);
        }
        b->n += (size_t)n;
    }
    va_end(again);
    /* A first try that was cut short has overwritten the closing zero byte. */
    if (b->p) {
        b->p[b->n] = '\0';
    }
}

void buf_printf(struct buf *b, const char *format, ...) {
    va_list args;
    va_start(args, format);
    buf_vprintf(b, format, args);
    va_end(args);
}

/* The text to write instead of a code point, NULL to leave it as it is. */
typedef const char *(*escape_fn)(uint32_t c, char scratch[8]);

/* Copies runs that need no escape as a whole. */
static void put_escaped(struct buf *b, struct str s, escape_fn escape) {
    size_t copied = 0;
    for (size_t at = 0; at < s.n && !b->failed;) {
        char scratch[8];
        size_t from = at;
        uint32_t c = utf8_next(s, &at);
        const char *instead = c == REPLACEMENT ? "\xEF\xBF\xBD" : escape(c, scratch);
        if (instead) {
            buf_put(b, s.p + copied, from - copied);
            buf_text(b, instead);
            copied = at;
        }
    }
    if (copied < s.n) {
        buf_put(b, s.p + copied, s.n - copied);
    }
}

static const char *json_escape(uint32_t c, char scratch[8]) {
    switch (c) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    default:
        if (c >= 0x20) {
            return NULL;
        }
        snprintf(scratch, 8, "\\u%04x", (unsigned)(c & 0x1F));
        return scratch;
    }
}

void buf_json(struct buf *b, struct str s) {
    buf_char(b, '"');
    put_escaped(b, s, json_escape);
    buf_char(b, '"');
}

/* Tab and line ends are kept: they are legal and separate words. */
static const char *xml_escape(uint32_t c, char scratch[8]) {
    UNUSED(scratch);
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    case '\t':
    case '\n':
    case '\r':
        return NULL;
    default: {
        bool control = c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0xFFFE || c == 0xFFFF;
        return control ? "" : NULL;
    }
    }
}

void buf_xml(struct buf *b, struct str s) {
    put_escaped(b, s, xml_escape);
}
