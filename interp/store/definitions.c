/* Reading and adding versions of definitions.
 *
 * The table is made with the first save, so stores of older programs are read
 * as having none. Numbers are given inside the transaction that adds, so two
 * programs that save at once cannot give the same one. */
#include "store/definitions.h"
#include "store/internal.h"

static const char own_tables[] =
    "CREATE TABLE IF NOT EXISTS \"spoke$$definitions\"(id INTEGER PRIMARY KEY,"
    " kind TEXT NOT NULL, name TEXT NOT NULL, number INTEGER NOT NULL, hash TEXT NOT NULL,"
    " text TEXT NOT NULL, uses TEXT NOT NULL, format INTEGER NOT NULL, saved INTEGER NOT NULL,"
    " because TEXT NOT NULL, UNIQUE(name, number)) STRICT;";

static enum status is_there(struct store *s, const char *table, bool *out) {
    struct buf sql;
    int64_t n = 0;
    buf_init(&sql, s->host.alloc);
    buf_printf(&sql, "SELECT count(*) FROM main.sqlite_schema WHERE name = '%s'", table);
    enum status status = store_number(s, s->span, &sql, &n);
    buf_free(&sql);
    *out = n > 0;
    return status;
}

static enum status prepare(struct store *s, struct span span, const char *text,
                           sqlite3_stmt **out) {
    struct buf sql;
    buf_init(&sql, s->host.alloc);
    buf_text(&sql, text);
    enum status status = store_prepare(s, span, &sql, out);
    buf_free(&sql);
    return status;
}

/* ---- reading ---- */

static bool keep(struct arena *arena, sqlite3_stmt *st, int at, struct str *out) {
    *out = arena_str(arena, column_str(st, at));
    return out->p != NULL;
}

static enum status read_row(struct arena *arena, sqlite3_stmt *st, struct stored_definition *d) {
    d->id = sqlite3_column_int64(st, 0);
    d->number = sqlite3_column_int64(st, 3);
    d->format = sqlite3_column_int64(st, 7);
    d->saved = sqlite3_column_int64(st, 8);
    return keep(arena, st, 1, &d->kind) && keep(arena, st, 2, &d->name) &&
                   keep(arena, st, 4, &d->hash) && keep(arena, st, 5, &d->text) &&
                   keep(arena, st, 6, &d->uses) && keep(arena, st, 9, &d->because)
               ? ST_OK
               : ST_NO_MEMORY;
}

static enum status read_rows(struct store *s, struct arena *arena, int64_t after,
                             struct stored_definition *out, uint32_t room, uint32_t *n) {
    sqlite3_stmt *st;
    int code = SQLITE_DONE;
    enum status status = prepare(s, s->span,
                                 "SELECT id, kind, name, number, hash, text, uses, format, saved,"
                                 " because FROM main.\"spoke$$definitions\" WHERE id > ?1"
                                 " ORDER BY id",
                                 &st);
    if (status == ST_OK)
        sqlite3_bind_int64(st, 1, after);
    while (status == ST_OK && *n < room && (code = sqlite3_step(st)) == SQLITE_ROW)
        status = read_row(arena, st, &out[(*n)++]);
    if (status == ST_OK && code != SQLITE_DONE && code != SQLITE_ROW)
        status = store_sql_fail(s, s->span);
    sqlite3_finalize(st);
    return status;
}

static enum status count_behind(struct store *s, int64_t after, int64_t *n) {
    struct buf sql;
    buf_init(&sql, s->host.alloc);
    buf_printf(&sql, "SELECT count(*) FROM main.\"spoke$$definitions\" WHERE id > %lld",
               (long long)after);
    enum status status = store_number(s, s->span, &sql, n);
    buf_free(&sql);
    return status;
}

enum status store_read_definitions(struct store *s, struct arena *arena, int64_t after,
                                   struct stored_definition **out, uint32_t *n) {
    bool there;
    int64_t room = 0;
    *out = NULL;
    *n = 0;
    enum status status = is_there(s, "spoke$$definitions", &there);
    if (status == ST_OK && there)
        status = count_behind(s, after, &room);
    if (status != ST_OK || room == 0)
        return status;
    /* An escape would jump over the open statement. */
    jmp_buf *escape = arena->escape;
    arena->escape = NULL;
    *out = ARENA_ARRAY(arena, struct stored_definition, room);
    status = *out ? read_rows(s, arena, after, *out, (uint32_t)room, n) : ST_NO_MEMORY;
    arena->escape = escape;
    return status;
}

/* ---- adding ---- */

/* The latest version of the name: its number (0: none), and whether it says the same. */
static enum status latest(struct store *s, struct span span, const struct stored_definition *d,
                          int64_t *number, bool *same) {
    sqlite3_stmt *st;
    *number = 0;
    *same = false;
    enum status status = prepare(s, span,
                                 "SELECT number, hash = ?2 AND kind = ?3"
                                 " FROM main.\"spoke$$definitions\" WHERE name = ?1"
                                 " ORDER BY number DESC LIMIT 1",
                                 &st);
    if (status != ST_OK)
        return status;
    bind_str(st, 1, d->name);
    bind_str(st, 2, d->hash);
    bind_str(st, 3, d->kind);
    int code = sqlite3_step(st);
    if (code == SQLITE_ROW) {
        *number = sqlite3_column_int64(st, 0);
        *same = sqlite3_column_int(st, 1) != 0;
    } else if (code != SQLITE_DONE) {
        status = store_sql_fail(s, span);
    }
    sqlite3_finalize(st);
    return status;
}

static enum status add_one(struct store *s, struct span span, struct stored_definition *d) {
    sqlite3_stmt *st;
    int64_t number;
    bool same;
    enum status status = latest(s, span, d, &number, &same);
    same = same && !d->anew;
    d->number = number + !same;
    d->is_new = !same;
    if (status != ST_OK || same)
        return status;
    status = prepare(s, span,
                     "INSERT INTO main.\"spoke$$definitions\"(kind, name, number, hash, text,"
                     " uses, format, saved, because) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                     &st);
    if (status != ST_OK)
        return status;
    bind_str(st, 1, d->kind);
    bind_str(st, 2, d->name);
    sqlite3_bind_int64(st, 3, d->number);
    bind_str(st, 4, d->hash);
    bind_str(st, 5, d->text);
    bind_str(st, 6, d->uses);
    sqlite3_bind_int64(st, 7, DEFINITION_FORMAT);
    sqlite3_bind_int64(st, 8, d->saved);
    bind_str(st, 9, d->because);
    return store_finish(s, span, st);
}

enum status store_add_definitions(struct store *s, struct span span,
                                  struct stored_definition *definitions, uint32_t n) {
    struct unit unit;
    enum status status = store_may_write(s, span);
    if (status == ST_OK)
        status = unit_begin(s, span, &unit);
    if (status != ST_OK)
        return status;
    status = store_run(s, span, own_tables);
    for (uint32_t i = 0; i < n && status == ST_OK; i++)
        status = add_one(s, span, &definitions[i]);
    return unit_end(s, span, &unit, status);
}
