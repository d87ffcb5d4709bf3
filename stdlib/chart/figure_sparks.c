/* Small charts in characters: a line of blocks each, all on one scale. */
#include "stdlib/chart/figure_grid.h"
#include "base/utf8.h"
#include <math.h>

static void put_spark(struct buf *out, const struct panel *p, double from, double to, int glyphs) {
    static const char *const BLOCKS[] = {"\xE2\x96\x81", "\xE2\x96\x82", "\xE2\x96\x83",
                                         "\xE2\x96\x84", "\xE2\x96\x85", "\xE2\x96\x86",
                                         "\xE2\x96\x87", "\xE2\x96\x88"};
    static const char *const ASCII[] = {".", ":", "-", "=", "+", "*", "#", "@"};
    double sum = 0;
    int n = 0;
    for (uint32_t i = 0; i < p->spark.n; i++) {
        double x = p->spark.x[i], y = p->spark.y[i];
        if (x >= from && x < to && !isnan(y)) {
            sum += y;
            n++;
        }
    }
    if (!n) {
        buf_char(out, ' ');
        return;
    }
    double part = (sum / n - p->y.low) / (p->y.high - p->y.low);
    int level = (int)fmin(fmax(floor(part * 8), 0), 7);
    buf_text(out, glyphs ? BLOCKS[level] : ASCII[level]);
}

static void put_padded(struct buf *out, struct str s, size_t columns) {
    size_t n = utf8_fit(s, columns);
    struct str shown = {s.p, n};
    buf_str(out, shown);
    buf_repeat(out, " ", columns - utf8_width(shown));
}

static void put_number(struct buf *out, const struct writing *w, double x) {
    char text[48] = "n/a";
    size_t n = isnan(x) ? 3 : writing_print(w, text, x, w->decimals);
    buf_repeat(out, " ", n < 9 ? 9 - n : 1);
    buf_put(out, text, n);
}

static void put_series(struct buf *out, const struct panel *p, size_t names, int64_t cells,
                       int glyphs) {
    int64_t first = (int64_t)p->x.low, span = (int64_t)p->x.high - first + 1;
    put_padded(out, p->name, names);
    buf_char(out, ' ');
    for (int64_t i = 0; i < cells; i++) {
        put_spark(out, p, (double)(first + i * span / cells),
                  (double)(first + (i + 1) * span / cells), glyphs);
    }
    put_number(out, &p->y.writing, p->spark.last);
    put_number(out, &p->y.writing, p->spark.centre);
    if (p->spark.signals) {
        buf_printf(out, "  %s %u", grid_sign(glyphs, LOOK_OTHER), p->spark.signals);
    }
    buf_char(out, '\n');
}

void figure_put_sparks(struct buf *out, const struct figure *f, int width, int glyphs) {
    size_t names = 4, most = (size_t)width / 3;
    for (uint32_t k = 0; k < f->npanels; k++) {
        size_t n = utf8_width(f->panels[k].name);
        names = n > names ? n : names;
    }
    names = names > most ? most : names;
    if (!f->npanels) {
        return;
    }
    const struct axis *x = &f->panels[0].x;
    int64_t span = (int64_t)(x->high - x->low) + 1, room = width - (int)names - 1 - 18 - 6;
    room = room < 4 ? 4 : room;
    int64_t cells = span < room ? span : room;
    buf_repeat(out, " ", names + 1 + (size_t)(cells > 0 ? cells : 0));
    buf_printf(out, "     last%9s  signals\n", f->centre);
    for (uint32_t k = 0; k < f->npanels; k++) {
        put_series(out, &f->panels[k], names, cells, glyphs);
    }
}
