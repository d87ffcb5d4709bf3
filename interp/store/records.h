/* A file to import as rows of fields, whatever its format: CSV or TSV, JSON lines,
 * either packed by gzip or a member of a zip archive, a table of another SQLite
 * database, a sheet of a workbook, a file of SPSS, Stata or SAS, or a part of a file of a network;
 * or rows that are handed over, which are no file at all.
 * What it is, its first bytes say, not its name. Fields live until the next call. */
#ifndef SPOKE_STORE_RECORDS_H
#define SPOKE_STORE_RECORDS_H

#include "store/handed.h"
#include "store/json_lines.h"
#include "store/net_file.h"
#include "store/other_database.h"
#include "store/sheet.h"
#include "store/statistics.h"

enum records_format {
    RECORDS_CSV,
    RECORDS_JSON,
    RECORDS_DATABASE,
    RECORDS_SHEET,
    RECORDS_STATISTICS,
    RECORDS_NETWORK,
    RECORDS_HANDED
};

struct record_file {  /* which rows are meant */
    struct span span; /* where errors point */
    struct str path;
    struct str table; /* of a database, sheet, member of an archive; part of a network; empty:
                         not said */
    struct str into;  /* the table that takes the rows */
    struct handed_rows *handed; /* these, and `path` is only what they are called; NULL: a file */
};

struct records {
    struct store *s;
    struct record_file file;
    enum records_format format;
    struct buf path;  /* zero-ended */
    struct buf label; /* what errors call it: the path, and what of the file is read */
    struct archive archive;
    bool roster; /* the archive is one of OneRoster */
    union {
        struct csv csv;
        struct json_lines json;
        struct other_database database;
        struct sheet sheet;
        struct statistics statistics;
        struct network_file network;
        struct handed_rows *handed;
    };
    /* the current row; right after opening, the header */
    const struct csv_field *fields;
    uint32_t nfields;
    uint64_t line;    /* of a database or statistics: the number of the row; of a sheet: its own */
    const char *flaw; /* why the row cannot be used, or NULL */
};

/* Nothing is open: what records_close may be given. */
void records_none(struct records *r, struct store *s);
/* Opens and reads the header: ST_OK, or the error told. records_close is due in every case. */
enum status records_open(struct records *r, struct store *s, const struct record_file *file);
/* false: there is no further row, and *status says whether that is well. */
bool records_next(struct records *r, enum status *status);
void records_close(struct records *r);
/* Bytes of the file read so far. */
uint64_t records_taken(const struct records *r);
/* How many rows there will be when that part of the file gave `rows`; 0: not known. */
uint64_t records_estimate(const struct records *r, uint64_t taken, uint64_t rows);
/* Tells what is wrong with the line of a CSV file that somebody else splits (csv_cut). */
enum status records_fail(struct records *r, enum csv_result got, uint64_t line);
/* Whether numbers and texts are told apart in the file itself. */
static inline bool records_typed(const struct records *r) {
    return r->format == RECORDS_JSON || r->format == RECORDS_SHEET ||
           r->format == RECORDS_STATISTICS || r->format == RECORDS_NETWORK;
}
/* What the file says about a column, or NULL. */
const struct field_about *records_about(const struct records *r, uint32_t field);
/* Where a field of the current row is, when that is more than its line: "Sheet!B7". */
void records_put_place(const struct records *r, uint32_t field, struct buf *out);

#endif
