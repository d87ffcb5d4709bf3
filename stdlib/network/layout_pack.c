/* Shelves: boxes of falling height from left to right, and a new row where one is full. Single
 * nodes come last, so that they stand in rows below. */
#include "stdlib/network/layout_pack.h"
#include <math.h>
#include <stdlib.h>

enum { WIDTHS_TRIED = 64 };
static const double GAP = 0.9, ASPECT = 1.35;

struct box {
    uint32_t part, nodes;
    double left, top, width, height;
};

static struct box box_of(uint32_t part, const struct spot *at, uint32_t n) {
    double left = (double)INFINITY, top = (double)INFINITY;
    double right = -(double)INFINITY, bottom = -(double)INFINITY;
    for (uint32_t i = 0; i < n; i++) {
        left = fmin(left, at[i].x);
        right = fmax(right, at[i].x);
        top = fmin(top, at[i].y);
        bottom = fmax(bottom, at[i].y);
    }
    return (struct box){part, n, left, top, right - left, bottom - top};
}

/* High ones first; of one height the earlier. */
static int by_height(const void *a, const void *b) {
    const struct box *x = a, *y = b;
    if (x->height != y->height) {
        return x->height > y->height ? -1 : 1;
    }
    if (x->nodes != y->nodes) {
        return x->nodes > y->nodes ? -1 : 1;
    }
    return (x->part > y->part) - (x->part < y->part);
}

/* Where the next box of a shelf stands; a new shelf where it is full. */
struct shelf {
    double width, x, y, height;
    double widest;
};

static struct spot next_place(struct shelf *s, const struct box *b) {
    if (s->x > 0 && s->x + b->width > s->width * (1 + 1e-12)) {
        s->y += s->height + GAP;
        s->x = s->height = 0;
    }
    struct spot at = {s->x, s->y};
    s->height = fmax(s->height, b->height);
    s->widest = fmax(s->widest, s->x + b->width);
    s->x += b->width + GAP;
    return at;
}

/* How high a sheet of the wanted shape is that holds all of them. */
static double sheet_height(const struct box *boxes, uint32_t n, double width) {
    struct shelf s = {.width = width};
    for (uint32_t i = 0; i < n; i++) {
        next_place(&s, &boxes[i]);
    }
    return fmax(s.y + s.height, s.widest / ASPECT);
}

/* The width with the smallest sheet: that of the first so many boxes, or by their area. */
static double shelf_width(const struct box *boxes, uint32_t n) {
    double area = 0, sum = 0, best = 0, least = (double)INFINITY;
    for (uint32_t i = 0; i < n; i++) {
        area += (boxes[i].width + GAP) * (boxes[i].height + GAP);
    }
    for (uint32_t i = 0; i <= n && i <= WIDTHS_TRIED; i++) {
        double width = i ? sum : sqrt(area * ASPECT);
        double height = sheet_height(boxes, n, width);
        if (height < least * (1 - 1e-9)) {
            least = height;
            best = width;
        }
        sum += i < n ? boxes[i].width + (i ? GAP : 0) : 0;
    }
    return best;
}

static void fill_shelves(const struct box *boxes, uint32_t n, const uint32_t *start, double left,
                         double top, struct spot *at) {
    struct shelf s = {.width = shelf_width(boxes, n)};
    for (uint32_t i = 0; i < n; i++) {
        const struct box *b = &boxes[i];
        struct spot place = next_place(&s, b);
        for (uint32_t k = start[b->part]; k < start[b->part + 1]; k++) {
            at[k].x += left + place.x - b->left;
            at[k].y += top + place.y - b->top;
        }
    }
}

enum status pack_parts(struct arena *memory, uint32_t n, const uint32_t *start, const bool *stay,
                       struct spot *at) {
    struct box *boxes = arena_take(memory, ((size_t)n + 1) * sizeof *boxes);
    double left = (double)INFINITY, bottom = -(double)INFINITY;
    uint32_t moving = 0;
    if (!boxes) {
        return ST_NO_MEMORY;
    }
    for (uint32_t c = 0; c < n; c++) {
        struct box b = box_of(c, at + start[c], start[c + 1] - start[c]);
        if (stay[c]) {
            left = fmin(left, b.left);
            bottom = fmax(bottom, b.top + b.height);
        } else {
            boxes[moving++] = b;
        }
    }
    bool any = bottom > -(double)INFINITY;
    qsort(boxes, moving, sizeof *boxes, by_height);
    fill_shelves(boxes, moving, start, any ? left : 0, any ? bottom + GAP : 0, at);
    return ST_OK;
}
