/* The paper of an SVG picture: title, sentences, legend, notes, and one style that follows the
 * reader's light or dark theme. Shapes and dashes say the same as colours do. */
#include "base/utf8.h"
#include "stdlib/network/picture.h"
#include "stdlib/picture/page.h"
#include "stdlib/picture/svg.h"
#include <math.h>

enum { SUMMARY_LINES = 3, KEY_STEP = 20, NOTE_STEP = PAGE_NOTE_STEP };

static const char STYLE[] =
    ".sn{--tie:#5a6673;"
    "--l0:#0072b2;--l1:#d55e00;--l2:#00795a;--l3:#a3528a;--l4:#8a6500;--l5:#5b4bd1;--l6:#3c434b;"
    "--l7:#767676}"
    "@media(prefers-color-scheme:dark){.sn{--tie:#9aa6b3;--l0:#4ea3d8;--l1:#f0803c;--l2:#23b58c;--"
    "l3:#d990b9;--l4:#d9b13b;"
    "--l5:#a79bff;--l6:#dde2e7;--l7:#8f969e}}"
    ".sn text{font-size:11px}"
    ".sn .small{font-size:8px}"
    ".sn .word{font-weight:600}"
    ".sn .name{stroke:#fff;stroke:var(--ground);stroke-width:3px;stroke-linejoin:round;"
    "paint-order:stroke}"
    ".sn .main{font-weight:600}"
    ".sn .tie{fill:none;stroke:#5a6673;stroke:var(--tie);stroke-linecap:round}"
    ".sn .head{fill:#5a6673;fill:var(--tie)}"
    ".sn .k1{stroke-dasharray:6 4}.sn .k2{stroke-dasharray:1.5 4}"
    ".sn .k3{stroke-dasharray:9 3 1.5 3}.sn .k4{stroke-dasharray:3 2}"
    ".sn .leader{fill:none;stroke:#5c636b;stroke:var(--soft);stroke-width:.7}"
    ".sn .ring{fill:none;stroke:#e4e7ea;stroke:var(--grid);stroke-width:1.2}"
    ".sn .hub{fill:none;stroke:#1b1f24;stroke:var(--ink);stroke-width:1.6}"
    ".sn .node{stroke:#fff;stroke:var(--ground);stroke-width:1.2}"
    ".sn .l0{fill:#0072b2;fill:var(--l0)}.sn .l1{fill:#d55e00;fill:var(--l1)}"
    ".sn .l2{fill:#00795a;fill:var(--l2)}.sn .l3{fill:#a3528a;fill:var(--l3)}"
    ".sn .l4{fill:#8a6500;fill:var(--l4)}.sn .l5{fill:#5b4bd1;fill:var(--l5)}"
    ".sn .l6{fill:#3c434b;fill:var(--l6)}.sn .l7{fill:#767676;fill:var(--l7)}"
    ".sn .l8{fill:#fff;fill:var(--ground);stroke:#767676;stroke:var(--l7);stroke-width:1.6}";

const char *paper_look(uint32_t look) {
    static const char *const LOOKS[ALL_LOOKS] = {"l0", "l1", "l2", "l3", "l4",
                                                 "l5", "l6", "l7", "l8"};
    return LOOKS[look < ALL_LOOKS ? look : LOOK_UNKNOWN];
}

/* ---- shapes ---- */

/* Corners of shapes as large to the eye as a circle with radius 1; the first is one. */
static const struct {
    int n;
    double at[12][2];
} CORNERS[ALL_LOOKS] = {
    [1] = {4, {{-0.89, -0.89}, {0.89, -0.89}, {0.89, 0.89}, {-0.89, 0.89}}},
    [2] = {3, {{0, -1.3}, {1.2, 0.8}, {-1.2, 0.8}}},
    [3] = {4, {{0, -1.28}, {1.28, 0}, {0, 1.28}, {-1.28, 0}}},
    [4] = {3, {{0, 1.3}, {-1.2, -0.8}, {1.2, -0.8}}},
    [5] = {6, {{-0.58, -1}, {0.58, -1}, {1.16, 0}, {0.58, 1}, {-0.58, 1}, {-1.16, 0}}},
    [6] = {10,
           {{0, -1.4},
            {0.36, -0.5},
            {1.33, -0.43},
            {0.59, 0.19},
            {0.82, 1.13},
            {0, 0.62},
            {-0.82, 1.13},
            {-0.59, 0.19},
            {-1.33, -0.43},
            {-0.36, -0.5}}},
    [LOOK_OTHERS] = {12,
                     {{-0.42, -1.2},
                      {0.42, -1.2},
                      {0.42, -0.42},
                      {1.2, -0.42},
                      {1.2, 0.42},
                      {0.42, 0.42},
                      {0.42, 1.2},
                      {-0.42, 1.2},
                      {-0.42, 0.42},
                      {-1.2, 0.42},
                      {-1.2, -0.42},
                      {-0.42, -0.42}}},
    [LOOK_UNKNOWN] = {12,
                      {{0, -0.6},
                       {0.55, -1.15},
                       {1.15, -0.55},
                       {0.6, 0},
                       {1.15, 0.55},
                       {0.55, 1.15},
                       {0, 0.6},
                       {-0.55, 1.15},
                       {-1.15, 0.55},
                       {-0.6, 0},
                       {-1.15, -0.55},
                       {-0.55, -1.15}}}};

void paper_shape(struct buf *out, const char *look, uint32_t shape, double x, double y,
                 double radius) {
    int n = shape < ALL_LOOKS ? CORNERS[shape].n : 0;
    if (n == 0) {
        buf_printf(out, "<circle class=\"%s\"", look);
        svg_attribute(out, "cx", x);
        svg_attribute(out, "cy", y);
        svg_attribute(out, "r", radius);
        buf_text(out, "/>");
        return;
    }
    buf_printf(out, "<path class=\"%s\" d=\"", look);
    for (int i = 0; i < n; i++) {
        svg_step(out, i ? 'L' : 'M', x + radius * CORNERS[shape].at[i][0],
                 y + radius * CORNERS[shape].at[i][1]);
    }
    buf_text(out, "Z\"/>");
}

/* ---- heading ---- */

static struct page page_of(const struct net_picture *p, struct str described, double height) {
    return (struct page){"sn", p->title, p->summary, SUMMARY_LINES, described, STYLE, height};
}

double paper_top(const struct net_picture *p) {
    struct page page = page_of(p, STR_NONE, 0);
    return page_top(&page) + 10;
}

void paper_open(struct picture_paper *s, double height) {
    const struct net_picture *p = s->p;
    struct str described = p->caution.n ? arena_printf(s->a, "%.*s Note: %.*s.",
                                                       STR_ARG(p->described), STR_ARG(p->caution))
                                        : p->described;
    struct page page = page_of(p, described, height);
    page_open(s->out, s->a, &page);
    buf_text(s->out, "<g aria-hidden=\"true\">\n");
}

/* ---- legend ---- */

enum key_kind { KEY_LOOK, KEY_SHAPE, KEY_DASH };

/* Writes into `out`, or only counts rows. */
struct key_row {
    struct picture_paper *paper;
    bool write;
    double x, y;
    int rows;
};

static double text_width(struct str s) {
    return 6.3 * (double)utf8_width(s);
}

static void put_sign(struct key_row *k, enum key_kind kind, uint32_t i, double x) {
    struct buf *out = k->paper->out;
    bool double_key = !k->paper->p->shapes.word.n;
    if (kind == KEY_DASH) {
        buf_printf(out, "<path class=\"tie k%u\" stroke-width=\"1.4\" d=\"", i);
        svg_step(out, 'M', x, k->y - 4);
        svg_step(out, 'L', x + 26, k->y - 4);
        buf_text(out, "\"/>");
        return;
    }
    char look[16] = "node ";
    memcpy(look + 5, paper_look(kind == KEY_LOOK ? i : (uint32_t)LOOK_OTHERS), 3);
    /* Who is in no group is a ring, whatever shapes stand for. */
    bool round = kind == KEY_LOOK && (!double_key || i == LOOK_UNKNOWN);
    paper_shape(out, look, round ? 0 : i, x + 6, k->y - 4, 5.5);
}

static void next_row(struct key_row *k) {
    k->x = PICTURE_EDGE;
    k->y += KEY_STEP;
    k->rows++;
}

static void put_key(struct key_row *k, const struct picture_key *key, enum key_kind kind) {
    struct picture_paper *s = k->paper;
    if (!picture_tells(key)) {
        return;
    }
    next_row(k);
    struct str word = svg_shortened(s->a, key->word, 20);
    if (k->write) {
        svg_text(s->out, "word soft", "", k->x, k->y, word);
    }
    k->x += fmax(text_width(word) + 14, 70);
    double sign = kind == KEY_DASH ? 32 : 17, indent = k->x;
    for (uint32_t i = 0; i < ALL_LOOKS; i++) {
        struct str name = svg_shortened(s->a, key->name[i], 32);
        double width = sign + text_width(name) + 16;
        if (!key->count[i]) {
            continue;
        }
        if (k->x + width > PICTURE_WIDTH - PICTURE_EDGE && k->x > indent) {
            next_row(k);
            k->x = indent;
        }
        if (k->write) {
            put_sign(k, kind, i, k->x);
            svg_text(s->out, "", "", k->x + sign, k->y, name);
        }
        k->x += width;
    }
}

static void put_keys(struct key_row *k) {
    const struct net_picture *p = k->paper->p;
    put_key(k, &p->looks, KEY_LOOK);
    put_key(k, &p->shapes, KEY_SHAPE);
    if (p->layout != PICTURE_MATRIX) {
        put_key(k, &p->kinds, KEY_DASH);
    }
}

void paper_note(struct picture_paper *s) {
    if (s->p->caution.n) {
        s->notes[s->nnotes++] = arena_printf(s->a, "Note: %.*s.", STR_ARG(s->p->caution));
    }
    if (s->p->method.n) {
        s->notes[s->nnotes++] = s->p->method;
    }
}

double paper_bottom(const struct picture_paper *s) {
    struct picture_paper copy = *s;
    struct key_row k = {.paper = &copy};
    put_keys(&k);
    return 14 + k.rows * KEY_STEP + s->nnotes * NOTE_STEP + 12;
}

void paper_close(struct picture_paper *s, double height) {
    double notes = height - 12 - NOTE_STEP * (s->nnotes - 1);
    struct key_row k = {.paper = s, .write = false};
    put_keys(&k);
    k = (struct key_row){.paper = s,
                         .write = true,
                         .y = height - 12 - NOTE_STEP * s->nnotes - 4 - k.rows * KEY_STEP};
    put_keys(&k);
    for (int i = 0; i < s->nnotes; i++) {
        page_note(s->out, s->a, notes + NOTE_STEP * i, s->notes[i]);
    }
    buf_text(s->out, "</g>\n</svg>\n");
}
