/* A figure as one SVG that stands alone.
 *
 * One panel is drawn large with its lines named at their ends; several are drawn under each other,
 * or as small multiples on shared axes. Numbers are written with one decimal and a point whatever
 * the locale. */
#include "stdlib/chart/figure_plot.h"
#include "stdlib/picture/page.h"
#include "stdlib/picture/svg.h"
#include <math.h>

enum {
    HEIGHT = 400,
    LEAST_PLOT = 150, /* of the plot, whatever stands around it */
    VERDICT_LINES = 4,
    PANEL_HEIGHT = 128,
    PANEL_GAP = 18
};

static const char STYLE[] =
    ".sp{--line:#3d4b5c;--limit:#767676;--better:#0072b2;--worse:#d55e00;--other:#a3528a;"
    "--target:#00795a;--bar:#9fb4c8}"
    "@media(prefers-color-scheme:dark){.sp{--line:#c3ccd6;--limit:#8f969e;--better:#4ea3d8;"
    "--worse:#f0803c;--other:#cc79a7;--target:#23b58c;--bar:#4a5d70}}"
    ".sp .name{font-weight:600}"
    ".sp .grid{stroke:#e4e7ea;stroke:var(--grid);stroke-width:1}"
    ".sp .data{fill:none;stroke:#3d4b5c;stroke:var(--line);stroke-width:1.6;"
    "stroke-linejoin:round}"
    ".sp .point{fill:#3d4b5c;fill:var(--line)}"
    ".sp .ghost{fill:#fff;fill:var(--ground);stroke:#3d4b5c;stroke:var(--line);stroke-width:1.2}"
    ".sp .centre{fill:none;stroke:#767676;stroke:var(--limit);stroke-width:1.4}"
    ".sp .limit,.sp .inner{fill:none;stroke:#767676;stroke:var(--limit);stroke-width:1.2;"
    "stroke-dasharray:5 4}"
    ".sp .inner{stroke-width:1;stroke-dasharray:2 3}"
    ".sp .target{fill:none;stroke:#00795a;stroke:var(--target);stroke-width:1.4;"
    "stroke-dasharray:1.5 3}"
    ".sp .baseline{fill:none;stroke:#00795a;stroke:var(--target);stroke-width:1.8}"
    ".sp .change{fill:none;stroke:#767676;stroke:var(--limit);stroke-width:1;stroke-dasharray:3 3}"
    ".sp .goal{font-size:11px;fill:#00795a;fill:var(--target)}"
    ".sp .signal{stroke:#fff;stroke:var(--ground);stroke-width:1.2}"
    ".sp .better{fill:#0072b2;fill:var(--better)}"
    ".sp .worse{fill:#d55e00;fill:var(--worse)}"
    ".sp .other{fill:#a3528a;fill:var(--other)}"
    ".sp .doubt{fill:#fff;fill:var(--ground);stroke:#3d4b5c;stroke:var(--line);stroke-width:1.6}"
    ".sp .tag{font-size:11px;stroke:#fff;stroke:var(--ground);stroke-width:3px;"
    "stroke-linejoin:round;paint-order:stroke}"
    ".sp .bar{fill:#9fb4c8;fill:var(--bar)}";

/* ---- what stands around ---- */

static struct str described(struct arena *a, const struct figure *f) {
    struct str s = arena_printf(a, "%.*s %.*s", STR_ARG(f->summary), STR_ARG(f->method));
    if (f->caution.n) {
        s = arena_printf(a, "%.*s Note: %.*s.", STR_ARG(s), STR_ARG(f->caution));
    }
    if (f->also.n) {
        s = arena_printf(a, "%.*s Other definitions: %.*s.", STR_ARG(s), STR_ARG(f->also));
    }
    return s;
}

static struct page page_of(struct arena *a, const struct figure *f, double height) {
    return (struct page){f->title, f->verdict, VERDICT_LINES, described(a, f), STYLE, height};
}

/* What looks of points mean. */
static bool has_key(const struct figure *f) {
    bool seen[LOOKS], any = false;
    figure_seen(f, seen);
    for (int k = 0; k < LOOKS; k++) {
        any = any || (seen[k] && f->key[k]);
    }
    return any;
}

static void put_key(struct buf *out, const struct figure *f, double y) {
    bool seen[LOOKS];
    double x = PAGE_EDGE + 6;
    figure_seen(f, seen);
    for (int k = LOOKS; k-- > 0;) {
        if (seen[k] && f->key[k]) {
            plot_point(out, (enum look)k, x, y - 4, (struct plot_sizes){4, 5});
            svg_text(out, "soft", "", x + 10, y, str_of(f->key[k]));
            x += 24 + 6 * (double)strlen(f->key[k]);
        }
    }
}

/* Key and notes from the bottom up. */
static double closing_height(const struct figure *f) {
    return 30 + (f->caution.n ? PAGE_NOTE_STEP : 0) + (has_key(f) ? 18 : 0) +
           (f->form == FIGURE_GRID && f->also.n ? PAGE_NOTE_STEP : 0);
}

static void put_closing(struct buf *out, struct arena *a, const struct figure *f, double height) {
    double y = height - 12;
    page_note(out, a, y, f->method);
    if (f->caution.n) {
        y -= PAGE_NOTE_STEP;
        page_note(out, a, y, arena_printf(a, "Note: %.*s.", STR_ARG(f->caution)));
    }
    if (f->form == FIGURE_GRID && f->also.n) { /* else they stand beside their lines */
        y -= PAGE_NOTE_STEP;
        page_note(out, a, y, f->also);
    }
    put_key(out, f, y - 16);
    buf_text(out, "</svg>\n");
}

/* ---- one panel, or a few under each other ---- */

static double widest(const struct figure *f, double (*of)(const struct panel *p)) {
    double most = 0;
    for (uint32_t k = 0; k < f->npanels; k++) {
        most = fmax(most, of(&f->panels[k]));
    }
    return most;
}

/* Room for times below, or for a title. */
enum { BELOW = 38 };

static void put_panel(struct buf *out, struct arena *a, const struct area *r, bool lowest) {
    uint32_t n = 0;
    for (uint32_t k = 0; k < r->p->nmarks; k++) {
        n = r->p->marks[k].kind == MARK_POINTS && r->p->marks[k].n > n ? r->p->marks[k].n : n;
    }
    plot_values(out, r, true);
    if (lowest) {
        plot_below(out, a, r);
    }
    plot_marks(out, r, n <= 60 ? (struct plot_sizes){3.2, 5.5} : (struct plot_sizes){2.4, 4.5});
    plot_rules(out, a, r, PAGE_WIDTH - PAGE_EDGE);
    plot_tags(out, a, r);
    plot_sides(out, r);
}

static void draw_one(struct buf *out, struct arena *a, const struct figure *f) {
    struct page page = page_of(a, f, HEIGHT);
    struct area r = {.inset = 10, .left = PAGE_EDGE + widest(f, plot_values_width)};
    double top = page_top(&page) + 16, unit = f->unit.n ? 12 : 0;
    r.right = PAGE_WIDTH - PAGE_EDGE - widest(f, plot_sides_width);
    double bottom = HEIGHT - BELOW - closing_height(f) + 6;
    page_open(out, a, &page);
    if (f->unit.n) {
        svg_text(out, "soft", "", PAGE_EDGE, top + 4, svg_shortened(a, f->unit, 60));
    }
    buf_text(out, "<g aria-hidden=\"true\">\n");
    r.p = &f->panels[0];
    r.top = top + unit + RULE_STEP * plot_rule_lines(r.p);
    r.bottom = bottom;
    put_panel(out, a, &r, true);
    buf_text(out, "</g>\n");
    put_closing(out, a, f, HEIGHT);
}

/* ---- small multiples ---- */

static void draw_grid(struct buf *out, struct arena *a, const struct figure *f) {
    uint32_t columns = f->npanels <= 4 ? 2 : f->npanels <= 9 ? 3 : 4;
    uint32_t rows = (f->npanels + columns - 1) / columns;
    struct page page = page_of(a, f, 0);
    double top = page_top(&page) + 21;
    page.height = top + rows * PANEL_HEIGHT + 54 + (f->also.n ? PAGE_NOTE_STEP : 0);
    double left = PAGE_EDGE + widest(f, plot_values_width);
    double width = (PAGE_WIDTH - PAGE_EDGE - left - PANEL_GAP * (columns - 1)) / columns;
    page_open(out, a, &page);
    buf_text(out, "<g aria-hidden=\"true\">\n");
    for (uint32_t k = 0; k < f->npanels; k++) {
        uint32_t row = k / columns, column = k % columns;
        double x = left + column * (width + PANEL_GAP), y = top + row * PANEL_HEIGHT;
        struct area r = {.p = &f->panels[k],
                         .left = x,
                         .right = x + width,
                         .top = y + 18,
                         .bottom = y + PANEL_HEIGHT - 30,
                         .inset = 5};
        svg_text(out, "name", "", x, y + 11, svg_shortened(a, r.p->name, (size_t)(width / 7)));
        plot_values(out, &r, column == 0);
        plot_below_ends(out, &r);
        plot_marks(out, &r, (struct plot_sizes){r.p->spark.n <= 40 ? 2 : 1.4, 4});
    }
    buf_text(out, "</g>\n");
    put_closing(out, a, f, page.height);
}

void figure_svg(struct buf *out, struct arena *a, const struct figure *f) {
    if (f->form == FIGURE_GRID) {
        draw_grid(out, a, f);
    } else {
        draw_one(out, a, f);
    }
}
