/* What the files of this room share: the open store, its errors, its SQL.
 *
 * Only files of interp/store/ and its tests include this. */
#ifndef SPOKE_STORE_INTERNAL_H
#define SPOKE_STORE_INTERNAL_H

#include "store/sql_functions.h"
#include "store/store.h"

#define STORE_APPLICATION_ID 0x53706f6b /* "Spok" */

struct kept_statement { /* of scans, by its SQL */
    struct str sql;     /* owned */
    sqlite3_stmt *statement;
    bool busy;
    uint64_t used; /* number of the last use, to find the oldest */
};
enum { KEPT_STATEMENTS = 32 };

struct kept_dimension;
struct scan;
struct staging;

enum { LAST_DAYS = 4 };

struct store {
    struct store_host host;
    struct diags *diags;
    sqlite3 *db;
    struct sql_clock clock;
    uint64_t random;      /* state of the random numbers of the query in SQL */
    uint32_t queries;     /* how many in SQL are open, */
    int longest, pattern; /* ... and what SQLite's limits were before the first */
    struct str path; /* owned; as the user gave it */
    enum store_mode mode;
    struct span span;    /* of the statement that opened it */
    enum status stopped; /* why the work in SQLite was told to stop */
    struct diag *last;   /* the diagnostic that helps are hung on */
    uint64_t undone;     /* how often changes were taken back */
    bool filled;         /* there are tables of made rows */
    uint32_t readers;    /* depth of store_begin */
    uint32_t savepoints; /* depth of store_savepoint */
    struct kept_statement kept[KEPT_STATEMENTS];
    uint64_t uses;
    const struct staging *staged;      /* rows that a scan of their table gives, or NULL */
    struct scan *scanning;             /* whose statement is being stepped, or NULL */
    struct kept_dimension *dimensions; /* current ones */
    struct kept_dimension *retired;    /* still read by the run going on */
    struct last_day {
        const struct table *table;
        uint32_t column;
        uint64_t revision;
        int64_t highest;    /* as it is stored; INT64_MIN: there is none */
    } last_days[LAST_DAYS]; /* asked for lately */
    uint32_t next_last_day;
};

/* How many steps SQLite does between two looks at whether it may go on; 0: the usual number. */
void store_look_every(struct store *s, int steps);

/* ---- errors: all return the status to pass on ---- */
enum status store_fail(struct store *s, enum code code, struct span span, const char *format, ...)
    PRINTF_LIKE(4, 5);
void store_help(struct store *s, const char *format, ...) PRINTF_LIKE(2, 3);
void store_note(struct store *s, const char *format, ...) PRINTF_LIKE(2, 3);
/* Something in the store cannot be read; `what` says which part and why. */
enum status store_damaged(struct store *s, struct span span, const char *what);
/* What SQLite's last error means. */
enum status store_sql_fail(struct store *s, struct span span);
/* ST_OK, or E0507 / ST_DENIED when nothing may be written. */
enum status store_may_write(struct store *s, struct span span);
/* Asks the control whether to go on. */
enum status store_poll(struct store *s, uint64_t steps);

/* A file from elsewhere must not be able to do more than hold data. */
void store_defend(sqlite3 *db);

/* ---- SQL ---- */
enum status store_run(struct store *s, struct span span, const char *sql);
/* Prepares what was put together in `sql`, which may have run out of memory. */
enum status store_prepare(struct store *s, struct span span, const struct buf *sql,
                          sqlite3_stmt **out);
enum status store_run_buf(struct store *s, struct span span, const struct buf *sql);
/* Steps a statement that gives no rows and finalizes it. */
enum status store_finish(struct store *s, struct span span, sqlite3_stmt *st);
/* The one integer a query gives; 0 without a row. */
enum status store_number(struct store *s, struct span span, const struct buf *sql, int64_t *out);
static inline void bind_str(sqlite3_stmt *st, int at, struct str text) {
    sqlite3_bind_text64(st, at, text.p ? text.p : "", text.n, SQLITE_STATIC, SQLITE_UTF8);
}
static inline struct str column_str(sqlite3_stmt *st, int at) {
    const char *p = (const char *)sqlite3_column_text(st, at);
    return (struct str){p, p ? (size_t)sqlite3_column_bytes(st, at) : 0};
}
/* "prefix""name", quoted as an identifier. */
void put_name(struct buf *out, const char *prefix, struct str name);
/* 'text', quoted as a literal. */
void put_literal(struct buf *out, struct str text);

/* ---- a unit of writing: everything or nothing ---- */
struct unit {
    bool outermost; /* began a transaction; else a savepoint inside one */
    bool open;
};
enum status unit_begin(struct store *s, struct span span, struct unit *u);
enum status unit_commit(struct store *s, struct span span, struct unit *u);
void unit_undo(struct store *s, struct unit *u); /* harmless when not open */
/* Commits when `status` is ST_OK, else undoes; what came of it. */
enum status unit_end(struct store *s, struct span span, struct unit *u, enum status status);

/* ---- schema.c ---- */
enum status schema_create(struct store *s, struct span span);
/* The plain type behind a column: through references and their keys. */
const struct type *plain_type(const struct table_column *c);
/* Puts the SQL of the plain value of alias.column and, into `joins`, the joins
 * it takes; *aliases counts the aliases r1, r2, ... used so far. */
void put_plain_value(struct buf *out, struct buf *joins, const char *alias,
                     const struct table_column *c, unsigned *aliases);

/* Makes the empty table of that declaration, in place of an earlier one, which goes with the
 * connection. */
void put_temporary_table(struct buf *out, const struct table *t);

/* ---- query.c ---- */
/* The authorizer under which queries of programs are prepared. */
int query_judge_action(void *user, int action, const char *first, const char *second,
                       const char *database, const char *view);

/* ---- temporary.c ---- */
void store_drop_filled(struct store *s);

/* ---- scan.c, dimension.c ---- */
void store_drop_statements(struct store *s);
void store_drop_dimensions(struct store *s, bool all); /* or only the retired */
/* Makes the function that statements of scans call. false: no memory. */
bool store_scans_open(struct store *s);
/* Whether the references in the table's key sort as the keys they stand for. */
enum status store_keys_in_order(struct store *s, const struct table *t, bool *in_order);

#endif
