/* Fields that are more than their text: what formats tell apart which a CSV file
 * cannot write, and what is no value of any column. */
#ifndef SPOKE_STORE_MARKED_H
#define SPOKE_STORE_MARKED_H

#include "store/convert.h"

enum { PERCENT_ROOM = 64 };

/* A field that is neither FIELD_TEXT nor FIELD_PERCENT, for any column: a code that means missing,
 * or false, and `reason` says why the row is refused. */
bool convert_marked(const struct calendar *calendar, const struct table_column *c,
                    const struct csv_field *f, struct cell *out, struct buf *reason);
/* A FIELD_PERCENT as the column wants it: 0.125 for plain numbers, "12.5%" for shares and texts,
 * 12.5 where the unit is a percentage. Its text may lie in `room`. */
struct csv_field percent_field(const struct table_column *c, const struct csv_field *f,
                               char room[PERCENT_ROOM]);

#endif
