/* Running a plan over column batches.
 *
 * Operators pull batches from each other; the rows of stored tables come from
 * a `row_source`, expressions are evaluated by `eval` (the VM), both handed in by
 * the caller, so this room knows neither SQLite nor bytecode. Results are
 * frames in a total order that does not depend on how the plan ran. */
#ifndef SPOKE_EXEC_H
#define SPOKE_EXEC_H

#include "column/control.h"
#include "column/heap.h"
#include "plan/plan.h"

/* Gives the batches of a scan. `next` fills b->columns[scan_slots[i]] (already
 * reserved for BATCH_ROWS, with a state array, all present, when the type is a nullable
 * word or float) and b->n, 0 at the end. It may set b->codings of these slots, and need not spread
 * them in a lazy batch. Texts and codings belong to the source and live until it is closed, which
 * is when the run ends. */
struct exec_env;
struct source_facts;
struct row_source {
    enum status (*next)(struct row_source *s, struct batch *b);
    void (*close)(struct row_source *s);
    /* Fixed ranges of rows, in order, that readers of their own can read at the same time; 0 or 1:
     * there are none. A reader takes its memory from `env`, reads between its enter and leave what
     * is not its own, and fails without a message. It is closed by its own `close`. */
    uint32_t nranges;
    int ascending; /* of ranges: a column of the scan by whose words the rows ascend, or -1 */
    enum status (*reader)(struct row_source *s, const struct exec_env *env,
                          struct row_source **out);
    /* `whole`: rows with the same word in that column are in one range, where the first of them is.
     */
    void (*choose)(struct row_source *reader, uint32_t range, bool whole);
    /* Tells how rows are read, and goes on counting there; NULL: nothing to tell. */
    void (*tell)(struct row_source *s, struct source_facts *facts);
};
/* How a source has read its rows. */
struct source_facts {
    enum { READ_SOMEHOW, READ_BY_ROWS, READ_BY_COLUMNS } form;
    bool searched;      /* by rows: found through an index, not among all */
    uint64_t runs, met; /* by columns: segments there are, and those that were read */
};

/* A column of an entity table by row number: value of row `id` at index id
 * (0 is unused and missing). Owned by the giver, valid for the whole run. */
struct dimension {
    const struct column *column;
    uint32_t n; /* highest row number + 1 */
};

struct rollups;
struct watch;
struct exec_env {
    struct alloc *alloc;
    struct control *control;
    const struct calendar *calendar;
    struct types *types; /* where the type of the resulting frame is interned */
    void *user;
    enum status (*open)(void *user, const struct plan *scan, const struct relation *self,
                        struct row_source **out);
    enum status (*dimension)(void *user, const struct table *table, int column,
                             struct dimension *out);
    /* Rows 0..b->n of `out` (reserved, state array present when the type is a nullable word or
     * float) from the batch; texts in `out` must live as long as `pool`. A limit's numbers are
     * asked for with a batch of one row and no columns. */
    enum status (*eval)(void *user, const struct expr *e, const struct relation *self,
                        const struct batch *b, struct text_pool *pool, struct column *out);
    /* The highest value of a column that dates stored rows, if there is any. NULL: nobody asks. */
    enum status (*last_day)(void *user, const struct table *table, uint32_t column, bool *any,
                            int64_t *word);
    enum status (*count_all)(void *user, const struct table *table, uint64_t *rows); /* or NULL */
    /* A captured symbol of the relation being run: its word(s) or object. */
    union word (*captured)(void *user, const struct relation *self, const struct symbol *s);
    /* Of the last evaluation that failed. */
    uint32_t (*failed_row)(void *user);
    /* Adds "what text" to the error that was reported last. */
    void (*note)(void *user, const char *what, struct str text);
    /* ST_OK when the calendar knows its terms and days of school; else reports why. NULL: it has
     * none to know. */
    enum status (*calendar_ready)(void *user);
    /* Reports an error; returns ST_FAILED. */
    enum status (*fail)(void *user, enum code code, struct span span, const char *message);
    /* How many threads may work on one grouping; 0 counts as 1. Everything above is then called by
     * several of them, but never by two at the same time. */
    uint32_t threads;
    struct rollups *rollups; /* of the revision that is read; NULL: none are kept */
    struct watch *watch;     /* where it is written down what happens; NULL: nowhere */
    /* Around what must not happen in two threads at once; NULL where there is one thread. */
    void (*enter)(void *user);
    void (*leave)(void *user);
};
static inline void exec_enter(const struct exec_env *env) {
    if (env->enter)
        env->enter(env->user);
}
static inline void exec_leave(const struct exec_env *env) {
    if (env->leave)
        env->leave(env->user);
}

/* Runs the relation; the frame belongs to the caller. Its columns are the plan's
 * outputs, references already replaced by their keys' values (follow chains of
 * single-column keys until a plain type), and its type says so. */
enum status exec_run(struct exec_env *env, const struct relation *self, struct frame **out);
/* The type of the frame that running a plan gives: references replaced by keys. */
const struct type *exec_frame_type(struct types *types, const struct plan *p);

#endif
