/* Copying, picking and growing columns.
 *
 * A column gets a state array only when a value that is not present arrives,
 * so most columns are one plain array and the loops here stay memory moves.
 * Once there, states are always written, since reserving leaves them undefined. */
#include "exec/rows.h"

bool lane_grow(struct alloc *a, struct lane *l, uint32_t cap) {
    if (cap <= l->cap)
        return true;
    uint32_t room = l->cap > UINT32_MAX / 2 ? UINT32_MAX : l->cap * 2;
    room = room < cap ? cap : room;
    char *moved = mem_resize(a, l->p, l->cap * l->size, room * l->size);
    if (!moved)
        return false;
    memset(moved + l->cap * l->size, 0, (room - l->cap) * l->size);
    l->p = moved;
    l->cap = room;
    return true;
}

void lane_free(struct alloc *a, struct lane *l) {
    mem_give(a, l->p, l->cap * l->size);
    *l = (struct lane){.size = l->size};
}

static bool keeps_states(const struct type *type) {
    enum storage storage = type_storage(type);
    return storage == STORE_WORD || storage == STORE_FLOAT;
}

bool column_prepare(struct alloc *a, struct column *c, const struct type *type, uint32_t rows) {
    c->type = type;
    if (!column_reserve(a, c, rows))
        return false;
    return !type->nullable || !keeps_states(type) || column_states(a, c);
}

static void copy_values(struct column *out, uint32_t at, const struct column *in, uint32_t from,
                        uint32_t n) {
    switch (type_storage(in->type)) {
    case STORE_FLOAT:
        memcpy(out->f + at, in->f + from, n * sizeof *out->f);
        break;
    case STORE_TEXT:
        memcpy(out->t + at, in->t + from, n * sizeof *out->t);
        break;
    case STORE_NONE:
        break;
    default:
        memcpy(out->i + at, in->i + from, n * sizeof *out->i);
        if (in->d)
            memcpy(out->d + at, in->d + from, n * sizeof *out->d);
    }
}

bool column_append(struct alloc *a, struct column *out, uint32_t at, const struct column *in,
                   uint32_t from, uint32_t n) {
    if (n == 0)
        return true;
    copy_values(out, at, in, from, n);
    bool any = false;
    for (uint32_t i = 0; in->state && i < n && !any; i++)
        any = in->state[from + i] != PRESENT;
    if (any && !column_states(a, out))
        return false;
    if (any)
        memcpy(out->state + at, in->state + from, n);
    else if (out->state)
        memset(out->state + at, PRESENT, n);
    return true;
}

static void gather_words(int64_t *out, const int64_t *in, const uint32_t *index, uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        out[i] = index[i] == NO_ROW ? 0 : in[index[i]];
}

static void gather_floats(double *out, const double *in, const uint32_t *index, uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        out[i] = index[i] == NO_ROW ? 0 : in[index[i]];
}

static void gather_texts(const struct text **out, const struct text *const *in,
                         const uint32_t *index, uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        out[i] = index[i] == NO_ROW ? NULL : in[index[i]];
}

static bool gather_states(struct alloc *a, struct column *out, uint32_t at, const struct column *in,
                          const uint32_t *index, uint32_t n) {
    bool needed = in->state || out->state;
    for (uint32_t i = 0; !needed && i < n; i++)
        needed = index[i] == NO_ROW;
    if (!needed)
        return true;
    if (!column_states(a, out))
        return false;
    for (uint32_t i = 0; i < n; i++)
        out->state[at + i] = index[i] == NO_ROW ? MISSING
                             : in->state        ? in->state[index[i]]
                                                : PRESENT;
    return true;
}

bool column_gather(struct alloc *a, struct column *out, uint32_t at, const struct column *in,
                   const uint32_t *index, uint32_t n) {
    switch (type_storage(in->type)) {
    case STORE_FLOAT:
        gather_floats(out->f + at, in->f, index, n);
        return gather_states(a, out, at, in, index, n);
    case STORE_TEXT:
        gather_texts(out->t + at, in->t, index, n);
        return true;
    case STORE_WORD:
        gather_words(out->i + at, in->i, index, n);
        return gather_states(a, out, at, in, index, n);
    case STORE_NONE:
        return true;
    default:
        gather_words(out->i + at, in->i, index, n);
        if (in->d)
            gather_words(out->d + at, in->d, index, n);
        return true;
    }
}

bool column_set_missing(struct alloc *a, struct column *c, uint32_t row) {
    switch (type_storage(c->type)) {
    case STORE_TEXT:
        c->t[row] = NULL;
        return true;
    case STORE_WORD:
    case STORE_FLOAT:
        if (!column_states(a, c))
            return false;
        c->state[row] = MISSING;
        memset((int64_t *)c->data + row, 0, sizeof *c->i);
        return true;
    case STORE_NONE:
        return true;
    default:
        c->i[row] = c->d[row] = 0;
        return true;
    }
}

bool column_suppress(struct alloc *a, struct column *c, uint32_t row) {
    if (!column_set_missing(a, c, row))
        return false;
    if (c->d)
        c->d[row] = -1;
    else if (keeps_states(c->type))
        c->state[row] = SUPPRESSED;
    return true;
}

struct column column_view(const struct column *c, uint32_t from) {
    struct column view = *c;
    if (type_storage(c->type) == STORE_TEXT)
        view.t += from;
    else if (type_storage(c->type) == STORE_FLOAT)
        view.f += from;
    else
        view.i += from;
    if (c->d)
        view.d += from;
    if (c->state)
        view.state += from;
    view.cap -= from;
    return view;
}

enum status rows_reserve(struct rows *r, uint32_t more) {
    if (more > UINT32_MAX - 1 - r->n)
        return ST_LIMIT;
    for (uint32_t i = 0; i < r->ncolumns; i++)
        if (!column_reserve(r->alloc, &r->columns[i], r->n + more))
            return ST_NO_MEMORY;
    return ST_OK;
}

void rows_free(struct rows *r) {
    for (uint32_t i = 0; i < r->ncolumns; i++)
        column_free(r->alloc, &r->columns[i]);
    r->n = 0;
}
