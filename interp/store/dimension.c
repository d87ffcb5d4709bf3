/* Columns of entity tables by row number, kept between runs.
 *
 * A column is read again when the store's revision has changed. The old one is
 * only retired then, and freed when the next run begins: the run going on may
 * still read it. */
#include "base/ratio.h"
#include "store/internal.h"

struct kept_dimension {
    struct kept_dimension *next;
    struct str table, name; /* owned, in pool.arena */
    uint64_t revision;
    struct column column;
    uint32_t n;
    enum { ORDER_UNKNOWN, IN_ORDER, OUT_OF_ORDER } order; /* of its values, by row number */
    struct text_pool pool;
};

static void drop(struct store *s, struct kept_dimension *d) {
    column_free(s->host.alloc, &d->column);
    text_pool_free(&d->pool);
    mem_give(s->host.alloc, d, sizeof *d);
}

static void drop_list(struct store *s, struct kept_dimension **list) {
    while (*list) {
        struct kept_dimension *d = *list;
        *list = d->next;
        drop(s, d);
    }
}

void store_drop_dimensions(struct store *s, bool all) {
    drop_list(s, &s->retired);
    if (all)
        drop_list(s, &s->dimensions);
}

/* The kept column if it is still right; a stale one is retired. A column may be found while another
 * thread of the same run reads it: it is given another type only where a run finds it first. */
static struct kept_dimension *find(struct store *s, const struct table *t,
                                   const struct table_column *c, uint64_t revision) {
    for (struct kept_dimension **at = &s->dimensions; *at; at = &(*at)->next) {
        struct kept_dimension *d = *at;
        if (!str_eq(d->table, t->name) || !str_eq(d->name, c->name))
            continue;
        if (d->revision == revision && d->column.type->kind == c->type->kind) {
            if (d->column.type != c->type)
                d->column.type = c->type;
            return d;
        }
        *at = d->next;
        d->next = s->retired;
        s->retired = d;
        return NULL;
    }
    return NULL;
}

/* All rows missing until their value comes. */
static bool make_room(struct store *s, struct kept_dimension *d) {
    struct column *c = &d->column;
    if (!column_reserve(s->host.alloc, c, d->n))
        return false;
    memset(c->data, 0, d->n * sizeof(int64_t));
    if (c->d)
        memset(c->d, 0, d->n * sizeof(int64_t));
    if (c->d || type_storage(c->type) == STORE_TEXT)
        return true;
    if (!column_states(s->host.alloc, c))
        return false;
    memset(c->state, MISSING, d->n);
    return true;
}

static bool take_value(struct kept_dimension *d, sqlite3_stmt *st) {
    struct column *c = &d->column;
    int64_t id = sqlite3_column_int64(st, 0);
    if (id < 0 || id >= d->n || sqlite3_column_type(st, 1) == SQLITE_NULL)
        return true;
    switch (type_storage(c->type)) {
    case STORE_TEXT:
        c->t[id] = text_pool_get(&d->pool, column_str(st, 1));
        return c->t[id] != NULL;
    case STORE_PAIR:
        if (!ratio_parse(column_str(st, 1), &c->i[id], &c->d[id]))
            c->i[id] = c->d[id] = 0;
        return true;
    case STORE_FLOAT:
        c->f[id] = sqlite3_column_double(st, 1);
        break;
    default:
        c->i[id] = sqlite3_column_int64(st, 1);
    }
    c->state[id] = PRESENT;
    return true;
}

static enum status read_values(struct store *s, struct kept_dimension *d, const struct table *t) {
    struct buf sql;
    sqlite3_stmt *st;
    buf_init(&sql, s->host.alloc);
    buf_text(&sql, "SELECT spoke_id, ");
    put_name(&sql, "", d->name);
    buf_text(&sql, " FROM ");
    put_name(&sql, "spoke$", t->name);
    enum status status = store_prepare(s, t->span, &sql, &st);
    buf_free(&sql);
    if (status != ST_OK)
        return status;
    int code;
    while ((code = sqlite3_step(st)) == SQLITE_ROW && status == ST_OK) {
        if (!take_value(d, st))
            status = ST_NO_MEMORY;
    }
    if (status == ST_OK && code != SQLITE_DONE)
        status = store_sql_fail(s, t->span);
    sqlite3_finalize(st);
    return status;
}

static enum status load(struct store *s, struct kept_dimension *d, const struct table *t,
                        const struct table_column *c) {
    struct buf sql;
    int64_t highest;
    d->table = arena_str(&d->pool.arena, t->name);
    d->name = arena_str(&d->pool.arena, c->name);
    if (!d->table.p || !d->name.p)
        return ST_NO_MEMORY;
    buf_init(&sql, s->host.alloc);
    buf_text(&sql, "SELECT max(spoke_id) FROM ");
    put_name(&sql, "spoke$", t->name);
    enum status status = store_number(s, t->span, &sql, &highest);
    buf_free(&sql);
    if (status != ST_OK)
        return status;
    if (highest < 0 || highest >= UINT32_MAX)
        return ST_LIMIT;
    d->n = (uint32_t)highest + 1;
    return make_room(s, d) ? read_values(s, d, t) : ST_NO_MEMORY;
}

static enum status keep(struct store *s, const struct table *t, int column,
                        struct kept_dimension **out) {
    const struct table_column *c = &t->columns[column];
    uint64_t revision = store_revision(s);
    *out = find(s, t, c, revision);
    if (*out)
        return ST_OK;
    struct kept_dimension *d = mem_zero(s->host.alloc, sizeof *d);
    if (!d)
        return ST_NO_MEMORY;
    d->revision = revision;
    d->column.type = c->type;
    text_pool_init(&d->pool, s->host.alloc);
    enum status status = load(s, d, t, c);
    if (status != ST_OK) {
        drop(s, d);
        return status;
    }
    d->next = s->dimensions;
    s->dimensions = d;
    *out = d;
    return ST_OK;
}

enum status store_dimension(struct store *s, const struct table *t, int column,
                            struct dimension *out) {
    struct kept_dimension *d;
    enum status status = keep(s, t, column, &d);
    if (status == ST_OK)
        *out = (struct dimension){.column = &d->column, .n = d->n};
    return status;
}

/* ---- order ---- */

static bool is_ascending(const struct kept_dimension *d) {
    uint32_t last = 0;
    for (uint32_t id = 1; id < d->n; id++) {
        if (column_state(&d->column, id) != PRESENT)
            continue;
        if (last && column_compare(&d->column, last, &d->column, id) > 0)
            return false;
        last = id;
    }
    return true;
}

/* Whether rows with higher numbers have higher keys. */
static enum status rows_in_order(struct store *s, const struct table *t, bool *in_order) {
    for (*in_order = true; *in_order;) {
        struct kept_dimension *d;
        enum status status = keep(s, t, (int)t->keys[0], &d);
        if (status != ST_OK)
            return status;
        if (d->order == ORDER_UNKNOWN)
            d->order = is_ascending(d) ? IN_ORDER : OUT_OF_ORDER;
        *in_order = d->order == IN_ORDER;
        const struct table_column *key = &t->columns[t->keys[0]];
        if (key->type->kind != TY_REF)
            break;
        t = key->to; /* its rows must be in order too */
    }
    return ST_OK;
}

enum status store_keys_in_order(struct store *s, const struct table *t, bool *in_order) {
    enum status status = ST_OK;
    *in_order = true;
    for (uint32_t i = 0; i < t->nkeys && status == ST_OK && *in_order; i++) {
        const struct table_column *key = &t->columns[t->keys[i]];
        if (key->type->kind == TY_REF)
            status = rows_in_order(s, key->to, in_order);
    }
    return status;
}
