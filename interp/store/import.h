/* What the parts of an import share: the whole (import.c), reading (import_read.c,
 * intake.c) and storing (write.c). */
#ifndef SPOKE_STORE_IMPORT_H
#define SPOKE_STORE_IMPORT_H

#include "store/feed.h"
#include "store/marked.h"
#include "store/recall.h"
#include "store/records.h"
#include "store/rejects.h"

struct parent { /* a table that references point into */
    const struct table *t;
    struct keymap keys;
};

struct spill;
struct tie_keys;

struct import { /* owns what it points at, but for the table and the frame */
    struct store *s;
    struct span span;
    const struct table *t;
    enum import_mode mode;
    struct str file;           /* what rejects and errors call it */
    const struct frame *frame; /* the relation whose rows are stored; NULL: a file is read */
    struct buf what;           /* for the progress callback */
    struct records records;
    uint32_t nheader; /* fields of the header */
    uint32_t threads; /* that may work on it */
    uint64_t rows;    /* read */
    uint64_t undecided;
    struct staging staging;
    struct parent *parents;
    uint32_t nparents;
    struct tie_keys *ties; /* by reference of several columns */
    struct keymap own;     /* keys of the table itself, as stored */
    bool was_empty;
    bool in_columns;     /* the table is stored by columns */
    struct spill *spill; /* parts that wait in a file */
    uint64_t stored;     /* rows */
    struct rejects rejects;
    struct buf reason;
    struct buf list, key; /* of the row that is taken from a relation: see items.h and ties.h */
};

/* ST_OK, or the error told: the store is read only, the table a built-in one. */
enum status import_may_fill(struct store *s, struct span span, const struct table *t);
/* NULL: no memory. */
struct import *import_new(struct store *s, const struct table *t, enum import_mode mode,
                          struct span span, struct str file);
void import_free(struct import *m);
/* The keys of the tables that references point into. */
enum status import_load_parents(struct import *m);
/* From the plain key in `cell` to the row it means, or, in a reference into the table itself, to
 * its key as it is stored. false: there is no such row. */
bool import_find_row(const struct import *m, const struct table_column *c, struct cell *cell);
void import_dangling(struct buf *reason, const struct table_column *c, struct str key);
/* The keys of a table that a column refers to. */
const struct keymap *import_keys_of(const struct import *m, const struct table *t);
/* Reads all rows of the file into the staging, or where they wait. */
enum status import_read(struct import *m, const struct import_order *order);
/* Refuses the row of a line, or a staged row, for `reason`. */
enum status import_reject_line(struct import *m, uint64_t line, const char *reason);
enum status import_reject(struct import *m, uint32_t row, const char *reason);
/* "attendance.csv:14: `pct` 104.2 is outside 0..100": the first row that was refused. */
void import_put_first(const struct import *m, struct buf *out);
/* Calls `check` for each stored column of the type that `refers` and the name of the import's table
 * make, with its table and its name. */
enum status import_each_referring(struct import *m, const char *refers,
                                  enum status (*check)(struct import *m, struct str table,
                                                       struct str column));
/* Finds out what the table holds already, before rows are read. */
enum status import_find_own(struct import *m);
/* When the staged rows take more than `most` bytes and their order may be made later: they wait in
 * a file, and the staging is empty. */
enum status import_make_room(struct import *m, const struct import_order *order, size_t most);
/* False: the row that is being staged ends before it begins, as `reason` says. */
bool import_spans_ordered(const struct staging *g, struct buf *reason);
/* Refuses staged rows that would hold at the same time as another row of their key. */
enum status import_reject_overlaps(struct import *m);
/* From staged rows to stored ones: order, duplicates, row numbers, references
 * into the own table, rows stored before. */
enum status import_write(struct import *m, const struct import_order *order);

/* Tells the first row of the relation that does not fit. */
enum status into_refused(struct import *m);

#endif
