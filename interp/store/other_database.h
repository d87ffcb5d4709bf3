/* Reads a table or view of another SQLite database as rows of fields.
 *
 * The file is opened for reading only and trusted in nothing: its triggers do
 * not run, its views may call harmless functions only. Texts are quoted fields, numbers
 * as SQLite prints them exactly, NULL an empty field; bytes are marked. Rows are
 * numbered from 1 in the order in which the file gives them. */
#ifndef SPOKE_STORE_OTHER_DATABASE_H
#define SPOKE_STORE_OTHER_DATABASE_H

#include "store/csv.h"
#include "store/internal.h"

struct other_database {
    struct store *s; /* for memory, and for being told to stop */
    sqlite3 *db;
    sqlite3_stmt *rows;
    struct arena texts;        /* the columns' names */
    struct csv_field *headers; /* by column */
    struct csv_field *fields;  /* of the current row */
    char (*numbers)[32];       /* by column: room for a number as text */
    uint32_t nfields;
    uint64_t row; /* number of the current one */
    const char *flaw;
    struct buf problem;  /* in SQLite's words, or ours */
    enum status stopped; /* why reading was told to stop */
};

/* `wanted` names the table; empty: the one called `usual`, or the only one. CSV_ROW, or CSV_REFUSED
 * with a problem. other_database_close is due in every case. */
enum csv_result other_database_open(struct other_database *o, struct store *s, const char *path,
                                    struct str wanted, struct str usual);
enum csv_result other_database_next(struct other_database *o);
void other_database_close(struct other_database *o);

#endif
