/* A store in memory for the tests of exec/: facts, the schools and places they refer to,
 * and short ways to make plans over them.
 *
 * The source cuts rows into batches of any size; expressions are C functions.
 * What a run takes comes from `memory` and must be back at its end. */
#ifndef SPOKE_TEST_EXEC_WORLD_H
#define SPOKE_TEST_EXEC_WORLD_H

#include "exec/exec.h"
#include "suites.h"

/* For loops over many rows: ck_assert keeps a record of each call. */
#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition))                                                                          \
            ck_abort_msg("%s", #condition);                                                        \
    } while (0)

enum { SCHOOLS = 40, NCOLUMNS = 8, PLACES = 3 };
enum fact_column { F_SCHOOL, F_DAY, F_STATUS, F_MINUTES, F_SCORE, F_SHARE, F_LATE, F_PLACE };

struct world {
    struct alloc memory; /* of the runs: must come back to 0 */
    struct alloc own;
    struct arena arena;
    struct types types;
    struct control control;
    struct calendar calendar;
    struct table school, place, fact;
    struct table_column school_columns[3], place_columns[1], fact_columns[NCOLUMNS];
    struct column schools[3], places[1], facts[NCOLUMNS];
    uint32_t n;
    uint32_t batch; /* rows the source gives at once */
    uint32_t open_sources;
    uint64_t scans;
    struct exec_env env;
    struct object *captured;
    enum code failed;
    uint64_t seed;
};

typedef void (*fake_fn)(const struct expr *e, const struct batch *b, uint32_t row,
                        struct text_pool *pool, struct column *out);
struct fake_code {
    fake_fn fn;
};

void world_open(struct world *w, uint32_t n); /* with n random facts */
void world_close(struct world *w);            /* nothing may be left open or taken */
/* One more fact. */
void make_fact(struct world *w, uint32_t row);
void set_word(struct world *w, struct column *c, uint32_t row, bool present, int64_t value);
void set_text(struct world *w, struct column *c, uint32_t row, const char *text);

/* ---- plans ---- */
enum { ROOM = 32 }; /* slots and steps of a plan */
struct plan *plan_new(struct world *w, enum base_kind base, const struct plan *input);
uint32_t slot_new(struct plan *p, const struct type *type);
void output(struct world *w, struct plan *p, uint32_t slot);
/* Sets the type; without outputs so far, every slot is one. */
struct plan *finish(struct world *w, struct plan *p);
/* All columns of the facts, column i in slot i. */
struct plan *scan_facts(struct world *w);
/* fn NULL: the slot itself. */
struct expr *world_expr(struct world *w, const struct plan *p, const struct type *type, fake_fn fn,
                        uint32_t slot);
struct step *step_new(struct world *w, struct plan *p, enum step_kind kind, uint32_t n);
uint32_t add_lookup(struct world *w, struct plan *p, uint32_t from, const struct table *table,
                    int column);
uint32_t add_compute(struct world *w, struct plan *p, const struct type *type, fake_fn fn,
                     uint32_t input);
void add_filter(struct world *w, struct plan *p, fake_fn fn, uint32_t input);
/* Whether a number is above zero; missing where it is. */
void positive_fn(const struct expr *e, const struct batch *b, uint32_t row, struct text_pool *pool,
                 struct column *out);
void month_fn(const struct expr *e, const struct batch *b, uint32_t row, struct text_pool *pool,
              struct column *out);
struct plan *group_by(struct world *w, const struct plan *input, const uint32_t *keys,
                      uint32_t nkeys);
void aggregate(struct world *w, struct plan *p, enum aggregate kind, int argument, int filter);
/* Counts of all rows and a few aggregates of each kind of column. */
struct plan *all_aggregates(struct world *w, const uint32_t *keys, uint32_t nkeys);
enum status world_run(struct world *w, const struct plan *p, struct frame **out);
/* Must succeed. */
struct frame *frame_of(struct world *w, const struct plan *p);

/* ---- values ---- */
bool present(const struct column *c, uint32_t row);
double number(const struct column *c, uint32_t row);
/* A fact's value as a frame shows it: references by the names of schools. */
struct str shown_text(const struct world *w, int column, uint32_t row);
/* Compares two facts by a column's value, missing last. */
int compare_facts(const struct world *w, int column, uint32_t a, uint32_t b);
/* Whether a frame's value is that of a fact. */
bool shows(const struct world *w, const struct column *c, uint32_t row, int column, uint32_t fact);

#endif
