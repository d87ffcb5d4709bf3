/* The one table of commands and options: parsing, help and completions all
 * come from it. Parsed texts are borrowed from argv. */
#ifndef SPOKE_CLI_OPTIONS_H
#define SPOKE_CLI_OPTIONS_H

#include "cli/bytes.h"

enum command {
    COMMAND_OPEN, /* no command: the prompt, a store or a script */
    COMMAND_RUN,
    COMMAND_CHECK,
    COMMAND_TEST,
    COMMAND_FMT,
    COMMAND_DUMP,
    COMMAND_DOC,
    COMMAND_EXPLAIN,
    COMMAND_COMPLETE,
    COMMAND_LSP,
    COMMAND_EXPORT,
    COMMAND_COMPLETIONS,
    COMMAND_MANUAL,
    COMMAND_HELP,
    COMMAND_VERSION,
    COMMAND_COUNT
};

enum colour_choice { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };
enum fail_on { FAIL_ON_ERROR, FAIL_ON_WARN, FAIL_ON_NEVER };

/* An option that may be given several times. */
struct option_list {
    const char **at;
    size_t n;
};

struct options {
    enum command command;
    const char *store, *code, *format;
    const char *rows_file; /* of export --rows */
    struct option_list params, rules, tags, outs, files;
    bool has_as_of;
    int32_t as_of; /* days since 1970-01-01 */
    enum colour_choice colour;
    int width;      /* -1: not given */
    long long rows; /* -1: not given */
    long long max_evidence;
    long long threads; /* 0: as many as there are processors */
    long long timeout; /* seconds; 0: none */
    enum fail_on fail_on;
    const char *baseline, *explain;   /* of check: a file, a rule */
    const char *records, *records_of; /* of check: a file or "-", a table */
    const char *because;              /* of run --save */
    bool write_baseline, prune_baseline, show_values, strict;
    bool list, source, check, raw, save, help, version;
};

/* false: a message is in `error`, to be followed by exit status 2. */
bool options_parse(struct options *o, int argc, char **argv, struct bytes *error);
void options_free(struct options *o);

/* Help of one command, or of the program for COMMAND_OPEN. */
void options_help(struct bytes *out, enum command command);
/* The manual page, for man. */
void options_manual(struct bytes *out);
/* For bash, zsh or fish; false: no such shell. */
bool options_completions(struct bytes *out, const char *shell);
/* The nearest command name, or NULL. */
const char *options_nearest_command(const char *word);

/* Of `names` the one most like the word, or NULL when none is close. */
const char *nearest_name(const char *word, const char *const *names, size_t n);

#endif
