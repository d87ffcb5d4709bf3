/* Bars in rows of their own, each with its name before it: on paper and in characters. A point on
 * the same scale may stand in each row, joined by a line on paper. */
#include "stdlib/chart/figure_grid.h"
#include "stdlib/chart/figure_plot.h"
#include "stdlib/picture/dots.h"
#include "stdlib/picture/page.h"
#include "stdlib/picture/svg.h"
#include "base/utf8.h"
#include <math.h>

enum { ROW = 20, BAR = 13, NAME_COLUMNS = 30, BELOW = 28 };

/* ---- on paper ---- */

struct row_places {
    double names, words, left, right; /* right ends of names and words, and the scale */
    double top, bottom;
};

static double widest_of(const struct figure *f, struct arena *a, bool names) {
    double most = 0;
    for (uint32_t i = 0; i < f->nrows; i++) {
        struct str s = names ? svg_shortened(a, f->rows[i].name, NAME_COLUMNS) : f->rows[i].words;
        most = fmax(most, page_text_width(s) * (names ? 1.1 : 1));
    }
    return most;
}

static double row_x(const struct figure *f, const struct row_places *p, double value) {
    double part = (value - f->bars.low) / (f->bars.high - f->bars.low);
    return p->left + part * (p->right - p->left);
}

double rows_height(const struct figure *f) {
    return f->nrows * ROW + BELOW;
}

static void put_scale(struct buf *out, const struct figure *f, const struct row_places *p) {
    char text[48];
    const struct ticks *t = &f->bars.ticks;
    for (uint32_t i = 0; i < t->n; i++) {
        double value = scale_tick(t, i), x = row_x(f, p, value);
        size_t n = writing_print(&f->bars.writing, text, value, t->decimals);
        svg_line(out, "grid", x, p->top, x, p->bottom);
        svg_text(out, "soft", "middle", x, p->bottom + 15, (struct str){text, n});
    }
    if (!isnan(f->bar_rule)) {
        double x = row_x(f, p, f->bar_rule);
        svg_line(out, "limit", x, p->top - 4, x, p->bottom);
    }
}

static void put_bar(struct buf *out, const struct figure *f, const struct row_places *p,
                    uint32_t i) {
    double x = row_x(f, p, f->bars.low), y = p->top + i * ROW + (ROW - BAR) / 2.0;
    buf_printf(out, "<rect class=\"%s\"", f->rows[i].strong ? "few" : "bar");
    svg_attribute(out, "x", x);
    svg_attribute(out, "y", y);
    svg_attribute(out, "width", fmax(row_x(f, p, f->rows[i].bar) - x, 0));
    svg_attribute(out, "height", BAR);
    buf_text(out, "/>\n");
}

static void put_path(struct buf *out, const struct figure *f, const struct row_places *p) {
    bool any = false;
    for (uint32_t i = 0; i < f->nrows; i++) {
        double y = p->top + (i + 0.5) * ROW;
        if (isnan(f->rows[i].mark)) {
            continue;
        }
        buf_text(out, any ? "" : "<path class=\"data\" d=\"");
        svg_step(out, any ? 'L' : 'M', row_x(f, p, f->rows[i].mark), y);
        any = true;
    }
    buf_text(out, any ? "\"/>\n" : "");
    for (uint32_t i = 0; i < f->nrows; i++) {
        if (!isnan(f->rows[i].mark)) {
            plot_point(out, LOOK_POINT, row_x(f, p, f->rows[i].mark), p->top + (i + 0.5) * ROW,
                       (struct plot_sizes){3, 5, false}, STR_NONE);
        }
    }
}

/* What bars and points are, over the scale. */
static void put_row_key(struct buf *out, const struct figure *f, const struct row_places *p) {
    double x = p->left, y = p->top - 11;
    buf_printf(out, "<rect class=\"few\"");
    svg_attribute(out, "x", x);
    svg_attribute(out, "y", y - 8);
    buf_text(out, " width=\"14\" height=\"8\"/>\n");
    svg_text(out, "soft", "", x + 19, y, str_of(f->bar_key[0]));
    x += 19 + page_text_width(str_of(f->bar_key[0])) + 20;
    svg_line(out, "data", x, y - 4, x + 18, y - 4);
    plot_point(out, LOOK_POINT, x + 9, y - 4, (struct plot_sizes){3, 5, false}, STR_NONE);
    svg_text(out, "soft", "", x + 24, y, str_of(f->bar_key[1]));
}

void rows_put(struct buf *out, struct arena *a, const struct figure *f, double top) {
    struct row_places p = {.top = top, .bottom = top + f->nrows * ROW};
    p.names = PAGE_EDGE + widest_of(f, a, true);
    p.words = p.names + 12 + widest_of(f, a, false);
    p.left = p.words + 10;
    p.right = PAGE_WIDTH - PAGE_EDGE - 44;
    if (f->nrows == 0) {
        return;
    }
    put_row_key(out, f, &p);
    put_scale(out, f, &p);
    for (uint32_t i = 0; i < f->nrows; i++) {
        double y = top + (i + 0.5) * ROW + 4;
        svg_text(out, "", "end", p.names, y, svg_shortened(a, f->rows[i].name, NAME_COLUMNS));
        svg_text(out, "soft", "end", p.words, y, f->rows[i].words);
        put_bar(out, f, &p, i);
        svg_text(out, "soft", "end", PAGE_WIDTH - PAGE_EDGE, y, f->rows[i].beside);
    }
    put_path(out, f, &p);
}

/* ---- in characters ---- */

struct row_columns {
    size_t names, words, bars, beside;
};

static void put_aligned(struct buf *out, struct str s, size_t columns, bool right) {
    struct str shown = {s.p, utf8_fit(s, columns)};
    size_t room = columns - utf8_width(shown);
    buf_repeat(out, " ", right ? room : 0);
    buf_str(out, shown);
    buf_repeat(out, " ", right ? 0 : room);
}

/* A cell of a bar of so many eighths. */
static const char *bar_cell(int eighths, bool strong, int glyphs) {
    static const char *const PARTS[] = {" ",
                                        "\xE2\x96\x8F",
                                        "\xE2\x96\x8E",
                                        "\xE2\x96\x8D",
                                        "\xE2\x96\x8C",
                                        "\xE2\x96\x8B",
                                        "\xE2\x96\x8A",
                                        "\xE2\x96\x89"};
    if (glyphs == 0) {
        return eighths >= 4 ? strong ? "#" : "=" : " ";
    }
    return eighths >= 8  ? strong ? "\xE2\x96\x88" : "\xE2\x96\x92"
           : eighths > 0 ? PARTS[eighths]
                         : " ";
}

static int column_of_value(const struct figure *f, size_t bars, double value) {
    double part = (value - f->bars.low) / (f->bars.high - f->bars.low);
    return (int)fmin(fmax(floor(part * (double)bars), 0), (double)bars - 1);
}

static void put_bar_cells(struct buf *out, const struct figure *f, const struct bar_row *row,
                          size_t bars, int glyphs) {
    double part = (row->bar - f->bars.low) / (f->bars.high - f->bars.low);
    int eighths = (int)round(fmin(fmax(part, 0), 1) * (double)bars * 8);
    int mark = isnan(row->mark) ? -1 : column_of_value(f, bars, row->mark);
    int rule = isnan(f->bar_rule) ? -1 : column_of_value(f, bars, f->bar_rule);
    /* Something is more than nothing. */
    eighths = eighths == 0 && row->bar > f->bars.low ? glyphs ? 1 : 4 : eighths;
    for (int x = 0; x < (int)bars; x++) {
        int left = eighths - 8 * x;
        if (x == mark) {
            buf_text(out, grid_sign(glyphs, LOOK_POINT));
        } else if (x == rule && left <= 0) {
            buf_text(out, grid_sign(glyphs, LOOK_RULE));
        } else {
            buf_text(out, bar_cell(left < 0 ? 0 : left, row->strong, glyphs));
        }
    }
}

static struct row_columns columns_of(const struct figure *f, int width) {
    struct row_columns c = {.names = 1};
    for (uint32_t i = 0; i < f->nrows; i++) {
        const struct bar_row *row = &f->rows[i];
        size_t name = row->rule ? 0 : utf8_width(row->name);
        c.names = name > c.names ? name : c.names;
        c.words = utf8_width(row->words) > c.words ? utf8_width(row->words) : c.words;
        c.beside = utf8_width(row->beside) > c.beside ? utf8_width(row->beside) : c.beside;
    }
    size_t most = (size_t)width / 3, taken;
    c.names = c.names > most ? most : c.names;
    taken = c.names + c.words + c.beside + (c.beside ? 5 : 4);
    c.bars = (size_t)width > taken + 8 ? (size_t)width - taken : 8;
    return c;
}

static void put_rule_row(struct buf *out, const struct bar_row *row, const struct row_columns *c,
                         int glyphs) {
    size_t n = utf8_width(row->name), room = c->names + c->words + 4 + c->bars;
    buf_repeat(out, grid_sign(glyphs, LOOK_LIMIT), 2);
    buf_char(out, ' ');
    buf_str(out, row->name);
    buf_char(out, ' ');
    buf_repeat(out, grid_sign(glyphs, LOOK_LIMIT), room > n + 4 ? room - n - 4 : 0);
}

void figure_put_rows(struct buf *out, const struct figure *f, int width, int glyphs) {
    struct row_columns c = columns_of(f, width);
    for (uint32_t i = 0; i < f->nrows; i++) {
        const struct bar_row *row = &f->rows[i];
        if (row->rule) {
            put_rule_row(out, row, &c, glyphs);
            dots_end_line(out);
            continue;
        }
        put_aligned(out, row->name, c.names, f->npanels > 0);
        buf_char(out, ' ');
        put_aligned(out, row->words, c.words, true);
        buf_text(out, glyphs ? " \xE2\x94\x82" : " |");
        put_bar_cells(out, f, row, c.bars, glyphs);
        if (c.beside) {
            buf_char(out, ' ');
            put_aligned(out, row->beside, c.beside, true);
        }
        dots_end_line(out);
    }
    if (f->nrows && f->bar_key[0]) {
        buf_printf(out, "%s %s  %s %s\n", bar_cell(8, true, glyphs), f->bar_key[0],
                   grid_sign(glyphs, LOOK_POINT), f->bar_key[1]);
    }
}
