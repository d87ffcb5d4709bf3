/* Spots are numbered block by block, and within a block as the graph's nodes: the busy ones first.
 * The sources of a block are ordered by their first neighbours, which are the busiest: sources with
 * a common neighbour are at most two steps from each other and reach the rest at nearly the same
 * time, so that a batch of them visits a node once or twice and not at many distances. */
#include "stdlib/network/betweenness_plan.h"
#include "stdlib/network/sort.h"

struct maker {
    const struct graph *g;
    struct blocks blocks;
    struct plan *plan;
    struct arena *memory, scratch;
    uint32_t *block_end; /* of each spot: where its block's spots end */
    uint32_t *first;     /* of each spot: where they begin */
    struct effort effort;
    struct stint stint;
};

enum { TIES_A_STRETCH = 1 << 12 };

static enum status take_sources(struct maker *m, uint32_t n) {
    struct plan *p = m->plan;
    p->n = n;
    p->twin = LINE_ARRAY(m->memory, uint32_t, n);
    p->times = LINE_ARRAY(m->memory, double, n);
    p->source = LINE_ARRAY(m->memory, uint32_t, n);
    p->batch = LINE_ARRAY(m->memory, struct batch, n);
    p->node = LINE_ARRAY(m->memory, uint32_t, n);
    p->weight = LINE_ARRAY(m->memory, double, n);
    m->first = LINE_ARRAY(&m->scratch, uint32_t, n);
    m->block_end = LINE_ARRAY(&m->scratch, uint32_t, n);
    return p->twin && p->times && p->source && p->batch && p->node && p->weight && m->first &&
                   m->block_end
               ? ST_OK
               : ST_NO_MEMORY;
}

/* ---- all in one block ---- */

static enum status plan_whole(struct maker *m) {
    struct plan *p = m->plan;
    uint32_t n = m->g->n;
    if (take_sources(m, n) != ST_OK) {
        return ST_NO_MEMORY;
    }
    p->out = m->g->out;
    p->in = m->g->in;
    for (uint32_t v = 0; v < n; v++) {
        p->node[v] = v;
        p->weight[v] = 1;
        m->first[v] = 0;
        m->block_end[v] = n;
    }
    return ST_OK;
}

/* ---- block by block ---- */

static bool has_paths(const struct blocks *b, uint32_t k) {
    return b->first_tie[k + 1] - b->first_tie[k] > 1;
}

static enum status number_spots(struct maker *m) {
    const struct blocks *b = &m->blocks;
    uint32_t n = 0, spot = 0;
    for (uint32_t k = 0; k < b->n; k++) {
        n += has_paths(b, k) ? b->first_member[k + 1] - b->first_member[k] : 0;
    }
    if (take_sources(m, n) != ST_OK) {
        return ST_NO_MEMORY;
    }
    for (uint32_t k = 0; k < b->n; k++) {
        uint32_t size = b->first_member[k + 1] - b->first_member[k], first = spot;
        for (uint32_t i = 0; has_paths(b, k) && i < size; i++, spot++) {
            m->plan->node[spot] = b->member[b->first_member[k] + i];
            m->plan->weight[spot] = b->weight[b->first_member[k] + i];
            m->first[spot] = first;
            m->block_end[spot] = first + size;
        }
    }
    return ST_OK;
}

/* Where each tie of the blocks goes; both ends as spots. How many there are goes to *n. */
static enum status list_ties(struct maker *m, uint32_t *local, uint32_t *from, uint32_t *to,
                             uint64_t *n) {
    const struct blocks *b = &m->blocks;
    uint32_t spot = 0;
    uint64_t at = 0;
    for (uint32_t k = 0; k < b->n; k++) {
        enum status status = stint_due(&m->stint, 1 + b->first_tie[k + 1] - b->first_tie[k]);
        if (status != ST_OK) {
            return status;
        }
        if (!has_paths(b, k)) {
            continue;
        }
        for (uint32_t i = b->first_member[k]; i < b->first_member[k + 1]; i++) {
            local[b->member[i]] = spot++;
        }
        for (uint64_t i = b->first_tie[k]; i < b->first_tie[k + 1]; i++, at++) {
            from[at] = local[b->tie_from[i]];
            to[at] = local[b->tie_to[i]];
        }
    }
    *n = at;
    return ST_OK;
}

static enum status count_rows(struct maker *m, uint64_t ties, const uint32_t *from,
                              const uint32_t *to, uint64_t *start) {
    for (uint64_t i = 0; i < ties; i++) {
        enum status status = i % TIES_A_STRETCH ? ST_OK : stint_due(&m->stint, TIES_A_STRETCH);
        if (status != ST_OK) {
            return status;
        }
        start[from[i] + 1]++;
        start[to[i] + 1]++;
    }
    for (uint32_t v = 0; v < m->plan->n; v++) {
        start[v + 1] += start[v];
    }
    return ST_OK;
}

/* Twice through all entries: once into rows, once more, in order, into rows that are sorted. */
static enum status fill_rows(struct maker *m, uint64_t ties, const uint32_t *from,
                             const uint32_t *to, uint64_t *fill, uint32_t *unsorted) {
    const struct plan *p = m->plan;
    size_t bytes = (size_t)p->n * sizeof *fill;
    memcpy(fill, p->out.start, bytes);
    for (uint64_t i = 0; i < ties; i++) {
        enum status status = i % TIES_A_STRETCH ? ST_OK : stint_due(&m->stint, TIES_A_STRETCH);
        if (status != ST_OK) {
            return status;
        }
        unsorted[fill[from[i]]++] = to[i];
        unsorted[fill[to[i]]++] = from[i];
    }
    memcpy(fill, p->out.start, bytes);
    for (uint32_t v = 0; v < p->n; v++) {
        enum status status = stint_due(&m->stint, 1 + row_length(&p->out, v));
        if (status != ST_OK) {
            return status;
        }
        for (uint64_t i = p->out.start[v]; i < p->out.start[v + 1]; i++) {
            p->out.node[fill[unsorted[i]]++] = v;
        }
    }
    return ST_OK;
}

static enum status make_rows(struct maker *m) {
    struct plan *p = m->plan;
    uint64_t ties = m->g->ties;
    uint32_t *from = LINE_ARRAY(&m->scratch, uint32_t, ties);
    uint32_t *to = LINE_ARRAY(&m->scratch, uint32_t, ties);
    uint32_t *local = LINE_ARRAY(&m->scratch, uint32_t, m->g->n);
    p->out.start = ARENA_ARRAY(m->memory, uint64_t, (size_t)p->n + 1);
    if (!from || !to || !local || !p->out.start) {
        return ST_NO_MEMORY;
    }
    enum status status = list_ties(m, local, from, to, &ties);
    if (status != ST_OK) {
        return status;
    }
    uint64_t *fill = LINE_ARRAY(&m->scratch, uint64_t, p->n);
    uint32_t *unsorted = LINE_ARRAY(&m->scratch, uint32_t, 2 * ties);
    p->out.node = LINE_ARRAY(m->memory, uint32_t, 2 * ties);
    if (!fill || !unsorted || !p->out.node) {
        return ST_NO_MEMORY;
    }
    status = count_rows(m, ties, from, to, p->out.start);
    if (status == ST_OK) {
        status = fill_rows(m, ties, from, to, fill, unsorted);
    }
    p->in = p->out;
    return status;
}

static enum status plan_blocks(struct maker *m, const struct network_host *host) {
    enum status status = blocks_find(host, m->g, &m->scratch, &m->blocks);
    if (status == ST_OK) {
        status = number_spots(m);
    }
    return status == ST_OK ? make_rows(m) : status;
}

/* Entries of the graph's rows for those of the plan's: a tie's place among the results. */
static enum status find_entries(struct maker *m) {
    struct plan *p = m->plan;
    if (m->g->directed) {
        return ST_OK;
    }
    p->entry = LINE_ARRAY(m->memory, uint64_t, p->out.start[p->n]);
    for (uint32_t v = 0; p->entry && v < p->n; v++) {
        enum status status = stint_due(&m->stint, 8 * row_length(&p->out, v));
        if (status != ST_OK) {
            return status;
        }
        for (uint64_t i = p->out.start[v]; i < p->out.start[v + 1]; i++) {
            p->entry[i] = row_find(&m->g->out, p->node[v], p->node[p->out.node[i]]);
        }
    }
    return p->entry ? ST_OK : ST_NO_MEMORY;
}

static enum status copy_values(struct maker *m) {
    struct plan *p = m->plan;
    if (m->g->directed || !m->g->out.value) {
        return ST_OK;
    }
    p->out.value = LINE_ARRAY(m->memory, double, p->out.start[p->n]);
    for (uint64_t i = 0; p->out.value && i < p->out.start[p->n]; i++) {
        p->out.value[i] = m->g->out.value[p->entry[i]];
    }
    p->in = p->out;
    return p->out.value ? ST_OK : ST_NO_MEMORY;
}

/* ---- sources and batches ---- */

struct candidate {
    uint32_t block, first, second, spot;
};

static int by_neighbours(const void *a, const void *b) {
    const struct candidate *x = a, *y = b;
    const uint32_t left[] = {x->block, x->first, x->second, x->spot};
    const uint32_t right[] = {y->block, y->first, y->second, y->spot};
    for (int i = 0; i < 4; i++) {
        if (left[i] != right[i]) {
            return left[i] < right[i] ? -1 : 1;
        }
    }
    return 0;
}

/* Sources without ties out find nothing. */
static enum status order_sources(struct maker *m) {
    struct plan *p = m->plan;
    struct candidate *c = arena_take(&m->scratch, p->n * sizeof *c);
    if (!c) {
        return ST_NO_MEMORY;
    }
    p->nsources = 0;
    for (uint32_t v = 0; v < p->n; v++) {
        uint64_t length = row_length(&p->out, v);
        const uint32_t *row = p->out.node + p->out.start[v];
        p->times[v] = 0;
        p->times[p->twin[v]] += p->weight[v];
        if (p->twin[v] == v && length > 0) {
            c[p->nsources++] =
                (struct candidate){m->first[v], row[0], length > 1 ? row[1] : row[0], v};
        }
    }
    enum status status =
        stint_sort(&m->stint, &m->scratch, c, p->nsources, sizeof *c, by_neighbours);
    for (uint32_t i = 0; status == ST_OK && i < p->nsources; i++) {
        p->source[i] = c[i].spot;
    }
    return status;
}

static void make_batches(struct maker *m) {
    struct plan *p = m->plan;
    p->nbatches = p->widest = 0;
    for (uint32_t i = 0; i < p->nsources; i += LANES) {
        uint32_t n = p->nsources - i < LANES ? p->nsources - i : (uint32_t)LANES;
        uint32_t lo = m->first[p->source[i]], hi = m->block_end[p->source[i + n - 1]];
        p->batch[p->nbatches++] = (struct batch){i, n, lo, hi};
        p->widest = hi - lo > p->widest ? hi - lo : p->widest;
    }
}

static enum status choose_sources(struct maker *m, bool twins) {
    struct plan *p = m->plan;
    enum status status = ST_OK;
    if (twins) {
        status = twins_find(&m->stint, &m->scratch, p->n, &p->out, m->g->directed ? &p->in : NULL,
                            p->weight, p->twin);
    } else {
        for (uint32_t v = 0; v < p->n; v++) {
            p->twin[v] = v;
        }
    }
    if (status == ST_OK) {
        status = order_sources(m);
    }
    if (status == ST_OK) {
        make_batches(m);
    }
    return status;
}

enum status plan_make(const struct network_host *host, const struct graph *g, bool twins,
                      struct arena *a, struct plan *out) {
    struct maker m = {.g = g, .plan = out, .memory = a};
    *out = (struct plan){0};
    arena_init(&m.scratch, host->alloc);
    effort_init(&m.effort, host, 6.0 * (double)graph_entries(g) + 48.0 * g->n);
    m.stint = (struct stint){.effort = &m.effort};
    enum status status = g->directed ? plan_whole(&m) : plan_blocks(&m, host);
    if (status == ST_OK && !twins) {
        status = find_entries(&m);
        status = status == ST_OK ? copy_values(&m) : status;
    }
    if (status == ST_OK) {
        status = choose_sources(&m, twins);
    }
    arena_free(&m.scratch);
    return status;
}

/* ---- from block to block ---- */

static void add_bridge(const struct graph *g, const struct blocks *b, uint32_t k, double *ties) {
    uint32_t first = b->first_member[k], from = b->member[first], to = b->member[first + 1];
    double pairs = (double)b->weight[first] * b->weight[first + 1];
    ties[row_find(&g->out, from, to)] += pairs;
    ties[row_find(&g->out, to, from)] += pairs;
}

enum status plan_add_between_blocks(const struct network_host *host, const struct graph *g,
                                    double *nodes, double *ties) {
    struct blocks b;
    struct arena a;
    if (g->directed) {
        return ST_OK;
    }
    arena_init(&a, host->alloc);
    enum status status = blocks_find(host, g, &a, &b);
    for (uint32_t k = 0; status == ST_OK && k < b.n; k++) {
        for (uint32_t i = b.first_member[k]; nodes && i < b.first_member[k + 1]; i++) {
            double all = b.reachable[b.member[i]], across = all - b.weight[i];
            nodes[b.member[i]] += across * (all - 1 - across);
        }
        if (ties && !has_paths(&b, k)) {
            add_bridge(g, &b, k, ties);
        }
    }
    arena_free(&a);
    return status;
}
