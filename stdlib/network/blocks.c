/* A block is complete when the search comes back to its top node: its ties are those on the stack
 * since the search left that node. What hangs on a member below its top is known by then, because
 * all blocks further below are complete. What hangs on the top is all the rest of the component,
 * whose size is known at its end. */
#include "stdlib/network/blocks.h"
#include "stdlib/network/sort.h"

enum { NOT_SEEN = 0, NOBODY = UINT32_MAX };

struct search {
    const struct graph *g;
    struct blocks *blocks;
    uint64_t *next;   /* the entry of a node's row to be looked at next */
    uint32_t *order;  /* when a node was seen, from 1 */
    uint32_t *lowest; /* the earliest that it or one below it is tied to */
    uint32_t *parent;
    uint32_t *hanging; /* below a node, in complete blocks */
    uint32_t *mark;    /* block + 1 in which a node was last met */
    uint32_t *from, *to;
    uint64_t stacked; /* ties on the stack `from`, `to` */
    uint64_t ties;    /* in complete blocks */
    uint32_t seen, members;
    struct stint stint;
};

static enum status take_search(struct arena *a, struct search *s) {
    uint32_t n = s->g->n;
    s->next = LINE_ARRAY(a, uint64_t, n);
    s->order = ARENA_ARRAY(a, uint32_t, n);
    s->lowest = LINE_ARRAY(a, uint32_t, n);
    s->parent = LINE_ARRAY(a, uint32_t, n);
    s->hanging = ARENA_ARRAY(a, uint32_t, n);
    s->mark = ARENA_ARRAY(a, uint32_t, n);
    s->from = LINE_ARRAY(a, uint32_t, s->g->ties);
    s->to = LINE_ARRAY(a, uint32_t, s->g->ties);
    return s->next && s->order && s->lowest && s->parent && s->hanging && s->mark && s->from &&
                   s->to
               ? ST_OK
               : ST_NO_MEMORY;
}

/* At most one block for each node but one of a component, and one more member than blocks. */
static enum status take_blocks(struct arena *a, const struct graph *g, struct blocks *b) {
    size_t n = g->n;
    b->first_member = ARENA_ARRAY(a, uint32_t, n + 1);
    b->member = LINE_ARRAY(a, uint32_t, 2 * n);
    b->weight = LINE_ARRAY(a, uint32_t, 2 * n);
    b->first_tie = ARENA_ARRAY(a, uint64_t, n + 1);
    b->tie_from = LINE_ARRAY(a, uint32_t, g->ties);
    b->tie_to = LINE_ARRAY(a, uint32_t, g->ties);
    b->reachable = LINE_ARRAY(a, uint32_t, n);
    return b->first_member && b->member && b->weight && b->first_tie && b->tie_from && b->tie_to &&
                   b->reachable
               ? ST_OK
               : ST_NO_MEMORY;
}

static void add_member(struct search *s, uint32_t v) {
    struct blocks *b = s->blocks;
    if (s->mark[v] != b->n + 1) {
        s->mark[v] = b->n + 1;
        b->member[s->members] = v;
        b->weight[s->members++] = 1 + s->hanging[v];
    }
}

/* The top comes first, and its weight is put right at the end of the component. */
static void close_block(struct search *s, uint32_t top, uint32_t below) {
    struct blocks *b = s->blocks;
    uint32_t first = s->members, hanging = 0;
    bool last = false;
    add_member(s, top);
    while (!last) {
        uint64_t at = --s->stacked;
        last = s->from[at] == top && s->to[at] == below;
        b->tie_from[s->ties] = s->from[at];
        b->tie_to[s->ties++] = s->to[at];
        add_member(s, s->from[at]);
        add_member(s, s->to[at]);
    }
    for (uint32_t i = first + 1; i < s->members; i++) {
        hanging += b->weight[i];
    }
    s->hanging[top] += hanging;
    b->weight[first] = hanging; /* for now: all but what hangs on the top */
    b->n++;
    b->first_member[b->n] = s->members;
    b->first_tie[b->n] = s->ties;
}

static void meet(struct search *s, uint32_t v, uint32_t parent) {
    s->parent[v] = parent;
    s->order[v] = s->lowest[v] = ++s->seen;
    s->next[v] = s->g->out.start[v];
}

static void push_tie(struct search *s, uint32_t from, uint32_t to) {
    s->from[s->stacked] = from;
    s->to[s->stacked++] = to;
}

/* The next node to stand on: deeper, or back at the parent; NOBODY at the end. */
static uint32_t step(struct search *s, uint32_t v) {
    const struct rows_of_ties *rows = &s->g->out;
    while (s->next[v] < rows->start[v + 1]) {
        uint32_t w = rows->node[s->next[v]++];
        if (s->order[w] == NOT_SEEN) {
            push_tie(s, v, w);
            meet(s, w, v);
            return w;
        }
        if (w != s->parent[v] && s->order[w] < s->order[v]) {
            push_tie(s, v, w);
            s->lowest[v] = s->order[w] < s->lowest[v] ? s->order[w] : s->lowest[v];
        }
    }
    uint32_t parent = s->parent[v];
    if (parent != NOBODY) {
        s->lowest[parent] = s->lowest[v] < s->lowest[parent] ? s->lowest[v] : s->lowest[parent];
        if (s->lowest[v] >= s->order[parent]) {
            close_block(s, parent, v);
        }
    }
    return parent;
}

static enum status search_component(struct search *s, uint32_t root) {
    struct blocks *b = s->blocks;
    uint32_t before = s->seen, block = b->n;
    meet(s, root, NOBODY);
    for (uint32_t v = root; v != NOBODY; v = step(s, v)) {
        enum status status = stint_due(&s->stint, 4);
        if (status != ST_OK) {
            return status;
        }
    }
    uint32_t size = s->seen - before;
    for (; block < b->n; block++) {
        uint32_t top = b->first_member[block];
        b->weight[top] = size - b->weight[top];
    }
    s->lowest[root] = size;
    return ST_OK;
}

/* ---- members in order ---- */

/* Counting sort of all memberships by node; blocks stay in order for each node, and the second
 * pass, by block, leaves the nodes of each in order. */
static enum status sort_members(struct stint *stint, struct arena *a, const struct graph *g,
                                struct blocks *b) {
    uint32_t total = b->first_member[b->n];
    uint32_t *start = ARENA_ARRAY(a, uint32_t, (size_t)g->n + 1);
    uint32_t *block = LINE_ARRAY(a, uint32_t, total), *weight = LINE_ARRAY(a, uint32_t, total);
    uint32_t *node = LINE_ARRAY(a, uint32_t, total), *fill = LINE_ARRAY(a, uint32_t, b->n);
    if (!start || !block || !weight || !node || !fill) {
        return ST_NO_MEMORY;
    }
    for (uint32_t i = 0; i < total; i++) {
        start[b->member[i] + 1]++;
    }
    for (uint32_t v = 0; v < g->n; v++) {
        start[v + 1] += start[v];
    }
    for (uint32_t k = 0; k < b->n; k++) {
        enum status status = stint_due(stint, 2 + b->first_member[k + 1] - b->first_member[k]);
        if (status != ST_OK) {
            return status;
        }
        fill[k] = b->first_member[k];
        for (uint32_t i = b->first_member[k]; i < b->first_member[k + 1]; i++) {
            uint32_t at = start[b->member[i]]++;
            node[at] = b->member[i];
            block[at] = k;
            weight[at] = b->weight[i];
        }
    }
    for (uint32_t i = 0; i < total; i++) {
        uint32_t at = fill[block[i]]++;
        b->member[at] = node[i];
        b->weight[at] = weight[i];
    }
    return ST_OK;
}

/* Of a component all nodes were seen in one go: the size stands at its root. */
static void note_reachable(struct search *s, const uint32_t *by_order) {
    for (uint32_t i = 0; i < s->g->n;) {
        uint32_t size = s->lowest[by_order[i]];
        for (uint32_t k = 0; k < size; k++) {
            s->blocks->reachable[by_order[i + k]] = size;
        }
        i += size;
    }
}

static enum status search_all(const struct network_host *host, struct arena *scratch,
                              struct search *s) {
    struct effort effort;
    effort_init(&effort, host, 8.0 * s->g->n);
    s->stint = (struct stint){.effort = &effort};
    enum status status = take_search(scratch, s);
    for (uint32_t v = 0; v < s->g->n && status == ST_OK; v++) {
        if (s->order[v] == NOT_SEEN) {
            status = search_component(s, v);
        }
    }
    if (status != ST_OK) {
        return status;
    }
    uint32_t *by_order = s->mark; /* of no more use */
    for (uint32_t v = 0; v < s->g->n; v++) {
        by_order[s->order[v] - 1] = v;
    }
    note_reachable(s, by_order);
    return sort_members(&s->stint, scratch, s->g, s->blocks);
}

enum status blocks_find(const struct network_host *host, const struct graph *g, struct arena *a,
                        struct blocks *out) {
    struct search s = {.g = g, .blocks = out};
    struct arena scratch;
    *out = (struct blocks){0};
    if (g->directed) {
        return ST_MISUSE;
    }
    arena_init(&scratch, host->alloc);
    enum status status = take_blocks(a, g, out);
    if (status == ST_OK) {
        status = search_all(host, &scratch, &s);
    }
    arena_free(&scratch);
    return status;
}

/* ---- cutpoints and bridges ---- */

/* Behind a block of a node lies all of its component that does not hang on it outside the block. */
static void count_parts(const struct graph *g, const struct blocks *b, struct cut *out) {
    for (uint32_t v = 0; v < g->n; v++) {
        out[v] = (struct cut){0, 0};
    }
    for (uint64_t i = 0; i < b->first_member[b->n]; i++) {
        struct cut *cut = &out[g->label[b->member[i]]];
        uint32_t behind = b->reachable[b->member[i]] - b->weight[i];
        cut->parts++;
        cut->separated = behind > cut->separated ? behind : cut->separated; /* the largest yet */
    }
    for (uint32_t v = 0; v < g->n; v++) {
        struct cut *cut = &out[g->label[v]];
        cut->separated = b->reachable[v] - 1 - cut->separated;
    }
}

enum status cuts_find(const struct network_host *host, const struct graph *g, struct cut *out) {
    struct blocks b;
    struct arena a;
    arena_init(&a, host->alloc);
    enum status status = blocks_find(host, g, &a, &b);
    if (status == ST_OK) {
        count_parts(g, &b, out);
    }
    arena_free(&a);
    return status;
}

enum status cutpoints(const struct network_host *host, const struct graph *g, uint8_t *out) {
    size_t size = ((size_t)g->n + 1) * sizeof(struct cut);
    struct cut *cut = mem_take(host->alloc, size);
    enum status status = cut ? cuts_find(host, g, cut) : ST_NO_MEMORY;
    for (uint32_t v = 0; status == ST_OK && v < g->n; v++) {
        out[v] = cut[v].parts > 1;
    }
    mem_give(host->alloc, cut, size);
    return status;
}

/* A bridge as it is sorted: its ends, and how many nodes are on its smaller side. */
struct bridge {
    uint32_t from, to, separated;
};

static int by_ends(const void *a, const void *b) {
    const struct bridge *x = a, *y = b;
    int first = (x->from > y->from) - (x->from < y->from);
    return first ? first : (x->to > y->to) - (x->to < y->to);
}

static struct bridge bridge_of(const struct graph *g, const struct blocks *b, uint32_t block) {
    uint64_t tie = b->first_tie[block];
    uint32_t from = g->label[b->tie_from[tie]], to = g->label[b->tie_to[tie]];
    const uint32_t *weight = b->weight + b->first_member[block];
    return (struct bridge){from < to ? from : to, from < to ? to : from,
                           weight[0] < weight[1] ? weight[0] : weight[1]};
}

static enum status list_bridges(const struct network_host *host, const struct graph *g,
                                const struct blocks *b, struct arena *a, struct bridges *out) {
    struct effort effort;
    struct stint stint = {.effort = &effort};
    struct bridge *found = ARENA_ARRAY(a, struct bridge, b->n + (size_t)1);
    out->n = 0;
    for (uint32_t k = 0; found && k < b->n; k++) {
        if (b->first_tie[k + 1] - b->first_tie[k] == 1) {
            found[out->n++] = bridge_of(g, b, k);
        }
    }
    out->from = ARENA_ARRAY(a, uint32_t, out->n);
    out->to = ARENA_ARRAY(a, uint32_t, out->n);
    out->separated = ARENA_ARRAY(a, uint32_t, out->n);
    if (!found || !out->from || !out->to || !out->separated) {
        return ST_NO_MEMORY;
    }
    effort_init(&effort, host, 24.0 * out->n);
    enum status status = stint_sort(&stint, a, found, out->n, sizeof *found, by_ends);
    for (uint32_t i = 0; status == ST_OK && i < out->n; i++) {
        out->from[i] = found[i].from;
        out->to[i] = found[i].to;
        out->separated[i] = found[i].separated;
    }
    return status;
}

enum status bridges_find(const struct network_host *host, const struct graph *g, struct arena *a,
                         struct bridges *out) {
    struct blocks b;
    struct arena scratch;
    *out = (struct bridges){0};
    arena_init(&scratch, host->alloc);
    enum status status = blocks_find(host, g, &scratch, &b);
    if (status == ST_OK) {
        status = list_bridges(host, g, &b, a, out);
    }
    arena_free(&scratch);
    return status;
}
