/* Reading through the functions by which SQLite reaches files. */
#include "store/file_head.h"
#include <sqlite3.h>

static int read_head(sqlite3_file *file, unsigned char *head) {
    sqlite3_int64 size = 0;
    if (file->pMethods->xFileSize(file, &size) != SQLITE_OK)
        return -1;
    int n = size < FILE_HEAD ? (int)size : FILE_HEAD;
    return file->pMethods->xRead(file, head, n, 0) == SQLITE_OK ? n : -1;
}

/* xOpen follows no links, and asks a database's name for parameters, which stand behind it. */
static const char *whole_name(sqlite3_vfs *system, const char *path) {
    char *whole = sqlite3_malloc(system->mxPathname + 1);
    const char *name = NULL;
    int code =
        whole ? system->xFullPathname(system, path, system->mxPathname + 1, whole) : SQLITE_NOMEM;
    if (code == SQLITE_OK || code == SQLITE_OK_SYMLINK)
        name = sqlite3_create_filename(whole, "", "", 0, NULL);
    sqlite3_free(whole);
    return name;
}

int file_head(const char *path, unsigned char *head) {
    sqlite3_vfs *system = sqlite3_initialize() == SQLITE_OK ? sqlite3_vfs_find(NULL) : NULL;
    sqlite3_file *file = system ? sqlite3_malloc(system->szOsFile) : NULL;
    const char *name = file ? whole_name(system, path) : NULL;
    int n = -1;
    if (name) {
        int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB;
        memset(file, 0, (size_t)system->szOsFile);
        if (system->xOpen(system, name, file, flags, NULL) == SQLITE_OK)
            n = read_head(file, head);
        if (file->pMethods)
            file->pMethods->xClose(file);
        sqlite3_free_filename((char *)(uintptr_t)name);
    }
    sqlite3_free(file);
    return n;
}

bool file_head_is_database(const unsigned char *head, int n) {
    return n == FILE_HEAD && memcmp(head, "SQLite format 3", 16) == 0;
}
