/* A figure as one SVG that stands alone.
 *
 * One panel is drawn large with its lines named at their ends; several are drawn under each other,
 * or as small multiples on shared axes. Numbers are written with one decimal and a point whatever
 * the locale. */
#include "stdlib/chart/figure_plot.h"
#include "stdlib/picture/page.h"
#include "stdlib/picture/svg.h"
#include "stdlib/picture/wrap.h"
#include "base/utf8.h"
#include <math.h>

enum { VERDICT_LINES = 6, NOTE_LINES = 5, TOLD_POINTS = 400 };

static const char STYLE[] =
    ".sc{--line:#3d4b5c;--limit:#767676;--better:#0072b2;--worse:#d55e00;--other:#a3528a;"
    "--target:#00795a;--bar:#9fb4c8}"
    "@media(prefers-color-scheme:dark){.sc{--line:#c3ccd6;--limit:#8f969e;--better:#4ea3d8;"
    "--worse:#f0803c;--other:#cc79a7;--target:#23b58c;--bar:#4a5d70}}"
    ".sc .name{font-weight:600}"
    ".sc .tiny{font-size:10px}"
    ".sc .grid{stroke:#e4e7ea;stroke:var(--grid);stroke-width:1}"
    ".sc .data{fill:none;stroke:#3d4b5c;stroke:var(--line);stroke-width:1.6;"
    "stroke-linejoin:round}"
    ".sc .point{fill:#3d4b5c;fill:var(--line)}"
    ".sc .ghost{fill:#fff;fill:var(--ground);stroke:#3d4b5c;stroke:var(--line);stroke-width:1.2}"
    ".sc .centre{fill:none;stroke:#767676;stroke:var(--limit);stroke-width:1.4}"
    ".sc .limit,.sc .inner{fill:none;stroke:#767676;stroke:var(--limit);stroke-width:1.2;"
    "stroke-dasharray:5 4}"
    ".sc .inner{stroke-width:1;stroke-dasharray:2 3}"
    ".sc .target{fill:none;stroke:#00795a;stroke:var(--target);stroke-width:1.4;"
    "stroke-dasharray:1.5 3}"
    ".sc .baseline{fill:none;stroke:#00795a;stroke:var(--target);stroke-width:1.8}"
    ".sc .change{fill:none;stroke:#767676;stroke:var(--limit);stroke-width:1;stroke-dasharray:3 3}"
    ".sc .goal{font-size:11px;fill:#00795a;fill:var(--target)}"
    ".sc .signal{stroke:#fff;stroke:var(--ground);stroke-width:1.2}"
    ".sc .better{fill:#0072b2;fill:var(--better)}"
    ".sc .worse{fill:#d55e00;fill:var(--worse)}"
    ".sc .other{fill:#a3528a;fill:var(--other)}"
    ".sc .doubt{fill:#fff;fill:var(--ground);stroke:#3d4b5c;stroke:var(--line);stroke-width:1.6}"
    ".sc .tag{font-size:11px;stroke:#fff;stroke:var(--ground);stroke-width:3px;"
    "stroke-linejoin:round;paint-order:stroke}"
    ".sc .bar{fill:#9fb4c8;fill:var(--bar)}"
    ".sc .few{fill:#0072b2;fill:var(--better)}";

/* ---- what stands around ---- */

/* What the picture shows, as a table would have it: the points of its panels, or its rows. */
static void put_table(struct buf *b, const struct figure *f) {
    uint32_t told = 0;
    for (uint32_t k = 0; k < f->npanels && f->form == FIGURE_ONE; k++) {
        for (uint32_t j = 0; j < f->panels[k].nmarks; j++) {
            const struct mark *m = &f->panels[k].marks[j];
            for (uint32_t i = 0; m->kind == MARK_POINTS && i < m->n && told < TOLD_POINTS; i++) {
                if (m->looks[i] != LOOK_NOTHING) {
                    buf_text(b, told++ ? "; " : " Values: ");
                    figure_point_words(b, &f->panels[k], m, i);
                }
            }
        }
    }
    for (uint32_t i = 0; i < f->nrows; i++) {
        const struct bar_row *row = &f->rows[i];
        buf_text(b, told++ ? "; " : " Rows: ");
        buf_str(b, row->name);
        buf_text(b, row->words.n ? ": " : "");
        buf_str(b, row->words);
    }
    buf_text(b, told == 0 ? "" : told == TOLD_POINTS ? "; and so on." : ".");
}

static struct str described(struct arena *a, const struct figure *f) {
    struct buf b;
    buf_init(&b, a->alloc);
    buf_str(&b, f->summary);
    buf_char(&b, ' ');
    buf_str(&b, f->method);
    if (f->caution.n) {
        buf_printf(&b, " Note: %.*s.", STR_ARG(f->caution));
    }
    if (f->also.n) {
        buf_printf(&b, " Other definitions: %.*s.", STR_ARG(f->also));
    }
    put_table(&b, f);
    struct str s = b.failed ? STR_NONE : arena_str(a, buf_view(&b));
    buf_free(&b);
    return s;
}

static struct page page_of(struct arena *a, const struct figure *f, double height) {
    return (struct page){"sc", f->title, f->verdict, VERDICT_LINES, described(a, f), STYLE, height};
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
            plot_point(out, (enum look)k, x, y - 4, (struct plot_sizes){4, 5, false}, STR_NONE);
            svg_text(out, "soft", "", x + 10, y, str_of(f->key[k]));
            x += 34 + page_text_width(str_of(f->key[k]));
        }
    }
}

/* Small print below, in lines from the top down. */
struct notes {
    struct str line[NOTE_LINES];
    int n;
};

static void add_note(struct notes *notes, struct str text, int lines) {
    while (text.n && lines-- > 0 && notes->n < NOTE_LINES) {
        struct str line = wrap_line(&text, PAGE_NOTE_COLUMNS);
        if (lines == 0 && text.n) {
            line.n = (size_t)(text.p + text.n - line.p); /* cut off where it is written */
        }
        notes->line[notes->n++] = line;
    }
}

/* What the numbers beside names are, and in what order the charts are. */
static struct str order_words(struct arena *a, const struct figure *f) {
    if (!f->centred) {
        return f->arranged;
    }
    return arena_printf(a, "%.*s%sBeside each name is its %s.", STR_ARG(f->arranged),
                        f->arranged.n ? " " : "", f->centre);
}

static struct notes notes_of(struct arena *a, const struct figure *f) {
    struct notes notes = {.n = 0};
    if (f->form == FIGURE_GRID) { /* else they stand beside their lines */
        add_note(&notes, f->also, 1);
        add_note(&notes, order_words(a, f), 1);
    }
    if (f->caution.n) {
        add_note(&notes, arena_printf(a, "Note: %.*s.", STR_ARG(f->caution)), 2);
    }
    add_note(&notes, f->method, 2);
    return notes;
}

static double closing_height(struct arena *a, const struct figure *f) {
    struct notes notes = notes_of(a, f);
    return 14 + PAGE_NOTE_STEP * notes.n + (has_key(f) ? 19 : 0);
}

static void put_closing(struct buf *out, struct arena *a, const struct figure *f, double height) {
    struct notes notes = notes_of(a, f);
    double y = height - 12;
    for (int i = notes.n; i-- > 0; y -= PAGE_NOTE_STEP) {
        page_note(out, a, y, notes.line[i]);
    }
    put_key(out, f, y - 2);
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

/* Below a plot: times in two lines, or numbers and what they count. */
enum { BELOW = 38, PLOT = 250, PLOT_FIRST = 190, PLOT_OTHER = 104, BETWEEN = 30 };

static struct plot_sizes sizes_of(const struct panel *p) {
    uint32_t n = 0;
    for (uint32_t k = 0; k < p->nmarks; k++) {
        n = p->marks[k].kind == MARK_POINTS && p->marks[k].n > n ? p->marks[k].n : n;
    }
    return n <= 60 ? (struct plot_sizes){3.2, 5.5, true} : (struct plot_sizes){2.4, 4.5, true};
}

static void put_panel(struct buf *out, struct arena *a, const struct area *r, bool lowest) {
    plot_values(out, r, true);
    if (lowest) {
        plot_below(out, a, r);
    }
    plot_marks(out, r, sizes_of(r->p));
    plot_rules(out, a, r, PAGE_WIDTH - PAGE_EDGE);
    plot_tags(out, a, r);
    plot_sides(out, r);
}

static void draw_one(struct buf *out, struct arena *a, const struct figure *f) {
    struct page page = page_of(a, f, 0);
    struct area r = {.left = PAGE_EDGE + widest(f, plot_values_width)};
    double top = page_top(&page) + 16 + (f->unit.n ? 12 : 0);
    r.right = PAGE_WIDTH - PAGE_EDGE - widest(f, plot_sides_width);
    r.p = &f->panels[0];
    r.inset = r.p->x.kind == AXIS_NUMBERS ? 0 : 10;
    double rules = RULE_STEP * plot_rule_lines(&r, PAGE_WIDTH - PAGE_EDGE);
    page.height = top + rules + (f->npanels > 1 ? PLOT_FIRST : PLOT) +
                  (f->npanels - 1) * (PLOT_OTHER + BETWEEN) + BELOW + closing_height(a, f);
    page_open(out, a, &page);
    if (f->unit.n) {
        svg_text(out, "soft", "", PAGE_EDGE, top - 8, svg_shortened(a, f->unit, 60));
    }
    buf_text(out, "<g aria-hidden=\"true\">\n");
    r.top = top + rules;
    for (uint32_t k = 0; k < f->npanels; k++) {
        r.p = &f->panels[k];
        r.bottom = r.top + (f->npanels == 1 ? PLOT : k == 0 ? PLOT_FIRST : PLOT_OTHER);
        if (k > 0) {
            svg_text(out, "soft", "", PAGE_EDGE, r.top - 10, svg_shortened(a, r.p->name, 60));
        }
        put_panel(out, a, &r, k + 1 == f->npanels);
        r.top = r.bottom + BETWEEN;
    }
    buf_text(out, "</g>\n");
    put_closing(out, a, f, page.height);
}

/* ---- small multiples ---- */

/* The more there are, the smaller. */
struct tiling {
    uint32_t columns, rows;
    double left, width, height, gap; /* of a panel with its title */
    struct plot_sizes sizes;
    bool tiny;
};

static struct tiling tiling_of(const struct figure *f) {
    uint32_t n = f->npanels;
    struct tiling t = {.columns = n <= 4    ? 2
                                  : n <= 9  ? 3
                                  : n <= 36 ? 4
                                            : 6,
                       .height = n <= 36 ? 108 : 78,
                       .gap = n <= 36 ? 18 : 12,
                       .sizes = n <= 36 ? (struct plot_sizes){2, 4, false}
                                        : (struct plot_sizes){1.3, 3, false}};
    t.tiny = n > 36;
    t.rows = (n + t.columns - 1) / t.columns;
    t.left = PAGE_EDGE + widest(f, plot_values_width);
    t.width = (PAGE_WIDTH - PAGE_EDGE - t.left - t.gap * (t.columns - 1)) / t.columns;
    for (uint32_t k = 0; k < n; k++) {
        t.sizes.point = f->panels[k].spark.n > 40 ? fmin(t.sizes.point, 1.4) : t.sizes.point;
    }
    return t;
}

/* Its name on the left; its centre on the right, where there is room for both. */
static void put_small_title(struct buf *out, struct arena *a, const struct area *r, double y,
                            const struct figure *f, const struct tiling *t) {
    char text[48];
    const struct spark *s = &r->p->spark;
    size_t n = isnan(s->centre) || !f->centred
                   ? 0
                   : writing_print(&s->writing, text, s->centre, s->writing.decimals);
    struct str value = {text, n}, name = r->p->name;
    double width = r->right - r->left, letter = t->tiny ? 6.5 : 7.6;
    double room = n ? width - page_text_width(value) - 8 : width;
    if (n && letter * (double)utf8_width(name) > room) {
        n = 0;
        room = width;
    }
    svg_text(out, t->tiny ? "name tiny" : "name", "", r->left, y,
             svg_shortened(a, name, (size_t)fmax(room / letter, 2)));
    if (n) {
        svg_text(out, t->tiny ? "soft tiny" : "soft", "end", r->right, y, value);
    }
}

static void put_small(struct buf *out, struct arena *a, const struct figure *f,
                      const struct tiling *t, uint32_t k, double top) {
    uint32_t row = k / t->columns, column = k % t->columns;
    double x = t->left + column * (t->width + t->gap), y = top + row * t->height;
    struct area r = {.p = &f->panels[k],
                     .left = x,
                     .right = x + t->width,
                     .top = y + 18,
                     .bottom = y + t->height - 10,
                     .inset = f->panels[k].x.kind == AXIS_NUMBERS ? 0 : 5};
    put_small_title(out, a, &r, y + 11, f, t);
    plot_values(out, &r, column == 0);
    if (k + t->columns >= f->npanels) { /* nothing below it */
        plot_below_ends(out, &r, t->tiny);
    }
    plot_marks(out, &r, t->sizes);
}

static void draw_grid(struct buf *out, struct arena *a, const struct figure *f) {
    struct page page = page_of(a, f, 0);
    struct tiling t = tiling_of(f);
    double top = page_top(&page) + 21;
    page.height = top + t.rows * t.height + 22 + closing_height(a, f);
    page_open(out, a, &page);
    buf_text(out, "<g aria-hidden=\"true\">\n");
    for (uint32_t k = 0; k < f->npanels; k++) {
        put_small(out, a, f, &t, k, top);
    }
    buf_text(out, "</g>\n");
    put_closing(out, a, f, page.height);
}

/* ---- bars in rows ---- */

static void draw_rows(struct buf *out, struct arena *a, const struct figure *f) {
    struct page page = page_of(a, f, 0);
    double top = page_top(&page) + 34;
    page.height = top + rows_height(f) + closing_height(a, f);
    page_open(out, a, &page);
    buf_text(out, "<g aria-hidden=\"true\">\n");
    rows_put(out, a, f, top);
    buf_text(out, "</g>\n");
    put_closing(out, a, f, page.height);
}

void figure_svg(struct buf *out, struct arena *a, const struct figure *f) {
    if (f->form == FIGURE_GRID) {
        draw_grid(out, a, f);
    } else if (f->npanels == 0) {
        draw_rows(out, a, f);
    } else {
        draw_one(out, a, f);
    }
}
