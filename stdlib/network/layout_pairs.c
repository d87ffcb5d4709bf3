/* Parts of some thousand nodes: stress over all pairs.
 *
 * Distances lie by the difference of their nodes' numbers: row r - 1 has those of i and i + r. A
 * round takes these rows in random order and reads each from one end to the other, so that nothing
 * but n places is jumped about in; what comes in random order are the nodes' numbers. */
#include "stdlib/network/layout_part.h"
#include <math.h>

enum {
    ROUNDS_LEAST = 30,
    ROUNDS_MOST = 200,
    SMALL = 60, /* nodes: several beginnings are tried, and the best result is kept */
    BEGINNINGS = 6,
    POLISHINGS = 300,
    ANCHORED = 30, /* anchors make an end of it */
};
static const double PAIRS_OF_ROUNDS = 6e7, PAIRS_OF_POLISHING = 2e7;

struct pairs {
    struct part *p;
    uint32_t rows;  /* n / 2 */
    uint16_t *hops; /* rows of n; the last has n / 2 where n is even */
    uint32_t farthest;
    uint32_t *order;           /* of rows */
    double *share;             /* of a pair so many hops apart, in this round */
    const struct spot *anchor; /* places that nodes hold on to; NULL: none */
};

static uint32_t row_nodes(const struct pairs *w, uint32_t r) {
    return 2 * r == w->p->n ? r : w->p->n;
}

static enum status fill_hops(struct pairs *w) {
    uint32_t n = w->p->n;
    uint16_t *hops = arena_take(w->p->memory, n * sizeof *hops);
    uint32_t *queue = arena_take(w->p->memory, n * sizeof *queue);
    enum status status = hops && queue ? ST_OK : ST_NO_MEMORY;
    for (uint32_t i = 0; i < n && status == ST_OK; i++) {
        status = part_hops(w->p, i, hops, queue);
        if (status == ST_OK) {
            status = stint_due(w->p->stint, w->rows);
        }
        for (uint32_t r = 1; r <= w->rows && status == ST_OK; r++) {
            uint32_t k = i + r < n ? i + r : i + r - n;
            if (i < row_nodes(w, r)) {
                w->hops[(size_t)(r - 1) * n + i] = hops[k];
                w->farthest = hops[k] > w->farthest ? hops[k] : w->farthest;
            }
        }
    }
    return status;
}

static uint32_t hops_of(const struct pairs *w, uint32_t i, uint32_t k) {
    uint32_t n = w->p->n, r = k > i ? k - i : k + n - i;
    return 2 * r < n || (2 * r == n && i < r) ? w->hops[(size_t)(r - 1) * n + i]
                                              : w->hops[(size_t)(n - r - 1) * n + k];
}

static double distance(const struct spot *a, const struct spot *b) {
    double dx = a->x - b->x, dy = a->y - b->y;
    return sqrt(dx * dx + dy * dy);
}

/* ---- rounds ---- */

static enum status pull_row(struct pairs *w, uint32_t r) {
    struct spot *at = w->p->at;
    const uint16_t *hops = w->hops + (size_t)(r - 1) * w->p->n;
    uint32_t n = w->p->n, nodes = row_nodes(w, r);
    for (uint32_t i = 0; i < nodes; i++) {
        uint32_t k = i + r < n ? i + r : i + r - n;
        double share = w->share[hops[i]];
        pull_pair(&at[i], &at[k], hops[i], distance(&at[i], &at[k]), share, share);
    }
    return stint_due(w->p->stint, 2 * (uint64_t)nodes);
}

/* Shares begin with 1 for all pairs and end with 1/10 for the nearest, falling at an even rate. */
static enum status pull_rounds(struct pairs *w, uint32_t rounds) {
    double most = (double)w->farthest * w->farthest;
    double step = most, rate = part_rate(most, 0.1, rounds);
    enum status status = ST_OK;
    for (uint32_t round = 0; round < rounds && status == ST_OK; round++, step *= rate) {
        for (uint32_t d = 1; d <= w->farthest; d++) {
            w->share[d] = fmin(step / ((double)d * d), 1);
        }
        generator_shuffle(w->p->random, w->order, w->rows, w->rows);
        for (uint32_t i = 0; i < w->rows && status == ST_OK; i++) {
            status = pull_row(w, w->order[i] + 1);
        }
    }
    return status;
}

/* ---- polishing ---- */

static double whole_stress(const struct pairs *w) {
    const struct spot *at = w->p->at;
    uint32_t n = w->p->n;
    double sum = 0;
    for (uint32_t r = 1; r <= w->rows; r++) {
        const uint16_t *hops = w->hops + (size_t)(r - 1) * n;
        for (uint32_t i = 0; i < row_nodes(w, r); i++) {
            uint32_t k = i + r < n ? i + r : i + r - n;
            double wrong = distance(&at[i], &at[k]) / hops[i] - 1;
            sum += wrong * wrong;
        }
    }
    return sum;
}

/* Each node moves to where a bound of the stress from above is least, which touches it where the
 * node stands: stress never grows (majorisation). */
static void settle(struct pairs *w, uint32_t i) {
    struct spot *at = w->p->at, sum = {0, 0};
    double weights = 0;
    for (uint32_t k = 0; k < w->p->n; k++) {
        if (k == i) {
            continue;
        }
        double d = hops_of(w, i, k), weight = 1 / (d * d), length = distance(&at[i], &at[k]);
        double part = length > 0 ? d / length : 0;
        sum.x += weight * (at[k].x + part * (at[i].x - at[k].x));
        sum.y += weight * (at[k].y + part * (at[i].y - at[k].y));
        weights += weight;
    }
    if (w->anchor) {
        double own = weights * w->p->hold / (1 - w->p->hold);
        sum.x += own * w->anchor[i].x;
        sum.y += own * w->anchor[i].y;
        weights += own;
    }
    at[i] = (struct spot){sum.x / weights, sum.y / weights};
}

static bool take_anchors(struct pairs *w) {
    size_t size = w->p->n * sizeof *w->p->at;
    struct spot *anchor = arena_take(w->p->memory, size);
    if (anchor) {
        memcpy(anchor, w->p->at, size);
    }
    w->anchor = anchor;
    return anchor != NULL;
}

static enum status polish(struct pairs *w) {
    double n = w->p->n, before = whole_stress(w), most = PAIRS_OF_POLISHING / (n * n);
    enum status status = ST_OK;
    uint32_t turns = w->anchor ? ANCHORED : POLISHINGS;
    for (uint32_t t = 0; t < turns && t <= most && status == ST_OK; t++) {
        for (uint32_t i = 0; i < w->p->n && status == ST_OK; i++) {
            settle(w, i);
            status = stint_due(w->p->stint, 4 * (uint64_t)w->p->n);
        }
        double now = whole_stress(w);
        if (!w->anchor && !(now < before * (1 - 1e-5))) {
            break;
        }
        before = now;
    }
    return status;
}

/* ---- all of it ---- */

static enum status begin_anew(struct pairs *w, uint32_t rounds) {
    part_scatter(w->p);
    enum status status = pull_rounds(w, rounds);
    return status == ST_OK ? polish(w) : status;
}

/* Small parts fall into a bad fold now and then. */
static enum status best_of_several(struct pairs *w, uint32_t rounds) {
    size_t size = w->p->n * sizeof *w->p->at;
    struct spot *best = arena_take(w->p->memory, size);
    double least = (double)INFINITY;
    enum status status = best ? ST_OK : ST_NO_MEMORY;
    for (int i = 0; i < BEGINNINGS && status == ST_OK; i++) {
        status = begin_anew(w, rounds);
        double stress = status == ST_OK ? whole_stress(w) : 0;
        if (status == ST_OK && stress < least * (1 - 1e-9)) {
            least = stress;
            memcpy(best, w->p->at, size);
        }
    }
    if (status == ST_OK) {
        memcpy(w->p->at, best, size);
    }
    return status;
}

enum status part_by_pairs(struct part *p) {
    struct pairs w = {.p = p, .rows = p->n / 2};
    w.hops = arena_take(p->memory, sizeof *w.hops * w.rows * p->n);
    w.order = arena_take(p->memory, sizeof *w.order * w.rows);
    w.share = arena_take(p->memory, sizeof *w.share * p->n);
    if (!w.hops || !w.order || !w.share || (p->warm && p->hold > 0 && !take_anchors(&w))) {
        return ST_NO_MEMORY;
    }
    for (uint32_t r = 0; r < w.rows; r++) {
        w.order[r] = r;
    }
    double rounds = PAIRS_OF_ROUNDS / ((double)w.rows * p->n);
    uint32_t n = (uint32_t)fmin(fmax(rounds, ROUNDS_LEAST), ROUNDS_MOST);
    enum status status = fill_hops(&w);
    if (status != ST_OK) {
        return status;
    }
    return p->warm ? polish(&w) : p->n <= SMALL ? best_of_several(&w, n) : begin_anew(&w, n);
}
