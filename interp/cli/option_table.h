/* The rows of the one table of commands and options: parsing, help, completions
 * for shells and the manual page are made from them. */
#ifndef SPOKE_CLI_OPTION_TABLE_H
#define SPOKE_CLI_OPTION_TABLE_H

#include "cli/options.h"

struct command_row {
    const char *name, *usage, *help;
    const char *further; /* lines behind its options; NULL: none */
};
extern const struct command_row commands[COMMAND_COUNT];

enum option {
    OPTION_STORE,
    OPTION_PARAM,
    OPTION_AS_OF,
    OPTION_FOREIGN,
    OPTION_RAW,
    OPTION_CODE,
    OPTION_FORMAT,
    OPTION_COLOR,
    OPTION_WIDTH,
    OPTION_ROWS,
    OPTION_THREADS,
    OPTION_RECORDS,
    OPTION_RECORDS_OF,
    OPTION_RULE,
    OPTION_TAG,
    OPTION_FAIL_ON,
    OPTION_OUT,
    OPTION_BASELINE,
    OPTION_WRITE_BASELINE,
    OPTION_PRUNE_BASELINE,
    OPTION_MAX_EVIDENCE,
    OPTION_SHOW_VALUES,
    OPTION_STRICT,
    OPTION_TIMEOUT,
    OPTION_LIST,
    OPTION_EXPLAIN,
    OPTION_SOURCE,
    OPTION_CHECK,
    OPTION_SAVE,
    OPTION_BECAUSE,
    OPTION_HELP,
    OPTION_VERSION,
    OPTION_COUNT
};

#define ON(command) (1u << (command))

struct option_row {
    const char *name; /* without dashes; NULL: only a letter */
    char letter;
    const char *argument; /* NULL: takes none */
    unsigned commands;
    const char *values; /* for completions: words, or "file" */
    const char *help;
};
extern const struct option_row options[OPTION_COUNT];

#endif
