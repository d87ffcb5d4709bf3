/* The rows of an import before they are stored, as the rows of their table: for
 * `import ... where`. */
#ifndef SPOKE_STORE_STAGED_SCAN_H
#define SPOKE_STORE_STAGED_SCAN_H

#include "store/import.h"

/* For store_scan, while rows of the plan's table are staged: all of them, in the file's order. */
enum status staged_scan(struct store *s, const struct plan *plan, const struct exec_env *env,
                        struct row_source **out);
/* Drops the staged rows that are not wanted, and counts those of which that is not known. */
enum status staged_filter(struct import *m, const struct import_order *order);

#endif
