/* Sorting: all rows are read, ordered, and given out in that order. */
#include "exec/order.h"
#include "exec/segment.h"

struct sorting {
    struct rows rows;
    uint32_t *order;
    uint32_t next;
    bool done;
};

/* Columns to sort by: those of `rows`, but for references the values of their keys. */
struct sort_columns {
    const struct column **by;
    struct column *values; /* owned, unused where the type is NULL */
    uint32_t n;
};

static enum status columns_open(struct run *run, const struct rows *rows, const uint32_t *columns,
                                struct sort_columns *out) {
    out->by = ARENA_ARRAY(&run->arena, const struct column *, out->n);
    out->values = ARENA_ARRAY(&run->arena, struct column, out->n);
    enum status status = no_memory_unless(out->by && out->values);
    for (uint32_t i = 0; i < out->n && status == ST_OK; i++) {
        out->by[i] = &rows->columns[columns[i]];
        if (out->by[i]->type->kind != TY_REF)
            continue;
        status = column_of_keys(run, out->by[i], rows->n, &out->values[i]);
        out->by[i] = &out->values[i];
    }
    return status;
}

enum status order_by_values(struct run *run, const struct rows *rows, const uint32_t *columns,
                            const bool *descending, uint32_t ncolumns, uint32_t *order) {
    struct sort_columns sort = {.n = ncolumns};
    enum status status = columns_open(run, rows, columns, &sort);
    if (status == ST_OK)
        status =
            no_memory_unless(order_rows(run->alloc, sort.by, descending, ncolumns, rows->n, order));
    for (uint32_t i = 0; sort.values && i < ncolumns; i++)
        if (sort.values[i].type)
            column_free(run->alloc, &sort.values[i]);
    return status;
}

static void sort_close(struct segment *s) {
    struct sorting *sorting = s->state;
    mem_give(s->run->alloc, sorting->order, sorting->rows.n * sizeof *sorting->order);
    rows_free(&sorting->rows);
}

static enum status order_all(struct segment *s, struct sorting *sorting) {
    uint32_t n = sorting->rows.n, nkeys = s->plan->nsort_keys;
    uint32_t *columns = ARENA_ARRAY(&s->run->arena, uint32_t, nkeys);
    bool *descending = ARENA_ARRAY(&s->run->arena, bool, nkeys);
    if (!columns || !descending)
        return ST_NO_MEMORY;
    for (uint32_t i = 0; i < nkeys; i++) {
        columns[i] = s->plan->sort_keys[i].slot;
        descending[i] = s->plan->sort_keys[i].descending;
    }
    sorting->order = mem_take(s->run->alloc, n * sizeof *sorting->order);
    if (!sorting->order)
        return ST_NO_MEMORY;
    return order_by_values(s->run, &sorting->rows, columns, descending, nkeys, sorting->order);
}

static enum status sort_pull(struct segment *s) {
    struct sorting *sorting = s->state;
    if (!sorting->done) {
        sorting->done = true;
        enum status status = collect(s->run, s->input, &sorting->rows);
        if (status == ST_OK && sorting->rows.n > 0 && !s->any_order)
            status = order_all(s, sorting);
        if (status != ST_OK)
            return status;
    }
    return emit_rows(s, &sorting->rows, sorting->order, sorting->rows.n, &sorting->next);
}

enum status sort_open(struct segment *s) {
    struct sorting *sorting = ARENA_NEW(&s->run->arena, struct sorting);
    if (!sorting)
        return ST_NO_MEMORY;
    s->state = sorting;
    s->base = (struct base){sort_pull, sort_close};
    return segment_open(s->run, s->self, s->plan->input, NULL, s->any_order, &s->input);
}
