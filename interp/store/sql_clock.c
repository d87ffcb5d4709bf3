/* The time as SQLite asks for it: `date('now')` is the day of the run that the host gave.
 *
 * A file system is asked for the time, so this is SQLite's own under another name, with another
 * clock. Files are opened, locked and written by what stands behind it. */
#include "store/sql_functions.h"
#include <stdio.h>

static const int64_t milliseconds_a_day = 86400000;

/* Milliseconds since noon in Greenwich on November 24, 4714 B.C. */
static int tell_time(sqlite3_vfs *files, sqlite3_int64 *out) {
    const struct sql_clock *clock = (const struct sql_clock *)files;
    if (!clock->today || !*clock->has_today)
        return SQLITE_ERROR;
    *out = *clock->today * milliseconds_a_day + 210866760000000;
    return SQLITE_OK;
}

static int tell_day(sqlite3_vfs *files, double *out) {
    sqlite3_int64 time = 0;
    int code = tell_time(files, &time);
    *out = (double)time / (double)milliseconds_a_day;
    return code;
}

bool sql_clock_open(struct sql_clock *clock, const int64_t *today, const bool *has_today) {
    const sqlite3_vfs *own = sqlite3_vfs_find(NULL);
    if (!own)
        return false;
    clock->files = *own;
    clock->today = today;
    clock->has_today = has_today;
    snprintf(clock->name, sizeof clock->name, "spoke-%p", (void *)clock);
    clock->files.pNext = NULL;
    clock->files.zName = clock->name;
    clock->files.xCurrentTime = tell_day;
    if (clock->files.iVersion >= 2)
        clock->files.xCurrentTimeInt64 = tell_time;
    clock->open = sqlite3_vfs_register(&clock->files, 0) == SQLITE_OK;
    return clock->open;
}

void sql_clock_close(struct sql_clock *clock) {
    if (clock->open)
        sqlite3_vfs_unregister(&clock->files);
    clock->open = false;
}
