/* A graph in which the hub is one node, and the same without that node. */
#include "stdlib/network/hub.h"
#include "stdlib/network/components.h"
#include "stdlib/network/degree.h"
#include "stdlib/network/holes.h"

/* Spokes are numbered from 0, and the hub has the number behind them. */
static const uint32_t *number_spokes(struct arena *a, const struct ties *t, const uint8_t *is_hub,
                                     struct hub *out) {
    uint32_t *number = ARENA_ARRAY(a, uint32_t, (size_t)t->nodes + 1);
    for (uint32_t v = 0; number && v < t->nodes; v++) {
        number[v] = out->spokes;
        out->spokes += !is_hub[v];
        out->hubs += is_hub[v] != 0;
    }
    for (uint32_t v = 0; number && v < t->nodes; v++) {
        number[v] = is_hub[v] ? out->spokes : number[v];
    }
    return number;
}

static void count_ties(const struct ties *t, const uint8_t *is_hub, uint8_t *bond,
                       struct hub *out) {
    memset(bond, BOND_NONE, t->nodes);
    out->ties = t->n;
    for (uint32_t i = 0; i < t->n; i++) {
        uint32_t from = t->from[i], to = t->to[i];
        out->touching += is_hub[from] || is_hub[to];
        out->within += is_hub[from] && is_hub[to];
        bond[from] |= is_hub[to] ? BOND_HUB : BOND_PEERS;
        bond[to] |= is_hub[from] ? BOND_HUB : BOND_PEERS;
    }
    for (uint32_t v = 0; v < t->nodes; v++) {
        out->tied += !is_hub[v] && (bond[v] & BOND_HUB);
        out->only += !is_hub[v] && bond[v] == BOND_HUB;
    }
}

/* Ties of the first `nodes` numbers. */
static enum status build(const struct network_host *host, struct arena *a, const struct ties *t,
                         const uint32_t *number, uint32_t nodes, struct graph *out) {
    uint32_t *from = ARENA_ARRAY(a, uint32_t, (size_t)t->n + 1);
    uint32_t *to = ARENA_ARRAY(a, uint32_t, (size_t)t->n + 1), n = 0;
    if (!from || !to) {
        return ST_NO_MEMORY;
    }
    for (uint32_t i = 0; i < t->n; i++) {
        uint32_t x = number[t->from[i]], y = number[t->to[i]];
        if (x < nodes && y < nodes) {
            from[n] = x;
            to[n++] = y;
        }
    }
    struct tie_list list = {.nodes = nodes, .n = n, .from = from, .to = to};
    return graph_build(host, &list, out);
}

/* Pairs of the first `spokes` nodes that are in one component. */
static enum status count_linked(const struct network_host *host, struct arena *a,
                                const struct graph *g, uint32_t spokes, uint64_t *linked) {
    uint32_t *of = ARENA_ARRAY(a, uint32_t, (size_t)g->n + 1);
    uint32_t *before = ARENA_ARRAY(a, uint32_t, (size_t)g->n + 1);
    struct component_count count;
    if (!of || !before) {
        return ST_NO_MEMORY;
    }
    enum status s = components_weak(host, g, of, &count);
    memset(before, 0, g->n * sizeof *before);
    *linked = 0;
    for (uint32_t v = 0; s == ST_OK && v < spokes; v++) {
        *linked += before[of[v]]++;
    }
    return s;
}

static enum status measure_hub(const struct network_host *host, struct arena *a,
                               const struct graph *g, struct hub *out) {
    struct holes *holes = ARENA_ARRAY(a, struct holes, (size_t)g->n + 1);
    double *degree = ARENA_ARRAY(a, double, (size_t)g->n + 1);
    if (!holes || !degree) {
        return ST_NO_MEMORY;
    }
    for (uint32_t v = 0; v < g->n; v++) {
        degree[v] = degree_of(g, v, ENDS_BOTH);
    }
    out->centralization = centralization(degree, g->n, false, CENTRALITY_DEGREE);
    enum status s = holes_find(host, g, holes);
    if (s == ST_OK) {
        out->constraint = holes[out->spokes].constraint;
        out->effective_size = holes[out->spokes].effective_size;
    }
    return s;
}

enum status hub_find(const struct network_host *host, struct arena *a, const struct ties *t,
                     const uint8_t *is_hub, uint8_t *bond, struct hub *out) {
    struct graph with, without;
    *out = (struct hub){.hubs = 0};
    const uint32_t *number = number_spokes(a, t, is_hub, out);
    if (!number) {
        return ST_NO_MEMORY;
    }
    count_ties(t, is_hub, bond, out);
    out->pairs = out->spokes ? (uint64_t)out->spokes * (out->spokes - 1) / 2 : 0;
    enum status s = build(host, a, t, number, out->spokes + 1, &with);
    if (s != ST_OK) {
        return s;
    }
    s = count_linked(host, a, &with, out->spokes, &out->linked);
    if (s == ST_OK) {
        s = measure_hub(host, a, &with, out);
    }
    graph_free(&with);
    if (s == ST_OK) {
        s = build(host, a, t, number, out->spokes, &without);
    }
    if (s != ST_OK) {
        return s;
    }
    s = count_linked(host, a, &without, out->spokes, &out->linked_without);
    graph_free(&without);
    return s;
}
