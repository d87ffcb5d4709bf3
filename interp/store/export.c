/* A store as a database of plain rows: a copy in which no table is stored by columns.
 *
 * The copy is a store like others, but any program reads it without the
 * extension. It is made under its own name and taken away when that fails. */
#include "store/columns.h"
#include <unistd.h>

static enum status copy_file(struct store *s, struct str path, struct span span) {
    struct buf sql;
    buf_init(&sql, s->host.alloc);
    buf_text(&sql, "VACUUM INTO ");
    put_literal(&sql, path);
    enum status status = store_run_buf(s, span, &sql);
    buf_free(&sql);
    return status;
}

static enum status next_by_columns(struct store *s, struct span span, struct arena *arena,
                                   struct str *table) {
    struct buf sql;
    sqlite3_stmt *st;
    *table = STR_NONE;
    buf_init(&sql, s->host.alloc);
    buf_text(&sql, "SELECT \"table\" FROM \"spoke$$columns\" WHERE 'spoke$' || \"table\" || "
                   "'$segments' IN (SELECT name FROM sqlite_schema) LIMIT 1");
    enum status status = store_prepare(s, span, &sql, &st);
    buf_free(&sql);
    if (status != ST_OK)
        return status;
    int code = sqlite3_step(st);
    if (code == SQLITE_ROW) {
        *table = arena_str(arena, column_str(st, 0));
        status = table->p ? ST_OK : ST_NO_MEMORY;
    } else if (code != SQLITE_DONE) {
        status = store_sql_fail(s, span);
    }
    sqlite3_finalize(st);
    return status;
}

static enum status all_to_rows(struct store *s, struct span span) {
    struct arena arena;
    struct str table = STR("");
    arena_init(&arena, s->host.alloc);
    enum status status = ST_OK;
    while (status == ST_OK && table.p) {
        status = next_by_columns(s, span, &arena, &table);
        if (status == ST_OK && table.p)
            status = columns_to_rows(s, span, table);
    }
    arena_free(&arena);
    return status;
}

/* One file, without a log beside it or room that is not used. */
static enum status tidy(struct store *s, struct span span) {
    return store_run(s, span,
                     "PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE; VACUUM");
}

enum status store_export(struct store *s, struct str path, struct span span) {
    struct store *copy = NULL;
    if (!(s->host.control->capabilities & CAN_WRITE_FILES))
        return ST_DENIED;
    enum status status = copy_file(s, path, span);
    if (status != ST_OK)
        return status;
    status = store_open(&s->host, path, STORE_WRITE, span, &copy);
    if (status == ST_OK) {
        store_set_diags(copy, s->diags);
        status = all_to_rows(copy, span);
    }
    if (status == ST_OK)
        status = tidy(copy, span);
    store_close(copy);
    if (status != ST_OK)
        unlink(path.p);
    return status;
}
