/* Larger parts: each node keeps its distances to its neighbours and to some pivots, each of which
 * stands for the nodes around it. */
#include "stdlib/network/layout_part.h"
#include <math.h>

enum { ROUNDS = 40, NEAREST_NONE = UINT32_MAX };

struct pivots {
    struct part *p;
    uint32_t n;
    uint32_t pivot[LAYOUT_PIVOTS];
    uint16_t *hops;    /* a row for each pivot */
    uint32_t *nearest; /* of each node: a pivot's number */
    /* How many of a pivot's own nodes are at most so many hops from it. */
    uint32_t *within; /* a row of `reach` for each pivot */
    uint32_t reach;
    uint32_t *order;
};

/* Each pivot is as far from those before it as can be, and comes first where several are. */
static enum status choose(struct pivots *w) {
    uint32_t n = w->p->n;
    uint32_t *queue = arena_take(w->p->memory, n * sizeof *queue);
    uint16_t *least = arena_take(w->p->memory, n * sizeof *least);
    if (!queue || !least) {
        return ST_NO_MEMORY;
    }
    uint32_t next = 0;
    for (; w->n < LAYOUT_PIVOTS; w->n++) {
        uint16_t *hops = w->hops + (size_t)w->n * n;
        w->pivot[w->n] = next;
        enum status status = part_hops(w->p, next, hops, queue);
        if (status != ST_OK) {
            return status;
        }
        next = 0;
        for (uint32_t i = 0; i < n; i++) {
            if (w->n == 0 || hops[i] < least[i]) {
                least[i] = hops[i];
                w->nearest[i] = w->n;
            }
            next = least[i] > least[next] ? i : next;
            w->reach = (uint32_t)hops[i] + 1 > w->reach ? (uint32_t)hops[i] + 1 : w->reach;
        }
    }
    return ST_OK;
}

static enum status count_within(struct pivots *w) {
    w->within = ARENA_ARRAY(w->p->memory, uint32_t, (size_t)w->reach * w->n);
    if (!w->within) {
        return ST_NO_MEMORY;
    }
    for (uint32_t i = 0; i < w->p->n; i++) {
        uint32_t k = w->nearest[i];
        w->within[k * w->reach + w->hops[(size_t)k * w->p->n + i]]++;
    }
    for (uint32_t k = 0; k < w->n; k++) {
        for (uint32_t d = 1; d < w->reach; d++) {
            w->within[k * w->reach + d] += w->within[k * w->reach + d - 1];
        }
    }
    return ST_OK;
}

static double distance(const struct spot *a, const struct spot *b) {
    double dx = a->x - b->x, dy = a->y - b->y;
    return sqrt(dx * dx + dy * dy);
}

/* What a pivot stands for is as heavy as its own nodes that are nearer to it than half way. */
static enum status pull_to_pivot(struct pivots *w, uint32_t k, double step) {
    const uint16_t *hops = w->hops + (size_t)k * w->p->n;
    const uint32_t *within = w->within + (size_t)k * w->reach;
    struct spot *at = w->p->at, *pivot = &at[w->pivot[k]];
    for (uint32_t i = 0; i < w->p->n; i++) {
        double d = hops[i];
        if (hops[i] > 1) { /* nearer ones are neighbours */
            double weight = within[hops[i] / 2] / (d * d);
            pull_pair(&at[i], pivot, d, distance(&at[i], pivot), fmin(step * weight, 1), 0);
        }
    }
    return stint_due(w->p->stint, 2 * (uint64_t)w->p->n);
}

static enum status pull_to_neighbours(struct pivots *w, double step) {
    const struct graph *g = w->p->g;
    struct spot *at = w->p->at;
    double share = fmin(step, 1);
    enum status status = ST_OK;
    for (uint32_t i = 0; i < w->p->n && status == ST_OK; i++) {
        uint32_t v = w->p->node[i];
        for (uint64_t t = g->out.start[v]; t < g->out.start[v + 1]; t++) {
            uint32_t k = w->p->local[g->out.node[t]];
            if (i < k) {
                pull_pair(&at[i], &at[k], 1, distance(&at[i], &at[k]), share, share);
            }
        }
        status = stint_due(w->p->stint, 2 * row_length(&g->out, v) + 1);
    }
    return status;
}

static enum status pull_rounds(struct pivots *w) {
    double most = (double)w->reach * w->reach, begin = w->p->warm ? 1 : most;
    double step = begin, rate = part_rate(begin, 0.03, ROUNDS);
    enum status status = ST_OK;
    for (uint32_t round = 0; round < ROUNDS && status == ST_OK; round++, step *= rate) {
        generator_shuffle(w->p->random, w->order, w->n, w->n);
        for (uint32_t k = 0; k < w->n && status == ST_OK; k++) {
            status = pull_to_pivot(w, w->order[k], step);
        }
        if (status == ST_OK) {
            status = pull_to_neighbours(w, step);
        }
    }
    return status;
}

enum status part_by_pivots(struct part *p) {
    struct pivots w = {.p = p};
    w.hops = arena_take(p->memory, sizeof *w.hops * LAYOUT_PIVOTS * p->n);
    w.nearest = arena_take(p->memory, sizeof *w.nearest * p->n);
    w.order = arena_take(p->memory, sizeof *w.order * LAYOUT_PIVOTS);
    if (!w.hops || !w.nearest || !w.order) {
        return ST_NO_MEMORY;
    }
    for (uint32_t k = 0; k < LAYOUT_PIVOTS; k++) {
        w.order[k] = k;
    }
    if (!p->warm) {
        part_scatter(p);
    }
    enum status status = choose(&w);
    if (status == ST_OK) {
        status = count_within(&w);
    }
    return status == ST_OK ? pull_rounds(&w) : status;
}
