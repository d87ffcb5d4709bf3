/* The segments of one table: which there are, and reading them.
 *
 * They lie in the ordinary table "spoke$x$segments": a row for each run of rows
 * and column, with its head and its data (segment/segment.h). Runs follow each
 * other by `place`, rows of a run and of all runs by the table's key. A column
 * without a segment in some run is missing there: it was added later.
 *
 * This file and segments.c know SQLite and what lies below the store only: they
 * are a part of the loadable extension too. Errors are codes of SQLite; the
 * story of damage stands in `problem`. */
#ifndef SPOKE_STORE_SEGMENTS_H
#define SPOKE_STORE_SEGMENTS_H

#include "segment/segment.h"
#ifdef SPOKE_EXTENSION
#include <sqlite3ext.h>
SQLITE_EXTENSION_INIT3
#else
#include <sqlite3.h>
#endif

struct segments_column {
    struct str name; /* owned */
    enum segment_kind kind;
    struct str type; /* as "spoke$$columns" spells it; owned */
    bool nullable;
    uint32_t key; /* from 1 for the first key column; 0: not in the key */
};

struct segments_run {
    int64_t place;
    uint64_t first; /* number of its first row in the table, from 0 */
    uint32_t rows;
    struct segment_head *heads; /* by column; rows is 0 where the run has none */
};

struct segments {
    sqlite3 *db;
    struct alloc *alloc;
    struct buf schema, table; /* names */
    struct segments_column *columns;
    uint32_t ncolumns, room_columns;
    struct segments_run *runs;
    uint32_t nruns, room_runs;
    uint64_t rows;
    struct buf problem;
};

/* Reads the columns of table `table` of the database `schema` ("main"). SQLITE_ERROR and a problem
 * when it has none. segments_close is due in every case. */
int segments_open(struct segments *g, sqlite3 *db, struct alloc *alloc, const char *schema,
                  struct str table);
/* Reads which runs there are and all heads. */
int segments_list(struct segments *g);
void segments_close(struct segments *g);
int segments_column_named(const struct segments *g, struct str name); /* -1 if none */
/* Who owns the segments of a column. */
uint64_t segments_owner(struct str column);
/* "spoke$x$segments", quoted, in its schema. */
void segments_put_name(struct buf *out, const char *schema, struct str table);

/* One column's segment of one run. The bytes live in the statement until the next one is loaded. */
struct segments_loaded {
    sqlite3_stmt *statement;
    uint32_t run;     /* + 1; 0: none */
    bool absent;      /* the run has no such segment: all are missing */
    const void *data; /* NULL: the segment is gone */
    size_t size;
    struct segment_reader reader;
};
int segments_load(struct segments *g, uint32_t run, uint32_t column, struct segments_loaded *l);
/* The same in two steps, of which only the first needs SQLite. */
int segments_fetch(struct segments *g, uint32_t run, uint32_t column, struct segments_loaded *l);
bool segments_check(const struct segments *g, uint32_t run, uint32_t column,
                    struct segments_loaded *l, const char **why);
void segments_unload(struct segments_loaded *l);

/* The run's rows whose column may hold a word of low..high, by the heads: false, none. */
bool segments_may_hold(const struct segments_run *run, uint32_t column, int64_t low, int64_t high);

#endif
