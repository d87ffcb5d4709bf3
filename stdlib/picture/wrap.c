/* Greedy breaking: as many words as fit. Owns nothing; lines are parts of the text. */
#include "stdlib/picture/wrap.h"

static void skip_blanks(struct str *s) {
    while (s->n && *s->p == ' ') {
        s->p++;
        s->n--;
    }
}

struct str wrap_line(struct str *rest, size_t columns) {
    skip_blanks(rest);
    size_t n = utf8_fit(*rest, columns);
    if (n < rest->n) {
        size_t end = n;
        while (end > 0 && rest->p[end] != ' ') {
            end--;
        }
        n = end ? end : n ? n : rest->n;
    }
    struct str line = {rest->p, n};
    rest->p += n;
    rest->n -= n;
    while (line.n && line.p[line.n - 1] == ' ') {
        line.n--;
    }
    return line;
}

void wrap_lines(struct buf *out, struct str text, size_t columns) {
    while (text.n) {
        buf_str(out, wrap_line(&text, columns));
        buf_char(out, '\n');
    }
}
