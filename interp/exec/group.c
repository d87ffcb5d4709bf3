/* Grouping: numbers for the keys of each batch, tallies fed with them, and
 * results in the order of the keys' values.
 *
 * The whole input is read at the first pull. The key columns of the result
 * come out of the keying, so keys are stored once; keying and tallies are
 * freed as soon as the result stands. */
#include "exec/axis.h"
#include "exec/coded.h"
#include "exec/group.h"
#include "exec/rollup.h"
#include "exec/stretch.h"

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
    struct column *views;    /* keys of a part's groups, a batch at a time */
    const struct column **view_keys;
    struct crew *crew;   /* who groups parts; NULL: nobody */
    struct buf key;      /* of the roll-up; empty: none is kept */
    struct rollup *kept; /* whose rows `rows` are */
    bool any, done;
    struct rows rows; /* the results, not in order */
    uint32_t *order;  /* NULL: any will do */
    uint32_t next;
};

static const struct type *argument_type(const struct plan *plan, const struct aggregation *what) {
    return what->argument < 0 ? NULL : plan->input->slot_types[what->argument];
}

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
    ranges_close(g->crew);
    mem_give(s->run->alloc, g->order, g->order ? g->rows.n * sizeof *g->order : 0);
    buf_free(&g->key);
    if (g->kept)
        rollup_release(s->run->env->rollups, g->kept);
    else
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

/* Fills the columns that are about to be read row by row. */
static bool spread_keys(struct segment *s, struct batch *b) {
    const struct group *g = s->state;
    for (uint32_t i = 0; i < g->nslots; i++)
        if (!batch_spread(s->run->alloc, b, g->slots[i]))
            return false;
    return true;
}

static bool spread_tally(struct segment *s, struct batch *b, const struct aggregation *what) {
    struct alloc *a = s->run->alloc;
    return (what->argument < 0 || batch_spread(a, b, (uint32_t)what->argument)) &&
           (what->filter < 0 || batch_spread(a, b, (uint32_t)what->filter)) &&
           (!what->dated || batch_spread(a, b, what->day)) &&
           (!aggregate_takes_two(what->kind) || batch_spread(a, b, (uint32_t)what->second));
}

/* A batch row by row. */
static bool add_rows(struct segment *s, struct batch *b) {
    struct group *g = s->state;
    if (!spread_keys(s, b))
        return false;
    if (!keying_map(&g->keying, g->keys, b->n, true, g->numbers))
        return false;
    uint32_t ngroups = keying_stop(&g->keying);
    for (uint32_t i = 0; i < s->plan->naggregations; i++)
        if (!spread_tally(s, b, &s->plan->aggregations[i]) ||
            !tally_add(&g->tallies[i], b, g->numbers, ngroups, g->scratch))
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
        const struct coding *coding = batch_coding(b, s->plan->keys[i]);
        const uint32_t *rows = g->stretches->starts;
        uint32_t n = g->stretches->n, *codes = g->scratch->codes;
        ok = column_prepare(a, first, key->type, MOST_STRETCHES);
        for (uint32_t k = 0; coding && k < n; k++)
            codes[k] = coding->codes[rows[k]];
        if (first->state)
            memset(first->state, PRESENT, n);
        ok = ok &&
             column_gather(a, first, 0, coding ? coding->values : key, coding ? codes : rows, n);
    }
    return ok;
}

/* The same, with one row of each stretch numbered. Tallies that cannot add a stretch get the rows;
 * their numbers are spread out for the first of these. */
static bool add_stretches(struct segment *s, struct batch *b) {
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
        if (!tally_takes_codes(t, b) && !spread_tally(s, b, t->what))
            return false;
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
static bool add_once(struct segment *s, struct batch *b, bool by_stretch, bool total) {
    struct group *g = s->state;
    uint32_t n = by_stretch ? g->stretches->n : b->n;
    point_keys(g, s->plan, b, by_stretch, total);
    for (uint32_t i = 0; g->absent && i < n; i++)
        g->is_total.i[i] = total;
    return by_stretch ? add_stretches(s, b) : add_rows(s, b);
}

/* Rows that count in several periods stand beside each other, so windows have no stretches. */
static bool add_batch(struct segment *s, struct batch *b) {
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

enum status group_read(struct segment *s) {
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

/* What an aggregate could not do. */
static enum status tell_limit(struct segment *s, const struct tally *t) {
    struct exec_env *env = s->run->env;
    const struct group *g = s->state;
    uint32_t group = t->failed;
    enum status status =
        t->what->kind == AGG_WEIGHTED
            ? env->fail(env->user, E0334, s->plan->span, "a weight is below 0")
            : env->fail(env->user, E0401, s->plan->span, "the sum does not fit in 64 bits");
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
    const struct tally *last = NULL;
    for (uint32_t i = 0; i < plan->naggregations && status == ST_OK; i++) {
        last = &g->tallies[i];
        status = tally_result(&g->tallies[i], first, n, g->any, &g->rows.columns[plan->nkeys + i]);
    }
    g->rows.n = n;
    return status == ST_LIMIT && last ? tell_limit(s, last) : status;
}

static enum status order_groups(struct segment *s) {
    struct group *g = s->state;
    uint32_t n = g->rows.n, nkeys = s->plan->nkeys;
    if ((s->any_order && !s->plan->discloses) || nkeys == 0 || n < 2)
        return ST_OK;
    uint32_t *columns = ARENA_ARRAY(&s->run->arena, uint32_t, nkeys);
    g->order = columns ? mem_take(s->run->alloc, n * sizeof *g->order) : NULL;
    if (!g->order)
        return ST_NO_MEMORY;
    for (uint32_t i = 0; i < nkeys; i++)
        columns[i] = i;
    return order_by_values(s->run, &g->rows, columns, NULL, nkeys, g->order);
}

static enum status disclose_rows(struct segment *s) {
    struct group *g = s->state;
    bool shown;
    enum status status = disclose(s, &g->rows, g->order, &shown);
    g->next = shown ? 0 : g->rows.n;
    return status;
}

/* ---- roll-ups ---- */

/* Rows that are overwritten by what may be shown of them are nobody else's, and how many were is
 * said in each run. */
static bool may_hide(const struct plan *p) {
    bool hides = p && (p->discloses || may_hide(p->input) || may_hide(p->right));
    for (uint32_t i = 0; p && !hides && i < p->nsteps; i++)
        hides = may_hide(p->steps[i]->leg);
    return hides;
}

/* What an earlier run has left of the same definition; then the input is not even opened. */
static void find_kept(struct segment *s) {
    struct group *g = s->state;
    struct exec_env *env = s->run->env;
    buf_init(&g->key, s->run->alloc);
    /* What it counts is asked for by the relation that is run, not by those it reads. */
    bool others = s->plan->counts && s->self != s->run->root;
    if (!env->rollups || others || may_hide(s->plan) ||
        !rollup_key(&g->key, env, s->self, s->plan)) {
        buf_free(&g->key);
        buf_init(&g->key, s->run->alloc);
        return;
    }
    g->kept = rollup_find(env->rollups, buf_view(&g->key));
    if (!g->kept)
        return;
    g->rows = g->kept->rows;
    if (s->seen)
        s->seen->kept = true;
}

static void keep_rows(struct segment *s, const struct counts *counts) {
    struct group *g = s->state;
    if (g->key.n)
        g->kept = rollup_keep(s->run->env->rollups, buf_view(&g->key), &g->rows, counts);
    if (g->kept)
        g->rows = g->kept->rows;
}

static enum status read_and_make(struct segment *s) {
    struct run *run = s->run;
    struct counts before = run->counts;
    run->counts = (struct counts){0};
    bool read;
    enum status status = ranges_read(s, &read);
    if (status == ST_OK && !read)
        status = group_read(s);
    if (status == ST_OK)
        status = make_rows(s);
    struct counts own = run->counts;
    run->counts = before;
    counts_add(&run->counts, &own);
    if (status == ST_OK)
        keep_rows(s, &own);
    free_work(s);
    return status;
}

static enum status group_pull(struct segment *s) {
    struct group *g = s->state;
    if (!g->done) {
        g->done = true;
        enum status status = ST_OK;
        if (g->kept)
            counts_add(&s->run->counts, &g->kept->counts);
        else
            status = read_and_make(s);
        if (status == ST_OK)
            status = order_groups(s);
        if (status == ST_OK && s->plan->discloses)
            status = disclose_rows(s);
        if (status != ST_OK)
            return status;
    }
    return emit_rows(s, &g->rows, g->order, g->rows.n, &g->next);
}

/* ---- opening ---- */

static enum status keys_open(struct segment *s, struct group *g) {
    const struct plan *plan = s->plan;
    g->keys = ARENA_ARRAY(&s->run->arena, const struct column *, plan->nkeys);
    g->numbers = ARENA_ARRAY(&s->run->arena, uint32_t, BATCH_ROWS);
    g->stretches = ARENA_NEW(&s->run->arena, struct stretches);
    g->first = ARENA_ARRAY(&s->run->arena, struct column, plan->nkeys);
    g->slots = ARENA_ARRAY(&s->run->arena, uint32_t, plan->nkeys);
    if (!g->keys || !g->numbers || !g->stretches || !g->first || !g->slots)
        return ST_NO_MEMORY;
    for (uint32_t i = 0; i < plan->nkeys; i++)
        if (key_is_slot(plan->keys[i]))
            g->slots[g->nslots++] = plan->keys[i];
    g->scratch = arena_take(&s->run->arena, sizeof *g->scratch);
    return no_memory_unless(g->scratch);
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

/* Nothing grouped yet. */
static enum status work_open(struct segment *s, struct group *g) {
    const struct plan *plan = s->plan;
    const struct type **types = ARENA_ARRAY(&s->run->arena, const struct type *, plan->nkeys);
    g->tallies = ARENA_ARRAY(&s->run->arena, struct tally, plan->naggregations);
    if (!types || !g->tallies)
        return ST_NO_MEMORY;
    for (uint32_t i = 0; i < plan->nkeys; i++)
        types[i] = plan->slot_types[i];
    if (!keying_init(&g->keying, s->run->alloc, types, plan->nkeys, true))
        return ST_NO_MEMORY;
    for (uint32_t i = 0; i < plan->naggregations; i++) {
        const struct aggregation *what = &plan->aggregations[i];
        if (!tally_init(&g->tallies[i], s->run->alloc, &s->run->texts, what,
                        argument_type(plan, what)))
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

/* Whether all that reads rows of a scan knows of codings. */
static bool steps_take_lazy(const struct plan *scan) {
    for (uint32_t i = 0; i < scan->nsteps; i++)
        if ((scan->steps[i]->kind == STEP_LEG && !scan->steps[i]->as_of) ||
            scan->steps[i]->kind == STEP_SPELL)
            return false;
    return scan->base == BASE_SCAN && scan->nrow_names == 0;
}

/* Whether the results depend on the order in which rows come. */
static bool minds_order(const struct plan *plan) {
    for (uint32_t i = 0; i < plan->naggregations; i++) {
        const struct aggregation *what = &plan->aggregations[i];
        bool spreads = what->kind == AGG_SD || what->kind == AGG_VAR || what->kind == AGG_CORR;
        bool adds = spreads || what->kind == AGG_SUM || what->kind == AGG_MEAN;
        bool whole = what->argument >= 0 && !spreads &&
                     type_storage(plan->input->slot_types[what->argument]) == STORE_WORD;
        if (what->kind == AGG_FIRST || what->kind == AGG_LAST || what->kind == AGG_LIST ||
            what->kind == AGG_WEIGHTED || (adds && !whole))
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
    enum status status =
        segment_open(s->run, s->self, plan->input, needed, !minds_order(plan), &s->input);
    if (status == ST_OK)
        s->input->batch.lazy = !plan->axis && steps_take_lazy(plan->input);
    return status;
}

enum status group_open(struct segment *s) {
    struct group *g = ARENA_NEW(&s->run->arena, struct group);
    if (!g)
        return ST_NO_MEMORY;
    s->state = g;
    s->base = (struct base){group_pull, group_close};
    find_kept(s);
    if (g->kept)
        return ST_OK;
    enum status status = group_input(s);
    if (status == ST_OK)
        status = keys_open(s, g);
    if (status == ST_OK)
        status = totals_open(s, g);
    if (status == ST_OK)
        status = windows_of(s, g);
    if (status == ST_OK)
        status = work_open(s, g);
    return status == ST_OK ? rows_open(s, g) : status;
}

/* ---- parts ---- */

void part_free(struct part *p) {
    keying_free(&p->keying);
    for (uint32_t i = 0; p->tallies && i < p->ntallies; i++)
        tally_free(&p->tallies[i]);
    *p = (struct part){.any = false};
}

bool group_merges(const struct plan *plan) {
    if (plan->axis)
        return false;
    for (uint32_t i = 0; i < plan->naggregations; i++)
        if (!tally_merges(&plan->aggregations[i]))
            return false;
    return true;
}

bool group_is_exact(const struct plan *plan) {
    for (uint32_t i = 0; i < plan->naggregations; i++)
        if (!tally_is_exact(&plan->aggregations[i], argument_type(plan, &plan->aggregations[i])))
            return false;
    return true;
}

enum status group_take(struct segment *s, struct part *out) {
    struct group *g = s->state;
    *out = (struct part){g->keying, g->tallies, s->plan->naggregations, g->any};
    g->keying = (struct keying){.alloc = NULL};
    g->any = false;
    return work_open(s, g);
}

enum status group_again(struct segment *s) {
    struct group *g = s->state;
    s->finished = s->input->finished = false;
    if (!g->done)
        return ST_OK;
    enum status status = steps_again(s);
    if (status != ST_OK)
        return status;
    mem_give(s->run->alloc, g->order, g->order ? g->rows.n * sizeof *g->order : 0);
    g->order = NULL;
    g->done = g->any = false;
    g->next = g->rows.n = 0;
    g->first = ARENA_ARRAY(&s->run->arena, struct column, s->plan->nkeys);
    return g->first ? work_open(s, g) : ST_NO_MEMORY;
}

bool group_keeps_to(const struct plan *plan, uint32_t slot) {
    bool has = false;
    for (uint32_t i = 0; i < plan->nkeys; i++) {
        if (!key_is_slot(plan->keys[i]))
            return false;
        has = has || plan->keys[i] == slot;
    }
    return has && !plan->axis;
}

/* The numbers that this grouping gives the groups of a part, whose keys are in `columns`. */
static bool map_groups(struct segment *s, const struct column *columns, uint32_t n, uint32_t *map) {
    struct group *g = s->state;
    for (uint32_t from = 0; from < n; from += BATCH_ROWS) {
        uint32_t m = n - from < BATCH_ROWS ? n - from : BATCH_ROWS;
        struct column *views = g->views;
        for (uint32_t i = 0; i < s->plan->nkeys; i++) {
            views[i] = column_view(&columns[i], from);
            g->view_keys[i] = &views[i];
        }
        if (!keying_map(&g->keying, g->view_keys, m, true, map + from))
            return false;
    }
    return true;
}

static bool merge_groups(struct segment *s, const struct part *p, struct column *columns,
                         uint32_t n, uint32_t *map) {
    struct group *g = s->state;
    bool ok = true;
    for (uint32_t i = 0; i < s->plan->nkeys && ok; i++)
        ok = column_prepare(p->keying.alloc, &columns[i], s->plan->slot_types[i], n);
    if (!ok || !keying_values(&p->keying, columns) || !map_groups(s, columns, n, map))
        return false;
    for (uint32_t i = 0; i < s->plan->naggregations && ok; i++)
        ok = tally_merge(&g->tallies[i], &p->tallies[i], keying_first(&p->keying), n, map,
                         keying_stop(&g->keying));
    return ok;
}

static bool merge_part(struct segment *s, const struct part *p, uint32_t n) {
    struct group *g = s->state;
    uint32_t nkeys = s->plan->nkeys;
    if (!g->views) {
        g->views = ARENA_ARRAY(&s->run->arena, struct column, nkeys);
        g->view_keys = ARENA_ARRAY(&s->run->arena, const struct column *, nkeys);
    }
    uint32_t *map = mem_take(s->run->alloc, n * sizeof *map);
    struct column *columns = mem_zero(s->run->alloc, (nkeys + 1) * sizeof *columns);
    bool ok = g->views && g->view_keys && map && columns && merge_groups(s, p, columns, n, map);
    for (uint32_t i = 0; columns && i < nkeys; i++)
        if (columns[i].type)
            column_free(p->keying.alloc, &columns[i]);
    mem_give(s->run->alloc, map, n * sizeof *map);
    mem_give(s->run->alloc, columns, (nkeys + 1) * sizeof *columns);
    return ok;
}

enum status group_merge(struct segment *s, struct part *p) {
    struct group *g = s->state;
    uint32_t n = keying_stop(&p->keying) - keying_first(&p->keying);
    bool ok = true;
    if (p->any && !g->any) { /* its place is free */
        struct part mine = {g->keying, g->tallies, s->plan->naggregations, false};
        g->keying = p->keying;
        g->tallies = p->tallies;
        *p = mine;
        g->any = true;
    } else if (p->any) {
        ok = merge_part(s, p, n);
    }
    part_free(p);
    return no_memory_unless(ok);
}

struct crew **group_crew(struct segment *s) {
    return &((struct group *)s->state)->crew;
}

void group_drop(struct segment *s) {
    group_close(s);
    s->state = NULL;
}
