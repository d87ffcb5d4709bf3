/* A layout by distance: the network in connected parts, each laid out alone, then all side by side.
 *
 * Nothing is spread over threads: each pair moves what the one before has moved. */
#include "stdlib/network/components.h"
#include "stdlib/network/layout_pack.h"
#include "stdlib/network/layout_part.h"
#include <math.h>

/* All parts of a network. */
struct parts {
    const struct network_host *host;
    const struct graph *g;
    struct arena memory;
    struct effort effort;
    struct stint stint;
    struct generator random;
    uint32_t n;
    uint32_t *start; /* n + 1: where a part's nodes begin */
    uint32_t *node;  /* inner numbers, part by part */
    uint32_t *local; /* of each inner number, within its part */
    struct spot *at; /* as `node` */
};

enum status layout_undirected(const struct network_host *host, const struct graph *g,
                              struct graph *own, const struct graph **out) {
    *out = g->directed ? own : g;
    return g->directed ? graph_without_direction(host, g, MERGE_MOST, own) : ST_OK;
}

/* ---- one part ---- */

enum status part_hops(const struct part *p, uint32_t source, uint16_t *hops, uint32_t *queue) {
    const struct rows_of_ties *rows = &p->g->out;
    uint32_t head = 0, tail = 0;
    uint64_t steps = 0;
    memset(hops, 0xFF, p->n * sizeof *hops);
    hops[source] = 0;
    queue[tail++] = source;
    while (head < tail) {
        uint32_t i = queue[head++], v = p->node[i];
        if (hops[i] >= HOPS_MOST) {
            return ST_LIMIT;
        }
        steps += row_length(rows, v) + 1;
        for (uint64_t t = rows->start[v]; t < rows->start[v + 1]; t++) {
            uint32_t k = p->local[rows->node[t]];
            if (hops[k] == UINT16_MAX) {
                hops[k] = (uint16_t)(hops[i] + 1);
                queue[tail++] = k;
            }
        }
    }
    return stint_due(p->stint, steps);
}

void part_scatter(struct part *p) {
    double side = sqrt(p->n);
    for (uint32_t i = 0; i < p->n; i++) {
        p->at[i].x = side * generator_uniform(p->random);
        p->at[i].y = side * generator_uniform(p->random);
    }
}

static struct spot centre_of(const struct spot *at, uint32_t n) {
    struct spot sum = {0, 0};
    for (uint32_t i = 0; i < n; i++) {
        sum.x += at[i].x;
        sum.y += at[i].y;
    }
    return (struct spot){sum.x / n, sum.y / n};
}

void part_turn(struct part *p) {
    struct spot centre = centre_of(p->at, p->n), axis;
    double xx = 0, xy = 0, yy = 0;
    for (uint32_t i = 0; i < p->n; i++) {
        double x = p->at[i].x -= centre.x, y = p->at[i].y -= centre.y;
        xx += x * x;
        xy += x * y;
        yy += y * y;
    }
    /* The first eigenvector of these moments. */
    double difference = (xx - yy) / 2, root = sqrt(difference * difference + xy * xy);
    axis = difference >= 0 ? (struct spot){difference + root, xy}
                           : (struct spot){xy, root - difference};
    double length = sqrt(axis.x * axis.x + axis.y * axis.y);
    for (uint32_t i = 0; i < p->n && length > 0; i++) {
        struct spot s = p->at[i];
        p->at[i].x = (s.x * axis.x + s.y * axis.y) / length;
        p->at[i].y = (s.y * axis.x - s.x * axis.y) / length;
    }
}

static struct part part_of(struct parts *all, struct arena *memory, uint32_t c) {
    return (struct part){.memory = memory,
                         .g = all->g,
                         .n = all->start[c + 1] - all->start[c],
                         .node = all->node + all->start[c],
                         .local = all->local,
                         .random = &all->random,
                         .stint = &all->stint,
                         .at = all->at + all->start[c]};
}

/* ---- parts ---- */

/* The nodes of each part in random order. */
static void sort_nodes(struct parts *all, const uint32_t *of) {
    uint32_t n = all->g->n;
    for (uint32_t v = 0; v < n; v++) {
        all->start[of[v] + 1]++;
    }
    for (uint32_t c = 0; c < all->n; c++) {
        all->start[c + 1] += all->start[c];
    }
    for (uint32_t v = n; v-- > 0;) {
        all->node[all->start[of[v]]++] = all->g->place[v];
    }
    for (uint32_t c = all->n; c > 0; c--) {
        all->start[c] = all->start[c - 1];
    }
    all->start[0] = 0;
    for (uint32_t c = 0; c < all->n; c++) {
        uint32_t size = all->start[c + 1] - all->start[c], *node = all->node + all->start[c];
        generator_shuffle(&all->random, node, size, size);
        for (uint32_t i = 0; i < size; i++) {
            all->local[node[i]] = i;
        }
    }
}

static enum status find_parts(struct parts *all) {
    uint32_t n = all->g->n;
    struct component_count count = {0, 0};
    uint32_t *of = arena_take(&all->memory, ((size_t)n + 1) * sizeof *of);
    all->start = ARENA_ARRAY(&all->memory, uint32_t, (size_t)n + 2);
    all->node = ARENA_ARRAY(&all->memory, uint32_t, (size_t)n + 1);
    all->local = ARENA_ARRAY(&all->memory, uint32_t, (size_t)n + 1);
    all->at = ARENA_ARRAY(&all->memory, struct spot, (size_t)n + 1);
    if (!of || !all->start || !all->node || !all->local || !all->at) {
        return ST_NO_MEMORY;
    }
    enum status status = components_weak(all->host, all->g, of, &count);
    if (status == ST_OK) {
        all->n = count.n;
        sort_nodes(all, of);
    }
    return status;
}

/* ---- beginning where nodes stood before ---- */

/* Nodes that are new begin amid their neighbours, those next to known ones first. Whether any node
 * of the part was there. */
static bool begin_before(struct parts *all, struct part *p, const struct spot *before,
                         uint32_t *queue, bool *known) {
    const struct graph *g = all->g;
    uint32_t head = 0, tail = 0;
    for (uint32_t i = 0; i < p->n; i++) {
        struct spot s = before[g->label[p->node[i]]];
        known[i] = isfinite(s.x) && isfinite(s.y);
        if (known[i]) {
            p->at[i] = s;
            queue[tail++] = i;
        }
    }
    while (head < tail) {
        uint32_t v = p->node[queue[head++]];
        for (uint64_t t = g->out.start[v]; t < g->out.start[v + 1]; t++) {
            uint32_t k = p->local[g->out.node[t]];
            if (!known[k]) {
                known[k] = true;
                queue[tail++] = k;
                p->at[k] = p->at[p->local[v]];
                p->at[k].x += 2 * generator_uniform(p->random) - 1;
                p->at[k].y += 2 * generator_uniform(p->random) - 1;
            }
        }
    }
    return tail > 0;
}

/* Where those who were there before stood on the whole, they stand again. */
static void move_back(struct parts *all, struct part *p, const struct spot *before) {
    struct spot moved = {0, 0};
    uint32_t n = 0;
    for (uint32_t i = 0; i < p->n; i++) {
        struct spot s = before[all->g->label[p->node[i]]];
        if (isfinite(s.x) && isfinite(s.y)) {
            moved.x += s.x - p->at[i].x;
            moved.y += s.y - p->at[i].y;
            n++;
        }
    }
    for (uint32_t i = 0; i < p->n; i++) {
        p->at[i].x += moved.x / n;
        p->at[i].y += moved.y / n;
    }
}

/* ---- all of it ---- */

static enum status lay_out(struct part *p) {
    if (p->n == 1) {
        p->at[0] = p->warm ? p->at[0] : (struct spot){0, 0};
        return ST_OK;
    }
    return p->n <= LAYOUT_PAIRS_NODES ? part_by_pairs(p) : part_by_pivots(p);
}

static enum status lay_out_part(struct parts *all, uint32_t c, const struct stress_options *options,
                                bool *stays) {
    const struct spot *before = options->before;
    struct arena memory;
    arena_init(&memory, all->host->alloc);
    struct part p = part_of(all, &memory, c);
    p.hold = options->hold;
    enum status status = ST_OK;
    if (before) {
        uint32_t *queue = arena_take(&memory, p.n * sizeof *queue);
        bool *known = arena_take(&memory, p.n * sizeof *known);
        status = queue && known ? ST_OK : ST_NO_MEMORY;
        p.warm = status == ST_OK && begin_before(all, &p, before, queue, known);
    }
    if (status == ST_OK) {
        status = lay_out(&p);
    }
    if (status == ST_OK && p.warm) {
        move_back(all, &p, before);
    } else if (status == ST_OK) {
        part_turn(&p);
    }
    *stays = p.warm;
    arena_free(&memory);
    return status;
}

static double work_expected(const struct parts *all) {
    double sum = 0;
    for (uint32_t c = 0; c < all->n; c++) {
        double n = all->start[c + 1] - all->start[c];
        sum += n <= LAYOUT_PAIRS_NODES ? fmin(200 * n * n, 1.6e8 + 40 * n * n)
                                       : 100.0 * LAYOUT_PIVOTS * n;
    }
    return sum;
}

static enum status lay_out_all(struct parts *all, const struct stress_options *options,
                               struct spot *out) {
    bool *stays = ARENA_ARRAY(&all->memory, bool, (size_t)all->n + 1);
    enum status status = stays ? ST_OK : ST_NO_MEMORY;
    effort_init(&all->effort, all->host, work_expected(all));
    all->stint = (struct stint){.effort = &all->effort};
    for (uint32_t c = 0; c < all->n && status == ST_OK; c++) {
        status = lay_out_part(all, c, options, &stays[c]);
    }
    if (status == ST_OK) {
        status = pack_parts(&all->memory, all->n, all->start, stays, all->at);
    }
    for (uint32_t i = 0; i < all->g->n && status == ST_OK; i++) {
        out[all->g->label[all->node[i]]] = all->at[i];
    }
    return status;
}

enum status layout_stress(const struct network_host *host, const struct graph *g,
                          const struct stress_options *options, struct spot *out) {
    struct graph own;
    struct parts all = {.host = host};
    if (g->n > LAYOUT_NODES) {
        return ST_LIMIT;
    }
    enum status status = layout_undirected(host, g, &own, &all.g);
    if (status != ST_OK) {
        return status;
    }
    arena_init(&all.memory, host->alloc);
    generator_seed(&all.random, options->seed);
    status = find_parts(&all);
    if (status == ST_OK) {
        status = lay_out_all(&all, options, out);
    }
    arena_free(&all.memory);
    if (g->directed) {
        graph_free(&own);
    }
    return status;
}

/* ---- how good it is ---- */

struct stress_sum {
    double ratio, square; /* of distance / d, over pairs */
    uint64_t pairs;
};

static enum status add_source(struct parts *all, const struct part *p, uint32_t i, uint16_t *hops,
                              uint32_t *queue, const struct spot *at, struct stress_sum *sum) {
    enum status status = part_hops(p, i, hops, queue);
    const struct spot *from = &at[all->g->label[p->node[i]]];
    for (uint32_t k = i + 1; k < p->n && status == ST_OK; k++) {
        const struct spot *to = &at[all->g->label[p->node[k]]];
        double dx = from->x - to->x, dy = from->y - to->y;
        double ratio = sqrt(dx * dx + dy * dy) / hops[k];
        sum->ratio += ratio;
        sum->square += ratio * ratio;
        sum->pairs++;
    }
    return status == ST_OK ? stint_due(&all->stint, p->n) : status;
}

static enum status add_parts(struct parts *all, const struct spot *at, struct stress_sum *sum) {
    uint32_t n = all->g->n;
    uint16_t *hops = arena_take(&all->memory, ((size_t)n + 1) * sizeof *hops);
    uint32_t *queue = arena_take(&all->memory, ((size_t)n + 1) * sizeof *queue);
    enum status status = hops && queue ? ST_OK : ST_NO_MEMORY;
    effort_init(&all->effort, all->host, (double)n * n);
    all->stint = (struct stint){.effort = &all->effort};
    for (uint32_t c = 0; c < all->n && status == ST_OK; c++) {
        struct part p = part_of(all, &all->memory, c);
        for (uint32_t i = 0; i < p.n && status == ST_OK; i++) {
            status = add_source(all, &p, i, hops, queue, at, sum);
        }
    }
    return status;
}

enum status layout_stress_of(const struct network_host *host, const struct graph *g,
                             const struct spot *at, double *stress) {
    struct graph own;
    struct parts all = {.host = host};
    struct stress_sum sum = {0, 0, 0};
    enum status status = layout_undirected(host, g, &own, &all.g);
    if (status != ST_OK) {
        return status;
    }
    arena_init(&all.memory, host->alloc);
    generator_seed(&all.random, 1);
    status = find_parts(&all);
    if (status == ST_OK) {
        status = add_parts(&all, at, &sum);
    }
    arena_free(&all.memory);
    if (g->directed) {
        graph_free(&own);
    }
    /* Scaled by s: sum (s r - 1)^2 is least at s = sum r / sum r^2. */
    *stress = !sum.pairs       ? 0
              : sum.square > 0 ? 1 - sum.ratio * sum.ratio / (sum.square * (double)sum.pairs)
                               : 1;
    return status;
}
