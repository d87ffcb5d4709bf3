/* Inside plan/ only: what the files that lower questions share. */
#ifndef SPOKE_PLAN_QUESTION_H
#define SPOKE_PLAN_QUESTION_H

#include "base/position.h"
#include "plan/build.h"

/* One measure on its way into the answer. */
struct cells {
    struct lowering *low;
    const struct question *question;
    const struct asked *asked;
    const struct measure_info *measure;
    struct segment *group; /* fields: dims, `total`?, `period`?, then the parts that are asked */
    bool zero;             /* its value is 0, not missing, where there are no facts */
};

struct slot_list {
    uint32_t *at;
    uint32_t n, cap;
};

/* Fields of the cells before the first part. */
static inline uint32_t cell_key_count(const struct question *q) {
    return q->ndims + q->total + (q->grain != GRAIN_NONE);
}

/* ---- facts.c ---- */
/* The facts that the question is about, each with what is needed to look back. `again`: another
 * measure has counted what the question itself leaves undecided. */
struct segment *lower_facts(struct lowering *low, const struct question *q, const struct asked *a,
                            bool again);
/* Whether a fact counts in several periods, or a unit without facts in all. */
bool has_windows(const struct question *q, const struct asked *a);
const struct axis *axis_of(struct lowering *low, const struct question *q, const struct asked *a);
/* The first and last day there is in the measure's facts, of all rows. */
struct segment *whole_extent(struct lowering *low, const struct measure_info *m);
/* The date column, and the day it lies on. */
struct node *at_tree(struct lowering *low, const struct measure_info *m);
/* For a grouping by `grain`. */
struct node *day_tree(struct lowering *low, const struct measure_info *m, enum grain grain);
struct node *period_tree(struct lowering *low, enum grain grain, struct node *day);

/* ---- measure.c ---- */
struct units {
    struct segment *group; /* without `per`: the facts */
    struct slot_list keys; /* its slots that hold the dims and the period */
};
/* Conditions over unit rows, each true or not; NULL: always for in and counted, else never. */
struct judged {
    struct node *in;      /* d */
    struct node *counted; /* n; may be missing */
    struct node *excluded, *excepted, *undecided;
};
struct units measure_units(struct cells *c);
struct judged judge_units(const struct row *units, const struct measure_info *m);
/* One row for each cell that has facts. */
void measure_cells(struct cells *c, bool again);

/* ---- units.c ---- */
struct segment *lower_units(struct lowering *low, const struct question *q,
                            const struct type *type);

/* ---- each.c ---- */
/* Puts the units that have no facts under a grouping of facts into units; `per` is which of its
 * keys is the unit. */
void add_each(struct segment *units, const struct row *facts, const struct question *q,
              const struct asked *a, uint32_t per, const struct slot_list *cell_keys);

#endif
