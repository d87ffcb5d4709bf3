/* Greedy: each label takes the best of its candidates that is still free. Candidates near the disc
 * are in order of preference; those farther off are tried only when none of these is free. */
#include "stdlib/picture/labels.h"
#include <math.h>

static const double GAP = 2.5, OVER_LINE = 0.5;
/* Where a label's middle lies, as shares of its size beside the disc: right, left, below, above,
 * and in the corners. */
static const struct {
    double x, y, cost;
} SIDES[] = {{1, 0, 0},        {-1, 0, 0.3},    {0, 1, 0.35},     {0, -1, 0.4},
             {0.8, -0.8, 0.5}, {0.8, 0.8, 0.5}, {-0.8, 0.8, 0.7}, {-0.8, -0.8, 0.7}};
static const double FAR[] = {12, 24, 38};
enum { DIRECTIONS = 16 };

bool boxes_meet(const struct box *a, const struct box *b) {
    return a->left < b->right && b->left < a->right && a->top < b->bottom && b->top < a->bottom;
}

bool disc_meets_box(const struct disc *d, const struct box *b) {
    double dx = d->x - fmin(fmax(d->x, b->left), b->right);
    double dy = d->y - fmin(fmax(d->y, b->top), b->bottom);
    return dx * dx + dy * dy < d->radius * d->radius;
}

/* Cuts the part of the line inside [low, high] along one axis. */
static bool clip(double from, double by, double low, double high, double *enter, double *leave) {
    if (by == 0) {
        return from > low && from < high;
    }
    double a = (low - from) / by, b = (high - from) / by;
    *enter = fmax(*enter, fmin(a, b));
    *leave = fmin(*leave, fmax(a, b));
    return *enter < *leave;
}

bool line_meets_box(const struct line *l, const struct box *b) {
    double enter = 0, leave = 1;
    return clip(l->x1, l->x2 - l->x1, b->left, b->right, &enter, &leave) &&
           clip(l->y1, l->y2 - l->y1, b->top, b->bottom, &enter, &leave);
}

struct placing {
    const struct label_world *w;
    const struct label *placed; /* all labels */
    uint32_t n;                 /* that have been looked at */
};

static bool inside(const struct box *frame, const struct box *b) {
    return b->left >= frame->left && b->right <= frame->right && b->top >= frame->top &&
           b->bottom <= frame->bottom;
}

static bool is_free(const struct placing *p, const struct label *l, const struct line *leader) {
    if (!inside(&p->w->frame, &l->at)) {
        return false;
    }
    for (uint32_t i = 0; i < p->w->ndiscs; i++) {
        if (disc_meets_box(&p->w->discs[i], &l->at)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < p->n; i++) {
        const struct label *other = &p->placed[i];
        if (other->placed &&
            (boxes_meet(&other->at, &l->at) || (leader && line_meets_box(leader, &other->at)) ||
             (other->leads && line_meets_box(&other->leader, &l->at)))) {
            return false;
        }
    }
    return true;
}

static double lines_under(const struct placing *p, const struct box *b) {
    double n = 0;
    for (uint32_t i = 0; i < p->w->nlines; i++) {
        n += line_meets_box(&p->w->lines[i], b);
    }
    return n;
}

static struct box box_around(double x, double y, const struct label *l) {
    return (struct box){x - l->width / 2, y - l->height / 2, x + l->width / 2, y + l->height / 2};
}

/* Whether it is better than what `best` has, which then has it. */
static void consider(const struct placing *p, const struct label *tried, double cost,
                     struct label *best, double *least) {
    if (cost >= *least || !is_free(p, tried, tried->leads ? &tried->leader : NULL)) {
        return;
    }
    cost += OVER_LINE * lines_under(p, &tried->at);
    if (cost < *least) {
        *best = *tried;
        best->placed = true;
        *least = cost;
    }
}

static void try_beside(const struct placing *p, struct label *l) {
    const struct disc *d = &p->w->discs[l->of];
    struct label best = *l;
    double least = (double)INFINITY, reach = d->radius + GAP;
    for (size_t i = 0; i < COUNT_OF(SIDES); i++) {
        struct label tried = *l;
        tried.at = box_around(d->x + SIDES[i].x * (reach + l->width / 2),
                              d->y + SIDES[i].y * (reach + l->height / 2), l);
        consider(p, &tried, SIDES[i].cost, &best, &least);
    }
    *l = best;
}

static void try_farther(const struct placing *p, struct label *l) {
    const struct disc *d = &p->w->discs[l->of];
    struct label best = *l;
    double least = (double)INFINITY;
    for (size_t k = 0; k < COUNT_OF(FAR); k++) {
        for (int i = 0; i < DIRECTIONS; i++) {
            double turn = 6.283185307179586 * i / DIRECTIONS, cosine = cos(turn), sine = sin(turn);
            double reach = d->radius + FAR[k];
            double x = d->x + reach * cosine, y = d->y + reach * sine;
            struct label tried = *l;
            /* The label's nearest point, not its middle, is at the end of the leader. */
            tried.at = box_around(x + cosine * l->width / 2, y + sine * l->height / 2, l);
            tried.leads = true;
            tried.leader = (struct line){d->x + cosine * (d->radius + 1),
                                         d->y + sine * (d->radius + 1), x - cosine, y - sine};
            consider(p, &tried, (double)k + 0.05 * i, &best, &least);
        }
    }
    *l = best;
}

uint32_t labels_place(const struct label_world *w, struct label *labels, uint32_t n) {
    struct placing p = {w, labels, 0};
    uint32_t hidden = 0;
    for (; p.n < n; p.n++) {
        struct label *l = &labels[p.n];
        l->placed = l->leads = false;
        try_beside(&p, l);
        if (!l->placed) {
            try_farther(&p, l);
        }
        hidden += !l->placed;
    }
    return hidden;
}
