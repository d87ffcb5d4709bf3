/* What each kind of window makes: values fetched from other rows of the partition, running sums,
 * places, and aggregates, which the tallies of groups compute. */
#include "base/hash.h"
#include "exec/order.h"
#include "exec/tally.h"
#include "exec/window.h"
#include <math.h>

/* ---- values of other rows ---- */

/* The row so many positions before or behind position `at`, in its partition. */
static uint32_t row_near(const struct partitions *p, const struct window *w, uint32_t at) {
    if (w->kind == WINDOW_LAG)
        return at - p->start[at] >= w->rows ? p->order[at - w->rows] : NO_ROW;
    bool inside = w->rows < p->rows.n - at && p->number[at + w->rows] == p->number[at];
    return inside ? p->order[at + w->rows] : NO_ROW;
}

/* A value carried on is found where the row before found it. What is suppressed is carried on, too.
 */
static void carry_rows(const struct partitions *p, const struct column *in, uint32_t *from) {
    for (uint32_t at = 0; at < p->rows.n; at++) {
        bool seen = column_state(in, p->order[at]) != MISSING;
        uint32_t before = at > p->start[at] ? from[p->order[at - 1]] : NO_ROW;
        from[p->order[at]] = seen ? p->order[at] : before;
    }
}

static enum status fetch(struct segment *s, const struct partitions *p, const struct window *w,
                         struct column *out) {
    const struct column *in = &p->rows.columns[w->argument];
    uint32_t n = p->rows.n;
    uint32_t *from = mem_take(s->run->alloc, n * sizeof *from);
    if (!from)
        return ST_NO_MEMORY;
    if (w->kind == WINDOW_CARRY)
        carry_rows(p, in, from);
    for (uint32_t at = 0; at < n && w->kind != WINDOW_CARRY; at++)
        from[p->order[at]] = row_near(p, w, at);
    bool ok = column_gather(s->run->alloc, out, 0, in, from, n);
    mem_give(s->run->alloc, from, n * sizeof *from);
    return no_memory_unless(ok);
}

/* ---- places ---- */

static bool same_place(const struct plan *plan, const struct partitions *p, uint32_t at) {
    for (uint32_t i = 0; i < plan->nsort_keys; i++) {
        const struct column *key = &p->rows.columns[plan->sort_keys[i].slot];
        if (column_compare(key, p->order[at - 1], key, p->order[at]) != 0)
            return false;
    }
    return true;
}

static void places(const struct plan *plan, const struct partitions *p, bool ties,
                   struct column *out) {
    int64_t rank = 1;
    for (uint32_t at = 0; at < p->rows.n; at++) {
        uint32_t place = at - p->start[at];
        if (place == 0 || !ties || !same_place(plan, p, at))
            rank = (int64_t)place + 1;
        out->i[p->order[at]] = rank;
    }
}

/* Rows in the order of a hash of their number and the seed. */
static enum status shuffle(struct segment *s, const struct partitions *p, const struct window *w,
                           struct column *out) {
    struct alloc *a = s->run->alloc;
    uint32_t n = p->rows.n;
    uint64_t seed = hash_word((uint64_t)p->rows.columns[w->argument].i[0] + 1);
    struct order_entry *entries = mem_take(a, n * sizeof *entries);
    struct order_entry *spare = entries ? mem_take(a, n * sizeof *spare) : NULL;
    for (uint32_t i = 0; spare && i < n; i++)
        entries[i] = (struct order_entry){hash_word(seed + i), i};
    if (spare)
        order_words(entries, spare, n);
    for (uint32_t i = 0; spare && i < n; i++)
        out->i[entries[i].row] = (int64_t)i + 1;
    bool ok = spare != NULL;
    mem_give(a, spare, spare ? n * sizeof *spare : 0);
    mem_give(a, entries, entries ? n * sizeof *entries : 0);
    return no_memory_unless(ok);
}

/* ---- running sums ---- */

static enum status overflow(struct segment *s) {
    struct exec_env *env = s->run->env;
    return env->fail(env->user, E0401, s->plan->span, "the sum does not fit in 64 bits");
}

static enum status sum_words(struct segment *s, const struct partitions *p, const struct column *in,
                             struct column *out) {
    int64_t sum = 0;
    for (uint32_t at = 0; at < p->rows.n; at++) {
        uint32_t row = p->order[at];
        sum = at == p->start[at] ? 0 : sum;
        if (column_state(in, row) == PRESENT && __builtin_add_overflow(sum, in->i[row], &sum))
            return overflow(s);
        out->i[row] = sum;
    }
    return ST_OK;
}

/* Compensated (Neumaier 1974), so the sum so far is as good as the sum of all. */
static void sum_floats(const struct partitions *p, const struct column *in, struct column *out) {
    double sum = 0, rest = 0;
    for (uint32_t at = 0; at < p->rows.n; at++) {
        uint32_t row = p->order[at];
        if (at == p->start[at])
            sum = rest = 0;
        if (column_state(in, row) == PRESENT) {
            double x = in->f[row], total = sum + x;
            if (isfinite(total))
                rest += fabs(sum) >= fabs(x) ? (sum - total) + x : (x - total) + sum;
            sum = total;
        }
        out->f[row] = sum + rest;
    }
}

/* Missing until a value was seen. */
static bool hide_unseen(struct alloc *a, const struct partitions *p, const struct column *in,
                        struct column *out) {
    bool seen = false;
    for (uint32_t at = 0; at < p->rows.n; at++) {
        seen = (at != p->start[at] && seen) || column_state(in, p->order[at]) == PRESENT;
        if (!seen && !column_set_missing(a, out, p->order[at]))
            return false;
    }
    return true;
}

/* From a suppressed value on all sums are: going on without it would say they hold it. */
static bool hide_later(struct alloc *a, const struct partitions *p, const struct column *in,
                       struct column *out) {
    bool hidden = false;
    for (uint32_t at = 0; at < p->rows.n; at++) {
        hidden = (at != p->start[at] && hidden) || column_state(in, p->order[at]) == SUPPRESSED;
        if (hidden && !column_suppress(a, out, p->order[at]))
            return false;
    }
    return true;
}

static enum status cumulate(struct segment *s, const struct partitions *p, const struct window *w,
                            struct column *out) {
    const struct column *in = &p->rows.columns[w->argument];
    enum status status = ST_OK;
    if (type_storage(in->type) == STORE_FLOAT)
        sum_floats(p, in, out);
    else
        status = sum_words(s, p, in, out);
    if (status != ST_OK)
        return status;
    struct alloc *a = s->run->alloc;
    return no_memory_unless(hide_unseen(a, p, in, out) && hide_later(a, p, in, out));
}

/* ---- aggregates ---- */

/* Feeds a tally with pairs (row, group), a batch at a time. */
struct feeder {
    struct segment *s;
    const struct partitions *p;
    struct tally tally;
    struct aggregation what; /* argument and filter are columns 0 and 1 of the batch */
    struct tally_scratch *scratch;
    struct column columns[2];
    const struct column *sources[2]; /* NULL: not used */
    struct batch batch;
    uint32_t *rows, *groups;
};

static enum status feeder_open(struct feeder *f, struct segment *s, const struct partitions *p,
                               const struct window *w) {
    const struct aggregation *what = &w->aggregation;
    struct arena *arena = &s->run->arena;
    *f = (struct feeder){.s = s, .p = p, .what = *what};
    int from[] = {what->argument, what->filter};
    for (int i = 0; i < 2; i++)
        f->sources[i] = from[i] >= 0 ? &p->rows.columns[from[i]] : NULL;
    f->what.argument = f->sources[0] ? 0 : -1;
    f->what.filter = f->sources[1] ? 1 : -1;
    f->batch = (struct batch){.columns = f->columns, .nslots = 2};
    f->scratch = arena_take(arena, sizeof *f->scratch);
    f->rows = ARENA_ARRAY(arena, uint32_t, BATCH_ROWS);
    f->groups = ARENA_ARRAY(arena, uint32_t, BATCH_ROWS);
    bool ok = f->scratch && f->rows && f->groups;
    for (int i = 0; ok && i < 2; i++)
        if (f->sources[i])
            ok = column_prepare(s->run->alloc, &f->columns[i], f->sources[i]->type, BATCH_ROWS);
    const struct type *argument = f->sources[0] ? f->sources[0]->type : NULL;
    return no_memory_unless(
        ok && tally_init(&f->tally, s->run->alloc, &s->run->texts, &f->what, argument));
}

static void feeder_close(struct feeder *f) {
    struct alloc *a = f->s->run->alloc;
    for (int i = 0; i < 2; i++)
        if (f->columns[i].type)
            column_free(a, &f->columns[i]);
    if (f->tally.alloc)
        tally_free(&f->tally);
}

static enum status feeder_flush(struct feeder *f, uint32_t ngroups) {
    struct alloc *a = f->s->run->alloc;
    bool ok = true;
    for (int i = 0; ok && i < 2; i++)
        if (f->sources[i])
            ok = column_gather(a, &f->columns[i], 0, f->sources[i], f->rows, f->batch.n);
    ok = ok && tally_add(&f->tally, &f->batch, f->groups, ngroups, f->scratch);
    enum status status = ok ? control_poll(f->s->run->env->control, f->batch.n) : ST_NO_MEMORY;
    f->batch.n = 0;
    return status;
}

static enum status feed(struct feeder *f, uint32_t row, uint32_t group, uint32_t ngroups) {
    f->rows[f->batch.n] = row;
    f->groups[f->batch.n] = group;
    return ++f->batch.n == BATCH_ROWS ? feeder_flush(f, ngroups) : ST_OK;
}

static bool is_full(const struct partitions *p, const struct window *w, uint32_t at) {
    return at - p->start[at] + 1 >= w->rows;
}

/* Groups are the partitions, or for a rolling window the positions at which it is full. */
static enum status feed_all(struct feeder *f, const struct window *w) {
    const struct partitions *p = f->p;
    bool rolling = w->kind == WINDOW_ROLLING;
    uint32_t ngroups = rolling ? p->rows.n : p->n;
    enum status status = ST_OK;
    for (uint32_t at = 0; at < p->rows.n && status == ST_OK; at++) {
        if (!rolling)
            status = feed(f, p->order[at], p->number[at], ngroups);
        for (uint32_t i = 0; rolling && is_full(p, w, at) && i < w->rows && status == ST_OK; i++)
            status = feed(f, p->order[at + 1 - w->rows + i], at, ngroups);
    }
    return status == ST_OK ? feeder_flush(f, ngroups) : status;
}

/* From one value a group to one a row; missing where the window is not full. */
static bool spread(struct alloc *a, const struct partitions *p, const struct window *w,
                   const struct column *by_group, struct column *out) {
    uint32_t n = p->rows.n;
    uint32_t *from = mem_take(a, n * sizeof *from);
    for (uint32_t at = 0; from && at < n; at++) {
        bool rolling = w->kind == WINDOW_ROLLING;
        from[p->order[at]] = !rolling ? p->number[at] : is_full(p, w, at) ? at : NO_ROW;
    }
    bool ok = from && column_gather(a, out, 0, by_group, from, n);
    mem_give(a, from, from ? n * sizeof *from : 0);
    return ok;
}

static enum status aggregate(struct segment *s, const struct partitions *p, const struct window *w,
                             struct column *out) {
    struct alloc *a = s->run->alloc;
    struct feeder f;
    struct column by_group = {.type = w->aggregation.type};
    uint32_t ngroups = w->kind == WINDOW_ROLLING ? p->rows.n : p->n;
    enum status status = feeder_open(&f, s, p, w);
    if (status == ST_OK)
        status = feed_all(&f, w);
    if (status == ST_OK)
        status = no_memory_unless(column_prepare(a, &by_group, by_group.type, ngroups));
    if (status == ST_OK)
        status = tally_result(&f.tally, 0, ngroups, true, &by_group);
    if (status == ST_LIMIT)
        status = overflow(s);
    if (status == ST_OK)
        status = no_memory_unless(spread(a, p, w, &by_group, out));
    column_free(a, &by_group);
    feeder_close(&f);
    return status;
}

enum status window_values(struct segment *s, const struct partitions *p, const struct window *w,
                          struct column *out) {
    if (!column_prepare(s->run->alloc, out, w->type, p->rows.n))
        return ST_NO_MEMORY;
    switch (w->kind) {
    case WINDOW_AGGREGATE:
    case WINDOW_ROLLING:
        return aggregate(s, p, w, out);
    case WINDOW_LAG:
    case WINDOW_LEAD:
    case WINDOW_CARRY:
        return fetch(s, p, w, out);
    case WINDOW_ROW_NUMBER:
    case WINDOW_RANK:
        places(s->plan, p, w->kind == WINDOW_RANK, out);
        return ST_OK;
    case WINDOW_CUMSUM:
        return cumulate(s, p, w, out);
    case WINDOW_SHUFFLE:
        return shuffle(s, p, w, out);
    }
    return ST_MISUSE;
}
