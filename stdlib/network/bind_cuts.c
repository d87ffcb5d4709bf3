/* Ties that many paths take, and members and ties without which a network falls apart. */
#include "stdlib/network/betweenness.h"
#include "stdlib/network/bind_graph.h"
#include "stdlib/network/bind_network.h"
#include "stdlib/network/blocks.h"
#include "stdlib/rows.h"
#include <stdlib.h>

/* ---- betweenness of ties ---- */

/* Columns behind `from`, `to` and `relation`. */
enum { TIE_FIRST = 3, TIE_SECOND };

struct tie_end {
    uint32_t member;
    uint64_t entry;
};

static int by_member(const void *a, const void *b) {
    const struct tie_end *x = a, *y = b;
    return (x->member > y->member) - (x->member < y->member);
}

/* Those whom a member names, in the order of members, not in that of the graph's rows. */
static uint32_t ends_in_order(const struct graph *g, uint32_t member, struct tie_end *out) {
    uint32_t v = g->place[member], n = 0;
    for (uint64_t i = g->out.start[v]; i < g->out.start[v + 1]; i++) {
        out[n++] = (struct tie_end){g->label[g->out.node[i]], i};
    }
    qsort(out, n, sizeof *out, by_member);
    return n;
}

static enum status put_ties(struct measuring *m, const double *through) {
    const struct graph *g = &m->graph;
    double n = g->n, pairs = n * (n - 1) / (g->directed ? 1 : 2);
    struct tie_end *end = ARENA_ARRAY(native_arena(m->call), struct tie_end, (size_t)g->n + 1);
    for (uint32_t v = 0; end && v < g->n; v++) {
        uint32_t k = ends_in_order(g, v, end);
        for (uint32_t i = 0; i < k; i++) {
            if (!g->directed && end[i].member < v) {
                continue;
            }
            uint32_t row = tie_row(m, v, end[i].member);
            double x = through[end[i].entry];
            if (row == UINT32_MAX || !put_float(m->frame, TIE_FIRST, row, x) ||
                !put_float(m->frame, TIE_SECOND, row, x / pairs)) {
                return ST_NO_MEMORY;
            }
        }
    }
    return had_memory(end != NULL);
}

static enum status measure_tie_betweenness(struct measuring *m, const void *user) {
    uint64_t entries = m->graph.out.start[m->graph.n];
    double *through = ARENA_ARRAY(native_arena(m->call), double, entries + 1);
    UNUSED(user);
    if (!through) {
        return ST_NO_MEMORY;
    }
    enum status s = betweenness(&m->host, &m->graph, m->lengths, NULL, through);
    return s == ST_OK ? put_ties(m, through) : s;
}

int network_tie_betweenness(struct native_call *c) {
    return measure_network(
        c, &(struct measure){
               .values = TIES_LENGTH,
               .distance = 1,
               .definition =
                   "betweenness of a tie: for each pair of members the share of its shortest paths "
                   "that take it, added up (Girvan and Newman 2002), as igraph has it; without "
                   "directions each pair counts once; normalized: divided by the number of pairs, "
                   "as NetworkX has it; repeated ties are one",
               .fn = measure_tie_betweenness});
}

/* ---- cutpoints and bridges ---- */

static enum status put_cuts(struct measuring *m, const struct cut *cut) {
    for (uint32_t v = 0; v < m->net->n; v++) {
        if (cut[v].parts < 2) {
            continue;
        }
        uint32_t row = member_row(m, v);
        if (row == UINT32_MAX || !put_int(m->frame, 2, row, cut[v].parts) ||
            !put_int(m->frame, 3, row, cut[v].separated)) {
            return ST_NO_MEMORY;
        }
    }
    return ST_OK;
}

static enum status measure_cutpoints(struct measuring *m, const void *user) {
    struct cut *cut = MEMBER_ARRAY(m, struct cut);
    struct graph g;
    UNUSED(user);
    enum status s =
        cut ? graph_without_direction(&m->host, &m->graph, MERGE_MOST, &g) : ST_NO_MEMORY;
    if (s != ST_OK) {
        return s;
    }
    s = cuts_find(&m->host, &g, cut);
    graph_free(&g);
    return s == ST_OK ? put_cuts(m, cut) : s;
}

int network_cutpoints(struct native_call *c) {
    return measure_network(
        c, &(struct measure){
               .values = TIES_ALIKE,
               .definition =
                   "cutpoint: a member without whom a component falls apart (Hopcroft and Tarjan "
                   "1973); parts: how many are left of it; separated: members outside the largest "
                   "of these; direction does not matter",
               .fn = measure_cutpoints});
}

static enum status put_bridges(struct measuring *m, const struct bridges *b) {
    for (uint32_t i = 0; i < b->n; i++) {
        uint32_t from = b->from[i], to = b->to[i];
        const struct graph *g = &m->graph;
        bool back = g->directed && row_find(&g->out, g->place[from], g->place[to]) == UINT64_MAX;
        uint32_t row = back ? tie_row(m, to, from) : tie_row(m, from, to);
        if (row == UINT32_MAX || !put_int(m->frame, TIE_FIRST, row, b->separated[i])) {
            return ST_NO_MEMORY;
        }
    }
    return ST_OK;
}

static enum status measure_bridges(struct measuring *m, const void *user) {
    struct bridges bridges;
    struct graph g;
    UNUSED(user);
    enum status s = graph_without_direction(&m->host, &m->graph, MERGE_MOST, &g);
    if (s != ST_OK) {
        return s;
    }
    s = bridges_find(&m->host, &g, native_arena(m->call), &bridges);
    graph_free(&g);
    return s == ST_OK ? put_bridges(m, &bridges) : s;
}

int network_bridges(struct native_call *c) {
    return measure_network(
        c, &(struct measure){
               .values = TIES_ALIKE,
               .definition =
                   "bridge: the only link between two parts of a component (Hopcroft and Tarjan "
                   "1973); separated: members of the smaller part; ties one way and back are one "
                   "link",
               .fn = measure_bridges});
}
