/* A chart as one SVG that stands alone: title and description for screen
 * readers, real text, one style that follows the reader's light or dark theme.
 *
 * One series is drawn large with its centre, limits and target named beside
 * their lines; several are drawn as small multiples on shared axes. Numbers are
 * written with one decimal and a point whatever the locale. */
#include "base/hash.h"
#include "base/num.h"
#include "stdlib/chart/chart.h"
#include "stdlib/picture/svg.h"
#include "stdlib/picture/wrap.h"
#include <math.h>

enum {
    WIDTH = 720,
    HEIGHT = 400,
    EDGE = 16,
    TITLE_AT = 28,
    VERDICT_AT = 49,
    VERDICT_STEP = 17,
    VERDICT_LINES = 4,
    VERDICT_COLUMNS = 94,
    PANEL_HEIGHT = 128,
    PANEL_GAP = 18,
    MANY_POINTS = 120
};

static const char STYLE[] =
    "<style>"
    ".sp{--ground:#fff;--ink:#1b1f24;--soft:#5c636b;--grid:#e4e7ea;--line:#3d4b5c;--limit:#767676;"
    "--better:#0072b2;--worse:#d55e00;--other:#a3528a;--target:#00795a}"
    "@media(prefers-color-scheme:dark){.sp{--ground:#121417;--ink:#eceff2;--soft:#a9b1ba;"
    "--grid:#2b3037;--line:#c3ccd6;--limit:#8f969e;--better:#4ea3d8;--worse:#f0803c;"
    "--other:#cc79a7;--target:#23b58c}}"
    ".sp text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;"
    "font-size:12px;fill:#1b1f24;fill:var(--ink)}"
    ".sp .ground{fill:#fff;fill:var(--ground)}"
    ".sp .title{font-size:17px;font-weight:600}"
    ".sp .verdict{font-size:13px}"
    ".sp .soft{font-size:11px;fill:#5c636b;fill:var(--soft)}"
    ".sp .name{font-weight:600}"
    ".sp .grid{stroke:#e4e7ea;stroke:var(--grid);stroke-width:1}"
    ".sp .data{fill:none;stroke:#3d4b5c;stroke:var(--line);stroke-width:1.6;"
    "stroke-linejoin:round}"
    ".sp .point{fill:#3d4b5c;fill:var(--line)}"
    ".sp .ghost{fill:#fff;fill:var(--ground);stroke:#3d4b5c;stroke:var(--line);stroke-width:1.2}"
    ".sp .centre{fill:none;stroke:#767676;stroke:var(--limit);stroke-width:1.4}"
    ".sp .limit{fill:none;stroke:#767676;stroke:var(--limit);stroke-width:1.2;"
    "stroke-dasharray:5 4}"
    ".sp .target{fill:none;stroke:#00795a;stroke:var(--target);stroke-width:1.4;"
    "stroke-dasharray:1.5 3}"
    ".sp .baseline{fill:none;stroke:#00795a;stroke:var(--target);stroke-width:1.8}"
    ".sp .change{fill:none;stroke:#767676;stroke:var(--limit);stroke-width:1;stroke-dasharray:3 3}"
    ".sp .goal{font-size:11px;fill:#00795a;fill:var(--target)}"
    ".sp .signal{stroke:#fff;stroke:var(--ground);stroke-width:1.2}"
    ".sp .better{fill:#0072b2;fill:var(--better)}"
    ".sp .worse{fill:#d55e00;fill:var(--worse)}"
    ".sp .other{fill:#a3528a;fill:var(--other)}"
    "</style>\n";

/* A rectangle that holds one plot, and the chart's axes mapped to it. */
struct area {
    const struct chart *c;
    double left, right, top, bottom;
    double inset; /* of the first and last point */
};

static double x_at(const struct area *r, int64_t at) {
    double span = (double)(r->c->last - r->c->first);
    double part = span > 0 ? (double)(chart_ordinal(r->c, at) - r->c->first) / span : 0.5;
    return r->left + r->inset + part * (r->right - r->left - 2 * r->inset);
}

static double y_at(const struct area *r, double value) {
    return r->bottom - (value - r->c->low) / (r->c->high - r->c->low) * (r->bottom - r->top);
}

/* Of a place between the periods; never outside of the plot. */
static double x_at_place(const struct area *r, double place) {
    double span = (double)(r->c->last - r->c->first);
    double part = span > 0 ? (place - (double)r->c->first) / span : 0.5;
    double x = r->left + r->inset + part * (r->right - r->left - 2 * r->inset);
    return fmin(fmax(x, r->left), r->right);
}

/* ---- parts of a plot ---- */

static void put_value_axis(struct buf *out, const struct area *r, bool labels) {
    const struct ticks *t = &r->c->ticks;
    char text[48];
    for (uint32_t i = 0; i < t->n; i++) {
        double value = scale_tick(t, i), y = y_at(r, value);
        svg_line(out, "grid", r->left, y, r->right, y);
        if (labels) {
            size_t n = chart_value(r->c, text, value, t->decimals);
            svg_text(out, "soft", "end", r->left - 7, y + 4, (struct str){text, n});
        }
    }
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

static int64_t period_at(const struct chart *c, int64_t ordinal) {
    return c->grain == GRAIN_NONE ? ordinal : period_at_position(&c->calendar, c->grain, ordinal);
}

static void put_time_axis(struct buf *out, const struct area *r) {
    const struct chart *c = r->c;
    uint32_t most = (uint32_t)((r->right - r->left) / label_width(c->grain));
    int64_t step = scale_period_step(c->grain, c->last - c->first + 1, most ? most : 1);
    int year = 0;
    for (int64_t o = c->first; o <= c->last; o++) {
        char text[PERIOD_TEXT];
        if (!scale_labelled(c->grain, o, c->first, step)) {
            continue;
        }
        int64_t period = period_at(c, o);
        double x = x_at(r, period);
        size_t n = scale_label(&c->calendar, text, period);
        svg_line(out, "grid", x, r->bottom, x, r->bottom + 4);
        svg_text(out, "soft", "middle", x, r->bottom + 17, (struct str){text, n});
        int now = scale_label_year(&c->calendar, period);
        if (now != year) {
            n = num_print_int(text, now);
            svg_text(out, "soft", "middle", x, r->bottom + 31, (struct str){text, n});
            year = now;
        }
    }
}

/* A limit: level if it is the same everywhere, else in steps half way between the points. */
static void put_limit(struct buf *out, const struct area *r, const struct chart_series *s,
                      const double *limit, const char *look) {
    double last = chart_last_limit(limit, s->n);
    if (isnan(last)) {
        return;
    }
    if (chart_is_level(limit, s->n)) {
        svg_line(out, look, r->left, y_at(r, last), r->right, y_at(r, last));
        return;
    }
    bool open = false;
    buf_printf(out, "<path class=\"%s\" d=\"", look);
    for (uint32_t i = 0; i < s->n; i++) {
        if (isnan(limit[i])) {
            open = false;
            continue;
        }
        double x = x_at(r, s->at[i]), y = y_at(r, limit[i]);
        double from = i == 0 ? r->left : (x_at(r, s->at[i - 1]) + x) / 2;
        double to = i + 1 == s->n ? r->right : (x + x_at(r, s->at[i + 1])) / 2;
        open = open && !chart_phase_begins(s->spc, i); /* phases are not joined */
        svg_step(out, open ? 'L' : 'M', from, y);
        svg_step(out, 'L', to, y);
        open = true;
    }
    buf_text(out, "\"/>\n");
}

static void put_curve(struct buf *out, const struct area *r, const struct chart_series *s) {
    bool any = false;
    for (uint32_t i = 1; i < s->n; i++) {
        if (!chart_joined(r->c, s, i)) {
            continue;
        }
        if (!any) {
            buf_text(out, "<path class=\"data\" d=\"");
            any = true;
        }
        if (!chart_joined(r->c, s, i - 1)) {
            svg_step(out, 'M', x_at(r, s->at[i - 1]), y_at(r, s->value[i - 1]));
        }
        svg_step(out, 'L', x_at(r, s->at[i]), y_at(r, s->value[i]));
    }
    buf_text(out, any ? "\"/>\n" : "");
}

static void put_diamond(struct buf *out, const char *look, double x, double y, double size) {
    buf_printf(out, "<path class=\"signal %s\" d=\"", look);
    svg_step(out, 'M', x, y - size);
    svg_step(out, 'L', x + size, y);
    svg_step(out, 'L', x, y + size);
    svg_step(out, 'L', x - size, y);
    buf_text(out, "Z\"/>\n");
}

static const char *signal_look(int judged) {
    return judged > 0 ? "better" : judged < 0 ? "worse" : "other";
}

static bool stands_alone(const struct chart *c, const struct chart_series *s, uint32_t i) {
    return !chart_joined(c, s, i) && (i + 1 >= s->n || !chart_joined(c, s, i + 1));
}

static void put_points(struct buf *out, const struct area *r, const struct chart_series *s,
                       double radius, double diamond) {
    for (uint32_t i = 0; i < s->n; i++) {
        const struct signal *signal = &s->spc->signals[i];
        if (isnan(s->value[i]) || signal->kind != SIGNAL_NONE ||
            (s->n > MANY_POINTS && !stands_alone(r->c, s, i) && !chart_is_ghost(s->spc, i))) {
            continue;
        }
        buf_printf(out, "<circle class=\"%s\"", chart_is_ghost(s->spc, i) ? "ghost" : "point");
        svg_attribute(out, "cx", x_at(r, s->at[i]));
        svg_attribute(out, "cy", y_at(r, s->value[i]));
        svg_attribute(out, "r", radius);
        buf_text(out, "/>\n");
    }
    for (uint32_t i = 0; i < s->n; i++) {
        const struct signal *signal = &s->spc->signals[i];
        if (!isnan(s->value[i]) && signal->kind != SIGNAL_NONE) {
            put_diamond(out, signal_look(chart_judged(r->c, signal)), x_at(r, s->at[i]),
                        y_at(r, s->value[i]), diamond);
        }
    }
}

static void put_level(struct buf *out, const struct area *r, const char *look, double value) {
    if (!isnan(value)) {
        svg_line(out, look, r->left, y_at(r, value), r->right, y_at(r, value));
    }
}

static void put_baseline(struct buf *out, const struct area *r) {
    double from, to, y = y_at(r, r->c->baseline);
    if (r->c->baseline_shown && chart_baseline_span(r->c, &from, &to)) {
        svg_line(out, "baseline", x_at_place(r, from), y, x_at_place(r, to), y);
    }
}

static void put_changes(struct buf *out, const struct area *r) {
    double place;
    for (uint32_t i = 0; i < r->c->nchanges; i++) {
        if (chart_change_at(r->c, i, &place)) {
            double x = x_at_place(r, place);
            svg_line(out, "change", x, r->top, x, r->bottom);
        }
    }
}

static void put_plot(struct buf *out, const struct area *r, const struct chart_series *s,
                     double radius, double diamond) {
    put_changes(out, r);
    put_limit(out, r, s, s->spc->lower, "limit");
    put_limit(out, r, s, s->spc->upper, "limit");
    put_limit(out, r, s, s->spc->lines.centre, "centre");
    if (r->c->target_shown) {
        put_level(out, r, "target", r->c->target);
    }
    put_baseline(out, r);
    put_curve(out, r, s);
    put_points(out, r, s, radius, diamond);
}

/* ---- names beside the lines ---- */

struct side_label {
    double y;
    const char *look;
    char text[80];
    size_t n;
};

static int add_side(const struct chart *c, struct side_label *labels, int n, const char *name,
                    double value, double y) {
    if (isnan(value)) {
        return n;
    }
    struct side_label *l = &labels[n];
    l->y = y;
    l->look = "soft";
    l->n = strlen(name);
    memcpy(l->text, name, l->n);
    l->n += chart_value(c, l->text + l->n, value, c->decimals);
    return n + 1;
}

/* From the top down, 14 apart; then from the bottom up where they ran out of room. */
static void spread_sides(struct side_label *labels, int n, double bottom) {
    for (int i = 1; i < n; i++) {
        struct side_label moved = labels[i];
        int k = i;
        for (; k > 0 && labels[k - 1].y > moved.y; k--) {
            labels[k] = labels[k - 1];
        }
        labels[k] = moved;
    }
    for (int i = 1; i < n; i++) {
        labels[i].y = fmax(labels[i].y, labels[i - 1].y + 14);
    }
    for (int i = n; i-- > 0;) {
        double most = i + 1 < n ? labels[i + 1].y - 14 : bottom;
        labels[i].y = fmin(labels[i].y, most);
    }
}

static int find_sides(const struct chart *c, struct side_label labels[5], const struct area *r) {
    const struct chart_series *s = &c->series[0];
    double upper = chart_last_limit(s->spc->upper, s->n);
    double lower = chart_last_limit(s->spc->lower, s->n);
    bool run = s->spc->kind == SPC_RUN;
    int n = add_side(c, labels, 0, "upper limit ", upper, y_at(r, upper));
    n = add_side(c, labels, n, run ? "median " : "mean ", spc_last_centre(s->spc),
                 y_at(r, spc_last_centre(s->spc)));
    n = add_side(c, labels, n, "lower limit ", lower, y_at(r, lower));
    if (c->target_shown) {
        n = add_side(c, labels, n, "target ", c->target, y_at(r, c->target));
        labels[n - 1].look = "goal";
    }
    if (c->baseline_shown) {
        n = add_side(c, labels, n, "baseline ", c->baseline, y_at(r, c->baseline));
        labels[n - 1].look = "goal";
    }
    return n;
}

/* ---- frame ---- */

/* A text over lines, with nothing behind it. */
static void put_over(struct buf *out, const char *look, bool left, double x, double y,
                     struct str text) {
    double width = 6.1 * (double)utf8_width(text);
    buf_text(out, "<rect class=\"ground\"");
    svg_attribute(out, "x", left ? x - width : x);
    svg_attribute(out, "y", y - 10);
    svg_attribute(out, "width", width);
    buf_text(out, " height=\"12\"/>\n");
    svg_text(out, look, left ? "end" : "start", x, y, text);
}

enum { CHANGE_STEP = 13, CHANGE_LINES = 3 };

/* How many lines the names of changes take above a plot. */
static int change_lines(const struct chart *c) {
    double place;
    int n = 0;
    for (uint32_t i = 0; i < c->nchanges; i++) {
        n += chart_change_at(c, i, &place);
    }
    return n < CHANGE_LINES ? n : CHANGE_LINES;
}

/* Each in a line of its own above the plot, on the side of its mark that has more room; the last
 * ones where there are too many. */
static void name_changes(struct buf *out, struct arena *a, const struct area *r) {
    int lines = change_lines(r->c);
    double place;
    for (int named = 0; named < 2; named++) { /* all lines, then all names */
        int at = 0;
        for (uint32_t i = r->c->nchanges; i-- > 0 && at < lines;) {
            if (!chart_change_at(r->c, i, &place)) {
                continue;
            }
            double x = x_at_place(r, place), y = r->top - CHANGE_STEP * (double)at++ - 4;
            bool left = x - r->left > r->right - x;
            double room = left ? x - r->left : WIDTH - EDGE - x;
            if (named) {
                put_over(out, "soft", left, left ? x - 3 : x + 3, y,
                         svg_shortened(a, chart_change_words(a, r->c, i), (size_t)(room / 6.2)));
            } else {
                svg_line(out, "change", x, y - 8, x, r->top);
            }
        }
    }
}

/* Title and verdict; gives the height they take. */
static double put_heading(struct buf *out, struct arena *a, const struct chart *c) {
    struct str rest = c->verdict;
    double y = VERDICT_AT;
    svg_text(out, "title", "", EDGE, TITLE_AT, svg_shortened(a, c->title, 76));
    for (int i = 0; i < VERDICT_LINES && rest.n; i++, y += VERDICT_STEP) {
        struct str line = wrap_line(&rest, VERDICT_COLUMNS);
        if (i + 1 == VERDICT_LINES && rest.n) {
            line.n = (size_t)(rest.p + rest.n - line.p);
            line = svg_shortened(a, line, VERDICT_COLUMNS);
        }
        svg_text(out, "verdict", "", EDGE, y, line);
    }
    return y - VERDICT_STEP;
}

static bool has_signals(const struct chart *c) {
    for (uint32_t k = 0; k < c->nseries; k++) {
        if (c->series[k].spc->nsignals) {
            return true;
        }
    }
    return false;
}

static void put_key(struct buf *out, const struct chart *c, double y) {
    static const char *const WORDS[] = {"signal, worse", "signal", "signal, better"};
    bool seen[3] = {false, false, false};
    double x = EDGE + 6;
    for (uint32_t k = 0; k < c->nseries; k++) {
        for (uint32_t i = 0; i < c->series[k].n; i++) {
            const struct signal *s = &c->series[k].spc->signals[i];
            if (s->kind != SIGNAL_NONE) {
                seen[chart_judged(c, s) + 1] = true;
            }
        }
    }
    for (int j = 2; j >= 0; j--) {
        if (seen[j]) {
            put_diamond(out, signal_look(j - 1), x, y - 4, 5);
            svg_text(out, "soft", "", x + 10, y, str_of(WORDS[j]));
            x += 24 + 6 * (double)strlen(WORDS[j]);
        }
    }
}

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

static void put_opening(struct buf *out, struct arena *a, const struct chart *c, double height) {
    uint32_t id = hash_bytes(c->verdict) ^ hash_bytes(c->title) ^ hash_bytes(c->summary);
    buf_printf(out,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" class=\"sp\" "
               "lang=\"en\" role=\"img\" aria-labelledby=\"t%08x d%08x\">\n<title id=\"t%08x\">",
               WIDTH, (int)height, id, id, id);
    if (c->title.n) {
        buf_xml(out, c->title);
        buf_text(out, ": ");
    }
    buf_xml(out, c->verdict);
    buf_printf(out, "</title>\n<desc id=\"d%08x\">", id);
    buf_xml(out, c->summary);
    buf_char(out, ' ');
    buf_xml(out, c->method);
    if (c->caution.n) {
        buf_text(out, " Note: ");
        buf_xml(out, c->caution);
        buf_char(out, '.');
    }
    struct str changes = all_changes(a, c);
    if (changes.n) {
        buf_text(out, " Other definitions: ");
        buf_xml(out, changes);
        buf_char(out, '.');
    }
    buf_text(out, "</desc>\n");
    buf_text(out, STYLE);
    buf_printf(out, "<rect class=\"ground\" width=\"%d\" height=\"%d\"/>\n", WIDTH, (int)height);
}

static void put_closing(struct buf *out, struct arena *a, const struct chart *c, double height) {
    double y = height - 12;
    svg_text(out, "soft", "", EDGE, y, svg_shortened(a, c->method, 120));
    if (c->caution.n) {
        y -= 15;
        struct str note = arena_printf(a, "Note: %.*s.", STR_ARG(c->caution));
        svg_text(out, "soft", "", EDGE, y, svg_shortened(a, note, 120));
    }
    if (c->nseries > 1 && change_lines(c)) { /* else they stand beside their lines */
        y -= 15;
        svg_text(out, "soft", "", EDGE, y, svg_shortened(a, all_changes(a, c), 110));
    }
    put_key(out, c, y - 16);
    buf_text(out, "</svg>\n");
}

/* ---- one series ---- */

static double value_labels_width(const struct chart *c) {
    char text[48];
    size_t most = 0;
    for (uint32_t i = 0; i < c->ticks.n; i++) {
        size_t n = chart_value(c, text, scale_tick(&c->ticks, i), c->ticks.decimals);
        most = n > most ? n : most;
    }
    return 6.6 * (double)most + 10;
}

static void draw_one(struct buf *out, struct arena *a, const struct chart *c) {
    const struct chart_series *s = &c->series[0];
    struct side_label sides[5];
    struct area r = {.c = c, .inset = 10, .bottom = HEIGHT - 62};
    r.bottom -= (has_signals(c) ? 18 : 0) + (c->caution.n ? 15 : 0);
    put_opening(out, a, c, HEIGHT);
    r.top = put_heading(out, a, c) + 16;
    if (c->unit.n && !str_is(c->unit, "%")) {
        svg_text(out, "soft", "", EDGE, r.top + 4, svg_shortened(a, c->unit, 60));
        r.top += 12;
    }
    r.top += CHANGE_STEP * change_lines(c);
    r.left = EDGE + value_labels_width(c);
    int n = find_sides(c, sides, &r);
    double room = 40;
    for (int i = 0; i < n; i++) {
        room = fmax(room, 6.1 * (double)sides[i].n + 12);
    }
    r.right = WIDTH - EDGE - room;
    buf_text(out, "<g aria-hidden=\"true\">\n");
    put_value_axis(out, &r, true);
    put_time_axis(out, &r);
    double radius = s->n <= 60 ? 3.2 : 2.4;
    put_plot(out, &r, s, radius, s->n <= 60 ? 5.5 : 4.5);
    name_changes(out, a, &r);
    spread_sides(sides, n, r.bottom);
    for (int i = 0; i < n; i++) {
        svg_text(out, sides[i].look, "", r.right + 8, sides[i].y + 4,
                 (struct str){sides[i].text, sides[i].n});
    }
    buf_text(out, "</g>\n");
    put_closing(out, a, c, HEIGHT);
}

/* ---- small multiples ---- */

static void put_panel_times(struct buf *out, const struct area *r) {
    const struct chart *c = r->c;
    int64_t ends[2] = {period_at(c, c->first), period_at(c, c->last)};
    for (int i = 0; i < (c->first == c->last ? 1 : 2); i++) {
        char text[PERIOD_TEXT + 24];
        size_t n = scale_label(&c->calendar, text, ends[i]);
        int year = scale_label_year(&c->calendar, ends[i]);
        if (year) {
            text[n++] = ' ';
            n += num_print_int(text + n, year);
        }
        svg_text(out, "soft", i ? "end" : "start", i ? r->right : r->left, r->bottom + 14,
                 (struct str){text, n});
    }
}

static void draw_many(struct buf *out, struct arena *a, const struct chart *c) {
    uint32_t columns = c->nseries <= 4 ? 2 : c->nseries <= 9 ? 3 : 4;
    uint32_t rows = (c->nseries + columns - 1) / columns;
    double lines = ceil((double)c->verdict.n / VERDICT_COLUMNS);
    double top = VERDICT_AT + VERDICT_STEP * fmin(lines, VERDICT_LINES) + 4;
    double height = top + rows * PANEL_HEIGHT + 54 + (change_lines(c) ? 15 : 0);
    double labels = value_labels_width(c), left = EDGE + labels;
    double width = (WIDTH - EDGE - left - PANEL_GAP * (columns - 1)) / columns;
    put_opening(out, a, c, height);
    put_heading(out, a, c);
    buf_text(out, "<g aria-hidden=\"true\">\n");
    for (uint32_t k = 0; k < c->nseries; k++) {
        uint32_t row = k / columns, column = k % columns;
        double x = left + column * (width + PANEL_GAP), y = top + row * PANEL_HEIGHT;
        struct area r = {.c = c,
                         .left = x,
                         .right = x + width,
                         .top = y + 18,
                         .bottom = y + PANEL_HEIGHT - 30,
                         .inset = 5};
        svg_text(out, "name", "", x, y + 11,
                 svg_shortened(a, c->series[k].name, (size_t)(width / 7)));
        put_value_axis(out, &r, column == 0);
        put_panel_times(out, &r);
        put_plot(out, &r, &c->series[k], c->series[k].n <= 40 ? 2 : 1.4, 4);
    }
    buf_text(out, "</g>\n");
    put_closing(out, a, c, height);
}

void chart_svg(struct buf *out, struct arena *a, const struct chart *c) {
    if (c->nseries == 1) {
        draw_one(out, a, c);
    } else {
        draw_many(out, a, c);
    }
}
