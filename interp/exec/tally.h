/* Aggregates of many groups at once, each kind in arrays of its own.
 *
 * A tally is fed a batch at a time with the group number of each row; results
 * are the same however the rows are cut into batches: integer sums are exact
 * in 128 bits, float sums are compensated in row order. */
#ifndef SPOKE_EXEC_TALLY_H
#define SPOKE_EXEC_TALLY_H

#include "exec/codes.h"
#include "plan/plan.h"

enum { TALLY_LANES = 8 };

struct tally {
    struct alloc *alloc;
    const struct aggregation *what;
    const struct type *argument;    /* its type, or NULL */
    struct lane lanes[TALLY_LANES]; /* by group; which ones, tally.c says */
    struct column best;             /* MIN, MAX, FIRST, LAST */
    struct lane values, of;         /* MEDIAN, QUANTILE: every value, and its group */
    uint32_t nvalues;
    struct keying
        distinct;      /* COUNT_DISTINCT and where only different values count: their numbers, */
    struct pairs seen; /* ... and (group, number) met before */
    uint32_t failed;   /* see tally_result */
    struct lane hidden; /* by group: a suppressed value came in, so one comes out */
};

/* Room for the rows of one batch; shared by the tallies of a grouping. */
struct tally_scratch {
    uint32_t rows[BATCH_ROWS];
    uint32_t groups[BATCH_ROWS];
    uint32_t codes[BATCH_ROWS];
    uint32_t stretch_groups[BATCH_ROWS];
    int64_t words[BATCH_ROWS];
    double numbers[BATCH_ROWS];
};

/* NULL is allowed as argument of COUNT. false: no memory. */
bool tally_init(struct tally *t, struct alloc *alloc, const struct aggregation *what,
                const struct type *argument);
void tally_free(struct tally *t);
/* Adds a batch; groups[i] < ngroups is the group of row i. */
bool tally_add(struct tally *t, const struct batch *b, const uint32_t *groups, uint32_t ngroups,
               struct tally_scratch *scratch);
/* Neighbouring rows of one group each: stretch i is rows starts[i] .. starts[i + 1]. */
struct tally_stretches {
    const uint32_t *starts, *groups;
    uint32_t n;
};
/* Whether the tally can add them from the codes of its columns, which then need not be spread. */
bool tally_takes_codes(const struct tally *t, const struct batch *b);
/* Whether the tally can add them without looking at the group of each row, */
bool tally_takes_stretches(const struct tally *t, const struct batch *b);
/* ... and does so, with the same result. */
bool tally_add_stretches(struct tally *t, const struct batch *b, const struct tally_stretches *by,
                         uint32_t ngroups);
/* Whether tallies of parts of the rows can be merged into that of all, */
bool tally_merges(const struct aggregation *what);
/* ... and whether the result is the same for whatever parts and in whatever order. */
bool tally_is_exact(const struct aggregation *what, const struct type *argument);
/* Adds groups [first, first + n) of `from` to groups map[0..n), all below ngroups. */
bool tally_merge(struct tally *t, struct tally *from, uint32_t first, uint32_t n,
                 const uint32_t *map, uint32_t ngroups);
/* Writes the results of groups [first, first + n) into a prepared column. `any` says whether there
 * was any row at all. ST_LIMIT: the integer sum of row t->failed does not fit in 64 bits. */
enum status tally_result(struct tally *t, uint32_t first, uint32_t n, bool any, struct column *out);

#endif
