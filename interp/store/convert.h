/* From a field of a file to a value of a column. */
#ifndef SPOKE_STORE_CONVERT_H
#define SPOKE_STORE_CONVERT_H

#include "base/day.h"
#include "check/symbols.h"
#include "store/csv.h"

struct cell {
    bool missing;
    union {
        int64_t i; /* int, bool, date, datetime, period, duration */
        double f;
    };
    struct str text; /* borrowed from the field; a ratio's is in `pair` */
    char pair[48];   /* "n/d" as it is stored */
};

/* The field as a value of `kind` (of a stored type), with the column's codes for missing; no
 * domains. False: it is none. */
bool convert_value(const struct calendar *calendar, const struct table_column *c,
                   enum type_kind kind, const struct csv_field *f, struct cell *out);
/* As convert_value for a column that is no reference, with its domain. False:
 * `reason` says why the row is refused. */
bool convert_field(const struct calendar *calendar, const struct table_column *c,
                   const struct csv_field *f, struct cell *out, struct buf *reason);
/* Whether the column may hold the value; `shown` is how it was written. False: see `reason`. */
bool convert_fits(const struct table_column *c, const struct cell *cell, struct str shown,
                  struct buf *reason);
/* "`grade` is missing" */
void reason_missing(struct buf *reason, const struct table_column *c);
/* The field's text, quoted and cut to what a reader can take in. */
void put_shown(struct buf *out, struct str text);
/* Any bytes as valid UTF-8 of at most `most` bytes. */
void put_clean(struct buf *out, struct str text, size_t most);

#endif
