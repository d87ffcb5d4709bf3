/* Opening, closing and guarding the store; transactions; errors.
 *
 * A file is looked at before SQLite sees it, so that what is no store stays
 * untouched. Work inside SQLite asks the control every few thousand steps.
 * Every code that SQLite can give is told in one of E0501, E0505 .. E0510.
 * Diagnostics are written with an escape of our own, so running out of memory
 * never jumps over an open statement or transaction. */
#include "store/columns.h"
#include "store/file_head.h"
#include "store/segment_table.h"
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUSY_MILLISECONDS = 2000, STEPS_BETWEEN_POLLS = 4000 };

/* ---- errors ---- */

static bool add_error(struct store *s, enum code code, struct span span, const char *text) {
    jmp_buf here, *before = s->diags->arena->escape;
    s->diags->arena->escape = &here;
    bool ok = setjmp(here) == 0;
    if (ok)
        s->last = diag_error(s->diags, code, span, "%s", text);
    s->diags->arena->escape = before;
    return ok;
}

enum status store_fail(struct store *s, enum code code, struct span span, const char *format, ...) {
    struct buf text;
    va_list args;
    buf_init(&text, s->host.alloc);
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    s->last = NULL;
    bool ok = !text.failed && add_error(s, code, span, text.p ? text.p : "");
    buf_free(&text);
    return ok ? ST_FAILED : ST_NO_MEMORY;
}

static void add_line(struct store *s, bool is_help, const char *format, va_list args) {
    struct buf text;
    if (!s->last)
        return;
    buf_init(&text, s->host.alloc);
    buf_vprintf(&text, format, args);
    jmp_buf here, *before = s->diags->arena->escape;
    s->diags->arena->escape = &here;
    if (!text.failed && setjmp(here) == 0) {
        if (is_help)
            diag_help(s->diags, s->last, "%s", text.p ? text.p : "");
        else
            diag_note(s->diags, s->last, "%s", text.p ? text.p : "");
    }
    s->diags->arena->escape = before;
    buf_free(&text);
}

void store_help(struct store *s, const char *format, ...) {
    va_list args;
    va_start(args, format);
    add_line(s, true, format, args);
    va_end(args);
}

void store_note(struct store *s, const char *format, ...) {
    va_list args;
    va_start(args, format);
    add_line(s, false, format, args);
    va_end(args);
}

static enum status told(struct store *s, struct span span, enum code code, const char *what,
                        const char *help) {
    enum status status = store_fail(s, code, span, "`%.*s` %s", STR_ARG(s->path), what);
    store_help(s, "%s", help);
    return status;
}

enum status store_damaged(struct store *s, struct span span, const char *what) {
    enum status status =
        store_fail(s, E0509, span, "`%.*s` is damaged: %s", STR_ARG(s->path), what);
    store_help(s, "go back to a copy, or import the table again with `replace`");
    return status;
}

enum status store_sql_fail(struct store *s, struct span span) {
    if (s->stopped != ST_OK) {
        enum status status = s->stopped;
        s->stopped = ST_OK;
        return status;
    }
    if (sqlite3_extended_errcode(s->db) == SQLITE_CORRUPT_VTAB)
        return store_damaged(s, span, sqlite3_errmsg(s->db));
    switch (sqlite3_errcode(s->db) & 0xFF) {
    case SQLITE_NOMEM:
        return ST_NO_MEMORY;
    case SQLITE_INTERRUPT:
        return ST_INTERRUPTED;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return told(s, span, E0506, "is locked by another program",
                    "close the other program, or try again when it has finished");
    case SQLITE_READONLY:
        return told(s, span, E0507, "may not be written",
                    "check the permissions of the file and of its folder");
    case SQLITE_CANTOPEN:
        return told(s, span, E0501, "cannot be opened",
                    "check that its folder exists and may be written");
    case SQLITE_FULL:
        return told(s, span, E0508, "cannot grow: there is no room left",
                    "make room on the disk and run this again; the store is as it was before");
    case SQLITE_IOERR:
        return told(s, span, E0510, "could not be read or written: the disk reports an error",
                    "check the disk; the store is as it was before");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return told(s, span, E0509, "is damaged",
                    "go back to a copy, or save what `sqlite3 FILE .recover` finds");
    default:
        return store_fail(s, E0510, span, "`%.*s`: %s", STR_ARG(s->path), sqlite3_errmsg(s->db));
    }
}

enum status store_may_write(struct store *s, struct span span) {
    if (s->mode == STORE_READ)
        return told(s, span, E0507, "was opened for reading only",
                    "open the store for writing to import or to change tables");
    if (s->mode == STORE_WRITE && !(s->host.control->capabilities & CAN_WRITE_STORE))
        return ST_DENIED;
    return ST_OK;
}

enum status store_poll(struct store *s, uint64_t steps) {
    return control_poll(s->host.control, steps);
}

/* Steps in SQLite are not charged to the budget: scans charge their rows. */
static int poll_from_sqlite(void *user) {
    struct store *s = user;
    enum status status = store_poll(s, 0);
    if (status == ST_OK)
        return 0;
    s->stopped = status;
    return 1;
}

void store_look_every(struct store *s, int steps) {
    sqlite3_progress_handler(s->db, steps ? steps : STEPS_BETWEEN_POLLS, poll_from_sqlite, s);
}

/* ---- SQL ---- */

enum status store_run(struct store *s, struct span span, const char *sql) {
    return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK ? ST_OK
                                                                   : store_sql_fail(s, span);
}

enum status store_run_buf(struct store *s, struct span span, const struct buf *sql) {
    return sql->failed ? ST_NO_MEMORY : store_run(s, span, sql->p);
}

enum status store_prepare(struct store *s, struct span span, const struct buf *sql,
                          sqlite3_stmt **out) {
    *out = NULL;
    if (sql->failed)
        return ST_NO_MEMORY;
    int code = sqlite3_prepare_v2(s->db, sql->p, (int)sql->n, out, NULL);
    return code == SQLITE_OK ? ST_OK : store_sql_fail(s, span);
}

enum status store_finish(struct store *s, struct span span, sqlite3_stmt *st) {
    int code = sqlite3_step(st);
    enum status status =
        code == SQLITE_DONE || code == SQLITE_ROW ? ST_OK : store_sql_fail(s, span);
    sqlite3_finalize(st);
    return status;
}

enum status store_number(struct store *s, struct span span, const struct buf *sql, int64_t *out) {
    sqlite3_stmt *st;
    enum status status = store_prepare(s, span, sql, &st);
    *out = 0;
    if (status != ST_OK)
        return status;
    int code = sqlite3_step(st);
    if (code == SQLITE_ROW)
        *out = sqlite3_column_int64(st, 0);
    else if (code != SQLITE_DONE)
        status = store_sql_fail(s, span);
    sqlite3_finalize(st);
    return status;
}

static void put_quoted(struct buf *out, char quote, struct str text) {
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == quote)
            buf_char(out, quote);
        buf_char(out, text.p[i]);
    }
}

void put_name(struct buf *out, const char *prefix, struct str name) {
    buf_char(out, '"');
    buf_text(out, prefix);
    put_quoted(out, '"', name);
    buf_char(out, '"');
}

void put_literal(struct buf *out, struct str text) {
    buf_char(out, '\'');
    put_quoted(out, '\'', text);
    buf_char(out, '\'');
}

/* ---- opening ---- */

enum file_kind {
    FILE_ABSENT,
    FILE_EMPTY,
    FILE_STORE,
    FILE_OTHER_DATABASE,
    FILE_OTHER,
    FILE_FOLDER,
    FILE_CLOSED
};

/* The head of an SQLite file holds its magic text and the application's id. */
static enum file_kind look_at(const char *path) {
    struct stat about;
    unsigned char head[FILE_HEAD];
    if (stat(path, &about) != 0)
        return errno == ENOENT || errno == ENOTDIR ? FILE_ABSENT : FILE_CLOSED;
    if (S_ISDIR(about.st_mode))
        return FILE_FOLDER;
    if (!S_ISREG(about.st_mode))
        return FILE_OTHER;
    int n = file_head(path, head);
    if (n < 0)
        return FILE_CLOSED;
    if (n == 0)
        return FILE_EMPTY;
    if (!file_head_is_database(head, n))
        return FILE_OTHER;
    uint32_t id = (uint32_t)head[68] << 24 | (uint32_t)head[69] << 16 | (uint32_t)head[70] << 8 |
                  (uint32_t)head[71];
    return id == STORE_APPLICATION_ID ? FILE_STORE : FILE_OTHER_DATABASE;
}

static enum status check_file(struct store *s, const char *path) {
    switch (look_at(path)) {
    case FILE_STORE:
        return ST_OK;
    case FILE_EMPTY:
        if (s->mode == STORE_WRITE)
            return ST_OK;
        return told(s, s->span, E0505, "is empty", "open it for writing to make it a store");
    case FILE_ABSENT:
        if (s->mode == STORE_WRITE)
            return ST_OK;
        return told(s, s->span, E0501, "does not exist", "check the path of the store");
    case FILE_FOLDER:
        return told(s, s->span, E0501, "is a folder, not a store", "name a file, like `data.db`");
    case FILE_CLOSED:
        return told(s, s->span, E0501, "cannot be read", "check the permissions of the file");
    case FILE_OTHER_DATABASE:
        return told(
            s, s->span, E0505, "is an SQLite database of another program",
            "name a new file for the store; `import TABLE from \"FILE\"` brings in a table of it");
    case FILE_OTHER:
        break;
    }
    return told(s, s->span, E0505, "is not a Spoke store",
                "to read it as data write `import TABLE from \"FILE\"`; a store's name ends in "
                "`.db`");
}

/* A store in write-ahead mode needs to make files beside it even for reading,
 * unless nobody can write there anyway: then it may be taken as unchanging. */
static bool is_frozen(struct store *s, const char *path) {
    struct buf side;
    struct stat about;
    buf_init(&side, s->host.alloc);
    const char *slash = strrchr(path, '/');
    if (slash)
        buf_put(&side, path, (size_t)(slash - path) + 1);
    else
        buf_text(&side, ".");
    bool frozen = !side.failed && access(side.p, W_OK) != 0;
    buf_clear(&side);
    buf_printf(&side, "%s-wal", path);
    frozen = frozen && !side.failed && (stat(side.p, &about) != 0 || about.st_size == 0);
    buf_free(&side);
    return frozen;
}

static void put_uri(struct buf *out, const char *path) {
    buf_text(out, "file:");
    for (; *path; path++) {
        if (strchr("?#%", *path))
            buf_printf(out, "%%%02X", (unsigned)(unsigned char)*path);
        else
            buf_char(out, *path);
    }
    buf_text(out, "?immutable=1");
}

static enum status open_database(struct store *s, const char *path) {
    int flags =
        SQLITE_OPEN_NOMUTEX |
        (s->mode == STORE_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    struct buf name;
    buf_init(&name, s->host.alloc);
    if (s->mode == STORE_READ && is_frozen(s, path)) {
        put_uri(&name, path);
        flags |= SQLITE_OPEN_URI;
    } else if (s->mode != STORE_TEMPORARY) {
        /* A leading ':' or "file:" would mean something else to SQLite. */
        if (path[0] != '/')
            buf_text(&name, "./");
        buf_text(&name, path);
    }
    bool fine = !name.failed && sql_clock_open(&s->clock, s->host.today, s->host.has_today);
    int code =
        fine ? sqlite3_open_v2(name.p ? name.p : "", &s->db, flags, s->clock.name) : SQLITE_NOMEM;
    buf_free(&name);
    if (!s->db)
        return ST_NO_MEMORY;
    return code == SQLITE_OK ? ST_OK : store_sql_fail(s, s->span);
}

void store_defend(sqlite3 *db) {
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_extended_result_codes(db, 1);
    sqlite3_busy_timeout(db, BUSY_MILLISECONDS);
}

static enum status prepare_new(struct store *s) {
    int64_t id;
    struct buf sql;
    buf_init(&sql, s->host.alloc);
    buf_text(&sql, "PRAGMA application_id");
    enum status status = store_number(s, s->span, &sql, &id);
    buf_free(&sql);
    if (status != ST_OK || id == STORE_APPLICATION_ID || s->mode == STORE_READ)
        return status;
    /* In the file itself before there is a log beside it: look_at reads it there. */
    return schema_create(s, s->span);
}

static enum status configure(struct store *s) {
    store_defend(s->db);
    enum status status = store_run(s, s->span,
                                   "PRAGMA temp_store = MEMORY;"
                                   "PRAGMA cache_size = -32768;"
                                   "PRAGMA mmap_size = 67108864;"
                                   "PRAGMA cell_size_check = ON;"
                                   "PRAGMA foreign_keys = OFF;");
    if (status == ST_OK)
        status = prepare_new(s);
    if (status == ST_OK && s->mode == STORE_WRITE)
        status = store_run(s, s->span, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
    if (status == ST_OK && s->mode == STORE_TEMPORARY)
        status = store_run(s, s->span, "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;");
    if (status == ST_OK && (!store_scans_open(s) || !sql_functions_register(s->db, &s->random) ||
                            segment_table_register(s->db, s->host.alloc, NULL) != SQLITE_OK))
        status = ST_NO_MEMORY;
    if (status == ST_OK)
        store_look_every(s, 0);
    return status;
}

static bool copy_path(struct store *s, struct str path) {
    char *copy = mem_take(s->host.alloc, path.n + 1);
    if (!copy)
        return false;
    if (path.n)
        memcpy(copy, path.p, path.n);
    copy[path.n] = '\0';
    s->path = (struct str){copy, path.n};
    return true;
}

enum status store_open(const struct store_host *host, struct str path, enum store_mode mode,
                       struct span span, struct store **out) {
    *out = NULL;
    struct store *s = mem_zero(host->alloc, sizeof *s);
    if (!s)
        return ST_NO_MEMORY;
    static const struct calendar usual = CALENDAR_DEFAULT;
    s->host = *host;
    if (!s->host.calendar)
        s->host.calendar = &usual;
    s->diags = host->diags;
    s->mode = mode;
    s->span = span;
    if (!copy_path(s, mode == STORE_TEMPORARY ? STR("the temporary store") : path)) {
        store_close(s);
        return ST_NO_MEMORY;
    }
    enum status status = ST_OK;
    if (strlen(s->path.p) != s->path.n || s->path.n == 0)
        status = store_fail(s, E0501, span, "a store needs a file name");
    else if (mode != STORE_TEMPORARY)
        status = check_file(s, s->path.p);
    if (status == ST_OK)
        status = open_database(s, s->path.p);
    if (status == ST_OK)
        status = configure(s);
    if (status != ST_OK) {
        store_close(s);
        return status;
    }
    *out = s;
    return ST_OK;
}

void store_close(struct store *s) {
    if (!s)
        return;
    struct alloc *alloc = s->host.alloc;
    store_drop_statements(s);
    store_drop_dimensions(s, true);
    if (s->db) {
        sqlite3_progress_handler(s->db, 0, NULL, NULL);
        sqlite3_close_v2(s->db);
    }
    sql_clock_close(&s->clock);
    mem_give(alloc, (void *)(uintptr_t)s->path.p, s->path.n + 1);
    mem_give(alloc, s, sizeof *s);
}

void store_interrupt(struct store *s) {
    atomic_store(&s->host.control->interrupted, true);
    sqlite3_interrupt(s->db);
}

void store_set_diags(struct store *s, struct diags *diags) {
    s->diags = diags;
    s->last = NULL;
}

/* ---- transactions ---- */

enum status unit_begin(struct store *s, struct span span, struct unit *u) {
    u->outermost = sqlite3_get_autocommit(s->db) != 0;
    enum status status = store_run(s, span, u->outermost ? "BEGIN IMMEDIATE" : "SAVEPOINT unit");
    u->open = status == ST_OK;
    return status;
}

enum status unit_commit(struct store *s, struct span span, struct unit *u) {
    enum status status = store_run(s, span, u->outermost ? "COMMIT" : "RELEASE unit");
    if (status == ST_OK)
        u->open = false;
    else
        unit_undo(s, u);
    return status;
}

/* Undoing must not be stopped half-way. */
static void run_undisturbed(struct store *s, const char *sql) {
    s->undone += strncmp(sql, "ROLLBACK", 8) == 0;
    sqlite3_progress_handler(s->db, 0, NULL, NULL);
    sqlite3_exec(s->db, sql, NULL, NULL, NULL);
    store_look_every(s, 0);
    s->stopped = ST_OK;
}

void unit_undo(struct store *s, struct unit *u) {
    if (u->open && !sqlite3_get_autocommit(s->db))
        run_undisturbed(s, u->outermost ? "ROLLBACK" : "ROLLBACK TO unit; RELEASE unit");
    u->open = false;
}

enum status unit_end(struct store *s, struct span span, struct unit *u, enum status status) {
    if (status == ST_OK)
        return unit_commit(s, span, u);
    unit_undo(s, u);
    return status;
}

enum status store_begin(struct store *s) {
    if (s->readers++ > 0)
        return ST_OK;
    store_drop_dimensions(s, false);
    if (!sqlite3_get_autocommit(s->db))
        return ST_OK;
    /* The first read takes the snapshot. */
    enum status status = store_run(s, s->span, "BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1;");
    if (status != ST_OK) {
        s->readers = 0;
        run_undisturbed(s, "ROLLBACK");
    }
    return status;
}

void store_end(struct store *s) {
    assert(s->readers > 0);
    if (--s->readers == 0)
        store_drop_filled(s);
    if (s->readers > 0 || s->savepoints > 0 || sqlite3_get_autocommit(s->db))
        return;
    run_undisturbed(s, "COMMIT");
}

enum status store_savepoint(struct store *s) {
    char sql[40];
    snprintf(sql, sizeof sql, "SAVEPOINT statement_%u", (unsigned)(s->savepoints + 1));
    enum status status = store_run(s, s->span, sql);
    if (status == ST_OK)
        s->savepoints++;
    return status;
}

enum status store_release(struct store *s) {
    char sql[40];
    assert(s->savepoints > 0);
    if (sqlite3_get_autocommit(s->db)) {
        s->savepoints = 0;
        return store_fail(s, E0510, s->span, "an earlier failure undid the changes to `%.*s`",
                          STR_ARG(s->path));
    }
    snprintf(sql, sizeof sql, "RELEASE statement_%u", (unsigned)s->savepoints);
    enum status status = store_run(s, s->span, sql);
    if (status != ST_OK) {
        store_rollback(s);
        return status;
    }
    s->savepoints--;
    /* A transaction that store_begin opened ends with the last of both. */
    if (s->savepoints == 0 && s->readers == 0 && !sqlite3_get_autocommit(s->db)) {
        status = store_run(s, s->span, "COMMIT");
        if (status != ST_OK)
            run_undisturbed(s, "ROLLBACK");
    }
    return status;
}

void store_rollback(struct store *s) {
    char sql[80];
    assert(s->savepoints > 0);
    unsigned depth = (unsigned)s->savepoints--;
    if (sqlite3_get_autocommit(s->db))
        return;
    snprintf(sql, sizeof sql, "ROLLBACK TO statement_%u; RELEASE statement_%u", depth, depth);
    run_undisturbed(s, sql);
    if (s->savepoints == 0 && s->readers == 0 && !sqlite3_get_autocommit(s->db))
        run_undisturbed(s, "ROLLBACK");
}

/* ---- small questions ---- */

static enum status count_in_columns(struct store *s, const struct table *t, uint64_t *n) {
    struct segments g;
    enum status status = columns_open(s, t->span, t->name, &g);
    *n = g.rows;
    segments_close(&g);
    return status;
}

enum status store_is_in_columns(struct store *s, const struct table *t, bool *out) {
    return columns_stored(s, t->span, t->name, out);
}

enum status store_count(struct store *s, const struct table *t, uint64_t *n) {
    struct buf sql;
    int64_t rows;
    bool in_columns;
    enum status found = columns_stored(s, t->span, t->name, &in_columns);
    if (found != ST_OK || in_columns)
        return found == ST_OK ? count_in_columns(s, t, n) : found;
    buf_init(&sql, s->host.alloc);
    buf_text(&sql, "SELECT count(*) FROM ");
    put_name(&sql, "spoke$", t->name);
    enum status status = store_number(s, t->span, &sql, &rows);
    buf_free(&sql);
    *n = (uint64_t)rows;
    return status;
}

uint64_t store_revision(struct store *s) {
    int64_t version = 0;
    sqlite3_stmt *st = NULL;
    if (sqlite3_prepare_v2(s->db, "PRAGMA data_version", -1, &st, NULL) == SQLITE_OK &&
        sqlite3_step(st) == SQLITE_ROW)
        version = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    /* Changes that were taken back stay counted, but what was read in between is wrong. */
    return ((uint64_t)version << 40) + (uint64_t)sqlite3_total_changes64(s->db) + s->undone;
}
