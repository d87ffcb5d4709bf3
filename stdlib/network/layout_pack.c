/* Shelves: boxes of falling height from left to right, and a new row where one is full. Single nodes
 * come last, so that they stand in rows below. */
#include "stdlib/network/layout_pack.h"
#include <math.h>
#include <stdlib.h>

static const double GAP = 0.9, ASPECT = 1.6;

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

static double shelf_width(const struct box *boxes, uint32_t n) {
    double area = 0, widest = 0;
    for (uint32_t i = 0; i < n; i++) {
        area += (boxes[i].width + GAP) * (boxes[i].height + GAP);
        widest = fmax(widest, boxes[i].width);
    }
    return fmax(widest + GAP, sqrt(area * ASPECT)) + GAP / 2;
}

static void fill_shelves(const struct box *boxes, uint32_t n, const uint32_t *start, double left,
                         double top, struct spot *at) {
    double width = shelf_width(boxes, n), x = 0, y = 0, height = 0;
    for (uint32_t i = 0; i < n; i++) {
        const struct box *b = &boxes[i];
        if (x > 0 && x + b->width > width) {
            y += height + GAP;
            x = height = 0;
        }
        for (uint32_t k = start[b->part]; k < start[b->part + 1]; k++) {
            at[k].x += left + x - b->left;
            at[k].y += top + y - b->top;
        }
        x += b->width + GAP;
        height = fmax(height, b->height);
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
