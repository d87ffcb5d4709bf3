/* References by several columns: checked while rows are read, kept when the
 * rows that they lead to are replaced. */
#ifndef SPOKE_STORE_TIES_H
#define SPOKE_STORE_TIES_H

#include "store/import.h"

/* Keys of the table that a reference leads to, as the staging has its values. */
struct tie_keys {
    const struct table_tie *tie;
    struct keymap keys;
    bool read;    /* the file has all its columns */
    bool partial; /* it has some of them: the stored rows are checked afterwards */
    struct buf key;
};

/* Writes down which references by several columns the table has. E0392 when rows stored already
 * refer to rows that are not there. */
enum status ties_record(struct store *s, const struct table *t);
/* Keys of what the table of the import refers to. */
enum status ties_load(struct import *m);
void ties_free(struct import *m);
struct tie_check { /* of the row that is being staged */
    const struct import *m;
    const struct staging *staging;
    const struct csv_field *fields; /* that it was read from; NULL: from that row of the frame */
    uint32_t row;
    struct buf *key, *reason;
};
/* *broken: the first column of a reference to a row that is not there, and `reason` says which;
 * NULL: there is none. */
enum status ties_hold(const struct tie_check *t, const struct table_column **broken);
/* After the rows are stored: those that could not be judged while they were read, and rows of other
 * tables that refer to rows taken away (E0510). */
enum status ties_check_stored(struct import *m);

#endif
