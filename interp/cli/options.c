/* Commands and options.
 *
 * Options may stand anywhere; whether a command takes them is judged at the
 * end, when the command is known. The first word that is no option is the
 * command if it is the name of one. */
#include "cli/days.h"
#include "cli/option_table.h"
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

const struct command_row commands[COMMAND_COUNT] = {
    [COMMAND_OPEN] = {"", "spoke [STORE | FILE...]", "", NULL},
    [COMMAND_RUN] = {"run", "spoke run FILE... | - | -c CODE", "run scripts", NULL},
    [COMMAND_CHECK] = {"check", "spoke check [FILE | FOLDER]... --store STORE",
                       "judge the rules of scripts",
                       "Reports: text (usual), concise, json, sarif, junit, tap, github.\n"
                       "Exit status: 0 nothing found, 1 findings, 2 not judged, 130 interrupted.\n"},
    [COMMAND_TEST] = {"test", "spoke test [FILE | FOLDER]...", "run the tests of scripts",
                      "Reports: text (usual), tap, junit.\n"
                      "Exit status: 0 all passed, 1 one failed, 2 not run, 130 interrupted.\n"},
    [COMMAND_FMT] = {"fmt", "spoke fmt [--check] FILE... | -",
                     "lay out scripts in the house style", NULL},
    [COMMAND_DUMP] = {"dump", "spoke dump tokens|tree|types|bytecode|plan|sql FILE",
                      "show what a script becomes", NULL},
    [COMMAND_DOC] = {"doc", "spoke doc [NAME]", "help on a function, table or error", NULL},
    [COMMAND_EXPLAIN] = {"explain", "spoke explain [CODE]", "explain an error code", NULL},
    [COMMAND_COMPLETE] = {"complete", "spoke complete FILE:LINE:COLUMN",
                          "what may stand at a place of a script, as JSON", NULL},
    [COMMAND_LSP] = {"lsp", "spoke lsp", "the language server, for editors", NULL},
    [COMMAND_EXPORT] = {"export", "spoke export --rows FILE --store STORE",
                        "write a store as a plain database", NULL},
    [COMMAND_COMPLETIONS] = {"completions", "spoke completions bash|zsh|fish",
                             "completion script for a shell", NULL},
    [COMMAND_MANUAL] = {"manual", "spoke manual", "the manual page: spoke manual | man -l -", NULL},
    [COMMAND_HELP] = {"help", "spoke help [COMMAND]", "this text, or that of a command", NULL},
    [COMMAND_VERSION] = {"version", "spoke version", "print the version", NULL},
};

#define ON_CHECKS (ON(COMMAND_CHECK) | ON(COMMAND_TEST))
#define ON_SESSIONS                                                                                \
    (ON(COMMAND_OPEN) | ON(COMMAND_RUN) | ON_CHECKS | ON(COMMAND_DUMP) | ON(COMMAND_DOC) |         \
     ON(COMMAND_COMPLETE) | ON(COMMAND_LSP))
#define ON_RESULTS (ON(COMMAND_OPEN) | ON(COMMAND_RUN))
#define ON_ALL ((1u << COMMAND_COUNT) - 1)

const struct option_row options[OPTION_COUNT] = {
    [OPTION_STORE] = {"store", 0, "STORE", ON_SESSIONS | ON(COMMAND_EXPORT), "file",
                      "the store to use"},
    [OPTION_PARAM] = {"param", 0, "NAME=VALUE", ON_SESSIONS, NULL, "value of a `param`"},
    [OPTION_AS_OF] = {"as-of", 0, "DATE", ON_SESSIONS, NULL, "what `today` is; YYYY-MM-DD"},
    [OPTION_FOREIGN] = {"foreign", 0, "LIB[:FN]", ON_RESULTS | ON_CHECKS, NULL,
                        "allow calls of this C library or function; repeatable"},
    [OPTION_RAW] = {"raw", 0, NULL, ON_RESULTS | ON(COMMAND_CHECK) | ON(COMMAND_EXPORT), NULL,
                    "allow rows of tables with `suppress`"},
    [OPTION_CODE] = {NULL, 'c', "CODE", ON_RESULTS | ON_CHECKS | ON(COMMAND_DUMP), NULL,
                     "take this text as the script, after FILEs"},
    [OPTION_FORMAT] =
        {"format", 0, "FORMAT", ON_RESULTS | ON_CHECKS,
         "box table csv tsv json jsonl markdown html latex line text concise sarif junit tap "
         "github",
         "of results, or of the report of check and test"},
    [OPTION_COLOR] = {"color", 0, "WHEN", ON_SESSIONS, "auto always never",
                      "auto, always or never"},
    [OPTION_WIDTH] = {"width", 0, "COLUMNS", ON_RESULTS, NULL, "width of tables and charts"},
    [OPTION_ROWS] = {"rows", 0, "N", ON_RESULTS | ON(COMMAND_EXPORT), NULL,
                     "rows to show, 0 for all; of export: the file to write"},
    [OPTION_THREADS] = {"threads", 0, "N", ON_RESULTS | ON_CHECKS, NULL,
                        "threads to work on a question; 0, the usual: all"},
    [OPTION_RECORDS] = {"records", 0, "FILE", ON(COMMAND_CHECK), "file",
                        "judge JSON records of FILE, or - for stdin"},
    [OPTION_RECORDS_OF] = {"records-of", 0, "TABLE", ON(COMMAND_CHECK), NULL,
                           "with --records: what they are rows of"},
    [OPTION_RULE] = {"rule", 0, "GLOB", ON(COMMAND_CHECK), NULL,
                     "judge only rules of such a name; repeatable"},
    [OPTION_TAG] = {"tag", 0, "TAG", ON(COMMAND_CHECK), NULL,
                    "judge only rules with such a tag; repeatable"},
    [OPTION_FAIL_ON] = {"fail-on", 0, "SEVERITY", ON(COMMAND_CHECK), "error warn never",
                        "error (usual), warn or never: what exit status 1 takes"},
    [OPTION_OUT] = {"out", 0, "FORMAT=PATH", ON_CHECKS, NULL, "write another report; repeatable"},
    [OPTION_BASELINE] = {"baseline", 0, "FILE", ON(COMMAND_CHECK), "file",
                         "findings that it knows do not fail"},
    [OPTION_WRITE_BASELINE] = {"write-baseline", 0, NULL, ON(COMMAND_CHECK), NULL,
                               "put all findings into the baseline"},
    [OPTION_PRUNE_BASELINE] = {"prune-baseline", 0, NULL, ON(COMMAND_CHECK), NULL,
                               "drop what is not found any more from it"},
    [OPTION_MAX_EVIDENCE] = {"max-evidence", 0, "N", ON(COMMAND_CHECK), NULL,
                             "findings shown per rule; 20, 0 for all"},
    [OPTION_SHOW_VALUES] = {"show-values", 0, NULL, ON(COMMAND_CHECK), NULL,
                            "messages with values, not only with keys"},
    [OPTION_STRICT] = {"strict", 0, NULL, ON(COMMAND_CHECK), NULL,
                       "exit status 2 also for empty rules, idle baselines"},
    [OPTION_TIMEOUT] = {"timeout", 0, "TIME", ON_CHECKS, NULL,
                        "stop after so long: 90s, 5m, 1h; exit status 2"},
    [OPTION_LIST] = {"list", 0, NULL, ON_CHECKS, NULL, "list the rules or tests, judge nothing"},
    [OPTION_EXPLAIN] = {"explain", 0, "RULE", ON(COMMAND_CHECK), NULL,
                        "say what a rule means, judge nothing"},
    [OPTION_SOURCE] = {"source", 0, NULL, ON(COMMAND_DOC), NULL, "show the declaration instead"},
    [OPTION_CHECK] = {"check", 0, NULL, ON(COMMAND_FMT), NULL,
                      "list the files that would change, change none"},
    [OPTION_SAVE] = {"save", 0, NULL, ON(COMMAND_RUN), NULL,
                     "then save the definitions in the store's catalogue"},
    [OPTION_BECAUSE] = {"because", 0, "TEXT", ON(COMMAND_RUN), NULL,
                        "with --save: why they are as they are"},
    [OPTION_HELP] = {"help", 'h', NULL, ON_ALL, NULL, "this text; of a script: its params"},
    [OPTION_VERSION] = {"version", 0, NULL, ON(COMMAND_OPEN) | ON(COMMAND_VERSION), NULL,
                        "print the version"},
};

/* ---- names that are nearly right ---- */

/* Letters changed, added, left out or swapped; words above MOST letters count as unlike. */
static size_t distance(const char *a, const char *b) {
    enum { MOST = 32 };
    size_t n = strlen(a), m = strlen(b);
    if (n >= MOST || m >= MOST) {
        return MOST;
    }
    size_t rows[3][MOST + 1];
    for (size_t j = 0; j <= m; j++) {
        rows[0][j] = j;
    }
    for (size_t i = 1; i <= n; i++) {
        size_t *now = rows[i % 3], *last = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t best = last[j - 1] + (a[i - 1] != b[j - 1]);
            best = last[j] + 1 < best ? last[j] + 1 : best;
            best = now[j - 1] + 1 < best ? now[j - 1] + 1 : best;
            bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            now[j] = swapped && before[j - 2] + 1 < best ? before[j - 2] + 1 : best;
        }
    }
    return rows[n % 3][m];
}

const char *nearest_name(const char *word, const char *const *names, size_t n) {
    const char *best = NULL;
    size_t least = strlen(word) / 3 + 2;
    for (size_t i = 0; i < n; i++) {
        size_t d = names[i] ? distance(word, names[i]) : least;
        if (d < least) {
            least = d;
            best = names[i];
        }
    }
    return best;
}

const char *options_nearest_command(const char *word) {
    const char *names[COMMAND_COUNT];
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        names[i] = i == COMMAND_OPEN ? NULL : commands[i].name;
    }
    return nearest_name(word, names, COMMAND_COUNT);
}

static const char *nearest_option(const char *word) {
    const char *names[OPTION_COUNT];
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        names[i] = options[i].name;
    }
    return nearest_name(word, names, OPTION_COUNT);
}

/* ---- values ---- */

static bool parse_number(const char *text, long long most, long long *out) {
    char *end;
    errno = 0;
    long long n = strtoll(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end || errno || n > most) {
        return false;
    }
    *out = n;
    return true;
}

/* Seconds, with or without a unit: 90, 90s, 5m, 1h. */
static bool parse_time(const char *text, long long *out) {
    enum { MOST_DIGITS = 7, MOST_SECONDS = 7 * 24 * 3600 };
    static const char units[] = "smh";
    char number[MOST_DIGITS + 1] = {0};
    size_t n = strspn(text, "0123456789");
    if (n == 0 || n > MOST_DIGITS || (text[n] && (!strchr(units, text[n]) || text[n + 1]))) {
        return false;
    }
    memcpy(number, text, n);
    long long unit = text[n] == 'h' ? 3600 : text[n] == 'm' ? 60 : 1;
    return parse_number(number, MOST_SECONDS, out) && (*out *= unit) > 0 && *out <= MOST_SECONDS;
}

/* The number of the word in a list of words, or -1. */
static int choose(const char *text, const char *const *words, int n) {
    for (int i = 0; i < n; i++) {
        if (strcmp(text, words[i]) == 0) {
            return i;
        }
    }
    return -1;
}

static bool add(struct option_list *list, const char *text) {
    const char **at = realloc(list->at, (list->n + 1) * sizeof *at);
    if (!at) {
        return false;
    }
    list->at = at;
    list->at[list->n++] = text;
    return true;
}

static bool set_width(struct options *o, const char *value) {
    long long n = 0;
    bool good = parse_number(value, 100000, &n);
    o->width = (int)n;
    return good;
}

static bool set_colour(struct options *o, const char *value) {
    static const char *const words[] = {"auto", "always", "never"};
    int i = choose(value, words, 3);
    o->colour = (enum colour_choice)(i < 0 ? 0 : i);
    return i >= 0;
}

static bool set_fail_on(struct options *o, const char *value) {
    static const char *const words[] = {"error", "warn", "never"};
    int i = choose(value, words, 3);
    o->fail_on = (enum fail_on)(i < 0 ? 0 : i);
    return i >= 0;
}

/* false: the value is not one the option can have. */
static bool set_option(struct options *o, enum option option, const char *value) {
    switch (option) {
    case OPTION_STORE:
        o->store = value;
        return value[0] != '\0';
    case OPTION_PARAM:
        return strchr(value, '=') && value[0] != '=' && add(&o->params, value);
    case OPTION_AS_OF:
        o->has_as_of = true;
        return day_parse_text(value, &o->as_of);
    case OPTION_FOREIGN:
        return value[0] && add(&o->foreign, value);
    case OPTION_RAW:
        o->raw = true;
        return true;
    case OPTION_CODE:
        o->code = value;
        return true;
    case OPTION_FORMAT:
        o->format = value;
        return true;
    case OPTION_COLOR:
        return set_colour(o, value);
    case OPTION_WIDTH:
        return set_width(o, value);
    case OPTION_ROWS:
        o->rows_file = value;
        return o->command == COMMAND_EXPORT || parse_number(value, INT32_MAX, &o->rows);
    case OPTION_THREADS:
        return parse_number(value, 1024, &o->threads);
    case OPTION_RECORDS:
        o->records = value;
        return value[0] != '\0';
    case OPTION_RECORDS_OF:
        o->records_of = value;
        return value[0] != '\0';
    case OPTION_RULE:
        return add(&o->rules, value);
    case OPTION_TAG:
        return value[0] != '\0' && add(&o->tags, value);
    case OPTION_FAIL_ON:
        return set_fail_on(o, value);
    case OPTION_OUT:
        return strchr(value, '=') && add(&o->outs, value);
    case OPTION_MAX_EVIDENCE:
        return parse_number(value, INT32_MAX, &o->max_evidence);
    case OPTION_BASELINE:
        o->baseline = value;
        return value[0] != '\0';
    case OPTION_WRITE_BASELINE:
        o->write_baseline = true;
        return true;
    case OPTION_PRUNE_BASELINE:
        o->prune_baseline = true;
        return true;
    case OPTION_SHOW_VALUES:
        o->show_values = true;
        return true;
    case OPTION_STRICT:
        o->strict = true;
        return true;
    case OPTION_TIMEOUT:
        return parse_time(value, &o->timeout);
    case OPTION_LIST:
        o->list = true;
        return true;
    case OPTION_EXPLAIN:
        o->explain = value;
        return value[0] != '\0';
    case OPTION_SOURCE:
        o->source = true;
        return true;
    case OPTION_CHECK:
        o->check = true;
        return true;
    case OPTION_SAVE:
        o->save = true;
        return true;
    case OPTION_BECAUSE:
        o->because = value;
        return true;
    case OPTION_HELP:
        o->help = true;
        return true;
    case OPTION_VERSION:
        o->version = true;
        return true;
    case OPTION_COUNT:
        break;
    }
    return false;
}

/* ---- parsing ---- */

struct parse {
    struct options *o;
    int argc, at;
    char **argv;
    bool seen[OPTION_COUNT];
    bool has_command;
    struct bytes *error;
};

/* "--store=x": the option and where its value starts (NULL: no `=`). */
static enum option find_option(const char *word, const char **value) {
    if (word[1] != '-') {
        *value = word[1] && word[2] ? word + 2 : NULL;
        for (int i = 0; i < OPTION_COUNT; i++) {
            if (options[i].letter && options[i].letter == word[1]) {
                return (enum option)i;
            }
        }
        return OPTION_COUNT;
    }
    size_t n = strcspn(word + 2, "=");
    *value = word[2 + n] ? word + 2 + n + 1 : NULL;
    /* Both spellings are common. */
    if (n == 6 && strncmp(word + 2, "colour", n) == 0) {
        return OPTION_COLOR;
    }
    for (int i = 0; i < OPTION_COUNT; i++) {
        const char *name = options[i].name;
        if (name && strlen(name) == n && strncmp(name, word + 2, n) == 0) {
            return (enum option)i;
        }
    }
    return OPTION_COUNT;
}

static bool say_unknown(struct parse *p, const char *word) {
    const char *near = nearest_option(word + (word[1] == '-' ? 2 : 1));
    bytes_printf(p->error, "there is no option `%s`", word);
    if (near) {
        bytes_printf(p->error, "; did you mean `--%s`?", near);
    }
    return false;
}

static bool parse_option(struct parse *p, const char *word) {
    const char *value;
    enum option option = find_option(word, &value);
    if (option == OPTION_COUNT) {
        return say_unknown(p, word);
    }
    const struct option_row *row = &options[option];
    if (!row->argument && value) {
        bytes_printf(p->error, "`%s` takes no value", word);
        return false;
    }
    if (row->argument && !value) {
        if (p->at == p->argc) {
            bytes_printf(p->error, "`%s` needs a value: %s", word, row->argument);
            return false;
        }
        value = p->argv[p->at++];
    }
    p->seen[option] = true;
    if (!set_option(p->o, option, value)) {
        bytes_printf(p->error, "`%s` is no value for `%s%s %s`: %s", value, row->name ? "--" : "-",
                     row->name ? row->name : "c", row->argument, row->help);
        return false;
    }
    return true;
}

static bool parse_word(struct parse *p, const char *word) {
    if (!p->has_command) {
        p->has_command = true;
        for (int i = COMMAND_OPEN + 1; i < COMMAND_COUNT; i++) {
            if (strcmp(word, commands[i].name) == 0) {
                p->o->command = (enum command)i;
                return true;
            }
        }
    }
    if (!add(&p->o->files, word)) {
        bytes_text(p->error, "out of memory");
        return false;
    }
    return true;
}

/* Options the command does not have. */
static bool check_options(struct parse *p) {
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (p->seen[i] && !(options[i].commands & ON(p->o->command))) {
            bytes_printf(p->error, "`spoke %s` has no option `%s%s`", commands[p->o->command].name,
                         options[i].name ? "--" : "-", options[i].name ? options[i].name : "c");
            return false;
        }
    }
    return true;
}

bool options_parse(struct options *o, int argc, char **argv, struct bytes *error) {
    *o = (struct options){.width = -1, .rows = -1, .max_evidence = 20};
    struct parse p = {.o = o, .argc = argc, .at = 1, .argv = argv, .error = error};
    bool only_words = false;
    while (p.at < argc) {
        const char *word = argv[p.at++];
        if (!only_words && strcmp(word, "--") == 0) {
            only_words = true;
        } else if (only_words || word[0] != '-' || word[1] == '\0' || word[1] == ':') {
            if (!parse_word(&p, word)) {
                return false;
            }
        } else if (!parse_option(&p, word)) {
            return false;
        }
    }
    return check_options(&p);
}

void options_free(struct options *o) {
    free(o->params.at);
    free(o->rules.at);
    free(o->tags.at);
    free(o->outs.at);
    free(o->foreign.at);
    free(o->files.at);
}

/* ---- help ---- */

static void put_option_help(struct bytes *out, const struct option_row *row) {
    struct bytes left = {0};
    if (row->letter) {
        bytes_printf(&left, "-%c%s", row->letter, row->name ? ", " : "");
    }
    if (row->name) {
        bytes_printf(&left, "--%s", row->name);
    }
    if (row->argument) {
        bytes_printf(&left, " %s", row->argument);
    }
    bytes_printf(out, "  %-22s %s\n", left.p ? left.p : "", row->help);
    bytes_free(&left);
}

static void put_options(struct bytes *out, enum command command) {
    bytes_text(out, "\nOptions:\n");
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (options[i].commands & ON(command)) {
            put_option_help(out, &options[i]);
        }
    }
}

static void put_program_help(struct bytes *out) {
    bytes_text(out,
               "  spoke                                     a prompt\n"
               "  spoke run analysis.spoke --store hub.db   run a script over a store\n"
               "  spoke check rules.spoke --store hub.db    judge its rules\n"
               "\nUsage: spoke [COMMAND] [OPTION...] [FILE...]\n"
               "Without a command FILE is a script or a store; without FILE there is a prompt,\n"
               "or the script is read from a pipe.\n"
               "\nCommands:\n");
    for (int i = COMMAND_OPEN + 1; i < COMMAND_COUNT; i++) {
        bytes_printf(out, "  %-22s %s\n", commands[i].name, commands[i].help);
    }
}

void options_help(struct bytes *out, enum command command) {
    if (command == COMMAND_OPEN) {
        put_program_help(out);
    } else {
        const char *help = commands[command].help;
        bytes_printf(out, "Usage: %s\n%c%s.\n", commands[command].usage, toupper(*help), help + 1);
    }
    put_options(out, command);
    if (commands[command].further) {
        bytes_printf(out, "\n%s", commands[command].further);
    }
}
