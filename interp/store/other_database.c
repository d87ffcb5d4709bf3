/* Opening, finding the table, and values as texts. */
#include "store/other_database.h"
#include "base/num.h"
#include "base/utf8.h"
#include "store/segment_table.h"

enum { STEPS_BETWEEN_POLLS = 100000, MOST_NAMED = 12 };

static enum csv_result refused(struct other_database *o, const char *format, ...) PRINTF_LIKE(2, 3);
static enum csv_result refused(struct other_database *o, const char *format, ...) {
    va_list args;
    buf_clear(&o->problem);
    va_start(args, format);
    buf_vprintf(&o->problem, format, args);
    va_end(args);
    return o->problem.failed ? CSV_NO_MEMORY : CSV_REFUSED;
}

static enum csv_result sqlite_refused(struct other_database *o) {
    int code = o->db ? sqlite3_errcode(o->db) : SQLITE_NOMEM;
    if (code == SQLITE_NOMEM)
        return CSV_NO_MEMORY;
    if (o->stopped != ST_OK)
        return CSV_STOPPED;
    return refused(o, "cannot be read: %s", sqlite3_errmsg(o->db));
}

static int poll(void *user) {
    struct other_database *o = user;
    o->stopped = store_poll(o->s, 0);
    return o->stopped != ST_OK;
}

/* ---- which table ---- */

static enum csv_result prepare(struct other_database *o, struct buf *sql) {
    int code =
        sql->failed ? SQLITE_NOMEM : sqlite3_prepare_v2(o->db, sql->p, (int)sql->n, &o->rows, NULL);
    bool no_memory = sql->failed;
    buf_free(sql);
    if (no_memory)
        return CSV_NO_MEMORY;
    return code == SQLITE_OK ? CSV_ROW : sqlite_refused(o);
}

/* The names that a person would see: SQLite's own and the parts of a store are left out. */
static enum csv_result list_tables(struct other_database *o, struct str usual) {
    struct buf sql;
    buf_init(&sql, o->s->host.alloc);
    buf_text(&sql, "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')"
                   " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE 'spoke$%'"
                   " ORDER BY name = ");
    put_literal(&sql, usual);
    buf_text(&sql, " COLLATE NOCASE DESC, name");
    return prepare(o, &sql);
}

static bool is_called(const struct other_database *o, struct str name) {
    struct str chosen = buf_view(&o->problem);
    return chosen.n == name.n && sqlite3_strnicmp(chosen.p, name.p, (int)name.n) == 0;
}

/* Leaves the name in `problem`, or says which there are. */
static enum csv_result choose_table(struct other_database *o, struct str usual) {
    struct buf names;
    uint32_t n = 0;
    int code;
    buf_init(&names, o->s->host.alloc);
    enum csv_result got = list_tables(o, usual);
    while (got == CSV_ROW && (code = sqlite3_step(o->rows)) != SQLITE_DONE) {
        if (code != SQLITE_ROW) {
            got = sqlite_refused(o);
            break;
        }
        struct str name = column_str(o->rows, 0);
        if (n == 0)
            buf_str(&o->problem, name);
        if (n < MOST_NAMED)
            buf_printf(&names, "%s`%.*s`", n ? ", " : "", STR_ARG(name));
        n++;
        if (is_called(o, usual))
            break;
    }
    bool found = n == 1 || is_called(o, usual);
    sqlite3_finalize(o->rows);
    o->rows = NULL;
    if (got == CSV_ROW && n == 0)
        got = refused(o, "is a database without tables");
    else if (got == CSV_ROW && !found)
        got = refused(o, "has no table `%.*s`; it has %.*s%s", STR_ARG(usual),
                      STR_ARG(buf_view(&names)), n > MOST_NAMED ? ", ..." : "");
    bool failed = names.failed || o->problem.failed;
    buf_free(&names);
    return failed ? CSV_NO_MEMORY : got;
}

static enum csv_result read_headers(struct other_database *o) {
    int n = sqlite3_column_count(o->rows);
    o->headers = ARENA_ARRAY(&o->texts, struct csv_field, n + 1);
    o->fields = ARENA_ARRAY(&o->texts, struct csv_field, n + 1);
    o->numbers = arena_take(&o->texts, ((size_t)n + 1) * sizeof *o->numbers);
    if (!o->headers || !o->fields || !o->numbers)
        return CSV_NO_MEMORY;
    for (int i = 0; i < n; i++) {
        struct str name = arena_str(&o->texts, str_of(sqlite3_column_name(o->rows, i)));
        if (!name.p)
            return CSV_NO_MEMORY;
        o->headers[i] = (struct csv_field){.p = name.p, .n = (uint32_t)name.n};
    }
    o->nfields = (uint32_t)n;
    return CSV_ROW;
}

static enum csv_result open_table(struct other_database *o, struct str wanted, struct str usual) {
    struct buf sql;
    if (!wanted.n) {
        enum csv_result got = choose_table(o, usual);
        if (got != CSV_ROW)
            return got;
        wanted = arena_str(&o->texts, buf_view(&o->problem));
        if (!wanted.p)
            return CSV_NO_MEMORY;
    }
    buf_init(&sql, o->s->host.alloc);
    buf_text(&sql, "SELECT * FROM ");
    put_name(&sql, "", wanted);
    enum csv_result got = prepare(o, &sql);
    return got == CSV_ROW ? read_headers(o) : got;
}

/* A leading ':' or "file:" would mean something else to SQLite. */
static enum csv_result open_file(struct other_database *o, const char *path) {
    struct buf name;
    buf_init(&name, o->s->host.alloc);
    buf_text(&name, path[0] == '/' ? "" : "./");
    buf_text(&name, path);
    int code = name.failed ? SQLITE_NOMEM
                           : sqlite3_open_v2(name.p, &o->db,
                                             SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
    buf_free(&name);
    if (!o->db || code == SQLITE_NOMEM)
        return CSV_NO_MEMORY;
    if (code != SQLITE_OK)
        return sqlite_refused(o);
    store_defend(o->db);
    sqlite3_limit(o->db, SQLITE_LIMIT_LENGTH, (int)CSV_ROW_LIMIT);
    sqlite3_progress_handler(o->db, STEPS_BETWEEN_POLLS, poll, o);
    if (segment_table_register(o->db, o->s->host.alloc, NULL) != SQLITE_OK)
        return CSV_NO_MEMORY;
    return CSV_ROW;
}

enum csv_result other_database_open(struct other_database *o, struct store *s, const char *path,
                                    struct str wanted, struct str usual) {
    *o = (struct other_database){.s = s};
    arena_init(&o->texts, s->host.alloc);
    buf_init(&o->problem, s->host.alloc);
    enum csv_result got = open_file(o, path);
    return got == CSV_ROW ? open_table(o, wanted, usual) : got;
}

/* ---- rows ---- */

static struct str number(struct other_database *o, uint32_t column) {
    char *room = o->numbers[column];
    sqlite3_value *value = sqlite3_column_value(o->rows, (int)column);
    double x = sqlite3_value_double(value);
    if (sqlite3_value_type(value) == SQLITE_INTEGER)
        return (struct str){room, num_print_int(room, sqlite3_value_int64(value))};
    if (x - x != 0) /* infinite: num.h prints numbers only */
        return str_of("infinite");
    return (struct str){room, num_print_float(room, x)};
}

static enum csv_result take_text(struct other_database *o, uint32_t column) {
    struct csv_field *f = &o->fields[column];
    struct str text = column_str(o->rows, (int)column);
    if (!text.p)
        return CSV_NO_MEMORY;
    if (text.n > CSV_FIELD_LIMIT)
        return CSV_TOO_LONG;
    if (memchr(text.p, '\0', text.n))
        o->flaw = "the row holds a zero byte";
    else if (utf8_check(text) != text.n)
        o->flaw = "the row is not valid UTF-8";
    f->p = text.p;
    f->n = (uint32_t)text.n;
    f->quoted = true;
    return CSV_ROW;
}

static enum csv_result take_value(struct other_database *o, uint32_t column) {
    struct csv_field *f = &o->fields[column];
    struct str text;
    *f = (struct csv_field){.p = "", .kind = FIELD_TEXT};
    switch (sqlite3_column_type(o->rows, (int)column)) {
    case SQLITE_NULL:
        return CSV_ROW;
    case SQLITE_TEXT:
        return take_text(o, column);
    case SQLITE_BLOB:
        f->kind = FIELD_BLOB;
        return CSV_ROW;
    default:
        text = number(o, column);
        f->p = text.p;
        f->n = (uint32_t)text.n;
        return CSV_ROW;
    }
}

enum csv_result other_database_next(struct other_database *o) {
    int code = sqlite3_step(o->rows);
    if (code == SQLITE_DONE)
        return CSV_END;
    o->row++;
    if (code == SQLITE_TOOBIG)
        return CSV_TOO_LONG;
    if (code != SQLITE_ROW)
        return sqlite_refused(o);
    enum csv_result got = CSV_ROW;
    o->flaw = NULL;
    for (uint32_t i = 0; i < o->nfields && got == CSV_ROW; i++)
        got = take_value(o, i);
    return got;
}

void other_database_close(struct other_database *o) {
    if (!o->s)
        return;
    sqlite3_finalize(o->rows);
    sqlite3_close(o->db);
    arena_free(&o->texts);
    buf_free(&o->problem);
    o->rows = NULL;
    o->db = NULL;
    o->s = NULL;
}
