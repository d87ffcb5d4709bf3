/* Axes and marks of one panel on paper. */
#include "stdlib/chart/figure_plot.h"
#include "stdlib/picture/page.h"
#include "stdlib/picture/svg.h"
#include "base/num.h"
#include <math.h>

enum { MANY_POINTS = 120 };

/* ---- places ---- */

double area_x(const struct area *r, double x) {
    const struct axis *axis = &r->p->x;
    double span = axis->high - axis->low;
    double part = span > 0 ? (x - axis->low) / span : 0.5;
    return r->left + r->inset + part * (r->right - r->left - 2 * r->inset);
}

double area_x_within(const struct area *r, double x) {
    return fmin(fmax(area_x(r, x), r->left), r->right);
}

double area_y(const struct area *r, double y) {
    const struct axis *axis = &r->p->y;
    return r->bottom - (y - axis->low) / (axis->high - axis->low) * (r->bottom - r->top);
}

/* ---- axes ---- */

void plot_values(struct buf *out, const struct area *r, bool labels) {
    const struct axis *axis = &r->p->y;
    char text[48];
    for (uint32_t i = 0; i < axis->ticks.n; i++) {
        double value = scale_tick(&axis->ticks, i), y = area_y(r, value);
        svg_line(out, "grid", r->left, y, r->right, y);
        if (labels) {
            size_t n = writing_print(&axis->writing, text, value, axis->ticks.decimals);
            svg_text(out, "soft", "end", r->left - 7, y + 4, (struct str){text, n});
        }
    }
}

double plot_values_width(const struct panel *p) {
    char text[48];
    size_t most = 0;
    for (uint32_t i = 0; i < p->y.ticks.n; i++) {
        size_t n =
            writing_print(&p->y.writing, text, scale_tick(&p->y.ticks, i), p->y.ticks.decimals);
        most = n > most ? n : most;
    }
    return 6.6 * (double)most + 10;
}

static double label_width(enum grain g) {
    switch (g) {
    case GRAIN_DAY:
    case GRAIN_WEEK:
        return 46;
    case GRAIN_SCHOOL_YEAR:
        return 54;
    case GRAIN_TERM:
    case GRAIN_SEMESTER:
        return 66;
    default:
        return 36;
    }
}

static void put_times(struct buf *out, const struct area *r) {
    const struct axis *axis = &r->p->x;
    int64_t first = (int64_t)axis->low, last = (int64_t)axis->high;
    uint32_t most = (uint32_t)((r->right - r->left) / label_width(axis->grain));
    int64_t step = scale_period_step(axis->grain, last - first + 1, most ? most : 1);
    int year = 0;
    for (int64_t o = first; o <= last; o++) {
        char text[PERIOD_TEXT];
        if (!scale_labelled(axis->grain, o, first, step)) {
            continue;
        }
        int64_t period = axis_period(axis, o);
        double x = area_x(r, (double)o);
        size_t n = scale_label(axis->calendar, text, period);
        svg_line(out, "grid", x, r->bottom, x, r->bottom + 4);
        svg_text(out, "soft", "middle", x, r->bottom + 17, (struct str){text, n});
        int now = scale_label_year(axis->calendar, period);
        if (now != year) {
            n = num_print_int(text, now);
            svg_text(out, "soft", "middle", x, r->bottom + 31, (struct str){text, n});
            year = now;
        }
    }
}

static void put_numbers(struct buf *out, const struct area *r) {
    const struct axis *axis = &r->p->x;
    char text[48];
    for (uint32_t i = 0; i < axis->ticks.n; i++) {
        double value = scale_tick(&axis->ticks, i), x = area_x(r, value);
        size_t n = writing_print(&axis->writing, text, value, axis->ticks.decimals);
        svg_line(out, "grid", x, r->bottom, x, r->bottom + 4);
        svg_text(out, "soft", "middle", x, r->bottom + 17, (struct str){text, n});
    }
}

/* As many of them as there is room for, the first among them. */
static void put_names(struct buf *out, struct arena *a, const struct area *r) {
    enum { NAME_COLUMNS = 14, NAME_GAP = 10 };
    const struct axis *axis = &r->p->x;
    double widest = 12;
    for (double i = axis->low; i <= axis->high; i++) {
        struct str name = svg_shortened(a, axis->names[(size_t)i], NAME_COLUMNS);
        widest = fmax(widest, page_text_width(name));
    }
    double step = ceil((widest + NAME_GAP) * (axis->high - axis->low) /
                       fmax(r->right - r->left - 2 * r->inset, 1));
    for (double i = axis->low; i <= axis->high; i += fmax(step, 1)) {
        double x = area_x(r, i);
        svg_line(out, "grid", x, r->bottom, x, r->bottom + 4);
        svg_text(out, "soft", "middle", x, r->bottom + 17,
                 svg_shortened(a, axis->names[(size_t)i], NAME_COLUMNS));
    }
}

void plot_below(struct buf *out, struct arena *a, const struct area *r) {
    const struct axis *axis = &r->p->x;
    switch (axis->kind) {
    case AXIS_TIME:
        put_times(out, r);
        break;
    case AXIS_NUMBERS:
        put_numbers(out, r);
        break;
    case AXIS_NAMES:
        put_names(out, a, r);
        break;
    }
    if (axis->title.n) {
        svg_text(out, "soft", "end", r->right, r->bottom + 33, axis->title);
    }
}

void plot_below_ends(struct buf *out, const struct area *r) {
    const struct axis *axis = &r->p->x;
    for (int i = 0; i < (axis->low == axis->high ? 1 : 2); i++) {
        char text[PERIOD_TEXT + 24];
        int64_t period = axis_period(axis, (int64_t)(i ? axis->high : axis->low));
        size_t n = scale_label(axis->calendar, text, period);
        int year = scale_label_year(axis->calendar, period);
        if (year) {
            text[n++] = ' ';
            n += num_print_int(text + n, year);
        }
        svg_text(out, "soft", i ? "end" : "start", i ? r->right : r->left, r->bottom + 14,
                 (struct str){text, n});
    }
}

/* ---- lines ---- */

static const char *class_of(enum look look) {
    static const char *const CLASSES[LOOKS] = {[LOOK_NOTHING] = "",
                                               [LOOK_RULE] = "change",
                                               [LOOK_TARGET] = "target",
                                               [LOOK_INNER] = "inner",
                                               [LOOK_LIMIT] = "limit",
                                               [LOOK_BASELINE] = "baseline",
                                               [LOOK_CENTRE] = "centre",
                                               [LOOK_DATA] = "data",
                                               [LOOK_GHOST] = "ghost",
                                               [LOOK_POINT] = "point",
                                               [LOOK_LONE] = "point",
                                               [LOOK_DOUBT] = "doubt",
                                               [LOOK_OTHER] = "signal other",
                                               [LOOK_WORSE] = "signal worse",
                                               [LOOK_BETTER] = "signal better"};
    return CLASSES[look];
}

static bool is_apart(const struct mark *m, uint32_t i) {
    return i == 0 || (m->apart && m->apart[i]) || isnan(m->y[i]) || isnan(m->y[i - 1]);
}

static void put_level(struct buf *out, const struct area *r, enum look look, double value) {
    if (!isnan(value)) {
        svg_line(out, class_of(look), r->left, area_y(r, value), r->right, area_y(r, value));
    }
}

/* Steps half way between the points. */
static void put_steps(struct buf *out, const struct area *r, const struct mark *m) {
    double last = chart_last_limit(m->y, m->n);
    if (isnan(last) || chart_is_level(m->y, m->n)) {
        put_level(out, r, m->look, last);
        return;
    }
    buf_printf(out, "<path class=\"%s\" d=\"", class_of(m->look));
    for (uint32_t i = 0; i < m->n; i++) {
        if (isnan(m->y[i])) {
            continue;
        }
        double x = area_x(r, m->x[i]), y = area_y(r, m->y[i]);
        double from = i == 0 ? r->left : (area_x(r, m->x[i - 1]) + x) / 2;
        double to = i + 1 == m->n ? r->right : (x + area_x(r, m->x[i + 1])) / 2;
        svg_step(out, is_apart(m, i) ? 'M' : 'L', from, y);
        svg_step(out, 'L', to, y);
    }
    buf_text(out, "\"/>\n");
}

static void put_line(struct buf *out, const struct area *r, const struct mark *m) {
    bool any = false;
    for (uint32_t i = 1; i < m->n; i++) {
        if (is_apart(m, i)) {
            continue;
        }
        if (!any) {
            buf_printf(out, "<path class=\"%s\" d=\"", class_of(m->look));
            any = true;
        }
        if (is_apart(m, i - 1)) {
            svg_step(out, 'M', area_x(r, m->x[i - 1]), area_y(r, m->y[i - 1]));
        }
        svg_step(out, 'L', area_x(r, m->x[i]), area_y(r, m->y[i]));
    }
    buf_text(out, any ? "\"/>\n" : "");
}

static void put_bars(struct buf *out, const struct area *r, const struct mark *m) {
    double zero = area_y(r, fmax(r->p->y.low, 0));
    for (uint32_t i = 0; i < m->n; i++) {
        double from = area_x(r, m->x[i]), to = area_x(r, m->x[i + 1]), y = area_y(r, m->y[i]);
        if (m->y[i] > 0) {
            buf_text(out, "<rect class=\"bar\"");
            svg_attribute(out, "x", from + 0.5);
            svg_attribute(out, "y", y);
            svg_attribute(out, "width", fmax(to - from - 1, 0.5));
            svg_attribute(out, "height", zero - y);
            buf_text(out, "/>\n");
        }
    }
}

/* ---- points ---- */

static void put_diamond(struct buf *out, const char *look, double x, double y, double size) {
    buf_printf(out, "<path class=\"%s\" d=\"", look);
    svg_step(out, 'M', x, y - size);
    svg_step(out, 'L', x + size, y);
    svg_step(out, 'L', x, y + size);
    svg_step(out, 'L', x - size, y);
    buf_text(out, "Z\"/>\n");
}

void plot_point(struct buf *out, enum look look, double x, double y, struct plot_sizes sizes) {
    if (look > LOOK_DOUBT) {
        put_diamond(out, class_of(look), x, y, sizes.signal);
        return;
    }
    buf_printf(out, "<circle class=\"%s\"", class_of(look));
    svg_attribute(out, "cx", x);
    svg_attribute(out, "cy", y);
    svg_attribute(out, "r", sizes.point);
    buf_text(out, "/>\n");
}

/* Signals lie over all others. */
static void put_points(struct buf *out, const struct area *r, const struct mark *m,
                       struct plot_sizes sizes) {
    for (int signals = 0; signals < 2; signals++) {
        for (uint32_t i = 0; i < m->n; i++) {
            enum look look = (enum look)m->looks[i];
            bool hidden = look == LOOK_NOTHING || (look == LOOK_POINT && m->n > MANY_POINTS);
            if (!hidden && look_is_signal(look) == (signals == 1)) {
                plot_point(out, look, area_x(r, m->x[i]), area_y(r, m->y[i]), sizes);
            }
        }
    }
}

void plot_marks(struct buf *out, const struct area *r, struct plot_sizes sizes) {
    for (uint32_t k = 0; k < r->p->nmarks; k++) {
        const struct mark *m = &r->p->marks[k];
        switch (m->kind) {
        case MARK_LEVEL:
            put_level(out, r, m->look, m->y[0]);
            break;
        case MARK_STEPS:
            put_steps(out, r, m);
            break;
        case MARK_LINE:
            put_line(out, r, m);
            break;
        case MARK_POINTS:
            put_points(out, r, m, sizes);
            break;
        case MARK_SPAN:
            svg_line(out, class_of(m->look), area_x_within(r, m->x[0]), area_y(r, m->y[0]),
                     area_x_within(r, m->x[1]), area_y(r, m->y[0]));
            break;
        case MARK_RULE:
            svg_line(out, class_of(m->look), area_x_within(r, m->x[0]), r->top,
                     area_x_within(r, m->x[0]), r->bottom);
            break;
        case MARK_BARS:
            put_bars(out, r, m);
            break;
        }
    }
}
