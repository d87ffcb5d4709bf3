/* Sources in sets of 512, a set a piece. Each writes what it finds to its own sources' places, so
 * that nothing depends on who did it. */
#include "stdlib/network/distances.h"
#include "stdlib/network/shortest.h"
#include "stdlib/network/sort.h"
#include "stdlib/network/sweep.h"
#include "stdlib/network/twins.h"
#include <math.h>

struct work {
    const struct network_host *host;
    const struct graph *g;
    const struct rows_of_ties *out, *in; /* the way that is asked for */
    struct arena memory;
    struct effort effort;
    uint32_t *source, nsources, sets;
    uint32_t *twin;
    struct distances *found; /* by inner number */
    sweep_fn *sweep;
    struct sweep *sweeps; /* by worker, one of both */
    struct shortest *shortest;
};

/* ---- sources ---- */

struct candidate {
    uint32_t first, second, node;
};

static int by_neighbours(const void *a, const void *b) {
    const struct candidate *x = a, *y = b;
    if (x->first != y->first) {
        return x->first < y->first ? -1 : 1;
    }
    if (x->second != y->second) {
        return x->second < y->second ? -1 : 1;
    }
    return (x->node > y->node) - (x->node < y->node);
}

/* Those with common busy neighbours together: they reach the rest at nearly the same time. */
static enum status choose_sources(struct work *w) {
    struct arena scratch;
    struct side_work before;
    struct effort effort;
    struct stint stint = {.effort = &effort};
    uint32_t n = w->g->n;
    arena_init(&scratch, w->host->alloc);
    side_work_init(&before, w->host, 0, 0);
    effort_init(&effort, &before.host, 2.0 * (double)graph_entries(w->g) + 48.0 * n);
    struct candidate *c = arena_take(&scratch, n * sizeof *c);
    enum status status =
        c ? twins_find(&stint, &scratch, n, w->out, w->g->directed ? w->in : NULL, NULL, w->twin)
          : ST_NO_MEMORY;
    for (uint32_t v = 0; status == ST_OK && v < n; v++) {
        const uint32_t *row = w->out->node + w->out->start[v];
        uint64_t length = row_length(w->out, v);
        if (w->twin[v] == v && length > 0) {
            c[w->nsources++] = (struct candidate){row[0], row[length > 1], v};
        }
    }
    if (status == ST_OK) {
        status = stint_sort(&stint, &scratch, c, w->nsources, sizeof *c, by_neighbours);
    }
    for (uint32_t i = 0; status == ST_OK && i < w->nsources; i++) {
        w->source[i] = c[i].node;
    }
    arena_free(&scratch);
    return status;
}

/* ---- steps ---- */

struct found_by_set {
    struct work *work;
    const uint32_t *source;
    uint32_t n;
};

static void add_step(void *user, uint32_t step, const uint32_t *found) {
    struct found_by_set *set = user;
    for (uint32_t i = 0; i < set->n; i++) {
        struct distances *d = &set->work->found[set->source[i]];
        d->reached += found[i];
        d->total += (double)found[i] * step;
        d->harmonic += (double)found[i] / step;
        d->farthest = found[i] ? step : d->farthest;
    }
}

/* As many sets for each worker, where there are few; all of nearly one size. */
static uint32_t count_sets(const struct work *w) {
    uint32_t sets = (w->nsources + SWEEP_SOURCES - 1) / SWEEP_SOURCES;
    uint32_t workers = effort_workers(w->host, sets);
    return (sets + workers - 1) / workers * workers;
}

static enum status do_set(void *user, uint32_t worker, uint32_t piece) {
    struct work *w = user;
    uint32_t first = (uint32_t)((uint64_t)w->nsources * piece / w->sets);
    uint32_t end = (uint32_t)((uint64_t)w->nsources * (piece + 1) / w->sets);
    struct found_by_set set = {w, w->source + first, end - first};
    return w->sweep(&w->sweeps[worker], set.source, set.n, &set, add_step);
}

static enum status take_sweeps(struct work *w, uint32_t workers) {
    w->sweeps = LINE_ARRAY(&w->memory, struct sweep, workers);
    enum status status = w->sweeps ? ST_OK : ST_NO_MEMORY;
    for (uint32_t i = 0; i < workers && status == ST_OK; i++) {
        status = sweep_take(&w->memory, w->g->n, &w->sweeps[i]);
        w->sweeps[i].out = w->out;
        w->sweeps[i].in = w->in;
        w->sweeps[i].stint = (struct stint){.effort = &w->effort, .worker = i};
    }
    return status;
}

static enum status sum_steps(struct work *w) {
    enum status status = choose_sources(w);
    w->sets = count_sets(w);
    effort_init(&w->effort, w->host, 3.0 * w->sets * (double)(w->out->start[w->g->n] + w->g->n));
    if (status == ST_OK) {
        status = take_sweeps(w, effort_workers(w->host, w->sets));
    }
    if (status == ST_OK) {
        status = effort_share(&w->effort, w->sets, w, do_set);
    }
    for (uint32_t v = 0; status == ST_OK && v < w->g->n; v++) {
        w->found[v] = w->found[w->twin[v]];
    }
    return status;
}

/* ---- values ---- */

enum { DIJKSTRA_PIECES = 64 };

static void add_lengths(const struct shortest *s, struct distances *d) {
    for (uint32_t i = 1; i < s->reached; i++) {
        double length = s->length[s->order[i]];
        d->total += length;
        d->harmonic += 1 / length;
        d->farthest = length;
    }
    d->reached = s->reached - 1;
}

static enum status do_nodes(void *user, uint32_t worker, uint32_t piece) {
    struct work *w = user;
    struct stint stint = {.effort = &w->effort, .worker = worker};
    uint64_t n = w->g->n;
    enum status status = ST_OK;
    for (uint64_t v = n * piece / DIJKSTRA_PIECES;
         v < n * (piece + 1) / DIJKSTRA_PIECES && status == ST_OK; v++) {
        status = shortest_from(&w->shortest[worker], w->out, (uint32_t)v, &stint);
        if (status == ST_OK) {
            add_lengths(&w->shortest[worker], &w->found[v]);
        }
    }
    return status;
}

static enum status sum_values(struct work *w) {
    uint32_t workers = effort_workers(w->host, DIJKSTRA_PIECES);
    w->shortest = LINE_ARRAY(&w->memory, struct shortest, workers);
    enum status status = w->shortest ? ST_OK : ST_NO_MEMORY;
    for (uint32_t i = 0; i < workers && status == ST_OK; i++) {
        status = shortest_take(&w->memory, w->g->n, &w->shortest[i]);
    }
    double n = w->g->n;
    effort_init(&w->effort, w->host, n * (8 * n + 4 * (double)w->out->start[w->g->n]));
    return status == ST_OK ? effort_share(&w->effort, DIJKSTRA_PIECES, w, do_nodes) : status;
}

/* ---- all of it ---- */

enum status distances_sum(const struct network_host *host, const struct graph *g,
                          enum lengths lengths, enum way way, struct distances *out) {
    struct work w = {.host = host, .g = g};
    if (lengths == LENGTHS_VALUES && !(g->least > 0)) {
        return ST_MISUSE;
    }
    w.out = way == WAY_OUT ? &g->out : &g->in;
    w.in = way == WAY_OUT ? &g->in : &g->out;
    w.sweep = sweep_choose(vectors_to_use(host));
    arena_init(&w.memory, host->alloc);
    w.source = LINE_ARRAY(&w.memory, uint32_t, g->n);
    w.twin = LINE_ARRAY(&w.memory, uint32_t, g->n);
    w.found = ARENA_ARRAY(&w.memory, struct distances, g->n);
    enum status status = ST_NO_MEMORY;
    if (w.source && w.twin && w.found) {
        status = lengths == LENGTHS_VALUES && g->out.value ? sum_values(&w) : sum_steps(&w);
    }
    for (uint32_t v = 0; status == ST_OK && v < g->n; v++) {
        out[g->label[v]] = w.found[v];
    }
    arena_free(&w.memory);
    return status;
}

double closeness_of(const struct distances *d, uint32_t n, enum convention convention) {
    double reached = d->reached, others = n - 1.0, missing = others - reached;
    if (convention == CONVENTION_IGRAPH) {
        return d->reached ? reached / d->total : (double)NAN;
    }
    if (n < 2 || (d->reached == 0 && convention != CONVENTION_UCINET)) {
        return 0;
    }
    switch (convention) {
    case CONVENTION_SNA:
        return missing > 0 ? 0 : others / d->total;
    case CONVENTION_NETWORKX:
        return reached / d->total * (reached / others);
    default:
        return others / (d->total + missing * n);
    }
}

enum way closeness_way(enum convention convention) {
    return convention == CONVENTION_NETWORKX ? WAY_IN : WAY_OUT;
}

struct distance_summary distances_summarize(const struct distances *d, uint32_t n) {
    struct distance_summary s = {.pairs = n ? (uint64_t)n * (n - 1) : 0};
    double total = 0, harmonic = 0;
    for (uint32_t v = 0; v < n; v++) {
        s.reached += d[v].reached;
        total += d[v].total;
        harmonic += d[v].harmonic;
        s.diameter = d[v].farthest > s.diameter ? d[v].farthest : s.diameter;
    }
    s.mean = s.reached ? total / (double)s.reached : (double)NAN;
    s.efficiency = s.pairs ? harmonic / (double)s.pairs : (double)NAN;
    return s;
}
