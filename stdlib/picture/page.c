/* One file serves both themes: colours are variables, each with the light one as a fallback for
 * programs that know no variables. */
#include "stdlib/picture/page.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "stdlib/picture/svg.h"
#include "stdlib/picture/wrap.h"
#include <math.h>

enum { TITLE_AT = 28, TITLE_COLUMNS = 70, TOLD_AT = 49, TOLD_STEP = 17 };

static const char STYLE[] =
    ".sp{--ground:#fff;--ink:#1b1f24;--soft:#5c636b;--grid:#e4e7ea}"
    "@media(prefers-color-scheme:dark){.sp{--ground:#121417;--ink:#eceff2;--soft:#a9b1ba;"
    "--grid:#2b3037}}"
    ".sp text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;"
    "font-size:12px;fill:#1b1f24;fill:var(--ink)}"
    ".sp .ground{fill:#fff;fill:var(--ground)}"
    ".sp .title{font-size:17px;font-weight:600}"
    ".sp .told{font-size:13px}"
    ".sp .soft{font-size:11px;fill:#5c636b;fill:var(--soft)}";

static int told_lines(const struct page *s) {
    struct str rest = s->told;
    int n = 0;
    while (rest.n && n < s->lines) {
        wrap_line(&rest, PAGE_COLUMNS);
        n++;
    }
    return n;
}

double page_top(const struct page *s) {
    return TOLD_AT + TOLD_STEP * (told_lines(s) - 1);
}

static void put_heading(struct buf *out, struct arena *a, const struct page *s) {
    struct str rest = s->told;
    svg_text(out, "title", "", PAGE_EDGE, TITLE_AT, svg_shortened(a, s->title, TITLE_COLUMNS));
    for (int i = 0; i < s->lines && rest.n; i++) {
        struct str line = wrap_line(&rest, PAGE_COLUMNS);
        if (i + 1 == s->lines && rest.n) {
            line.n = (size_t)(rest.p + rest.n - line.p);
            line = svg_shortened(a, line, PAGE_COLUMNS);
        }
        svg_text(out, "told", "", PAGE_EDGE, TOLD_AT + TOLD_STEP * i, line);
    }
}

void page_open(struct buf *out, struct arena *a, const struct page *s) {
    uint32_t id = hash_bytes(s->told) ^ hash_bytes(s->title) ^ hash_bytes(s->described);
    int height = (int)ceil(s->height);
    buf_printf(out,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" class=\"sp %s\" "
               "lang=\"en\" role=\"img\" aria-labelledby=\"t%08x d%08x\">\n<title id=\"t%08x\">",
               PAGE_WIDTH, height, s->class, id, id, id);
    if (s->title.n) {
        buf_xml(out, s->title);
        buf_text(out, ": ");
    }
    buf_xml(out, s->told);
    buf_printf(out, "</title>\n<desc id=\"d%08x\">", id);
    buf_xml(out, s->described);
    buf_text(out, "</desc>\n<style>");
    buf_text(out, STYLE);
    buf_text(out, s->style);
    buf_printf(out, "</style>\n<rect class=\"ground\" width=\"%d\" height=\"%d\"/>\n", PAGE_WIDTH,
               height);
    put_heading(out, a, s);
    out->failed = out->failed || !s->described.p;
}

void page_note(struct buf *out, struct arena *a, double y, struct str note) {
    svg_text(out, "soft", "", PAGE_EDGE, y, svg_shortened(a, note, PAGE_NOTE_COLUMNS));
}

double page_text_width(struct str s) {
    return 6.1 * (double)utf8_width(s);
}
