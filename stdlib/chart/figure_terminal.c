/* A figure in characters: heading, panels, and the sentences under them. */
#include "stdlib/chart/figure_grid.h"
#include "stdlib/picture/wrap.h"
#include <math.h>

enum { ROWS = 15, ROWS_FIRST = 11, ROWS_OTHER = 7, LEAST_WIDTH = 30 };

static void put_heading(struct buf *out, const struct figure *f, int width) {
    wrap_lines(out, f->title, (size_t)width);
    wrap_lines(out, f->unit, (size_t)width);
}

/* ---- one panel, or a few under each other ---- */

static int least_left(const struct figure *f) {
    char text[48];
    int most = 0;
    for (uint32_t k = 0; k < f->npanels; k++) {
        const struct axis *axis = &f->panels[k].y;
        for (uint32_t i = 0; i < axis->ticks.n; i++) {
            int n = (int)writing_print(&axis->writing, text, scale_tick(&axis->ticks, i),
                                       axis->ticks.decimals);
            most = n > most ? n : most;
        }
    }
    return most;
}

static void put_panel(struct buf *out, struct arena *a, const struct figure *f, uint32_t k,
                      struct grid *g, int width, int right) {
    g->p = &f->panels[k];
    g->rows = f->npanels == 1 ? ROWS : k == 0 ? ROWS_FIRST : ROWS_OTHER;
    if (!grid_lay_out(a, g, width, least_left(f), right)) {
        out->failed = true;
        return;
    }
    wrap_lines(out, g->p->name, (size_t)width);
    grid_draw(g);
    grid_write(out, g);
    if (k + 1 == f->npanels) {
        grid_write_below(out, g);
    }
}

/* Twice where there are several: what the widest needs at its sides, all leave free. */
static void put_panels(struct buf *out, struct arena *a, const struct figure *f, int width,
                       int glyphs) {
    int right = 0;
    for (uint32_t k = 0; k < f->npanels && f->npanels > 1; k++) {
        struct grid g = {.p = &f->panels[k], .glyphs = glyphs, .rows = 1};
        if (!grid_lay_out(a, &g, width, 0, 0)) {
            out->failed = true;
            return;
        }
        right = g.right > right ? g.right : right;
    }
    for (uint32_t k = 0; k < f->npanels && !out->failed; k++) {
        struct grid g = {.glyphs = glyphs};
        put_panel(out, a, f, k, &g, width, right);
    }
}

/* ---- words ---- */

static void put_rules(struct buf *out, const struct figure *f, int width, int glyphs) {
    for (uint32_t i = 0; f->npanels && i < f->panels[0].nmarks; i++) {
        const struct mark *m = &f->panels[0].marks[i];
        if (m->kind == MARK_RULE && m->words.n) {
            buf_printf(out, "%s ", grid_sign(glyphs, LOOK_RULE));
            wrap_lines(out, m->words, (size_t)(width - 2));
        }
    }
}

/* In a terminal all signals look alike. */
static void put_words(struct buf *out, const struct figure *f, int width, int glyphs) {
    bool seen[LOOKS];
    wrap_lines(out, f->verdict, (size_t)width);
    put_rules(out, f, width, glyphs);
    if (f->caution.n) {
        buf_text(out, "Note: ");
        wrap_lines(out, f->caution, (size_t)(width - 6));
    }
    figure_seen(f, seen);
    if (f->form == FIGURE_ONE && (seen[LOOK_OTHER] || seen[LOOK_WORSE] || seen[LOOK_BETTER])) {
        buf_printf(out, "%s signal  ", grid_sign(glyphs, LOOK_OTHER));
    }
    wrap_lines(out, f->method, (size_t)(width - 10));
}

void figure_terminal(struct buf *out, struct arena *a, const struct figure *f, int width,
                     int glyphs) {
    width = width < LEAST_WIDTH ? LEAST_WIDTH : width;
    glyphs = glyphs < 0 ? 0 : glyphs > 2 ? 2 : glyphs;
    put_heading(out, f, width);
    if (f->form == FIGURE_GRID) {
        figure_put_sparks(out, f, width, glyphs);
    } else {
        put_panels(out, a, f, width, glyphs);
    }
    put_words(out, f, width, glyphs);
}
