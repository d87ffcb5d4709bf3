/* One run of the program: its options, its terminal, the interpreter, and where
 * results go. */
#ifndef SPOKE_CLI_APP_H
#define SPOKE_CLI_APP_H

#include "cli/options.h"
#include "cli/held.h"
#include "cli/report.h"
#include "cli/terminal.h"
#include "cli/tests.h"
#include <time.h>

enum exit_status { EXIT_GOOD = 0, EXIT_BAD = 1, EXIT_UNJUDGED = 2, EXIT_INTERRUPTED = 130 };

/* What is on the progress line of the terminal. */
struct progress {
    char what[64];
    struct timespec since, drawn;
    bool running, visible;
};

struct app {
    const struct options *options;
    struct terminal terminal;
    spoke *sp;
    struct progress progress;
    const char *format; /* of results */
    bool silent;        /* results are not wanted: check */
    bool prompt;        /* a person is typing */
    bool tells_skipped; /* said once that pictures do not fit the format */
    FILE *once;         /* the next result goes here; owned */
    struct bytes once_format;
    bool write_failed;
    struct report *report; /* of check; rules and findings are kept there; borrowed */
    struct held *held;     /* of check --records; borrowed */
    uint64_t refused;      /* ... records that are none */
    bool unreadable;       /* ... their file could not be read to its end */
    bool cut_short;        /* ... the last of them may be half there */
    struct tests *tests;   /* of test; borrowed */
    size_t diags_taken;    /* of check; so many diagnostics of this call are in the report */
};

/* Opens the interpreter as the options want it: store (`mode` is SPOKE_STORE_*), params, day, sink.
 * EXIT_GOOD, or a message was printed. */
int app_open(struct app *app, const struct options *o, uint32_t capabilities, int mode);
/* Closes it; turns a result that could not be written into a failure. */
int app_close(struct app *app, int status);
/* What `today` is, in days since 1970-01-01. */
int32_t app_today(const struct options *o);
/* Seconds of a clock that only goes on. */
double app_clock(void *user);
/* Checks --format: of results. */
bool app_check_format(const char *format);

/* "spoke: message", and the exit status for misuse. */
int app_complain(const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 1, 2)))
#endif
    ;
/* The diagnostics of the last call on stderr, or what the status means when there are none. */
void app_report(struct app *app, spoke_status status);
/* Exit status of a script that ended so. */
int app_exit_status(spoke_status status);
/* All declared names on stdout. */
spoke_status app_list_names(struct app *app);
/* The whole of a file, or of stdin for "-"; `name` is what messages call it. */
int app_read(const char *path, struct bytes *text, const char **name);

/* ---- sink.c: results, notes, progress ---- */
const spoke_sink *sink_table(void);
/* A spoke_write_fn; user is a FILE. */
int sink_file_write(void *user, const char *p, size_t n);
void sink_clear_progress(struct app *app);
/* Reads the size of the terminal anew. */
void sink_fit(struct app *app);

/* ---- check.c ---- */
/* Keeps a rule, with the errors that came while it was judged. Nonzero: out of memory. */
int check_take_rule(struct app *app, const spoke_rule_result *result);

/* ---- the commands; each gives the exit status ---- */
int command_run(const struct options *o);
int command_check(const struct options *o);
int command_test(const struct options *o);
int command_fmt(const struct options *o);
int command_dump(const struct options *o);
int command_doc(const struct options *o);
int command_export(const struct options *o);
int command_explain(const struct options *o);
int command_complete(const struct options *o);
int command_lsp(const struct options *o);
int command_prompt(const struct options *o);
/* Runs one text after the other until one fails. */
int run_files(const struct options *o, const char *const *files, size_t n);

#endif
