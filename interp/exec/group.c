/* Grouping: numbers for the keys of each batch, tallies fed with them, and
 * results in the order of the keys' values.
 *
 * The whole input is read at the first pull. The key columns of the result
 * come out of the keying, so keys are stored once; keying and tallies are
 * freed as soon as the result stands. */
#include "exec/axis.h"
#include "exec/stretch.h"
#include "exec/tally.h"

struct group {
    struct keying keying;
    struct tally *tallies;
    const struct column **keys; /* of the batch at hand */
    bool *needed;               /* slots of the input */
    struct windows *windows;    /* of KEY_PERIOD */
    struct column *absent;      /* by key: the missing keys of totals */
    struct column is_total;     /* of KEY_TOTAL */
    uint32_t *numbers;          /* of its rows */
    struct tally_scratch *scratch;
    struct stretches *stretches;
    uint32_t *slots, nslots; /* keys that are slots of the input */
    struct column *first;    /* keys of the first row of each stretch */
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
    if (g->windows)
        windows_close(s, g->windows);
    for (uint32_t i = 0; g->absent && i < s->plan->nkeys; i++)
        if (g->absent[i].type)
            column_free(s->run->alloc, &g->absent[i]);
    if (g->is_total.type)
        column_free(s->run->alloc, &g->is_total);
    mem_give(s->run->alloc, g->order, g->order ? g->rows.n * sizeof *g->order : 0);
    rows_free(&g->rows);
}

/* Where the keys stand: in the batch, or gathered from the first row of each stretch; in totals
 * those before KEY_TOTAL are missing. */
static void point_keys(struct group *g, const struct plan *plan, const struct batch *b,
                       bool by_stretch, bool total) {
    for (uint32_t i = 0, before = total; i < plan->nkeys; i++) {
        uint32_t key = plan->keys[i];
        if (key == KEY_TOTAL)
            before = false;
        g->keys[i] = key == KEY_TOTAL    ? &g->is_total
                     : before            ? &g->absent[i]
                     : key == KEY_PERIOD ? &g->windows->periods
                     : by_stretch        ? &g->first[i]
                                         : &b->columns[key];
    }
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
        if (!key_is_slot(s->plan->keys[i]))
            continue;
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
    if (!keying_map(&g->keying, g->keys, by.n, true, numbers))
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

/* A batch, in cells or in totals. */
static bool add_once(struct segment *s, const struct batch *b, bool by_stretch, bool total) {
    struct group *g = s->state;
    uint32_t n = by_stretch ? g->stretches->n : b->n;
    point_keys(g, s->plan, b, by_stretch, total);
    for (uint32_t i = 0; g->absent && i < n; i++)
        g->is_total.i[i] = total;
    return by_stretch ? add_stretches(s, b) : add_rows(s, b);
}

/* Rows that count in several periods stand beside each other, so windows have no stretches. */
static bool add_batch(struct segment *s, const struct batch *b) {
    struct group *g = s->state;
    g->any = true;
    bool by_stretch = !g->windows && stretches_find(b, g->slots, g->nslots, g->stretches);
    if (by_stretch && !gather_first(s, b))
        return false;
    return add_once(s, b, by_stretch, false) && (!g->absent || add_once(s, b, by_stretch, true));
}

static enum status add_windows(struct segment *s, const struct batch *b) {
    struct group *g = s->state;
    windows_start(g->windows);
    for (;;) {
        enum status status = windows_next(s, g->windows, b, g->needed);
        if (status != ST_OK || g->windows->wide.n == 0)
            return status;
        if (!add_batch(s, &g->windows->wide))
            return ST_NO_MEMORY;
    }
}

static enum status read_input(struct segment *s) {
    struct group *g = s->state;
    struct segment *in = s->input;
    for (;;) {
        enum status status = segment_next(in);
        if (status != ST_OK || in->batch.n == 0)
            return status;
        status =
            g->windows ? add_windows(s, &in->batch) : no_memory_unless(add_batch(s, &in->batch));
        if (status != ST_OK)
            return status;
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
    g->slots = ARENA_ARRAY(&s->run->arena, uint32_t, plan->nkeys);
    if (!types || !g->keys || !g->numbers || !g->stretches || !g->first || !g->slots)
        return ST_NO_MEMORY;
    for (uint32_t i = 0; i < plan->nkeys; i++) {
        types[i] = plan->slot_types[i];
        if (key_is_slot(plan->keys[i]))
            g->slots[g->nslots++] = plan->keys[i];
    }
    return no_memory_unless(keying_init(&g->keying, s->run->alloc, types, plan->nkeys, true));
}

/* Columns for the second time that rows count. */
static enum status totals_open(struct segment *s, struct group *g) {
    const struct plan *plan = s->plan;
    uint32_t at = 0;
    while (at < plan->nkeys && plan->keys[at] != KEY_TOTAL)
        at++;
    if (at == plan->nkeys)
        return ST_OK;
    g->absent = arena_zero(&s->run->arena, plan->nkeys * sizeof *g->absent);
    if (!g->absent ||
        !column_prepare(s->run->alloc, &g->is_total, plan->slot_types[at], BATCH_ROWS))
        return ST_NO_MEMORY;
    for (uint32_t i = 0; i < at; i++) {
        struct column *c = &g->absent[i];
        if (!column_prepare(s->run->alloc, c, plan->slot_types[i], BATCH_ROWS))
            return ST_NO_MEMORY;
        for (uint32_t row = 0; row < BATCH_ROWS; row++)
            if (!column_set_missing(s->run->alloc, c, row))
                return ST_NO_MEMORY;
    }
    return ST_OK;
}

static enum status windows_of(struct segment *s, struct group *g) {
    if (!s->plan->axis)
        return ST_OK;
    g->windows = ARENA_NEW(&s->run->arena, struct windows);
    if (!g->windows)
        return ST_NO_MEMORY;
    *g->windows = (struct windows){.rows = NULL};
    return windows_open(s, g->windows, g->needed);
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
    bool *needed = arena_zero(&s->run->arena, plan->input->nslots * sizeof *needed + 1);
    if (!needed)
        return ST_NO_MEMORY;
    ((struct group *)s->state)->needed = needed;
    for (uint32_t i = 0; i < plan->nkeys; i++)
        if (key_is_slot(plan->keys[i]))
            needed[plan->keys[i]] = true;
    if (plan->axis)
        needed[plan->day] = true;
    for (uint32_t i = 0; i < plan->naggregations; i++) {
        const struct aggregation *what = &plan->aggregations[i];
        if (what->argument >= 0)
            needed[what->argument] = true;
        if (what->filter >= 0)
            needed[what->filter] = true;
        if (what->dated)
            needed[what->day] = true;
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
        status = totals_open(s, g);
    if (status == ST_OK)
        status = windows_of(s, g);
    if (status == ST_OK)
        status = tallies_open(s, g);
    return status == ST_OK ? rows_open(s, g) : status;
}
