/* Which field of a file belongs to which column of a table. */
#ifndef SPOKE_STORE_HEADERS_H
#define SPOKE_STORE_HEADERS_H

#include "store/records.h"

/* fields[i] becomes the number of column i's field, or -1 where the file has
 * none and the column may be missing. Otherwise E0503 with both sides. `r` stands
 * on the header. */
enum status headers_match(struct store *s, struct span span, const struct table *t,
                          const struct records *r, int *fields);
/* A header without blanks round it. */
struct str header_text(const struct csv_field *f);

#endif
