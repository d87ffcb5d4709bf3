/* Icons in lines, drawn for a terminal and as SVG. */
#include "stdlib/chart/icons.h"
#include "base/utf8.h"
#include "stdlib/picture/page.h"
#include "stdlib/picture/svg.h"
#include "stdlib/picture/wrap.h"
#include <math.h>

enum {
    LINE_STEP = 30,
    HEAD_STEP = 34,
    RADIUS = 11,
    NAME_COLUMNS = 26,
    VALUE_AT = 250,
    VARIATION_AT = 275,
    ASSURANCE_AT = 515
};

static const char STYLE[] =
    ".si{--good:#0072b2;--bad:#d55e00;--other:#a24b7d;--calm:#767676}"
    "@media(prefers-color-scheme:dark){.si{--good:#56b4e9;--bad:#f0813a;--other:#d99abf;"
    "--calm:#9aa1a9}}"
    ".si .good{fill:#0072b2;fill:var(--good)}.si .bad{fill:#d55e00;fill:var(--bad)}"
    ".si .other{fill:#a24b7d;fill:var(--other)}"
    ".si .calm{fill:none;stroke:#767676;stroke:var(--calm);stroke-width:1.6}"
    ".si .none{fill:none;stroke:#767676;stroke:var(--calm);stroke-dasharray:2 3}"
    ".si .letter{font-weight:700;fill:#fff;fill:var(--ground)}"
    ".si .mark{font-weight:700;fill:#5c636b;fill:var(--soft)}"
    ".si .head{font-weight:600}"
    ".si .rule{stroke:#e4e7ea;stroke:var(--grid)}";

/* ---- shapes ---- */

static void put_circle(struct buf *out, const char *look, double x, double y) {
    buf_printf(out, "<circle class=\"%s\"", look);
    svg_attribute(out, "cx", x);
    svg_attribute(out, "cy", y);
    svg_attribute(out, "r", RADIUS);
    buf_text(out, "/>\n");
}

/* A shape with so many corners, the first of them straight up, or down. */
static void put_corners(struct buf *out, const char *look, double x, double y, int corners,
                        bool down) {
    const double turn = 6.283185307179586 / corners, reach = RADIUS * (corners == 4 ? 1.3 : 1.25);
    buf_printf(out, "<path class=\"%s\" d=\"", look);
    for (int k = 0; k < corners; k++) {
        double way = k * turn, up = reach * cos(way);
        svg_step(out, k ? 'L' : 'M', x + reach * sin(way), down ? y + up : y - up);
    }
    buf_text(out, "Z\"/>\n");
}

static void put_square(struct buf *out, const char *look, double x, double y) {
    buf_printf(out, "<rect class=\"%s\"", look);
    svg_attribute(out, "x", x - RADIUS);
    svg_attribute(out, "y", y - RADIUS);
    svg_attribute(out, "width", 2 * RADIUS);
    svg_attribute(out, "height", 2 * RADIUS);
    buf_text(out, "/>\n");
}

static void put_wave(struct buf *out, double x, double y) {
    buf_text(out, "<path class=\"calm\" d=\"");
    svg_step(out, 'M', x - 7, y);
    svg_step(out, 'Q', x - 3.5, y - 7);
    buf_char(out, ' ');
    svg_number(out, x);
    buf_char(out, ' ');
    svg_number(out, y);
    svg_step(out, 'T', x + 7, y);
    buf_text(out, "\"/>\n");
}

static void put_letter(struct buf *out, const char *look, const char *letter, double x, double y) {
    svg_text(out, look, "middle", x, y + 4, str_of(letter));
}

static void draw_variation(struct buf *out, const struct icons *i, double x, double y) {
    const char *side = i->high ? "H" : "L";
    switch (i->variation) {
    case VARIATION_IMPROVING:
        put_circle(out, "good", x, y);
        put_letter(out, "letter", side, x, y);
        break;
    case VARIATION_CONCERNING:
        put_corners(out, "bad", x, y, 4, false);
        put_letter(out, "letter", side, x, y);
        break;
    case VARIATION_HIGH:
        put_corners(out, "other", x, y, 3, false);
        break;
    case VARIATION_LOW:
        put_corners(out, "other", x, y, 3, true);
        break;
    case VARIATION_PATTERN:
        put_square(out, "other", x, y);
        put_letter(out, "letter", "*", x, y + 2);
        break;
    case VARIATION_COMMON:
        put_circle(out, "calm", x, y);
        put_wave(out, x, y);
        break;
    default:
        put_circle(out, "none", x, y);
        break;
    }
}

static void draw_assurance(struct buf *out, enum assurance assurance, double x, double y) {
    switch (assurance) {
    case ASSURANCE_HITS:
        put_circle(out, "good", x, y);
        put_letter(out, "letter", "P", x, y);
        break;
    case ASSURANCE_MISSES:
        put_corners(out, "bad", x, y, 4, false);
        put_letter(out, "letter", "F", x, y);
        break;
    case ASSURANCE_CHANCE:
        put_square(out, "calm", x, y);
        put_letter(out, "mark", "?", x, y);
        break;
    default:
        break;
    }
}

/* ---- SVG ---- */

static void put_line(struct buf *out, struct arena *a, const struct icon_line *l, double y) {
    struct str variation = str_of(variation_words(l->icons.variation, l->icons.high));
    double text = y + 4, beside = RADIUS + 9;
    svg_line(out, "rule", PAGE_EDGE, y - LINE_STEP / 2.0, PAGE_WIDTH - PAGE_EDGE,
             y - LINE_STEP / 2.0);
    svg_text(out, "name", "", PAGE_EDGE, text, svg_shortened(a, l->name, NAME_COLUMNS));
    svg_text(out, "value", "end", VALUE_AT, text, l->value);
    draw_variation(out, &l->icons, VARIATION_AT + RADIUS, y);
    svg_text(out, "words", "", VARIATION_AT + RADIUS + beside, text, variation);
    draw_assurance(out, l->icons.assurance, ASSURANCE_AT + RADIUS, y);
    svg_text(out, "words", "", ASSURANCE_AT + RADIUS + beside, text,
             str_of(assurance_words(l->icons.assurance)));
}

/* Each line as a sentence, for readers who cannot see it. */
static struct str described(struct arena *a, const struct icon_page *p) {
    struct buf b;
    buf_init(&b, a->alloc);
    for (uint32_t k = 0; k < p->n; k++) {
        const struct icon_line *l = &p->lines[k];
        const char *assurance = assurance_words(l->icons.assurance);
        buf_printf(&b, "%s%.*s %.*s: %s%s%s.", k ? " " : "", STR_ARG(l->name), STR_ARG(l->value),
                   variation_words(l->icons.variation, l->icons.high), *assurance ? "; " : "",
                   assurance);
    }
    struct str out = b.failed ? STR_NONE : arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

void icons_svg(struct buf *out, struct arena *a, const struct icon_page *p) {
    struct page page = {.class = "si",
                        .title = p->title,
                        .told = p->told,
                        .lines = 2,
                        .described = described(a, p),
                        .style = STYLE};
    double top = page_top(&page) + HEAD_STEP;
    page.height = top + (p->n + 0.5) * LINE_STEP + PAGE_EDGE;
    page_open(out, a, &page);
    svg_text(out, "head", "end", VALUE_AT, top - 6, STR("latest"));
    svg_text(out, "head", "", VARIATION_AT, top - 6, STR("variation"));
    if (p->target.n) {
        struct str target = arena_printf(a, "target %.*s", STR_ARG(p->target));
        svg_text(out, "head", "", ASSURANCE_AT, top - 6, target.p ? target : p->target);
    }
    for (uint32_t k = 0; k < p->n; k++) {
        put_line(out, a, &p->lines[k], top + (k + 0.5) * LINE_STEP + 4);
    }
    buf_text(out, "</svg>\n");
}

/* ---- terminal ---- */

static void put_padded(struct buf *out, struct str s, size_t columns, bool right) {
    size_t n = utf8_width(s);
    for (size_t k = n; right && k < columns; k++) {
        buf_char(out, ' ');
    }
    buf_put(out, s.p, s.n);
    for (size_t k = n; !right && k < columns; k++) {
        buf_char(out, ' ');
    }
}

static size_t widest(const struct icon_page *p, bool values, size_t most) {
    size_t n = 0;
    for (uint32_t k = 0; k < p->n; k++) {
        size_t own = utf8_width(values ? p->lines[k].value : p->lines[k].name);
        n = own > n ? own : n;
    }
    return n < most ? n : most;
}

/* An icon behind what is in the line already, or in a line of its own. */
static void put_icon(struct buf *out, char sign, const char *words, bool own_line, size_t indent) {
    buf_char(out, own_line ? '\n' : ' ');
    put_padded(out, STR_NONE, own_line ? indent : 1, false);
    buf_printf(out, "%c %s", sign, words);
}

/* "Lincoln 14.2%  ! special cause, concerning (high)  ? hits or misses by chance"; where that is
 * too wide, icons stand in lines of their own. */
void icons_terminal(struct buf *out, const struct icon_page *p, int columns) {
    enum { WORDS = 32, BOTH = WORDS + 32 };
    size_t names = widest(p, false, NAME_COLUMNS), values = widest(p, true, 16);
    size_t width = columns > 0 ? (size_t)columns : 80, indent = names + values + 3;
    bool both = indent + BOTH <= width, first = indent + WORDS + 2 <= width;
    indent = first ? indent : 2;
    buf_printf(out, "%.*s\n", STR_ARG(p->title));
    for (uint32_t k = 0; k < p->n; k++) {
        const struct icon_line *l = &p->lines[k];
        const struct icons *i = &l->icons;
        const char *words = variation_words(i->variation, i->high);
        struct str name = {l->name.p, utf8_fit(l->name, names)};
        put_padded(out, name, names, false);
        buf_char(out, ' ');
        put_padded(out, l->value, values, true);
        put_icon(out, variation_sign(i->variation), words, !first, indent);
        if (i->assurance != ASSURANCE_NONE) {
            put_padded(out, STR_NONE, both ? WORDS - strlen(words) : 0, false);
            put_icon(out, assurance_sign(i->assurance), assurance_words(i->assurance), !both,
                     indent);
        }
        buf_char(out, '\n');
    }
    wrap_lines(out, p->told, width);
}
