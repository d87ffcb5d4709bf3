/* Cores by taking away nodes with few ties, one level after the other (as Kabir and Madduri 2017,
 * on one thread). A level takes the nodes that have just so many ties left, and those that come to
 * have so few by it. A level that takes nobody tells which is the next that does.
 *
 * Each level looks at the nodes that are left, all of whose core numbers are at least the level: so
 * that is less work than to look at all ties. No loop has a branch that depends on what it finds:
 * what is not to be kept is written, too, and written over by the next. */
#include "stdlib/network/components.h"

struct peeling {
    const struct graph *g;
    uint32_t *degree; /* among those that are left; its core number once it is taken */
    uint32_t *taken;  /* nodes in the order in which they are taken; room for one more */
    uint32_t *left;   /* all others, and some that have been taken since the last look; as long */
    uint32_t ntaken, nleft;
    struct stint stint;
};

enum { NODES_A_STRETCH = 1 << 12 };

static uint32_t whole_degree(const struct graph *g, uint32_t v) {
    return (uint32_t)(row_length(&g->out, v) + (g->directed ? row_length(&g->in, v) : 0));
}

static void begin(struct peeling *p) {
    p->ntaken = 0;
    p->nleft = p->g->n;
    for (uint32_t v = 0; v < p->g->n; v++) {
        p->degree[v] = whole_degree(p->g, v);
        p->left[v] = v;
    }
}

/* Of those left at places `at` up to `end`, takes the ones of the level, and puts those above it
 * to place `to`, which is no further; how many these are. `fewest` falls to what they have. */
static uint32_t divide(struct peeling *p, uint32_t at, uint32_t end, uint32_t to, uint32_t level,
                       uint32_t *fewest) {
    const uint32_t *degree = p->degree;
    uint32_t *restrict taken = p->taken, *restrict left = p->left;
    uint32_t n = p->ntaken, above = 0, least = *fewest;
    for (; at < end; at++) {
        uint32_t v = left[at], d = degree[v];
        taken[n] = v;
        n += d == level;
        left[to + above] = v;
        above += d > level;
        d = d > level ? d : UINT32_MAX;
        least = d < least ? d : least;
    }
    p->ntaken = n;
    *fewest = least;
    return above;
}

static enum status take_level(struct peeling *p, uint32_t level, uint32_t *fewest) {
    enum status status = ST_OK;
    uint32_t to = 0;
    *fewest = UINT32_MAX;
    for (uint32_t at = 0, end; at < p->nleft && status == ST_OK; at = end) {
        end = p->nleft - at < NODES_A_STRETCH ? p->nleft : at + NODES_A_STRETCH;
        to += divide(p, at, end, to, level, fewest);
        status = stint_due(&p->stint, end - at);
    }
    p->nleft = to;
    return status;
}

/* One tie less for all in the row that have more than the level. */
static void lose_ties(struct peeling *p, const struct rows_of_ties *rows, uint32_t v,
                      uint32_t level) {
    const uint32_t *node = rows->node, *end = node + rows->start[v + 1];
    uint32_t *restrict degree = p->degree, *restrict taken = p->taken, n = p->ntaken;
    for (node += rows->start[v]; node < end; node++) {
        uint32_t d = degree[*node];
        degree[*node] = d - (d > level);
        taken[n] = *node;
        n += d == level + 1;
    }
    p->ntaken = n;
}

static enum status peel(struct peeling *p) {
    enum status status = ST_OK;
    for (uint32_t level = 0, at = 0; at < p->g->n && status == ST_OK;) {
        uint32_t fewest, before = p->ntaken;
        status = take_level(p, level, &fewest);
        level = p->ntaken == before ? fewest : level + 1;
        for (; at < p->ntaken && status == ST_OK; at++) {
            uint32_t v = p->taken[at];
            status = stint_due(&p->stint, 1 + whole_degree(p->g, v));
            lose_ties(p, &p->g->out, v, level - 1);
            if (p->g->directed) {
                lose_ties(p, &p->g->in, v, level - 1);
            }
        }
    }
    return status;
}

enum status core_numbers(const struct network_host *host, const struct graph *g, uint32_t *core) {
    return core_order(host, g, core, NULL);
}

enum status core_order(const struct network_host *host, const struct graph *g, uint32_t *core,
                       uint32_t *order) {
    struct effort effort;
    struct arena a;
    size_t room = (size_t)g->n + 1;
    arena_init(&a, host->alloc);
    effort_init(&effort, host, (double)graph_entries(g));
    struct peeling p = {.g = g,
                        .degree = LINE_ARRAY(&a, uint32_t, g->n),
                        .taken = LINE_ARRAY(&a, uint32_t, room),
                        .left = LINE_ARRAY(&a, uint32_t, room),
                        .stint = {.effort = &effort}};
    enum status status = p.degree && p.taken && p.left ? ST_OK : ST_NO_MEMORY;
    if (status == ST_OK) {
        begin(&p);
        status = peel(&p);
    }
    for (uint32_t v = 0; status == ST_OK && v < g->n; v++) {
        core[g->label[v]] = p.degree[v];
    }
    if (status == ST_OK && order) {
        memcpy(order, p.taken, g->n * sizeof *order);
    }
    arena_free(&a);
    return status;
}
