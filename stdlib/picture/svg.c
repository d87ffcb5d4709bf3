/* What all pictures write in the same way. */
#include "stdlib/picture/svg.h"
#include "base/num.h"
#include "base/utf8.h"

void svg_number(struct buf *out, double x) {
    char text[352];
    size_t n = num_print_fixed(text, x, 1);
    if (n > 2 && text[n - 1] == '0') {
        n -= 2; /* "12.0" */
    }
    buf_put(out, text, n);
}

void svg_fixed(struct buf *out, double x, int decimals) {
    char text[352];
    size_t n = num_print_fixed(text, x, decimals);
    buf_put(out, text, n);
}

void svg_attribute(struct buf *out, const char *name, double x) {
    buf_printf(out, " %s=\"", name);
    svg_number(out, x);
    buf_char(out, '"');
}

void svg_text(struct buf *out, const char *look, const char *anchor, double x, double y,
              struct str text) {
    buf_printf(out, "<text class=\"%s\"", look);
    svg_attribute(out, "x", x);
    svg_attribute(out, "y", y);
    if (*anchor) {
        buf_printf(out, " text-anchor=\"%s\"", anchor);
    }
    buf_char(out, '>');
    buf_xml(out, text);
    buf_text(out, "</text>\n");
}

void svg_line(struct buf *out, const char *look, double x1, double y1, double x2, double y2) {
    buf_printf(out, "<path class=\"%s\" d=\"", look);
    svg_step(out, 'M', x1, y1);
    svg_step(out, 'L', x2, y2);
    buf_text(out, "\"/>\n");
}

void svg_step(struct buf *out, char command, double x, double y) {
    buf_char(out, command);
    svg_number(out, x);
    buf_char(out, ' ');
    svg_number(out, y);
}

struct str svg_shortened(struct arena *a, struct str s, size_t columns) {
    if (utf8_width(s) <= columns) {
        return s;
    }
    struct str kept = {s.p, utf8_fit(s, columns - 1)};
    struct str out = arena_printf(a, "%.*s\xE2\x80\xA6", STR_ARG(kept));
    return out.p ? out : kept;
}
