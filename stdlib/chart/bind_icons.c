/* draw_icons(): a relation in, a table of icons out, and an SVG file if one is asked for. */
#include "stdlib/spc/bind_icons.h"
#include "base/num.h"
#include "stdlib/chart/bind_chart.h"
#include "stdlib/chart/icons.h"
#include "stdlib/picture/bind_file.h"
#include "stdlib/picture/clean.h"
#include <math.h>

/* A value as the measure has it. */
static struct str value_text(struct arena *a, const struct icon_table *icons, struct str unit,
                             double x) {
    char text[352];
    bool share = icons->t.share, percent = share || str_is(unit, "%");
    double shown = share ? 100 * x : x;
    if (isnan(x)) {
        return STR("none");
    }
    size_t n = num_print_fixed(text, shown,
                               percent            ? 1
                               : fabs(shown) < 1  ? 3
                               : fabs(shown) < 10 ? 2
                                                  : 1);
    n = n > 20 ? num_print_float(text, shown) : n;
    return arena_printf(a, "%.*s%s", (int)n, text, percent ? "%" : "");
}

/* "at most 15.0%", "at most 12.0% to 15.0%" of targets that differ; empty: there is none. NULL: no
 * memory. */
static struct str target_text(struct arena *a, const struct icon_table *icons, struct str unit) {
    const struct icon_target *side = &icons->side;
    double low = INFINITY, high = -INFINITY;
    for (uint32_t k = 0; k < icons->n; k++) {
        low = fmin(low, icons->rows[k].target); /* fmin passes over NaN */
        high = fmax(high, icons->rows[k].target);
    }
    if (low > high) {
        return STR("");
    }
    struct str from = value_text(a, icons, unit, low), to = value_text(a, icons, unit, high);
    const char *words = side->strictly  ? side->at_most ? "below" : "above"
                        : side->at_most ? "at most"
                                        : "at least";
    return !from.p || !to.p ? STR_NONE
           : low < high     ? arena_printf(a, "%s %.*s to %.*s", words, STR_ARG(from), STR_ARG(to))
                            : arena_printf(a, "%s %.*s", words, STR_ARG(from));
}

static bool fill_page(struct native_call *c, const struct icon_table *icons,
                      const struct about *about, struct icon_page *p) {
    struct arena *a = native_arena(c);
    struct icon_line *lines = ARENA_ARRAY(a, struct icon_line, icons->n + 1);
    *p = (struct icon_page){.title = about->title.n  ? about->title
                                     : about->name.n ? about->name
                                                     : icons->t.value_name,
                            .lines = lines,
                            .n = icons->n};
    for (uint32_t k = 0; lines && k < icons->n; k++) {
        const struct icon_row *r = &icons->rows[k];
        lines[k] =
            (struct icon_line){r->name, value_text(a, icons, about->unit, r->value), r->icons};
        if (!lines[k].value.p) {
            return false;
        }
    }
    struct str told = spc_icons_told(a, icons);
    p->told = arena_printf(a, "%.*s.", STR_ARG(told));
    p->target = target_text(a, icons, about->unit);
    return lines && told.p && p->told.p && p->target.p;
}

int chart_icons(struct native_call *c) {
    enum { TO = 1, ASKS };
    const struct frame *data = native_relation(c, 0);
    struct icon_table icons;
    struct icon_page page;
    struct buf drawn, terminal, svg;
    if (!data) {
        return SPOKE_FAILED;
    }
    int status = spc_ask_icons(c, ASKS, data, &icons);
    if (status != SPOKE_OK) {
        return status;
    }
    if (!fill_page(c, &icons, &data->about, &page)) {
        return SPOKE_NO_MEMORY;
    }
    buf_init(&drawn, native_alloc(c));
    buf_init(&terminal, native_alloc(c));
    buf_init(&svg, native_alloc(c));
    icons_terminal(&drawn, &page, native_output_width(c));
    clean_text(&terminal, buf_view(&drawn), true);
    terminal.failed = terminal.failed || drawn.failed;
    buf_free(&drawn);
    icons_svg(&svg, native_arena(c), &page);
    return picture_give(c, TO, page.title, &terminal, &svg);
}
