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

/* Which period since the entry a fact lies in: of a question `over GRAIN since entry`. */
uint32_t since_slot(const struct row *row, const struct asked *a);

/* ---- measure.c ---- */
struct units {
    struct segment *group; /* without `per`: the facts */
    struct slot_list keys; /* its slots that hold the dims and the period */
    uint32_t compared;     /* and the dim of which two values are compared, if there is one */
};
/* Conditions over unit rows, each true or not; NULL: always for in and counted, else never. */
struct judged {
    struct node *in;      /* d */
    struct node *counted; /* n; may be missing */
    struct node *excluded, *excepted, *undecided;
};
/* `again`: as lower_facts. */
struct units measure_units(struct cells *c, bool again);
struct judged judge_units(const struct row *units, const struct measure_info *m);
/* In d but not in n; NULL: nobody. */
struct node *not_counted(struct lowering *low, const struct judged *j);
/* One row for each cell that has facts. */
void measure_cells(struct cells *c, bool again);
/* The rows that are judged: units, or without `per` the facts. */
struct units rows_of_units(struct cells *c, bool again);
/* A grouping of these by the cells, then by `more`. */
struct segment *group_cells(struct segment *g, const struct cells *c, const struct slot_list *keys,
                            const struct slot_list *more, bool windows);
/* The next field of the cells, if it is asked. */
void add_part(struct cells *c, enum cell_part part, struct node *lowered);

/* ---- sample.c ---- */
/* measure_cells for a measure of a sample. */
void sample_cells(struct cells *c, struct units *units, bool windows);

/* ---- say.c: what is said below an answer ---- */
struct node *tree_undated(struct lowering *low, const struct measure_info *m);
/* Rows of facts without a date, counted and left out behind all other conditions on them. */
void say_undated(const struct row *facts, const struct asked *a);
/* Units that were left out, that have no facts, or that are several things at once. `units` NULL:
 * the measure judges facts. */
void say_units(struct cells *c, const struct row *row, const struct units *units,
               const struct judged *judged);

/* ---- units.c ---- */
struct segment *lower_units(struct lowering *low, const struct question *q,
                            const struct type *type);

/* ---- each.c ---- */
/* The rows of the unit's table that the question is about; the unit is a reference. */
struct segment *scan_units(struct lowering *low, const struct asked *a);
/* Puts the units that have no facts under a grouping of facts into units; `per` is which of its
 * keys is the unit. */
void add_each(struct segment *units, const struct row *facts, const struct question *q,
              const struct asked *a, uint32_t per, const struct slot_list *cell_keys);

#endif
