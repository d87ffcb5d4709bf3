/* Scans: a kept statement stepped into column batches.
 *
 * Statements are kept by their SQL, values are bound anew each time. A scan
 * owns its statement while it is open (two scans of one text get one each) and
 * the texts it gave out. */
#include "store/internal.h"

struct scan {
    struct row_source base; /* must stay first */
    struct store *store;
    const struct plan *plan;
    struct alloc *alloc; /* of the batches */
    sqlite3_stmt *statement;
    struct kept_statement *kept; /* NULL: the statement is the scan's own */
    struct text_pool pool;
    bool done;
};

/* ---- kept statements ---- */

static void forget(struct store *s, struct kept_statement *k) {
    sqlite3_finalize(k->statement);
    if (k->sql.p)
        mem_give(s->host.alloc, (void *)(uintptr_t)k->sql.p, k->sql.n + 1);
    *k = (struct kept_statement){.statement = NULL};
}

void store_drop_statements(struct store *s) {
    for (size_t i = 0; i < KEPT_STATEMENTS; i++)
        forget(s, &s->kept[i]);
}

/* The statement of that text, else the place to keep it in; NULL: all are busy. */
static struct kept_statement *find_kept(struct store *s, struct str sql) {
    struct kept_statement *oldest = NULL;
    for (size_t i = 0; i < KEPT_STATEMENTS; i++) {
        struct kept_statement *k = &s->kept[i];
        if (k->busy)
            continue;
        if (k->statement && str_eq(k->sql, sql))
            return k;
        if (!oldest || k->used < oldest->used)
            oldest = k;
    }
    return oldest;
}

static bool keep(struct store *s, struct kept_statement *k, struct str sql, sqlite3_stmt *st) {
    char *copy = mem_take(s->host.alloc, sql.n + 1);
    if (!copy)
        return false;
    memcpy(copy, sql.p, sql.n);
    copy[sql.n] = '\0';
    forget(s, k);
    k->sql = (struct str){copy, sql.n};
    k->statement = st;
    return true;
}

static enum status take_statement(struct scan *scan, struct str sql) {
    struct store *s = scan->store;
    struct kept_statement *k = find_kept(s, sql);
    if (!k || !k->statement || !str_eq(k->sql, sql)) {
        int code = sqlite3_prepare_v3(s->db, sql.p, (int)sql.n, SQLITE_PREPARE_PERSISTENT,
                                      &scan->statement, NULL);
        if (code != SQLITE_OK)
            return store_sql_fail(s, scan->plan->span);
        if (!k || !keep(s, k, sql, scan->statement))
            return ST_OK;
    }
    scan->kept = k;
    scan->statement = k->statement;
    k->busy = true;
    k->used = ++s->uses;
    return ST_OK;
}

/* ---- binding ---- */

static void bind_captured(sqlite3_stmt *st, int at, const struct type *type, union word word) {
    switch (type_storage(type)) {
    case STORE_TEXT:
        if (word.ref)
            bind_str(st, at, text_str((const struct text *)word.ref));
        else
            sqlite3_bind_null(st, at);
        break;
    case STORE_FLOAT:
        sqlite3_bind_double(st, at, word.f);
        break;
    default:
        sqlite3_bind_int64(st, at, word.i);
    }
}

static void bind_all(struct scan *scan, const struct sql *sql, const struct exec_env *env,
                     const struct relation *self) {
    for (uint32_t i = 0; i < sql->nbinds; i++) {
        const struct sql_bind *b = &sql->binds[i];
        int at = (int)i + 1;
        switch (b->kind) {
        case BIND_INT:
            sqlite3_bind_int64(scan->statement, at, b->i);
            break;
        case BIND_FLOAT:
            sqlite3_bind_double(scan->statement, at, b->f);
            break;
        case BIND_TEXT:
            sqlite3_bind_text64(scan->statement, at, b->text.p ? b->text.p : "", b->text.n,
                                SQLITE_TRANSIENT, SQLITE_UTF8);
            break;
        case BIND_CAPTURED:
            bind_captured(scan->statement, at, b->captured->type,
                          env->captured(env->user, self, b->captured));
        }
    }
}

/* ---- rows ---- */

static bool give_missing(struct scan *scan, struct column *c, uint32_t row) {
    switch (type_storage(c->type)) {
    case STORE_TEXT:
        c->t[row] = NULL;
        return true;
    case STORE_FLOAT:
        c->f[row] = 0.0;
        break;
    default:
        c->i[row] = 0;
    }
    if (!column_states(scan->alloc, c))
        return false;
    c->state[row] = MISSING;
    return true;
}

static bool give(struct scan *scan, struct column *c, uint32_t row, int at, bool nullable) {
    if (nullable && sqlite3_column_type(scan->statement, at) == SQLITE_NULL)
        return give_missing(scan, c, row);
    switch (type_storage(c->type)) {
    case STORE_TEXT:
        c->t[row] = text_pool_get(&scan->pool, column_str(scan->statement, at));
        return c->t[row] != NULL;
    case STORE_FLOAT:
        c->f[row] = sqlite3_column_double(scan->statement, at);
        break;
    default:
        c->i[row] = sqlite3_column_int64(scan->statement, at);
    }
    if (c->state)
        c->state[row] = PRESENT;
    return true;
}

static bool is_nullable(const struct plan *plan, uint32_t i) {
    uint32_t column = plan->scan_columns[i];
    return column != TABLE_ROW_NUMBER && plan->table->columns[column].type->nullable;
}

static enum status give_row(struct scan *scan, struct batch *b) {
    const struct plan *plan = scan->plan;
    for (uint32_t i = 0; i < plan->nscan; i++) {
        struct column *c = &b->columns[plan->scan_slots[i]];
        if (!give(scan, c, b->n, (int)i, is_nullable(plan, i)))
            return ST_NO_MEMORY;
    }
    b->n++;
    return ST_OK;
}

static enum status scan_next(struct row_source *source, struct batch *b) {
    struct scan *scan = (struct scan *)source;
    b->n = 0;
    while (!scan->done && b->n < BATCH_ROWS) {
        int code = sqlite3_step(scan->statement);
        if (code == SQLITE_ROW) {
            enum status status = give_row(scan, b);
            if (status != ST_OK)
                return status;
            continue;
        }
        scan->done = true;
        if (code != SQLITE_DONE)
            return store_sql_fail(scan->store, scan->plan->span);
    }
    return ST_OK;
}

static void scan_close(struct row_source *source) {
    struct scan *scan = (struct scan *)source;
    if (scan->kept) {
        sqlite3_reset(scan->statement);
        sqlite3_clear_bindings(scan->statement);
        scan->kept->busy = false;
    } else {
        sqlite3_finalize(scan->statement);
    }
    text_pool_free(&scan->pool);
    mem_give(scan->store->host.alloc, scan, sizeof *scan);
}

static enum status open_scan(struct scan *scan, const struct exec_env *env,
                             const struct relation *self, struct arena *arena) {
    jmp_buf here;
    arena->escape = &here;
    if (setjmp(here))
        return ST_NO_MEMORY;
    struct sql sql = plan_scan_sql(arena, scan->plan);
    arena->escape = NULL;
    enum status status = take_statement(scan, sql.text);
    if (status == ST_OK)
        bind_all(scan, &sql, env, self);
    return status;
}

enum status store_scan(struct store *s, const struct plan *plan, const struct exec_env *env,
                       const struct relation *self, struct row_source **out) {
    struct arena arena;
    struct scan *scan = mem_zero(s->host.alloc, sizeof *scan);
    if (!scan)
        return ST_NO_MEMORY;
    scan->base = (struct row_source){.next = scan_next, .close = scan_close};
    scan->store = s;
    scan->plan = plan;
    scan->alloc = env->alloc;
    text_pool_init(&scan->pool, s->host.alloc);
    arena_init(&arena, s->host.alloc);
    enum status status = open_scan(scan, env, self, &arena);
    arena_free(&arena);
    if (status != ST_OK) {
        scan_close(&scan->base);
        return status;
    }
    *out = &scan->base;
    return ST_OK;
}
