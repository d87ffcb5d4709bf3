/* One sweep for each 512 members, which counts at each step whom it finds in another group. Workers
 * count pairs by distance for themselves; these are added up in the end. */
#include "stdlib/network/across.h"
#include "stdlib/network/sweep.h"
#include <math.h>

struct across_worker {
    struct sweep sweep;
    bits *same; /* by group: its members among the sources; the last is that of none, and full */
    uint64_t *count; /* pairs by distance, up to n */
};

struct across_work {
    const struct network_host *host;
    const struct graph *g;
    const struct groups *by;
    struct arena memory;
    struct effort effort;
    uint32_t *group;  /* by inner number; by->n: none */
    uint32_t *source; /* inner numbers of those with a group */
    uint32_t nsources, sets;
    sweep_fn *sweep;
    struct across_worker *worker;
};

struct counted {
    uint64_t *count;
    uint32_t sources;
};

static void add_step(void *user, uint32_t step, const uint32_t *found) {
    const struct counted *c = user;
    for (uint32_t i = 0; i < c->sources; i++) {
        c->count[step] += found[i];
    }
}

static enum status do_set(void *user, uint32_t worker, uint32_t piece) {
    struct across_work *w = user;
    struct across_worker *mine = &w->worker[worker];
    const uint32_t *source = w->source + (size_t)piece * SWEEP_SOURCES;
    uint32_t left = w->nsources - piece * SWEEP_SOURCES;
    struct counted c = {mine->count, left < SWEEP_SOURCES ? left : SWEEP_SOURCES};
    for (uint32_t i = 0; i < c.sources; i++) {
        sweep_set_bit(&mine->same[w->group[source[i]]], i);
    }
    enum status status = w->sweep(&mine->sweep, source, c.sources, &c, add_step);
    for (uint32_t i = 0; i < c.sources; i++) {
        mine->same[w->group[source[i]]] = (bits){0};
    }
    return status;
}

static enum status take_worker(struct across_work *w, uint32_t number) {
    struct across_worker *mine = &w->worker[number];
    enum status status = sweep_take(&w->memory, w->g->n, &mine->sweep);
    mine->same = LINE_ARRAY(&w->memory, bits, (size_t)w->by->n + 1);
    mine->count = ARENA_ARRAY(&w->memory, uint64_t, (size_t)w->g->n + 1);
    if (status != ST_OK || !mine->same || !mine->count) {
        return ST_NO_MEMORY;
    }
    memset(mine->same, 0, w->by->n * sizeof *mine->same);
    memset(&mine->same[w->by->n], UINT8_MAX, sizeof *mine->same);
    memset(mine->count, 0, ((size_t)w->g->n + 1) * sizeof *mine->count);
    mine->sweep.out = &w->g->out;
    mine->sweep.in = &w->g->in;
    mine->sweep.group = w->group;
    mine->sweep.same = mine->same;
    mine->sweep.stint = (struct stint){.effort = &w->effort, .worker = number};
    return ST_OK;
}

static enum status count_steps(struct across_work *w) {
    w->sets = (w->nsources + SWEEP_SOURCES - 1) / SWEEP_SOURCES;
    uint32_t workers = effort_workers(w->host, w->sets);
    w->worker = LINE_ARRAY(&w->memory, struct across_worker, workers);
    enum status status = w->worker ? ST_OK : ST_NO_MEMORY;
    effort_init(&w->effort, w->host, 3.0 * w->sets * (double)(w->g->out.start[w->g->n] + w->g->n));
    for (uint32_t i = 0; i < workers && status == ST_OK; i++) {
        status = take_worker(w, i);
    }
    if (status == ST_OK) {
        status = effort_share(&w->effort, w->sets, w, do_set);
    }
    for (uint32_t i = 1; i < workers && status == ST_OK; i++) {
        for (uint32_t step = 0; step < w->g->n; step++) {
            w->worker[0].count[step] += w->worker[i].count[step];
        }
    }
    return status;
}

static bool place_members(struct across_work *w, struct across *out) {
    uint32_t n = w->g->n;
    uint64_t *size = ARENA_ARRAY(&w->memory, uint64_t, (size_t)w->by->n + 1);
    w->group = LINE_ARRAY(&w->memory, uint32_t, (size_t)n + 1);
    w->source = LINE_ARRAY(&w->memory, uint32_t, (size_t)n + 1);
    if (!size || !w->group || !w->source) {
        return false;
    }
    uint64_t known = groups_sizes(w->by, n, size);
    for (uint32_t k = 0; k < w->by->n; k++) {
        out->pairs += size[k] * (known - size[k]);
    }
    for (uint32_t v = 0; v < n; v++) {
        bool counts = takes_part(w->by, w->g->label[v]);
        w->group[v] = counts ? w->by->of[w->g->label[v]] : w->by->n;
        if (counts) {
            w->source[w->nsources++] = v;
        }
    }
    return true;
}

static void sum_up(const uint64_t *count, uint32_t n, struct across *out) {
    double total = 0, inverse = 0;
    for (uint32_t step = 1; step < n; step++) {
        out->reached += count[step];
        total += (double)count[step] * step;
        inverse += (double)count[step] / step;
        for (uint32_t k = step; k <= ACROSS_STEPS; k++) {
            out->within[k] += count[step];
        }
    }
    out->mean = out->reached ? total / (double)out->reached : (double)NAN;
    out->harmonic = out->reached ? (double)out->pairs / inverse : (double)NAN;
}

enum status across_find(const struct network_host *host, const struct graph *g,
                        const struct groups *by, struct across *out) {
    struct across_work w = {
        .host = host, .g = g, .by = by, .sweep = sweep_choose(vectors_to_use(host))};
    *out = (struct across){.mean = NAN, .harmonic = NAN};
    arena_init(&w.memory, host->alloc);
    enum status status = place_members(&w, out) ? ST_OK : ST_NO_MEMORY;
    if (status == ST_OK && w.nsources) {
        status = count_steps(&w);
    }
    if (status == ST_OK && w.nsources) {
        sum_up(w.worker[0].count, g->n, out);
    }
    arena_free(&w.memory);
    return status;
}
