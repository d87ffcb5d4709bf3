/* Files that are whole at every moment: the new contents are written beside the
 * old file and take its place at once. Links are followed, modes kept. */
#ifndef SPOKE_CLI_REPLACE_H
#define SPOKE_CLI_REPLACE_H

#include "cli/bytes.h"
#include <sys/types.h>

struct replacement {
    struct bytes path, beside; /* `beside` empty: no file of the usual kind, written as it is */
    int file;
    mode_t mode;
};
/* Makes sure that the file can be written; `exists`: it must be there already. On false errno says
 * why not, and there is nothing to end. */
bool replace_begin(struct replacement *r, const char *path, bool exists);
/* Writes the contents and puts them in place; false: errno says why not, and the old file is as it
 * was. `text` NULL: nothing is changed. */
bool replace_end(struct replacement *r, const struct bytes *text);

#endif
