/* Ctrl-C and changes of the terminal's size. */
#ifndef SPOKE_CLI_SIGNALS_H
#define SPOKE_CLI_SIGNALS_H

#include "api/spoke.h"
#include <stdbool.h>

/* From now on Ctrl-C stops what `sp` does: the first press interrupts it, the second says so, the
 * third leaves at once. */
void signals_catch(spoke *sp);
/* What ends programs from outside (SIGTERM, SIGHUP) stops the work like Ctrl-C from now on: for
 * those who have reports to leave whole. */
void signals_catch_end(void);
/* Back to what the system does; before spoke_close. */
void signals_release(void);
/* Stops what runs after so many seconds, as Ctrl-C does. */
void signals_limit(unsigned seconds);
/* Whether that time is over. */
bool signals_timed_out(void);
/* Work begins: presses are counted anew. At a prompt (false) a press is only remembered. */
void signals_working(bool working);
/* Whether Ctrl-C was pressed since the last call. */
bool signals_taken(void);
/* As above, for a changed size of the terminal. */
bool signals_resized(void);
void signals_watch_size(void);

#endif
