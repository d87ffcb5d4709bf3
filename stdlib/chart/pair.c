/* Two charts of the same points: their values, and below them how far these spread. */
#include "stdlib/chart/chart.h"

bool chart_pair(struct arena *a, const struct chart *below, const char *what, struct figure *f) {
    struct figure second;
    struct panel *both = ARENA_ARRAY(a, struct panel, 2);
    if (!both || f->npanels != 1 || !chart_figure(a, below, &second)) {
        return false;
    }
    const struct spc_result *r = below->series[0].spc;
    both[0] = f->panels[0];
    both[1] = second.panels[0];
    both[1].name = str_of(what);
    for (uint32_t i = 0; i < both[1].nmarks; i++) {
        both[1].marks[i].words = STR(""); /* rules have their names above */
    }
    f->panels = both;
    f->npanels = 2;
    f->verdict =
        r->nsignals
            ? arena_printf(
                  a, "%.*s %zu of the %s below %s out: the spread is not the same throughout.",
                  STR_ARG(f->verdict), r->nsignals, what, r->nsignals == 1 ? "stands" : "stand")
            : arena_printf(a, "%.*s The %s below keep within their limits.", STR_ARG(f->verdict),
                           what);
    f->method = arena_printf(a, "%.*s %.*s", STR_ARG(f->method), STR_ARG(second.method));
    return f->verdict.p && f->method.p;
}
