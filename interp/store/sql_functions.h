/* What a query in SQL is given instead of SQLite's own functions and clock. */
#ifndef SPOKE_STORE_SQL_FUNCTIONS_H
#define SPOKE_STORE_SQL_FUNCTIONS_H

#include "base/base.h"
#include <sqlite3.h>

/* `random` and `randomblob` read the state, which lives as long as the connection. False: no
 * memory. */
bool sql_functions_register(sqlite3 *db, uint64_t *random_state);

/* SQLite's own file system, but that it is midnight of `*today` where `*has_today`; else nobody
 * knows the time. Stays where it is until the connection is closed. */
struct sql_clock {
    sqlite3_vfs files; /* must stay first */
    const int64_t *today;
    const bool *has_today;
    char name[40];
    bool open;
};
/* False: no memory. */
bool sql_clock_open(struct sql_clock *clock, const int64_t *today, const bool *has_today);
void sql_clock_close(struct sql_clock *clock);

#endif
