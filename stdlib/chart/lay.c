/* Judged series as a figure: one panel of its own for one series, small multiples for several. */
#include "stdlib/chart/chart.h"
#include <math.h>

/* ---- points ---- */

static bool stands_alone(const struct chart *c, const struct chart_series *s, uint32_t i) {
    return !chart_joined(c, s, i) && (i + 1 >= s->n || !chart_joined(c, s, i + 1));
}

static enum look look_of(const struct chart *c, const struct chart_series *s, uint32_t i) {
    const struct signal *signal = &s->spc->signals[i];
    if (isnan(s->value[i])) {
        return LOOK_NOTHING;
    }
    if (signal->kind != SIGNAL_NONE) {
        int judged = chart_judged(c, signal);
        return judged > 0 ? LOOK_BETTER : judged < 0 ? LOOK_WORSE : LOOK_OTHER;
    }
    return chart_is_ghost(s->spc, i) ? LOOK_GHOST : stands_alone(c, s, i) ? LOOK_LONE : LOOK_POINT;
}

/* What marks of one series point at. */
struct laid {
    double *x;
    uint8_t *looks, *apart, *begins; /* of the line, and of limits where phases begin */
};

static bool lay_points(struct arena *a, const struct chart *c, const struct chart_series *s,
                       struct laid *out) {
    out->x = ARENA_ARRAY(a, double, s->n + 1);
    out->looks = arena_zero(a, s->n + 1);
    out->apart = arena_zero(a, s->n + 1);
    out->begins = arena_zero(a, s->n + 1);
    if (!out->x || !out->looks || !out->apart || !out->begins) {
        return false;
    }
    for (uint32_t i = 0; i < s->n; i++) {
        out->x[i] = (double)chart_ordinal(c, s->at[i]);
        out->looks[i] = (uint8_t)look_of(c, s, i);
        out->apart[i] = !chart_joined(c, s, i);
        out->begins[i] = chart_phase_begins(s->spc, i);
    }
    return true;
}

/* ---- marks ---- */

/* The last ones, where there are too many. */
static bool lay_rules(struct arena *a, const struct chart *c, struct panel *p) {
    enum { MOST = PANEL_MARKS - 8 };
    uint32_t from = c->nchanges > MOST ? c->nchanges - MOST : 0;
    for (uint32_t i = from; i < c->nchanges; i++) {
        double *at = ARENA_NEW(a, double);
        if (!at) {
            return false;
        }
        if (chart_change_at(c, i, at)) {
            struct mark *m = panel_mark(p, MARK_RULE, LOOK_RULE, 1, at, NULL);
            m->words = chart_change_words(a, c, i);
        }
    }
    return true;
}

static void lay_limit(struct panel *p, const struct chart_series *s, const struct laid *l,
                      const double *limit, enum look look) {
    panel_mark(p, MARK_STEPS, look, s->n, l->x, limit)->apart = l->begins;
}

static bool lay_baseline(struct arena *a, const struct chart *c, struct panel *p) {
    double *span = ARENA_ARRAY(a, double, 2);
    if (!span) {
        return false;
    }
    if (c->baseline_shown && chart_baseline_span(c, &span[0], &span[1])) {
        panel_mark(p, MARK_SPAN, LOOK_BASELINE, 2, span, &c->baseline);
    }
    return true;
}

static void lay_sides(const struct chart *c, const struct chart_series *s, struct panel *p) {
    bool run = s->spc->kind == SPC_RUN;
    panel_side(p, "upper limit", "upper", chart_last_limit(s->spc->upper, s->n), false);
    panel_side(p, run ? "median" : "mean", chart_centre_name(s->spc), spc_last_centre(s->spc),
               false);
    panel_side(p, "lower limit", "lower", chart_last_limit(s->spc->lower, s->n), false);
    panel_side(p, "target", "target", c->target_shown ? c->target : (double)NAN, true);
    panel_side(p, "baseline", "baseline", c->baseline_shown ? c->baseline : (double)NAN, true);
}

static bool lay_panel(struct arena *a, const struct chart *c, const struct chart_series *s,
                      struct panel *p) {
    struct laid l;
    p->name = s->name;
    p->x = c->time;
    p->x.calendar = &c->calendar;
    p->y = c->values;
    if (!lay_points(a, c, s, &l) || !lay_rules(a, c, p)) {
        return false;
    }
    lay_limit(p, s, &l, s->spc->lower, LOOK_LIMIT);
    lay_limit(p, s, &l, s->spc->upper, LOOK_LIMIT);
    lay_limit(p, s, &l, s->spc->lines.centre, LOOK_CENTRE);
    if (c->target_shown) {
        panel_mark(p, MARK_LEVEL, LOOK_TARGET, 1, NULL, &c->target);
    }
    if (!lay_baseline(a, c, p)) {
        return false;
    }
    panel_mark(p, MARK_LINE, LOOK_DATA, s->n, l.x, s->value)->apart = l.apart;
    panel_mark(p, MARK_POINTS, LOOK_POINT, s->n, l.x, s->value)->looks = l.looks;
    lay_sides(c, s, p);
    p->spark = (struct spark){.n = s->n,
                              .x = l.x,
                              .y = s->value,
                              .last = chart_last_limit(s->value, s->n),
                              .centre = spc_last_centre(s->spc),
                              .signals = (uint32_t)s->spc->nsignals};
    return true;
}

/* ---- the figure ---- */

/* All changes of definitions on the chart, one after the other. */
static struct str all_changes(struct arena *a, const struct chart *c) {
    struct str all = STR("");
    double place;
    for (uint32_t i = 0; i < c->nchanges; i++) {
        if (chart_change_at(c, i, &place)) {
            struct str words = chart_change_words(a, c, i);
            all = arena_printf(a, "%.*s%s%.*s", STR_ARG(all), all.n ? "; " : "", STR_ARG(words));
        }
    }
    return all;
}

bool chart_figure(struct arena *a, const struct chart *c, struct figure *out) {
    *out = (struct figure){.form = c->nseries == 1 ? FIGURE_ONE : FIGURE_GRID,
                           .title = c->title,
                           .unit = str_is(c->unit, "%") ? STR_NONE : c->unit,
                           .verdict = c->verdict,
                           .method = c->method,
                           .caution = c->caution,
                           .summary = c->summary,
                           .also = all_changes(a, c),
                           .centre = c->nseries ? chart_centre_name(c->series[0].spc) : "mean",
                           .key = {[LOOK_OTHER] = "signal",
                                   [LOOK_WORSE] = "signal, worse",
                                   [LOOK_BETTER] = "signal, better"},
                           .panels = ARENA_ARRAY(a, struct panel, c->nseries + 1),
                           .npanels = c->nseries};
    for (uint32_t k = 0; out->panels && k < c->nseries; k++) {
        if (!lay_panel(a, c, &c->series[k], &out->panels[k])) {
            return false;
        }
    }
    return out->panels && out->also.p;
}
