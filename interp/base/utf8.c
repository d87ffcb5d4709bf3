/* UTF-8 by hand, character properties through utf8proc.
 *
 * Everything rests on `decode`, which knows the well-formed sequences of the
 * Unicode standard (no overlong forms, no surrogates, at most U+10FFFF).
 * Nothing here takes memory but the output buffers. */
#include "base/utf8.h"
#include <utf8proc.h>

enum { REPLACEMENT = 0xFFFD, LAST_CODE_POINT = 0x10FFFF };

/* How many bytes follow a leading byte; -1 if it cannot lead. */
static int followers(unsigned char lead) {
    if (lead < 0x80) {
        return 0;
    }
    if (lead < 0xC2 || lead > 0xF4) {
        return -1;
    }
    return lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
}

/* Length of the sequence at `at` and its code point; 0 if it is broken. */
static size_t decode(struct str s, size_t at, uint32_t *code_point) {
    static const uint32_t SMALLEST[4] = {0, 0x80, 0x800, 0x10000};
    unsigned char lead = (unsigned char)s.p[at];
    int more = followers(lead);
    if (more < 0 || (size_t)more >= s.n - at) {
        return 0;
    }
    uint32_t c = more == 0 ? lead : lead & (0x3Fu >> more);
    for (size_t i = 1; i <= (size_t)more; i++) {
        unsigned char byte = (unsigned char)s.p[at + i];
        if ((byte & 0xC0) != 0x80) {
            return 0;
        }
        c = c << 6 | (byte & 0x3Fu);
    }
    if (c < SMALLEST[more] || c > LAST_CODE_POINT || (c >= 0xD800 && c <= 0xDFFF)) {
        return 0;
    }
    *code_point = c;
    return (size_t)more + 1;
}

uint32_t utf8_next(struct str s, size_t *at) {
    assert(*at < s.n);
    uint32_t c = REPLACEMENT;
    size_t n = decode(s, *at, &c);
    *at += n ? n : 1;
    return c;
}

/* Most texts are mostly ASCII: eight such bytes are passed at once. */
static size_t pass_ascii(struct str s, size_t at) {
    uint64_t word;
    for (; s.n - at >= sizeof word; at += sizeof word) {
        memcpy(&word, s.p + at, sizeof word);
        if (word & UINT64_C(0x8080808080808080)) {
            break;
        }
    }
    return at;
}

size_t utf8_check(struct str s) {
    size_t at = pass_ascii(s, 0);
    while (at < s.n) {
        uint32_t c;
        size_t n = decode(s, at, &c);
        if (n == 0) {
            return at;
        }
        at = n > 1 ? pass_ascii(s, at + n) : at + n;
    }
    return s.n;
}

static char following(uint32_t bits) {
    return (char)(unsigned char)(0x80u | (bits & 0x3Fu));
}

static char leading(uint32_t mark, uint32_t bits) {
    return (char)(unsigned char)(mark | bits);
}

size_t utf8_put(char out[4], uint32_t c) {
    if (c > LAST_CODE_POINT || (c >= 0xD800 && c <= 0xDFFF)) {
        c = REPLACEMENT;
    }
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = leading(0xC0, c >> 6);
        out[1] = following(c);
        return 2;
    }
    if (c < 0x10000) {
        out[0] = leading(0xE0, c >> 12);
        out[1] = following(c >> 6);
        out[2] = following(c);
        return 3;
    }
    out[0] = leading(0xF0, c >> 18);
    out[1] = following(c >> 12);
    out[2] = following(c >> 6);
    out[3] = following(c);
    return 4;
}

size_t utf8_length(struct str s) {
    size_t count = 0;
    for (size_t at = 0; at < s.n; count++) {
        utf8_next(s, &at);
    }
    return count;
}

size_t utf8_offset(struct str s, size_t index) {
    size_t at = 0;
    for (size_t i = 0; i < index && at < s.n; i++) {
        utf8_next(s, &at);
    }
    return at;
}

static size_t width_of(uint32_t c) {
    if (c >= 0x20 && c < 0x7F) {
        return 1;
    }
    int width = utf8proc_charwidth((utf8proc_int32_t)c);
    return width > 0 ? (size_t)width : 0;
}

size_t utf8_width(struct str s) {
    size_t columns = 0;
    for (size_t at = 0; at < s.n;) {
        columns += width_of(utf8_next(s, &at));
    }
    return columns;
}

size_t utf8_fit(struct str s, size_t columns) {
    size_t used = 0;
    size_t at = 0;
    while (at < s.n) {
        size_t past = at;
        used += width_of(utf8_next(s, &past));
        if (used > columns) {
            break;
        }
        at = past;
    }
    return at;
}

bool utf8_is_letter(uint32_t c) {
    if (c < 0x80) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

/* One code point to one code point; broken bytes become U+FFFD. */
static void put_mapped(struct buf *out, struct str s, utf8proc_int32_t (*map)(utf8proc_int32_t)) {
    for (size_t at = 0; at < s.n && !out->failed;) {
        char bytes[4];
        uint32_t c = (uint32_t)map((utf8proc_int32_t)utf8_next(s, &at));
        buf_put(out, bytes, utf8_put(bytes, c));
    }
}

void utf8_upper(struct buf *out, struct str s) {
    put_mapped(out, s, utf8proc_toupper);
}

void utf8_lower(struct buf *out, struct str s) {
    put_mapped(out, s, utf8proc_tolower);
}
