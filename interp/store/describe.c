/* What the columns of a query are, before it runs: those that come straight
 * from tables, as SQLite tells.
 *
 * The query is prepared over empty tables of the same names in a database of
 * its own in memory. Each column is declared there as nothing but its place,
 * "t3c5", which SQLite hands through subqueries to the result; whatever was
 * computed has no such type. */
#include "store/internal.h"
#include <stdio.h>

static void put_table(struct buf *sql, const struct table *t, uint32_t number) {
    buf_text(sql, "CREATE TABLE ");
    put_name(sql, "", t->name);
    for (uint32_t i = 0; i < table_width(t); i++) {
        buf_text(sql, i ? ", " : "(");
        put_name(sql, "", t->columns[i].name);
        buf_printf(sql, " t%uc%u", (unsigned)number, (unsigned)i);
    }
    buf_text(sql, ");");
}

static enum status make_tables(sqlite3 *db, struct alloc *alloc, const struct query_tables *in) {
    enum status status = ST_OK;
    for (uint32_t i = 0; i < in->n && status == ST_OK; i++) {
        struct buf sql;
        buf_init(&sql, alloc);
        put_table(&sql, in->at[i], i);
        int code = sql.failed ? SQLITE_NOMEM : sqlite3_exec(db, sql.p, NULL, NULL, NULL);
        status = code == SQLITE_NOMEM ? ST_NO_MEMORY : ST_OK; /* names may differ in case only */
        buf_free(&sql);
    }
    return status;
}

/* The column of a table behind "t3c5", or NULL. */
static const struct table_column *column_declared(const struct query_tables *in, const char *type) {
    unsigned table, column;
    if (!type || sscanf(type, "t%uc%u", &table, &column) != 2 || table >= in->n ||
        column >= table_width(in->at[table]))
        return NULL;
    return &in->at[table]->columns[column];
}

static enum status read_columns(sqlite3_stmt *st, const struct query_tables *in,
                                struct query_columns *out) {
    out->n = (uint32_t)sqlite3_column_count(st);
    out->at = ARENA_ARRAY(out->arena, struct query_column, out->n + 1);
    for (uint32_t i = 0; out->at && i < out->n; i++) {
        const char *name = sqlite3_column_name(st, (int)i);
        out->at[i].name = arena_str(out->arena, str_of(name ? name : ""));
        out->at[i].from = column_declared(in, sqlite3_column_decltype(st, (int)i));
        if (!out->at[i].name.p)
            return ST_NO_MEMORY;
    }
    return out->at ? ST_OK : ST_NO_MEMORY;
}

static const char *why_refused(sqlite3 *db, int code) {
    return code == SQLITE_OK     ? "there is no query"
           : code == SQLITE_AUTH ? "a query may read the tables of the store, and nothing else"
                                 : sqlite3_errmsg(db);
}

static enum status describe(sqlite3 *db, struct alloc *alloc, struct str query,
                            const struct query_tables *in, struct query_columns *out) {
    sqlite3_stmt *st = NULL;
    struct buf text;
    enum status status = make_tables(db, alloc, in);
    if (status != ST_OK)
        return status;
    buf_init(&text, alloc);
    buf_str(&text, query);
    int code = SQLITE_NOMEM;
    if (!text.failed) {
        sqlite3_set_authorizer(db, query_judge_action, NULL);
        code = sqlite3_prepare_v2(db, text.p ? text.p : "", (int)text.n + 1, &st, NULL);
    }
    bool refused = code != SQLITE_OK || !st;
    if (refused && code != SQLITE_NOMEM)
        out->refused = arena_str(out->arena, str_of(why_refused(db, code)));
    if (refused)
        status = out->refused.p ? ST_OK : ST_NO_MEMORY;
    else
        status = read_columns(st, in, out);
    sqlite3_finalize(st);
    buf_free(&text);
    return status;
}

enum status store_describe_query(struct alloc *alloc, struct str query,
                                 const struct query_tables *in, struct query_columns *out) {
    sqlite3 *db = NULL;
    jmp_buf *escape = out->arena->escape;
    out->n = 0;
    out->refused = STR_NONE;
    if (sqlite3_open_v2(":memory:", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY, NULL) !=
        SQLITE_OK) {
        sqlite3_close(db);
        return ST_NO_MEMORY;
    }
    out->arena->escape = NULL; /* it would jump over the open database */
    enum status status = describe(db, alloc, query, in, out);
    out->arena->escape = escape;
    sqlite3_close(db);
    return status;
}
