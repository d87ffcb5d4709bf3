/* Both sides as rows: what each node has, and who has each. Then each node adds up, over what it
 * has, those who come behind it; sums are made in the order of the other side. Ties are counted
 * before they are written, so that they take no more room than they need. */
#include "stdlib/network/projection.h"

struct side_rows {
    uint32_t n;
    uint64_t *start; /* n + 1 */
    uint32_t *end;
};

struct projecting {
    struct side_rows has, had; /* by node, by other; both rising */
    uint64_t *fill;
    enum projection_value value;
    double *sum; /* of nodes; 0 between uses */
    uint32_t *met;
    struct stint stint;
};

/* From counts behind the number of each row to where rows begin. */
static void begin_rows(struct side_rows *rows, uint64_t *fill) {
    for (uint32_t r = 0; r < rows->n; r++) {
        rows->start[r + 1] += rows->start[r];
    }
    memcpy(fill, rows->start, ((size_t)rows->n + 1) * sizeof *fill);
}

static void scatter(const struct two_mode *in, struct side_rows *to, uint64_t *fill) {
    for (size_t i = 0; i < in->n; i++) {
        to->start[in->node[i] + (size_t)1]++;
    }
    begin_rows(to, fill);
    for (size_t i = 0; i < in->n; i++) {
        to->end[fill[in->node[i]]++] = in->other[i];
    }
}

/* Rows of the other side; they are rising, since those of this one are read in order. */
static void turn(const struct side_rows *from, struct side_rows *to, uint64_t *fill) {
    memset(to->start, 0, ((size_t)to->n + 1) * sizeof *to->start);
    for (uint64_t i = 0; i < from->start[from->n]; i++) {
        to->start[from->end[i] + (size_t)1]++;
    }
    begin_rows(to, fill);
    for (uint32_t r = 0; r < from->n; r++) {
        for (uint64_t i = from->start[r]; i < from->start[r + 1]; i++) {
            to->end[fill[from->end[i]]++] = r;
        }
    }
}

/* What is said twice lies side by side in rising rows. */
static void drop_repeated(struct side_rows *rows) {
    uint64_t to = 0, at = 0;
    for (uint32_t r = 0; r < rows->n; r++) {
        uint64_t end = rows->start[r + 1], first = to;
        rows->start[r] = to;
        for (; at < end; at++) {
            if (to == first || rows->end[to - 1] != rows->end[at]) {
                rows->end[to++] = rows->end[at];
            }
        }
    }
    rows->start[rows->n] = to;
}

static bool take_side(struct arena *a, uint32_t n, size_t entries, struct side_rows *side) {
    *side = (struct side_rows){.n = n,
                               .start = ARENA_ARRAY(a, uint64_t, (size_t)n + 1),
                               .end = LINE_ARRAY(a, uint32_t, entries)};
    return side->start && side->end;
}

static enum status read_sides(struct arena *a, const struct two_mode *in, struct projecting *p) {
    uint32_t most = in->nodes > in->others ? in->nodes : in->others;
    for (size_t i = 0; i < in->n; i++) {
        if (in->node[i] >= in->nodes || in->other[i] >= in->others) {
            return ST_MISUSE;
        }
    }
    p->fill = LINE_ARRAY(a, uint64_t, (size_t)most + 1);
    p->sum = ARENA_ARRAY(a, double, (size_t)in->nodes + 1);
    p->met = LINE_ARRAY(a, uint32_t, (size_t)in->nodes + 1);
    if (!p->fill || !p->sum || !p->met || !take_side(a, in->nodes, in->n, &p->has) ||
        !take_side(a, in->others, in->n, &p->had)) {
        return ST_NO_MEMORY;
    }
    scatter(in, &p->has, p->fill);
    turn(&p->has, &p->had, p->fill);
    drop_repeated(&p->had);
    turn(&p->had, &p->has, p->fill);
    return ST_OK;
}

/* ---- ties ---- */

static inline uint64_t length_of(const struct side_rows *rows, uint32_t r) {
    return rows->start[r + 1] - rows->start[r];
}

/* Adds up what v has in common with each node behind it; how many these are. */
static enum status meet(struct projecting *p, uint32_t v, uint32_t *n) {
    enum status status = ST_OK;
    *n = 0;
    for (uint64_t i = p->has.start[v]; i < p->has.start[v + 1] && status == ST_OK; i++) {
        uint32_t other = p->has.end[i];
        uint64_t size = length_of(&p->had, other);
        double part = p->value == PROJECTION_NEWMAN ? 1 / ((double)size - 1) : 1;
        status = stint_due(&p->stint, size);
        for (uint64_t k = p->had.start[other + 1]; k-- > p->had.start[other];) {
            uint32_t u = p->had.end[k];
            if (u <= v) {
                break;
            }
            p->met[*n] = u;
            *n += !(p->sum[u] > 0);
            p->sum[u] += part;
        }
    }
    return status;
}

static double value_of(const struct projecting *p, uint32_t v, uint32_t u) {
    double all = (double)length_of(&p->has, v) + (double)length_of(&p->has, u);
    return p->value == PROJECTION_JACCARD ? p->sum[u] / (all - p->sum[u]) : p->sum[u];
}

/* Without a list to write, ties are only counted. */
static enum status find_ties(struct projecting *p, uint32_t *from, uint32_t *to, double *value,
                             uint64_t *count) {
    enum status status = ST_OK;
    *count = 0;
    for (uint32_t v = 0; v < p->has.n && status == ST_OK; v++) {
        uint32_t n;
        status = meet(p, v, &n);
        for (uint32_t i = 0; i < n; i++) {
            uint32_t u = p->met[i];
            if (from) {
                from[*count + i] = v;
                to[*count + i] = u;
                value[*count + i] = value_of(p, v, u);
            }
            p->sum[u] = 0;
        }
        *count += n;
    }
    return status;
}

static enum status list_ties(struct projecting *p, struct arena *a, struct tie_list *list) {
    uint64_t count = 0;
    enum status status = find_ties(p, NULL, NULL, NULL, &count);
    if (status != ST_OK || count > UINT32_MAX) {
        return status != ST_OK ? status : ST_LIMIT;
    }
    uint32_t *from = LINE_ARRAY(a, uint32_t, count), *to = LINE_ARRAY(a, uint32_t, count);
    double *value = LINE_ARRAY(a, double, count);
    if (!from || !to || !value) {
        return ST_NO_MEMORY;
    }
    *list = (struct tie_list){
        .nodes = p->has.n, .n = count, .from = from, .to = to, .value = value, .merge = MERGE_SUM};
    return find_ties(p, from, to, value, &count);
}

enum status projection_build(const struct network_host *host, const struct two_mode *in,
                             enum projection_value value, struct graph *out) {
    struct projecting p = {.value = value};
    struct tie_list list;
    struct effort effort;
    struct arena a;
    arena_init(&a, host->alloc);
    effort_init(&effort, host, 16 * (double)in->n);
    p.stint = (struct stint){.effort = &effort};
    enum status status = read_sides(&a, in, &p);
    if (status == ST_OK) {
        status = list_ties(&p, &a, &list);
    }
    if (status == ST_OK) {
        status = graph_build(host, &list, out);
    }
    arena_free(&a);
    return status;
}
