/* The store: one SQLite file that holds tables, their declarations and what
 * happened to them.
 *
 * Rows of table `x` live in "spoke$x" (STRICT): with one key column a rowid
 * table (spoke_id INTEGER PRIMARY KEY, the key UNIQUE), else WITHOUT ROWID
 * clustered by the key. References hold the spoke_id of the row they mean,
 * dates are days since 1970-01-01, bools 0 and 1. A view "x" shows the same rows
 * with keys and ISO dates, for any SQLite program. "spoke$catalogue" holds each
 * declaration's text, "spoke$imports" and "spoke$rejects" what was imported.
 * The application id of the file is 0x53706f6b ("Spok"). */
#ifndef SPOKE_STORE_H
#define SPOKE_STORE_H

#include "exec/exec.h"

struct store;

enum store_mode { STORE_READ, STORE_WRITE, STORE_TEMPORARY };

/* What a store needs from its owner; all borrowed, must outlive the store. */
struct store_host {
    struct alloc *alloc;
    struct control *control;
    struct diags *diags;             /* where errors go */
    const struct calendar *calendar; /* as periods in files are written; NULL: the default */
    const int64_t *today;            /* what `now` is in SQL, if *has_today; NULL: nobody knows */
    const bool *has_today;
    uint64_t seed; /* what random numbers in SQL begin with */
    /* Rows done so far of a long import or scan; NULL allowed. */
    void (*progress)(void *user, const char *what, uint64_t done, uint64_t total);
    void *user;
};

/* Opens or (STORE_WRITE) creates. `span` is where errors point. A file that is
 * not SQLite or not a Spoke store (and not empty) is refused untouched. */
enum status store_open(const struct store_host *host, struct str path, enum store_mode mode,
                       struct span span, struct store **out);
void store_close(struct store *s);
void store_interrupt(struct store *s); /* from any thread */
/* Points errors at the diagnostics of the current run. */
void store_set_diags(struct store *s, struct diags *diags);

/* Declarations kept in the catalogue: the text of `kind` ("table", ...) `name`. */
enum status store_declarations(struct store *s, struct arena *arena, struct str **texts,
                               uint32_t *n);
/* Creates the table, or compares it with what is stored: new nullable columns
 * are added, any other difference is E0511 with the statements that would
 * migrate. */
enum status store_ensure(struct store *s, const struct table *t);
/* E0386 where stored rows of a table with spans hold as they must not. */
enum status store_check_spans(struct store *s, const struct table *t);

struct handed_rows;
enum import_mode { IMPORT_UPDATE, IMPORT_APPEND, IMPORT_REPLACE };
struct import_result {
    uint64_t rows;   /* read from the file */
    uint64_t stored; /* good ones */
    uint64_t rejected;
    uint64_t undecided;      /* rows on which `where` is missing: they are not wanted */
    struct str first_reject; /* "attendance.csv:14: `pct` 104.2 is outside 0..100", in arena */
};
struct import_order {
    struct str path;
    struct str table;           /* of another database; empty: not said */
    struct handed_rows *handed; /* these are stored, which may be none; NULL: those of a file */
    enum import_mode mode;
    bool strict;
    struct span span;   /* where errors point */
    size_t most_staged; /* bytes for rows that are not sorted yet; 0: as many as are usual */
    uint32_t threads;   /* that may work on it; what comes of it is the same. 0 counts as 1 */
    /* Which rows are wanted: a relation over the table with one bool a row, and what it runs in;
     * NULL: all. */
    const struct relation *where;
    struct exec_env *env;
};
/* CSV or TSV (RFC 4180, BOM, LF CRLF CR, `#` comment lines before the header) or JSON lines, plain
 * or packed by gzip, or another SQLite database, as the first bytes say. One transaction:
 * everything or nothing. Rejects are kept in spoke$rejects (replacing those of the last import of
 * that file). */
enum status store_import(struct store *s, struct arena *arena, const struct table *t,
                         const struct import_order *order, struct import_result *out);
/* The rows of a relation into a table, as an import of them: all or, where one does not fit, none
 * (E0372). `stored`: how many. */
enum status store_into(struct store *s, const struct table *t, const struct frame *rows,
                       enum import_mode mode, struct span span, uint64_t *stored);
/* Reads the whole file and writes the declaration that would fit it. */
enum status store_infer(struct store *s, struct arena *arena, struct str name,
                        const struct import_order *order, struct str *declaration);

/* Writes a new file with the same tables, all stored as rows; `path` ends in a zero byte. */
enum status store_export(struct store *s, struct str path, struct span span);

/* For exec_env. A read transaction spans each run (store_begin .. store_end). */
enum status store_begin(struct store *s);
void store_end(struct store *s);
enum status store_scan(struct store *s, const struct plan *scan, const struct exec_env *env,
                       const struct relation *self, struct row_source **out);
/* The rows of a plan of BASE_SQL: one statement that only reads, over the views of the tables.
 * Values are converted strictly; E0520 when SQLite refuses it, E0403 when a value does not fit its
 * column. */
enum status store_query(struct store *s, const struct plan *plan, const struct exec_env *env,
                        struct row_source **out);
/* What the columns of such a query are, as far as they come straight from tables. */
enum status store_describe_query(struct alloc *alloc, struct str query,
                                 const struct query_tables *in, struct query_columns *out);
/* The highest value of a column that dates rows, as it is stored, if there is any; known until the
 * store changes. */
enum status store_last_day(struct store *s, const struct table *t, uint32_t column, bool *any,
                           int64_t *word);
enum status store_dimension(struct store *s, const struct table *t, int column,
                            struct dimension *out);
/* Savepoint around a statement: "the store is left as before that statement". */
enum status store_savepoint(struct store *s);
enum status store_release(struct store *s);
void store_rollback(struct store *s);
/* Whether a table's rows are kept by columns. */
enum status store_is_in_columns(struct store *s, const struct table *t, bool *out);
/* Rows stored in a table now. */
enum status store_count(struct store *s, const struct table *t, uint64_t *n);
/* Changes when any committed change was made by anyone. */
uint64_t store_revision(struct store *s);

#endif
