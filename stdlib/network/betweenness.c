/* Pieces are fixed ranges of batches, whatever the number of threads; each adds up on its own, and
 * the pieces' sums are added in order. */
#include "stdlib/network/betweenness.h"
#include "stdlib/network/betweenness_weighted.h"
#include "stdlib/network/brandes.h"

enum { MOST_PIECES = 32, LARGE_PLAN = 1 << 18, FEW_PIECES = 8 };

struct betweenness {
    const struct network_host *host;
    const struct graph *g;
    struct arena memory;
    struct plan plan;
    struct effort effort;
    enum lengths lengths;
    brandes_fn *run;
    struct brandes *lanes; /* by worker, one of both */
    struct weighted_paths *single;
    uint32_t pieces;
    double **nodes, **ties; /* by piece; `ties` NULL: not asked for */
};

double betweenness_pairs(const struct graph *g) {
    double n = g->n;
    return n < 3 ? 0 : (n - 1) * (n - 2) / (g->directed ? 1 : 2);
}

/* ---- room ---- */

static enum status take_lanes(struct betweenness *b, struct brandes *s, uint32_t worker) {
    struct arena *a = &b->memory;
    size_t n = b->plan.n;
    *s = (struct brandes){.plan = &b->plan};
    s->paths = LINE_ARRAY(a, lanes, n);
    s->flow = LINE_ARRAY(a, lanes, n);
    s->held = LINE_ARRAY(a, lanes, n);
    s->times = LINE_ARRAY(a, lanes, 1);
    s->seen = LINE_ARRAY(a, uint8_t, n);
    s->fresh = LINE_ARRAY(a, uint8_t, n);
    s->spot = LINE_ARRAY(a, uint32_t, n * LANES);
    s->who = LINE_ARRAY(a, uint8_t, n * LANES);
    s->level = LINE_ARRAY(a, uint32_t, n + 3);
    s->smaller = LINE_ARRAY(a, uint8_t, n + 3);
    s->stint = (struct stint){.effort = &b->effort, .worker = worker};
    if (!s->paths || !s->flow || !s->held || !s->times || !s->seen || !s->fresh || !s->spot ||
        !s->who || !s->level || !s->smaller) {
        return ST_NO_MEMORY;
    }
    memset(s->paths, 0, n * sizeof *s->paths);
    memset(s->flow, 0, n * sizeof *s->flow);
    memset(s->fresh, 0, n);
    return ST_OK;
}

static enum status take_workers(struct betweenness *b) {
    uint32_t workers = effort_workers(b->host, b->pieces);
    enum status status = ST_OK;
    if (b->lengths == LENGTHS_VALUES) {
        b->single = LINE_ARRAY(&b->memory, struct weighted_paths, workers);
    } else {
        b->lanes = LINE_ARRAY(&b->memory, struct brandes, workers);
    }
    if (!b->single && !b->lanes) {
        return ST_NO_MEMORY;
    }
    for (uint32_t i = 0; i < workers && status == ST_OK; i++) {
        status = b->single ? weighted_paths_take(&b->memory, &b->plan, &b->effort, i, &b->single[i])
                           : take_lanes(b, &b->lanes[i], i);
    }
    return status;
}

static enum status take_pieces(struct betweenness *b, bool ties) {
    uint64_t entries = b->plan.n ? b->plan.out.start[b->plan.n] : 0;
    uint32_t most = b->plan.n > LARGE_PLAN ? FEW_PIECES : MOST_PIECES;
    b->pieces = b->plan.nbatches < most ? b->plan.nbatches : most;
    b->nodes = ARENA_ARRAY(&b->memory, double *, b->pieces);
    b->ties = ties ? ARENA_ARRAY(&b->memory, double *, b->pieces) : NULL;
    if (!b->nodes || (ties && !b->ties)) {
        return ST_NO_MEMORY;
    }
    for (uint32_t i = 0; i < b->pieces; i++) {
        b->nodes[i] = LINE_ARRAY(&b->memory, double, b->plan.n);
        if (!b->nodes[i] || (ties && !(b->ties[i] = LINE_ARRAY(&b->memory, double, entries)))) {
            return ST_NO_MEMORY;
        }
    }
    return ST_OK;
}

/* ---- work ---- */

static enum status do_batch(struct betweenness *b, uint32_t worker, uint32_t piece,
                            const struct batch *batch) {
    if (b->single) {
        struct weighted_paths *w = &b->single[worker];
        w->nodes = b->nodes[piece];
        w->ties = b->ties ? b->ties[piece] : NULL;
        return weighted_paths_batch(w, batch);
    }
    struct brandes *s = &b->lanes[worker];
    s->nodes = b->nodes[piece];
    s->ties = b->ties ? b->ties[piece] : NULL;
    return b->run(s, batch);
}

/* Sums begin at 0 when they are first needed, by whoever works on them. */
static void begin_piece(struct betweenness *b, uint32_t piece) {
    memset(b->nodes[piece], 0, b->plan.n * sizeof(double));
    if (b->ties) {
        memset(b->ties[piece], 0, b->plan.out.start[b->plan.n] * sizeof(double));
    }
}

static enum status do_piece(void *user, uint32_t worker, uint32_t piece) {
    struct betweenness *b = user;
    uint64_t n = b->plan.nbatches;
    enum status status = ST_OK;
    begin_piece(b, piece);
    for (uint64_t i = n * piece / b->pieces; i < n * (piece + 1) / b->pieces; i++) {
        status = do_batch(b, worker, piece, &b->plan.batch[i]);
        if (status != ST_OK) {
            break;
        }
    }
    return status;
}

/* Twins have the same; what was found from one of them is missing at itself and too much at the
 * others. */
static void share_among_twins(const struct plan *p, double *sum, uint32_t *count) {
    for (uint32_t v = 0; v < p->n; v++) {
        count[p->twin[v]]++;
        if (p->twin[v] != v) {
            sum[p->twin[v]] += sum[v];
        }
    }
    for (uint32_t v = 0; v < p->n; v++) {
        uint32_t first = p->twin[v];
        sum[v] = first == v ? sum[v] / count[v] : sum[first];
    }
}

/* Into the first piece's sums. */
static enum status add_pieces(struct betweenness *b, double **part, uint64_t n) {
    enum status status = ST_OK;
    for (uint32_t k = 1; status == ST_OK && k < b->pieces; k++) {
        for (uint64_t i = 0; i < n; i++) {
            part[0][i] += part[k][i];
        }
        status = effort_ask(&b->effort);
    }
    return status;
}

static enum status collect_nodes(struct betweenness *b, double *inner) {
    const struct plan *p = &b->plan;
    uint32_t *count = ARENA_ARRAY(&b->memory, uint32_t, p->n);
    if (!count) {
        return ST_NO_MEMORY;
    }
    if (b->pieces == 0) {
        return ST_OK;
    }
    enum status status = add_pieces(b, b->nodes, p->n);
    if (status != ST_OK) {
        return status;
    }
    share_among_twins(p, b->nodes[0], count);
    for (uint32_t v = 0; v < p->n; v++) {
        inner[p->node[v]] += b->nodes[0][v];
    }
    return ST_OK;
}

static enum status collect_ties(struct betweenness *b, double *ties) {
    const struct plan *p = &b->plan;
    uint64_t entries = b->pieces ? p->out.start[p->n] : 0;
    enum status status = entries ? add_pieces(b, b->ties, entries) : ST_OK;
    for (uint64_t i = 0; status == ST_OK && i < entries; i++) {
        ties[p->entry ? p->entry[i] : i] += b->ties[0][i];
    }
    return status;
}

/* Both directions of an undirected tie together; each pair has been counted twice. */
static void join_directions(const struct graph *g, double *ties) {
    for (uint32_t v = 0; v < g->n; v++) {
        for (uint64_t i = g->out.start[v]; i < g->out.start[v + 1]; i++) {
            uint32_t w = g->out.node[i];
            if (v < w) {
                uint64_t back = row_find(&g->out, w, v);
                ties[i] = ties[back] = (ties[i] + ties[back]) / 2;
            }
        }
    }
}

static enum status compute(struct betweenness *b, double *inner, double *ties) {
    const struct graph *g = b->g;
    bool twins = b->lengths == LENGTHS_ONE && !ties;
    struct side_work before, after;
    side_work_init(&before, b->host, 0);
    side_work_init(&after, b->host, 1);
    enum status status = plan_make(&before.host, g, twins, &b->memory, &b->plan);
    if (status == ST_OK) {
        status = take_pieces(b, ties != NULL);
    }
    if (status == ST_OK) {
        status = take_workers(b);
    }
    if (status == ST_OK) {
        uint64_t entries = b->plan.n ? b->plan.out.start[b->plan.n] : 0;
        effort_init(&b->effort, b->host, 6.0 * (double)entries * b->plan.nbatches);
        status = effort_share(&b->effort, b->pieces, b, do_piece);
    }
    if (status == ST_OK) {
        status = collect_nodes(b, inner);
    }
    if (status == ST_OK && ties) {
        status = collect_ties(b, ties);
    }
    if (status == ST_OK) {
        status = plan_add_between_blocks(&after.host, g, inner, ties);
    }
    if (status == ST_OK && ties && !g->directed) {
        join_directions(g, ties);
    }
    return status;
}

enum status betweenness(const struct network_host *host, const struct graph *g,
                        enum lengths lengths, double *nodes, double *ties) {
    struct betweenness b = {.host = host, .g = g, .lengths = lengths};
    if (lengths == LENGTHS_VALUES && !(g->least > 0)) {
        return ST_MISUSE;
    }
    if (!g->out.value) {
        b.lengths = LENGTHS_ONE;
    }
    b.run = brandes_choose(vectors_to_use(host));
    arena_init(&b.memory, host->alloc);
    double *inner = ARENA_ARRAY(&b.memory, double, g->n);
    if (ties) {
        memset(ties, 0, g->out.start[g->n] * sizeof *ties);
    }
    enum status status = inner ? compute(&b, inner, ties) : ST_NO_MEMORY;
    for (uint32_t v = 0; status == ST_OK && nodes && v < g->n; v++) {
        nodes[g->label[v]] = inner[v] / (g->directed ? 1 : 2);
    }
    arena_free(&b.memory);
    return status;
}
