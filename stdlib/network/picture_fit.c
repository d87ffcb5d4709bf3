/* From a layout to places on paper: one scale for both directions, then nodes that lie over each
 * other are pushed apart. */
#include "stdlib/network/picture.h"
#include <math.h>

enum { PUSHES = 60, PUSHED_PAIRS = 15000000 };
static const double APART = 3;

static struct spot place_of(const struct net_picture *p, uint32_t i) {
    struct spot s = p->member[i].at;
    return p->sideways ? (struct spot){s.y, s.x} : s;
}

void picture_cover(const struct net_picture *p, struct picture_extent *e) {
    for (uint32_t i = 0; i < p->n; i++) {
        struct spot s = place_of(p, i);
        bool first = e->left > e->right;
        e->left = first ? s.x : fmin(e->left, s.x);
        e->right = first ? s.x : fmax(e->right, s.x);
        e->top = first ? s.y : fmin(e->top, s.y);
        e->bottom = first ? s.y : fmax(e->bottom, s.y);
    }
}

/* Nodes in one place go apart to the right and left. */
static bool push_pair(struct picture_places *w, uint32_t i, uint32_t k) {
    double dx = w->at[k].x - w->at[i].x, dy = w->at[k].y - w->at[i].y;
    double room = w->radius[i] + w->radius[k] + APART, length = sqrt(dx * dx + dy * dy);
    if (length >= room - 1e-3) {
        return false;
    }
    room -= length;
    if (length <= 1e-9) {
        dx = length = 1;
        dy = 0;
    }
    w->at[i].x -= dx / length * room / 2;
    w->at[i].y -= dy / length * room / 2;
    w->at[k].x += dx / length * room / 2;
    w->at[k].y += dy / length * room / 2;
    return true;
}

static void keep_inside(struct picture_places *w, uint32_t n, const struct picture_extent *e) {
    for (uint32_t i = 0; i < n; i++) {
        w->at[i].x = fmin(fmax(w->at[i].x, e->left), e->right);
        w->at[i].y = fmin(fmax(w->at[i].y, e->top), e->bottom);
    }
}

static void push_apart(const struct net_picture *p, struct picture_places *w,
                       const struct picture_extent *inside) {
    double pairs = (double)p->n * p->n / 2;
    bool again = true;
    for (int t = 0; t < PUSHES && t * pairs < PUSHED_PAIRS && again; t++) {
        again = false;
        for (uint32_t i = 0; i < p->n; i++) {
            for (uint32_t k = i + 1; k < p->n; k++) {
                again = push_pair(w, i, k) || again;
            }
        }
        keep_inside(w, p->n, inside);
    }
}

bool picture_fit(struct arena *a, const struct net_picture *p, const struct picture_frame *frame,
                 struct picture_places *out) {
    struct picture_extent e = {.left = 1, .right = 0};
    picture_cover(p, &e);
    if (frame->extent) {
        e = *frame->extent;
    } else if (e.left > e.right) {
        e = (struct picture_extent){0, 0, 0, 0};
    }
    double width = fmax(e.right - e.left, 1e-9), height = fmax(e.bottom - e.top, 1e-9);
    double across = frame->width / width, down = fmin(frame->unit, frame->most_height / height);
    /* Distances mean something in all layouts but this one. */
    across = p->layout == PICTURE_LAYERS ? fmin(across, 3 * frame->unit / (p->sideways ? 0.25 : 1))
                                         : fmin(across, down);
    down = p->layout == PICTURE_LAYERS ? down : across;
    out->at = ARENA_ARRAY(a, struct spot, (size_t)p->n + 1);
    out->radius = ARENA_ARRAY(a, double, (size_t)p->n + 1);
    if (!out->at || !out->radius) {
        return false;
    }
    out->height = fmax((e.bottom - e.top) * down, frame->least_side);
    double left = frame->left + (frame->width - (e.right - e.left) * across) / 2;
    double top = frame->top + (out->height - (e.bottom - e.top) * down) / 2;
    for (uint32_t i = 0; i < p->n; i++) {
        struct spot s = place_of(p, i);
        out->at[i] = (struct spot){left + (s.x - e.left) * across, top + (s.y - e.top) * down};
        out->radius[i] = frame->radius * (0.4 + 0.6 * sqrt(picture_size(p, i)));
    }
    if (p->layout != PICTURE_LAYERS) { /* where each has room already */
        push_apart(p, out,
                   &(struct picture_extent){frame->left, frame->top, frame->left + frame->width,
                                            frame->top + out->height});
    }
    return true;
}
