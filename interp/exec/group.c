/* Grouping: numbers for the keys of each batch, tallies fed with them, and
 * results in the order of the keys' values.
 *
 * The whole input is read at the first pull. The key columns of the result
 * come out of the keying, so keys are stored once; keying and tallies are
 * freed as soon as the result stands. */
#include "exec/segment.h"
#include "exec/stretch.h"
#include "exec/tally.h"

struct group {
    struct keying keying;
    struct tally *tallies;
    const struct column **keys; /* of the input's batch */
    uint32_t *numbers;          /* of its rows */
    struct tally_scratch *scratch;
    struct stretches *stretches;
    struct column *first; /* keys of the first row of each stretch; NULL: not looked for */
    const struct column **first_keys;
    bool any, done;
    struct rows rows; /* the results, not in order */
    uint32_t *order;  /* NULL: any will do */
    uint32_t next;
};

static void free_work(struct segment *s) {
    struct group *g = s->state;
    for (uint32_t i = 0; g->first && i < s->plan->nkeys; i++)
        if (g->first[i].type)
            column_free(s->run->alloc, &g->first[i]);
    g->first = NULL;
    keying_free(&g->keying);
    for (uint32_t i = 0; g->tallies && i < s->plan->naggregations; i++)
        tally_free(&g->tallies[i]);
}

static void group_close(struct segment *s) {
    struct group *g = s->state;
    if (!g)
        return;
    free_work(s);
    mem_give(s->run->alloc, g->order, g->order ? g->rows.n * sizeof *g->order : 0);
    rows_free(&g->rows);
}

/* A batch row by row. */
static bool add_rows(struct segment *s, const struct batch *b) {
    struct group *g = s->state;
    if (!keying_map(&g->keying, g->keys, b->n, true, g->numbers))
        return false;
    uint32_t ngroups = keying_stop(&g->keying);
    for (uint32_t i = 0; i < s->plan->naggregations; i++)
        if (!tally_add(&g->tallies[i], b, g->numbers, ngroups, g->scratch))
            return false;
    return true;
}

static bool gather_first(struct segment *s, const struct batch *b) {
    struct group *g = s->state;
    struct alloc *a = s->run->alloc;
    bool ok = true;
    for (uint32_t i = 0; i < s->plan->nkeys && ok; i++) {
        struct column *first = &g->first[i];
        const struct column *key = &b->columns[s->plan->keys[i]];
        ok = column_prepare(a, first, key->type, MOST_STRETCHES) &&
             column_gather(a, first, 0, key, g->stretches->starts, g->stretches->n);
    }
    return ok;
}

/* The same, with one row of each stretch numbered. Tallies that cannot add a stretch get the rows;
 * their numbers are spread out for the first of these. */
static bool add_stretches(struct segment *s, const struct batch *b) {
    struct group *g = s->state;
    uint32_t *numbers = g->scratch->codes, spread = 0;
    struct tally_stretches by = {g->stretches->starts, numbers, g->stretches->n};
    if (!gather_first(s, b) || !keying_map(&g->keying, g->first_keys, by.n, true, numbers))
        return false;
    memcpy(g->scratch->stretch_groups, numbers, by.n * sizeof *numbers);
    by.groups = g->scratch->stretch_groups;
    uint32_t ngroups = keying_stop(&g->keying);
    for (uint32_t i = 0; i < s->plan->naggregations; i++) {
        struct tally *t = &g->tallies[i];
        if (tally_takes_stretches(t, b)) {
            if (!tally_add_stretches(t, b, &by, ngroups))
                return false;
            continue;
        }
        for (; spread < by.n; spread++)
            for (uint32_t row = by.starts[spread]; row < by.starts[spread + 1]; row++)
                g->numbers[row] = by.groups[spread];
        if (!tally_add(t, b, g->numbers, ngroups, g->scratch))
            return false;
    }
    return true;
}

static enum status read_input(struct segment *s) {
    struct group *g = s->state;
    struct segment *in = s->input;
    for (;;) {
        enum status status = segment_next(in);
        if (status != ST_OK || in->batch.n == 0)
            return status;
        g->any = true;
        bool long_ones =
            g->first && stretches_find(&in->batch, s->plan->keys, s->plan->nkeys, g->stretches);
        if (!(long_ones ? add_stretches(s, &in->batch) : add_rows(s, &in->batch)))
            return ST_NO_MEMORY;
    }
}

static enum status overflow(struct segment *s, uint32_t group) {
    struct exec_env *env = s->run->env;
    const struct group *g = s->state;
    enum status status =
        env->fail(env->user, E0401, s->plan->span, "the sum does not fit in 64 bits");
    tell_group(s, g->rows.columns, group);
    return status;
}

static enum status make_rows(struct segment *s) {
    struct group *g = s->state;
    const struct plan *plan = s->plan;
    uint32_t first = keying_first(&g->keying);
    uint32_t n = plan->nkeys > 0 && !g->any ? 0 : keying_stop(&g->keying) - first;
    enum status status = rows_reserve(&g->rows, n);
    if (status == ST_OK && n > 0)
        status = no_memory_unless(keying_values(&g->keying, g->rows.columns));
    uint32_t failed = 0;
    for (uint32_t i = 0; i < plan->naggregations && status == ST_OK; i++) {
        status = tally_result(&g->tallies[i], first, n, g->any, &g->rows.columns[plan->nkeys + i]);
        failed = g->tallies[i].failed;
    }
    g->rows.n = n;
    return status == ST_LIMIT ? overflow(s, failed) : status;
}

static enum status order_groups(struct segment *s) {
    struct group *g = s->state;
    uint32_t n = g->rows.n, nkeys = s->plan->nkeys;
    if (s->any_order || nkeys == 0 || n < 2)
        return ST_OK;
    uint32_t *columns = ARENA_ARRAY(&s->run->arena, uint32_t, nkeys);
    g->order = columns ? mem_take(s->run->alloc, n * sizeof *g->order) : NULL;
    if (!g->order)
        return ST_NO_MEMORY;
    for (uint32_t i = 0; i < nkeys; i++)
        columns[i] = i;
    return order_by_values(s->run, &g->rows, columns, NULL, nkeys, g->order);
}

static enum status group_pull(struct segment *s) {
    struct group *g = s->state;
    if (!g->done) {
        g->done = true;
        enum status status = read_input(s);
        if (status == ST_OK)
            status = make_rows(s);
        free_work(s);
        if (status == ST_OK)
            status = order_groups(s);
        if (status != ST_OK)
            return status;
    }
    return emit_rows(s, &g->rows, g->order, g->rows.n, &g->next);
}

/* ---- opening ---- */

static enum status keys_open(struct segment *s, struct group *g) {
    const struct plan *plan = s->plan;
    const struct type **types = ARENA_ARRAY(&s->run->arena, const struct type *, plan->nkeys);
    g->keys = ARENA_ARRAY(&s->run->arena, const struct column *, plan->nkeys);
    g->numbers = ARENA_ARRAY(&s->run->arena, uint32_t, BATCH_ROWS);
    g->stretches = ARENA_NEW(&s->run->arena, struct stretches);
    g->first = ARENA_ARRAY(&s->run->arena, struct column, plan->nkeys);
    g->first_keys = ARENA_ARRAY(&s->run->arena, const struct column *, plan->nkeys);
    if (!types || !g->keys || !g->numbers || !g->stretches || !g->first || !g->first_keys)
        return ST_NO_MEMORY;
    for (uint32_t i = 0; i < plan->nkeys; i++) {
        types[i] = plan->input->slot_types[plan->keys[i]];
        g->keys[i] = &s->input->batch.columns[plan->keys[i]];
        g->first_keys[i] = &g->first[i];
    }
    return no_memory_unless(keying_init(&g->keying, s->run->alloc, types, plan->nkeys, true));
}

static enum status tallies_open(struct segment *s, struct group *g) {
    const struct plan *plan = s->plan;
    g->scratch = arena_take(&s->run->arena, sizeof *g->scratch);
    g->tallies = ARENA_ARRAY(&s->run->arena, struct tally, plan->naggregations);
    if (!g->scratch || !g->tallies)
        return ST_NO_MEMORY;
    for (uint32_t i = 0; i < plan->naggregations; i++) {
        const struct aggregation *what = &plan->aggregations[i];
        const struct type *argument =
            what->argument < 0 ? NULL : plan->input->slot_types[what->argument];
        if (!tally_init(&g->tallies[i], s->run->alloc, what, argument))
            return ST_NO_MEMORY;
    }
    return ST_OK;
}

static enum status rows_open(struct segment *s, struct group *g) {
    const struct plan *plan = s->plan;
    uint32_t n = plan->nkeys + plan->naggregations;
    g->rows = (struct rows){.alloc = s->run->alloc};
    g->rows.columns = ARENA_ARRAY(&s->run->arena, struct column, n);
    if (!g->rows.columns)
        return ST_NO_MEMORY;
    for (; g->rows.ncolumns < n; g->rows.ncolumns++)
        g->rows.columns[g->rows.ncolumns].type = plan->slot_types[g->rows.ncolumns];
    return ST_OK;
}

/* Whether the results depend on the order in which rows come. */
static bool minds_order(const struct plan *plan) {
    for (uint32_t i = 0; i < plan->naggregations; i++) {
        const struct aggregation *what = &plan->aggregations[i];
        bool spreads = what->kind == AGG_SD || what->kind == AGG_VAR || what->kind == AGG_CORR;
        bool adds = spreads || what->kind == AGG_SUM || what->kind == AGG_MEAN;
        bool whole = what->argument >= 0 && !spreads &&
                     type_storage(plan->input->slot_types[what->argument]) == STORE_WORD;
        if (what->kind == AGG_FIRST || what->kind == AGG_LAST || (adds && !whole))
            return true;
    }
    return false;
}

static enum status group_input(struct segment *s) {
    const struct plan *plan = s->plan;
    bool *needed = ARENA_ARRAY(&s->run->arena, bool, plan->input->nslots);
    if (!needed)
        return ST_NO_MEMORY;
    for (uint32_t i = 0; i < plan->nkeys; i++)
        needed[plan->keys[i]] = true;
    for (uint32_t i = 0; i < plan->naggregations; i++) {
        const struct aggregation *what = &plan->aggregations[i];
        if (what->argument >= 0)
            needed[what->argument] = true;
        if (what->filter >= 0)
            needed[what->filter] = true;
        if (aggregate_takes_two(what->kind))
            needed[what->second] = true;
    }
    return segment_open(s->run, s->self, plan->input, needed, !minds_order(plan), &s->input);
}

enum status group_open(struct segment *s) {
    struct group *g = ARENA_NEW(&s->run->arena, struct group);
    if (!g)
        return ST_NO_MEMORY;
    s->state = g;
    s->base = (struct base){group_pull, group_close};
    enum status status = group_input(s);
    if (status == ST_OK)
        status = keys_open(s, g);
    if (status == ST_OK)
        status = tallies_open(s, g);
    return status == ST_OK ? rows_open(s, g) : status;
}
