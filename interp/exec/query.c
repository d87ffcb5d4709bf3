/* Queries in SQL: rows come from the store as those of a scan do. What the program says about them
 * is checked: no two rows have one key, and no key is missing. */
#include "exec/segment.h"

struct query {
    struct row_source *source;
    struct keying keying;
    const struct column **keys; /* of the batch */
    uint32_t *numbers;
};

static void query_close(struct segment *s) {
    struct query *q = s->state;
    if (q->source)
        q->source->close(q->source);
    keying_free(&q->keying);
}

static enum status repeated_key(struct segment *s) {
    struct exec_env *env = s->run->env;
    return env->fail(env->user, E0521, s->plan->span,
                     "two rows of the query have one key, or a key is missing");
}

/* Numbers are given out in order of first sight, so a key seen before has a smaller one. */
static enum status check_keys(struct segment *s, struct query *q) {
    uint32_t n = s->batch.n, before = keying_stop(&q->keying);
    if (s->plan->nkeys == 0 || n == 0)
        return ST_OK;
    if (!keying_map(&q->keying, q->keys, n, true, q->numbers))
        return ST_NO_MEMORY;
    for (uint32_t i = 0; i < s->plan->nkeys; i++)
        for (uint32_t row = 0; row < n; row++)
            if (column_state(q->keys[i], row) != PRESENT)
                return repeated_key(s);
    return keying_stop(&q->keying) - before == n ? ST_OK : repeated_key(s);
}

static enum status query_pull(struct segment *s) {
    struct query *q = s->state;
    for (uint32_t i = 0; i < s->plan->nscan; i++)
        if (s->batch.columns[i].state) /* earlier steps may have left anything there */
            memset(s->batch.columns[i].state, PRESENT, BATCH_ROWS);
    enum status status = q->source->next(q->source, &s->batch);
    return status == ST_OK ? check_keys(s, q) : status;
}

enum status query_open(struct segment *s) {
    const struct plan *plan = s->plan;
    struct arena *arena = &s->run->arena;
    struct exec_env *env = s->run->env;
    struct query *q = ARENA_NEW(arena, struct query);
    if (!q)
        return ST_NO_MEMORY;
    q->keying.alloc = s->run->alloc;
    s->state = q;
    s->base = (struct base){query_pull, query_close};
    const struct type **types = ARENA_ARRAY(arena, const struct type *, plan->nkeys);
    q->keys = ARENA_ARRAY(arena, const struct column *, plan->nkeys);
    q->numbers = ARENA_ARRAY(arena, uint32_t, BATCH_ROWS);
    if (!types || !q->keys || !q->numbers)
        return ST_NO_MEMORY;
    for (uint32_t i = 0; i < plan->nkeys; i++) {
        q->keys[i] = &s->batch.columns[plan->keys[i]];
        types[i] = q->keys[i]->type;
    }
    if (!keying_init(&q->keying, s->run->alloc, types, plan->nkeys, true))
        return ST_NO_MEMORY;
    enum status status = ST_OK;
    if (plan->reads_raw)
        status = need_raw(s->run, plan,
                          "a query in SQL may read rows of a table with `suppress`; allow rows of "
                          "people (`--raw`)");
    return status == ST_OK ? env->open(env->user, plan, s->self, &q->source) : status;
}
