/* Rejects are written as they come, so that their number costs no memory. */
#include "store/rejects.h"
#include "store/convert.h"

enum { VALUE_BYTES = 200 };

static enum status prepare(struct rejects *r, const char *text, sqlite3_stmt **st) {
    struct buf sql;
    buf_init(&sql, r->store->host.alloc);
    buf_text(&sql, text);
    enum status status = store_prepare(r->store, r->span, &sql, st);
    buf_free(&sql);
    if (status != ST_OK)
        return status;
    bind_str(*st, 1, r->t->name);
    bind_str(*st, 2, r->file);
    return ST_OK;
}

enum status rejects_open(struct rejects *r, struct store *s, struct span span,
                         const struct table *t, struct str file) {
    sqlite3_stmt *st;
    *r = (struct rejects){.store = s, .span = span, .t = t, .file = file};
    buf_init(&r->first, s->host.alloc);
    enum status status =
        prepare(r, "DELETE FROM \"spoke$rejects\" WHERE \"table\" = ?1 AND file = ?2", &st);
    if (status == ST_OK)
        status = store_finish(s, span, st);
    if (status != ST_OK)
        return status;
    return prepare(r, "INSERT INTO \"spoke$rejects\" VALUES(?1, ?2, ?3, ?4, ?5, ?6)", &r->insert);
}

static void bind_optional(sqlite3_stmt *st, int at, struct str text) {
    if (text.n)
        bind_str(st, at, text);
    else
        sqlite3_bind_null(st, at);
}

enum status rejects_add(struct rejects *r, uint64_t line, struct str column, struct str value,
                        const struct buf *reason) {
    struct buf clean;
    buf_init(&clean, r->store->host.alloc);
    put_clean(&clean, value, VALUE_BYTES);
    if (r->n++ == 0 || line < r->first_line) {
        r->first_line = line;
        r->first_has_place = false;
        buf_clear(&r->first);
        buf_str(&r->first, buf_view(reason));
    }
    enum status status = ST_NO_MEMORY;
    if (!clean.failed && !reason->failed && !r->first.failed) {
        sqlite3_bind_int64(r->insert, 3, (sqlite3_int64)line);
        bind_optional(r->insert, 4, column);
        bind_optional(r->insert, 5, buf_view(&clean));
        bind_str(r->insert, 6, buf_view(reason));
        status = sqlite3_step(r->insert) == SQLITE_DONE ? ST_OK : store_sql_fail(r->store, r->span);
        sqlite3_reset(r->insert);
    }
    buf_free(&clean);
    return status;
}

enum status rejects_add_at(struct rejects *r, uint64_t line, const struct buf *place,
                           struct str column, struct str value, const struct buf *reason) {
    if (!place->n)
        return rejects_add(r, line, column, value, reason);
    struct buf whole;
    bool first = r->n == 0 || line < r->first_line;
    buf_init(&whole, r->store->host.alloc);
    buf_printf(&whole, "%.*s: %.*s", STR_ARG(buf_view(place)), STR_ARG(buf_view(reason)));
    whole.failed = whole.failed || place->failed || reason->failed;
    enum status status = rejects_add(r, line, column, value, &whole);
    r->first_has_place = first || r->first_has_place;
    buf_free(&whole);
    return status;
}

void rejects_close(struct rejects *r) {
    sqlite3_finalize(r->insert);
    r->insert = NULL;
    buf_free(&r->first);
}

enum status log_import(struct rejects *r, const char *mode, uint64_t rows, uint64_t stored) {
    sqlite3_stmt *st;
    enum status status = prepare(r,
                                 "INSERT INTO \"spoke$imports\"(\"table\", file, mode, rows, "
                                 "stored, rejected) VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
                                 &st);
    if (status != ST_OK)
        return status;
    bind_str(st, 3, str_of(mode));
    sqlite3_bind_int64(st, 4, (sqlite3_int64)rows);
    sqlite3_bind_int64(st, 5, (sqlite3_int64)stored);
    sqlite3_bind_int64(st, 6, (sqlite3_int64)r->n);
    return store_finish(r->store, r->span, st);
}
