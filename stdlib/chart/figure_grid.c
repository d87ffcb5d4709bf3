/* A panel in characters: lines in braille dots, points and signals as signs on top, levels under
 * them, labels round it. */
#include "stdlib/chart/figure_grid.h"
#include "stdlib/picture/dots.h"
#include "base/utf8.h"
#include <math.h>

enum { LABELS_FROM = 56 };

/* By glyph set: ASCII, line characters, braille. */
static const char *const SIGNS[3][LOOKS] = {
    {" ", ":", ".", "'", "-", "_", "=", " ", "x", "o", "o", "+", "#", "#", "#"},
    {" ", "\xE2\x94\x8A", "\xC2\xB7", "'", "-", "\xE2\x94\x81", "\xE2\x94\x80", " ", "\xE2\x97\xA6",
     "\xE2\x80\xA2", "\xE2\x80\xA2", "+", "\xE2\x99\xA6", "\xE2\x99\xA6", "\xE2\x99\xA6"},
    {"\xE2\xA0\x80", "\xE2\x94\x8A", "\xC2\xB7", "\xE2\x94\x88", "\xE2\x94\x84", "\xE2\x94\x81",
     "\xE2\x94\x80", " ", "\xE2\x97\x8B", "\xE2\x97\x8F", "\xE2\x97\x8F", "\xE2\x97\x87",
     "\xE2\x97\x86", "\xE2\x97\x86", "\xE2\x97\x86"}};

const char *grid_sign(int glyphs, enum look look) {
    return SIGNS[glyphs][look];
}

/* ---- where things stand ---- */

static int dot_down(const struct grid *g, double y) {
    const struct axis *axis = &g->p->y;
    int last = g->rows * DOTS_DOWN - 1;
    double dot = round((axis->high - y) / (axis->high - axis->low) * last);
    return (int)fmin(fmax(dot, 0), last);
}

/* In dots, and parts of them. */
static double across_of(const struct grid *g, double x) {
    const struct axis *axis = &g->p->x;
    double span = axis->high - axis->low;
    int room = g->across * DOTS_ACROSS - 3;
    return span > 0 ? 1 + (x - axis->low) * room / span : room / 2;
}

static int dot_across(const struct grid *g, double x) {
    double last = g->across * DOTS_ACROSS - 1;
    return (int)fmin(fmax(round(across_of(g, x)), 0), last);
}

/* Of a place between points. */
static int column_at(const struct grid *g, double x) {
    int column = (int)floor(across_of(g, x) / DOTS_ACROSS);
    return column < 0 ? 0 : column < g->across ? column : g->across - 1;
}

static int row_of(const struct grid *g, double y) {
    return dot_down(g, y) / DOTS_DOWN;
}

static int column_of(const struct grid *g, double x) {
    return dot_across(g, x) / DOTS_ACROSS;
}

static void put_sign(struct grid *g, int row, int column, enum look sign) {
    uint8_t *cell = &g->signs[row * g->across + column];
    *cell = *cell > (uint8_t)sign ? *cell : (uint8_t)sign;
}

/* ---- marks ---- */

static struct dots dots_of(const struct grid *g) {
    return (struct dots){g->across, g->rows, g->dots};
}

static bool is_apart(const struct mark *m, uint32_t i) {
    return (m->apart && m->apart[i]) || isnan(m->y[i]) || isnan(m->y[i - 1]);
}

static void draw_data(struct grid *g, const struct mark *m) {
    struct dots dots = dots_of(g);
    for (uint32_t i = 1; i < m->n; i++) {
        if (!is_apart(m, i)) {
            dots_stroke(&dots, dot_across(g, m->x[i - 1]), dot_down(g, m->y[i - 1]),
                        dot_across(g, m->x[i]), dot_down(g, m->y[i]));
        }
    }
}

/* A sign in each column that it passes. */
static void draw_curve(struct grid *g, const struct mark *m) {
    for (uint32_t i = 1; i < m->n; i++) {
        int from = column_of(g, m->x[i - 1]), to = column_of(g, m->x[i]);
        for (int x = from; x <= to && !is_apart(m, i); x++) {
            double part = to > from ? (double)(x - from) / (to - from) : 0;
            put_sign(g, row_of(g, m->y[i - 1] + part * (m->y[i] - m->y[i - 1])), x, m->look);
        }
    }
}

static void draw_points(struct grid *g, const struct mark *m) {
    struct dots dots = dots_of(g);
    bool dense = g->glyphs == 2 && (int)m->n > g->across;
    for (uint32_t i = 0; i < m->n; i++) {
        enum look look = (enum look)m->looks[i];
        if (look == LOOK_NOTHING) {
            continue;
        }
        if (dense && !look_is_signal(look) && look != LOOK_GHOST) {
            dots_put(&dots, dot_across(g, m->x[i]), dot_down(g, m->y[i]));
            continue;
        }
        put_sign(g, row_of(g, m->y[i]), column_of(g, m->x[i]), look);
    }
}

static void draw_span(struct grid *g, int from, int to, double y, enum look look) {
    for (int x = from; !isnan(y) && x <= to; x++) {
        put_sign(g, row_of(g, y), x, look);
    }
}

static void draw_steps(struct grid *g, const struct mark *m) {
    for (uint32_t i = 0; i < m->n; i++) {
        int here = column_of(g, m->x[i]);
        int from = i == 0 ? 0 : (column_of(g, m->x[i - 1]) + here + 1) / 2;
        int to = i + 1 == m->n ? g->across - 1 : (here + column_of(g, m->x[i + 1])) / 2;
        draw_span(g, from, to, m->y[i], m->look);
    }
}

static void draw_mark(struct grid *g, const struct mark *m) {
    switch (m->kind) {
    case MARK_LEVEL:
        draw_span(g, 0, g->across - 1, m->y[0], m->look);
        break;
    case MARK_STEPS:
        draw_steps(g, m);
        break;
    case MARK_LINE:
        if (m->look == LOOK_DATA) {
            draw_data(g, m);
        } else {
            draw_curve(g, m);
        }
        break;
    case MARK_POINTS:
        draw_points(g, m);
        break;
    case MARK_SPAN:
        draw_span(g, column_at(g, m->x[0]), column_at(g, m->x[1]), m->y[0], m->look);
        break;
    case MARK_RULE:
        for (int row = 0; row < g->rows; row++) {
            put_sign(g, row, column_at(g, m->x[0]), m->look);
        }
        break;
    case MARK_BARS: /* drawn in rows of their own */
        break;
    }
}

/* ---- names of points ---- */

static bool is_free(const struct grid *g, int row, int from, int n) {
    for (int x = from; x < from + n; x++) {
        if (x < 0 || x >= g->across || g->over[row * g->across + x].n ||
            g->signs[row * g->across + x] >= LOOK_GHOST) {
            return false;
        }
    }
    return true;
}

/* Behind the point or before it, where all its cells are free. */
static void put_tag(struct grid *g, const struct tag *tag) {
    enum { MOST = 24 };
    struct str name = {tag->name.p, utf8_fit(tag->name, MOST)};
    int n = (int)utf8_width(name), row = row_of(g, tag->y), at = column_of(g, tag->x);
    int from = is_free(g, row, at + 1, n + 1) ? at + 2 : at - 1 - n;
    if (!is_free(g, row, from, n)) {
        return;
    }
    for (size_t next = 0; next < name.n;) {
        size_t start = next;
        utf8_next(name, &next);
        struct str one = {name.p + start, next - start};
        int cells = (int)utf8_width(one);
        if (cells == 1) {
            g->over[row * g->across + from++] = one;
        }
    }
}

void grid_draw(struct grid *g) {
    for (uint32_t i = 0; i < g->p->nmarks; i++) {
        draw_mark(g, &g->p->marks[i]);
    }
    for (uint32_t i = 0; i < g->p->ntags; i++) {
        put_tag(g, &g->p->tags[i]);
    }
}

/* ---- labels of lines ---- */

static void print_label(const struct grid *g, const struct side *s, struct cell_label *l) {
    char value[48];
    size_t n = strlen(s->brief);
    size_t length = writing_print(&g->p->y.writing, value, s->value, g->p->y.writing.decimals);
    length = length < 40 ? length : 40;
    memcpy(l->text, s->brief, n);
    l->text[n] = ' ';
    memcpy(l->text + n + 1, value, length);
    l->n = n + 1 + length;
}

/* In order from the top, each in a row of its own; what is pushed below the plot moves up again,
 * and pushes in turn. */
static void place_labels(struct grid *g, const struct side *sorted) {
    int n = g->nlabels, free_row = g->rows - 1;
    for (int i = 0; i < n; i++) {
        int row = row_of(g, sorted[i].value), least = i ? g->labels[i - 1].row + 1 : 0;
        g->labels[i].row = row > least ? row : least;
    }
    for (int i = n; i-- > 0; free_row--) {
        free_row = g->labels[i].row < free_row ? g->labels[i].row : free_row;
        g->labels[i].row = free_row;
    }
}

static void label_lines(struct grid *g) {
    struct side sorted[PANEL_SIDES];
    g->nlabels = (int)g->p->nsides;
    for (int i = 0; i < g->nlabels; i++) {
        int k = i;
        for (; k > 0 && sorted[k - 1].value < g->p->sides[i].value; k--) {
            sorted[k] = sorted[k - 1];
        }
        sorted[k] = g->p->sides[i];
    }
    for (int i = 0; i < g->nlabels; i++) {
        print_label(g, &sorted[i], &g->labels[i]);
        g->right = g->right > (int)g->labels[i].n + 1 ? g->right : (int)g->labels[i].n + 1;
    }
    place_labels(g, sorted);
}

/* ---- text ---- */

static size_t tick_text(const struct axis *axis, char text[48], uint32_t i) {
    return writing_print(&axis->writing, text, scale_tick(&axis->ticks, i), axis->ticks.decimals);
}

bool grid_lay_out(struct arena *a, struct grid *g, int width, int left, int right) {
    char text[48];
    g->left = left > 0 ? left : 0;
    for (uint32_t i = 0; i < g->p->y.ticks.n; i++) {
        int n = (int)tick_text(&g->p->y, text, i);
        g->left = g->left > n ? g->left : n;
    }
    g->right = right > 0 ? right : 0;
    if (width >= LABELS_FROM) {
        label_lines(g);
    }
    g->across = width - g->left - 2 - g->right;
    g->across = g->across < 8 ? 8 : g->across;
    size_t cells = (size_t)(g->across * g->rows);
    g->signs = arena_zero(a, cells);
    g->dots = arena_zero(a, cells);
    g->over = ARENA_ARRAY(a, struct str, cells);
    return g->signs && g->dots && g->over;
}

static void put_cell(struct buf *out, const struct grid *g, int row, int column) {
    int at = row * g->across + column;
    enum look sign = (enum look)g->signs[at];
    if (g->over[at].n) {
        buf_str(out, g->over[at]);
    } else if (g->dots[at] && sign < LOOK_GHOST && g->glyphs == 2) {
        dots_write(out, g->dots[at]);
    } else {
        buf_text(out, SIGNS[g->glyphs][sign]);
    }
}

static void put_tick(struct buf *out, const struct grid *g, int row) {
    char text[48];
    for (uint32_t i = g->p->y.ticks.n; i-- > 0;) {
        if (row_of(g, scale_tick(&g->p->y.ticks, i)) == row) {
            size_t n = tick_text(&g->p->y, text, i);
            buf_repeat(out, " ", (size_t)g->left - n);
            buf_put(out, text, n);
            buf_text(out, g->glyphs ? " \xE2\x94\xA4" : " +");
            return;
        }
    }
    buf_repeat(out, " ", (size_t)g->left);
    buf_text(out, g->glyphs ? " \xE2\x94\x82" : " |");
}

void grid_write(struct buf *out, const struct grid *g) {
    for (int row = 0; row < g->rows; row++) {
        put_tick(out, g, row);
        for (int x = 0; x < g->across; x++) {
            put_cell(out, g, row, x);
        }
        for (int i = 0; i < g->nlabels; i++) {
            if (g->labels[i].row == row) {
                buf_char(out, ' ');
                buf_put(out, g->labels[i].text, g->labels[i].n);
            }
        }
        dots_end_line(out);
    }
}

/* ---- under the axis ---- */

/* Texts from left to right in one line; each in the middle of its column, none over another. */
struct under {
    struct buf *out;
    const struct grid *g;
    int at; /* the next free column of the plot */
};

static bool put_under(struct under *u, int column, struct str text) {
    int n = (int)utf8_width(text), from = column - n / 2;
    from = from < 0 ? 0 : from;
    if ((u->at >= 0 && from <= u->at) || from + n > u->g->across + u->g->right) {
        return false;
    }
    buf_repeat(u->out, " ", (size_t)(from - u->at));
    buf_str(u->out, text);
    u->at = from + n;
    return true;
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

/* Periods, and years where they change. */
static void put_times(struct under *u, struct buf *years) {
    const struct axis *axis = &u->g->p->x;
    int64_t first = (int64_t)axis->low, last = (int64_t)axis->high;
    uint32_t most = (uint32_t)u->g->across / (label_width(axis->grain) + 2) + 1;
    int64_t step = scale_period_step(axis->grain, last - first + 1, most);
    int years_at = u->at, year = 0;
    for (int64_t o = first; o <= last; o++) {
        char text[PERIOD_TEXT];
        if (!scale_labelled(axis->grain, o, first, step)) {
            continue;
        }
        int64_t period = axis_period(axis, o);
        int n = (int)scale_label(axis->calendar, text, period);
        if (!put_under(u, column_of(u->g, (double)o), (struct str){text, (size_t)n})) {
            continue;
        }
        int now = scale_label_year(axis->calendar, period), from = u->at - n;
        if (now != year && (years_at < 0 || from > years_at)) {
            buf_repeat(years, " ", (size_t)(from - years_at));
            buf_printf(years, "%d", now);
            years_at = from + 4;
            year = now;
        }
    }
}

static void put_numbers(struct under *u) {
    const struct axis *axis = &u->g->p->x;
    char text[48];
    for (uint32_t i = 0; i < axis->ticks.n; i++) {
        size_t n = tick_text(axis, text, i);
        put_under(u, column_of(u->g, scale_tick(&axis->ticks, i)), (struct str){text, n});
    }
}

static void put_names(struct under *u) {
    enum { MOST = 14 };
    const struct axis *axis = &u->g->p->x;
    for (double i = axis->low; i <= axis->high; i++) {
        struct str name = axis->names[(size_t)i];
        name.n = utf8_fit(name, MOST);
        put_under(u, column_of(u->g, i), name);
    }
}

void grid_write_below(struct buf *out, const struct grid *g) {
    struct buf second;
    struct under u = {out, g, -g->left - 2};
    buf_init(&second, out->alloc);
    switch (g->p->x.kind) {
    case AXIS_TIME:
        put_times(&u, &second);
        break;
    case AXIS_NUMBERS:
        put_numbers(&u);
        break;
    case AXIS_NAMES:
        put_names(&u);
        break;
    }
    if (g->p->x.title.n) {
        int n = (int)utf8_width(g->p->x.title), from = g->left + 2 + g->across - n;
        buf_repeat(&second, " ", (size_t)(from > 0 ? from : 0));
        buf_str(&second, g->p->x.title);
    }
    dots_end_line(out);
    if (second.n) {
        buf_str(out, buf_view(&second));
        dots_end_line(out);
    }
    out->failed = out->failed || second.failed;
    buf_free(&second);
}
