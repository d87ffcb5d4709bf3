/* Who is tied to whom as a table: a row and a column for each member, by group and, within a group,
 * by falling degree. Dense networks are clearer so. */
#include "base/utf8.h"
#include "stdlib/network/picture.h"
#include "stdlib/picture/dots.h"
#include "stdlib/picture/svg.h"
#include "stdlib/picture/wrap.h"
#include <math.h>

enum { CELL_MOST = 22, NAMED_FROM = 7, SMALL_BELOW = 11, NAME_COLUMNS = 20, TERMINAL_NAMES = 14 };

struct matrix {
    const struct net_picture *p;
    uint32_t *rows;  /* members in order */
    uint32_t *place; /* and back */
    uint8_t *cell;   /* n * n: 0, or how strong, 1 to 3 */
};

static uint8_t shade(const struct net_picture *p, const struct picture_tie *t) {
    if (isnan(p->strongest) || isnan(t->strength) || p->strongest <= 0) {
        return 3;
    }
    return (uint8_t)(1 + fmin(3 * t->strength / p->strongest, 2));
}

static bool fill(struct arena *a, const struct net_picture *p, struct matrix *m) {
    m->p = p;
    m->rows = picture_rows(a, p);
    m->place = ARENA_ARRAY(a, uint32_t, (size_t)p->n + 1);
    m->cell = ARENA_ARRAY(a, uint8_t, (size_t)p->n * p->n + 1);
    if (!m->rows || !m->place || !m->cell) {
        return false;
    }
    for (uint32_t i = 0; i < p->n; i++) {
        m->place[m->rows[i]] = i;
    }
    for (uint32_t i = 0; i < p->nties; i++) {
        const struct picture_tie *t = &p->tie[i];
        size_t from = m->place[t->from], to = m->place[t->to];
        m->cell[from * p->n + to] = shade(p, t);
        if (!t->directed || t->mutual) {
            m->cell[to * p->n + from] = shade(p, t);
        }
    }
    return true;
}

static uint32_t look_of(const struct matrix *m, uint32_t row) {
    return m->p->member[m->rows[row]].look;
}

/* ---- SVG ---- */

static void put_square(struct buf *out, const char *look, const char *opacity, double x, double y,
                       double side) {
    buf_printf(out, "<rect class=\"%s\"%s", look, opacity);
    svg_attribute(out, "x", x);
    svg_attribute(out, "y", y);
    svg_attribute(out, "width", side);
    svg_attribute(out, "height", side);
    buf_text(out, "/>\n");
}

/* Ties within a group have its colour, others that of ties. */
static void put_cells(struct buf *out, const struct matrix *m, double left, double top,
                      double cell) {
    static const char *const SHADES[] = {"", " fill-opacity=\".35\"", " fill-opacity=\".65\"", ""};
    uint32_t n = m->p->n;
    double inset = cell >= 6 ? 0.5 : 0;
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t k = 0; k < n; k++) {
            uint8_t strength = m->cell[(size_t)i * n + k];
            if (strength) {
                bool own = look_of(m, i) == look_of(m, k) && look_of(m, i) < PICTURE_LOOKS;
                put_square(out, own ? paper_look(look_of(m, i)) : "head", SHADES[strength],
                           left + k * cell + inset, top + i * cell + inset, cell - 2 * inset);
            }
        }
    }
}

/* Lines between groups. */
static void put_bounds(struct buf *out, const struct matrix *m, double left, double top,
                       double cell) {
    double side = cell * m->p->n;
    for (uint32_t i = 0; i <= m->p->n; i++) {
        if (i == 0 || i == m->p->n || look_of(m, i) != look_of(m, i - 1)) {
            svg_line(out, "ring", left, top + i * cell, left + side, top + i * cell);
            svg_line(out, "ring", left + i * cell, top, left + i * cell, top + side);
        }
    }
}

static void put_names(struct buf *out, struct arena *a, const struct matrix *m, double left,
                      double top, double cell) {
    char look[16] = "node ";
    for (uint32_t i = 0; i < m->p->n; i++) {
        const struct picture_member *member = &m->p->member[m->rows[i]];
        double at = top + (i + 0.5) * cell;
        struct str name = svg_shortened(a, member->name, NAME_COLUMNS);
        memcpy(look + 5, paper_look(member->look), 3);
        paper_shape(out, look, member->shape, left - 8, at, fmin(cell / 2.6, 4.5));
        if (cell < NAMED_FROM) {
            continue;
        }
        const char *size = cell < SMALL_BELOW ? "small" : "";
        double down = cell < SMALL_BELOW ? 2.8 : 4;
        svg_text(out, size, "end", left - 16, at + down, name);
        double x = left + (i + 0.5) * cell + down;
        buf_text(out, "<g transform=\"rotate(-90 ");
        svg_number(out, x);
        buf_char(out, ' ');
        svg_number(out, top - 5);
        buf_text(out, ")\">");
        svg_text(out, size, "", x, top - 5, name);
        buf_text(out, "</g>\n");
    }
}

static double names_width(const struct net_picture *p) {
    size_t most = 0;
    for (uint32_t i = 0; i < p->n; i++) {
        size_t n = utf8_width(p->member[i].name);
        most = n > most ? n : most;
    }
    most = most > NAME_COLUMNS ? (size_t)NAME_COLUMNS : most;
    return 6.5 * (double)most + 22;
}

void picture_matrix_svg(struct buf *out, struct arena *a, const struct net_picture *p) {
    struct matrix m;
    struct picture_paper paper = {.out = out, .a = a, .p = p, .top = paper_top(p)};
    if (!fill(a, p, &m)) {
        out->failed = true;
        return;
    }
    double names = names_width(p), room = PICTURE_WIDTH - 2 * PICTURE_EDGE;
    double cell = fmin((room - names) / fmax(p->n, 1), CELL_MOST);
    if (cell < NAMED_FROM) {
        names = 22;
        cell = (room - names) / p->n;
    }
    double left = PICTURE_EDGE + names;
    double top = paper.top + 8 + (cell >= NAMED_FROM ? names - 12 : 8);
    if (p->directed) {
        paper.notes[paper.nnotes++] = STR("A row names, a column is named.");
    }
    if (cell < NAMED_FROM) {
        paper.notes[paper.nnotes++] = STR("There is no room for names.");
    }
    paper_note(&paper);
    double height = top + cell * p->n + 8 + paper_bottom(&paper);
    paper_open(&paper, height);
    put_bounds(out, &m, left, top, cell);
    put_cells(out, &m, left, top, cell);
    put_names(out, a, &m, left, top, cell);
    paper_close(&paper, height);
}

/* ---- terminal ---- */

static void put_padded(struct buf *out, struct str s, size_t columns) {
    struct str shown = {s.p, utf8_fit(s, columns)};
    buf_str(out, shown);
    buf_repeat(out, " ", columns - utf8_width(shown));
}

static void put_row(struct buf *out, const struct matrix *m, uint32_t i, uint32_t columns,
                    int glyphs) {
    static const char *const SHADES[2][4] = {
        {".", "-", "+", "#"}, {"\xC2\xB7", "\xE2\x96\x91", "\xE2\x96\x93", "\xE2\x96\x88"}};
    for (uint32_t k = 0; k < columns; k++) {
        uint8_t strength = m->cell[(size_t)i * m->p->n + k];
        const char *sign = i == k && !strength ? " " : SHADES[glyphs > 0][strength];
        if (k > 0 && look_of(m, k) != look_of(m, k - 1)) {
            buf_text(out, glyphs > 0 ? "\xE2\x94\x82" : "|");
        }
        buf_text(out, sign);
        buf_text(out, sign);
    }
}

/* Columns that fit: two characters each, and one for each line between groups. */
static uint32_t columns_that_fit(const struct matrix *m, int room) {
    uint32_t n = 0;
    for (int used = 0; n < m->p->n; n++) {
        used += 2 + (n > 0 && look_of(m, n) != look_of(m, n - 1));
        if (used > room) {
            break;
        }
    }
    return n;
}

void picture_matrix_terminal(struct buf *out, struct arena *a, const struct net_picture *p,
                             int width, int glyphs) {
    struct matrix m;
    if (!fill(a, p, &m)) {
        out->failed = true;
        return;
    }
    size_t names = 1;
    for (uint32_t i = 0; i < p->n; i++) {
        size_t n = utf8_width(p->member[i].name);
        names = n > names ? n : names;
    }
    names = names > TERMINAL_NAMES ? (size_t)TERMINAL_NAMES : names;
    uint32_t shown = columns_that_fit(&m, width - (int)names - 3);
    if (p->title.n) {
        wrap_lines(out, p->title, (size_t)width);
    }
    for (uint32_t i = 0; i < shown; i++) {
        buf_text(out, picture_glyph(p, m.rows[i], glyphs));
        buf_char(out, ' ');
        put_padded(out, p->member[m.rows[i]].name, names);
        buf_char(out, ' ');
        put_row(out, &m, i, shown, glyphs);
        dots_end_line(out);
    }
    struct str note = p->directed ? STR("A row names, a column is named.") : STR("");
    if (shown < p->n) {
        note = arena_printf(a, "%u of %u members are shown, as many as there is room for.%s%.*s",
                            shown, p->n, note.n ? " " : "", STR_ARG(note));
    }
    picture_terminal_words(out, p, width, glyphs, note);
}
