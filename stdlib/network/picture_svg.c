/* Nodes and ties as SVG. Ties lie below, then nodes, then names, each placed where it covers
 * nothing. */
#include "base/utf8.h"
#include "stdlib/network/picture.h"
#include "stdlib/picture/labels.h"
#include "stdlib/picture/svg.h"
#include <math.h>

enum {
    MARGIN = 34,
    MOST_HEIGHT = 560,
    LEAST_HEIGHT = 90,
    UNIT = 88,
    MOST_SIDEWAYS = 900,
    UNIT_LAYERS = 52,
    UNIT_SIDEWAYS = 17, /* a line of text */
    LEVEL_NAMES = 92,   /* room to the left of layers */
    NAME_COLUMNS = 22,
    NAME_SIZE = 11,
    NAMES_TRIED = 60,          /* of the most important, where there are more members */
    NAMES_BY_MEMBERS = 600000, /* where all are asked for: each looks at all members */
    WIDTHS = 4
};
static const double NAME_COLUMN = 6.5, BEND = 0.11, BOW = 0.28, MOST_BOW = 60, PAST = 0.2;

/* ---- ties ---- */

/* From edge to edge of its nodes, by way of one point. */
struct stroke {
    struct spot from, by, to;
    struct spot into, out_of; /* directions at its ends */
};

static struct spot towards(struct spot a, struct spot b) {
    double dx = b.x - a.x, dy = b.y - a.y, length = sqrt(dx * dx + dy * dy);
    return length > 0 ? (struct spot){dx / length, dy / length} : (struct spot){1, 0};
}

/* Ties one way bend to the right, so that one the other way would lie beside it; ties within a
 * layer make a bow over what is between, those past a layer a wide one. */
static struct stroke stroke_of(const struct picture_drawing *d, const struct picture_tie *t) {
    struct spot a = d->places.at[t->from], b = d->places.at[t->to];
    double dx = b.x - a.x, dy = b.y - a.y;
    double bend = t->directed && !t->mutual ? BEND : 0;
    int64_t layers = (int64_t)d->p->member[t->from].steps - d->p->member[t->to].steps;
    if (d->p->layout == PICTURE_LAYERS && layers == 0) {
        double length = sqrt(dx * dx + dy * dy), bow = fmin(BOW, MOST_BOW / fmax(length, 1));
        bend = (d->p->sideways ? dy < 0 : dx < 0) == d->p->sideways ? -bow : bow;
    } else if (d->p->layout == PICTURE_LAYERS && (layers > 1 || layers < -1)) {
        bend = PAST;
    }
    struct stroke s = {.by = {(a.x + b.x) / 2 - bend * dy, (a.y + b.y) / 2 + bend * dx}};
    s.out_of = towards(a, s.by);
    s.into = towards(s.by, b);
    double from = d->places.radius[t->from] + (t->mutual ? 2 : 0.5);
    double to = d->places.radius[t->to] + (t->directed ? 2 : 0.5);
    s.from = (struct spot){a.x + s.out_of.x * from, a.y + s.out_of.y * from};
    s.to = (struct spot){b.x - s.into.x * to, b.y - s.into.y * to};
    return s;
}

static uint32_t width_of(const struct net_picture *p, const struct picture_tie *t) {
    if (isnan(p->strongest) || isnan(t->strength) || p->strongest <= 0) {
        return t->mutual ? 1 : 0;
    }
    return (uint32_t)fmin(sqrt(t->strength / p->strongest) * WIDTHS, WIDTHS - 1);
}

/* Ties are as fine as nodes are small. */
static double fineness(const struct picture_drawing *d) {
    return d->frame.radius / picture_radius(d->p->n);
}

static double stroke_width(const struct picture_drawing *d, uint32_t width) {
    double thin = d->p->nties <= 150 ? 1.1 : d->p->nties <= 600 ? 0.8 : 0.5;
    return thin * (1 + 0.6 * width) * fineness(d);
}

static double opacity(const struct net_picture *p) {
    return p->nties <= 60 ? 0.75 : p->nties <= 200 ? 0.55 : p->nties <= 800 ? 0.38 : 0.22;
}

/* All ties of one dash and one width in one path. */
static void put_ties_of(struct picture_drawing *d, uint32_t kind, uint32_t width) {
    struct buf *out = d->paper->out;
    bool any = false;
    for (uint32_t i = 0; i < d->p->nties; i++) {
        const struct picture_tie *t = &d->p->tie[i];
        if (t->kind != kind || width_of(d->p, t) != width) {
            continue;
        }
        if (!any) {
            buf_printf(out, "<path class=\"tie k%u\" stroke-width=\"", kind);
            svg_fixed(out, stroke_width(d, width), 2);
            buf_text(out, "\" d=\"");
            any = true;
        }
        struct stroke s = stroke_of(d, t);
        svg_step(out, 'M', s.from.x, s.from.y);
        svg_step(out, 'Q', s.by.x, s.by.y);
        svg_step(out, ' ', s.to.x, s.to.y);
    }
    buf_text(out, any ? "\"/>\n" : "");
}

static void put_head(struct buf *out, struct spot tip, struct spot way, double size) {
    double x = tip.x - way.x * size, y = tip.y - way.y * size, half = size * 0.42;
    svg_step(out, 'M', tip.x + way.x * 1.5, tip.y + way.y * 1.5);
    svg_step(out, 'L', x - way.y * half, y + way.x * half);
    svg_step(out, 'L', x + way.y * half, y - way.x * half);
    buf_char(out, 'Z');
}

static void put_heads(struct picture_drawing *d) {
    struct buf *out = d->paper->out;
    double size = d->p->nties <= 60 ? 8 : d->p->nties <= 300 ? 6 : 4.5;
    if (!d->p->directed) {
        return;
    }
    buf_text(out, "<path class=\"head\" d=\"");
    for (uint32_t i = 0; i < d->p->nties; i++) {
        const struct picture_tie *t = &d->p->tie[i];
        if (t->directed) {
            struct stroke s = stroke_of(d, t);
            double own = (size + width_of(d->p, t)) * fineness(d);
            put_head(out, s.to, s.into, own);
            if (t->mutual) {
                put_head(out, s.from, (struct spot){-s.out_of.x, -s.out_of.y}, own);
            }
        }
    }
    buf_text(out, "\"/>\n");
}

static void put_ties(struct picture_drawing *d) {
    buf_text(d->paper->out, "<g opacity=\"");
    svg_fixed(d->paper->out, opacity(d->p), 2);
    buf_text(d->paper->out, "\">\n");
    for (uint32_t width = 0; width < WIDTHS; width++) {
        for (uint32_t kind = 0; kind < PICTURE_KINDS; kind++) {
            put_ties_of(d, kind, width);
        }
    }
    put_heads(d);
    buf_text(d->paper->out, "</g>\n");
}

/* ---- what lies behind ---- */

static void put_rings(struct picture_drawing *d) {
    uint32_t ego = d->p->ego;
    double drawn = 0;
    for (uint32_t step = 1; ego != NOBODY_SPECIAL && step <= d->p->n; step++) {
        double radius = 0;
        for (uint32_t i = 0; i < d->p->n; i++) {
            if (d->p->member[i].steps == step) {
                double dx = d->places.at[i].x - d->places.at[ego].x;
                double dy = d->places.at[i].y - d->places.at[ego].y;
                radius = fmax(radius, sqrt(dx * dx + dy * dy));
            }
        }
        if (radius <= drawn) {
            return;
        }
        paper_shape(d->paper->out, "ring", 0, d->places.at[ego].x, d->places.at[ego].y, radius);
        drawn = radius;
    }
}

/* The names of layers, beside their first rows or over their columns. */
static void put_level_names(struct picture_drawing *d) {
    const struct net_picture *p = d->p;
    const struct picture_key *key = p->shapes.word.n ? &p->shapes : &p->looks;
    for (uint32_t k = 0; k < ALL_LOOKS; k++) {
        struct spot first = {(double)INFINITY, (double)INFINITY};
        for (uint32_t i = 0; i < p->n; i++) {
            if (k == (p->shapes.word.n ? p->member[i].shape : p->member[i].look)) {
                first.x = fmin(first.x, d->places.at[i].x);
                first.y = fmin(first.y, d->places.at[i].y);
            }
        }
        if (isfinite(first.x)) {
            struct spot at = p->sideways ? (struct spot){first.x - 6, d->paper->top + 16}
                                         : (struct spot){PICTURE_EDGE, first.y + 4};
            svg_text(d->paper->out, "word soft", "", at.x, at.y,
                     svg_shortened(d->paper->a, key->name[k], 14));
        }
    }
}

/* ---- nodes ---- */

static void put_node_words(struct buf *out, const struct net_picture *p, uint32_t i) {
    const struct picture_member *m = &p->member[i];
    buf_text(out, "<title>");
    buf_xml(out, m->name);
    buf_printf(out, ": %u", m->degree);
    if (p->looks.word.n && m->look < PICTURE_LOOKS) {
        buf_text(out, ", ");
        buf_xml(out, p->looks.name[m->look]);
    }
    if (p->shapes.word.n && m->shape < PICTURE_LOOKS) {
        buf_text(out, ", ");
        buf_xml(out, p->shapes.name[m->shape]);
    }
    buf_text(out, m->hub ? ", hub</title>" : "</title>");
}

static void put_node(struct picture_drawing *d, uint32_t i) {
    const struct picture_member *m = &d->p->member[i];
    struct buf *out = d->paper->out;
    char look[16] = "node ";
    memcpy(look + 5, paper_look(m->look), 3);
    buf_text(out, "<g>");
    put_node_words(out, d->p, i);
    if (m->hub || i == d->p->ego) {
        paper_shape(out, "hub", m->shape, d->places.at[i].x, d->places.at[i].y,
                    d->places.radius[i] + 3);
    }
    paper_shape(out, look, m->shape, d->places.at[i].x, d->places.at[i].y, d->places.radius[i]);
    buf_text(out, "</g>\n");
}

/* Large ones first, so that small ones lie on them. */
static void put_nodes(struct picture_drawing *d) {
    for (uint32_t k = 0; k < d->p->n; k++) {
        put_node(d, d->p->order[k]);
    }
}

/* ---- names ---- */

static struct disc *take_discs(const struct picture_drawing *d) {
    struct disc *discs = ARENA_ARRAY(d->paper->a, struct disc, (size_t)d->p->n + 1);
    for (uint32_t i = 0; discs && i < d->p->n; i++) {
        bool ringed = d->p->member[i].hub || i == d->p->ego;
        discs[i] = (struct disc){d->places.at[i].x, d->places.at[i].y,
                                 d->places.radius[i] * 1.1 + (ringed ? 4 : 0.5)};
    }
    return discs;
}

/* Curves as two straight lines. */
static bool take_lines(struct picture_drawing *d) {
    d->lines = ARENA_ARRAY(d->paper->a, struct line, 2 * (size_t)d->p->nties + 1);
    for (uint32_t i = 0; d->lines && i < d->p->nties; i++) {
        struct stroke s = stroke_of(d, &d->p->tie[i]);
        struct spot half = {(s.from.x + 2 * s.by.x + s.to.x) / 4,
                            (s.from.y + 2 * s.by.y + s.to.y) / 4};
        d->lines[2 * i] = (struct line){s.from.x, s.from.y, half.x, half.y};
        d->lines[2 * i + 1] = (struct line){half.x, half.y, s.to.x, s.to.y};
    }
    return d->lines != NULL;
}

static bool take_labels(struct picture_drawing *d, const struct box *frame) {
    const struct net_picture *p = d->p;
    uint32_t n = d->most_names < p->n ? d->most_names : p->n;
    struct disc *discs = take_discs(d);
    d->labels = ARENA_ARRAY(d->paper->a, struct label, (size_t)n + 1);
    if (!discs || !take_lines(d) || !d->labels) {
        return false;
    }
    for (uint32_t i = 0; i < n; i++) {
        struct str name = svg_shortened(d->paper->a, p->member[p->order[i]].name, NAME_COLUMNS);
        d->labels[d->nlabels++] =
            (struct label){.of = p->order[i],
                           .width = NAME_COLUMN * (double)utf8_width(name) + 2,
                           .height = NAME_SIZE + 2};
    }
    struct label_world world = {*frame, discs, p->n, d->lines, 2 * p->nties};
    d->named = n - labels_place(&world, d->labels, n);
    return true;
}

static void put_name(struct picture_drawing *d, const struct label *l) {
    const struct picture_member *m = &d->p->member[l->of];
    struct spot at = d->places.at[l->of];
    bool main = m->hub || l->of == d->p->ego;
    double middle = (l->at.left + l->at.right) / 2, y = l->at.bottom - 3;
    const char *anchor = l->at.left >= at.x ? "start" : l->at.right <= at.x ? "end" : "middle";
    double x = *anchor == 's' ? l->at.left + 1 : *anchor == 'e' ? l->at.right - 1 : middle;
    if (l->leads) {
        svg_line(d->paper->out, "leader", l->leader.x1, l->leader.y1, l->leader.x2, l->leader.y2);
    }
    svg_text(d->paper->out, main ? "name main" : "name", anchor, x, y,
             svg_shortened(d->paper->a, m->name, NAME_COLUMNS));
}

static void put_names(struct picture_drawing *d) {
    for (uint32_t i = 0; i < d->nlabels; i++) {
        if (d->labels[i].placed) {
            put_name(d, &d->labels[i]);
        }
    }
}

/* ---- a drawing ---- */

bool drawing_lay_out(struct picture_drawing *d, double around) {
    const struct picture_frame *f = &d->frame;
    if (!picture_fit(d->paper->a, d->p, f, &d->places)) {
        return false;
    }
    double left = f->left - around, right = f->left + f->width + around;
    left = fmax(left, PICTURE_EDGE / 2.0);
    right = d->p->sideways ? PICTURE_WIDTH : right;
    right = fmin(right, PICTURE_WIDTH - PICTURE_EDGE / 2.0);
    return take_labels(
        d, &(struct box){left, f->top - around, right, f->top + d->places.height + around});
}

void drawing_put(struct picture_drawing *d) {
    if (d->p->layout == PICTURE_EGO) {
        put_rings(d);
    } else if (d->p->layout == PICTURE_LAYERS) {
        put_level_names(d);
    }
    put_ties(d);
    put_nodes(d);
    put_names(d);
}

/* ---- the whole paper ---- */

/* Room for the names of columns. */
static double head(const struct net_picture *p) {
    return p->sideways ? 16 : 0;
}

static uint32_t names_to_try(const struct net_picture *p) {
    uint32_t n = p->labels == LABELS_ALL ? NAMES_BY_MEMBERS / (p->n + 1) : NAMES_TRIED;
    return p->labels == LABELS_NONE ? 0 : p->n > 2 * NAMES_TRIED ? n : p->n;
}

static struct picture_frame frame_of(const struct net_picture *p, double top) {
    bool rows = p->layout == PICTURE_LAYERS && !p->sideways;
    double left = PICTURE_EDGE + (rows ? LEVEL_NAMES : MARGIN);
    double right = PICTURE_EDGE + (p->sideways ? LEVEL_NAMES : MARGIN);
    return (struct picture_frame){.left = left,
                                  .top = top + MARGIN + head(p),
                                  .width = PICTURE_WIDTH - right - left,
                                  .most_height = p->sideways ? MOST_SIDEWAYS : MOST_HEIGHT,
                                  .unit = p->sideways                   ? UNIT_SIDEWAYS
                                          : p->layout == PICTURE_LAYERS ? UNIT_LAYERS
                                                                        : UNIT,
                                  .radius = picture_radius(p->n),
                                  .least_side = p->n > 1 ? LEAST_HEIGHT : 0};
}

static void note_all(struct picture_drawing *d) {
    struct picture_paper *s = d->paper;
    const struct net_picture *p = d->p;
    if (p->labels != LABELS_NONE && d->named < p->n) {
        s->notes[s->nnotes++] = d->named ? arena_printf(s->a,
                                                        "Named are %u of %u members, as many as "
                                                        "there is room for.",
                                                        d->named, p->n)
                                         : STR("There is no room for names.");
    }
    paper_note(s);
}

void picture_svg(struct buf *out, struct arena *a, const struct net_picture *p) {
    struct picture_paper paper = {.out = out, .a = a, .p = p, .top = paper_top(p)};
    struct picture_drawing d = {
        .paper = &paper, .p = p, .frame = frame_of(p, paper.top), .most_names = names_to_try(p)};
    if (p->nwaves) {
        picture_waves_svg(out, a, p);
        return;
    }
    if (p->layout == PICTURE_MATRIX) {
        picture_matrix_svg(out, a, p);
        return;
    }
    if (!drawing_lay_out(&d, MARGIN)) {
        out->failed = true;
        return;
    }
    note_all(&d);
    double height = paper.top + head(p) + d.places.height + 2 * MARGIN + paper_bottom(&paper);
    paper_open(&paper, height);
    drawing_put(&d);
    paper_close(&paper, height);
}
