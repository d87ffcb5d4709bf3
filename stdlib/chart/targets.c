/* Targets on a chart: one for all points, or one for each. */
#include "stdlib/chart/chart.h"
#include <math.h>

/* That of a point; NaN: it has none. */
static double target_at(const struct chart *c, const struct chart_series *s, uint32_t i) {
    return s->target ? s->target[i] : c->has_target ? c->target : (double)NAN;
}

/* ---- on the axis ---- */

/* Targets so far off that the data would be squeezed flat are only told in words. */
struct extent chart_reach_targets(struct chart *c, struct extent e) {
    double span = e.high - e.low;
    c->targets_shown = (struct extent){e.low - 1.5 * span, e.high + 1.5 * span};
    c->target_shown = false;
    for (uint32_t k = 0; c->has_target && k < c->nseries; k++) {
        for (uint32_t i = 0; i < c->series[k].n; i++) {
            double x = target_at(c, &c->series[k], i);
            if (x >= c->targets_shown.low && x <= c->targets_shown.high) {
                extent_reach(&e, x);
                c->target_shown = true;
            }
        }
    }
    return e;
}

bool chart_lay_target(struct arena *a, const struct chart *c, const struct chart_series *s,
                      struct panel *p, const double *x) {
    double *line = ARENA_ARRAY(a, double, s->n + 1);
    if (!line) {
        return false;
    }
    for (uint32_t i = 0; i < s->n; i++) {
        double y = target_at(c, s, i);
        bool shown = y >= c->targets_shown.low && y <= c->targets_shown.high;
        line[i] = shown ? y : (double)NAN;
    }
    if (c->target_shown) {
        panel_mark(p, MARK_STEPS, LOOK_TARGET, s->n, x, line);
    }
    panel_side(p, "target", "target", chart_last_limit(line, s->n))->goal = true;
    return true;
}

/* ---- in words ---- */

/* "at most 25.0%" */
static size_t print_target(const struct chart *c, char out[64]) {
    static const char *const SIDES[] = {
        [TARGET_AT_LEAST] = "at least ", [TARGET_AT_MOST] = "at most ", [TARGET_ABOVE] = "above ",
        [TARGET_BELOW] = "below ",       [TARGET_EQUAL] = "",           [TARGET_PLAIN] = ""};
    const char *side = SIDES[c->target_side];
    size_t n = strlen(side);
    memcpy(out, side, n);
    return n + chart_value(c, out + n, c->target);
}

static bool is_met(const struct chart *c, double x, double target) {
    switch (c->target_side) {
    case TARGET_AT_MOST:
        return x <= target;
    case TARGET_ABOVE:
        return x > target;
    case TARGET_BELOW:
        return x < target;
    case TARGET_EQUAL:
        return x == target;
    default:
        return x >= target;
    }
}

static bool varies(const struct chart_series *s) {
    return s->target && !chart_is_level(s->target, s->n);
}

void chart_tell_met(struct buf *b, const struct chart *c, const struct chart_series *s) {
    uint32_t all = 0, met = 0;
    if (!varies(s) || c->target_side == TARGET_PLAIN) {
        return;
    }
    for (uint32_t i = 0; i < s->n; i++) {
        double target = target_at(c, s, i);
        if (!isnan(target) && !isnan(s->value[i]) && !chart_is_ghost(s->spc, i)) {
            all++;
            met += is_met(c, s->value[i], target);
        }
    }
    buf_printf(b, "; %u of %u %s met the target of their time", met, all,
               scale_noun(c->grain, all));
}

void chart_tell_target(struct buf *b, const struct chart *c, const struct chart_series *s) {
    char text[64];
    buf_text(b, varies(s) ? ", the target now " : ", the target ");
    buf_put(b, text, print_target(c, text));
    if (c->target_by) {
        buf_text(b, varies(s) ? ", the last by " : " by ");
        buf_put(b, text, scale_words(&c->calendar, text, period_pack(GRAIN_DAY, c->target_by)));
    }
    if (c->target_side == TARGET_PLAIN) {
        return;
    }
    buf_text(b, is_met(c, spc_last_centre(s->spc), c->target) ? " (met on average)"
                                                              : " (not met on average)");
}
