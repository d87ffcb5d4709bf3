/* Notes of a figure: numbers above the plot, and under it the list of what they stand for. */
#include "stdlib/chart/figure_grid.h"
#include "stdlib/chart/figure_plot.h"
#include "base/num.h"
#include "stdlib/picture/page.h"
#include "stdlib/picture/svg.h"
#include "stdlib/picture/wrap.h"
#include <math.h>

/* ---- in characters ---- */

/* Numbers in circles up to twenty, letters where there are only those of ASCII; a star behind. */
static void put_number(struct buf *out, uint32_t i, int glyphs) {
    if (glyphs && i < 20) {
        buf_text(out, "\xE2\x91");
        buf_char(out, (char)(0xA0 + i));
    } else {
        buf_char(out, !glyphs && i < 26 ? (char)('a' + i) : '*');
    }
}

static void mark_span(uint32_t *cells, int from, int to, uint32_t mark) {
    for (int x = from; x <= to; x++) {
        cells[x] = cells[x] ? cells[x] : mark;
    }
}

/* What stands in each column: 0 nothing, 1 a line of one that lasts, 2 + i the number of note i. A
 * number moves on to the next free column. */
static void fill(const struct figure *f, const struct grid *g, uint32_t *cells) {
    for (uint32_t i = 0; i < f->nnotes; i++) {
        int at = grid_column(g, f->notes[i].from);
        while (at + 1 < g->across && cells[at] > 1) {
            at++;
        }
        cells[at] = i + 2;
    }
    for (uint32_t i = 0; i < f->nnotes; i++) {
        if (f->notes[i].to > f->notes[i].from) {
            mark_span(cells, grid_column(g, f->notes[i].from), grid_column(g, f->notes[i].to), 1);
        }
    }
}

void figure_notes_above(struct buf *out, struct arena *a, const struct figure *f,
                        const struct grid *g) {
    uint32_t *cells = arena_zero(a, (size_t)g->across * sizeof *cells);
    int last = g->across;
    if (!cells || f->nnotes == 0) {
        out->failed = out->failed || !cells;
        return;
    }
    fill(f, g, cells);
    while (last > 0 && !cells[last - 1]) {
        last--;
    }
    buf_repeat(out, " ", (size_t)g->left + 2);
    for (int x = 0; x < last; x++) {
        if (cells[x] > 1) {
            put_number(out, cells[x] - 2, g->glyphs);
        } else {
            buf_text(out, !cells[x] ? " " : g->glyphs ? "\xE2\x94\x80" : "-");
        }
    }
    buf_char(out, '\n');
}

void figure_notes_list(struct buf *out, const struct figure *f, int width, int glyphs) {
    for (uint32_t i = 0; i < f->nnotes; i++) {
        struct str rest = f->notes[i].words;
        put_number(out, i, glyphs);
        while (rest.n) {
            buf_char(out, ' ');
            buf_str(out, wrap_line(&rest, (size_t)(width - 2)));
            buf_text(out, rest.n ? "\n " : "\n");
        }
    }
}

/* ---- on paper ---- */

enum { RADIUS = 7, APART = 2 * RADIUS + 2 };

double plot_notes_height(const struct figure *f) {
    return f->nnotes ? 2 * RADIUS + 6 : 0;
}

double plot_notes_list_height(const struct figure *f) {
    return PAGE_NOTE_STEP * (double)f->nnotes;
}

static void put_circle(struct buf *out, double x, double y, uint32_t i) {
    char text[24];
    buf_text(out, "<circle class=\"note\"");
    svg_attribute(out, "cx", x);
    svg_attribute(out, "cy", y);
    svg_attribute(out, "r", RADIUS);
    buf_text(out, "/>\n");
    svg_text(out, "soft", "middle", x, y + 4, (struct str){text, num_print_int(text, i + 1)});
}

void plot_note_lines(struct buf *out, const struct figure *f, const struct area *r) {
    for (uint32_t i = 0; i < f->nnotes; i++) {
        double x = area_x_within(r, f->notes[i].from);
        svg_line(out, "change", x, r->top, x, r->bottom);
    }
}

/* Circles side by side where they would lie over each other. */
void plot_notes(struct buf *out, const struct figure *f, const struct area *r) {
    double y = r->top - RADIUS - 3, free = r->left - APART;
    for (uint32_t i = 0; i < f->nnotes; i++) {
        const struct figure_note *n = &f->notes[i];
        double from = area_x_within(r, n->from), to = area_x_within(r, n->to);
        double x = fmax(from, free + APART);
        if (to > from) {
            svg_line(out, "during", from, r->top - 1, to, r->top - 1);
        }
        svg_line(out, "change", from, y + RADIUS, from, r->top);
        put_circle(out, x, y, i);
        free = x;
    }
}

void plot_notes_list(struct buf *out, struct arena *a, const struct figure *f, double y) {
    for (uint32_t i = 0; i < f->nnotes; i++, y += PAGE_NOTE_STEP) {
        put_circle(out, PAGE_EDGE + RADIUS, y - 4, i);
        svg_text(out, "soft", "", PAGE_EDGE + APART + 4, y,
                 svg_shortened(a, f->notes[i].words, 112));
    }
}

struct str figure_notes_told(struct arena *a, const struct figure *f) {
    struct str all = STR("");
    for (uint32_t i = 0; i < f->nnotes; i++) {
        all = arena_printf(a, "%.*s%s%u: %.*s", STR_ARG(all), i ? "; " : "", i + 1,
                           STR_ARG(f->notes[i].words));
    }
    return all;
}
