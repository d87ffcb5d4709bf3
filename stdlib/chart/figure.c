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

void axis_tick_whole(struct axis *a, uint32_t most) {
    do {
        axis_tick(a, most);
    } while (a->ticks.decimals && --most >= 2);
}

int64_t axis_period(const struct axis *a, int64_t ordinal) {
    return a->grain == GRAIN_NONE ? ordinal : period_at_position(a->calendar, a->grain, ordinal);
}

static size_t period_text(const struct axis *axis, char text[AXIS_TEXT], int64_t ordinal) {
    int64_t period = axis_period(axis, ordinal);
    size_t n = scale_label(axis->calendar, text, period);
    int year = scale_label_year(axis->calendar, period);
    if (year) {
        text[n++] = ' ';
        n += num_print_int(text + n, year);
    }
    return n;
}

size_t axis_end(const struct axis *axis, char text[AXIS_TEXT], bool last) {
    if (axis->kind != AXIS_TIME) {
        double x = scale_tick(&axis->ticks, last ? axis->ticks.n - 1 : 0);
        return writing_print(&axis->writing, text, x, axis->ticks.decimals);
    }
    return period_text(axis, text, (int64_t)(last ? axis->high : axis->low));
}

/* ---- marks ---- */

struct mark *panel_mark(struct panel *p, enum mark_kind kind, enum look look, uint32_t n,
                        const double *x, const double *y) {
    struct mark *m = &p->marks[p->nmarks++];
    *m = (struct mark){.kind = kind, .look = look, .n = n, .x = x, .y = y};
    return m;
}

struct side *panel_side(struct panel *p, const char *name, const char *brief, double value) {
    struct side *side = &p->sides[p->nsides];
    *side = (struct side){.name = name, .brief = brief, .value = value};
    p->nsides += isnan(value) ? 0 : 1;
    return side;
}

void figure_list(struct buf *out, const struct str *names, uint32_t n, uint32_t most) {
    uint32_t told = n > most + 1 ? most : n;
    for (uint32_t i = 0; i < told; i++) {
        buf_text(out, i == 0 ? "" : i + 1 == n ? " and " : ", ");
        buf_str(out, names[i]);
    }
    if (n > told) {
        buf_printf(out, " and %u more", n - told);
    }
}

void figure_cut_left(double *x, double *y, uint32_t n, const struct axis *axis) {
    for (uint32_t i = n; i-- > 0;) {
        bool inside = y[i] >= axis->low && y[i] <= axis->high;
        if (inside) {
            continue;
        }
        if (i + 1 < n && !isnan(y[i]) && !isnan(y[i + 1]) && y[i] != y[i + 1]) {
            double edge = y[i] > axis->high ? axis->high : axis->low;
            double part = (edge - y[i + 1]) / (y[i] - y[i + 1]);
            x[i] = x[i + 1] + part * (x[i] - x[i + 1]);
            y[i] = edge;
        } else {
            y[i] = NAN;
        }
        while (i-- > 0) {
            y[i] = NAN;
        }
        return;
    }
}

void figure_point_words(struct buf *out, const struct panel *p, const struct mark *m, uint32_t i) {
    char text[AXIS_TEXT];
    const struct axis *x = &p->x;
    if (m->names) {
        buf_str(out, m->names[i]);
    } else if (x->kind == AXIS_NAMES) {
        buf_str(out, x->names[(size_t)m->x[i]]);
    } else if (x->kind == AXIS_TIME) {
        buf_put(out, text, period_text(x, text, (int64_t)m->x[i]));
    } else {
        buf_put(out, text, writing_print(&x->writing, text, m->x[i], x->writing.decimals));
    }
    buf_text(out, ": ");
    buf_put(out, text, writing_print(&p->y.writing, text, m->y[i], p->y.writing.decimals));
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
