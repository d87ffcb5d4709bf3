/* Files of statistics programs: SPSS (.sav, .zsav), Stata (.dta), SAS (.sas7bdat, .xpt).
 *
 * A layer over ReadStat, which does its own memory and calls with each value when
 * it likes; so the rows are first written into a nameless file, from which they are
 * read as any others, and the whole file has been judged before the first row is
 * given. A row is named by its number. Labels and codes for missing are kept for
 * the declaration. Built without ReadStat nothing opens, and
 * `statistics_is_built_in` says so. */
#ifndef SPOKE_STORE_STATISTICS_H
#define SPOKE_STORE_STATISTICS_H

#include "base/arena.h"
#include "store/csv.h"
#include "store/field_about.h"
#include "store/scratch.h"

enum { STATISTICS_MOST_COLUMNS = 32768, STATISTICS_MOST_CODES = 64 };

enum statistics_format {
    STATISTICS_NONE,
    STATISTICS_SPSS,
    STATISTICS_STATA,
    STATISTICS_SAS,
    STATISTICS_XPT
};

struct statistics {
    struct store *s;
    struct span span; /* where errors point */
    struct str path;
    struct arena texts;
    struct field_about *about; /* by column */
    uint32_t nfields;
    uint64_t nrows;
    struct scratch rows;
    struct csv csv;           /* over them */
    struct csv_field *fields; /* of the current row; right after opening, the header */
    uint64_t row;
    const char *flaw;
    enum status stopped;
};

bool statistics_is_built_in(void);
/* By the first bytes of a file. */
enum statistics_format statistics_format_of(const unsigned char *first, size_t n);
/* CSV_ROW, standing on the header; CSV_END where the file has no columns, or CSV_STOPPED with an
 * error told. statistics_close is due in every case. `path` ends in a zero byte. */
enum csv_result statistics_open(struct statistics *t, struct store *s, struct span span,
                                struct str path, enum statistics_format format);
enum csv_result statistics_next(struct statistics *t);
void statistics_close(struct statistics *t);

#endif
