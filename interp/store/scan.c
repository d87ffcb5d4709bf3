/* Scans: a kept statement stepped into column batches.
 *
 * Statements are kept by their SQL, values are bound anew each time. A scan
 * owns its statement while it is open (two scans of one text get one each) and
 * the texts it gave out.
 *
 * A step of SQLite costs as much as reading the row. So where any order will do,
 * the rows come as arguments of a function inside the statement, which puts them
 * into the batch and is true only when the batch is full: one step a batch. */
#include "base/ratio.h"
#include "store/columns_scan.h"
#include "store/staged_scan.h"

/* Where a column of the statement goes. */
struct scan_target {
    enum storage storage;
    struct column *column;
};

struct scan {
    struct row_source base; /* must stay first */
    struct store *store;
    const struct plan *plan;
    struct alloc *alloc; /* of the batches */
    enum scan_form form;
    sqlite3_stmt *statement;
    struct kept_statement *kept; /* NULL: the statement is the scan's own */
    struct batch *batch;         /* being filled */
    struct text_pool pool;
    bool done;
    struct scan_target targets[]; /* by scanned column */
};

static size_t size_of(const struct plan *plan) {
    return sizeof(struct scan) + plan->nscan * sizeof(struct scan_target);
}

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

static bool give_missing(struct scan *scan, const struct scan_target *to, uint32_t row) {
    struct column *c = to->column;
    c->i[row] = 0;
    if (!column_states(scan->alloc, c))
        return false;
    c->state[row] = MISSING;
    return true;
}

static bool give_text(struct scan *scan, struct column *c, uint32_t row, sqlite3_value *value) {
    const char *p = (const char *)sqlite3_value_text(value);
    c->t[row] = NULL;
    if (!p)
        return sqlite3_value_type(value) == SQLITE_NULL;
    c->t[row] = text_pool_get(&scan->pool, (struct str){p, (size_t)sqlite3_value_bytes(value)});
    return c->t[row] != NULL;
}

static bool give_pair(struct column *c, uint32_t row, sqlite3_value *value) {
    const char *p = (const char *)sqlite3_value_text(value);
    if (!p && sqlite3_value_type(value) != SQLITE_NULL)
        return false;
    struct str text = {p, p ? (size_t)sqlite3_value_bytes(value) : 0};
    if (!ratio_parse(text, &c->i[row], &c->d[row]))
        c->i[row] = c->d[row] = 0; /* missing */
    return true;
}

/* A missing value reads as 0, so only zeros are asked whether they are one. */
static inline bool give(struct scan *scan, const struct scan_target *to, uint32_t row,
                        sqlite3_value *value) {
    struct column *c = to->column;
    bool is_zero;
    if (to->storage == STORE_TEXT)
        return give_text(scan, c, row, value);
    if (to->storage == STORE_PAIR)
        return give_pair(c, row, value);
    if (to->storage == STORE_FLOAT) {
        c->f[row] = sqlite3_value_double(value);
        is_zero = c->f[row] == 0;
    } else {
        c->i[row] = sqlite3_value_int64(value);
        is_zero = c->i[row] == 0;
    }
    if (is_zero && sqlite3_value_type(value) == SQLITE_NULL)
        return give_missing(scan, to, row);
    if (c->state)
        c->state[row] = PRESENT;
    return true;
}

/* spoke_rows(column, ...): takes a row; true when the batch is full. */
static void take_row(sqlite3_context *context, int nvalues, sqlite3_value **values) {
    const struct store *s = sqlite3_user_data(context);
    struct scan *scan = s->scanning;
    if (!scan || (uint32_t)nvalues < scan->plan->nscan) {
        sqlite3_result_error(context, "spoke_rows is for scans only", -1);
        return;
    }
    struct batch *b = scan->batch;
    for (uint32_t i = 0; i < scan->plan->nscan; i++) {
        if (!give(scan, &scan->targets[i], b->n, values[i])) {
            sqlite3_result_error_nomem(context);
            return;
        }
    }
    if (++b->n == BATCH_ROWS)
        sqlite3_result_int(context, 1);
}

bool store_scans_open(struct store *s) {
    return sqlite3_create_function_v2(s->db, "spoke_rows", -1, SQLITE_UTF8 | SQLITE_DIRECTONLY, s,
                                      take_row, NULL, NULL, NULL) == SQLITE_OK;
}

/* The connection is this thread's own, so values may be read where they are. */
static bool give_row(struct scan *scan) {
    for (uint32_t i = 0; i < scan->plan->nscan; i++) {
        sqlite3_value *value = sqlite3_column_value(scan->statement, (int)i);
        if (!give(scan, &scan->targets[i], scan->batch->n, value))
            return false;
    }
    scan->batch->n++;
    return true;
}

static enum status fill(struct scan *scan) {
    while (!scan->done && scan->batch->n < BATCH_ROWS) {
        int code = sqlite3_step(scan->statement);
        if (code == SQLITE_ROW) {
            if (scan->form != SCAN_BATCHES && !give_row(scan))
                return ST_NO_MEMORY;
            continue;
        }
        scan->done = true;
        if (code != SQLITE_DONE)
            return store_sql_fail(scan->store, scan->plan->span);
    }
    return ST_OK;
}

static enum status scan_next(struct row_source *source, struct batch *b) {
    struct scan *scan = (struct scan *)source;
    const struct plan *plan = scan->plan;
    b->n = 0;
    scan->batch = b;
    for (uint32_t i = 0; i < plan->nscan; i++) {
        struct column *c = &b->columns[plan->scan_slots[i]];
        scan->targets[i] = (struct scan_target){type_storage(c->type), c};
    }
    scan->store->scanning = scan;
    enum status status = fill(scan);
    scan->store->scanning = NULL;
    return status;
}

/* What SQLite has planned: a search, or a look at all rows. */
static void scan_tell(struct row_source *source, struct source_facts *facts) {
    const struct scan *scan = (const struct scan *)source;
    sqlite3 *db = scan->store->db;
    sqlite3_stmt *planned = NULL;
    facts->form = READ_BY_ROWS;
    char *sql = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", sqlite3_sql(scan->statement));
    if (sql && sqlite3_prepare_v2(db, sql, -1, &planned, NULL) == SQLITE_OK)
        while (sqlite3_step(planned) == SQLITE_ROW) {
            const char *what = (const char *)sqlite3_column_text(planned, 3);
            facts->searched |= what && strncmp(what, "SEARCH ", 7) == 0;
        }
    sqlite3_finalize(planned);
    sqlite3_free(sql);
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
    mem_give(scan->store->host.alloc, scan, size_of(scan->plan));
}

static enum status choose_form(struct scan *scan) {
    const struct plan *plan = scan->plan;
    bool in_order = true;
    enum status status = ST_OK;
    if (plan->in_key_order)
        status = store_keys_in_order(scan->store, plan->table, &in_order);
    if (!in_order)
        scan->form = SCAN_BY_KEY_VALUES;
    else
        scan->form = plan_scan_is_whole(plan) ? SCAN_BATCHES : SCAN_ROWS;
    return status;
}

static enum status open_scan(struct scan *scan, const struct exec_env *env,
                             const struct relation *self, struct arena *arena) {
    jmp_buf here;
    enum status status = choose_form(scan);
    if (status != ST_OK)
        return status;
    arena->escape = &here;
    if (setjmp(here))
        return ST_NO_MEMORY;
    struct sql sql = plan_scan_sql(arena, scan->plan, scan->form);
    arena->escape = NULL;
    status = take_statement(scan, sql.text);
    if (status == ST_OK)
        bind_all(scan, &sql, env, self);
    return status;
}

/* Columns come in the order of the stored key; another order is SQLite's work. */
static enum status takes_columns(struct store *s, const struct plan *plan, bool *takes) {
    enum status status = columns_stored(s, plan->span, plan->table->name, takes);
    if (status == ST_OK && *takes && plan->in_key_order)
        status = store_keys_in_order(s, plan->table, takes);
    return status;
}

static enum status scan_rows(struct store *s, const struct plan *plan, const struct exec_env *env,
                             const struct relation *self, struct row_source **out) {
    struct arena arena;
    struct scan *scan = mem_zero(s->host.alloc, size_of(plan));
    if (!scan)
        return ST_NO_MEMORY;
    scan->base = (struct row_source){.next = scan_next, .close = scan_close, .tell = scan_tell};
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

enum status store_scan(struct store *s, const struct plan *plan, const struct exec_env *env,
                       const struct relation *self, struct row_source **out) {
    bool columns;
    if (s->staged && plan->base == BASE_SCAN && s->staged->t == plan->table)
        return staged_scan(s, plan, env, out);
    enum status status = takes_columns(s, plan, &columns);
    if (status != ST_OK)
        return status;
    return columns ? columns_scan(s, plan, env, self, out) : scan_rows(s, plan, env, self, out);
}
