/* Plain searching; texts are short, so the first byte is looked for with memchr. */
#include "stdlib/core/words.h"
#include "base/utf8.h"

static bool is_blank(uint32_t c) {
    return (c >= 9 && c <= 13) || c == ' ' || c == 0x85 || c == 0xA0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
           c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

struct str words_trim(struct str s) {
    size_t at = 0, first = s.n, end = 0;
    while (at < s.n) {
        size_t from = at;
        if (!is_blank(utf8_next(s, &at))) {
            first = first == s.n ? from : first;
            end = at;
        }
    }
    return end ? (struct str){s.p + first, end - first} : (struct str){s.p, 0};
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
