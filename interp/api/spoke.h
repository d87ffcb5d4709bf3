/* spoke.h: the one public header of libspoke.
 *
 * An interpreter (`spoke`) is used by one thread at a time; different
 * interpreters are independent. Only spoke_interrupt may be called from any
 * thread or a signal handler. The library prints nothing, never exits, and
 * touches no signal, locale or global state: results, notes and findings go to
 * the callbacks of a sink; errors are diagnostics read with spoke_diag_*.
 *
 * Texts are UTF-8, pointer and length, borrowed: texts handed in are copied
 * where they are kept; texts handed out live until the next call on the same
 * interpreter (inside a callback: until it returns). */
#ifndef SPOKE_H
#define SPOKE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SPOKE_VERSION "0.1.0"
#define SPOKE_ABI 0

#if defined(__GNUC__)
#define SPOKE_API __attribute__((visibility("default")))
#else
#define SPOKE_API
#endif

typedef struct spoke spoke;
typedef struct spoke_value spoke_value; /* something shown: a relation, a scalar, a picture */

typedef enum spoke_status {
    SPOKE_OK = 0,
    SPOKE_FAILED, /* errors: read the diagnostics */
    SPOKE_NO_MEMORY,
    SPOKE_INTERRUPTED,
    SPOKE_LIMIT,      /* budget, deadline or depth */
    SPOKE_DENIED,     /* a capability is not given */
    SPOKE_INCOMPLETE, /* the text ends inside a construct */
    SPOKE_MISUSE,     /* a call outside this contract */
    SPOKE_FINDINGS    /* spoke_check: judged, and there are findings */
} spoke_status;

typedef struct spoke_text {
    const char *p;
    size_t n;
} spoke_text;

/* The ABI that a library was built with; a program built with another SPOKE_ABI does not fit it.
 *
 * Within one ABI functions and constants are only added, and structs only get fields at their end.
 * A struct that a program hands in begins with its size, set to sizeof: fields that an older
 * program does not know of have their defaults. Where the library fills a struct, the function
 * takes the room that there is for it, as ..._sized; without that word it is an inline function
 * that knows the size. */
SPOKE_API uint32_t spoke_abi(void);

/* Receives bytes; nonzero stops the writer. */
typedef int (*spoke_write_fn)(void *user, const char *bytes, size_t n);

/* ---- rules ---- */
typedef enum spoke_rule_status {
    SPOKE_RULE_PASS,
    SPOKE_RULE_FAIL,  /* findings of severity error */
    SPOKE_RULE_WARN,  /* findings of severity warn or info only */
    SPOKE_RULE_EMPTY, /* looked at nothing */
    SPOKE_RULE_SKIP,
    SPOKE_RULE_ERROR
} spoke_rule_status;

/* One value of a row: of its key, or one that the rule looked at. `value` is empty when it is
 * missing, and never tells a suppressed one. */
typedef struct spoke_named {
    spoke_text name, value;
    int missing, suppressed;
} spoke_named;

typedef struct spoke_finding {
    spoke_text rule, title, severity; /* "error", "warn", "info" */
    spoke_text key;                   /* "school=01M015", columns joined by ", " */
    spoke_text message;
    spoke_text file; /* of the rule */
    uint32_t line, column;
    int undecided; /* the expectation was missing */
    /* What the rule says of itself; empty where it does not. Tags are joined by ",", which is in
     * none of them. */
    spoke_text id, tags, owner, help, field;
    const spoke_named *keys; /* `key` in its parts */
    size_t nkeys;
    const spoke_named *values; /* columns that the expectations read: for those who may see them */
    size_t nvalues;
    /* An `except` of the rule names this row, and holds still: it is handed over behind the
     * findings and not counted as one. */
    int excepted;
    spoke_text reason; /* of the exception */
    int32_t until;     /* its last day, days since 1970-01-01 */
    uint64_t record;   /* of records: the line it begins on; else 0 */
} spoke_finding;

typedef struct spoke_rule_result {
    spoke_text rule, title, severity;
    spoke_rule_status status;
    uint64_t rows, findings, undecided;
    spoke_text file;
    uint32_t line, column;
    spoke_text id, tags, owner, help, field; /* as in a finding */
    spoke_text reason; /* of the status error or skip: the first error; else empty */
    uint64_t excepted; /* rows that break the rule, which an `except` names */
    uint64_t allowed;  /* `allow`: so many findings still pass; 0 without */
    int has_allow;     /* ... with findings and the status pass they are within it */
    uint64_t expired;  /* exceptions whose last day is over */
    uint64_t unused;   /* ... that hold still, and name no row that breaks the rule */
    uint64_t skipped;  /* records that do not say what the rule reads; `reason`: what the first
                          of them lacks */
} spoke_rule_result;

typedef struct spoke_check_options {
    size_t size;              /* sizeof(spoke_check_options) */
    const char *const *rules; /* globs; none: every rule */
    size_t nrules;
    uint64_t max_findings;   /* handed over per rule; 0: all */
    const char *const *tags; /* globs: rules with one of them; none: every rule */
    size_t ntags;
    int list;        /* nothing is judged; each rule is told of with the status skip */
    int mask_values; /* messages show keys; of every other value what it is called */
} spoke_check_options;

typedef struct spoke_check_summary {
    uint64_t rules, pass, fail, warn, empty, skip, error, rows, findings;
    uint64_t excepted, expired, unused;
} spoke_check_summary;

enum { SPOKE_WHOLE = 100 };

/* Callbacks; any may be NULL. A nonzero result stops the run. */
typedef struct spoke_sink {
    size_t size;
    int (*on_show)(void *user, const spoke_value *v);
    int (*on_print)(void *user, spoke_text line); /* without its newline */
    int (*on_note)(void *user, spoke_text note);  /* undecided rows, imports, ... */
    int (*on_rule)(void *user, const spoke_rule_result *r);
    int (*on_finding)(void *user, const spoke_finding *f);
    /* `done` of `total` rows; a total of SPOKE_WHOLE: per cent of the work; of 0: not known. */
    void (*on_progress)(void *user, spoke_text what, uint64_t done, uint64_t total);
    /* A record that is none, by the line it begins on. */
    int (*on_refused)(void *user, uint64_t line, spoke_text reason);
} spoke_sink;

/* ---- an interpreter ---- */
enum {
    SPOKE_CAN_READ_FILES = 1,
    SPOKE_CAN_WRITE_FILES = 2,
    SPOKE_CAN_LOAD_CODE = 4,
    SPOKE_CAN_WRITE_STORE = 8,
    SPOKE_CAN_READ_CLOCK = 16,
    SPOKE_CAN_ALL = 31,
    SPOKE_CAN_READ_RAW = 32 /* rows of tables with `suppress`, which ALL leaves out */
};

typedef struct spoke_config {
    size_t size; /* sizeof(spoke_config); set by spoke_config_init */
    void *(*allocate)(void *user, void *block, size_t old_size, size_t new_size);
    void *allocate_user;
    size_t memory_limit; /* bytes; 0 none */
    uint64_t budget;     /* loop turns, calls and batch rows a run may take; 0 none */
    double deadline;     /* seconds a run may take, by `clock`; 0 none */
    double (*clock)(void *user);
    void *clock_user;
    uint32_t capabilities; /* SPOKE_CAN_*; none by default */
    int32_t today;         /* days since 1970-01-01; needed by scripts that say `today` */
    int has_today;
    const spoke_sink *sink;
    void *sink_user;
    int interactive;   /* a prompt: declarations may be replaced, `let` rebound */
    int output_width;  /* columns a picture may use; 80 by default */
    int output_glyphs; /* 2 braille, 1 block characters, 0 ASCII */
    const struct native_module *const *modules; /* the table of standard modules, or NULL */
    uint64_t seed; /* what random numbers begin with; 1 by default, so runs repeat */
    /* The text of a file named by `use`, to `write`; a status other than SPOKE_OK: it is not there.
     * NULL: files are read where SPOKE_CAN_READ_FILES is given. */
    spoke_status (*load)(void *user, const char *path, spoke_write_fn write, void *to);
    void *load_user;
    /* Threads that may work on one question; 0: as many as the machine has processors. Answers do
     * not depend on it. What the host gives here is still called by one thread at a time, but not
     * always by the same one. */
    uint32_t threads;
    /* The functions of C libraries that scripts may declare and call, where SPOKE_CAN_LOAD_CODE is
     * given too: "libm.so.6:cbrt", or "libm.so.6" for all of it; `*` stands for any text. The
     * library is named as the script names it. Nothing that C does is checked or limited: allow it
     * to scripts that you trust. */
    const char *const *foreign;
    size_t nforeign;
    /* Errors inside of a rule are that rule's own: spoke_run and spoke_compile go on without it,
     * and spoke_check gives it the status error and tells them. 0: they are errors of the text. */
    int rules_apart;
    /* Rows that the result of a question in a script may have, shown or not; 0: as many as there
     * are. With more the run ends with SPOKE_LIMIT. */
    uint64_t max_rows;
    /* The store in use has the rows already: what scripts import is left out. For tests over a
     * store that is only read. */
    int imports_done;
} spoke_config;

SPOKE_API void spoke_config_init_sized(spoke_config *config, size_t size);
static inline void spoke_config_init(spoke_config *config) {
    spoke_config_init_sized(config, sizeof *config);
}
/* The standard library, for config.modules. */
SPOKE_API const struct native_module *const *spoke_standard_modules(void);
SPOKE_API spoke_status spoke_open(const spoke_config *config, spoke **out);
SPOKE_API void spoke_close(spoke *sp);
SPOKE_API const char *spoke_version(void);
/* Stops whatever runs; async-signal-safe. The run ends with SPOKE_INTERRUPTED. */
SPOKE_API void spoke_interrupt(spoke *sp);
/* Capabilities can only be dropped. */
SPOKE_API void spoke_drop(spoke *sp, uint32_t capabilities);
SPOKE_API void spoke_set_sink(spoke *sp, const spoke_sink *sink, void *user);
SPOKE_API void spoke_set_output(spoke *sp, int width, int glyphs);
SPOKE_API size_t spoke_memory_peak(const spoke *sp);

enum { SPOKE_STORE_READ = 0, SPOKE_STORE_WRITE = 1 };
/* The store to use; outranks `store` in a script. One that cannot be opened changes nothing: what
 * was in use still is. */
SPOKE_API spoke_status spoke_use_store(spoke *sp, const char *path, int mode);
/* Writes the store to a new file in which every table is stored as rows, for any SQLite program. */
SPOKE_API spoke_status spoke_export_rows(spoke *sp, const char *path);
/* The value of a script's `param`; a script that has no such one does not run. */
SPOKE_API spoke_status spoke_param(spoke *sp, const char *name, const char *value);

/* ---- tables whose rows the program has ---- */

/* A value that a program hands in. */
typedef enum spoke_datum_kind {
    SPOKE_DATUM_MISSING,
    SPOKE_DATUM_INT,
    SPOKE_DATUM_FLOAT,
    SPOKE_DATUM_TEXT,
    SPOKE_DATUM_BOOL, /* i is 0 or 1 */
    SPOKE_DATUM_DATE  /* i is days since 1970-01-01 */
} spoke_datum_kind;
typedef struct spoke_datum {
    int64_t kind; /* spoke_datum_kind */
    int64_t i;
    double f;
    spoke_text text;
} spoke_datum;

/* What `next` of a source says. */
enum {
    SPOKE_ROWS_STOP = -2, /* the call ends with SPOKE_INTERRUPTED */
    SPOKE_ROWS_FAILED = -1,
    SPOKE_ROWS_END = 0,
    SPOKE_ROWS_NEXT = 1
};
typedef struct spoke_table_source {
    size_t size;                /* sizeof(spoke_table_source) */
    const char *const *columns; /* names as a file's header would have them; copied */
    size_t ncolumns;
    /* Row number `row`, from 0, into as many cells as there are columns, which are missing at
     * first. Texts live until the next call. Called in order, from 0 anew for each filling. */
    int (*next)(void *user, uint64_t row, spoke_datum *cells);
    /* A number that changes when the rows do; NULL: they never do. */
    uint64_t (*revision)(void *user);
    const char *(*why)(void *user); /* after SPOKE_ROWS_FAILED, for the error; may be NULL */
} spoke_table_source;
/* The rows of a table that a script declares come from the program. Before each run, check or call
 * they are put into the store in place of those that are there, if they were not yet, or their
 * revision is another one. They are checked as rows of a file are: types, domains, keys,
 * references; texts may stand for any value, as in a file. Rows that do not fit are left out, told
 * by a note, and kept in `rejects`. Of a store that a file keeps this needs
 * SPOKE_CAN_WRITE_STORE. `source` NULL: the rows stay as they are. */
SPOKE_API spoke_status spoke_bind_table(spoke *sp, const char *table,
                                        const spoke_table_source *source, void *user);

/* ---- functions of the program that scripts call ---- */
typedef struct spoke_native spoke_native; /* one call of such a function */
/* Reads its arguments and gives one result: `return spoke_give_...`. What it reads lives until it
 * returns. It may be called once for each row of a query, and in another order than that of the
 * rows. It calls nothing of its interpreter but what is declared here, and spoke_interrupt. */
typedef spoke_status (*spoke_native_fn)(spoke_native *call, void *user);
/* Declares a function by its head, "fn grade(points: float, scale: text?) -> text?". Parameters are
 * int, float, bool, date, text, a list of int, float or text, or a relation; the result is one of
 * the first five. Scripts call it by its name, or as `host.NAME`. Where the result is missing when
 * an argument is that has no `?`, the function is not called. `destroy` (may be NULL) gets `user`
 * when the interpreter is closed, also when the head is refused (E0972). */
SPOKE_API spoke_status spoke_register(spoke *sp, const char *head, spoke_native_fn function,
                                      void *user, void (*destroy)(void *user));
SPOKE_API size_t spoke_arg_count(const spoke_native *call);
/* By position, from 0; an argument of another type reads as 0 or empty. */
SPOKE_API int spoke_arg_is_missing(const spoke_native *call, size_t i);
SPOKE_API int64_t spoke_arg_int(const spoke_native *call, size_t i);  /* also bool and date */
SPOKE_API double spoke_arg_float(const spoke_native *call, size_t i); /* of any number */
SPOKE_API spoke_text spoke_arg_text(const spoke_native *call, size_t i);
/* Elements of a list, *n of them, in place; NULL when it holds something else. Missing ones are 0;
 * `spoke_arg_states` has a spoke_state for each, or is NULL when all are present. */
SPOKE_API const int64_t *spoke_arg_ints(const spoke_native *call, size_t i, size_t *n);
SPOKE_API const double *spoke_arg_floats(const spoke_native *call, size_t i, size_t *n);
SPOKE_API const unsigned char *spoke_arg_states(const spoke_native *call, size_t i);
/* A relation, run: read as what is shown. NULL when that failed: return SPOKE_FAILED at once. */
SPOKE_API const spoke_value *spoke_arg_relation(spoke_native *call, size_t i);
SPOKE_API spoke_status spoke_give_missing(spoke_native *call);
SPOKE_API spoke_status spoke_give_int(spoke_native *call, int64_t x); /* also bool and date */
SPOKE_API spoke_status spoke_give_float(spoke_native *call, double x);
SPOKE_API spoke_status spoke_give_text(spoke_native *call, spoke_text text); /* copied */
/* The run ends with an error at the call, which says `message`. */
SPOKE_API spoke_status spoke_give_failure(spoke_native *call, const char *message);
/* Long work asks now and then whether it may go on, having done `steps`; else it returns what this
 * returns. */
SPOKE_API spoke_status spoke_native_poll(spoke_native *call, uint64_t steps);

/* Checks and runs a text. Declarations stay known to the interpreter. `name` is
 * used in messages, and relative paths in the text are taken as they are. */
SPOKE_API spoke_status spoke_run(spoke *sp, const char *name, const char *text, size_t n);
/* Calls a function of what was run so far, of a used module ("module.name") or of the standard
 * library. The value belongs to the interpreter and lives until its next call. */
SPOKE_API spoke_status spoke_call(spoke *sp, const char *function, const spoke_datum *arguments,
                                  size_t n, const spoke_value **value);
/* Checks without running. */
SPOKE_API spoke_status spoke_compile(spoke *sp, const char *name, const char *text, size_t n);
enum { SPOKE_SECRET_SIZE = 32, SPOKE_FINGERPRINT_SIZE = 33 };
/* 32 hexadecimal digits and a zero byte, by which a program knows a finding again without keeping
 * whom it is about: a hash of the rule and the key of the row under a secret of the program's. */
SPOKE_API void spoke_fingerprint(const spoke_finding *finding, const unsigned char *secret,
                                 char *out);
/* The `test` blocks of what was run so far and the examples of its rules, from number 0. */
typedef struct spoke_test {
    spoke_text name, file; /* name: an example's title, which may be empty */
    uint32_t line, column;
    spoke_text rule; /* whose example it is; empty: a test block */
    int passes;      /* an example that the rule lets pass, not one that breaks it */
} spoke_test;
SPOKE_API size_t spoke_test_count(const spoke *sp);
SPOKE_API spoke_status spoke_test_at_sized(const spoke *sp, size_t i, spoke_test *out,
                                           size_t size);
static inline spoke_status spoke_test_at(const spoke *sp, size_t i, spoke_test *out) {
    return spoke_test_at_sized(sp, i, out, sizeof *out);
}
/* Runs one: SPOKE_OK when it passes, SPOKE_FAILED and diagnostics when it does not. Whatever it puts
 * into the store is taken back. */
SPOKE_API spoke_status spoke_test_run(spoke *sp, size_t i);
/* Judges the rules declared so far; SPOKE_FINDINGS when a rule failed or warned. */
SPOKE_API spoke_status spoke_check_sized(spoke *sp, const spoke_check_options *options,
                                         spoke_check_summary *summary, size_t size);
static inline spoke_status spoke_check(spoke *sp, const spoke_check_options *options,
                                       spoke_check_summary *summary) {
    return spoke_check_sized(sp, options, summary, sizeof *summary);
}
/* ---- rules over records: rows that a program has in hand, and no store ----
 *
 * A record is a JSON object: the columns of a row by name, a row that it refers to as its key or as
 * an object, rows that refer to it as a list of objects under the name of their table. What is not
 * given is not taken for missing: a rule that reads it skips the record. */
typedef struct spoke_records spoke_records;
typedef struct spoke_records_options {
    size_t size; /* sizeof(spoke_records_options) */
    const char
        *table; /* that records are rows of; NULL: the one that the selected rules are about */
    const spoke_check_options *check; /* NULL: every rule */
    /* Only the record's own columns are its own: rows that it refers to, and all other tables, are
     * those of the store in use. There the record counts as stored while it is judged, and `old.x`
     * in a rule is column x of the stored row with its key. */
    int beside_store;
} spoke_records_options;
/* Plans the rules declared so far. Belongs to `sp`, and is closed before it. */
SPOKE_API spoke_status spoke_records_open(spoke *sp, const spoke_records_options *options,
                                          spoke_records **out);
/* More bytes of JSON lines, or of one list of objects, cut anywhere. Findings come as soon as
 * enough records are gathered. */
SPOKE_API spoke_status spoke_records_feed(spoke_records *r, const char *bytes, size_t n);
/* Judges what is gathered: no record goes on behind the bytes fed so far. SPOKE_FINDINGS when it
 * broke a rule that is not only a warning, SPOKE_FAILED as soon as one rule cannot be judged: then
 * nobody knows whether the records are good. */
SPOKE_API spoke_status spoke_records_judge(spoke_records *r);
/* Judges what is left, hands over the verdict of each rule, and frees. SPOKE_FAILED also when
 * records were refused or rules err, of which a diagnostic says how many. */
SPOKE_API spoke_status spoke_records_close_sized(spoke_records *r, spoke_check_summary *summary,
                                                 size_t size);
static inline spoke_status spoke_records_close(spoke_records *r, spoke_check_summary *summary) {
    return spoke_records_close_sized(r, summary, sizeof *summary);
}
/* Stage: tokens, tree, types, bytecode, plan or sql. */
SPOKE_API spoke_status spoke_dump(spoke *sp, const char *stage, const char *name, const char *text,
                                  size_t n, spoke_write_fn write, void *user);
/* The text in the house style, at once; nothing is written when it has errors. */
SPOKE_API spoke_status spoke_format(spoke *sp, const char *name, const char *text, size_t n,
                                    spoke_write_fn write, void *user);

/* ---- diagnostics of the last call ---- */
typedef struct spoke_diag {
    spoke_text code, severity, message, file;
    uint32_t line, column; /* from 1; 0 when there is no place */
    uint32_t start, stop;  /* bytes */
    spoke_text note, help; /* the first of each: what is known of it, what to do; may be empty */
} spoke_diag;
SPOKE_API size_t spoke_diag_count(const spoke *sp);
SPOKE_API spoke_status spoke_diag_at_sized(const spoke *sp, size_t i, spoke_diag *out, size_t size);
static inline spoke_status spoke_diag_at(const spoke *sp, size_t i, spoke_diag *out) {
    return spoke_diag_at_sized(sp, i, out, sizeof *out);
}
/* All of them as a person reads them, or as JSON lines. */
SPOKE_API spoke_status spoke_diag_text(spoke *sp, int colour, spoke_write_fn write, void *user);
/* The same for a screen of so many columns: source lines are cut to it, around what is meant. */
SPOKE_API spoke_status spoke_diag_text_within(spoke *sp, int colour, int columns,
                                              spoke_write_fn write, void *user);
SPOKE_API spoke_status spoke_diag_json(spoke *sp, spoke_write_fn write, void *user);

/* ---- what is shown ---- */
typedef enum spoke_kind {
    SPOKE_RELATION,
    SPOKE_SCALAR,
    SPOKE_PICTURE,
    SPOKE_REPORT /* lines of text: explain */
} spoke_kind;
typedef enum spoke_cell {
    SPOKE_CELL_INT, /* also bool, date (days since 1970), datetime (seconds since 1970), period and
                       duration as numbers; spoke_cell_text writes them out */
    SPOKE_CELL_FLOAT,
    SPOKE_CELL_RATIO, /* two ints */
    SPOKE_CELL_TEXT
} spoke_cell;
typedef enum spoke_state { SPOKE_PRESENT, SPOKE_MISSING, SPOKE_SUPPRESSED } spoke_state;

SPOKE_API spoke_kind spoke_value_kind(const spoke_value *v);
SPOKE_API size_t spoke_rows(const spoke_value *v);
SPOKE_API size_t spoke_columns(const spoke_value *v);
SPOKE_API spoke_text spoke_column_name(const spoke_value *v, size_t column);
SPOKE_API spoke_text spoke_column_type(const spoke_value *v, size_t column); /* "int?", ... */
SPOKE_API spoke_cell spoke_column_cell(const spoke_value *v, size_t column);
SPOKE_API spoke_state spoke_cell_state(const spoke_value *v, size_t row, size_t column);
/* The cell as text, in the form data formats use (no rounding). */
SPOKE_API spoke_text spoke_cell_text(spoke *sp, const spoke_value *v, size_t row, size_t column);
/* Zero-copy columns, an element a row, which live as long as the value; NULL when the column is of
 * another kind. A row that is not present has 0, a text that is not has no bytes. */
SPOKE_API const int64_t *spoke_ints(const spoke_value *v, size_t column);
SPOKE_API const double *spoke_floats(const spoke_value *v, size_t column);
/* A spoke_state for each row; NULL: all are present, or it is a column of texts or ratios, whose
 * cells spoke_cell_state is asked for. */
SPOKE_API const unsigned char *spoke_states(const spoke_value *v, size_t column);
/* The text of a cell in place: it lives as long as the value. */
SPOKE_API spoke_text spoke_text_at(const spoke_value *v, size_t row, size_t column);
/* Terminal text or SVG of a picture; lines of a report; text of a scalar. */
SPOKE_API spoke_text spoke_picture_terminal(const spoke_value *v);
SPOKE_API spoke_text spoke_picture_svg(const spoke_value *v);
SPOKE_API spoke_text spoke_scalar_text(const spoke_value *v);
/* A scalar as a number; of another kind of value: missing, and 0. */
SPOKE_API spoke_state spoke_scalar_state(const spoke_value *v);
SPOKE_API int64_t spoke_scalar_int(const spoke_value *v);  /* also bool, date and the like */
SPOKE_API double spoke_scalar_float(const spoke_value *v); /* of any number */

typedef struct spoke_render_options {
    size_t size;
    const char *format; /* box table csv tsv json jsonl markdown html latex line */
    int width;          /* columns; 0: as wide as needed */
    size_t max_rows;    /* 0: all */
    int colour;
    int unicode;
} spoke_render_options;
SPOKE_API spoke_status spoke_render(spoke *sp, const spoke_value *v,
                                    const spoke_render_options *options, spoke_write_fn write,
                                    void *user);

/* ---- for prompts and editors ---- */
/* Checks a text as far as it can be understood, whatever errors it has: its diagnostics are the
 * result. Nothing runs, no store is made, and what it declares is forgotten. */
SPOKE_API spoke_status spoke_review(spoke *sp, const char *name, const char *text, size_t n);
typedef struct spoke_candidate {
    spoke_text name;
    spoke_text kind; /* column, variable, function, table, measure, word, value, file, ... */
    spoke_text type; /* or signature; may be empty */
    spoke_text doc;  /* one line; may be empty */
} spoke_candidate;
typedef int (*spoke_candidate_fn)(void *user, const spoke_candidate *candidate);
/* What may stand at byte `at` of the text and begins as the word there does: each to one call,
 * the nearest first. `start` is where the word to replace begins. The text may have errors;
 * nothing of it runs or stays known. */
SPOKE_API spoke_status spoke_complete(spoke *sp, const char *name, const char *text, size_t n,
                                      size_t at, size_t *start, spoke_candidate_fn each,
                                      void *user);
/* What the name at byte `at` means; texts live until the next call. */
typedef struct spoke_about {
    int found;
    size_t word_start, word_stop;     /* of the name, bytes */
    spoke_text name, kind, type, doc; /* as those of a candidate */
    int has_definition;
    spoke_text file, file_text; /* where it is declared: the unit, or a file that it uses */
    size_t start, stop;         /* of the name there, bytes */
} spoke_about;
SPOKE_API spoke_status spoke_describe_sized(spoke *sp, const char *name, const char *text, size_t n,
                                            size_t at, spoke_about *out, size_t size);
static inline spoke_status spoke_describe(spoke *sp, const char *name, const char *text, size_t n,
                                          size_t at, spoke_about *out) {
    return spoke_describe_sized(sp, name, text, n, at, out, sizeof *out);
}
/* What a text declares, errors or not, in order; a table's columns follow it with depth 1. */
typedef struct spoke_outline_entry {
    spoke_text name, kind, title;
    size_t start, stop, name_start, name_stop; /* bytes */
    int depth;
} spoke_outline_entry;
typedef int (*spoke_outline_fn)(void *user, const spoke_outline_entry *entry);
SPOKE_API spoke_status spoke_outline(spoke *sp, const char *name, const char *text, size_t n,
                                     spoke_outline_fn each, void *user);
/* Help on a name: function, table, measure, error code. SPOKE_FAILED when there is none, with
 * the nearest names written. `source` writes the declaration instead. */
SPOKE_API spoke_status spoke_help(spoke *sp, const char *name, int source, spoke_write_fn write,
                                  void *user);
/* Whether the text is a whole entry (SPOKE_OK) or goes on (SPOKE_INCOMPLETE). */
SPOKE_API spoke_status spoke_entry_complete(spoke *sp, const char *text, size_t n);
/* Names of tables, measures, networks, rules and cohorts known now: "table school". */
SPOKE_API spoke_status spoke_names(spoke *sp, spoke_write_fn write, void *user);

#ifdef __cplusplus
}
#endif
#endif
