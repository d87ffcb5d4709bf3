/* Names on paper: of lines at their ends, of rules above the plot, of points beside them. None lies
 * over another. */
#include "stdlib/chart/figure_plot.h"
#include "stdlib/picture/labels.h"
#include "stdlib/picture/page.h"
#include "stdlib/picture/svg.h"
#include "base/utf8.h"
#include <math.h>

enum { SIDE_STEP = 14, RULE_LINES = 3, TAG_COLUMNS = 24, TAG_HEIGHT = 12 };

/* ---- at the ends of lines ---- */

struct side_text {
    double y;
    bool goal;
    char text[80];
    size_t n;
};

static void print_side(const struct panel *p, const struct side *s, struct side_text *out) {
    out->goal = s->goal;
    out->n = strlen(s->name);
    memcpy(out->text, s->name, out->n);
    out->text[out->n++] = ' ';
    out->n += writing_print(&p->y.writing, out->text + out->n, s->value, p->y.writing.decimals);
}

double plot_sides_width(const struct panel *p) {
    double room = 40;
    for (uint32_t i = 0; i < p->nsides; i++) {
        struct side_text text;
        print_side(p, &p->sides[i], &text);
        room = fmax(room, page_text_width((struct str){text.text, text.n}) + 12);
    }
    return room;
}

/* From the top down; then from the bottom up where they ran out of room. */
static void spread_sides(struct side_text *sides, int n, double bottom) {
    for (int i = 1; i < n; i++) {
        struct side_text moved = sides[i];
        int k = i;
        for (; k > 0 && sides[k - 1].y > moved.y; k--) {
            sides[k] = sides[k - 1];
        }
        sides[k] = moved;
    }
    for (int i = 1; i < n; i++) {
        sides[i].y = fmax(sides[i].y, sides[i - 1].y + SIDE_STEP);
    }
    for (int i = n; i-- > 0;) {
        double most = i + 1 < n ? sides[i + 1].y - SIDE_STEP : bottom;
        sides[i].y = fmin(sides[i].y, most);
    }
}

void plot_sides(struct buf *out, const struct area *r) {
    struct side_text sides[PANEL_SIDES];
    int n = (int)r->p->nsides;
    for (int i = 0; i < n; i++) {
        print_side(r->p, &r->p->sides[i], &sides[i]);
        sides[i].y = area_y(r, r->p->sides[i].value);
    }
    spread_sides(sides, n, r->bottom);
    for (int i = 0; i < n; i++) {
        svg_text(out, sides[i].goal ? "goal" : "soft", "", r->right + 8, sides[i].y + 4,
                 (struct str){sides[i].text, sides[i].n});
    }
}

/* ---- of rules ---- */

/* A text over lines, with nothing behind it. */
static void put_over(struct buf *out, bool left, double x, double y, struct str text) {
    double width = page_text_width(text);
    buf_text(out, "<rect class=\"ground\"");
    svg_attribute(out, "x", left ? x - width : x);
    svg_attribute(out, "y", y - 10);
    svg_attribute(out, "width", width);
    buf_text(out, " height=\"12\"/>\n");
    svg_text(out, "soft", left ? "end" : "start", x, y, text);
}

int plot_rule_lines(const struct panel *p) {
    int n = 0;
    for (uint32_t i = 0; i < p->nmarks; i++) {
        n += p->marks[i].kind == MARK_RULE && p->marks[i].words.n;
    }
    return n < RULE_LINES ? n : RULE_LINES;
}

/* Each in a line of its own, on the side of its rule that has more room; the last ones where there
 * are too many. */
void plot_rules(struct buf *out, struct arena *a, const struct area *r, double right) {
    int lines = plot_rule_lines(r->p);
    for (int named = 0; named < 2; named++) { /* all lines, then all names */
        int at = 0;
        for (uint32_t i = r->p->nmarks; i-- > 0 && at < lines;) {
            const struct mark *m = &r->p->marks[i];
            if (m->kind != MARK_RULE || !m->words.n) {
                continue;
            }
            double x = area_x_within(r, m->x[0]), y = r->top - RULE_STEP * (double)at++ - 4;
            bool left = x - r->left > r->right - x;
            double room = left ? x - r->left : right - x;
            if (named) {
                put_over(out, left, left ? x - 3 : x + 3, y,
                         svg_shortened(a, m->words, (size_t)(room / 6.2)));
            } else {
                svg_line(out, "change", x, y - 8, x, r->top);
            }
        }
    }
}

/* ---- of points ---- */

static uint32_t count_points(const struct panel *p) {
    uint32_t n = 0;
    for (uint32_t k = 0; k < p->nmarks; k++) {
        n += p->marks[k].kind == MARK_POINTS ? p->marks[k].n : 0;
    }
    return n;
}

/* Tags first, so that label i is of disc i; then all points, which no label may cover. */
static uint32_t find_discs(const struct area *r, struct disc *discs) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < r->p->ntags; i++) {
        discs[n++] = (struct disc){area_x(r, r->p->tags[i].x), area_y(r, r->p->tags[i].y), 5};
    }
    for (uint32_t k = 0; k < r->p->nmarks; k++) {
        const struct mark *m = &r->p->marks[k];
        for (uint32_t i = 0; m->kind == MARK_POINTS && i < m->n; i++) {
            if (m->looks[i] != LOOK_NOTHING) {
                discs[n++] = (struct disc){area_x(r, m->x[i]), area_y(r, m->y[i]), 3.5};
            }
        }
    }
    return n;
}

void plot_tags(struct buf *out, struct arena *a, const struct area *r) {
    uint32_t n = r->p->ntags;
    struct disc *discs = ARENA_ARRAY(a, struct disc, n + count_points(r->p) + 1);
    struct label *labels = ARENA_ARRAY(a, struct label, n + 1);
    if (!discs || !labels) {
        out->failed = true;
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        struct str name = svg_shortened(a, r->p->tags[i].name, TAG_COLUMNS);
        labels[i] = (struct label){.of = i, .width = page_text_width(name), .height = TAG_HEIGHT};
    }
    struct label_world world = {.frame = {r->left, r->top, r->right, r->bottom}, .discs = discs};
    world.ndiscs = find_discs(r, discs);
    labels_place(&world, labels, n);
    for (uint32_t i = 0; i < n; i++) {
        const struct label *l = &labels[i];
        if (l->placed && l->leads) {
            svg_line(out, "change", l->leader.x1, l->leader.y1, l->leader.x2, l->leader.y2);
        }
        if (l->placed) {
            svg_text(out, "tag", "", l->at.left, l->at.bottom - 2.5,
                     svg_shortened(a, r->p->tags[i].name, TAG_COLUMNS));
        }
    }
}
