/* The box: a table for a person at a terminal.
 *
 * Cells are written twice into one scratch buffer, once to measure and once to
 * draw, so a box of many rows takes no memory of its own. Whatever is cut,
 * left out or not there is marked and counted below the table. */
#include "base/num.h"
#include "base/utf8.h"
#include "column/cell.h"
#include "column/items.h"
#include "render/layout.h"
#include "render/render.h"
#include <math.h>

struct glyphs {
    const char *top[4], *middle[4], *bottom[4]; /* left, line, crossing, right */
    const char *bar, *gap, *cut, *missing, *separator;
    bool ascii;
    size_t gap_width, cut_width;
};

static const struct glyphs unicode_glyphs = {
    .top = {"┌", "─", "┬", "┐"},
    .middle = {"├", "─", "┼", "┤"},
    .bottom = {"└", "─", "┴", "┘"},
    .bar = "│",
    .gap = "⋯",
    .cut = "…",
    .missing = "∅",
    .separator = " · ",
    .gap_width = 1,
    .cut_width = 1,
};
static const struct glyphs ascii_glyphs = {
    .top = {"+", "-", "+", "+"},
    .middle = {"+", "-", "+", "+"},
    .bottom = {"+", "-", "+", "+"},
    .bar = "|",
    .gap = "...",
    .cut = "..",
    .missing = "--",
    .ascii = true,
    .separator = ", ",
    .gap_width = 3,
    .cut_width = 2,
};

struct writer {
    struct buf *out;
    const struct frame *frame;
    const struct render_options *options;
    const struct glyphs *glyphs;
    struct layout_column *columns;
    int *decimals; /* of each column */
    uint32_t rows; /* shown */
    struct buf cell;
    bool saw_missing, saw_suppressed, saw_partial;
};

/* ---- cells ---- */

enum {
    SIGNIFICANT = 6,
    FEWEST_DECIMALS = 2, /* a large value beside small ones never takes more than the rest */
    MOST_DECIMALS = 12
};

/* Outside of these a float is written with an exponent. */
static bool is_plain(double x) {
    double magnitude = fabs(x);
    return magnitude == 0 || (magnitude >= 1e-9 && magnitude < 1e15);
}

static int exponent_of(double magnitude) {
    return (int)floor(log10(magnitude));
}

/* Decimals that show x with SIGNIFICANT digits, without zeros at the end. */
static int needed_decimals(double x) {
    int places = SIGNIFICANT - 1 - exponent_of(fabs(x));
    if (places <= 0) {
        return 0;
    }
    places = places < MOST_DECIMALS + SIGNIFICANT ? places : MOST_DECIMALS + SIGNIFICANT;
    char text[352];
    size_t n = num_print_fixed(text, x, places);
    while (places > 0 && text[n - 1] == '0') {
        n--;
        places--;
    }
    return places;
}

/* One number of decimals for a column of floats or ratios: enough for every value, but no more
 * than its largest needs, unless its smallest would then read as 0. */
static int shared_decimals(const struct writer *w, const struct column *c) {
    int needed = 0;
    double largest = 0, smallest = HUGE_VAL;
    for (uint32_t row = 0; row < w->rows; row++) {
        double x = column_state(c, row) == PRESENT ? cell_float(c, row) : 0;
        if (x == 0 || !is_plain(x)) {
            continue;
        }
        int decimals = needed_decimals(x);
        needed = decimals > needed ? decimals : needed;
        largest = fmax(largest, fabs(x));
        smallest = fmin(smallest, fabs(x));
    }
    if (largest == 0) {
        return 0;
    }
    int most = SIGNIFICANT - 1 - exponent_of(largest);
    most = most > FEWEST_DECIMALS ? most : FEWEST_DECIMALS;
    if (-exponent_of(smallest) > most) {
        most = -exponent_of(smallest) + 1;
    }
    most = most < MOST_DECIMALS ? most : MOST_DECIMALS;
    return needed < most ? needed : most;
}

/* Control characters would move the cursor. */
static void put_visible(struct buf *out, struct str s) {
    size_t plain = 0;
    for (size_t at = 0; at < s.n;) {
        size_t start = at;
        uint32_t code = utf8_next(s, &at);
        bool broken = code == 0xFFFD && at == start + 1;
        if (code >= 0x20 && !(code >= 0x7F && code < 0xA0) && !broken) {
            continue;
        }
        buf_put(out, s.p + plain, start - plain);
        plain = at;
        if (code == '\n') {
            buf_text(out, "\\n");
        } else if (code == '\t') {
            buf_text(out, "\\t");
        } else {
            buf_printf(out, "\\x%02x", (unsigned)(unsigned char)s.p[start]);
        }
    }
    buf_put(out, s.p + plain, s.n - plain);
}

/* With an exponent a float keeps SIGNIFICANT digits, too: 4.17055e-82. */
static void put_scientific(struct buf *out, double x) {
    char text[32], rounded[352];
    size_t n = num_print_float(text, x);
    const char *exponent = memchr(text, 'e', n);
    double mantissa = 0;
    if (!exponent || !num_parse_float((struct str){text, (size_t)(exponent - text)}, &mantissa)) {
        buf_put(out, text, n);
        return;
    }
    int decimals = needed_decimals(mantissa);
    buf_put(out, rounded,
            num_print_fixed(rounded, mantissa,
                            decimals < SIGNIFICANT - 1 ? decimals : SIGNIFICANT - 1));
    buf_put(out, exponent, n - (size_t)(exponent - text));
}

/* Among figures with many decimals a whole number is most likely a count: it stands without its
 * zeros, its last digit where theirs before the point is. */
static void put_float(struct writer *w, double x, int decimals) {
    char text[352];
    if (decimals > 2 && is_plain(x) && x == floor(x)) {
        buf_put(&w->cell, text, num_print_fixed(text, x, 0));
        buf_repeat(&w->cell, " ", (size_t)decimals + 1);
        return;
    }
    if (is_plain(x)) {
        buf_put(&w->cell, text, num_print_fixed(text, x, decimals));
    } else {
        put_scientific(&w->cell, x);
    }
}

/* Clearing forgets a failure; the output keeps it. */
static void clear_cell(struct writer *w) {
    w->out->failed = w->out->failed || w->cell.failed;
    buf_clear(&w->cell);
}

/* Fills w->cell; gives the state. */
static enum state show_cell(struct writer *w, uint32_t column, uint32_t row) {
    const struct column *c = &w->frame->columns[column];
    enum state state = column_state(c, row);
    clear_cell(w);
    if (state == MISSING) {
        buf_text(&w->cell, w->glyphs->missing);
        w->saw_missing = true;
    } else if (state == SUPPRESSED) {
        suppressed_mark(&w->cell, w->frame->under, w->glyphs->ascii);
        w->saw_suppressed = true;
    } else if (c->type->kind == TY_SHARE || c->type->kind == TY_POINTS) {
        char text[64];
        buf_put(&w->cell, text, num_print_ratio(text, c->i[row], c->d[row], 100, 1));
        buf_text(&w->cell, c->type->kind == TY_SHARE ? "%" : "");
    } else if (c->type->kind == TY_FLOAT || c->type->kind == TY_RATIO) {
        put_float(w, cell_float(c, row), w->decimals[column]);
    } else if (c->type->kind == TY_ITEMS) {
        struct buf list;
        buf_init(&list, w->out->alloc);
        items_show(&list, text_str(c->t[row]));
        put_visible(&w->cell, buf_view(&list));
        w->cell.failed |= list.failed;
        buf_free(&list);
    } else if (c->type->kind == TY_TEXT) {
        struct str s = text_str(c->t[row]);
        if (s.n) {
            put_visible(&w->cell, s);
        } else {
            buf_text(&w->cell, "\"\"");
        }
    } else {
        cell_text(&w->cell, c, row, w->options->calendar);
        if (cell_goes_on(w->frame, column, row, w->options->calendar)) {
            buf_char(&w->cell, '*');
            w->saw_partial = true;
        }
    }
    return state;
}

/* With the unit of its figures behind it: "minutes (min)". */
static void show_name(struct writer *w, uint32_t column) {
    const struct type *type = w->frame->columns[column].type;
    clear_cell(w);
    put_visible(&w->cell, w->frame->type->fields[column].name);
    if (type->unit || type->kind == TY_POINTS) {
        buf_text(&w->cell, " (");
        put_visible(&w->cell, type->unit ? type->unit->text : STR("points"));
        buf_char(&w->cell, ')');
    }
}

/* ---- measuring ---- */

static bool is_key(const struct type *relation, uint32_t column) {
    for (uint32_t i = 0; i < relation->nkeys; i++) {
        if (relation->keys[i] == column) {
            return true;
        }
    }
    return false;
}

static void measure_column(struct writer *w, uint32_t i) {
    struct layout_column *l = &w->columns[i];
    const struct column *c = &w->frame->columns[i];
    if (c->type->kind == TY_FLOAT || c->type->kind == TY_RATIO) {
        w->decimals[i] = shared_decimals(w, c);
    }
    show_name(w, i);
    l->header = utf8_width(buf_view(&w->cell));
    for (uint32_t row = 0; row < w->rows; row++) {
        show_cell(w, i, row);
        size_t width = utf8_width(buf_view(&w->cell));
        l->content = width > l->content ? width : l->content;
    }
    l->elastic = c->type->kind == TY_TEXT || c->type->kind == TY_ITEMS;
    l->keep = i == 0 || is_key(w->frame->type, i) ||
              str_is(w->frame->type->fields[i].name, "value"); /* the figure that was asked for */
}

/* ---- drawing ---- */

static void set_dim(struct writer *w, bool on) {
    if (w->options->colour) {
        buf_text(w->out, on ? "\033[2m" : "\033[0m");
    }
}

/* Calls for each shown column in turn, and once for each run that is left out. */
typedef void (*draw_fn)(struct writer *w, uint32_t column, uint32_t row, bool is_gap);

static void each_column(struct writer *w, uint32_t row, const char *between, draw_fn draw) {
    bool in_gap = false, first = true;
    for (uint32_t i = 0; i < w->frame->ncolumns; i++) {
        bool gap = !w->columns[i].shown;
        if (!gap || !in_gap) {
            if (!first) {
                buf_text(w->out, between);
            }
            first = false;
            draw(w, i, row, gap);
        }
        in_gap = gap;
    }
}

static void draw_dashes(struct writer *w, uint32_t column, uint32_t row, bool is_gap) {
    UNUSED(row);
    size_t width = is_gap ? w->glyphs->gap_width : w->columns[column].width;
    buf_repeat(w->out, w->glyphs->top[1], width + 2);
}

static void draw_line(struct writer *w, const char *const parts[4]) {
    buf_text(w->out, parts[0]);
    each_column(w, 0, parts[2], draw_dashes);
    buf_text(w->out, parts[3]);
    buf_char(w->out, '\n');
}

static void draw_gap(struct writer *w) {
    buf_char(w->out, ' ');
    set_dim(w, true);
    buf_text(w->out, w->glyphs->gap);
    set_dim(w, false);
    buf_char(w->out, ' ');
}

/* What is in w->cell, cut or filled up to the column's width. */
static void draw_fitted(struct writer *w, uint32_t column, bool right, const char *style) {
    struct str text = buf_view(&w->cell);
    size_t room = w->columns[column].width, width = utf8_width(text);
    bool cut = width > room;
    if (cut) {
        size_t mark = w->glyphs->cut_width < room ? w->glyphs->cut_width : 0;
        text.n = utf8_fit(text, room - mark);
        width = utf8_width(text) + mark;
        cut = mark > 0;
    }
    buf_char(w->out, ' ');
    if (right) {
        buf_repeat(w->out, " ", room - width);
    }
    if (w->options->colour && style) {
        buf_text(w->out, style);
    }
    buf_str(w->out, text);
    if (cut) {
        buf_text(w->out, w->glyphs->cut);
    }
    if (w->options->colour && style) {
        buf_text(w->out, "\033[0m");
    }
    if (!right) {
        buf_repeat(w->out, " ", room - width);
    }
    buf_char(w->out, ' ');
}

static bool stands_right(const struct writer *w, uint32_t column) {
    const struct type *type = w->frame->columns[column].type;
    return type_is_number(type) || type->kind == TY_POINTS;
}

static void draw_name(struct writer *w, uint32_t column, uint32_t row, bool is_gap) {
    UNUSED(row);
    if (is_gap) {
        draw_gap(w);
        return;
    }
    show_name(w, column);
    draw_fitted(w, column, stands_right(w, column), "\033[1m");
}

static void draw_cell(struct writer *w, uint32_t column, uint32_t row, bool is_gap) {
    if (is_gap) {
        draw_gap(w);
        return;
    }
    enum state state = show_cell(w, column, row);
    draw_fitted(w, column, stands_right(w, column), state == PRESENT ? NULL : "\033[2m");
}

static void draw_row(struct writer *w, uint32_t row, draw_fn draw) {
    buf_text(w->out, w->glyphs->bar);
    each_column(w, row, w->glyphs->bar, draw);
    buf_text(w->out, w->glyphs->bar);
    buf_char(w->out, '\n');
}

/* ---- below the table ---- */

/* 12,310 */
static void put_count(struct buf *out, uint64_t n) {
    if (n >= 1000) {
        put_count(out, n / 1000);
        buf_printf(out, ",%03u", (unsigned)(n % 1000));
    } else {
        buf_printf(out, "%u", (unsigned)n);
    }
}

static void put_part(struct buf *out, uint64_t shown, uint64_t all, const char *what) {
    put_count(out, shown);
    buf_text(out, " of ");
    put_count(out, all);
    buf_printf(out, " %s", what);
}

static void draw_footer(struct writer *w) {
    uint32_t shown = 0, all = w->frame->ncolumns;
    for (uint32_t i = 0; i < all; i++) {
        shown += w->columns[i].shown;
    }
    bool fewer_rows = w->rows < w->frame->n, fewer_columns = shown < all;
    if (!fewer_rows && !fewer_columns && w->frame->n > 0) {
        return;
    }
    set_dim(w, true);
    if (fewer_rows) {
        put_part(w->out, w->rows, w->frame->n, "rows");
    } else {
        put_count(w->out, w->frame->n);
        buf_text(w->out, w->frame->n == 1 ? " row" : " rows");
    }
    if (fewer_columns) {
        buf_text(w->out, w->glyphs->separator);
        put_part(w->out, shown, all, "columns");
    }
    set_dim(w, false);
    buf_char(w->out, '\n');
}

enum { CAPTION_WIDTH = 80, CAPTION_LINES = 3 };

/* The next line of a text, as far as words fit. */
static struct str next_line(struct str *rest, size_t limit) {
    size_t line = 0, width = 0, at = 0;
    while (at < rest->n && (width < limit || !line)) {
        width += ((unsigned char)rest->p[at++] & 0xC0) != 0x80; /* no byte inside a character */
        line = at == rest->n || rest->p[at] == ' ' ? at : line;
    }
    struct str out = {rest->p, line};
    line += line < rest->n; /* the space */
    *rest = (struct str){rest->p + line, rest->n - line};
    return out;
}

/* What the figures mean: of several measures a line each, of a preset all of it. */
static void draw_caption(struct writer *w) {
    struct str rest = w->options->caption;
    const struct about *about = &w->frame->about;
    size_t limit = w->options->width > 0 ? (size_t)w->options->width : CAPTION_WIDTH;
    size_t most = about->is_preset ? SIZE_MAX : about->nmeasures > 1 ? 1 : CAPTION_LINES;
    set_dim(w, rest.n > 0);
    while (rest.n) {
        const char *end = memchr(rest.p, '\n', rest.n);
        struct str part = {rest.p, end ? (size_t)(end - rest.p) : rest.n};
        rest = (struct str){rest.p + part.n, rest.n - part.n};
        rest.p += end != NULL;
        rest.n -= end != NULL;
        for (size_t i = 1; part.n; i++) {
            struct str all = part, line = next_line(&part, limit);
            if (i == most && part.n) {
                line = next_line(&all, limit - w->glyphs->cut_width - 1);
                part.n = 0;
                put_visible(w->out, line);
                buf_printf(w->out, " %s\n", w->glyphs->cut);
                continue;
            }
            put_visible(w->out, line);
            buf_char(w->out, '\n');
        }
    }
    set_dim(w, false);
}

static void draw_legend(struct writer *w) {
    const char *between = "";
    if (!w->saw_missing && !w->saw_suppressed && !w->saw_partial) {
        return;
    }
    set_dim(w, true);
    if (w->saw_missing) {
        buf_printf(w->out, "%s missing", w->glyphs->missing);
        between = w->glyphs->separator;
    }
    if (w->saw_suppressed) {
        buf_text(w->out, between);
        suppressed_mark(w->out, w->frame->under, w->glyphs->ascii);
        buf_text(w->out, " suppressed: too few to show");
        between = w->glyphs->separator;
    }
    if (w->saw_partial) {
        char last[16];
        day_print(last, w->frame->about.last_day);
        buf_printf(w->out, "%s* goes on behind %s, the last day of the facts", between, last);
    }
    set_dim(w, false);
    buf_char(w->out, '\n');
}

static void draw(struct writer *w) {
    const struct glyphs *g = w->glyphs;
    uint32_t n = w->frame->ncolumns;
    for (uint32_t i = 0; i < n; i++) {
        measure_column(w, i);
    }
    /* Only what is drawn belongs in the legend. */
    w->saw_missing = w->saw_suppressed = w->saw_partial = false;
    size_t limit = w->options->width > 0 ? (size_t)w->options->width : 0;
    layout_fit(w->columns, n, g->gap_width, limit);
    draw_line(w, g->top);
    draw_row(w, 0, draw_name);
    draw_line(w, g->middle);
    for (uint32_t row = 0; row < w->rows; row++) {
        draw_row(w, row, draw_cell);
    }
    draw_line(w, g->bottom);
    draw_footer(w);
    draw_legend(w);
    draw_caption(w);
    clear_cell(w);
}

void render_table(struct buf *out, const struct frame *f, const struct render_options *o) {
    if (f->ncolumns == 0) {
        buf_text(out, "no columns\n");
        return;
    }
    bool all = o->max_rows == 0 || o->max_rows >= f->n;
    struct writer w = {
        .out = out,
        .frame = f,
        .options = o,
        .glyphs = o->unicode && o->format == RENDER_BOX ? &unicode_glyphs : &ascii_glyphs,
        .rows = all ? f->n : (uint32_t)o->max_rows,
    };
    struct arena scratch;
    arena_init(&scratch, out->alloc);
    buf_init(&w.cell, out->alloc);
    w.columns = ARENA_ARRAY(&scratch, struct layout_column, f->ncolumns);
    w.decimals = ARENA_ARRAY(&scratch, int, f->ncolumns);
    if (w.columns && w.decimals) {
        draw(&w);
    } else {
        out->failed = true;
    }
    buf_free(&w.cell);
    arena_free(&scratch);
}
