/* The loadable extension: `.load spoke_segments` in the sqlite3 shell, or
 * sqlite3_load_extension, and any program reads tables that Spoke stores by columns.
 *
 * It is no part of the library; SQLite's rules for extensions ask for the one
 * variable here, through which it finds the program's SQLite. */
#include <sqlite3ext.h>
SQLITE_EXTENSION_INIT1

#include "store/segment_table.h"

__attribute__((visibility("default"))) int
sqlite3_spokesegments_init(sqlite3 *db, char **error, const sqlite3_api_routines *api);

int sqlite3_spokesegments_init(sqlite3 *db, char **error, const sqlite3_api_routines *api) {
    SQLITE_EXTENSION_INIT2(api);
    UNUSED(error);
    struct alloc *alloc = sqlite3_malloc(sizeof *alloc);
    if (!alloc)
        return SQLITE_NOMEM;
    alloc_init(alloc, NULL, NULL, 0);
    return segment_table_register(db, alloc, sqlite3_free);
}
