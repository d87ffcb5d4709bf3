/* What the two halves of an import share: reading (import.c) and storing
 * (write.c). */
#ifndef SPOKE_STORE_IMPORT_H
#define SPOKE_STORE_IMPORT_H

#include "store/feed.h"
#include "store/rejects.h"

struct parent { /* a table that references point into */
    const struct table *t;
    struct keymap keys;
};

struct import {
    struct store *s;
    struct span span;
    const struct table *t;
    enum import_mode mode;
    struct str file;           /* of a relation: what errors call it */
    const struct frame *frame; /* the relation whose rows are stored; NULL: a file is read */
    struct buf path;           /* zero-ended copy of `file` */
    struct buf what;           /* for the progress callback */
    struct csv csv;
    uint32_t nheader; /* fields of the header */
    uint64_t rows;    /* read */
    struct staging staging;
    struct parent *parents;
    uint32_t nparents;
    struct keymap own; /* keys of the table itself, as stored */
    bool was_empty;
    bool in_columns; /* the table is stored by columns */
    struct rejects rejects;
    struct buf reason;
};

/* Opens and checks the header line: ST_OK, or the error told. Also used by
 * infer.c. */
enum status import_open_file(struct store *s, struct span span, struct str file, struct buf *path,
                             struct csv *csv);
/* What csv_next said, when it is no row: ST_OK at the end of the file. */
enum status import_csv_status(struct store *s, struct span span, struct str file,
                              const struct csv *csv, enum csv_result got);
/* The keys of the tables that references point into. */
enum status import_load_parents(struct import *m);
void import_free_parents(struct import *m);
/* From the plain key in `cell` to the row it means, or, in a reference into the table itself, to
 * its key as it is stored. false: there is no such row. */
bool import_find_row(const struct import *m, const struct table_column *c, struct cell *cell);
void import_dangling(struct import *m, const struct table_column *c, struct str key);
/* Refuses a staged row for `reason`. */
enum status import_reject(struct import *m, uint32_t row, const char *reason);
/* From staged rows to stored ones: order, duplicates, row numbers, references
 * into the own table, rows stored before. */
enum status import_write(struct import *m, bool strict);

/* Tells the first row of the relation that does not fit. */
enum status into_refused(struct import *m);

#endif
