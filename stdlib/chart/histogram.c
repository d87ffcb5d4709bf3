/* A histogram: how values are spread, beside what is asked of them. */
#include "stdlib/chart/pictures.h"
#include <math.h>
#include <stdlib.h>

enum { LEAST_BINS = 5, MOST_BINS = 24, CURVE = 80, NAMED = 6, SMALL_BINS = 12 };

struct bins {
    double first, width;
    uint32_t n;
    int decimals; /* of their edges */
};

struct histogram_work {
    struct arena *a;
    const struct chart *about;
    const struct spread_out *all;
    const struct capability_asked *asked;
    struct bins bins;
    struct axis x, y;
    double *numbers; /* 0, 1, 2, ... of bins */
    struct figure *out;
};

/* ---- bins ---- */

static int by_number(const void *a, const void *b) {
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* All values of all series in order. NULL: no memory. */
static double *sorted_values(struct histogram_work *w, size_t *n) {
    size_t most = 0;
    for (uint32_t k = 0; k < w->about->nseries; k++) {
        most += w->about->series[k].n;
    }
    double *all = ARENA_ARRAY(w->a, double, most + 1);
    *n = 0;
    for (uint32_t k = 0; all && k < w->about->nseries; k++) {
        for (uint32_t i = 0; i < w->about->series[k].n; i++) {
            double x = w->about->series[k].value[i];
            if (!isnan(x)) {
                all[(*n)++] = x;
            }
        }
    }
    if (all) {
        qsort(all, *n, sizeof *all, by_number);
    }
    return all;
}

/* As wide as Freedman and Diaconis (1981) have it, within bounds, and with round edges. */
static bool find_bins(struct histogram_work *w) {
    size_t n;
    double *all = sorted_values(w, &n);
    if (!all) {
        return false;
    }
    struct extent e = n ? (struct extent){all[0], all[n - 1]} : extent_none();
    e = extent_never_flat(e);
    double scale = w->x.writing.share ? 100 : 1, span = (e.high - e.low) * scale;
    double quarters = n ? (all[n - 1 - n / 4] - all[n / 4]) * scale : 0;
    double wanted = quarters > 0 ? ceil(span / (2 * quarters / cbrt((double)n))) : LEAST_BINS;
    uint32_t most = w->about->nseries > 1 ? SMALL_BINS : MOST_BINS;
    uint32_t bins = (uint32_t)fmin(fmax(wanted, LEAST_BINS), most);
    struct ticks t = scale_ticks(e.low * scale, e.high * scale, bins + 1);
    double first = floor(e.low * scale / t.step + 1e-9) * t.step;
    /* The last edge lies beyond the largest value, which then is in the bin below it. */
    double count = floor((e.high * scale - first) / t.step + 1e-9) + 1;
    w->bins = (struct bins){first / scale, t.step / scale, (uint32_t)count, t.decimals};
    return true;
}

static uint32_t bin_of(const struct bins *b, double x) {
    double at = floor((x - b->first) / b->width + 1e-9);
    return (uint32_t)fmin(fmax(at, 0), b->n - 1.0);
}

static double *count_bins(struct histogram_work *w, const struct chart_series *s) {
    double *count = ARENA_ARRAY(w->a, double, w->bins.n + 1);
    for (uint32_t i = 0; count && i < s->n; i++) {
        if (!isnan(s->value[i])) {
            count[bin_of(&w->bins, s->value[i])]++;
        }
    }
    return count;
}

/* ---- the normal curve ---- */

static double normal_density(double z) {
    return exp(-z * z / 2) / 2.5066282746310002;
}

/* How many values a bin would have. */
static double expected(const struct histogram_work *w, const struct capability *able, double x) {
    return (double)able->n * w->bins.width * normal_density((x - able->mean) / able->overall) /
           able->overall;
}

/* Small ones have no room for it. */
static bool has_curve(const struct histogram_work *w, const struct capability *able) {
    return w->about->nseries == 1 && able->n > 2 && able->overall > 0 && isfinite(able->overall);
}

/* ---- axes ---- */

static void find_axes(struct histogram_work *w, double *const *count) {
    const struct bins *b = &w->bins;
    struct extent x = {b->first, b->first + b->n * b->width}, y = {0, 0};
    const double asked[] = {w->asked->lower, w->asked->upper, w->asked->target};
    double peak = 0;
    for (size_t i = 0; i < COUNT_OF(asked); i++) {
        extent_reach(&x, asked[i]);
    }
    for (uint32_t k = 0; k < w->about->nseries; k++) {
        for (uint32_t i = 0; i < b->n; i++) {
            extent_reach(&y, count[k][i]);
        }
        if (has_curve(w, &w->all[k].able)) {
            peak = fmax(peak, expected(w, &w->all[k].able, w->all[k].able.mean));
        }
    }
    w->x.low = x.low - 0.02 * (x.high - x.low);
    w->x.high = x.high + 0.02 * (x.high - x.low);
    axis_tick(&w->x, w->about->nseries > 1 ? 4 : 10);
    y.high = fmax(y.high, fmin(peak, 2 * y.high)); /* a curve so steep is cut off */
    w->y = (struct axis){.low = 0, .high = fmax(y.high * 1.06, 1)};
    axis_tick_whole(&w->y, w->about->nseries > 1 ? 3 : 6);
}

/* ---- marks ---- */

static bool lay_curve(struct histogram_work *w, const struct capability *able, struct panel *p) {
    double *x = ARENA_ARRAY(w->a, double, CURVE + 1), *y = ARENA_ARRAY(w->a, double, CURVE + 1);
    if (!x || !y) {
        return false;
    }
    for (int i = 0; i <= CURVE; i++) {
        x[i] = w->x.low + i * (w->x.high - w->x.low) / CURVE;
        y[i] = expected(w, able, x[i]);
        y[i] = y[i] > w->y.high ? (double)NAN : y[i];
    }
    panel_mark(p, MARK_LINE, LOOK_DATA, CURVE + 1, x, y);
    return true;
}

static bool lay_rule(struct histogram_work *w, struct panel *p, const char *name, double x,
                     enum look look) {
    char text[48];
    double *at = ARENA_NEW(w->a, double);
    if (isnan(x) || !at) {
        return at != NULL;
    }
    *at = x;
    writing_print(&w->x.writing, text, x, w->x.ticks.decimals);
    struct mark *m = panel_mark(p, MARK_RULE, look, 1, at, NULL);
    m->words = arena_printf(w->a, "%s %s", name, text);
    return m->words.p != NULL;
}

static bool lay_panel(struct histogram_work *w, uint32_t k, const double *count, struct panel *p) {
    const struct capability *able = &w->all[k].able;
    double *edges = ARENA_ARRAY(w->a, double, w->bins.n + 1);
    if (!edges) {
        return false;
    }
    for (uint32_t i = 0; i <= w->bins.n; i++) {
        edges[i] = w->bins.first + i * w->bins.width;
    }
    p->name = w->about->series[k].name;
    p->x = w->x;
    p->y = w->y;
    panel_mark(p, MARK_BARS, LOOK_NOTHING, w->bins.n, edges, count);
    p->spark = (struct spark){.n = w->bins.n,
                              .x = w->numbers,
                              .y = count,
                              .span = w->bins.n,
                              .writing = w->x.writing,
                              .last = able->n ? able->mean : (double)NAN,
                              .centre = able->n > 1 ? able->overall : (double)NAN};
    return (!has_curve(w, able) || lay_curve(w, able, p)) &&
           lay_rule(w, p, "lower", w->asked->lower, LOOK_LIMIT) &&
           lay_rule(w, p, "upper", w->asked->upper, LOOK_LIMIT) &&
           lay_rule(w, p, "target", w->asked->target, LOOK_TARGET);
}

/* In a terminal bins are rows, and what is asked stands between them. */
static bool lay_rows(struct histogram_work *w, const double *count) {
    const struct capability *able = &w->all[0].able;
    const double asked[] = {w->asked->lower, w->asked->target, w->asked->upper};
    static const char *const NAMES[] = {"lower", "target", "upper"};
    struct bar_row *rows = ARENA_ARRAY(w->a, struct bar_row, w->bins.n + 4);
    uint32_t n = 0, told = 0;
    char text[48];
    for (uint32_t i = 0; rows && i <= w->bins.n; i++) {
        double edge = w->bins.first + i * w->bins.width;
        bool last = i == w->bins.n;
        for (; told < COUNT_OF(asked) &&
               (isnan(asked[told]) || last || asked[told] < edge + w->bins.width / 2);
             told++) {
            if (!isnan(asked[told])) {
                writing_print(&w->x.writing, text, asked[told], w->x.writing.decimals);
                rows[n].rule = true;
                rows[n++].name = arena_printf(w->a, "%s %s", NAMES[told], text);
            }
        }
        if (!last) {
            double middle = edge + w->bins.width / 2;
            writing_print(&w->x.writing, text, edge, w->bins.decimals);
            rows[n] = (struct bar_row){.name = arena_str(w->a, str_of(text)),
                                       .words = arena_printf(w->a, "%.0f", count[i]),
                                       .bar = count[i],
                                       .strong = true,
                                       .mark = has_curve(w, able) ? expected(w, able, middle)
                                                                  : (double)NAN};
            n++;
        }
    }
    w->out->rows = rows;
    w->out->nrows = n;
    w->out->bars = (struct axis){.low = 0, .high = w->y.high, .ticks = w->y.ticks};
    w->out->bar_rule = NAN;
    w->out->bar_key[0] = "values from this edge up";
    w->out->bar_key[1] = "a normal curve";
    return rows != NULL;
}

/* ---- sentences ---- */

static void put_number(struct buf *b, const struct histogram_work *w, double x) {
    char text[48];
    buf_put(b, text, writing_print(&w->x.writing, text, x, w->x.writing.decimals));
}

static void put_index(struct buf *b, const char *name, const struct index_of *index) {
    buf_printf(b, "%s %.2f", name, index->value);
    if (!isnan(index->low)) {
        buf_printf(b, " (%.2f to %.2f)", index->low, index->high);
    }
}

static void tell_outside(struct buf *b, const struct histogram_work *w,
                         const struct capability *able) {
    const struct capability_asked *asked = w->asked;
    size_t out = able->below + able->above;
    double expect = (isnan(able->expected_below) ? 0 : able->expected_below) +
                    (isnan(able->expected_above) ? 0 : able->expected_above);
    buf_printf(b, "%zu of %zu values %s outside of what is asked", out, able->n,
               out == 1 ? "lies" : "lie");
    if (!isnan(asked->lower) && !isnan(asked->upper)) {
        buf_printf(b, " (%zu below, %zu above)", able->below, able->above);
    }
    if (able->overall > 0 && isfinite(able->overall)) {
        buf_printf(b, "; by a normal curve %.*f %% would", expect < 0.001 ? 3 : 1, expect * 100);
    }
    buf_text(b, ". ");
}

/* The words go by Cpk, as Montgomery (2009, table 8.4) has it for a process that goes on. */
static void tell_capable(struct buf *b, const struct capability *able) {
    double x = able->cpk.value;
    if (!isfinite(x)) {
        return;
    }
    if (!isnan(able->cp.value)) {
        put_index(b, "Cp", &able->cp);
        buf_text(b, ", ");
    }
    put_index(b, "Cpk", &able->cpk);
    buf_text(b, x >= 1.33  ? ": it keeps within what is asked, with room to spare. "
                : x >= 1.0 ? ": it keeps just within what is asked. "
                           : ": it spreads more widely than what is asked. ");
}

static void tell_spread(struct buf *b, const struct histogram_work *w,
                        const struct capability *able) {
    if (able->n == 0) {
        buf_text(b, "There are no values.");
        return;
    }
    buf_printf(b, "%zu value%s, mean ", able->n, able->n == 1 ? "" : "s");
    put_number(b, w, able->mean);
    if (able->n > 1 && isfinite(able->overall)) {
        buf_text(b, ", standard deviation ");
        put_number(b, w, able->overall);
    }
    buf_char(b, '.');
}

static bool is_asked(const struct histogram_work *w) {
    return !isnan(w->asked->lower) || !isnan(w->asked->upper);
}

static void tell_one(struct buf *b, const struct histogram_work *w) {
    const struct capability *able = &w->all[0].able;
    if (is_asked(w) && able->n) {
        tell_outside(b, w, able);
        tell_capable(b, able);
    }
    tell_spread(b, w, able);
}

static bool tell_many(struct buf *b, struct histogram_work *w) {
    uint32_t n = 0;
    struct str *names = ARENA_ARRAY(w->a, struct str, w->about->nseries + 1);
    for (uint32_t k = 0; names && k < w->about->nseries; k++) {
        if (w->all[k].able.below + w->all[k].able.above) {
            names[n++] = w->about->series[k].name;
        }
    }
    if (!is_asked(w)) {
        buf_printf(b, "%u series on one scale.", w->about->nseries);
    } else if (names) {
        buf_printf(b, "%u of %u series ha%s values outside of what is asked%s", n,
                   w->about->nseries, n == 1 ? "s" : "ve", n ? ": " : "");
        figure_list(b, names, n, NAMED);
        buf_char(b, '.');
    }
    return names != NULL;
}

static bool tell(struct histogram_work *w) {
    struct buf b;
    bool ok = true;
    uint32_t unstable = 0;
    for (uint32_t k = 0; k < w->about->nseries; k++) {
        unstable += w->all[k].unstable;
    }
    buf_init(&b, w->a->alloc);
    if (w->about->nseries == 1) {
        tell_one(&b, w);
    } else {
        ok = tell_many(&b, w);
    }
    w->out->verdict = b.failed ? STR_NONE : arena_str(w->a, buf_view(&b));
    buf_free(&b);
    w->out->caution = unstable && is_asked(w)
                          ? STR("points lie outside the limits of chance: what is not stable has "
                                "no capability yet")
                          : STR("");
    w->out->summary = arena_printf(w->a, "%u series in %u bins.", w->about->nseries, w->bins.n);
    w->out->method = w->about->nseries > 1 ? STR("Histograms on the same axes.")
                     : is_asked(w) ? STR("Histogram; Cp and Cpk by the sigma of moving ranges, the "
                                         "normal curve by that of all values.")
                                   : STR("Histogram; the normal curve has the mean and sigma of "
                                         "these values.");
    return ok && w->out->verdict.p && w->out->summary.p;
}

bool histogram_figure(struct arena *a, const struct chart *about, const struct spread_out *all,
                      const struct capability_asked *asked, struct figure *out) {
    struct histogram_work w = {.a = a, .about = about, .all = all, .asked = asked, .out = out};
    double **count = ARENA_ARRAY(a, double *, about->nseries + 1);
    *out = (struct figure){.form = about->nseries == 1 ? FIGURE_ONE : FIGURE_GRID,
                           .title = about->title,
                           .unit = about->nseries == 1 ? STR("number of values") : STR_NONE,
                           .last = "mean",
                           .centre = "sigma",
                           .panels = ARENA_ARRAY(a, struct panel, about->nseries + 1),
                           .npanels = about->nseries};
    w.x = (struct axis){.writing = {.share = about->share, .unit = about->unit}};
    if (!count || !out->panels || !find_bins(&w)) {
        return false;
    }
    for (uint32_t k = 0; k < about->nseries; k++) {
        count[k] = count_bins(&w, &about->series[k]);
        if (!count[k]) {
            return false;
        }
    }
    w.numbers = ARENA_ARRAY(a, double, w.bins.n + 1);
    for (uint32_t i = 0; w.numbers && i < w.bins.n; i++) {
        w.numbers[i] = i;
    }
    find_axes(&w, count);
    for (uint32_t k = 0; k < about->nseries; k++) {
        if (!w.numbers || !lay_panel(&w, k, count[k], &out->panels[k])) {
            return false;
        }
    }
    return (about->nseries > 1 || lay_rows(&w, count[0])) && tell(&w);
}
