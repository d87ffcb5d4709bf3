/* Columns, batches and frames: rows by the thousand.
 *
 * A column is one array of words, doubles or text pointers, with an array of
 * states only where some value is not present. Ratios have a second array of
 * denominators. A batch is what flows between operators: up to BATCH_ROWS rows
 * in numbered slots. A frame is a finished result: named columns and the
 * texts they point at, immutable once built and counted by references. */
#ifndef SPOKE_COLUMN_H
#define SPOKE_COLUMN_H

#include "base/arena.h"
#include "check/types.h"
#include "column/value.h"

#define BATCH_ROWS 2048u

struct column {
    const struct type *type;
    union {
        int64_t *i;
        double *f;
        const struct text **t;
        void *data;
    };
    int64_t *d;     /* STORE_PAIR: denominators; else NULL */
    uint8_t *state; /* enum state for each row; NULL: all present. Pairs and texts show missing
                       in the value itself (d = 0, NULL) and need none */
    uint32_t cap;
};

/* Grows to at least `cap` rows, and at least to double, keeping contents; new
 * rows are zero. false: no memory, the column is as it was. */
bool column_reserve(struct alloc *a, struct column *c, uint32_t cap);
/* Makes sure there is a state array (zeroed when new). */
bool column_states(struct alloc *a, struct column *c);
void column_free(struct alloc *a, struct column *c);
static inline enum state column_state(const struct column *c, uint32_t row) {
    if (c->d)
        return c->d[row] > 0 ? PRESENT : c->d[row] == 0 ? MISSING : SUPPRESSED;
    if (c->state && c->state[row] != PRESENT)
        return (enum state)c->state[row];
    enum storage storage = type_storage(c->type);
    return storage == STORE_NONE || (storage == STORE_TEXT && !c->t[row]) ? MISSING : PRESENT;
}
/* Makes row `to` of `out` equal to row `from` of `in` (same type and pool), making room for it. */
bool column_copy(struct alloc *a, struct column *out, uint32_t to, const struct column *in,
                 uint32_t from);
/* Orders two rows of columns of one type: by value, missing last; texts by
 * code point; suppressed sorts as missing. */
int column_compare(const struct column *a, uint32_t row_a, const struct column *b, uint32_t row_b);
/* Equal values have equal hashes; missing has its own. */
uint64_t column_hash(const struct column *c, uint32_t row);

/* A column of a batch said once more: each row's value by its place among a few different ones.
 * What is worked out from one column can then be worked out once for each of its values. */
struct coding {
    uint16_t codes[BATCH_ROWS];
    const struct column *values; /* at the codes that occur; one may stand for missing */
    uint32_t n;                  /* codes are below it */
    uint64_t number;             /* never 0; another one whenever the values are others */
    bool spread;                 /* the column itself has the rows' values, too */
};

struct batch {
    uint32_t n;             /* rows in use, at most BATCH_ROWS */
    struct column *columns; /* by slot */
    uint32_t nslots;
    struct coding **codings; /* by slot: NULL where there is none; NULL: none at all */
    bool lazy;               /* whoever fills it need not spread codings: see coded.h */
};
static inline struct coding *batch_coding(const struct batch *b, uint32_t slot) {
    return b->codings ? b->codings[slot] : NULL;
}

/* What a result knows about itself, for charts and captions. Texts are
 * borrowed from the unit's arena or the frame's pool. */
struct saying;
struct about_measure;
enum { MOST_COUNTERS = 8 };

struct about {
    struct str title;  /* the measure's or table's title */
    struct str name;   /* the measure's name */
    struct str better; /* "up", "down" or empty */
    struct str kind;   /* outcome, driver, process, balancing or empty */
    struct str shape;  /* proportion, mean, count, ratio, or empty when not a measure */
    struct str unit;
    struct str definition; /* one paragraph of English: how each figure was made */
    struct str note;       /* what must be said of the figures, or empty */
    struct str made;       /* lines of how a function made them, for `explain`, or empty */
    bool is_preset;        /* tables say the definition */
    const struct about_measure *measures; /* that were asked */
    uint32_t nmeasures;
    struct str calendar;          /* what holds where periods count by it, or empty */
    const struct saying *sayings; /* of the run that made the figures */
    uint32_t nsayings;
    int64_t stop_day; /* an asked range without periods ends before it; 0: none */
    bool has_last_day;
    int64_t last_day; /* the last that the facts have, once they have been asked */
    bool has_target;
    double target;     /* in the measure's own unit; shares as fractions, points as points */
    int target_op;     /* enum token_kind: TOK_LE ... */
    int64_t target_by; /* day, or 0 */
    const struct target_step *target_steps; /* in order; then `target` is that of the last */
    uint32_t ntarget_steps;
    bool has_baseline;
    double baseline;                       /* as the target */
    int64_t baseline_first, baseline_stop; /* days, half open */
};

struct frame {
    uint32_t refs;
    struct alloc *alloc;
    const struct type *type; /* TY_RELATION: names, types and keys of the columns */
    uint32_t n;              /* rows */
    uint32_t ncolumns;
    struct column *columns;
    struct text_pool pool;
    struct about about;
    int64_t under;      /* what is suppressed is of fewer than this; 0: nothing is */
    uint64_t undecided; /* rows on which some condition was missing */
    struct str notes;   /* lines for the reader, in the pool's arena; may be empty */
};
/* One reference held by the caller; columns empty. NULL: no memory. */
struct frame *frame_new(struct alloc *a, const struct type *type);
struct frame *frame_hold(struct frame *f);
void frame_drop(struct frame *f);
/* Makes room for n rows in all columns (does not set f->n). */
bool frame_reserve(struct frame *f, uint32_t n);
/* Adds a row position, zero as in column_reserve; values are set through the columns. */
bool frame_push(struct frame *f);
/* Texts put into the frame must come from here. NULL: no memory. */
const struct text *frame_text(struct frame *f, struct str s);
/* Adds a line (given without its '\n', kept with it) to notes. false: no memory. */
bool frame_note(struct frame *f, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
