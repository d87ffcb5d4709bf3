/* From judged series to a chart: its axes, and the sentences that say what it shows. */
#include "stdlib/chart/chart.h"
#include <math.h>

int64_t chart_ordinal(const struct chart *c, int64_t at) {
    return c->grain == GRAIN_NONE ? at : period_position(&c->calendar, at);
}

bool chart_joined(const struct chart *c, const struct chart_series *s, uint32_t i) {
    if (i == 0 || isnan(s->value[i]) || isnan(s->value[i - 1])) {
        return false;
    }
    int64_t step = chart_ordinal(c, s->at[i]) - chart_ordinal(c, s->at[i - 1]);
    return step <= (c->grain == GRAIN_DAY ? 5 : 1);
}

size_t chart_value(const struct chart *c, char out[48], double x) {
    return writing_print(&c->values.writing, out, x, c->values.writing.decimals);
}

const char *chart_centre_name(const struct spc_result *r) {
    bool given = !isnan(r->options.centre), median = r->kind == SPC_RUN || r->kind == SPC_G;
    return given ? "centre" : median ? "median" : "mean";
}

bool chart_phase_begins(const struct spc_result *r, size_t i) {
    for (size_t k = 1; k < r->nphases; k++) {
        if (r->phases[k].first == i) {
            return true;
        }
    }
    return false;
}

bool chart_is_ghost(const struct spc_result *r, size_t i) {
    return r->ghost && r->ghost[i];
}

int chart_judged(const struct chart *c, const struct signal *s) {
    if (c->better == BETTER_NONE || s->kind >= SIGNAL_INNER) {
        return 0;
    }
    return (c->better == BETTER_UP) == s->high ? 1 : -1;
}

const char *chart_judged_words(const struct chart *c, bool high) {
    if (c->better == BETTER_NONE) {
        return "";
    }
    return (c->better == BETTER_UP) == high ? " (better)" : " (worse)";
}

enum look chart_judged_look(const struct chart *c, bool high) {
    if (c->better == BETTER_NONE) {
        return LOOK_OTHER;
    }
    return (c->better == BETTER_UP) == high ? LOOK_BETTER : LOOK_WORSE;
}

/* ---- axes ---- */

static struct extent values_extent(const struct chart *c) {
    struct extent e = extent_none();
    for (uint32_t k = 0; k < c->nseries; k++) {
        const struct chart_series *s = &c->series[k];
        for (uint32_t i = 0; i < s->n; i++) {
            extent_reach(&e, s->value[i]);
            extent_reach(&e, s->spc->lower[i]);
            extent_reach(&e, s->spc->upper[i]);
        }
        for (size_t i = 0; i < s->spc->n; i++) {
            extent_reach(&e, s->spc->lines.centre[i]);
        }
    }
    return e;
}

static void value_axis(struct chart *c) {
    struct extent e = extent_never_flat(values_extent(c));
    double span = e.high - e.low;
    e = chart_reach_targets(c, e);
    double from, to;
    c->baseline_shown = chart_baseline_span(c, &from, &to) && c->baseline >= e.low - 1.5 * span &&
                        c->baseline <= e.high + 1.5 * span;
    if (c->baseline_shown) {
        extent_reach(&e, c->baseline);
    }
    c->values = (struct axis){.writing = {.share = c->share, .unit = c->unit}};
    axis_room(&c->values, e);
    axis_tick(&c->values, c->nseries > 1 ? 4 : 6);
}

/* Low above high when there are no points. */
void chart_time_axis(struct chart *c) {
    struct extent e = extent_none();
    for (uint32_t k = 0; k < c->nseries; k++) {
        const struct chart_series *s = &c->series[k];
        if (s->n) {
            extent_reach(&e, (double)chart_ordinal(c, s->at[0]));
            extent_reach(&e, (double)chart_ordinal(c, s->at[s->n - 1]));
        }
    }
    e = e.low > e.high ? (struct extent){0, -1} : e;
    c->time = (struct axis){.kind = AXIS_TIME, .low = e.low, .high = e.high, .grain = c->grain};
}

/* ---- sentences ---- */

struct telling {
    struct buf *b;
    const struct chart *c;
    const struct chart_series *s;
};

static void put_period(const struct telling *t, uint32_t i) {
    char text[PERIOD_TEXT];
    buf_put(t->b, text, scale_words(&t->c->calendar, text, t->s->at[i]));
}

static void put_value(const struct telling *t, double x) {
    char text[48];
    buf_put(t->b, text, chart_value(t->c, text, x));
}

static size_t count_kind(const struct chart_series *s, enum signal_kind kind) {
    size_t n = 0;
    for (uint32_t i = 0; i < s->n; i++) {
        n += s->spc->signals[i].kind == kind;
    }
    return n;
}

static void tell_outside(const struct telling *t, enum signal_kind kind) {
    enum { NAMED = 3 };
    size_t n = count_kind(t->s, kind), told = 0;
    bool high = kind == SIGNAL_ABOVE;
    if (n == 0) {
        return;
    }
    buf_printf(t->b, "%zu %s %s the %s limit%s: ", n, scale_noun(t->c->grain, n),
               high ? "above" : "below", high ? "upper" : "lower", chart_judged_words(t->c, high));
    for (uint32_t i = 0; i < t->s->n && told < NAMED; i++) {
        if (t->s->spc->signals[i].kind == kind) {
            buf_text(t->b, told == 0 ? "" : told + 1 == n ? " and " : ", ");
            put_period(t, i);
            told++;
        }
    }
    if (n > told) {
        buf_printf(t->b, " and %zu more", n - told);
    }
    buf_text(t->b, ". ");
}

/* A run or trend, told once by its first and last member. */
static void tell_stretch(const struct telling *t, enum signal_kind kind) {
    const struct signal *signals = t->s->spc->signals;
    for (uint32_t i = 0; i < t->s->n; i++) {
        if (signals[i].kind != kind) {
            continue;
        }
        uint32_t last = i;
        for (uint32_t k = i + 1; k < t->s->n; k++) {
            bool same = signals[k].kind == kind && signals[k].high == signals[i].high &&
                        signals[k].length == signals[i].length;
            if (signals[k].kind == kind && !same) {
                break;
            }
            last = same ? k : last;
        }
        bool run = kind == SIGNAL_RUN, high = signals[i].high;
        buf_printf(t->b, "%u %s in a row %s%s%s, from ", signals[i].length,
                   scale_noun(t->c->grain, signals[i].length),
                   run    ? high ? "above the " : "below the "
                   : high ? "rising"
                          : "falling",
                   run ? chart_centre_name(t->s->spc) : "", chart_judged_words(t->c, high));
        put_period(t, i);
        buf_text(t->b, " to ");
        put_period(t, last);
        buf_text(t->b, ". ");
        i = last;
    }
}

static void tell_zones(const struct telling *t) {
    size_t n = 0;
    for (int k = SIGNAL_ZONE; k <= SIGNAL_ALTERNATING; k++) {
        n += count_kind(t->s, (enum signal_kind)k);
    }
    if (n) {
        buf_printf(t->b, "%zu %s in an unusual pattern. ", n, scale_noun(t->c->grain, n));
    }
}

/* Points that are not independent cross their centre seldom anyway. */
static bool tells_crossings(const struct spc_result *r) {
    return spc_last_phase(r)->runs.few_crossings && r->profile->anhoej && spc_trait(r->kind)->runs;
}

static void tell_crossings(const struct telling *t) {
    const struct runs *u = &spc_last_phase(t->s->spc)->runs;
    if (!tells_crossings(t->s->spc)) {
        return;
    }
    buf_printf(t->b, "The line crosses the %s ", chart_centre_name(t->s->spc));
    if (u->crossings == 1) {
        buf_text(t->b, "only once");
    } else {
        buf_printf(t->b, "only %zu times", u->crossings);
    }
    buf_printf(t->b, ", where chance alone gives at least %zu. ", u->crossings_limit);
}

static void tell_calm(const struct telling *t) {
    const struct spc_result *r = t->s->spc;
    if (r->present < SPC_FEWEST) {
        buf_printf(t->b, "%zu %s: too few to tell change from chance. ", r->present,
                   scale_noun(t->c->grain, r->present));
        return;
    }
    buf_printf(t->b, "No sign of a change %s %zu %s: the ups and downs are no more than chance. ",
               r->nphases > 1 ? "within the phases of" : "in", r->present,
               scale_noun(t->c->grain, r->present));
}

static void tell_level(const struct telling *t) {
    const struct spc_result *r = t->s->spc;
    if (isnan(spc_last_centre(r))) {
        return;
    }
    buf_printf(t->b, "The %s is ", chart_centre_name(r));
    put_value(t, spc_last_centre(r));
    chart_tell_phase_before(t->b, t->c, t->s);
    if (t->c->has_target) {
        chart_tell_target(t->b, t->c, t->s);
    }
    if (t->c->has_baseline) {
        buf_text(t->b, ", the baseline ");
        put_value(t, t->c->baseline);
    }
    if (t->c->has_target) {
        chart_tell_met(t->b, t->c, t->s);
    }
    buf_char(t->b, '.');
}

static void tell_one(struct buf *b, struct arena *a, const struct chart *c) {
    struct telling t = {b, c, &c->series[0]};
    size_t before = b->n;
    tell_outside(&t, SIGNAL_BELOW);
    tell_outside(&t, SIGNAL_ABOVE);
    tell_stretch(&t, SIGNAL_RUN);
    tell_stretch(&t, SIGNAL_TREND);
    tell_zones(&t);
    tell_crossings(&t);
    if (b->n == before) {
        tell_calm(&t);
    }
    tell_level(&t);
    chart_tell_proposal(b, a, c, &c->series[0]);
}

static bool has_signs(const struct spc_result *r) {
    return r->nsignals > 0 || tells_crossings(r);
}

static void tell_many(struct buf *b, struct arena *a, const struct chart *c) {
    enum { NAMED = 6 };
    struct str *names = ARENA_ARRAY(a, struct str, c->nseries + 1);
    uint32_t with = 0;
    for (uint32_t k = 0; names && k < c->nseries; k++) {
        if (has_signs(c->series[k].spc)) {
            names[with++] = c->series[k].name;
        }
    }
    buf_printf(b, "%u of %u series show%s a sign of change%s", with, c->nseries,
               with == 1 ? "s" : "", with ? ": " : "");
    if (names) {
        figure_list(b, names, with, NAMED);
    }
    buf_char(b, '.');
    if (c->left_out) {
        buf_printf(b, " %u more series are not drawn.", c->left_out);
    }
    b->failed = b->failed || !names;
}

static void summarise(struct buf *b, const struct chart *c) {
    const struct chart_series *s = &c->series[0];
    struct telling t = {b, c, s};
    if (c->nseries != 1 || s->n == 0) {
        buf_printf(b, "%u small charts with the same axes.", c->nseries);
        return;
    }
    buf_printf(b, "%s of %u %s, from ", s->spc->kind == SPC_RUN ? "Run chart" : "Control chart",
               s->n, scale_noun(c->grain, s->n));
    put_period(&t, 0);
    buf_text(b, " to ");
    put_period(&t, s->n - 1);
    buf_text(b, ". ");
    if (isnan(spc_last_centre(s->spc))) {
        buf_text(b, "No values.");
        return;
    }
    buf_text(b, s->spc->kind == SPC_RUN ? "Median " : "Mean ");
    put_value(&t, spc_last_centre(s->spc));
    double lower = chart_last_limit(s->spc->lower, s->n);
    if (!isnan(lower)) {
        buf_text(b, ", limits ");
        put_value(&t, lower);
        buf_text(b, " to ");
        put_value(&t, chart_last_limit(s->spc->upper, s->n));
        buf_text(b, chart_is_level(s->spc->lower, s->n) ? ""
                    : s->spc->nphases > 1               ? " (of the last phase)"
                                                        : " (of the last group)");
    }
    buf_printf(b, ". Points with signals: %zu.", s->spc->nsignals);
}

static bool keep(struct arena *a, struct buf *b, struct str *out) {
    *out = b->failed ? STR_NONE : arena_str(a, buf_view(b));
    buf_clear(b);
    return out->p != NULL;
}

bool chart_finish(struct arena *a, struct chart *c) {
    struct buf b;
    chart_time_axis(c);
    value_axis(c);
    buf_init(&b, a->alloc);
    if (c->nseries == 1) {
        tell_one(&b, a, c);
    } else {
        tell_many(&b, a, c);
    }
    bool ok = keep(a, &b, &c->verdict);
    summarise(&b, c);
    ok = ok && keep(a, &b, &c->summary);
    buf_free(&b);
    if (!ok || c->nseries == 0) {
        return ok;
    }
    c->method = spc_method(a, c->series[0].spc, c->why);
    c->caution = c->nseries == 1 ? spc_caution(a, c->series[0].spc) : STR_NONE;
    return c->method.p != NULL;
}
