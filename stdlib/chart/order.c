/* Small charts from the worst to the best, so that the eye need not search. */
#include "stdlib/chart/chart.h"
#include <math.h>
#include <stdlib.h>

static const char *const NAMES[] = {
    [ORDER_GIVEN] = "given", [ORDER_NAME] = "name", [ORDER_WORST] = "worst",
    [ORDER_BEST] = "best",   [ORDER_HIGH] = "high", [ORDER_LOW] = "low"};

bool chart_order_named(struct str name, enum chart_order *out) {
    for (size_t i = 0; i < COUNT_OF(NAMES); i++) {
        if (str_is(name, NAMES[i])) {
            *out = (enum chart_order)i;
            return true;
        }
    }
    return false;
}

struct ranked {
    double rank; /* the least first */
    uint32_t number;
    struct chart_series series;
};

static int by_rank(const void *a, const void *b) {
    const struct ranked *x = a, *y = b;
    if (isnan(x->rank) != isnan(y->rank)) {
        return isnan(x->rank) ? 1 : -1;
    }
    int c = (x->rank > y->rank) - (x->rank < y->rank);
    return c ? c : (x->number > y->number) - (x->number < y->number);
}

static int by_name(const void *a, const void *b) {
    const struct ranked *x = a, *y = b;
    int c = str_compare(x->series.name, y->series.name);
    return c ? c : (x->number > y->number) - (x->number < y->number);
}

bool chart_arrange(struct arena *a, struct chart *c, enum chart_order order) {
    bool up = c->better != BETTER_DOWN, worst = order == ORDER_WORST;
    bool high_first = order == ORDER_HIGH || (worst && !up) || (order == ORDER_BEST && up);
    struct ranked *all = ARENA_ARRAY(a, struct ranked, c->nseries + 1);
    c->arranged = STR("");
    if (c->nseries < 2 || order == ORDER_GIVEN || !all) {
        return all != NULL;
    }
    for (uint32_t k = 0; k < c->nseries; k++) {
        double centre = spc_last_centre(c->series[k].spc);
        all[k] = (struct ranked){high_first ? -centre : centre, k, c->series[k]};
    }
    qsort(all, c->nseries, sizeof *all, order == ORDER_NAME ? by_name : by_rank);
    for (uint32_t k = 0; k < c->nseries; k++) {
        c->series[k] = all[k].series;
    }
    const char *centre = chart_centre_name(c->series[0].spc);
    c->arranged =
        order == ORDER_NAME ? STR("By name.")
        : worst || order == ORDER_BEST
            ? arena_printf(a, "From the %s %s to the %s.", worst ? "worst" : "best", centre,
                           worst ? "best" : "worst")
            : arena_printf(a, "From the %s %s to the %s.", high_first ? "highest" : "lowest",
                           centre, high_first ? "lowest" : "highest");
    return c->arranged.p != NULL;
}
