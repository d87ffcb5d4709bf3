/* Plain searching and cutting; texts are short, so the first byte is looked for with memchr. */
#include "stdlib/core/words.h"
#include "base/utf8.h"

static bool is_blank(uint32_t c) {
    return (c >= 9 && c <= 13) || c == ' ' || c == 0x85 || c == 0xA0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
           c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

struct str words_trim_start(struct str s) {
    size_t at = 0, from = 0;
    while (at < s.n) {
        from = at;
        if (!is_blank(utf8_next(s, &at))) {
            return (struct str){s.p + from, s.n - from};
        }
    }
    return (struct str){s.p, 0};
}

struct str words_trim_end(struct str s) {
    size_t at = 0, end = 0;
    while (at < s.n) {
        if (!is_blank(utf8_next(s, &at))) {
            end = at;
        }
    }
    return (struct str){s.p, end};
}

struct str words_trim(struct str s) {
    return words_trim_start(words_trim_end(s));
}

size_t words_find(struct str s, struct str part, size_t from) {
    if (part.n == 0) {
        return from <= s.n ? from : s.n + 1;
    }
    while (from + part.n <= s.n) {
        const char *hit = memchr(s.p + from, part.p[0], s.n - part.n + 1 - from);
        if (!hit) {
            break;
        }
        from = (size_t)(hit - s.p);
        if (memcmp(hit, part.p, part.n) == 0) {
            return from;
        }
        from++;
    }
    return s.n + 1;
}

void words_replace(struct buf *out, struct str s, struct str part, struct str by) {
    size_t at = 0;
    while (part.n) {
        size_t hit = words_find(s, part, at);
        if (hit > s.n) {
            break;
        }
        buf_put(out, s.p + at, hit - at);
        buf_str(out, by);
        at = hit + part.n;
    }
    if (at < s.n) {
        buf_put(out, s.p + at, s.n - at);
    }
}

size_t words_count(struct str s, struct str separator) {
    if (separator.n == 0) {
        return utf8_length(s);
    }
    size_t n = 1, at = 0;
    while ((at = words_find(s, separator, at)) <= s.n) {
        n++;
        at += separator.n;
    }
    return n;
}

struct str words_next(struct str s, struct str separator, size_t *at) {
    size_t from = *at;
    if (separator.n == 0) {
        utf8_next(s, at);
        return (struct str){s.p + from, *at - from};
    }
    size_t hit = words_find(s, separator, from);
    size_t end = hit <= s.n ? hit : s.n;
    *at = end + separator.n;
    return (struct str){s.p + from, end - from};
}

struct str words_next_line(struct str s, size_t *at) {
    size_t from = *at, end = from;
    while (end < s.n && s.p[end] != '\n' && s.p[end] != '\r') {
        end++;
    }
    bool pair = end + 1 < s.n && s.p[end] == '\r' && s.p[end + 1] == '\n';
    *at = end < s.n ? end + 1 + pair : end;
    return (struct str){s.p + from, end - from};
}

struct str words_next_word(struct str s, size_t *at) {
    struct str rest = words_trim_start((struct str){s.p + *at, s.n - *at});
    size_t end = 0, next = 0;
    while (next < rest.n) {
        if (is_blank(utf8_next(rest, &next))) {
            break;
        }
        end = next;
    }
    *at = rest.n ? (size_t)(rest.p - s.p) + end : s.n;
    return (struct str){rest.p, end};
}

/* U+2019 is the apostrophe that word processors write. */
static bool is_inside_word(uint32_t c) {
    return utf8_is_letter(c) || (c >= '0' && c <= '9') || c == '\'' || c == 0x2019;
}

void words_title(struct buf *out, struct str s) {
    bool inside = false;
    for (size_t at = 0; at < s.n && !out->failed;) {
        size_t from = at;
        uint32_t c = utf8_next(s, &at);
        struct str one = {s.p + from, at - from};
        if (inside) {
            utf8_lower(out, one);
        } else {
            utf8_upper(out, one);
        }
        inside = is_inside_word(c);
    }
}

void words_reverse(struct buf *out, struct str s) {
    size_t end = s.n;
    while (end > 0 && !out->failed) {
        size_t from = end - 1;
        while (from > 0 && ((unsigned char)s.p[from] & 0xC0) == 0x80) {
            from--;
        }
        buf_put(out, s.p + from, end - from);
        end = from;
    }
}

void words_fill(struct buf *out, struct str with, size_t n) {
    size_t at = 0;
    for (; n > 0 && !out->failed; n--) {
        size_t from = at;
        utf8_next(with, &at);
        buf_put(out, with.p + from, at - from);
        at = at < with.n ? at : 0;
    }
}
