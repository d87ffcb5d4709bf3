/* The reports of one run: each a format and where it goes. Files are opened
 * before anything is judged, so that nobody waits for a report that cannot be
 * written, and are put in place whole when all is known. */
#ifndef SPOKE_CLI_OUTPUTS_H
#define SPOKE_CLI_OUTPUTS_H

#include "cli/options.h"
#include "cli/replace.h"

struct output {
    spoke_text format;
    const char *path; /* "-": stdout */
    struct replacement file;
    bool open;
};

struct outputs {
    struct output *at;
    size_t n;
};
/* The output for stdout, which --format names, or --out with the path "-", or is `usual`; then those
 * of --out. `formats`, n of them, are all there are. None may go where another one goes, or where
 * something is that is judged. EXIT_GOOD, or a message was printed. */
int outputs_open(struct outputs *outputs, const struct options *o, const char *usual,
                 const char *const *formats, size_t n);
/* Writes the text of one; false: a message was printed. */
bool outputs_write(struct output *output, const struct bytes *text);
/* Those that were not written leave no file behind. */
void outputs_close(struct outputs *outputs);

#endif
