/* Rows that are handed over, one after the other, by the program that the interpreter lives in.
 * An import reads them as it reads the rows of a file. */
#ifndef SPOKE_STORE_HANDED_H
#define SPOKE_STORE_HANDED_H

#include "store/csv.h"

struct handed_rows {
    const struct csv_field *headers;
    struct csv_field *fields; /* of the current row */
    uint32_t nfields;
    uint64_t row;        /* number of the current one, from 1 */
    const char *flaw;    /* why it cannot be used, or NULL */
    enum status stopped; /* behind CSV_STOPPED; errors are told */
    /* The next row: CSV_ROW, CSV_END or CSV_STOPPED. */
    enum csv_result (*next)(struct handed_rows *h);
};

#endif
