/* Cumulative sums of deviations over time: those upwards above zero, those downwards below it. */
#include "stdlib/chart/pictures.h"
#include <math.h>

enum { NAMED = 6 };

/* Where a sum first passes its limit, and where it began to rise. */
struct passing {
    bool any, up;
    uint32_t from, at;
    double shift; /* from the target, in the series' own unit (Montgomery 2009, 9.1) */
};

static struct passing first_passing(const struct chart_series *s, const struct summed *sums,
                                    bool up) {
    const double *sum = up ? sums->high : sums->low;
    const struct cusum_options *o = &sums->options;
    struct passing p = {.up = up};
    uint32_t points = 0; /* present, behind the last zero */
    for (uint32_t i = 0; i < s->n && !p.any; i++) {
        if (sum[i] == 0) {
            points = 0;
        } else if (!isnan(sum[i])) {
            p.from = points++ ? p.from : i;
            p.any = sum[i] > o->limit;
            p.at = i;
        }
    }
    p.shift = p.any ? o->sigma * (o->slack + sum[p.at] / points) : 0;
    return p;
}

static struct passing earliest(const struct chart_series *s, const struct summed *sums) {
    struct passing up = first_passing(s, sums, true), down = first_passing(s, sums, false);
    return !down.any || (up.any && up.at <= down.at) ? up : down;
}

/* ---- marks ---- */

struct laid_sums {
    double *x, *low, *net, *limits; /* net: upwards less downwards */
    uint8_t *apart, *looks_high, *looks_low;
};

static bool make_room(struct arena *a, uint32_t n, struct laid_sums *out) {
    out->x = ARENA_ARRAY(a, double, n + 1);
    out->low = ARENA_ARRAY(a, double, n + 1);
    out->net = ARENA_ARRAY(a, double, n + 1);
    out->limits = ARENA_ARRAY(a, double, 3);
    out->apart = arena_zero(a, n + 1);
    out->looks_high = arena_zero(a, n + 1);
    out->looks_low = arena_zero(a, n + 1);
    return out->x && out->low && out->net && out->limits && out->apart && out->looks_high &&
           out->looks_low;
}

/* Of sums that are 0 the line is enough. */
static enum look look_of(const struct chart *about, double sum, double limit, bool high) {
    return !(sum > 0) ? LOOK_NOTHING : sum > limit ? chart_judged_look(about, high) : LOOK_POINT;
}

static void lay_numbers(const struct chart *about, const struct chart_series *s,
                        const struct summed *sums, struct laid_sums *out) {
    double limit = sums->options.limit;
    out->limits[0] = limit;
    out->limits[1] = -limit;
    for (uint32_t i = 0; i < s->n; i++) {
        out->x[i] = (double)chart_ordinal(about, s->at[i]);
        out->apart[i] = !chart_joined(about, s, i);
        out->low[i] = -sums->low[i];
        out->net[i] = sums->high[i] - sums->low[i];
        out->looks_high[i] = (uint8_t)look_of(about, sums->high[i], limit, true);
        out->looks_low[i] = (uint8_t)look_of(about, sums->low[i], limit, false);
    }
}

static uint32_t count_signals(const struct summed *sums, uint32_t n) {
    uint32_t beyond = 0;
    for (uint32_t i = 0; i < n; i++) {
        beyond += sums->high[i] > sums->options.limit || sums->low[i] > sums->options.limit;
    }
    return beyond;
}

static bool lay_panel(struct arena *a, const struct chart *about, const struct axis *y, uint32_t k,
                      const struct summed *sums, struct panel *p) {
    const struct chart_series *s = &about->series[k];
    struct laid_sums l;
    if (!make_room(a, s->n, &l)) {
        return false;
    }
    lay_numbers(about, s, sums, &l);
    p->name = s->name;
    p->x = about->time;
    p->x.calendar = &about->calendar;
    p->y = *y;
    panel_mark(p, MARK_LEVEL, LOOK_LIMIT, 1, NULL, &l.limits[0]);
    panel_mark(p, MARK_LEVEL, LOOK_LIMIT, 1, NULL, &l.limits[1]);
    panel_mark(p, MARK_LEVEL, LOOK_CENTRE, 1, NULL, &l.limits[2]);
    panel_mark(p, MARK_LINE, LOOK_DATA, s->n, l.x, sums->high)->apart = l.apart;
    panel_mark(p, MARK_LINE, LOOK_DATA, s->n, l.x, l.low)->apart = l.apart;
    panel_mark(p, MARK_POINTS, LOOK_POINT, s->n, l.x, sums->high)->looks = l.looks_high;
    panel_mark(p, MARK_POINTS, LOOK_POINT, s->n, l.x, l.low)->looks = l.looks_low;
    panel_side(p, "upwards, limit", "up", l.limits[0]);
    panel_side(p, "on target", "target", 0)->bare = true;
    panel_side(p, "downwards, limit", "down", l.limits[1]);
    p->spark = (struct spark){.n = s->n,
                              .x = l.x,
                              .y = l.net,
                              .first = (int64_t)about->time.low,
                              .span = (int64_t)(about->time.high - about->time.low) + 1,
                              .writing = y->writing,
                              .last = chart_last_limit(sums->high, s->n),
                              .centre = -chart_last_limit(sums->low, s->n),
                              .signals = count_signals(sums, s->n)};
    return true;
}

static struct axis sums_axis(const struct chart *about, const struct summed *all) {
    struct axis y = {.kind = AXIS_NUMBERS};
    struct extent e = extent_none();
    for (uint32_t k = 0; k < about->nseries; k++) {
        extent_reach(&e, all[k].options.limit);
        extent_reach(&e, -all[k].options.limit);
        for (uint32_t i = 0; i < about->series[k].n; i++) {
            extent_reach(&e, all[k].high[i]);
            extent_reach(&e, -all[k].low[i]);
        }
    }
    axis_room(&y, extent_never_flat(e));
    axis_tick(&y, about->nseries > 1 ? 4 : 6);
    return y;
}

/* ---- sentences ---- */

static void put_period(struct buf *b, const struct chart *about, int64_t at) {
    char text[PERIOD_TEXT];
    buf_put(b, text, scale_words(&about->calendar, text, at));
}

static const char *in_or_on(enum grain g) {
    return g == GRAIN_DAY ? "on" : g == GRAIN_NONE ? "at" : "in";
}

/* Values are written as finely as a sigma asks for. */
static struct writing writing_of(const struct chart *about, const struct cusum_options *o) {
    struct axis scale = {.low = o->target - o->sigma,
                         .high = o->target + o->sigma,
                         .writing = {.share = about->share, .unit = about->unit}};
    if (scale.low < scale.high) {
        axis_tick(&scale, 3);
    }
    return scale.writing;
}

static void put_value(struct buf *b, const struct writing *w, double x) {
    char text[48];
    buf_put(b, text, writing_print(w, text, x, w->decimals));
}

static void tell_one(struct buf *b, const struct chart *about, const struct summed *sums) {
    const struct chart_series *s = &about->series[0];
    const struct cusum_options *o = &sums->options;
    struct passing p = earliest(s, sums);
    const struct writing w = writing_of(about, o);
    if (isnan(o->target) || isnan(o->sigma)) {
        buf_text(b, "There are too few values for a sum.");
        return;
    }
    if (!p.any) {
        buf_text(b, "No sign of a lasting shift from ");
        put_value(b, &w, o->target);
        buf_text(b, ": both sums stay within their limits.");
        return;
    }
    buf_printf(b, "A lasting shift %s%s: the sum passes its limit %s ",
               p.up ? "upwards" : "downwards", chart_judged_words(about, p.up),
               in_or_on(about->grain));
    put_period(b, about, s->at[p.at]);
    buf_text(b, ", having grown since ");
    put_period(b, about, s->at[p.from]);
    buf_text(b, ". From then to there the values were about ");
    put_value(b, &w, o->target + (p.up ? p.shift : -p.shift));
    buf_text(b, ", where ");
    put_value(b, &w, o->target);
    buf_text(b, " was the target.");
}

static bool tell_many(struct arena *a, struct buf *b, const struct chart *about,
                      const struct summed *all) {
    struct str *names = ARENA_ARRAY(a, struct str, about->nseries + 1);
    uint32_t n = 0;
    for (uint32_t k = 0; names && k < about->nseries; k++) {
        if (earliest(&about->series[k], &all[k]).any) {
            names[n++] = about->series[k].name;
        }
    }
    buf_printf(b, "%u of %u series show%s a lasting shift%s", n, about->nseries, n == 1 ? "s" : "",
               n ? ": " : "");
    if (names) {
        figure_list(b, names, n, NAMED);
    }
    buf_char(b, '.');
    return names != NULL;
}

static bool tell(struct arena *a, const struct chart *about, const struct summed *all,
                 struct figure *out) {
    struct buf b;
    bool ok = true;
    buf_init(&b, a->alloc);
    if (about->nseries == 1) {
        tell_one(&b, about, &all[0]);
    } else {
        ok = tell_many(a, &b, about, all);
    }
    out->verdict = b.failed ? STR_NONE : arena_str(a, buf_view(&b));
    buf_free(&b);
    const struct cusum_options *o = &all[0].options;
    out->method =
        arena_printf(a,
                     "CUSUM chart in sigmas: slack %g, limit %g; without a change a signal comes "
                     "once in %.0f points (Page 1954).",
                     o->slack, o->limit, cusum_run_length(o->slack, o->limit, 0));
    out->summary = arena_printf(a, "Cumulative sums of %u series, up and down.", about->nseries);
    return ok && out->verdict.p && out->method.p && out->summary.p;
}

bool sum_figure(struct arena *a, struct chart *about, const struct summed *all,
                struct figure *out) {
    chart_time_axis(about);
    struct axis y = sums_axis(about, all);
    *out = (struct figure){.form = about->nseries == 1 ? FIGURE_ONE : FIGURE_GRID,
                           .title = about->title,
                           .unit = about->nseries == 1 ? STR("sigmas") : STR_NONE,
                           .caution = STR(""),
                           .centre = "down",
                           .last = "up",
                           .key = {[LOOK_OTHER] = "signal",
                                   [LOOK_WORSE] = "signal, worse",
                                   [LOOK_BETTER] = "signal, better"},
                           .panels = ARENA_ARRAY(a, struct panel, about->nseries + 1),
                           .npanels = about->nseries};
    for (uint32_t k = 0; out->panels && k < about->nseries; k++) {
        if (!lay_panel(a, about, &y, k, &all[k], &out->panels[k])) {
            return false;
        }
    }
    return out->panels && tell(a, about, all, out);
}
