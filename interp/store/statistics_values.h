/* From numbers of statistics programs to the texts of fields. */
#ifndef SPOKE_STORE_STATISTICS_VALUES_H
#define SPOKE_STORE_STATISTICS_VALUES_H

#include "base/buf.h"
#include "store/statistics.h"

enum statistics_kind { /* of a numeric column */
                       KIND_NUMBER,
                       KIND_DAYS,    /* dates in days since 1960 */
                       KIND_SECONDS, /* datetimes in seconds since 1960 */
                       KIND_MILLISECONDS,
                       KIND_GREGORIAN_DAYS, /* dates in seconds since 1582-10-14 */
                       KIND_GREGORIAN_SECONDS,
                       KIND_DURATION, /* in seconds */
                       KIND_MONTHS,   /* since 1960 */
                       KIND_QUARTERS,
                       KIND_GREGORIAN_MONTHS, /* in seconds, too */
                       KIND_GREGORIAN_QUARTERS
};

/* By the format that the column is shown in, "DATE9", "%td". */
enum statistics_kind statistics_kind_of(const char *format, enum statistics_format file);
/* The type that values of that kind have as fields; TY_VOID: they tell themselves. */
enum type_kind statistics_type_of(enum statistics_kind kind);
/* Whole numbers without a point; what no day or period has as its number stays a number. */
void statistics_put(struct buf *out, double x, enum statistics_kind kind);
/* The shortest number that is the same in single precision. */
void statistics_put_single(struct buf *out, float x);

#endif
