/* Segments as rows for SQL: the virtual table module `spoke_segments`.
 *
 * "spoke$x" USING spoke_segments shows the rows of table x in the order of its
 * key; USING spoke_segments('x') does under any name. Reading only: a store's
 * rows change by imports. */
#ifndef SPOKE_STORE_SEGMENT_TABLE_H
#define SPOKE_STORE_SEGMENT_TABLE_H

#include "store/segments.h"

/* `alloc` is used while the connection lives; `drop` (NULL: nothing) is told when it no longer is.
 * A code of SQLite. */
int segment_table_register(sqlite3 *db, struct alloc *alloc, void (*drop)(void *alloc));

#endif
