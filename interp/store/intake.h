/* Rows of a file on their way into the staging, a block at a time.
 *
 * A block is read by one thread, into a staging and a list of refused rows of its own; settled it
 * is by the thread that imports, block after block in the order of the file. What one row gives
 * depends on nothing but the row, so it is the same whoever reads it. Lines are numbered from the
 * block's first one. */
#ifndef SPOKE_STORE_INTAKE_H
#define SPOKE_STORE_INTAKE_H

#include "store/import.h"

struct refused { /* a row; texts are places in `texts` */
    uint64_t line;
    uint32_t nplace, nvalue, nreason;
    const struct table_column *column; /* NULL: the row as a whole */
};

struct intake {
    const struct import *m;
    struct alloc *alloc;
    struct staging staging;
    struct refused *refused;
    uint32_t nrefused, room;
    struct buf texts; /* of refused rows: place, value and reason, one behind the other */
    struct buf place, reason, key; /* of the row that is read */
    struct buf list;               /* the column of lists that was read last */
    char percent[PERCENT_ROOM];    /* of the field that is read */
    uint64_t rows;                 /* read */
};

/* A row of the file: what records.h and csv.h give. */
struct file_row {
    const struct csv_field *fields;
    uint32_t nfields;
    uint64_t line;
    const char *flaw; /* why it cannot be used, or NULL */
};

/* Opens it when the import knows the headers; intake_close is due in every case. */
bool intake_open(struct intake *in, const struct import *m, struct alloc *alloc);
void intake_close(struct intake *in);
/* Forgets the block before; also in `recalls`, what it knows of its texts. */
void intake_begin(struct intake *in, struct recall *recalls);
/* Reads a row; `recalls` (by column) are those of the thread. ST_OK also when it is refused. */
enum status intake_row(struct intake *in, struct recall *recalls, const struct file_row *row);
/* Adds a block's rows to the import, in its own thread; the block's first line has that number. */
enum status intake_settle(struct intake *in, struct import *m, const struct import_order *order,
                          uint64_t line);

#endif
