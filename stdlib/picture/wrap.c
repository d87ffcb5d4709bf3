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

static size_t end_of(struct str s, char end) {
    const char *at = s.n ? memchr(s.p, end, s.n) : NULL;
    return at ? (size_t)(at - s.p) : s.n;
}

/* The line that `lines` begins with, and what is behind its tab. */
static struct str label_of(struct str *lines, struct str *text) {
    struct str line = {lines->p, end_of(*lines, '\n')};
    size_t taken = line.n + (line.n < lines->n);
    *lines = (struct str){lines->p + taken, lines->n - taken};
    struct str label = {line.p, end_of(line, '\t')};
    size_t behind = label.n + (label.n < line.n);
    *text = (struct str){line.p + behind, line.n - behind};
    return label;
}

void wrap_labelled(struct buf *out, struct str lines, size_t columns) {
    struct str text;
    size_t widest = 0;
    for (struct str rest = lines; rest.n;) {
        size_t width = utf8_width(label_of(&rest, &text));
        widest = width > widest ? width : widest;
    }
    size_t room = columns > widest + 2 + 20 ? columns - widest - 2 : 20;
    while (lines.n) {
        struct str label = label_of(&lines, &text);
        buf_str(out, label);
        for (size_t indent = widest + 2 - utf8_width(label); text.n; indent = widest + 2) {
            buf_repeat(out, " ", indent);
            buf_str(out, wrap_line(&text, room));
            buf_char(out, '\n');
        }
    }
}
