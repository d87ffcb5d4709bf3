/* Axes, numbers on them, and what marks of a picture have in common. */
#include "stdlib/chart/figure.h"
#include "base/num.h"
#include "base/position.h"
#include <math.h>

/* ---- numbers ---- */

static bool in_percent(const struct writing *w) {
    return w->share || str_is(w->unit, "%");
}

size_t writing_print(const struct writing *w, char out[48], double x, int decimals) {
    char text[352];
    size_t n = num_print_fixed(text, w->share ? x * 100 : x, decimals);
    if (n > 20) { /* cut off, it would be another number */
        n = num_print_float(text, w->share ? x * 100 : x);
    }
    n = n < 40 ? n : 40;
    memcpy(out, text, n);
    if (in_percent(w)) {
        out[n++] = '%';
    }
    out[n] = 0;
    return n;
}

/* ---- axes ---- */

struct extent extent_none(void) {
    return (struct extent){INFINITY, -(double)INFINITY};
}

void extent_reach(struct extent *e, double x) {
    if (!isnan(x) && !isinf(x)) {
        e->low = fmin(e->low, x);
        e->high = fmax(e->high, x);
    }
}

struct extent extent_never_flat(struct extent e) {
    if (e.low > e.high) {
        return (struct extent){0, 1};
    }
    if (e.high - e.low <= 1e-9 * fmax(fabs(e.low), fabs(e.high))) {
        double room = e.low == 0 ? 1 : fabs(e.low) * 0.1;
        return (struct extent){e.low - room, e.high + room};
    }
    return e;
}

void axis_room(struct axis *a, struct extent e) {
    bool never_negative = e.low >= 0, below_one = e.high <= 1;
    double span = e.high - e.low;
    a->low = e.low - 0.04 * span;
    a->high = e.high + 0.04 * span;
    if (never_negative) {
        a->low = fmax(a->low, 0);
    }
    if (a->writing.share && below_one) {
        a->high = fmin(a->high, 1);
    }
}

/* A tenth of a step can be told apart; percentages have a decimal in any case. */
static int text_decimals(const struct axis *a) {
    int least = in_percent(&a->writing) ? 1 : 0;
    int tenths = 1 - (int)floor(log10(a->ticks.step) + 1e-9);
    int most = tenths > a->ticks.decimals ? tenths : a->ticks.decimals;
    return most > least ? most : least;
}

void axis_tick(struct axis *a, uint32_t most) {
    double scale = a->writing.share ? 100 : 1;
    a->ticks = scale_ticks(a->low * scale, a->high * scale, most);
    a->writing.decimals = text_decimals(a);
    a->ticks.first /= scale;
    a->ticks.step /= scale;
}

int64_t axis_period(const struct axis *a, int64_t ordinal) {
    return a->grain == GRAIN_NONE ? ordinal : period_at_position(a->calendar, a->grain, ordinal);
}

/* ---- marks ---- */

struct mark *panel_mark(struct panel *p, enum mark_kind kind, enum look look, uint32_t n,
                        const double *x, const double *y) {
    struct mark *m = &p->marks[p->nmarks++];
    *m = (struct mark){.kind = kind, .look = look, .n = n, .x = x, .y = y};
    return m;
}

void panel_side(struct panel *p, const char *name, const char *brief, double value, bool goal) {
    if (!isnan(value)) {
        p->sides[p->nsides++] = (struct side){name, brief, value, goal};
    }
}

double chart_last_limit(const double *limit, size_t n) {
    while (n-- > 0) {
        if (!isnan(limit[n])) {
            return limit[n];
        }
    }
    return NAN;
}

bool chart_is_level(const double *line, size_t n) {
    double level = chart_last_limit(line, n);
    for (size_t i = 0; i < n; i++) {
        if (!isnan(line[i]) && fabs(line[i] - level) > 1e-12 * fabs(level)) {
            return false;
        }
    }
    return true;
}

void figure_seen(const struct figure *f, bool seen[LOOKS]) {
    memset(seen, 0, LOOKS * sizeof *seen);
    for (uint32_t k = 0; k < f->npanels; k++) {
        const struct panel *p = &f->panels[k];
        for (uint32_t j = 0; j < p->nmarks; j++) {
            const struct mark *m = &p->marks[j];
            for (uint32_t i = 0; m->kind == MARK_POINTS && i < m->n; i++) {
                seen[m->looks[i]] = true;
            }
        }
    }
}
