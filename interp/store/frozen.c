/* What was frozen under a name: definitions, tables and parameters, each with
 * what it was like then. A name is frozen once. */
#include "segment/checksum.h"
#include "store/definitions.h"
#include "store/internal.h"

static const char own_table[] =
    "CREATE TABLE IF NOT EXISTS \"spoke$$frozen\"(name TEXT NOT NULL, kind TEXT NOT NULL,"
    " item TEXT NOT NULL, state TEXT NOT NULL, day INTEGER NOT NULL, because TEXT NOT NULL,"
    " PRIMARY KEY(name, kind, item)) STRICT, WITHOUT ROWID;";

/* ---- rows of a table ---- */

static void put_value(struct buf *row, sqlite3_stmt *st, int column) {
    int kind = sqlite3_column_type(st, column);
    buf_char(row, (char)('0' + kind));
    if (kind == SQLITE_INTEGER) {
        sqlite3_int64 i = sqlite3_column_int64(st, column);
        buf_put(row, &i, sizeof i);
    } else if (kind == SQLITE_FLOAT) {
        double f = sqlite3_column_double(st, column);
        buf_put(row, &f, sizeof f);
    } else {
        struct str text = column_str(st, column);
        uint64_t n = text.n;
        buf_put(row, &n, sizeof n);
        buf_str(row, text);
    }
}

/* A sum over the rows does not depend on their order, which the store may change. */
static enum status add_up(struct store *s, struct span span, sqlite3_stmt *st, uint64_t *rows,
                          uint64_t *sum) {
    struct buf row;
    enum status status = ST_OK;
    int code;
    buf_init(&row, s->host.alloc);
    *rows = *sum = 0;
    while (status == ST_OK && (code = sqlite3_step(st)) != SQLITE_DONE) {
        if (code != SQLITE_ROW) {
            status = store_sql_fail(s, span);
            break;
        }
        buf_clear(&row);
        for (int i = 0; i < sqlite3_column_count(st); i++)
            put_value(&row, st, i);
        if (row.failed)
            status = ST_NO_MEMORY;
        else
            *sum += checksum_bytes(row.p, row.n, 0);
        if (++*rows % 4096 == 0 && status == ST_OK)
            status = store_poll(s, 4096);
    }
    buf_free(&row);
    return status;
}

enum status store_table_state(struct store *s, struct arena *arena, const struct table *t,
                              struct str *out) {
    struct buf sql;
    sqlite3_stmt *st;
    uint64_t rows = 0, sum = 0;
    buf_init(&sql, s->host.alloc);
    buf_text(&sql, "SELECT * FROM main.");
    put_name(&sql, "", t->name);
    enum status status = store_prepare(s, t->span, &sql, &st);
    buf_free(&sql);
    if (status != ST_OK)
        return status;
    status = add_up(s, t->span, st, &rows, &sum);
    sqlite3_finalize(st);
    if (status == ST_OK)
        *out = arena_printf(arena, "%llu row%s, %016llx", (unsigned long long)rows,
                            rows == 1 ? "" : "s", (unsigned long long)sum);
    return status;
}

/* ---- what was frozen ---- */

static enum status is_there(struct store *s, bool *out) {
    struct buf sql;
    int64_t n = 0;
    buf_init(&sql, s->host.alloc);
    buf_text(&sql, "SELECT count(*) FROM main.sqlite_schema WHERE name = 'spoke$$frozen'");
    enum status status = store_number(s, s->span, &sql, &n);
    buf_free(&sql);
    *out = n > 0;
    return status;
}

static enum status prepare(struct store *s, struct span span, const char *text, sqlite3_stmt **st) {
    struct buf sql;
    buf_init(&sql, s->host.alloc);
    buf_text(&sql, text);
    enum status status = store_prepare(s, span, &sql, st);
    buf_free(&sql);
    return status;
}

#define OF_REPORT " FROM main.\"spoke$$frozen\" WHERE ?1 = '' OR name = ?1"

static enum status count_items(struct store *s, struct str report, int64_t *n) {
    sqlite3_stmt *st;
    enum status status = prepare(s, s->span, "SELECT count(*)" OF_REPORT, &st);
    if (status != ST_OK)
        return status;
    bind_str(st, 1, report);
    if (sqlite3_step(st) == SQLITE_ROW)
        *n = sqlite3_column_int64(st, 0);
    else
        status = store_sql_fail(s, s->span);
    sqlite3_finalize(st);
    return status;
}

static bool read_item(struct arena *arena, sqlite3_stmt *st, struct frozen_item *item) {
    item->report = arena_str(arena, column_str(st, 0));
    item->kind = arena_str(arena, column_str(st, 1));
    item->name = arena_str(arena, column_str(st, 2));
    item->state = arena_str(arena, column_str(st, 3));
    item->because = arena_str(arena, column_str(st, 4));
    item->day = sqlite3_column_int64(st, 5);
    return item->report.p && item->kind.p && item->name.p && item->state.p && item->because.p;
}

static enum status read_items(struct store *s, struct arena *arena, struct str report,
                              struct frozen_item *out, uint32_t room, uint32_t *n) {
    sqlite3_stmt *st;
    int code = SQLITE_DONE;
    enum status status =
        prepare(s, s->span,
                "SELECT name, kind, item, state, because, day" OF_REPORT " ORDER BY 1, 2, 3", &st);
    if (status == ST_OK)
        bind_str(st, 1, report);
    while (status == ST_OK && *n < room && (code = sqlite3_step(st)) == SQLITE_ROW)
        status = read_item(arena, st, &out[(*n)++]) ? ST_OK : ST_NO_MEMORY;
    if (status == ST_OK && code != SQLITE_DONE && code != SQLITE_ROW)
        status = store_sql_fail(s, s->span);
    sqlite3_finalize(st);
    return status;
}

enum status store_read_frozen(struct store *s, struct arena *arena, struct str report,
                              struct frozen_item **out, uint32_t *n) {
    bool there;
    int64_t room = 0;
    *out = NULL;
    *n = 0;
    enum status status = is_there(s, &there);
    if (status == ST_OK && there)
        status = count_items(s, report, &room);
    if (status != ST_OK || room == 0)
        return status;
    jmp_buf *escape = arena->escape; /* it would jump over the open statement */
    arena->escape = NULL;
    *out = ARENA_ARRAY(arena, struct frozen_item, room);
    status = *out ? read_items(s, arena, report, *out, (uint32_t)room, n) : ST_NO_MEMORY;
    arena->escape = escape;
    return status;
}

static enum status add_item(struct store *s, struct span span, const struct frozen_item *item) {
    sqlite3_stmt *st;
    enum status status =
        prepare(s, span, "INSERT INTO main.\"spoke$$frozen\" VALUES(?1, ?2, ?3, ?4, ?5, ?6)", &st);
    if (status != ST_OK)
        return status;
    bind_str(st, 1, item->report);
    bind_str(st, 2, item->kind);
    bind_str(st, 3, item->name);
    bind_str(st, 4, item->state);
    sqlite3_bind_int64(st, 5, item->day);
    bind_str(st, 6, item->because);
    return store_finish(s, span, st);
}

enum status store_add_frozen(struct store *s, struct span span, const struct frozen_item *items,
                             uint32_t n) {
    struct unit unit;
    enum status status = store_may_write(s, span);
    if (status == ST_OK)
        status = unit_begin(s, span, &unit);
    if (status != ST_OK)
        return status;
    status = store_run(s, span, own_table);
    for (uint32_t i = 0; i < n && status == ST_OK; i++)
        status = add_item(s, span, &items[i]);
    return unit_end(s, span, &unit, status);
}
