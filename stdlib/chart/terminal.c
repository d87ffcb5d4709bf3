/* A chart in characters: the line in braille dots, points and signals as signs
 * on top, centre, limits and target under them, labels round it.
 *
 * The plot is a grid of cells; each holds one sign (by rank: a signal hides a
 * point, a point hides the line) and the dots of the line. Everything is in
 * the arena; the text goes to `out`. */
#include "stdlib/chart/chart.h"
#include "stdlib/picture/dots.h"
#include "stdlib/picture/wrap.h"
#include <math.h>

enum { ROWS = 15, LABELS_FROM = 56, LEAST_WIDTH = 30 };

enum sign { NOTHING, CHANGE, TARGET, LIMIT, BASELINE, CENTRE, GHOST, POINT, SIGNAL, SIGNS };
/* By glyph set: ASCII, line characters, braille. */
static const char *const GLYPHS[3][SIGNS] = {
    {" ", ":", ".", "-", "_", "=", "x", "o", "#"},
    {" ", "\xE2\x94\x8A", "\xC2\xB7", "-", "\xE2\x94\x81", "\xE2\x94\x80", "\xE2\x97\xA6",
     "\xE2\x80\xA2", "\xE2\x99\xA6"},
    {"\xE2\xA0\x80", "\xE2\x94\x8A", "\xC2\xB7", "\xE2\x94\x84", "\xE2\x94\x81", "\xE2\x94\x80",
     "\xE2\x97\x8B", "\xE2\x97\x8F", "\xE2\x97\x86"}};

struct label {
    int row;
    char text[64];
    size_t n;
};

struct plot {
    const struct chart *c;
    int glyphs, width;       /* of the whole */
    int left, across, right; /* columns of value labels, of cells, of line labels */
    uint8_t *signs, *dots;
    struct label labels[5];
    int nlabels;
};

/* ---- where things stand ---- */

static int dot_down(const struct plot *p, double y) {
    double part = (p->c->high - y) / (p->c->high - p->c->low);
    double dot = round(part * (ROWS * DOTS_DOWN - 1));
    return (int)fmin(fmax(dot, 0), ROWS * DOTS_DOWN - 1);
}

static int dot_across(const struct plot *p, int64_t at) {
    int64_t ordinal = chart_ordinal(p->c, at), span = p->c->last - p->c->first;
    int room = p->across * DOTS_ACROSS - 3;
    if (span == 0) {
        return room / 2;
    }
    return 1 + (int)round((double)(ordinal - p->c->first) * room / (double)span);
}

/* Of a place between the periods. */
static int column_at(const struct plot *p, double place) {
    double span = (double)(p->c->last - p->c->first), room = p->across * DOTS_ACROSS - 3;
    double dot = span > 0 ? 1 + (place - (double)p->c->first) * room / span : room / 2;
    int column = (int)floor(dot / DOTS_ACROSS);
    return column < 0 ? 0 : column < p->across ? column : p->across - 1;
}

static int row_of(const struct plot *p, double y) {
    return dot_down(p, y) / DOTS_DOWN;
}

static int column_of(const struct plot *p, int64_t at) {
    return dot_across(p, at) / DOTS_ACROSS;
}

static void put_sign(struct plot *p, int row, int column, enum sign sign) {
    uint8_t *cell = &p->signs[row * p->across + column];
    *cell = *cell > (uint8_t)sign ? *cell : (uint8_t)sign;
}

/* ---- drawing ---- */

static struct dots dots_of(const struct plot *p) {
    return (struct dots){p->across, ROWS, p->dots};
}

static void draw_line(struct plot *p, const struct chart_series *s) {
    struct dots dots = dots_of(p);
    for (uint32_t i = 1; i < s->n; i++) {
        if (chart_joined(p->c, s, i)) {
            dots_stroke(&dots, dot_across(p, s->at[i - 1]), dot_down(p, s->value[i - 1]),
                        dot_across(p, s->at[i]), dot_down(p, s->value[i]));
        }
    }
}

static void draw_points(struct plot *p, const struct chart_series *s) {
    struct dots dots = dots_of(p);
    bool dense = p->glyphs == 2 && (int)s->n > p->across;
    for (uint32_t i = 0; i < s->n; i++) {
        if (isnan(s->value[i])) {
            continue;
        }
        bool signal = s->spc->signals[i].kind != SIGNAL_NONE;
        bool ghost = chart_is_ghost(s->spc, i);
        if (dense && !signal && !ghost) {
            dots_put(&dots, dot_across(p, s->at[i]), dot_down(p, s->value[i]));
            continue;
        }
        put_sign(p, row_of(p, s->value[i]), column_of(p, s->at[i]),
                 signal  ? SIGNAL
                 : ghost ? GHOST
                         : POINT);
    }
}

/* A level line through all columns. */
static void draw_level(struct plot *p, double y, enum sign sign) {
    for (int x = 0; !isnan(y) && x < p->across; x++) {
        put_sign(p, row_of(p, y), x, sign);
    }
}

static void draw_baseline(struct plot *p) {
    double from, to;
    if (!p->c->baseline_shown || !chart_baseline_span(p->c, &from, &to)) {
        return;
    }
    for (int x = column_at(p, from); x <= column_at(p, to); x++) {
        put_sign(p, row_of(p, p->c->baseline), x, BASELINE);
    }
}

static void draw_changes(struct plot *p) {
    double place;
    for (uint32_t i = 0; i < p->c->nchanges; i++) {
        for (int row = 0; chart_change_at(p->c, i, &place) && row < ROWS; row++) {
            put_sign(p, row, column_at(p, place), CHANGE);
        }
    }
}

/* A limit or centre, which may step: each point's reaches half way to its neighbours. */
static void draw_limit(struct plot *p, const struct chart_series *s, const double *limit,
                       enum sign sign) {
    for (uint32_t i = 0; i < s->n; i++) {
        if (isnan(limit[i])) {
            continue;
        }
        int here = column_of(p, s->at[i]);
        int from = i == 0 ? 0 : (column_of(p, s->at[i - 1]) + here + 1) / 2;
        int to = i + 1 == s->n ? p->across - 1 : (here + column_of(p, s->at[i + 1])) / 2;
        for (int x = from; x <= to; x++) {
            put_sign(p, row_of(p, limit[i]), x, sign);
        }
    }
}

/* ---- labels of lines ---- */

static void add_label(struct plot *p, const char *name, double y) {
    char value[48];
    if (isnan(y)) {
        return;
    }
    struct label *l = &p->labels[p->nlabels++];
    chart_value(p->c, value, y, p->c->decimals);
    size_t name_length = strlen(name), length = strlen(value);
    length = length < 40 ? length : 40;
    memcpy(l->text, name, name_length);
    l->text[name_length] = ' ';
    memcpy(l->text + name_length + 1, value, length);
    l->n = name_length + 1 + length;
    l->row = 0;
}

/* Labels in order from the top, each in a row of its own. */
static void place_label(struct plot *p, int i, double y) {
    p->labels[i].row = row_of(p, y);
    if (i > 0 && p->labels[i].row <= p->labels[i - 1].row) {
        p->labels[i].row = p->labels[i - 1].row + 1;
    }
}

struct line {
    const char *name;
    double y;
};

static void sort_lines(struct line *lines, int n) {
    for (int i = 1; i < n; i++) {
        for (int k = i; k > 0 && lines[k].y > lines[k - 1].y; k--) {
            struct line spare = lines[k];
            lines[k] = lines[k - 1];
            lines[k - 1] = spare;
        }
    }
}

static int find_lines(const struct chart *c, struct line lines[5]) {
    const struct chart_series *s = &c->series[0];
    struct line all[5] = {{"upper", chart_last_limit(s->spc->upper, s->n)},
                          {chart_centre_name(s->spc), spc_last_centre(s->spc)},
                          {"lower", chart_last_limit(s->spc->lower, s->n)},
                          {"target", c->target_shown ? c->target : (double)NAN},
                          {"baseline", c->baseline_shown ? c->baseline : (double)NAN}};
    int n = 0;
    for (int i = 0; i < 5; i++) {
        if (!isnan(all[i].y)) {
            lines[n++] = all[i];
        }
    }
    sort_lines(lines, n);
    return n;
}

static void label_lines(struct plot *p, const struct line *lines, int n) {
    for (int i = 0; i < n; i++) {
        add_label(p, lines[i].name, lines[i].y);
        p->right = p->right > (int)p->labels[i].n + 1 ? p->right : (int)p->labels[i].n + 1;
    }
    for (int i = 0; i < n; i++) {
        place_label(p, i, lines[i].y);
    }
    /* What was pushed below the plot moves up again, and pushes in turn. */
    for (int i = n - 1, free_row = ROWS - 1; i >= 0; i--, free_row--) {
        free_row = p->labels[i].row < free_row ? p->labels[i].row : free_row;
        p->labels[i].row = free_row;
    }
}

/* ---- text ---- */

static void put_cell(struct buf *out, const struct plot *p, int row, int column) {
    int at = row * p->across + column;
    enum sign sign = (enum sign)p->signs[at];
    if (p->dots[at] && sign < GHOST && p->glyphs == 2) {
        dots_write(out, p->dots[at]);
        return;
    }
    buf_text(out, GLYPHS[p->glyphs][sign]);
}

static size_t tick_text(const struct plot *p, char text[48], uint32_t i) {
    return chart_value(p->c, text, scale_tick(&p->c->ticks, i), p->c->ticks.decimals);
}

static void put_tick(struct buf *out, const struct plot *p, int row) {
    char text[48];
    for (uint32_t i = p->c->ticks.n; i-- > 0;) {
        if (row_of(p, scale_tick(&p->c->ticks, i)) == row) {
            size_t n = tick_text(p, text, i);
            buf_repeat(out, " ", (size_t)p->left - n);
            buf_put(out, text, n);
            buf_text(out, p->glyphs ? " \xE2\x94\xA4" : " +");
            return;
        }
    }
    buf_repeat(out, " ", (size_t)p->left);
    buf_text(out, p->glyphs ? " \xE2\x94\x82" : " |");
}

static void put_rows(struct buf *out, const struct plot *p) {
    for (int row = 0; row < ROWS; row++) {
        put_tick(out, p, row);
        for (int x = 0; x < p->across; x++) {
            put_cell(out, p, row, x);
        }
        for (int i = 0; i < p->nlabels; i++) {
            if (p->labels[i].row == row) {
                buf_char(out, ' ');
                buf_put(out, p->labels[i].text, p->labels[i].n);
            }
        }
        dots_end_line(out);
    }
}

static uint32_t label_width(enum grain g) {
    switch (g) {
    case GRAIN_DAY:
    case GRAIN_WEEK:
        return 6;
    case GRAIN_SCHOOL_YEAR:
        return 7;
    case GRAIN_TERM:
    case GRAIN_SEMESTER:
        return 9;
    default:
        return 4;
    }
}

static int64_t period_at(const struct chart *c, int64_t ordinal) {
    return c->grain == GRAIN_NONE ? ordinal : period_at_position(&c->calendar, c->grain, ordinal);
}

/* Two lines of labels under the axis: periods, and years where they change. */
static void put_times(struct buf *out, struct buf *years, const struct plot *p) {
    const struct chart *c = p->c;
    uint32_t most = (uint32_t)p->across / (label_width(c->grain) + 2) + 1;
    int64_t step = scale_period_step(c->grain, c->last - c->first + 1, most);
    int at = -p->left - 2, years_at = at, year = 0;
    for (int64_t o = c->first; o <= c->last; o++) {
        char text[PERIOD_TEXT];
        if (!scale_labelled(c->grain, o, c->first, step)) {
            continue;
        }
        int64_t period = period_at(c, o);
        int n = (int)scale_label(&c->calendar, text, period);
        int from = column_of(p, period) - n / 2;
        from = from < 0 ? 0 : from;
        if ((at >= 0 && from <= at) || from + n > p->across + p->right) {
            continue;
        }
        buf_repeat(out, " ", (size_t)(from - at));
        buf_put(out, text, (size_t)n);
        at = from + n;
        int now = scale_label_year(&c->calendar, period);
        if (now != year && (years_at < 0 || from > years_at)) {
            buf_repeat(years, " ", (size_t)(from - years_at));
            buf_printf(years, "%d", now);
            years_at = from + 4;
            year = now;
        }
    }
}

static void put_axis(struct buf *out, const struct plot *p) {
    struct buf years;
    buf_init(&years, out->alloc);
    put_times(out, &years, p);
    dots_end_line(out);
    if (years.n) {
        buf_str(out, buf_view(&years));
        dots_end_line(out);
    }
    out->failed = out->failed || years.failed;
    buf_free(&years);
}

static void put_heading(struct buf *out, const struct chart *c, int width) {
    if (c->title.n) {
        wrap_lines(out, c->title, (size_t)width);
    }
    if (c->unit.n && !str_is(c->unit, "%")) {
        wrap_lines(out, c->unit, (size_t)width);
    }
}

static void put_changes(struct buf *out, struct arena *a, const struct plot *p) {
    double place;
    for (uint32_t i = 0; i < p->c->nchanges; i++) {
        if (chart_change_at(p->c, i, &place)) {
            buf_printf(out, "%s ", GLYPHS[p->glyphs][CHANGE]);
            wrap_lines(out, chart_change_words(a, p->c, i), (size_t)(p->width - 2));
        }
    }
}

static void put_words(struct buf *out, struct arena *a, const struct plot *p) {
    const struct chart *c = p->c;
    wrap_lines(out, c->verdict, (size_t)p->width);
    put_changes(out, a, p);
    if (c->caution.n) {
        buf_text(out, "Note: ");
        wrap_lines(out, c->caution, (size_t)(p->width - 6));
    }
    bool one = c->nseries == 1;
    if (one && c->series[0].spc->nsignals) {
        buf_printf(out, "%s signal  ", GLYPHS[p->glyphs][SIGNAL]);
    }
    wrap_lines(out, c->method, (size_t)(p->width - 10));
}

/* ---- one series ---- */

static bool lay_out(struct arena *a, struct plot *p) {
    char text[48];
    struct line lines[5];
    for (uint32_t i = 0; i < p->c->ticks.n; i++) {
        int n = (int)tick_text(p, text, i);
        p->left = p->left > n ? p->left : n;
    }
    int n = find_lines(p->c, lines);
    if (p->width >= LABELS_FROM) {
        label_lines(p, lines, n);
    }
    p->across = p->width - p->left - 2 - p->right;
    p->across = p->across < 8 ? 8 : p->across;
    p->signs = arena_zero(a, (size_t)(p->across * ROWS));
    p->dots = arena_zero(a, (size_t)(p->across * ROWS));
    return p->signs && p->dots;
}

static void draw_one(struct buf *out, struct arena *a, struct plot *p) {
    const struct chart_series *s = &p->c->series[0];
    if (!lay_out(a, p)) {
        out->failed = true;
        return;
    }
    if (p->c->target_shown) {
        draw_level(p, p->c->target, TARGET);
    }
    draw_changes(p);
    draw_baseline(p);
    draw_limit(p, s, s->spc->lower, LIMIT);
    draw_limit(p, s, s->spc->upper, LIMIT);
    draw_limit(p, s, s->spc->lines.centre, CENTRE);
    draw_line(p, s);
    draw_points(p, s);
    put_rows(out, p);
    put_axis(out, p);
}

/* ---- several series: a spark line each, on one scale ---- */

static void put_spark(struct buf *out, const struct plot *p, const struct chart_series *s,
                      int64_t from, int64_t to) {
    static const char *const BLOCKS[] = {"\xE2\x96\x81", "\xE2\x96\x82", "\xE2\x96\x83",
                                         "\xE2\x96\x84", "\xE2\x96\x85", "\xE2\x96\x86",
                                         "\xE2\x96\x87", "\xE2\x96\x88"};
    static const char *const ASCII[] = {".", ":", "-", "=", "+", "*", "#", "@"};
    double sum = 0;
    int n = 0;
    for (uint32_t i = 0; i < s->n; i++) {
        int64_t o = chart_ordinal(p->c, s->at[i]);
        if (o >= from && o < to && !isnan(s->value[i])) {
            sum += s->value[i];
            n++;
        }
    }
    if (!n) {
        buf_char(out, ' ');
        return;
    }
    double part = (sum / n - p->c->low) / (p->c->high - p->c->low);
    int level = (int)fmin(fmax(floor(part * 8), 0), 7);
    buf_text(out, p->glyphs ? BLOCKS[level] : ASCII[level]);
}

static double last_value(const struct chart_series *s) {
    return chart_last_limit(s->value, s->n);
}

static void put_padded(struct buf *out, struct str s, size_t columns) {
    size_t n = utf8_fit(s, columns);
    struct str shown = {s.p, n};
    buf_str(out, shown);
    buf_repeat(out, " ", columns - utf8_width(shown));
}

static void put_number(struct buf *out, const struct chart *c, double x) {
    char text[48] = "n/a";
    size_t n = isnan(x) ? 3 : chart_value(c, text, x, c->decimals);
    buf_repeat(out, " ", n < 9 ? 9 - n : 1);
    buf_put(out, text, n);
}

static void put_series(struct buf *out, const struct plot *p, const struct chart_series *s,
                       size_t names, int64_t cells) {
    int64_t span = p->c->last - p->c->first + 1;
    put_padded(out, s->name, names);
    buf_char(out, ' ');
    for (int64_t i = 0; i < cells; i++) {
        put_spark(out, p, s, p->c->first + i * span / cells, p->c->first + (i + 1) * span / cells);
    }
    put_number(out, p->c, last_value(s));
    put_number(out, p->c, spc_last_centre(s->spc));
    if (s->spc->nsignals) {
        buf_printf(out, "  %s %zu", GLYPHS[p->glyphs][SIGNAL], s->spc->nsignals);
    }
    buf_char(out, '\n');
}

static void draw_many(struct buf *out, const struct plot *p) {
    size_t names = 4;
    for (uint32_t k = 0; k < p->c->nseries; k++) {
        size_t n = utf8_width(p->c->series[k].name);
        names = n > names ? n : names;
    }
    size_t most = (size_t)p->width / 3;
    names = names > most ? most : names;
    int64_t span = p->c->last - p->c->first + 1, room = p->width - (int)names - 1 - 18 - 6;
    room = room < 4 ? 4 : room;
    int64_t cells = span < room ? span : room;
    buf_repeat(out, " ", names + 1 + (size_t)cells);
    buf_printf(out, "     last%9s  signals\n", chart_centre_name(p->c->series[0].spc));
    for (uint32_t k = 0; k < p->c->nseries; k++) {
        put_series(out, p, &p->c->series[k], names, cells);
    }
}

void chart_terminal(struct buf *out, struct arena *a, const struct chart *c, int width,
                    int glyphs) {
    struct plot p = {.c = c,
                     .glyphs = glyphs < 0   ? 0
                               : glyphs > 2 ? 2
                                            : glyphs,
                     .width = width < LEAST_WIDTH ? LEAST_WIDTH : width};
    put_heading(out, c, p.width);
    if (c->nseries == 1) {
        draw_one(out, a, &p);
    } else {
        draw_many(out, &p);
    }
    put_words(out, a, &p);
}
