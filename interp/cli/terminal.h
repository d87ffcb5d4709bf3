/* What the person's terminal is and can show. */
#ifndef SPOKE_CLI_TERMINAL_H
#define SPOKE_CLI_TERMINAL_H

#include "cli/options.h"

struct terminal {
    bool in, out, err; /* these streams are a terminal */
    bool colour_out, colour_err;
    bool unicode;
};
struct terminal terminal_find(enum colour_choice colour);
/* Columns and lines of the terminal behind a file descriptor; 80 and 24 when unknown. */
int terminal_width(int fd);
int terminal_height(int fd);
/* Writes a text to standard output, ending its last line. On a terminal lines that are too long for
 * it go on below, two columns further in, and no word of theirs is torn. */
void terminal_prose(const struct terminal *t, const char *text);

#endif
