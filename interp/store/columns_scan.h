/* The batch source over a table stored by columns. Rows come in the order of the stored key. */
#ifndef SPOKE_STORE_COLUMNS_SCAN_H
#define SPOKE_STORE_COLUMNS_SCAN_H

#include "store/columns.h"

enum status columns_scan(struct store *store, const struct plan *plan, const struct exec_env *env,
                         const struct relation *self, struct row_source **out);

#endif
