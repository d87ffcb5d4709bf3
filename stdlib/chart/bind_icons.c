/* draw_icons(): a relation in, a table of icons out, and an SVG file if one is asked for. */
#include "stdlib/spc/bind_icons.h"
#include "base/num.h"
#include "stdlib/chart/bind_chart.h"
#include "stdlib/chart/icons.h"
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
    if (!isnan(icons->target.value)) {
        const struct icon_target *t = &icons->target;
        struct str value = value_text(a, icons, about->unit, t->value);
        p->target = arena_printf(a, "%s %.*s",
                                 t->strictly  ? t->at_most ? "below" : "above"
                                 : t->at_most ? "at most"
                                              : "at least",
                                 STR_ARG(value));
    }
    return lines && told.p && p->told.p && (p->target.p || isnan(icons->target.value));
}

int chart_icons(struct native_call *c) {
    enum { ASKS = 2 };
    const struct frame *data = native_relation(c, 0);
    struct icon_table icons;
    struct icon_page page;
    struct buf terminal, svg;
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
    buf_init(&terminal, native_alloc(c));
    buf_init(&svg, native_alloc(c));
    icons_terminal(&terminal, &page, native_output_width(c));
    icons_svg(&svg, native_arena(c), &page);
    status = terminal.failed || svg.failed ? SPOKE_NO_MEMORY : SPOKE_OK;
    if (status == SPOKE_OK && !native_is_missing(c, 1)) {
        status = native_write_file(c, native_text(c, 1), buf_view(&svg));
    }
    if (status == SPOKE_OK) {
        status = native_give_picture(c, buf_view(&terminal), buf_view(&svg));
    }
    buf_free(&terminal);
    buf_free(&svg);
    return status;
}
