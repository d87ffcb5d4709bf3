/* Columns of lists: from fields of files to stored JSON, and the views that
 * show their items as rows. */
#ifndef SPOKE_STORE_ITEMS_H
#define SPOKE_STORE_ITEMS_H

#include "store/import.h"

/* The field as a list, into `list` (whose `failed` the caller looks at) and the cell; false:
 * `reason` says which item is refused. Each item counts once, blanks round it do not count, and
 * what stands in brackets is JSON. */
bool items_convert(const struct import *m, const struct table_column *c, struct str field,
                   struct buf *list, struct buf *reason, struct cell *cell);
/* The next item of a field that is split, without blanks round it. False: there is none left. */
bool items_split(struct str *rest, struct str split, struct str *item);
/* Makes the view "spoke$table.column" of the items as they are stored. */
void items_put_view(struct buf *out, const struct table *items);
/* After rows were taken from the table of the import: whether lists still hold them (E0510). */
enum status items_check_replaced(struct import *m);

#endif
