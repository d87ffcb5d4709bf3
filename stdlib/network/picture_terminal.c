/* Nodes and ties in characters: ties in braille dots, a sign for each node, names beside as many as
 * there is room for. */
#include "base/utf8.h"
#include "stdlib/network/picture.h"
#include "stdlib/picture/dots.h"
#include "stdlib/picture/wrap.h"
#include <limits.h>
#include <math.h>

enum {
    LEAST_WIDTH = 30,
    LEAST_ROWS = 3,
    MOST_ROWS = 30,
    MOST_SIDEWAYS = 62,
    WAVE_ROWS = 16,
    NAME_COLUMNS = 16,
    ASIDE = 8
};

enum cell { CELL_FREE, CELL_NODE, CELL_NAME, CELL_TAKEN };

struct plot {
    const struct net_picture *p;
    int glyphs, across, rows;
    struct dots dots;
    uint8_t *cell;    /* enum cell */
    uint32_t *member; /* of a node's cell; where a name begins */
    struct str *name; /* as they are shown */
    int *x, *y;       /* of each member's cell */
    bool *crowded;    /* it shares a cell with another */
    uint32_t named;
};

/* By glyph set, look. Hubs have a sign of their own. */
static const char *const SIGNS[2][ALL_LOOKS] = {{"o", "#", "^", "%", "v", "=", "*", ".", "?"},
                                                {"\xE2\x97\x8F", "\xE2\x96\xA0", "\xE2\x96\xB2",
                                                 "\xE2\x97\x86", "\xE2\x96\xBC", "\xE2\x96\xB0",
                                                 "\xE2\x9C\xB6", "\xE2\x80\xA2", "\xE2\x97\x8B"}};

const char *picture_glyph(const struct net_picture *p, uint32_t member, int glyphs) {
    const struct picture_member *m = &p->member[member];
    if (m->hub) {
        return glyphs > 0 ? "\xE2\x98\x85" : "@";
    }
    return SIGNS[glyphs > 0][m->look];
}

/* ---- nodes ---- */

static uint8_t *cell_at(const struct plot *w, int x, int y) {
    return &w->cell[y * w->across + x];
}

/* The nearest free cell, looked for in growing squares; its own where all are taken. */
static void put_node(struct plot *w, uint32_t i, int x, int y) {
    for (int far = 0; far <= 2; far++) {
        for (int dy = -far; dy <= far; dy++) {
            for (int dx = -far; dx <= far; dx++) {
                int cx = x + dx, cy = y + dy;
                if (cx >= 0 && cy >= 0 && cx < w->across && cy < w->rows &&
                    *cell_at(w, cx, cy) == CELL_FREE) {
                    *cell_at(w, cx, cy) = CELL_NODE;
                    w->member[cy * w->across + cx] = i;
                    w->x[i] = cx;
                    w->y[i] = cy;
                    return;
                }
            }
        }
    }
    w->x[i] = x;
    w->y[i] = y;
    w->crowded[i] = true;
}

static void put_nodes(struct plot *w, const struct picture_places *places) {
    for (uint32_t k = 0; k < w->p->n; k++) {
        uint32_t i = w->p->order[k];
        int x = (int)(places->at[i].x / DOTS_ACROSS), y = (int)(places->at[i].y / DOTS_DOWN);
        put_node(w, i, x < w->across ? x : w->across - 1, y < w->rows ? y : w->rows - 1);
    }
}

/* ---- ties ---- */

static int dot_x(const struct plot *w, uint32_t i) {
    return w->x[i] * DOTS_ACROSS;
}

static int dot_y(const struct plot *w, uint32_t i) {
    return w->y[i] * DOTS_DOWN + DOTS_DOWN / 2 - 1;
}

static void put_ties(struct plot *w) {
    for (uint32_t i = 0; i < w->p->nties; i++) {
        const struct picture_tie *t = &w->p->tie[i];
        dots_stroke(&w->dots, dot_x(w, t->from), dot_y(w, t->from), dot_x(w, t->to),
                    dot_y(w, t->to));
    }
}

/* ---- names ---- */

/* Whether n cells from x on are free, with nothing but a tie on either side; `own` is a node that
 * may stand there. */
static bool has_room(const struct plot *w, int x, int y, int n, uint32_t own) {
    if (x < 0 || y < 0 || y >= w->rows || x + n > w->across) {
        return false;
    }
    for (int k = x - 1; k <= x + n; k++) {
        bool outside = k < 0 || k >= w->across;
        bool side = k < x || k == x + n;
        if (outside || *cell_at(w, k, y) == CELL_FREE) {
            continue;
        }
        if (!side || *cell_at(w, k, y) != CELL_NODE || w->member[y * w->across + k] != own) {
            return false;
        }
    }
    return true;
}

static void put_name_at(struct plot *w, uint32_t i, int x, int y, int n) {
    for (int k = 0; k < n; k++) {
        *cell_at(w, x + k, y) = k ? CELL_TAKEN : CELL_NAME;
    }
    w->member[y * w->across + x] = i;
    w->named++;
}

static int ties_under(const struct plot *w, int x, int y, int n) {
    int sum = 0;
    for (int k = 0; k < n; k++) {
        sum += w->dots.cell[y * w->across + x + k] != 0;
    }
    return sum;
}

/* Of the places around its node the first that hides the fewest ties. */
static void put_name(struct plot *w, uint32_t i) {
    int n = (int)utf8_width(w->name[i]), x = w->x[i], y = w->y[i];
    const int places[][2] = {{x + 2, y},     {x - 1 - n, y}, {x - n / 2, y + 1}, {x - n / 2, y - 1},
                             {x + 1, y - 1}, {x + 1, y + 1}, {x - n, y - 1},     {x - n, y + 1},
                             {x + 1, y},     {x - n, y}};
    int best = -1, least = INT_MAX;
    for (int k = 0; k < (int)COUNT_OF(places) && n > 0 && !w->crowded[i]; k++) {
        if (has_room(w, places[k][0], places[k][1], n, i)) {
            int cost = 2 * ties_under(w, places[k][0], places[k][1], n) + k;
            best = cost < least ? k : best;
            least = cost < least ? cost : least;
        }
    }
    if (best >= 0) {
        put_name_at(w, i, places[best][0], places[best][1], n);
    }
}

static bool put_names(struct plot *w, struct arena *a) {
    for (uint32_t k = 0; k < w->p->n && w->p->labels != LABELS_NONE; k++) {
        uint32_t i = w->p->order[k];
        struct str name = w->p->member[i].name;
        if (utf8_width(name) > NAME_COLUMNS) {
            struct str kept = {name.p, utf8_fit(name, NAME_COLUMNS - 1)};
            name = arena_printf(a, "%.*s%s", STR_ARG(kept), w->glyphs > 0 ? "\xE2\x80\xA6" : "~");
        }
        if (!name.p) {
            return false;
        }
        w->name[i] = name;
        put_name(w, i);
    }
    return true;
}

/* ---- text ---- */

static void put_tie_cell(struct buf *out, const struct plot *w, int at) {
    if (w->glyphs == 2) {
        dots_write(out, w->dots.cell[at]);
    } else if (!w->dots.cell[at]) {
        buf_char(out, ' ');
    } else {
        buf_text(out, w->glyphs ? "\xC2\xB7" : ".");
    }
}

static void put_cell(struct buf *out, const struct plot *w, int at) {
    switch (w->cell[at]) {
    case CELL_NODE:
        buf_text(out, picture_glyph(w->p, w->member[at], w->glyphs));
        break;
    case CELL_NAME:
        buf_str(out, w->name[w->member[at]]);
        break;
    case CELL_FREE:
        put_tie_cell(out, w, at);
        break;
    default:
        break;
    }
}

/* One behind the last cell of a row that shows anything. */
static int end_of_row(const struct plot *w, int y) {
    int end = w->across;
    while (end > 0 && !w->cell[y * w->across + end - 1] && !w->dots.cell[y * w->across + end - 1]) {
        end--;
    }
    return end;
}

static void put_rows(struct buf *out, const struct plot *w) {
    bool begun = false;
    int blank = 0;
    for (int y = 0; y < w->rows; y++) {
        int end = end_of_row(w, y);
        if (!end) {
            blank += begun;
            continue;
        }
        buf_repeat(out, "\n", (size_t)blank);
        blank = 0;
        begun = true;
        for (int x = 0; x < end; x++) {
            put_cell(out, w, y * w->across + x);
        }
        dots_end_line(out);
    }
}

static void put_legend(struct buf *out, const struct net_picture *p, int width, int glyphs) {
    bool hub = false;
    int at = 0;
    for (uint32_t i = 0; i < p->n; i++) {
        hub = hub || p->member[i].hub;
    }
    if (picture_tells(&p->looks)) {
        buf_str(out, p->looks.word);
        buf_char(out, ':');
        at = (int)utf8_width(p->looks.word) + 1;
    }
    for (uint32_t k = 0; k <= ALL_LOOKS; k++) {
        bool is_hub = k == ALL_LOOKS;
        if (is_hub ? !hub : !p->looks.word.n || !p->looks.count[k]) {
            continue;
        }
        struct str name = is_hub ? STR("hub") : p->looks.name[k];
        struct str kept = {name.p, utf8_fit(name, (size_t)width - 4)};
        int n = (int)utf8_width(kept) + 4;
        if (at > 0 && at + n > width) {
            buf_char(out, '\n');
            at = 0;
        }
        buf_printf(out, "%s%s %.*s", at ? "  " : "",
                   is_hub ? (glyphs > 0 ? "\xE2\x98\x85" : "@") : SIGNS[glyphs > 0][k],
                   STR_ARG(kept));
        at += n;
    }
    buf_text(out, at ? "\n" : "");
}

void picture_terminal_words(struct buf *out, const struct net_picture *p, int width, int glyphs,
                            struct str note) {
    size_t columns = (size_t)width;
    put_legend(out, p, width, glyphs);
    wrap_lines(out, p->summary, columns);
    wrap_lines(out, note, columns);
    if (p->caution.n) {
        buf_text(out, "Note: ");
        wrap_lines(out, p->caution, columns - 6);
    }
    wrap_lines(out, p->method, columns);
}

/* ---- all of it ---- */

static bool take(struct arena *a, struct plot *w) {
    size_t cells = (size_t)w->across * (size_t)w->rows, n = (size_t)w->p->n + 1;
    w->dots = (struct dots){w->across, w->rows, ARENA_ARRAY(a, uint8_t, cells)};
    w->cell = ARENA_ARRAY(a, uint8_t, cells);
    w->member = ARENA_ARRAY(a, uint32_t, cells);
    w->name = ARENA_ARRAY(a, struct str, n);
    w->x = ARENA_ARRAY(a, int, n);
    w->y = ARENA_ARRAY(a, int, n);
    w->crowded = ARENA_ARRAY(a, bool, n);
    return w->dots.cell && w->cell && w->member && w->name && w->x && w->y && w->crowded;
}

/* `extent` NULL: its own. */
static bool draw(struct buf *out, struct arena *a, struct plot *w, int most_rows,
                 const struct picture_extent *extent) {
    struct picture_places places;
    double side = ASIDE * DOTS_ACROSS;
    struct picture_frame frame = {.left = side,
                                  .top = DOTS_DOWN,
                                  .width = w->across * DOTS_ACROSS - 2 * side - 1,
                                  .most_height = (most_rows - 2) * DOTS_DOWN,
                                  .unit = w->p->sideways ? DOTS_DOWN : 28,
                                  .radius = 1,
                                  .extent = extent};
    if (!picture_fit(a, w->p, &frame, &places)) {
        return false;
    }
    w->rows = (int)(places.height / DOTS_DOWN) + 3;
    w->rows = w->rows < LEAST_ROWS ? LEAST_ROWS : w->rows > most_rows ? most_rows : w->rows;
    if (!take(a, w)) {
        return false;
    }
    put_nodes(w, &places);
    put_ties(w);
    if (!put_names(w, a)) {
        return false;
    }
    put_rows(out, w);
    return true;
}

static bool draw_waves(struct buf *out, struct arena *a, const struct plot *like) {
    const struct net_picture *p = like->p;
    struct picture_extent extent = {.left = 1, .right = 0};
    bool ok = true;
    for (uint32_t k = 0; k < p->nwaves; k++) {
        picture_cover(&p->wave[k], &extent);
    }
    for (uint32_t k = 0; k < p->nwaves && ok; k++) {
        struct plot w = {.p = &p->wave[k], .glyphs = like->glyphs, .across = like->across};
        buf_str(out, w.p->title);
        buf_printf(out, ": %u member%s\n", w.p->n, w.p->n == 1 ? "" : "s");
        ok = w.p->n == 0 || draw(out, a, &w, WAVE_ROWS, &extent);
    }
    return ok;
}

/* How many names there was no room for. */
static struct str missing_names(struct arena *a, const struct plot *w) {
    if (w->p->nwaves || w->named >= w->p->n || w->p->labels == LABELS_NONE) {
        return STR("");
    }
    return arena_printf(a, "Named are %u of %u members, as many as there is room for.", w->named,
                        w->p->n);
}

void picture_terminal(struct buf *out, struct arena *a, const struct net_picture *p, int width,
                      int glyphs) {
    struct plot w = {.p = p,
                     .glyphs = glyphs < 0   ? 0
                               : glyphs > 2 ? 2
                                            : glyphs,
                     .across = width < LEAST_WIDTH ? LEAST_WIDTH : width};
    if (p->layout == PICTURE_MATRIX) {
        picture_matrix_terminal(out, a, p, w.across, w.glyphs);
        return;
    }
    if (p->title.n) {
        wrap_lines(out, p->title, (size_t)w.across);
    }
    int most_rows = p->sideways ? MOST_SIDEWAYS : MOST_ROWS;
    if (p->nwaves ? !draw_waves(out, a, &w) : p->n > 0 && !draw(out, a, &w, most_rows, NULL)) {
        out->failed = true;
        return;
    }
    picture_terminal_words(out, p, w.across, w.glyphs, missing_names(a, &w));
}
