/* Building compressed rows by counting, without comparing.
 *
 * Ties are gathered into rows of the caller's numbers, where repeated ones are merged; only then
 * are the degrees known that nodes are numbered by. These rows, read in the order of new numbers,
 * put each tie into the row of its other end, which thereby is sorted. Reading those the same way
 * gives the rows of the other direction. */
#include "stdlib/network/tie_rows.h"
#include <math.h>

struct builder {
    struct graph *graph;
    struct arena scratch, entries; /* `entries`: of the rows that are gathered */
    struct effort effort;
    struct stint stint;
    struct gathered gathered;
    uint32_t *begun; /* of each node the ties that begin there, if there are directions */
};

enum { TIES_A_CHECK = 1 << 12 };

/* Without a branch for each, so that many are checked at once. */
static bool ends_below(const uint32_t *end, size_t n, uint32_t nodes) {
    uint32_t wrong = 0;
    for (size_t i = 0; i < n; i++) {
        wrong |= end[i] >= nodes;
    }
    return !wrong;
}

static bool values_allowed(const double *value, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(value[i]) || value[i] < 0) {
            return false;
        }
    }
    return true;
}

static enum status check_ties(struct stint *stint, const struct tie_list *t) {
    for (size_t i = 0; i < t->n; i += TIES_A_CHECK) {
        size_t n = t->n - i < TIES_A_CHECK ? t->n - i : TIES_A_CHECK;
        enum status status = stint_due(stint, n);
        if (status != ST_OK) {
            return status;
        }
        if (!ends_below(t->from + i, n, t->nodes) || !ends_below(t->to + i, n, t->nodes) ||
            (t->value && !values_allowed(t->value + i, n))) {
            return ST_MISUSE;
        }
    }
    return ST_OK;
}

/* ---- numbering ---- */

/* How many ties begin at each. */
static enum status count_begun(struct builder *b, uint32_t *begun) {
    const struct tie_rows *in = &b->gathered.rows;
    memset(begun, 0, in->n * sizeof *begun);
    for (uint32_t v = 0; v < in->n; v++) {
        enum status status = stint_due(&b->stint, 1 + (uint64_t)tie_row_length(in, v));
        if (status != ST_OK) {
            return status;
        }
        for (uint32_t i = in->start[v]; i < in->start[v + 1]; i++) {
            begun[in->node[i]]++;
        }
    }
    return ST_OK;
}

/* By falling degree, equal ones by number: counting sort over degrees. */
static enum status sort_by_degree(struct builder *b, const uint32_t *degree) {
    struct graph *g = b->graph;
    uint32_t most = 0;
    for (uint32_t v = 0; v < g->n; v++) {
        most = degree[v] > most ? degree[v] : most;
    }
    uint32_t *next = ARENA_ARRAY(&b->scratch, uint32_t, (size_t)most + 2);
    if (!next) {
        return ST_NO_MEMORY;
    }
    for (uint32_t v = 0; v < g->n; v++) {
        next[most - degree[v] + 1]++;
    }
    for (uint32_t d = 0; d <= most; d++) {
        next[d + 1] += next[d];
    }
    for (uint32_t v = 0; v < g->n; v++) {
        g->place[v] = next[most - degree[v]]++;
        g->label[g->place[v]] = v;
    }
    return stint_due(&b->stint, g->n);
}

static enum status number_by_degree(struct builder *b) {
    struct graph *g = b->graph;
    uint32_t *degree = LINE_ARRAY(&b->scratch, uint32_t, g->n);
    g->label = LINE_ARRAY(&g->memory, uint32_t, g->n);
    g->place = LINE_ARRAY(&g->memory, uint32_t, g->n);
    if (!degree || !g->label || !g->place) {
        return ST_NO_MEMORY;
    }
    for (uint32_t v = 0; v < g->n; v++) {
        degree[v] = tie_row_length(&b->gathered.rows, v) + (g->directed ? b->begun[v] : 0);
    }
    return sort_by_degree(b, degree);
}

/* ---- rows ---- */

/* Empty rows in new numbers, to be kept; `length` of them in old ones. */
static enum status take_rows(struct builder *b, const uint32_t *length, struct tie_rows *rows,
                             struct rows_of_ties *kept) {
    struct graph *g = b->graph;
    enum status status = tie_rows_take(&b->scratch, g->n, rows);
    kept->start = LINE_ARRAY(&g->memory, uint64_t, (size_t)g->n + 1);
    if (status != ST_OK || !kept->start) {
        return ST_NO_MEMORY;
    }
    for (uint32_t v = 0; v < g->n; v++) {
        rows->start[(size_t)g->place[v] + 2] =
            length ? length[v] : tie_row_length(&b->gathered.rows, v);
    }
    return tie_rows_open(&g->memory, b->gathered.rows.value != NULL, rows);
}

/* Of filled rows. */
static void keep_rows(const struct tie_rows *rows, struct rows_of_ties *kept) {
    size_t n = (size_t)rows->n + 1;
    kept->node = rows->node;
    kept->value = rows->value;
    for (size_t v = 0; v < n; v++) {
        kept->start[v] = rows->start[v];
    }
}

static enum status turn_out(struct builder *b, struct tie_rows *out) {
    struct graph *g = b->graph;
    uint32_t *next = LINE_ARRAY(&b->scratch, uint32_t, g->n);
    enum status status = next ? take_rows(b, b->begun, out, &g->out) : ST_NO_MEMORY;
    if (status != ST_OK) {
        return status;
    }
    for (uint32_t v = 0; v < g->n; v++) {
        next[v] = out->start[g->place[v] + 1];
    }
    status = tie_rows_turn(&b->stint, &b->gathered.rows, g->label, next, out);
    keep_rows(out, &g->out);
    return status;
}

static enum status turn_in(struct builder *b, const struct tie_rows *out) {
    struct graph *g = b->graph;
    struct tie_rows in;
    enum status status = take_rows(b, NULL, &in, &g->in);
    if (status == ST_OK) {
        status = tie_rows_turn_same(&b->stint, out, &in);
        keep_rows(&in, &g->in);
    }
    return status;
}

static enum status lay_out(struct builder *b) {
    struct graph *g = b->graph;
    struct tie_rows out;
    enum status status = turn_out(b, &out);
    if (status == ST_OK && g->directed) {
        return turn_in(b, &out);
    }
    g->in = g->out;
    return status;
}

/* ---- all of it ---- */

static enum status gather(struct builder *b, const struct tie_list *list) {
    enum status status = check_ties(&b->stint, list);
    if (status == ST_OK) {
        status = tie_rows_gather(&b->scratch, &b->entries, &b->stint, list, &b->gathered);
    }
    if (status == ST_OK && list->directed) {
        b->begun = LINE_ARRAY(&b->scratch, uint32_t, list->nodes);
        status = b->begun ? count_begun(b, b->begun) : ST_NO_MEMORY;
    }
    return status;
}

static enum status count_ties(struct builder *b) {
    struct graph *g = b->graph;
    uint64_t entries = g->out.start[g->n], one = g->directed ? 1 : 2;
    g->ties = entries / one;
    g->loops = b->gathered.loops;
    g->merged = b->gathered.dropped / one;
    g->least = 1;
    for (uint64_t i = 0; g->out.value && i < entries; i++) {
        g->least = i == 0 || g->out.value[i] < g->least ? g->out.value[i] : g->least;
    }
    return stint_due(&b->stint, entries);
}

static enum status build(struct builder *b, const struct tie_list *list) {
    enum status status = gather(b, list);
    if (status == ST_OK) {
        status = number_by_degree(b);
    }
    if (status == ST_OK) {
        status = lay_out(b);
    }
    return status == ST_OK ? count_ties(b) : status;
}

enum status graph_build(const struct network_host *host, const struct tie_list *ties,
                        struct graph *out) {
    struct builder b = {.graph = out};
    *out = (struct graph){.n = ties->nodes, .directed = ties->directed};
    arena_init(&out->memory, host->alloc);
    arena_init(&b.scratch, host->alloc);
    arena_init(&b.entries, host->alloc);
    effort_init(&b.effort, host, (double)ties->n * (ties->directed ? 7 : 8));
    b.stint = (struct stint){.effort = &b.effort};
    enum status status = build(&b, ties);
    arena_free(&b.scratch);
    arena_free(&b.entries);
    if (status != ST_OK) {
        graph_free(out);
    }
    return status;
}

/* The ties of sorted, merged rows as a list of their own, in the caller's numbers; `values` where
 * there are none, too. */
static enum status list_from_rows(struct arena *a, const struct graph *g, bool values,
                                  struct tie_list *list) {
    const struct rows_of_ties *rows = &g->out;
    uint64_t entries = rows->start[g->n], n = 0;
    uint32_t *from = LINE_ARRAY(a, uint32_t, entries), *to = LINE_ARRAY(a, uint32_t, entries);
    double *value = values ? LINE_ARRAY(a, double, entries) : NULL;
    if (!from || !to || (values && !value)) {
        return ST_NO_MEMORY;
    }
    for (uint32_t v = 0; v < g->n; v++) {
        for (uint64_t i = rows->start[v]; i < rows->start[v + 1]; i++) {
            if (!g->directed && rows->node[i] < v) {
                continue;
            }
            from[n] = g->label[v];
            to[n] = g->label[rows->node[i]];
            if (value) {
                value[n] = rows->value ? rows->value[i] : 1;
            }
            n++;
        }
    }
    *list = (struct tie_list){.nodes = g->n,
                              .directed = g->directed,
                              .n = n,
                              .from = from,
                              .to = to,
                              .value = value,
                              .merge = MERGE_SUM};
    return ST_OK;
}

enum status graph_without_direction(const struct network_host *host, const struct graph *g,
                                    enum merge merge, struct graph *out) {
    struct tie_list list;
    struct arena scratch;
    arena_init(&scratch, host->alloc);
    enum status status = list_from_rows(&scratch, g, g->out.value || merge == MERGE_SUM, &list);
    if (status == ST_OK) {
        list.directed = false;
        list.merge = merge;
        status = graph_build(host, &list, out);
    }
    arena_free(&scratch);
    return status;
}

void graph_free(struct graph *g) {
    arena_free(&g->memory);
}

uint64_t graph_entries(const struct graph *g) {
    return g->out.start[g->n] + (g->directed ? g->in.start[g->n] : 0);
}

uint64_t row_find(const struct rows_of_ties *rows, uint32_t from, uint32_t to) {
    uint64_t low = rows->start[from], high = rows->start[from + 1];
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (rows->node[middle] < to) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < rows->start[from + 1] && rows->node[low] == to ? low : UINT64_MAX;
}
