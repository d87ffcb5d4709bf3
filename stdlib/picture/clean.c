/* Control characters, and those that set the direction of writing. */
#include "stdlib/picture/clean.h"
#include "base/utf8.h"

void clean_text(struct buf *out, struct str s, bool lines) {
    size_t at = 0, from = 0;
    while (at < s.n) {
        uint32_t point = utf8_next(s, &at);
        bool turns = (point >= 0x200E && point <= 0x200F) || (point >= 0x202A && point <= 0x202E) ||
                     (point >= 0x2066 && point <= 0x2069);
        bool control = point < 0x20 || (point >= 0x7F && point < 0xA0);
        if ((control && !(lines && point == '\n')) || turns || point == 0xFFFD) {
            buf_text(out, "\xEF\xBF\xBD");
        } else {
            buf_put(out, s.p + from, at - from);
        }
        from = at;
    }
}
