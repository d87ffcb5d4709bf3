/* Windows: all rows are read and put in the order of their partitions; each window's values are
 * made in that order and given out beside the rows, which keep the order in which they came. */
#include "exec/window.h"

struct windowing {
    struct partitions partitions;
    struct rows values; /* a column a window */
    struct rows all;    /* both, borrowed */
    uint32_t next;
    bool done;
};

static void window_close(struct segment *s) {
    struct windowing *w = s->state;
    struct alloc *a = s->run->alloc;
    struct partitions *p = &w->partitions;
    size_t size = p->rows.n * sizeof(uint32_t);
    uint32_t *parts[] = {p->order, p->start, p->number};
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        mem_give(a, parts[i], parts[i] ? size : 0);
    rows_free(&p->rows);
    rows_free(&w->values);
}

/* ---- partitions ---- */

/* By the partition's keys, then by the order that was asked for; equal rows as they came. */
static enum status order_partitions(struct segment *s, struct partitions *p) {
    const struct plan *plan = s->plan;
    uint32_t n = plan->nkeys + plan->nsort_keys;
    uint32_t *columns = ARENA_ARRAY(&s->run->arena, uint32_t, n);
    bool *descending = ARENA_ARRAY(&s->run->arena, bool, n);
    if (!columns || !descending)
        return ST_NO_MEMORY;
    for (uint32_t i = 0; i < plan->nkeys; i++)
        columns[i] = plan->keys[i];
    for (uint32_t i = 0; i < plan->nsort_keys; i++) {
        columns[plan->nkeys + i] = plan->sort_keys[i].slot;
        descending[plan->nkeys + i] = plan->sort_keys[i].descending;
    }
    return order_by_values(s->run, &p->rows, columns, descending, n, p->order);
}

static bool same_partition(const struct plan *plan, const struct rows *rows, uint32_t a,
                           uint32_t b) {
    for (uint32_t i = 0; i < plan->nkeys; i++) {
        const struct column *key = &rows->columns[plan->keys[i]];
        if (column_compare(key, a, key, b) != 0)
            return false;
    }
    return true;
}

static void number_partitions(const struct plan *plan, struct partitions *p) {
    for (uint32_t i = 0; i < p->rows.n; i++) {
        bool first = i == 0 || !same_partition(plan, &p->rows, p->order[i - 1], p->order[i]);
        p->n += first;
        p->start[i] = first ? i : p->start[i - 1];
        p->number[i] = p->n - 1;
    }
}

static enum status make_partitions(struct segment *s, struct partitions *p) {
    enum status status = collect(s->run, s->input, &p->rows);
    if (status != ST_OK || p->rows.n == 0)
        return status;
    size_t size = p->rows.n * sizeof(uint32_t);
    p->order = mem_take(s->run->alloc, size);
    p->start = mem_take(s->run->alloc, size);
    p->number = mem_take(s->run->alloc, size);
    if (!p->order || !p->start || !p->number)
        return ST_NO_MEMORY;
    status = order_partitions(s, p);
    if (status == ST_OK)
        number_partitions(s->plan, p);
    return status;
}

/* ---- the operator ---- */

static enum status make_values(struct segment *s, struct windowing *w) {
    const struct plan *plan = s->plan;
    struct arena *arena = &s->run->arena;
    uint32_t nrow = w->partitions.rows.ncolumns;
    w->values = (struct rows){.alloc = s->run->alloc};
    w->values.columns = ARENA_ARRAY(arena, struct column, plan->nwindows);
    w->all.columns = ARENA_ARRAY(arena, struct column, nrow + plan->nwindows);
    if (!w->values.columns || !w->all.columns)
        return ST_NO_MEMORY;
    enum status status = ST_OK;
    for (uint32_t i = 0; i < plan->nwindows && status == ST_OK; i++) {
        w->values.columns[i].type = plan->windows[i].type;
        w->values.ncolumns = i + 1;
        status = window_values(s, &w->partitions, &plan->windows[i], &w->values.columns[i]);
    }
    for (uint32_t i = 0; i < nrow; i++)
        w->all.columns[i] = w->partitions.rows.columns[i];
    for (uint32_t i = 0; i < w->values.ncolumns; i++)
        w->all.columns[nrow + i] = w->values.columns[i];
    w->all.ncolumns = nrow + w->values.ncolumns;
    return status;
}

static enum status window_pull(struct segment *s) {
    struct windowing *w = s->state;
    if (!w->done) {
        w->done = true;
        enum status status = make_partitions(s, &w->partitions);
        if (status == ST_OK && w->partitions.rows.n > 0)
            status = make_values(s, w);
        if (status != ST_OK)
            return status;
    }
    return emit_rows(s, &w->all, NULL, w->partitions.rows.n, &w->next);
}

enum status window_open(struct segment *s) {
    struct windowing *w = ARENA_NEW(&s->run->arena, struct windowing);
    if (!w)
        return ST_NO_MEMORY;
    s->state = w;
    s->base = (struct base){window_pull, window_close};
    return segment_open(s->run, s->self, s->plan->input, NULL, false, &s->input);
}
