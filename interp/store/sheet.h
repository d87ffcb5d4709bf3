/* The rows of one sheet of a workbook as rows of fields.
 *
 * The header is the first row that fills more than half as many cells as the
 * fullest of the first 100 rows with anything in them: titles above it are passed
 * over. Columns are those from its first to its last filled cell; what stands
 * beside them is not looked at, and rows without anything in them are skipped.
 * Texts are quoted fields; numbers, dates and times are written as Spoke reads
 * them. A sheet is read once for its header and once for its rows, in pieces;
 * fields live until the next call. */
#ifndef SPOKE_STORE_SHEET_H
#define SPOKE_STORE_SHEET_H

#include "store/workbook.h"

enum { SHEET_ROWS_LOOKED_AT = 100 };

struct sheet_cell {
    struct csv_field field; /* p NULL: the text is in `row_text`, from `at` on */
    size_t at;
    bool filled;            /* in the current row */
    uint32_t filled_column; /* of the i-th cell: the i-th column that is filled in that row */
};

struct sheet {
    struct workbook book;
    const struct workbook_sheet *chosen;
    struct xml_reader x;
    struct sheet_cell *cells; /* by column of the sheet */
    uint32_t room, nfilled;
    struct buf row_text;
    struct csv_field *fields; /* of the current row, from column `first` on */
    uint32_t first, nfields;
    uint32_t row;        /* of the sheet, from 1; the current one */
    uint32_t header_row; /* 0: looking for it */
    enum status stopped; /* when a row was asked for and something else came */
    /* the cell being read */
    struct buf value;
    uint32_t column, next_column, style;
    char type; /* n number, s shared, t text, b bool, e error, d ISO date */
    bool in_data, in_row, in_cell, in_value, in_sounds, has_formula;
    /* looking for the header */
    uint32_t counts[SHEET_ROWS_LOOKED_AT], rows[SHEET_ROWS_LOOKED_AT], nrows;
};

void sheet_none(struct sheet *t);
/* Reads up to the header and stands on it: CSV_ROW, CSV_END where the sheet is empty, or
 * CSV_STOPPED with an error told. sheet_close is due in every case. */
enum csv_result sheet_open(struct sheet *t, struct store *s, struct span span, struct str path,
                           struct archive *a, struct str wanted, struct str usual);
enum csv_result sheet_next(struct sheet *t);
void sheet_close(struct sheet *t);
/* The name of the cell of a field in the current row, "B7". */
void sheet_put_place(const struct sheet *t, uint32_t field, struct buf *out);

#endif
