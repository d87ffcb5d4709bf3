/* Joining: the right side is read and its rows listed by key number; the left
 * side streams past.
 *
 * Rows come in the order of the left side and, within one left row, of the
 * right side. A key with a missing value has no number and so never matches.
 * Where one side holds a reference and the other a plain value, the reference's
 * key is compared. */
#include "exec/segment.h"

struct join_key {
    const struct column *left; /* of the left batch, or: */
    struct column left_value;  /* what `reference` leads to (n is 0 when not needed) */
    struct reference reference;
    const struct column *right; /* of all right rows, or: */
    struct column right_value;
};

struct join {
    struct join_key *keys;
    const struct column **lefts;
    struct segment *right;
    struct rows rows; /* of the right side */
    struct keying keying;
    uint32_t *starts, *list; /* rows of key number k: list[starts[k]] to list[starts[k + 1]] */
    uint32_t nstarts;
    bool ready;
    uint32_t *numbers;   /* of the left batch's rows */
    uint32_t row, match; /* the next left row, and how many of its matches were given */
    uint32_t *left_rows, *right_rows; /* of the batch being made */
};

static void join_close(struct segment *s) {
    struct join *j = s->state;
    struct alloc *a = s->run->alloc;
    for (uint32_t i = 0; j->keys && i < s->plan->njoin_keys; i++) {
        if (j->keys[i].left_value.type)
            column_free(a, &j->keys[i].left_value);
        if (j->keys[i].right_value.type)
            column_free(a, &j->keys[i].right_value);
    }
    keying_free(&j->keying);
    mem_give(a, j->starts, j->starts ? (j->nstarts + 1) * sizeof *j->starts : 0);
    mem_give(a, j->list, j->rows.n * sizeof *j->list);
    rows_free(&j->rows);
}

/* ---- the right side ---- */

/* Key numbers of all right rows. */
static enum status number_rows(struct segment *s, struct join *j, uint32_t *numbers) {
    uint32_t nkeys = s->plan->njoin_keys;
    struct column *views = ARENA_ARRAY(&s->run->arena, struct column, nkeys);
    const struct column **keys = ARENA_ARRAY(&s->run->arena, const struct column *, nkeys);
    if (!views || !keys)
        return ST_NO_MEMORY;
    for (uint32_t from = 0; from < j->rows.n; from += BATCH_ROWS) {
        uint32_t n = j->rows.n - from < BATCH_ROWS ? j->rows.n - from : BATCH_ROWS;
        for (uint32_t i = 0; i < nkeys; i++) {
            views[i] = column_view(j->keys[i].right, from);
            keys[i] = &views[i];
        }
        if (!keying_map(&j->keying, keys, n, true, numbers + from))
            return ST_NO_MEMORY;
    }
    return ST_OK;
}

/* Lists rows by key number, in their order, by counting. */
static bool list_rows(struct segment *s, struct join *j, const uint32_t *numbers) {
    struct alloc *a = s->run->alloc;
    uint32_t n = j->rows.n;
    j->nstarts = keying_stop(&j->keying) + 1;
    j->starts = mem_zero(a, (j->nstarts + 1) * sizeof *j->starts);
    if (!j->starts || !(j->list = mem_take(a, n * sizeof *j->list)))
        return false;
    for (uint32_t i = 0; i < n; i++)
        if (numbers[i] != NO_CODE)
            j->starts[numbers[i] + 2]++;
    for (uint32_t k = 2; k <= j->nstarts; k++)
        j->starts[k] += j->starts[k - 1];
    /* starts[k + 1] runs from the start of k's rows to their end, the start of the next. */
    for (uint32_t i = 0; i < n; i++)
        if (numbers[i] != NO_CODE)
            j->list[j->starts[numbers[i] + 1]++] = i;
    return true;
}

static enum status index_right(struct segment *s, struct join *j) {
    if (j->rows.n == 0)
        return ST_OK;
    size_t size = j->rows.n * sizeof(uint32_t);
    uint32_t *numbers = mem_take(s->run->alloc, size);
    if (!numbers)
        return ST_NO_MEMORY;
    enum status status = number_rows(s, j, numbers);
    if (status == ST_OK)
        status = no_memory_unless(list_rows(s, j, numbers));
    mem_give(s->run->alloc, numbers, size);
    return status;
}

static const struct column *left_column(const struct segment *s, uint32_t key) {
    const struct plan *left = s->plan->input;
    return &s->input->batch.columns[left->outputs[s->plan->left_keys[key]].slot];
}

/* Brings both sides of a key to one type. */
static enum status match_key(struct segment *s, struct join *j, uint32_t i) {
    struct join_key *key = &j->keys[i];
    struct run *run = s->run;
    key->left = left_column(s, i);
    key->right = &j->rows.columns[s->plan->right_keys[i]];
    bool left_ref = key->left->type->kind == TY_REF, right_ref = key->right->type->kind == TY_REF;
    enum status status = ST_OK;
    if (left_ref && !right_ref) {
        status = reference_to_key(run, key->left->type, &key->reference);
        key->left = &key->left_value;
        if (status == ST_OK &&
            !column_prepare(run->alloc, &key->left_value, key->reference.type, BATCH_ROWS))
            status = ST_NO_MEMORY;
    } else if (right_ref && !left_ref) {
        status = column_of_keys(run, key->right, j->rows.n, &key->right_value);
        key->right = &key->right_value;
    }
    if (status != ST_OK)
        return status;
    bool same = type_storage(key->left->type) == type_storage(key->right->type);
    return same ? ST_OK : ST_MISUSE;
}

static enum status match_keys(struct segment *s, struct join *j) {
    uint32_t nkeys = s->plan->njoin_keys;
    const struct type **types = ARENA_ARRAY(&s->run->arena, const struct type *, nkeys);
    enum status status = no_memory_unless(types != NULL);
    for (uint32_t i = 0; i < nkeys && status == ST_OK; i++) {
        status = match_key(s, j, i);
        j->lefts[i] = j->keys[i].left;
        types[i] = j->keys[i].right->type;
    }
    if (status != ST_OK)
        return status;
    return no_memory_unless(keying_init(&j->keying, s->run->alloc, types, nkeys, false));
}

static enum status read_right(struct segment *s, struct join *j) {
    j->ready = true;
    enum status status = collect(s->run, j->right, &j->rows);
    if (status == ST_OK)
        status = match_keys(s, j);
    return status == ST_OK ? index_right(s, j) : status;
}

/* ---- the left side ---- */

static enum status next_left(struct segment *s, struct join *j) {
    const struct batch *left = &s->input->batch;
    enum status status = segment_next(s->input);
    j->row = 0;
    j->match = 0;
    for (uint32_t i = 0; i < s->plan->njoin_keys && status == ST_OK && left->n > 0; i++) {
        struct join_key *key = &j->keys[i];
        if (key->reference.n && !reference_values(s->run->alloc, &key->reference, left_column(s, i),
                                                  0, left->n, &key->left_value, 0))
            status = ST_NO_MEMORY;
    }
    if (status != ST_OK || left->n == 0)
        return status;
    return no_memory_unless(keying_map(&j->keying, j->lefts, left->n, false, j->numbers));
}

static uint32_t matches_of(const struct join *j, uint32_t row) {
    uint32_t k = j->numbers[row];
    return k == NO_CODE || !j->starts ? 0 : j->starts[k + 1] - j->starts[k];
}

/* How many rows a left row becomes. */
static uint32_t rows_of(enum join_kind kind, uint32_t matches) {
    switch (kind) {
    case JOIN_INNER:
        return matches;
    case JOIN_LEFT:
        return matches ? matches : 1;
    case JOIN_SEMI:
        return matches ? 1 : 0;
    case JOIN_ANTI:
        return matches ? 0 : 1;
    }
    return 0;
}

/* Pairs rows of the left batch with right rows until the former are used up or the batch is
 * full. */
static uint32_t pair_rows(struct segment *s, struct join *j) {
    uint32_t n = 0;
    enum join_kind kind = s->plan->join;
    while (n < BATCH_ROWS && j->row < s->input->batch.n) {
        uint32_t matches = matches_of(j, j->row), give = rows_of(kind, matches);
        for (; j->match < give && n < BATCH_ROWS; j->match++, n++) {
            j->left_rows[n] = j->row;
            j->right_rows[n] = matches ? j->list[j->starts[j->numbers[j->row]] + j->match] : NO_ROW;
        }
        if (j->match == give) {
            j->row++;
            j->match = 0;
        }
    }
    return n;
}

static enum status fill(struct segment *s, struct join *j, uint32_t n) {
    struct alloc *a = s->run->alloc;
    const struct plan *left = s->plan->input;
    bool both = s->plan->join == JOIN_INNER || s->plan->join == JOIN_LEFT;
    bool ok = true;
    for (uint32_t i = 0; i < left->noutputs && ok; i++)
        ok = column_gather(a, &s->batch.columns[i], 0,
                           &s->input->batch.columns[left->outputs[i].slot], j->left_rows, n);
    for (uint32_t i = 0; both && i < j->rows.ncolumns && ok; i++) {
        struct column *out = &s->batch.columns[left->noutputs + i];
        ok = column_gather(a, out, 0, &j->rows.columns[i], j->right_rows, n);
    }
    s->batch.n = n;
    return no_memory_unless(ok);
}

static enum status join_pull(struct segment *s) {
    struct join *j = s->state;
    enum status status = j->ready ? ST_OK : read_right(s, j);
    while (status == ST_OK) {
        uint32_t n = pair_rows(s, j);
        if (n > 0)
            return fill(s, j, n);
        if (s->input->finished && s->input->batch.n == 0)
            return ST_OK;
        status = next_left(s, j);
    }
    return status;
}

enum status join_open(struct segment *s) {
    struct arena *arena = &s->run->arena;
    struct join *j = ARENA_NEW(arena, struct join);
    if (!j)
        return ST_NO_MEMORY;
    s->state = j;
    s->base = (struct base){join_pull, join_close};
    j->keys = ARENA_ARRAY(arena, struct join_key, s->plan->njoin_keys);
    j->lefts = ARENA_ARRAY(arena, const struct column *, s->plan->njoin_keys);
    j->numbers = ARENA_ARRAY(arena, uint32_t, BATCH_ROWS);
    j->left_rows = ARENA_ARRAY(arena, uint32_t, BATCH_ROWS);
    j->right_rows = ARENA_ARRAY(arena, uint32_t, BATCH_ROWS);
    if (!j->keys || !j->lefts || !j->numbers || !j->left_rows || !j->right_rows)
        return ST_NO_MEMORY;
    struct run *run = s->run;
    enum status status = segment_open(run, s->self, s->plan->input, NULL, s->any_order, &s->input);
    if (status != ST_OK)
        return status;
    return segment_open(run, s->self, s->plan->right, NULL, s->any_order, &j->right);
}
