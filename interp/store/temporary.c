/* Rows that the interpreter makes of what it knows itself, for one run.
 *
 * They lie in a temporary table, which SQLite finds before one of the store, so
 * that scans need not know where rows come from. When the outermost reader
 * ends it goes, since by then a program may declare a table of that name. */
#include "store/columns.h"
#include "store/definitions.h"

static enum status insert_rows(struct store *s, const struct table *t,
                               const struct made_cell *cells, uint32_t rows, sqlite3_stmt *st) {
    for (uint32_t i = 0; i < rows; i++) {
        for (uint32_t k = 0; k < table_width(t); k++) {
            const struct made_cell *cell = &cells[i * table_width(t) + k];
            if (cell->kind == MADE_TEXT)
                bind_str(st, (int)k + 1, cell->text);
            else if (cell->kind == MADE_NUMBER)
                sqlite3_bind_int64(st, (int)k + 1, cell->number);
            else
                sqlite3_bind_null(st, (int)k + 1);
        }
        if (sqlite3_step(st) != SQLITE_DONE)
            return store_sql_fail(s, s->span);
        sqlite3_reset(st);
    }
    return ST_OK;
}

static void put_insert(struct buf *sql, const struct table *t) {
    buf_text(sql, "INSERT INTO temp.");
    put_name(sql, "spoke$", t->name);
    buf_char(sql, '(');
    for (uint32_t i = 0; i < table_width(t); i++) {
        buf_text(sql, i ? ", " : "");
        put_name(sql, "", t->columns[i].name);
    }
    buf_text(sql, ") VALUES(?");
    buf_repeat(sql, ", ?", table_width(t) - 1);
    buf_char(sql, ')');
}

enum status store_fill(struct store *s, const struct table *t, const struct made_cell *cells,
                       uint32_t rows) {
    struct buf sql;
    sqlite3_stmt *st = NULL;
    buf_init(&sql, s->host.alloc);
    put_temporary_table(&sql, t);
    enum status status = store_run_buf(s, s->span, &sql);
    if (status == ST_OK) {
        s->filled = true;
        buf_clear(&sql);
        put_insert(&sql, t);
        status = store_prepare(s, s->span, &sql, &st);
    }
    buf_free(&sql);
    if (status == ST_OK)
        status = insert_rows(s, t, cells, rows, st);
    sqlite3_finalize(st);
    return status;
}

void store_drop_filled(struct store *s) {
    static const char *const kept[] = {"tables", "measures", "cohorts", "networks",
                                       "rules",  "versions", "frozen"};
    struct buf sql;
    if (!s->filled)
        return;
    s->filled = false;
    buf_init(&sql, s->host.alloc);
    for (size_t i = 0; i < COUNT_OF(kept); i++)
        buf_printf(&sql, "DROP TABLE IF EXISTS temp.\"spoke$%s\";", kept[i]);
    if (!sql.failed)
        sqlite3_exec(s->db, sql.p, NULL, NULL, NULL);
    buf_free(&sql);
}
