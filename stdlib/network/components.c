/* Weak components by joining sets. First every node joins its busiest neighbour, which brings
 * nearly all of the largest component together; after that only nodes outside of it look at all
 * their ties (Sutton, Ben-Nun and Barak 2018, here without chance: node 0 has the most ties, and
 * its component is taken for the largest). */
#include "stdlib/network/components.h"

enum { NOT_SEEN = 0, NOBODY = UINT32_MAX };

/* ---- numbers for components ---- */

/* From any mark below n that members share to numbers by first members. */
static void number_components(const struct graph *g, const uint32_t *mark, uint32_t *number,
                              uint32_t *size, uint32_t *of, struct component_count *count) {
    *count = (struct component_count){0, 0};
    for (uint32_t v = 0; v < g->n; v++) {
        number[v] = NOBODY;
        size[v] = 0;
    }
    for (uint32_t v = 0; v < g->n; v++) {
        uint32_t m = mark[g->place[v]];
        if (number[m] == NOBODY) {
            number[m] = count->n++;
        }
        of[v] = number[m];
        if (++size[m] > count->largest) {
            count->largest = size[m];
        }
    }
}

/* ---- weak ---- */

static uint32_t root_of(uint32_t *parent, uint32_t v) {
    while (parent[v] != v) {
        parent[v] = parent[parent[v]];
        v = parent[v];
    }
    return v;
}

static void join(uint32_t *parent, uint32_t v, uint32_t w) {
    v = root_of(parent, v);
    w = root_of(parent, w);
    if (v < w) {
        parent[w] = v;
    } else {
        parent[v] = w;
    }
}

static void join_row(const struct rows_of_ties *rows, uint32_t v, uint64_t most, uint32_t *parent) {
    uint64_t length = row_length(rows, v);
    const uint32_t *row = rows->node + rows->start[v];
    for (uint64_t i = 0; i < length && i < most; i++) {
        join(parent, v, row[i]);
    }
}

static enum status join_all(struct stint *stint, const struct graph *g, uint32_t *parent) {
    for (uint32_t v = 0; v < g->n; v++) {
        parent[v] = v;
    }
    for (uint32_t v = 0; v < g->n; v++) {
        enum status status = stint_due(stint, 1);
        if (status != ST_OK) {
            return status;
        }
        join_row(&g->out, v, 1, parent);
    }
    for (uint32_t v = 0; v < g->n; v++) {
        bool apart = root_of(parent, v) != root_of(parent, 0);
        enum status status =
            stint_due(stint, apart ? 1 + row_length(&g->out, v) + row_length(&g->in, v) : 1);
        if (status != ST_OK) {
            return status;
        }
        if (apart) {
            join_row(&g->out, v, UINT64_MAX, parent);
            if (g->directed) {
                join_row(&g->in, v, UINT64_MAX, parent);
            }
        }
    }
    for (uint32_t v = 0; v < g->n; v++) {
        parent[v] = root_of(parent, v);
    }
    return ST_OK;
}

enum status components_weak(const struct network_host *host, const struct graph *g, uint32_t *of,
                            struct component_count *count) {
    struct effort effort;
    struct stint stint = {.effort = &effort};
    struct arena a;
    arena_init(&a, host->alloc);
    effort_init(&effort, host, (double)graph_entries(g));
    uint32_t *parent = LINE_ARRAY(&a, uint32_t, g->n), *number = LINE_ARRAY(&a, uint32_t, g->n);
    uint32_t *size = LINE_ARRAY(&a, uint32_t, g->n);
    enum status status = parent && number && size ? join_all(&stint, g, parent) : ST_NO_MEMORY;
    if (status == ST_OK) {
        number_components(g, parent, number, size, of, count);
    }
    arena_free(&a);
    return status;
}

/* ---- strong ---- */

struct search {
    const struct graph *g;
    uint64_t *next;                  /* entry to be looked at next */
    uint32_t *order;                 /* when it was seen, from 1 */
    uint32_t *lowest;                /* the earliest it leads back to */
    uint32_t *parent, *stack, *mark; /* mark: the root of its component, or NOBODY: on the stack */
    uint32_t stacked, seen;
    struct stint stint;
};

static void meet(struct search *s, uint32_t v, uint32_t parent) {
    s->parent[v] = parent;
    s->order[v] = s->lowest[v] = ++s->seen;
    s->next[v] = s->g->out.start[v];
    s->mark[v] = NOBODY;
    s->stack[s->stacked++] = v;
}

static void lower(struct search *s, uint32_t v, uint32_t to) {
    s->lowest[v] = to < s->lowest[v] ? to : s->lowest[v];
}

/* Deeper, or back at the parent; NOBODY at the end. */
static uint32_t step(struct search *s, uint32_t v) {
    const struct rows_of_ties *rows = &s->g->out;
    while (s->next[v] < rows->start[v + 1]) {
        uint32_t w = rows->node[s->next[v]++];
        if (s->order[w] == NOT_SEEN) {
            meet(s, w, v);
            return w;
        }
        if (s->mark[w] == NOBODY) {
            lower(s, v, s->order[w]);
        }
    }
    if (s->lowest[v] == s->order[v]) {
        uint32_t w;
        do {
            w = s->stack[--s->stacked];
            s->mark[w] = v;
        } while (w != v);
    }
    if (s->parent[v] != NOBODY) {
        lower(s, s->parent[v], s->lowest[v]);
    }
    return s->parent[v];
}

static enum status search_all(struct search *s) {
    for (uint32_t root = 0; root < s->g->n; root++) {
        if (s->order[root] != NOT_SEEN) {
            continue;
        }
        meet(s, root, NOBODY);
        for (uint32_t v = root; v != NOBODY; v = step(s, v)) {
            enum status status = stint_due(&s->stint, 4);
            if (status != ST_OK) {
                return status;
            }
        }
    }
    return ST_OK;
}

enum status components_strong(const struct network_host *host, const struct graph *g, uint32_t *of,
                              struct component_count *count) {
    if (!g->directed) {
        return components_weak(host, g, of, count);
    }
    struct effort effort;
    struct arena a;
    size_t n = g->n;
    arena_init(&a, host->alloc);
    effort_init(&effort, host, 8.0 * g->n);
    struct search s = {.g = g,
                       .stint = {.effort = &effort},
                       .next = LINE_ARRAY(&a, uint64_t, n),
                       .order = ARENA_ARRAY(&a, uint32_t, n),
                       .lowest = LINE_ARRAY(&a, uint32_t, n),
                       .parent = LINE_ARRAY(&a, uint32_t, n),
                       .stack = LINE_ARRAY(&a, uint32_t, n),
                       .mark = LINE_ARRAY(&a, uint32_t, n)};
    bool room = s.next && s.order && s.lowest && s.parent && s.stack && s.mark;
    enum status status = room ? search_all(&s) : ST_NO_MEMORY;
    if (status == ST_OK) {
        number_components(g, s.mark, s.order, s.lowest, of, count);
    }
    arena_free(&a);
    return status;
}
