/* Operators: a running plan is a tree of segments that pull batches.
 *
 * A segment fills its batch from its base, then applies the plan's steps. All
 * segments, sources, legs and texts of one exec_run belong to its `run` and
 * live until it is closed, so a text pointer taken anywhere stays good. Batches
 * are valid until the next pull; operators copy values, never columns. */
#ifndef SPOKE_EXEC_SEGMENT_H
#define SPOKE_EXEC_SEGMENT_H

#include "exec/asked.h"
#include "exec/codes.h"
#include "exec/exec.h"
#include "exec/rollup.h"
#include "exec/watch.h"

struct leg;
struct spells;
struct segment;

struct run {
    struct exec_env *env;
    struct alloc *alloc;
    struct arena arena;       /* fixed-size parts; returns NULL without memory */
    struct text_pool texts;   /* of computed values */
    struct segment *segments; /* all, newest first */
    struct leg *legs;         /* results shared by the steps that use them */
    struct spells *spells;    /* likewise */
    uint64_t lone; /* strata of samples with one cluster, in answers that give their errors */
    struct counts counts;
    const struct relation *root; /* only its own counters count, not those of relations it reads */
    uint32_t depth;              /* segments being opened inside each other */
    uint64_t small, complementary; /* suppressed rows of results: for their own sake, others' */
    int64_t under;                 /* the strictest limit that was met; 0: none */
    uint64_t unshown;              /* groupings left out as a whole */
};

void run_open(struct run *run, struct exec_env *env);
void run_close(struct run *run);

/* What a base does; `state` is its own. */
struct base {
    /* Fills slots of s->batch and its n; 0 rows at the end. */
    enum status (*pull)(struct segment *s);
    void (*close)(struct segment *s); /* also after a failed opening */
};

struct step_state;

struct segment {
    struct run *run;
    const struct relation *self; /* whose captured values the expressions read */
    const struct plan *plan;
    struct batch batch;
    struct base base;
    void *state;
    struct segment *input;
    struct step_state *steps;
    bool any_order; /* whoever reads it does not mind the order of rows */
    bool finished;
    bool is_whole; /* nothing is suppressed: it is read for rows that are not shown as they are */
    struct seen *seen; /* of its plan; NULL: nobody watches */
    struct segment *older;
};

/* Opens a plan. `needed` (by slot; NULL: the outputs) are the slots that will be read. */
enum status segment_open(struct run *run, const struct relation *self, const struct plan *plan,
                         const bool *needed, bool any_order, struct segment **out);
/* The next batch, into s->batch; no rows at the end. */
enum status segment_next(struct segment *s);

/* ---- bases: each fills in s->base, s->state and s->input ---- */
enum status scan_open(struct segment *s);
enum status input_open(struct segment *s); /* NAMED, RELATION */
enum status group_open(struct segment *s);
enum status sort_open(struct segment *s);
enum status join_open(struct segment *s);
enum status spine_open(struct segment *s);
enum status query_open(struct segment *s);
enum status window_open(struct segment *s);
enum status union_open(struct segment *s);
enum status unpivot_open(struct segment *s);
enum status spans_open(struct segment *s);
enum status held_open(struct segment *s);
enum status sample_open(struct segment *s);
enum status spells_open(struct segment *s);

/* ---- steps ---- */
enum status steps_open(struct segment *s, const bool *needed);
enum status steps_apply(struct segment *s);
/* For rows that have no key of a COUNT in common with those before. */
enum status steps_again(struct segment *s);
void steps_close(struct segment *s);

/* say.c: the notes that a plan's counters give, and how far its facts go. */
enum status say_all(struct run *run, const struct relation *self, struct frame *f);

/* protection.c */
/* Several rows of the grouping's input may be about one person, and no column says whose they are.
 */
bool people_are_lost(struct segment *group);
/* What protects the rows of a plan; nothing where they are results. */
struct protection rows_protection(struct run *run, const struct relation *self,
                                  const struct plan *plan);
static inline bool shows_people(struct run *run, const struct relation *self,
                                const struct plan *plan) {
    return rows_protection(run, self, plan).under > 0;
}

/* disclose.c */
/* Suppresses what must not be read from the rows of a grouping that discloses, given in `order`
 * (NULL: as they are). `shown` false: none of them must be. */
enum status disclose(struct segment *s, struct rows *rows, const uint32_t *order, bool *shown);
/* Says how much was suppressed, and that nothing is promised. false: no memory. */
bool note_suppressed(const struct run *run, struct frame *f);
bool may_read_raw(const struct run *run);
/* E0361 unless the host allows rows of people to be read. */
enum status need_raw(struct run *run, const struct plan *plan, const char *what);

/* failure.c: after an evaluation of `e` failed on a row of the batch, whose values are spread. */
void tell_row(struct segment *s, const struct expr *e, uint32_t row);
/* After an aggregate failed: the keys of a GROUP stand first in `columns`. */
void tell_group(struct segment *s, const struct column *columns, uint32_t group);

struct leg_state;
/* `previous` (NULL allowed) is the state of an earlier leg over the same rows. */
enum status leg_open(struct segment *s, const struct step *step, struct leg_state *previous,
                     struct leg_state **out);
enum status leg_apply(struct segment *s, const struct step *step, struct leg_state *state);
void legs_close(struct run *run);

/* ---- spells.c: spans of rows, as a SPELLS or SPANS gives them: row, entry, exit ---- */
enum status spells_run(struct segment *s, const struct plan *plan, struct spells **out);
/* The spans of a row of the entity, in order: how many, and the first of them. */
uint32_t spells_of_row(const struct spells *spells, int64_t row, uint32_t *first);
/* The most that a row has. */
uint32_t spells_most(const struct spells *spells);
/* Both ends of a span; BEFORE_ALL, AFTER_ALL where it has none. */
void spell_ends(const struct spells *spells, uint32_t span, int64_t *start, int64_t *stop);
enum status spell_apply(struct segment *s, const struct step *step, const struct spells *spells);
void spells_close(struct run *run);

/* ---- shared by bases ---- */

/* All outputs of a segment as rows, one column each. `rows` must be zeroed; free it with
 * rows_free in any case. */
enum status collect(struct run *run, struct segment *s, struct rows *rows);
/* Fills slots 0.. of the batch with the next of `rows`, in `order` if given (NULL: as they are). */
enum status emit_rows(struct segment *s, const struct rows *rows, const uint32_t *order,
                      uint32_t total, uint32_t *next);
/* Rows in the total order of their values, by several columns; references by their keys. */
enum status order_by_values(struct run *run, const struct rows *rows, const uint32_t *columns,
                            const bool *descending, uint32_t ncolumns, uint32_t *order);
static inline enum status no_memory_unless(bool ok) {
    return LIKELY(ok) ? ST_OK : ST_NO_MEMORY;
}

/* ---- references ---- */

/* Columns to look up one after the other, from a row number to a value. */
struct reference {
    struct dimension path[8];
    uint32_t n;
    const struct type *type; /* of the value */
};
/* From a reference to its table's key, through keys that are references themselves. */
enum status reference_to_key(struct run *run, const struct type *type, struct reference *out);
/* From a reference to one column of its table. */
enum status reference_to_column(struct run *run, const struct table *table, int column,
                                struct reference *out);
/* Values of n rows of `in`, from row `from`, to row `at` of `out`, which has room. */
bool reference_values(struct alloc *a, const struct reference *r, const struct column *in,
                      uint32_t from, uint32_t n, struct column *out, uint32_t at);
/* The plain type behind references. */
const struct type *reference_key_type(const struct type *type);
/* Fills an empty column with the keys' values of n references. Free it in any case. */
enum status column_of_keys(struct run *run, const struct column *references, uint32_t n,
                           struct column *out);

#endif
