/* The first bytes of a file, read through SQLite. A process that opens and closes a file by itself
 * loses every lock that it holds on it (POSIX), and the program around us may have the same
 * database open; SQLite knows its own locks, and closes when they are gone. */
#ifndef SPOKE_STORE_FILE_HEAD_H
#define SPOKE_STORE_FILE_HEAD_H

#include "base/base.h"

enum { FILE_HEAD = 100 }; /* what a database has in front */

/* How many of the first FILE_HEAD bytes there are; -1: the file cannot be read. Only of regular
 * files. */
int file_head(const char *path, unsigned char *head);
/* Whether they are of an SQLite database. */
bool file_head_is_database(const unsigned char *head, int n);

#endif
