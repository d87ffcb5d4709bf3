/* Rings around one node. Who stands where on a ring follows from a layout by distance of those on
 * it, so that those tied to each other stand near each other; then all get the same room. */
#include "stdlib/network/layout.h"
#include <math.h>
#include <stdlib.h>

static const double TURN = 6.283185307179586;

/* ---- who is how far ---- */

enum status layout_steps(const struct network_host *host, const struct graph *g, uint32_t ego,
                         uint32_t most, uint32_t *steps) {
    struct effort effort;
    struct arena memory;
    enum status status = ST_OK;
    effort_init(&effort, host, (double)graph_entries(g));
    struct stint stint = {.effort = &effort};
    arena_init(&memory, host->alloc);
    uint32_t *queue = arena_take(&memory, ((size_t)g->n + 1) * sizeof *queue), head = 0, tail = 0;
    if (!queue || ego >= g->n) {
        status = queue ? ST_MISUSE : ST_NO_MEMORY;
    } else {
        memset(steps, 0xFF, g->n * sizeof *steps);
        steps[ego] = 0;
        queue[tail++] = ego;
    }
    while (head < tail && status == ST_OK) {
        uint32_t v = queue[head++], inner = g->place[v];
        const struct rows_of_ties *both[2] = {&g->out, &g->in};
        for (int way = 0; way < 2 && steps[v] < most; way++) {
            const struct rows_of_ties *rows = both[way];
            for (uint64_t t = rows->start[inner]; t < rows->start[inner + 1]; t++) {
                uint32_t k = g->label[rows->node[t]];
                if (steps[k] == LAYOUT_FAR) {
                    steps[k] = steps[v] + 1;
                    queue[tail++] = k;
                }
            }
        }
        status = stint_due(&stint, 1 + row_length(&g->out, inner) + row_length(&g->in, inner));
    }
    arena_free(&memory);
    return status;
}

/* ---- rings ---- */

struct angle {
    uint32_t node, ring;
    double turn; /* radians */
};

static int by_ring(const void *a, const void *b) {
    const struct angle *x = a, *y = b;
    if (x->ring != y->ring) {
        return x->ring < y->ring ? -1 : 1;
    }
    if (x->turn != y->turn) {
        return x->turn < y->turn ? -1 : 1;
    }
    return (x->node > y->node) - (x->node < y->node);
}

/* Evenly, beginning where the wishes are met best on the whole. */
static void spread_ring(const struct angle *all, uint32_t n, double radius, struct spot *out) {
    double sine = 0, cosine = 0;
    for (uint32_t i = 0; i < n; i++) {
        double wrong = all[i].turn - TURN * i / n;
        sine += sin(wrong);
        cosine += cos(wrong);
    }
    double begin = sine != 0 || cosine != 0 ? atan2(sine, cosine) : 0;
    for (uint32_t i = 0; i < n; i++) {
        double turn = begin + TURN * i / n;
        out[all[i].node] = (struct spot){radius * cos(turn), radius * sin(turn)};
    }
}

/* A ring has room for its nodes, and lies outside of the one before. */
static void spread_rings(const struct angle *all, uint32_t n, struct spot *out) {
    double radius = 0;
    for (uint32_t first = 0, end; first < n; first = end) {
        for (end = first; end < n && all[end].ring == all[first].ring; end++) {
        }
        uint32_t size = end - first;
        radius = fmax(radius + 1, size * 0.45 / TURN);
        spread_ring(all + first, size, radius, out);
    }
}

/* The ties of the ego and those around it, numbered anew. */
static enum status build_near(const struct network_host *host, const struct graph *g,
                              struct arena *memory, const uint32_t *number, uint32_t n,
                              struct graph *near) {
    uint32_t *from = arena_take(memory, (g->ties + 1) * sizeof *from);
    uint32_t *to = arena_take(memory, (g->ties + 1) * sizeof *to);
    struct tie_list list = {.nodes = n, .from = from, .to = to, .merge = MERGE_MOST};
    if (!from || !to) {
        return ST_NO_MEMORY;
    }
    for (uint32_t v = 0; v < g->n; v++) {
        for (uint64_t t = g->out.start[v]; t < g->out.start[v + 1]; t++) {
            uint32_t a = number[g->label[v]], b = number[g->label[g->out.node[t]]];
            if (a != LAYOUT_FAR && b != LAYOUT_FAR && (g->directed || a < b)) {
                from[list.n] = a;
                to[list.n++] = b;
            }
        }
    }
    return graph_build(host, &list, near);
}

static enum status turn_near(const struct network_host *host, const struct graph *g,
                             struct arena *memory, uint32_t ego, const uint32_t *steps,
                             uint64_t seed, struct angle *angles, uint32_t *n) {
    uint32_t *number = arena_take(memory, ((size_t)g->n + 1) * sizeof *number), near_nodes = 0;
    struct spot *at = arena_take(memory, ((size_t)g->n + 1) * sizeof *at);
    struct graph near;
    if (!number || !at) {
        return ST_NO_MEMORY;
    }
    for (uint32_t v = 0; v < g->n; v++) {
        number[v] = steps[v] == LAYOUT_FAR ? LAYOUT_FAR : near_nodes++;
    }
    enum status status = build_near(host, g, memory, number, near_nodes, &near);
    if (status != ST_OK) {
        return status;
    }
    status = layout_stress(host, &near, &(struct stress_options){.seed = seed}, at);
    for (uint32_t v = 0; v < g->n && status == ST_OK; v++) {
        if (v != ego && number[v] != LAYOUT_FAR) {
            struct spot s = at[number[v]], middle = at[number[ego]];
            angles[(*n)++] = (struct angle){v, steps[v], atan2(s.y - middle.y, s.x - middle.x)};
        }
    }
    graph_free(&near);
    return status;
}

enum status layout_ego(const struct network_host *host, const struct graph *g, uint32_t ego,
                       const uint32_t *steps, uint64_t seed, struct spot *out) {
    struct arena memory;
    uint32_t n = 0;
    arena_init(&memory, host->alloc);
    struct angle *angles = arena_take(&memory, ((size_t)g->n + 1) * sizeof *angles);
    enum status status =
        angles ? turn_near(host, g, &memory, ego, steps, seed, angles, &n) : ST_NO_MEMORY;
    if (status == ST_OK) {
        out[ego] = (struct spot){0, 0};
        qsort(angles, n, sizeof *angles, by_ring);
        spread_rings(angles, n, out);
    }
    arena_free(&memory);
    return status;
}
