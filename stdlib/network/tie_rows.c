/* Repeated ties are found by marking, row by row, whom the row has named. Those with values are
 * sorted first, by turning rows twice, so that repeated ones lie side by side: a sum is taken in
 * the order of values, for the same bits whatever the order of the list. */
#include "stdlib/network/tie_rows.h"
#include "stdlib/network/sort.h"

/* Entries go to places in no order. So that they need not wait for each other's lines of memory,
 * the place of one that is so many further is asked for; where its row will be by then, near
 * enough. */
enum { TIES_A_STRETCH = 1 << 12, AHEAD = 16 };

enum status tie_rows_take(struct arena *a, uint32_t n, struct tie_rows *out) {
    *out = (struct tie_rows){.n = n, .start = LINE_ARRAY(a, uint32_t, (size_t)n + 2)};
    if (!out->start) {
        return ST_NO_MEMORY;
    }
    memset(out->start, 0, ((size_t)n + 2) * sizeof *out->start);
    return ST_OK;
}

enum status tie_rows_open(struct arena *a, bool values, struct tie_rows *rows) {
    for (uint32_t v = 0; v < rows->n; v++) {
        rows->start[v + 2] += rows->start[v + 1];
    }
    uint32_t entries = rows->start[(size_t)rows->n + 1];
    rows->node = LINE_ARRAY(a, uint32_t, entries);
    rows->value = values ? LINE_ARRAY(a, double, entries) : NULL;
    return rows->node && (rows->value || !values) ? ST_OK : ST_NO_MEMORY;
}

/* ---- from a list ---- */

/* A list as rows are to be made of it: which end has the row, and which is put into it. */
struct tie_ends {
    const uint32_t *row, *node;
    const double *value;
    size_t n;
    bool both; /* each is put into the row of the other */
};

/* The next stretch of a list: up to where. */
static enum status next_stretch(struct stint *stint, size_t n, size_t at, size_t *end) {
    *end = n - at < TIES_A_STRETCH ? n : at + TIES_A_STRETCH;
    return stint_due(stint, *end - at);
}

/* The loops among them. */
static enum status count_entries(struct stint *stint, const struct tie_ends *ends,
                                 struct tie_rows *rows, uint64_t *loops) {
    enum status status = ST_OK;
    uint32_t *length = rows->start + 2;
    *loops = 0;
    for (size_t i = 0, end; i < ends->n; i = end) {
        if ((status = next_stretch(stint, ends->n, i, &end)) != ST_OK) {
            return status;
        }
        for (; i < end; i++) {
            uint32_t row = ends->row[i], node = ends->node[i], counts = row != node;
            length[row] += counts;
            if (ends->both) {
                length[node] += counts;
            }
            *loops += !counts;
        }
    }
    return status;
}

static inline void ask_for(const uint32_t *node, const double *value, uint32_t at) {
    __builtin_prefetch(&node[at], 1);
    if (value) {
        __builtin_prefetch(&value[at], 1);
    }
}

/* One at each end of its own, so that the compiler makes of this what suits each use: the loops
 * below are written once, and compiled with values and without. */
static inline void put_entry(uint32_t at, uint32_t other, double one, uint32_t *restrict node,
                             double *restrict value) {
    node[at] = other;
    if (value) {
        value[at] = one;
    }
}

static inline void place_stretch(const struct tie_ends *ends, size_t i, size_t end,
                                 uint32_t *restrict next, uint32_t *restrict node,
                                 double *restrict value) {
    for (; i < end; i++) {
        uint32_t x = ends->row[i], y = ends->node[i];
        double one = value ? ends->value[i] : 1;
        if (i + AHEAD < end) {
            ask_for(node, value, next[ends->row[i + AHEAD]]);
            ask_for(node, value, next[ends->node[i + AHEAD]]);
        }
        if (x == y) {
            continue;
        }
        put_entry(next[x]++, y, one, node, value);
        if (ends->both) {
            put_entry(next[y]++, x, one, node, value);
        }
    }
}

static enum status place_entries(struct stint *stint, const struct tie_ends *ends,
                                 struct tie_rows *rows) {
    const struct tie_ends local = *ends;
    uint32_t *next = rows->start + 1;
    for (size_t i = 0, end; i < ends->n; i = end) {
        enum status status = next_stretch(stint, ends->n, i, &end);
        if (status != ST_OK) {
            return status;
        }
        if (rows->value) {
            place_stretch(&local, i, end, next, rows->node, rows->value);
        } else {
            place_stretch(&local, i, end, next, rows->node, NULL);
        }
    }
    return ST_OK;
}

static enum status fill_rows(struct arena *entries, struct stint *stint,
                             const struct tie_ends *ends, struct gathered *out) {
    enum status status = count_entries(stint, ends, &out->rows, &out->loops);
    if (status == ST_OK) {
        status = tie_rows_open(entries, ends->value != NULL, &out->rows);
    }
    return status == ST_OK ? place_entries(stint, ends, &out->rows) : status;
}

/* ---- turning ---- */

/* Entries of a row that is named v. */
static inline void turn_row(const struct tie_rows *from, uint32_t i, uint32_t end, uint32_t v,
                            uint32_t *restrict next, uint32_t *restrict node,
                            double *restrict value) {
    uint32_t far = end - i > AHEAD ? i + AHEAD : end;
    for (uint32_t k = i; k < far; k++) {
        ask_for(node, value, next[from->node[k]]);
    }
    for (; end - i > AHEAD; i++) {
        ask_for(node, value, next[from->node[i + AHEAD]]);
        put_entry(next[from->node[i]]++, v, value ? from->value[i] : 1, node, value);
    }
    for (; i < end; i++) {
        put_entry(next[from->node[i]]++, v, value ? from->value[i] : 1, node, value);
    }
}

static inline enum status turn(struct stint *stint, const struct tie_rows *rows,
                               const uint32_t *label, uint32_t *next, struct tie_rows *to,
                               double *value) {
    const struct tie_rows from = *rows;
    for (uint32_t v = 0; v < from.n; v++) {
        uint32_t row = label ? label[v] : v, first = from.start[row], end = from.start[row + 1];
        enum status status = stint_due(stint, 1 + (uint64_t)(end - first));
        if (status != ST_OK) {
            return status;
        }
        turn_row(&from, first, end, v, next, to->node, value);
    }
    return ST_OK;
}

enum status tie_rows_turn(struct stint *stint, const struct tie_rows *from, const uint32_t *label,
                          uint32_t *next, struct tie_rows *to) {
    enum status status = to->value ? turn(stint, from, label, next, to, to->value)
                                   : turn(stint, from, label, next, to, NULL);
    memmove(to->start, to->start + 1, ((size_t)to->n + 1) * sizeof *to->start);
    return status;
}

enum status tie_rows_turn_same(struct stint *stint, const struct tie_rows *from,
                               struct tie_rows *to) {
    uint32_t *next = to->start + 1;
    return to->value ? turn(stint, from, NULL, next, to, to->value)
                     : turn(stint, from, NULL, next, to, NULL);
}

/* ---- repeated ties ---- */

/* Rows in place, in any order; how many entries went. */
static enum status drop_repeated(struct arena *a, struct stint *stint, struct gathered *all) {
    struct tie_rows *rows = &all->rows;
    uint32_t *restrict mark = LINE_ARRAY(a, uint32_t, rows->n), *restrict node = rows->node;
    uint32_t at = 0, to = 0;
    if (!mark) {
        return ST_NO_MEMORY;
    }
    memset(mark, 0, rows->n * sizeof *mark);
    for (uint32_t v = 0; v < rows->n; v++) {
        uint32_t end = rows->start[v + 1];
        enum status status = stint_due(stint, 1 + (uint64_t)(end - at));
        if (status != ST_OK) {
            return status;
        }
        rows->start[v] = to;
        for (; at < end; at++) {
            uint32_t other = node[at];
            bool fresh = mark[other] != v + 1;
            mark[other] = v + 1;
            node[to] = other;
            to += fresh;
        }
    }
    rows->start[rows->n] = to;
    all->dropped = at - to;
    return ST_OK;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static inline double merge_two(double x, double y, enum merge merge) {
    return merge == MERGE_SUM ? x + y : (merge == MERGE_MOST) == (x > y) ? x : y;
}

/* Values of one tie, which get into another order. */
static enum status merge_values(struct arena *a, struct stint *stint, double *value, uint32_t n,
                                enum merge merge, double *out) {
    enum status status = ST_OK;
    if (merge == MERGE_SUM && n > 2) {
        status = stint_sort(stint, a, value, n, sizeof *value, by_value);
    }
    double result = value[0];
    for (uint32_t i = 1; i < n; i++) {
        result = merge_two(result, value[i], merge);
    }
    *out = result;
    return status;
}

/* Entries of a sorted row: how many name the same from `at` on. */
static uint32_t count_same(const struct tie_rows *rows, uint32_t at, uint32_t end) {
    uint32_t first = at;
    while (at < end && rows->node[at] == rows->node[first]) {
        at++;
    }
    return at - first;
}

/* Sorted rows in place. */
static enum status merge_repeated(struct arena *a, struct stint *stint, struct gathered *all,
                                  enum merge merge) {
    struct tie_rows *rows = &all->rows;
    uint32_t at = 0, to = 0;
    for (uint32_t v = 0; v < rows->n; v++) {
        uint32_t end = rows->start[v + 1];
        enum status status = stint_due(stint, 1 + (uint64_t)(end - at));
        rows->start[v] = to;
        for (uint32_t same; status == ST_OK && at < end; at += same) {
            same = count_same(rows, at, end);
            rows->node[to] = rows->node[at];
            status = merge_values(a, stint, rows->value + at, same, merge, &rows->value[to++]);
        }
        if (status != ST_OK) {
            return status;
        }
    }
    rows->start[rows->n] = to;
    all->dropped = at - to;
    return ST_OK;
}

/* Lengths of the rows that turning fills. */
static enum status count_named(struct stint *stint, const struct tie_rows *from,
                               struct tie_rows *to) {
    size_t n = from->start[from->n];
    for (size_t i = 0, end; i < n; i = end) {
        enum status status = next_stretch(stint, n, i, &end);
        if (status != ST_OK) {
            return status;
        }
        for (; i < end; i++) {
            to->start[(size_t)from->node[i] + 2]++;
        }
    }
    return ST_OK;
}

/* Rows of the one end become rows of the other. */
static enum status turn_and_merge(struct arena *a, struct arena *entries, struct stint *stint,
                                  enum merge merge, struct gathered *all) {
    struct tie_rows turned;
    enum status status = tie_rows_take(a, all->rows.n, &turned);
    if (status == ST_OK) {
        status = count_named(stint, &all->rows, &turned);
    }
    if (status == ST_OK) {
        status = tie_rows_open(entries, true, &turned);
    }
    if (status == ST_OK) {
        status = tie_rows_turn_same(stint, &all->rows, &turned);
    }
    if (status != ST_OK) {
        return status;
    }
    all->rows = turned;
    return merge_repeated(a, stint, all, merge);
}

enum status tie_rows_gather(struct arena *a, struct arena *entries, struct stint *stint,
                            const struct tie_list *list, struct gathered *out) {
    bool valued = list->value != NULL;
    struct tie_ends ends = {.row = valued ? list->from : list->to,
                            .node = valued ? list->to : list->from,
                            .value = list->value,
                            .n = list->n,
                            .both = !list->directed};
    if (list->n > UINT32_MAX / 2 || list->nodes > UINT32_MAX - 2) {
        return ST_LIMIT;
    }
    enum status status = tie_rows_take(a, list->nodes, &out->rows);
    if (status == ST_OK) {
        status = fill_rows(entries, stint, &ends, out);
    }
    if (status != ST_OK) {
        return status;
    }
    return valued ? turn_and_merge(a, entries, stint, list->merge, out)
                  : drop_repeated(a, stint, out);
}
