/* Layers from top to bottom. First the order within each, then the places: what would please the
 * neighbours, under the condition that there is room between two nodes, for which the best answer
 * is found by pooling those who want too much (isotonic regression). */
#include "stdlib/network/layout_part.h"
#include "stdlib/network/sort.h"
#include <math.h>

enum { SWEEPS = 24, EXCHANGES = 8, ALIGNMENTS = 16 };
static const double LAYER_HEIGHT = 2.2, ROW_HEIGHT = 0.7;

struct layers {
    struct arena memory;
    const struct graph *g;
    const uint32_t *layer; /* in the caller's numbers */
    uint32_t n;            /* layers */
    uint32_t row;          /* nodes a row */
    struct effort effort;
    struct stint stint;
    uint32_t *start; /* n + 1 */
    uint32_t *node;  /* inner numbers, layer by layer in order */
    uint32_t *best;  /* as node, with the fewest crossings */
    uint32_t *rank;  /* of an inner number within its layer */
    double *wish;    /* by inner number */
    double *x;
    double *pool; /* scratch of aligning: means and weights of pools */
    uint32_t *pooled;
    uint32_t *filled; /* of each layer, how many nodes it has so far */
    bool *seen;
};

static uint32_t layer_of(const struct layers *w, uint32_t v) {
    return w->layer[w->g->label[v]];
}

/* ---- order ---- */

/* Ranks of all neighbours in other layers (upwards or downwards only), averaged; an own rank where
 * there are none. */
static void wish_ranks(struct layers *w, uint32_t k, bool down) {
    const struct rows_of_ties *out = &w->g->out;
    for (uint32_t i = w->start[k]; i < w->start[k + 1]; i++) {
        uint32_t v = w->node[i], n = 0;
        double sum = 0;
        for (uint64_t t = out->start[v]; t < out->start[v + 1]; t++) {
            uint32_t u = out->node[t], other = layer_of(w, u);
            if (down ? other < k : other > k) {
                uint32_t size = w->start[other + 1] - w->start[other];
                sum += (w->rank[u] + 0.5) / size;
                n++;
            }
        }
        uint32_t size = w->start[k + 1] - w->start[k];
        w->wish[v] = n ? sum / n : (w->rank[v] + 0.5) / size;
    }
}

/* Insertion keeps the order of equal wishes; lists are nearly sorted after the first sweep. */
static enum status sort_layer(struct layers *w, uint32_t k) {
    uint32_t first = w->start[k], end = w->start[k + 1];
    enum status status = ST_OK;
    for (uint32_t i = first + 1; i < end && status == ST_OK; i++) {
        uint32_t v = w->node[i], j = i;
        for (; j > first && w->wish[w->node[j - 1]] > w->wish[v]; j--) {
            w->node[j] = w->node[j - 1];
        }
        w->node[j] = v;
        status = stint_due(&w->stint, 1 + i - j);
    }
    for (uint32_t i = first; i < end; i++) {
        w->rank[w->node[i]] = i - first;
    }
    return status;
}

/* Crossings of the ties of u with those of v, where u stands left of v, less those where it stands
 * right of it: ties to other layers only, pairs to one layer only. */
static int64_t gained(const struct layers *w, uint32_t u, uint32_t v) {
    const struct rows_of_ties *out = &w->g->out;
    uint32_t own = layer_of(w, u);
    int64_t sum = 0;
    for (uint64_t s = out->start[u]; s < out->start[u + 1]; s++) {
        uint32_t a = out->node[s], layer = layer_of(w, a);
        if (layer == own) {
            continue;
        }
        for (uint64_t t = out->start[v]; t < out->start[v + 1]; t++) {
            uint32_t b = out->node[t];
            if (layer_of(w, b) == layer) {
                sum += (w->rank[a] > w->rank[b]) - (w->rank[a] < w->rank[b]);
            }
        }
    }
    return sum;
}

static enum status exchange(struct layers *w, uint32_t k) {
    bool again = true;
    for (int t = 0; t < EXCHANGES && again; t++) {
        again = false;
        for (uint32_t i = w->start[k]; i + 1 < w->start[k + 1]; i++) {
            uint32_t u = w->node[i], v = w->node[i + 1];
            enum status status =
                stint_due(&w->stint, 1 + row_length(&w->g->out, u) * row_length(&w->g->out, v));
            if (status != ST_OK) {
                return status;
            }
            if (gained(w, u, v) > 0) {
                w->node[i] = v;
                w->node[i + 1] = u;
                w->rank[v]--;
                w->rank[u]++;
                again = true;
            }
        }
    }
    return ST_OK;
}

struct crossing_tie {
    uint32_t upper, lower; /* layers */
    double from, to;       /* places in these */
};

static int by_layers(const void *a, const void *b) {
    const struct crossing_tie *x = a, *y = b;
    if (x->upper != y->upper) {
        return x->upper < y->upper ? -1 : 1;
    }
    if (x->lower != y->lower) {
        return x->lower < y->lower ? -1 : 1;
    }
    return x->from != y->from ? (x->from > y->from ? 1 : -1) : (x->to > y->to) - (x->to < y->to);
}

static enum status count_crossings(struct stint *stint, const struct crossing_tie *ties, size_t n,
                                   uint64_t *out) {
    enum status status = ST_OK;
    *out = 0;
    for (size_t i = 0; i < n && status == ST_OK; i++) {
        size_t k = i + 1;
        for (; k < n && ties[k].upper == ties[i].upper && ties[k].lower == ties[i].lower; k++) {
            *out += ties[k].from > ties[i].from && ties[k].to < ties[i].to;
        }
        status = stint_due(stint, k - i);
    }
    return status;
}

/* `x` by inner number. */
static enum status crossings_at(struct layers *w, const double *x, uint64_t *out) {
    const struct graph *g = w->g;
    struct arena_mark mark = arena_mark(&w->memory);
    struct crossing_tie *ties = arena_take(&w->memory, (g->ties + 1) * sizeof *ties);
    size_t n = 0;
    if (!ties) {
        return ST_NO_MEMORY;
    }
    for (uint32_t v = 0; v < g->n; v++) {
        for (uint64_t t = g->out.start[v]; t < g->out.start[v + 1]; t++) {
            uint32_t u = g->out.node[t], upper = layer_of(w, v), lower = layer_of(w, u);
            if (upper < lower) {
                ties[n++] = (struct crossing_tie){upper, lower, x[v], x[u]};
            }
        }
    }
    enum status status = stint_sort(&w->stint, &w->memory, ties, n, sizeof *ties, by_layers);
    if (status == ST_OK) {
        status = count_crossings(&w->stint, ties, n, out);
    }
    arena_reset(&w->memory, mark);
    return status;
}

static enum status crossings_by_rank(struct layers *w, uint64_t *out) {
    for (uint32_t v = 0; v < w->g->n; v++) {
        w->wish[v] = w->rank[v];
    }
    return crossings_at(w, w->wish, out);
}

static enum status sweep_once(struct layers *w, bool down) {
    enum status status = ST_OK;
    for (uint32_t i = 0; i < w->n && status == ST_OK; i++) {
        uint32_t k = down ? i : w->n - 1 - i;
        wish_ranks(w, k, down);
        status = sort_layer(w, k);
        if (status == ST_OK) {
            status = exchange(w, k);
        }
    }
    return status;
}

static void put_back(struct layers *w) {
    memcpy(w->node, w->best, w->g->n * sizeof *w->node);
    for (uint32_t k = 0; k < w->n; k++) {
        for (uint32_t i = w->start[k]; i < w->start[k + 1]; i++) {
            w->rank[w->node[i]] = i - w->start[k];
        }
    }
}

/* Keeps the order if it is the best so far. */
static enum status keep_better(struct layers *w, uint64_t *least) {
    uint64_t now = 0;
    enum status status = crossings_by_rank(w, &now);
    if (status == ST_OK && now < *least) {
        *least = now;
        memcpy(w->best, w->node, w->g->n * sizeof *w->node);
    }
    return status;
}

static enum status improve(struct layers *w, uint64_t *least) {
    enum status status = keep_better(w, least);
    for (int t = 0; t<SWEEPS && * least> 0 && status == ST_OK; t++) {
        status = sweep_once(w, t % 2 == 0);
        if (status == ST_OK) {
            status = keep_better(w, least);
        }
    }
    return status;
}

/* ---- where the order begins ---- */

/* Members in their own order. */
static void fill_in_order(struct layers *w) {
    uint32_t n = w->g->n;
    for (uint32_t v = 0; v < n; v++) {
        w->start[w->layer[v] + 1]++;
    }
    for (uint32_t k = 0; k < w->n; k++) {
        w->start[k + 1] += w->start[k];
    }
    for (uint32_t v = 0; v < n; v++) {
        uint32_t inner = w->g->place[v];
        w->rank[inner] = w->filled[w->layer[v]]++;
        w->node[w->start[w->layer[v]] + w->rank[inner]] = inner;
    }
}

/* Goes as deep as it can, to nodes of other layers. */
static void walk_from(struct layers *w, uint32_t first) {
    const struct rows_of_ties *out = &w->g->out;
    uint32_t *stack = w->pooled, top = 0;
    stack[top++] = first;
    w->seen[first] = true;
    while (top > 0) {
        uint32_t v = stack[--top], k = layer_of(w, v);
        w->rank[v] = w->filled[k]++;
        w->node[w->start[k] + w->rank[v]] = v;
        for (uint64_t t = out->start[v + 1]; t > out->start[v]; t--) {
            uint32_t u = out->node[t - 1];
            if (!w->seen[u] && layer_of(w, u) != k) {
                w->seen[u] = true;
                stack[top++] = u;
            }
        }
    }
}

/* In the order of a walk from above: ties of trees do not cross. */
static void fill_by_walk(struct layers *w) {
    uint32_t *from_above = w->best; /* it begins with the uppermost layer */
    memset(w->filled, 0, w->n * sizeof *w->filled);
    for (uint32_t i = 0; i < w->g->n; i++) {
        if (!w->seen[from_above[i]]) {
            walk_from(w, from_above[i]);
        }
    }
}

static enum status order_layers(struct layers *w) {
    uint64_t least = UINT64_MAX;
    fill_in_order(w);
    enum status status = improve(w, &least);
    if (status == ST_OK && least > 0) {
        fill_by_walk(w);
        status = improve(w, &least);
    }
    if (status == ST_OK) {
        put_back(w);
    }
    return status;
}

/* ---- places ---- */

static uint32_t rows_of(const struct layers *w, uint32_t k) {
    uint32_t size = w->start[k + 1] - w->start[k];
    return size > w->row ? (size + w->row - 1) / w->row : 1;
}

/* The layer's nodes as near to their wishes as the gap allows. */
static void align_layer(struct layers *w, uint32_t k) {
    uint32_t first = w->start[k], n = w->start[k + 1] - first, pools = 0;
    double gap = 1.0 / rows_of(w, k);
    for (uint32_t i = 0; i < n; i++) {
        double mean = w->wish[w->node[first + i]] - i * gap;
        uint32_t count = 1;
        while (pools > 0 && w->pool[pools - 1] >= mean) {
            pools--;
            mean = (mean * count + w->pool[pools] * w->pooled[pools]) / (count + w->pooled[pools]);
            count += w->pooled[pools];
        }
        w->pool[pools] = mean;
        w->pooled[pools++] = count;
    }
    for (uint32_t pool = 0, i = 0; pool < pools; pool++) {
        for (uint32_t c = 0; c < w->pooled[pool]; c++, i++) {
            w->x[w->node[first + i]] = w->pool[pool] + i * gap;
        }
    }
}

/* Where its neighbours in other layers are in the middle. */
static void wish_places(struct layers *w, uint32_t k) {
    const struct rows_of_ties *out = &w->g->out;
    for (uint32_t i = w->start[k]; i < w->start[k + 1]; i++) {
        uint32_t v = w->node[i], n = 0;
        double sum = 0;
        for (uint64_t t = out->start[v]; t < out->start[v + 1]; t++) {
            if (layer_of(w, out->node[t]) != k) {
                sum += w->x[out->node[t]];
                n++;
            }
        }
        w->wish[v] = n ? sum / n : w->x[v];
    }
}

static void place_layers(struct layers *w) {
    for (uint32_t k = 0; k < w->n; k++) {
        uint32_t n = w->start[k + 1] - w->start[k];
        for (uint32_t i = 0; i < n; i++) {
            w->x[w->node[w->start[k] + i]] = (i - (n - 1) / 2.0) / rows_of(w, k);
        }
    }
    for (int t = 0; t < ALIGNMENTS; t++) {
        for (uint32_t i = 0; i < w->n; i++) {
            uint32_t k = t % 2 ? i : w->n - 1 - i;
            wish_places(w, k);
            align_layer(w, k);
        }
    }
}

static void give_places(const struct layers *w, struct spot *out) {
    double y = 0;
    for (uint32_t k = 0; k < w->n; k++) {
        uint32_t rows = rows_of(w, k);
        for (uint32_t i = w->start[k]; i < w->start[k + 1]; i++) {
            uint32_t v = w->node[i];
            out[w->g->label[v]] =
                (struct spot){w->x[v], y + ROW_HEIGHT * ((i - w->start[k]) % rows)};
        }
        y += w->start[k + 1] > w->start[k] ? LAYER_HEIGHT + ROW_HEIGHT * (rows - 1) : 0;
    }
}

/* ---- all of it ---- */

static enum status take(struct layers *w, const struct network_host *host, const struct graph *g,
                        const uint32_t *layer) {
    size_t n = (size_t)g->n + 1;
    w->g = g;
    w->layer = layer;
    /* Mostly each tie with each, once a sweep. */
    effort_init(&w->effort, host, (SWEEPS + 1) * (double)g->ties * (double)g->ties / 4);
    w->stint = (struct stint){.effort = &w->effort};
    for (uint32_t v = 0; v < g->n; v++) {
        if (layer[v] >= g->n) {
            return ST_MISUSE;
        }
        w->n = layer[v] >= w->n ? layer[v] + 1 : w->n;
    }
    w->start = ARENA_ARRAY(&w->memory, uint32_t, n + 1);
    w->node = ARENA_ARRAY(&w->memory, uint32_t, n);
    w->best = ARENA_ARRAY(&w->memory, uint32_t, n);
    w->rank = ARENA_ARRAY(&w->memory, uint32_t, n);
    w->wish = ARENA_ARRAY(&w->memory, double, n);
    w->x = ARENA_ARRAY(&w->memory, double, n);
    w->pool = ARENA_ARRAY(&w->memory, double, n);
    w->pooled = ARENA_ARRAY(&w->memory, uint32_t, n);
    w->filled = ARENA_ARRAY(&w->memory, uint32_t, n);
    w->seen = ARENA_ARRAY(&w->memory, bool, n);
    return w->start && w->node && w->best && w->rank && w->wish && w->x && w->pool && w->pooled &&
                   w->filled && w->seen
               ? ST_OK
               : ST_NO_MEMORY;
}

enum status layout_layers(const struct network_host *host, const struct graph *g,
                          const uint32_t *layer, uint32_t row, struct spot *out) {
    struct graph own;
    const struct graph *used;
    struct layers w = {.row = row ? row : 1};
    enum status status = layout_undirected(host, g, &own, &used);
    if (status != ST_OK) {
        return status;
    }
    arena_init(&w.memory, host->alloc);
    status = take(&w, host, used, layer);
    if (status == ST_OK) {
        status = order_layers(&w);
    }
    if (status == ST_OK) {
        place_layers(&w);
        give_places(&w, out);
    }
    arena_free(&w.memory);
    if (g->directed) {
        graph_free(&own);
    }
    return status;
}

enum status layout_crossings(const struct network_host *host, const struct graph *g,
                             const uint32_t *layer, const struct spot *at, uint64_t *crossings) {
    struct graph own;
    const struct graph *used;
    struct layers w = {.row = 1};
    enum status status = layout_undirected(host, g, &own, &used);
    if (status != ST_OK) {
        return status;
    }
    arena_init(&w.memory, host->alloc);
    status = take(&w, host, used, layer);
    for (uint32_t v = 0; v < g->n && status == ST_OK; v++) {
        w.x[used->place[v]] = at[v].x;
    }
    if (status == ST_OK) {
        status = crossings_at(&w, w.x, crossings);
    }
    arena_free(&w.memory);
    if (g->directed) {
        graph_free(&own);
    }
    return status;
}
