/* The same network in several periods, as small pictures on one scale, in which everybody stands in
 * nearly the same place. */
#include "stdlib/network/picture.h"
#include "stdlib/picture/svg.h"
#include <math.h>

enum { GAP = 18, TITLE = 30, AROUND = 14, MOST_HEIGHT = 330, MOST_UNIT = 60, NAMES = 3 };

static struct picture_extent extent_of_all(const struct net_picture *p) {
    struct picture_extent e = {.left = 1, .right = 0};
    for (uint32_t k = 0; k < p->nwaves; k++) {
        picture_cover(&p->wave[k], &e);
    }
    return e.left > e.right ? (struct picture_extent){0, 0, 0, 0} : e;
}

static void put_title(struct picture_paper *paper, const struct net_picture *wave, double x,
                      double y) {
    uint64_t ties = 0;
    for (uint32_t i = 0; i < wave->nties; i++) {
        ties += wave->tie[i].mutual ? 2 : 1;
    }
    svg_text(paper->out, "word", "", x, y, wave->title);
    svg_text(paper->out, "soft", "", x, y + 14,
             arena_printf(paper->a, "%u member%s, %llu tie%s", wave->n, wave->n == 1 ? "" : "s",
                          (unsigned long long)ties, ties == 1 ? "" : "s"));
}

static bool put_wave(struct picture_paper *paper, const struct net_picture *wave,
                     const struct picture_frame *frame) {
    struct picture_drawing d = {.paper = paper,
                                .p = wave,
                                .frame = *frame,
                                .most_names = wave->labels == LABELS_NONE ? 0
                                              : wave->labels == LABELS_ALL || wave->n <= 15
                                                  ? wave->n
                                                  : NAMES};
    put_title(paper, wave, frame->left - AROUND, frame->top - AROUND - TITLE + 12);
    if (!drawing_lay_out(&d, AROUND)) {
        return false;
    }
    drawing_put(&d);
    return true;
}

void picture_waves_svg(struct buf *out, struct arena *a, const struct net_picture *p) {
    struct picture_paper paper = {.out = out, .a = a, .p = p, .top = paper_top(p)};
    struct picture_extent extent = extent_of_all(p);
    uint32_t columns = p->nwaves <= 1 ? 1 : p->nwaves <= 4 ? 2 : p->nwaves <= 9 ? 3 : 4;
    uint32_t rows = (p->nwaves + columns - 1) / columns;
    double width = (PICTURE_WIDTH - 2.0 * PICTURE_EDGE - GAP * (columns - 1.0)) / columns;
    struct picture_frame frame = {.width = width - 2 * AROUND,
                                  .most_height = MOST_HEIGHT,
                                  .unit = MOST_UNIT,
                                  .radius = 0.6 * picture_radius(p->n),
                                  .extent = &extent};
    double scale = fmin(frame.unit, frame.width / fmax(extent.right - extent.left, 1e-9));
    frame.most_height = fmin(fmax((extent.bottom - extent.top) * scale, 40), MOST_HEIGHT);
    frame.least_side = frame.most_height;
    double step = frame.most_height + 2 * AROUND + TITLE + GAP;
    paper_note(&paper);
    double height = paper.top + rows * step + paper_bottom(&paper);
    paper_open(&paper, height);
    for (uint32_t k = 0; k < p->nwaves; k++) {
        frame.left = PICTURE_EDGE + AROUND + k % columns * (width + GAP);
        frame.top = paper.top + TITLE + AROUND + k / columns * step;
        if (!put_wave(&paper, &p->wave[k], &frame)) {
            out->failed = true;
        }
    }
    paper_close(&paper, height);
}
