/* Building compressed rows by counting, without comparing.
 *
 * Each tie is put into the row of its target, then the rows are read in order and each entry is put
 * into the row of its source: rows come out sorted. The second reading the other way gives sorted
 * rows of sources. Repeated ties then lie side by side. Where there were any, degrees were counted
 * too high and the numbering by degree is not the one of the simple graph: it is built once more
 * from the merged ties. */
#include "stdlib/network/graph.h"
#include <math.h>
#include <stdlib.h>

struct builder {
    struct graph *graph;
    struct arena scratch;
    struct effort effort;
    struct stint stint;
    struct tie_list list;
    uint64_t *fill; /* n + 1: where the next entry of each row goes */
};

enum { TIES_A_STRETCH = 1 << 12 };

static enum status check_ties(struct builder *b) {
    const struct tie_list *t = &b->list;
    for (size_t i = 0; i < t->n; i++) {
        if (t->from[i] >= t->nodes || t->to[i] >= t->nodes ||
            (t->value && (!isfinite(t->value[i]) || t->value[i] < 0))) {
            return ST_MISUSE;
        }
    }
    return ST_OK;
}

/* ---- numbering ---- */

static void count_ends(const struct builder *b, uint32_t *degree) {
    const struct tie_list *t = &b->list;
    memset(degree, 0, t->nodes * sizeof *degree);
    for (size_t i = 0; i < t->n; i++) {
        if (t->from[i] != t->to[i]) {
            degree[t->from[i]]++;
            degree[t->to[i]]++;
        }
    }
}

/* By falling degree, equal ones by number: counting sort over degrees. */
static enum status number_by_degree(struct builder *b) {
    struct graph *g = b->graph;
    uint32_t *degree = LINE_ARRAY(&b->scratch, uint32_t, g->n), most = 0;
    if (!degree) {
        return ST_NO_MEMORY;
    }
    count_ends(b, degree);
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
    return ST_OK;
}

/* ---- rows ---- */

static enum status take_rows(struct arena *a, uint32_t n, uint64_t entries, bool values,
                             struct rows_of_ties *rows) {
    rows->start = LINE_ARRAY(a, uint64_t, (size_t)n + 1);
    rows->node = LINE_ARRAY(a, uint32_t, entries);
    rows->value = values ? LINE_ARRAY(a, double, entries) : NULL;
    return rows->start && rows->node && (rows->value || !values) ? ST_OK : ST_NO_MEMORY;
}

static inline void put(struct builder *b, struct rows_of_ties *rows, uint32_t row, uint32_t node,
                       const double *value) {
    uint64_t at = b->fill[row]++;
    rows->node[at] = node;
    if (rows->value) {
        rows->value[at] = *value;
    }
}

/* From counts behind each row's number to starts; and rows are empty. */
static void begin_rows(struct builder *b, struct rows_of_ties *rows) {
    uint32_t n = b->graph->n;
    for (uint32_t v = 0; v < n; v++) {
        rows->start[v + 1] += rows->start[v];
    }
    memcpy(b->fill, rows->start, ((size_t)n + 1) * sizeof *b->fill);
}

/* Into the rows of targets, in the order of the list; undirected ties into both. */
static enum status scatter_list(struct builder *b, struct rows_of_ties *rows) {
    const struct graph *g = b->graph;
    const struct tie_list *t = &b->list;
    memset(rows->start, 0, ((size_t)g->n + 1) * sizeof *rows->start);
    for (size_t i = 0; i < t->n; i++) {
        bool counts = t->from[i] != t->to[i];
        rows->start[g->place[t->to[i]] + 1] += counts;
        rows->start[g->place[t->from[i]] + 1] += counts && !g->directed;
    }
    begin_rows(b, rows);
    for (size_t i = 0; i < t->n; i++) {
        uint32_t from = g->place[t->from[i]], to = g->place[t->to[i]];
        const double *value = t->value ? &t->value[i] : NULL;
        enum status status = i % TIES_A_STRETCH ? ST_OK : stint_due(&b->stint, TIES_A_STRETCH);
        if (status != ST_OK) {
            return status;
        }
        if (from != to) {
            put(b, rows, to, from, value);
            if (!g->directed) {
                put(b, rows, from, to, value);
            }
        }
    }
    return ST_OK;
}

/* Reads rows in order and puts each entry into the row it names, which thereby is sorted. */
static enum status turn_rows(struct builder *b, const struct rows_of_ties *from,
                             struct rows_of_ties *to) {
    uint32_t n = b->graph->n;
    uint64_t entries = from->start[n];
    memset(to->start, 0, ((size_t)n + 1) * sizeof *to->start);
    for (uint64_t i = 0; i < entries; i++) {
        to->start[from->node[i] + 1]++;
    }
    begin_rows(b, to);
    for (uint32_t v = 0; v < n; v++) {
        enum status status = stint_due(&b->stint, row_length(from, v));
        if (status != ST_OK) {
            return status;
        }
        for (uint64_t i = from->start[v]; i < from->start[v + 1]; i++) {
            put(b, to, from->node[i], v, from->value ? &from->value[i] : NULL);
        }
    }
    return ST_OK;
}

/* ---- repeated ties ---- */

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Sums in the order of values, so that the order of the list does not matter. */
static double merge_values(double *value, uint64_t n, enum merge merge) {
    qsort(value, n, sizeof *value, by_value);
    double sum = 0;
    for (uint64_t i = 0; i < n; i++) {
        sum += value[i];
    }
    return merge == MERGE_SUM ? sum : merge == MERGE_MOST ? value[n - 1] : value[0];
}

/* Sorted rows in place; how many entries went. */
static uint64_t merge_repeated(struct rows_of_ties *rows, uint32_t n, enum merge merge) {
    uint64_t to = 0, at = 0, entries = rows->start[n];
    for (uint32_t v = 0; v < n; v++) {
        uint64_t end = rows->start[v + 1];
        rows->start[v] = to;
        while (at < end) {
            uint64_t first = at;
            while (at < end && rows->node[at] == rows->node[first]) {
                at++;
            }
            if (rows->value) {
                rows->value[to] = at - first > 1
                                      ? merge_values(rows->value + first, at - first, merge)
                                      : rows->value[first];
            }
            rows->node[to++] = rows->node[first];
        }
    }
    rows->start[n] = to;
    return entries - to;
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

/* ---- all of it ---- */

static uint64_t count_loops(const struct tie_list *t) {
    uint64_t loops = 0;
    for (size_t i = 0; i < t->n; i++) {
        loops += t->from[i] == t->to[i];
    }
    return loops;
}

static enum status take_graph(struct builder *b, uint64_t entries) {
    struct graph *g = b->graph;
    bool values = b->list.value != NULL;
    g->label = LINE_ARRAY(&g->memory, uint32_t, g->n);
    g->place = LINE_ARRAY(&g->memory, uint32_t, g->n);
    b->fill = LINE_ARRAY(&b->scratch, uint64_t, (size_t)g->n + 1);
    if (!g->label || !g->place || !b->fill) {
        return ST_NO_MEMORY;
    }
    enum status status = take_rows(&g->memory, g->n, entries, values, &g->out);
    if (status == ST_OK && g->directed) {
        status = take_rows(&g->memory, g->n, entries, values, &g->in);
    }
    return status;
}

/* Sorted `out` rows of the list with repeated ties side by side. */
static enum status lay_out(struct builder *b) {
    struct graph *g = b->graph;
    struct rows_of_ties first = {0};
    uint64_t entries = (b->list.n - g->loops) * (g->directed ? 1 : 2);
    enum status status = take_graph(b, entries);
    if (status == ST_OK) {
        status = take_rows(&b->scratch, g->n, entries, b->list.value != NULL, &first);
    }
    if (status == ST_OK) {
        status = number_by_degree(b);
    }
    if (status == ST_OK) {
        status = scatter_list(b, &first);
    }
    return status == ST_OK ? turn_rows(b, &first, &g->out) : status;
}

static enum status finish(struct builder *b) {
    struct graph *g = b->graph;
    uint64_t entries = g->out.start[g->n];
    g->ties = g->directed ? entries : entries / 2;
    g->least = 1;
    for (uint64_t i = 0; g->out.value && i < entries; i++) {
        g->least = i == 0 || g->out.value[i] < g->least ? g->out.value[i] : g->least;
    }
    if (!g->directed) {
        g->in = g->out;
        return ST_OK;
    }
    return turn_rows(b, &g->out, &g->in);
}

static enum status open_builder(struct builder *b, const struct network_host *host,
                                const struct tie_list *list, struct graph *g) {
    *g = (struct graph){.n = list->nodes, .directed = list->directed};
    arena_init(&g->memory, host->alloc);
    arena_init(&b->scratch, host->alloc);
    b->graph = g;
    b->list = *list;
    effort_init(&b->effort, host, (double)list->n * (list->directed ? 3 : 4));
    b->stint = (struct stint){.effort = &b->effort};
    g->loops = count_loops(list);
    return lay_out(b);
}

static void close_builder(struct builder *b, enum status status) {
    arena_free(&b->scratch);
    if (status != ST_OK) {
        graph_free(b->graph);
    }
}

/* Of a list without repeated ties. */
static enum status build_simple(const struct network_host *host, const struct tie_list *list,
                                struct graph *g) {
    struct builder b = {.graph = g};
    enum status status = open_builder(&b, host, list, g);
    if (status == ST_OK) {
        status = finish(&b);
    }
    close_builder(&b, status);
    return status;
}

/* The graph with repeated ties gives the list for the one without. */
static enum status build_merged(const struct network_host *host, struct graph *repeated,
                                struct graph *out) {
    struct tie_list list;
    struct arena scratch;
    arena_init(&scratch, host->alloc);
    enum status status = list_from_rows(&scratch, repeated, repeated->out.value != NULL, &list);
    if (status == ST_OK) {
        status = build_simple(host, &list, out);
    }
    arena_free(&scratch);
    return status;
}

enum status graph_build(const struct network_host *host, const struct tie_list *ties,
                        struct graph *out) {
    struct builder b = {.list = *ties};
    struct graph first;
    uint64_t merged = 0;
    if (check_ties(&b) != ST_OK) {
        return ST_MISUSE;
    }
    enum status status = open_builder(&b, host, ties, &first);
    if (status == ST_OK) {
        merged = merge_repeated(&first.out, first.n, ties->merge) / (ties->directed ? 1 : 2);
        status = merged ? build_merged(host, &first, out) : finish(&b);
    }
    close_builder(&b, status);
    if (status != ST_OK) {
        return status;
    }
    if (merged) {
        out->merged = merged;
        out->loops = first.loops;
        graph_free(&first);
    } else {
        *out = first;
    }
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
