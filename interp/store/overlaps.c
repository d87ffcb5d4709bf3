/* Rows of one key that would hold at the same time, in tables with spans.
 *
 * Staged rows, sorted, and stored ones are gone through together in the order of key and `since`.
 * Of those kept so far in a key the last one is at hand; no two of them overlap, so a row can only
 * meet that one. Where a staged row is refused the stored one that it would have replaced stands
 * again, and is met in its turn. Of two staged rows the one that begins later goes, so the order of
 * rows in a file does not matter. */
#include "base/day.h"
#include "store/import.h"

#define STILL INT64_MAX

struct spell {
    bool staged, stored; /* a staged row; the stored row of that key and `since` */
    uint32_t row;        /* staged */
    int64_t since, stop; /* the day behind the last */
    int64_t stored_stop;
};

struct overlaps {
    struct import *m;
    const struct staged_column *since, *until;
    sqlite3_stmt *st; /* stored rows in order, or NULL */
    bool there;       /* it stands on a row */
    uint8_t *refused; /* by staged row */
    struct spell last;
    bool has_last;
};

/* ---- days ---- */

static int64_t stop_of(const struct overlaps *o, bool missing, int64_t until) {
    return missing ? STILL : until + (o->m->t->spans.included ? 1 : 0);
}

static int64_t staged_stop(const struct overlaps *o, uint32_t row, const struct spell *s) {
    if (!o->until->data)
        return s->stored && o->m->mode != IMPORT_REPLACE ? s->stored_stop : STILL;
    return stop_of(o, staged_missing(o->until, row), staged_word(o->until, row));
}

static int64_t stored_since(const struct overlaps *o) {
    return sqlite3_column_int64(o->st, (int)o->m->t->nkeys - 1);
}

static int64_t stored_stop(const struct overlaps *o) {
    int at = (int)o->m->t->nkeys;
    return stop_of(o, sqlite3_column_type(o->st, at) == SQLITE_NULL,
                   sqlite3_column_int64(o->st, at));
}

/* ---- keys ---- */

static int compare_stored(const struct overlaps *o, uint32_t key, uint32_t row) {
    const struct staged_column *c = &o->m->staging.columns[o->m->t->keys[key]];
    if (c->kind == TY_TEXT)
        return str_compare(column_str(o->st, (int)key), staged_text(&o->m->staging, c, row));
    if (c->kind == TY_FLOAT) {
        double a = sqlite3_column_double(o->st, (int)key), b = staged_float(c, row);
        return (a > b) - (a < b);
    }
    int64_t a = sqlite3_column_int64(o->st, (int)key), b = staged_word(c, row);
    return (a > b) - (a < b);
}

/* The stored row against a staged one, by the first `nkeys` columns of the key. */
static int compare_keys(const struct overlaps *o, uint32_t row, uint32_t nkeys) {
    int order = 0;
    for (uint32_t k = 0; k < nkeys && order == 0; k++)
        order = compare_stored(o, k, row);
    return order;
}

static bool same_staged(const struct overlaps *o, uint32_t a, uint32_t b) {
    const struct staging *g = &o->m->staging;
    for (uint32_t k = 0; k + 1 < o->m->t->nkeys; k++) {
        const struct staged_column *c = &g->columns[o->m->t->keys[k]];
        int64_t x, y;
        if (!str_eq(staged_key(g, c, a, &x), staged_key(g, c, b, &y)))
            return false;
    }
    return true;
}

/* ---- refusing ---- */

static void put_spell(struct buf *out, const struct overlaps *o, const struct spell *s) {
    char day[16];
    day_print(day, s->since);
    buf_printf(out, "from %s", day);
    if (s->stop == STILL)
        return;
    bool included = o->m->t->spans.included;
    day_print(day, s->stop - (included ? 1 : 0));
    buf_printf(out, " %s %s", included ? "to" : "until", day);
}

static enum status refuse(struct overlaps *o, const struct spell *s, const struct spell *other) {
    struct import *m = o->m;
    buf_clear(&m->reason);
    if (other->staged)
        buf_printf(&m->reason, "the row in line %u of the same key holds at that time, ",
                   (unsigned)m->staging.line[other->row]);
    else
        buf_text(&m->reason, "a stored row of the same key holds at that time, ");
    put_spell(&m->reason, o, other);
    o->refused[s->row] = 1;
    return rejects_add(&m->rejects, m->staging.line[s->row], STR_NONE, STR_NONE, &m->reason);
}

/* What stands instead of a row that was refused; false: nothing. */
static bool stands_again(struct spell *s) {
    if (!s->stored)
        return false;
    s->staged = false;
    s->stop = s->stored_stop;
    return s->since < s->stop;
}

static enum status meet(struct overlaps *o, struct spell s) {
    enum status status = ST_OK;
    if (s.since >= s.stop)
        return ST_OK; /* holds on no day */
    while (status == ST_OK && o->has_last && o->last.stop > s.since) {
        struct spell last = o->last;
        if (s.staged) {
            status = refuse(o, &s, &last);
            if (!stands_again(&s))
                return status;
        } else if (last.staged) {
            status = refuse(o, &last, &s);
            o->has_last = stands_again(&o->last);
        } else {
            break; /* both are stored */
        }
    }
    o->last = s;
    o->has_last = true;
    return status;
}

/* ---- both in order ---- */

static enum status next_stored(struct overlaps *o) {
    if (!o->st)
        return ST_OK;
    int code = sqlite3_step(o->st);
    o->there = code == SQLITE_ROW;
    return o->there || code == SQLITE_DONE ? ST_OK : store_sql_fail(o->m->s, o->m->span);
}

/* Stored rows before the staged one; those of its key take part. */
static enum status pass_stored(struct overlaps *o, uint32_t row) {
    enum status status = ST_OK;
    uint32_t nkeys = o->m->t->nkeys;
    while (status == ST_OK && o->there && compare_keys(o, row, nkeys) < 0) {
        struct spell s = {.stored = true, .since = stored_since(o), .stop = stored_stop(o)};
        s.stored_stop = s.stop;
        if (compare_keys(o, row, nkeys - 1) == 0)
            status = meet(o, s);
        if (status == ST_OK)
            status = next_stored(o);
    }
    return status;
}

/* Stored rows of the same key behind the last staged one. */
static enum status finish_key(struct overlaps *o, uint32_t row) {
    enum status status = ST_OK;
    while (status == ST_OK && o->there && compare_keys(o, row, o->m->t->nkeys - 1) == 0) {
        struct spell s = {.stored = true, .since = stored_since(o), .stop = stored_stop(o)};
        s.stored_stop = s.stop;
        status = meet(o, s);
        if (status == ST_OK)
            status = next_stored(o);
    }
    return status;
}

static enum status meet_staged(struct overlaps *o, uint32_t row) {
    struct spell s = {.staged = true, .row = row, .since = staged_word(o->since, row)};
    if (o->there && compare_keys(o, row, o->m->t->nkeys) == 0) {
        s.stored = true;
        s.stored_stop = stored_stop(o);
        enum status status = next_stored(o);
        if (status != ST_OK)
            return status;
    }
    s.stop = staged_stop(o, row, &s);
    return meet(o, s);
}

static enum status go_through(struct overlaps *o) {
    const struct staging *g = &o->m->staging;
    enum status status = next_stored(o);
    for (uint32_t i = 0; i < g->norder && status == ST_OK; i++) {
        uint32_t row = g->order[i];
        status = pass_stored(o, row);
        if (status == ST_OK)
            status = meet_staged(o, row);
        bool more = i + 1 < g->norder && same_staged(o, row, g->order[i + 1]);
        if (status == ST_OK && !more) {
            status = finish_key(o, row);
            o->has_last = false;
        }
    }
    return status;
}

/* ---- the whole ---- */

static enum status open_stored(struct overlaps *o) {
    const struct table *t = o->m->t;
    struct buf sql;
    if (o->m->was_empty || o->m->mode == IMPORT_REPLACE)
        return ST_OK;
    buf_init(&sql, o->m->s->host.alloc);
    buf_text(&sql, "SELECT ");
    for (uint32_t i = 0; i < t->nkeys; i++) {
        put_name(&sql, "", t->columns[t->keys[i]].name);
        buf_text(&sql, ", ");
    }
    put_name(&sql, "", t->columns[t->spans.until].name);
    buf_text(&sql, " FROM ");
    put_name(&sql, "spoke$", t->name);
    for (uint32_t i = 0; i < t->nkeys; i++) {
        buf_text(&sql, i ? ", " : " ORDER BY ");
        put_name(&sql, "", t->columns[t->keys[i]].name);
    }
    enum status status = store_prepare(o->m->s, o->m->span, &sql, &o->st);
    buf_free(&sql);
    return status;
}

static void keep_others(struct overlaps *o) {
    struct staging *g = &o->m->staging;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < g->norder; i++)
        if (!o->refused[g->order[i]])
            g->order[kept++] = g->order[i];
    g->norder = kept;
}

enum status import_reject_overlaps(struct import *m) {
    const struct table_spans *spans = &m->t->spans;
    if (!spans->given || spans->overlapping || m->staging.norder == 0)
        return ST_OK;
    size_t bytes = m->staging.n;
    struct overlaps o = {.m = m,
                         .since = &m->staging.columns[spans->since],
                         .until = &m->staging.columns[spans->until],
                         .refused = mem_zero(m->s->host.alloc, bytes)};
    enum status status = o.refused ? open_stored(&o) : ST_NO_MEMORY;
    if (status == ST_OK)
        status = go_through(&o);
    sqlite3_finalize(o.st);
    if (status == ST_OK)
        keep_others(&o);
    mem_give(m->s->host.alloc, o.refused, o.refused ? bytes : 0);
    return status;
}

bool import_spans_ordered(struct import *m) {
    const struct table_spans *spans = &m->t->spans;
    const struct staging *g = &m->staging;
    const struct staged_column *since = &g->columns[spans->since];
    const struct staged_column *until = &g->columns[spans->until];
    if (!spans->given || !until->data || staged_missing(until, g->n) ||
        staged_word(since, g->n) <= staged_word(until, g->n))
        return true;
    char first[16], last[16];
    day_print(first, staged_word(since, g->n));
    day_print(last, staged_word(until, g->n));
    buf_clear(&m->reason);
    buf_printf(&m->reason, "`%.*s` is %s, which lies before `%.*s`, %s",
               STR_ARG(until->column->name), last, STR_ARG(since->column->name), first);
    return false;
}
