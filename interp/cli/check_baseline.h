/* The baseline of `spoke check`: read before, written after. */
#ifndef SPOKE_CLI_CHECK_BASELINE_H
#define SPOKE_CLI_CHECK_BASELINE_H

#include "cli/app.h"

/* Reads the file of --baseline, or begins a new one. EXIT_GOOD, or a message was printed. */
int check_baseline_read(const struct options *o, struct baseline *baseline);
/* All rules were judged: says what in it is idle, and writes or prunes it. */
int check_baseline_end(struct app *app);

#endif
