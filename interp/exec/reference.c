/* Following references: from row numbers to the values of another table.
 *
 * Dimensions are lent by the caller's store for the whole run. Row number 0, a
 * missing reference and a number the dimension does not have give a missing
 * value. A key may itself be a reference, hence the path. */
#include "exec/segment.h"

static enum status add_to_path(struct run *run, const struct table *table, int column,
                               struct reference *out) {
    if (out->n == COUNT_OF(out->path))
        return ST_LIMIT;
    out->type = table->columns[column].type;
    struct exec_env *env = run->env;
    return env->dimension(env->user, table, column, &out->path[out->n++]);
}

enum status reference_to_column(struct run *run, const struct table *table, int column,
                                struct reference *out) {
    *out = (struct reference){0};
    return add_to_path(run, table, column, out);
}

enum status reference_to_key(struct run *run, const struct type *type, struct reference *out) {
    *out = (struct reference){.type = type};
    enum status status = ST_OK;
    while (status == ST_OK && out->type->kind == TY_REF)
        status = add_to_path(run, out->type->table, (int)out->type->table->keys[0], out);
    return status;
}

const struct type *reference_key_type(const struct type *type) {
    while (type->kind == TY_REF)
        type = type->table->columns[type->table->keys[0]].type;
    return type;
}

/* The row of the last dimension of the path that a reference leads to, 0 if none. */
static uint32_t follow(const struct reference *r, int64_t id) {
    for (uint32_t i = 0; i < r->n; i++) {
        const struct dimension *d = &r->path[i];
        if (id <= 0 || id >= (int64_t)d->n || column_state(d->column, (uint32_t)id) != PRESENT)
            return 0;
        if (i + 1 < r->n)
            id = d->column->i[id];
    }
    return (uint32_t)id;
}

/* The common case, without states to look at. */
static void follow_to_texts(const struct reference *r, const int64_t *ids, uint32_t n,
                            const struct text **out) {
    const struct text *const *values = r->path[0].column->t;
    uint64_t stop = r->path[0].n;
    for (uint32_t i = 0; i < n; i++)
        out[i] = ids[i] > 0 && (uint64_t)ids[i] < stop ? values[ids[i]] : NULL;
}

bool reference_values(struct alloc *a, const struct reference *r, const struct column *in,
                      uint32_t from, uint32_t n, struct column *out, uint32_t at) {
    const struct column *values = r->path[r->n - 1].column;
    if (r->n == 1 && !in->state && type_storage(values->type) == STORE_TEXT) {
        follow_to_texts(r, in->i + from, n, out->t + at);
        return true;
    }
    uint32_t index[256];
    for (uint32_t start = 0; start < n; start += (uint32_t)COUNT_OF(index)) {
        uint32_t m = n - start < COUNT_OF(index) ? n - start : (uint32_t)COUNT_OF(index);
        for (uint32_t i = 0; i < m; i++) {
            uint32_t row = from + start + i;
            bool present = !in->state || in->state[row] == PRESENT;
            uint32_t found = present ? follow(r, in->i[row]) : 0;
            index[i] = found ? found : NO_ROW;
        }
        if (!column_gather(a, out, at + start, values, index, m))
            return false;
    }
    return true;
}

enum status column_of_keys(struct run *run, const struct column *references, uint32_t n,
                           struct column *out) {
    struct reference reference;
    enum status status = reference_to_key(run, references->type, &reference);
    out->type = reference.type;
    if (status != ST_OK)
        return status;
    return no_memory_unless(column_reserve(run->alloc, out, n) &&
                            reference_values(run->alloc, &reference, references, 0, n, out, 0));
}
