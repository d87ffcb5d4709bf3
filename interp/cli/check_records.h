/* `spoke check --records`: rules over rows that another program hands in. */
#ifndef SPOKE_CLI_CHECK_RECORDS_H
#define SPOKE_CLI_CHECK_RECORDS_H

#include "cli/app.h"

/* Judges the records of the file or of stdin, with findings and verdicts in the app's report. */
spoke_status check_records(struct app *app, const spoke_check_options *options);
/* Whether diagnostics say only how much was not judged, which the report tells one by one. */
bool check_records_told(struct app *app);
/* A record that is none becomes a problem of the report. Nonzero: out of memory. */
int check_take_refused(struct app *app, uint64_t line, spoke_text reason);

#endif
