/* What is to be judged: scripts, and folders of them. */
#ifndef SPOKE_CLI_SUITE_H
#define SPOKE_CLI_SUITE_H

#include "cli/app.h"

/* Gives each script's text to `load`, a folder's *.spoke in order of their names, until one gives
 * another status than EXIT_GOOD. */
typedef int suite_load_fn(struct app *app, const char *name, const struct bytes *text);
int suite_load(struct app *app, suite_load_fn *load);
/* Refuses to read two things from stdin, of which the second would be empty. */
int suite_check_stdin(const struct options *o);
/* The name of it all for reports: that of the first script or folder, on one line. */
void suite_name(const struct options *o, struct bytes *out);

#endif
