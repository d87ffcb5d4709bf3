/* Queries that a program writes in SQL, `sql { SELECT ... } columns (...)`.
 *
 * The text is not trusted: one statement that only reads, over the views and through SQLite's own
 * functions, some of which are done anew (sql_functions.h); no pragma, no other file, none of the
 * store's own tables by their names. What a column gives must be what the program says it is, row
 * by row. */
#include "store/convert.h"
#include "store/columns.h"

struct query {
    struct row_source base; /* must stay first */
    struct store *store;
    const struct plan *plan;
    struct alloc *alloc;
    sqlite3_stmt *statement;
    struct text_pool pool;
    uint64_t row;
    bool limits, done;
};
/* SQLite's memory is not the host's, and it asks nobody while it makes one value or compares one
 * with a pattern. */
enum {
    LONGEST_VALUE = 32 << 20,
    SHORTEST_LIMIT = 64 << 10,
    LONGEST_PATTERN = 1000,
    STEPS_BETWEEN_LOOKS = 100
};

/* ---- what a query may do ---- */

static bool is_own_table(const char *name) {
    return strncmp(name, "spoke$", 6) == 0 || strncmp(name, "sqlite_", 7) == 0;
}

/* Those that show or change something outside of the query: code, addresses, the log. */
static bool is_denied_function(const char *name) {
    static const char *const denied[] = {"load_extension", "fts3_tokenizer", "sqlite_log"};
    for (size_t i = 0; i < COUNT_OF(denied); i++)
        if (sqlite3_stricmp(name, denied[i]) == 0)
            return true;
    return sqlite3_strnicmp(name, "spoke_", 6) == 0;
}

/* Inside a view, which SQLite names last, the store's own tables may be read. A table of a view of
 * which no column is wanted is asked about with an empty name, and without the view's. */
int query_judge_action(void *user, int action, const char *first, const char *second,
                       const char *database, const char *view) {
    UNUSED(user);
    UNUSED(database);
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE:
        return SQLITE_OK;
    case SQLITE_READ:
        return first && is_own_table(first) && !view && second && *second ? SQLITE_DENY : SQLITE_OK;
    case SQLITE_FUNCTION:
        return second && is_denied_function(second) ? SQLITE_DENY : SQLITE_OK;
    default:
        return SQLITE_DENY;
    }
}

static enum status refuse(struct query *q, const char *message) {
    return store_fail(q->store, E0520, q->plan->span, "%s", message);
}

static bool only_blanks(const char *p) {
    while (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r' || *p == ';')
        p++;
    return *p == '\0';
}

/* A part of the memory that there may be, for several values are held at once. */
static int longest_value(const struct store *s) {
    size_t part = s->host.alloc->limit / 8;
    if (s->host.alloc->limit == 0 || part > LONGEST_VALUE)
        return LONGEST_VALUE;
    return part < SHORTEST_LIMIT ? SHORTEST_LIMIT : (int)part;
}

/* While queries are open, whichever is closed first. A function may take some milliseconds, so
 * SQLite is looked at more often. */
static void limit(struct query *q) {
    struct store *s = q->store;
    q->limits = true;
    if (s->queries++ == 0) {
        s->longest = sqlite3_limit(s->db, SQLITE_LIMIT_LENGTH, longest_value(s));
        s->pattern = sqlite3_limit(s->db, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, LONGEST_PATTERN);
        store_look_every(s, STEPS_BETWEEN_LOOKS);
    }
    s->random = s->host.seed;
}

static void unlimit(struct query *q) {
    struct store *s = q->store;
    if (!q->limits || --s->queries > 0)
        return;
    sqlite3_limit(s->db, SQLITE_LIMIT_LENGTH, s->longest);
    sqlite3_limit(s->db, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, s->pattern);
    store_look_every(s, 0);
}

static enum status prepare(struct query *q) {
    struct store *s = q->store;
    struct buf text;
    const char *tail = NULL;
    limit(q);
    buf_init(&text, s->host.alloc);
    buf_str(&text, q->plan->query);
    if (text.failed) {
        buf_free(&text);
        return ST_NO_MEMORY;
    }
    enum status status = columns_connect(s, q->plan->span);
    if (status != ST_OK) {
        buf_free(&text);
        return status;
    }
    sqlite3_set_authorizer(s->db, query_judge_action, NULL);
    int code =
        sqlite3_prepare_v2(s->db, text.p ? text.p : "", (int)text.n + 1, &q->statement, &tail);
    sqlite3_set_authorizer(s->db, NULL, NULL);
    bool alone = code == SQLITE_OK && tail && only_blanks(tail);
    buf_free(&text);
    if (code == SQLITE_AUTH)
        return refuse(q, "a query may read the tables of the store, and nothing else");
    if (code == SQLITE_ERROR)
        return store_fail(s, E0520, q->plan->span, "SQLite: %s", sqlite3_errmsg(s->db));
    if (code != SQLITE_OK)
        return store_sql_fail(s, q->plan->span);
    if (!q->statement || !alone || !sqlite3_stmt_readonly(q->statement))
        return refuse(q, "a query is one `SELECT`");
    if (sqlite3_bind_parameter_count(q->statement) > 0)
        return refuse(q, "a query takes no parameters");
    return ST_OK;
}

static enum status check_width(struct query *q) {
    uint32_t have = (uint32_t)sqlite3_column_count(q->statement);
    if (have == q->plan->nscan)
        return ST_OK;
    return store_fail(q->store, E0520, q->plan->span, "the query gives %u columns, not %u",
                      (unsigned)have, (unsigned)q->plan->nscan);
}

/* ---- values ---- */

static struct str column_name(const struct query *q, uint32_t column) {
    for (uint32_t i = 0; i < q->plan->noutputs; i++)
        if (q->plan->outputs[i].slot == column && q->plan->outputs[i].name.n)
            return q->plan->outputs[i].name;
    return str_of(sqlite3_column_name(q->statement, (int)column));
}

static enum status does_not_fit(struct query *q, uint32_t column, sqlite3_value *value,
                                const struct type *type) {
    struct buf shown, wanted;
    struct str name = column_name(q, column);
    buf_init(&shown, q->store->host.alloc);
    buf_init(&wanted, q->store->host.alloc);
    type_print(&wanted, type);
    const char *p = (const char *)sqlite3_value_text(value);
    if (p)
        put_shown(&shown, (struct str){p, (size_t)sqlite3_value_bytes(value)});
    else
        buf_text(&shown, "missing");
    enum status status = ST_NO_MEMORY;
    if (!shown.failed && !wanted.failed)
        status = store_fail(q->store, E0403, q->plan->span,
                            "row %llu of the query: `%.*s` is %.*s, which does not fit `%.*s`",
                            (unsigned long long)q->row, STR_ARG(name), (int)shown.n, shown.p,
                            (int)wanted.n, wanted.p);
    buf_free(&shown);
    buf_free(&wanted);
    return status;
}

/* From SQLite's value to the column's; false: it does not fit. */
static bool convert(const struct query *q, const struct type *type, sqlite3_value *value,
                    struct cell *out) {
    static const struct table_column plain = {.name = {NULL, 0}};
    int kind = sqlite3_value_type(value);
    *out = (struct cell){.missing = kind == SQLITE_NULL};
    if (out->missing)
        return type->nullable;
    if (kind == SQLITE_INTEGER && (type->kind == TY_INT || type->kind == TY_BOOL)) {
        out->i = sqlite3_value_int64(value);
        return type->kind == TY_INT || out->i == 0 || out->i == 1;
    }
    if (kind != SQLITE_TEXT && type->kind == TY_FLOAT) {
        out->f = sqlite3_value_double(value);
        return kind != SQLITE_BLOB;
    }
    const char *p = (const char *)sqlite3_value_text(value);
    int n = sqlite3_value_bytes(value);
    if (kind != SQLITE_TEXT || !p)
        return false;
    struct csv_field field = {.p = p, .n = (uint32_t)n, .quoted = true};
    return convert_value(q->store->host.calendar, &plain, (enum type_kind)type->kind, &field,
                         out) &&
           !out->missing;
}

static enum status give(struct query *q, struct batch *b, uint32_t column) {
    struct column *c = &b->columns[column];
    sqlite3_value *value = sqlite3_column_value(q->statement, (int)column);
    struct cell cell;
    if (!convert(q, c->type, value, &cell))
        return does_not_fit(q, column, value, c->type);
    if (type_storage(c->type) == STORE_TEXT) {
        c->t[b->n] = cell.missing ? NULL : text_pool_get(&q->pool, cell.text);
        return cell.missing || c->t[b->n] ? ST_OK : ST_NO_MEMORY;
    }
    if (type_storage(c->type) == STORE_FLOAT)
        c->f[b->n] = cell.missing ? 0 : cell.f;
    else
        c->i[b->n] = cell.missing ? 0 : cell.i;
    if (cell.missing && !column_states(q->alloc, c))
        return ST_NO_MEMORY;
    if (c->state)
        c->state[b->n] = cell.missing ? MISSING : PRESENT;
    return ST_OK;
}

static enum status stopped(struct query *q) {
    struct store *s = q->store;
    int code = s->stopped == ST_OK ? sqlite3_errcode(s->db) & 0xff : SQLITE_INTERRUPT;
    if (code == SQLITE_TOOBIG)
        return store_fail(s, E0520, q->plan->span, "a value in this query is longer than %d bytes",
                          sqlite3_limit(s->db, SQLITE_LIMIT_LENGTH, -1));
    if (code == SQLITE_ERROR)
        return store_fail(s, E0520, q->plan->span, "SQLite: %s", sqlite3_errmsg(s->db));
    return store_sql_fail(s, q->plan->span);
}

static enum status query_next(struct row_source *source, struct batch *b) {
    struct query *q = (struct query *)source;
    enum status status = ST_OK;
    for (b->n = 0; !q->done && b->n < BATCH_ROWS && status == ST_OK; b->n++) {
        int code = sqlite3_step(q->statement);
        if (code != SQLITE_ROW) {
            q->done = true;
            return code == SQLITE_DONE ? ST_OK : stopped(q);
        }
        q->row++;
        for (uint32_t i = 0; i < q->plan->nscan && status == ST_OK; i++)
            status = give(q, b, i);
    }
    return status;
}

static void query_close(struct row_source *source) {
    struct query *q = (struct query *)source;
    sqlite3_finalize(q->statement);
    unlimit(q);
    text_pool_free(&q->pool);
    mem_give(q->store->host.alloc, q, sizeof *q);
}

enum status store_query(struct store *s, const struct plan *plan, const struct exec_env *env,
                        struct row_source **out) {
    struct query *q = mem_zero(s->host.alloc, sizeof *q);
    if (!q)
        return ST_NO_MEMORY;
    q->base = (struct row_source){.next = query_next, .close = query_close};
    q->store = s;
    q->plan = plan;
    q->alloc = env->alloc;
    text_pool_init(&q->pool, s->host.alloc);
    enum status status = prepare(q);
    if (status == ST_OK)
        status = check_width(q);
    if (status != ST_OK) {
        query_close(&q->base);
        return status;
    }
    *out = &q->base;
    return ST_OK;
}
