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
/* Whether the row that is being staged, which is that row of the frame where rows come from one,
 * refers to rows that are there; else m->reason says which is not, and *column is the first column
 * of that reference. */
enum status ties_hold(struct import *m, uint32_t row, bool *hold, struct str *column);
/* After the rows are stored: those that could not be judged while they were read, and rows of other
 * tables that refer to rows taken away (E0510). */
enum status ties_check_stored(struct import *m);

#endif
