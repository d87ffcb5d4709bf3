/* What the files that check measures and questions share. */
#ifndef SPOKE_CHECK_MEASURE_PARTS_H
#define SPOKE_CHECK_MEASURE_PARTS_H

#include "check/checker.h"

struct story { /* the clauses by kind; NULL where left out */
    struct node *from, *per, *where, *among, *exclude, *except, *count, *value, *at, *target,
        *baseline, *better, *kind, *unit, *rate, *accumulates, *weight, *cluster, *strata,
        *population;
    struct node_list lets; /* FIELD nodes */
    struct str title;
    bool is_preset; /* refines a measure of the library */
};

/* What a measure's value can be. */
static inline bool is_figure(const struct type *t) {
    return type_is_number(t) || t->kind == TY_POINTS;
}

/* ---- measure_story.c ---- */
/* The clauses of a measure, put together with those of the measure it refines; false: told. */
bool read_story(struct checker *c, struct node *n, struct story *s);

/* Whether a refined preset has all names that it counts by; else told where it is refined. */
bool has_preset_names(struct checker *c, const struct measure_info *m, const struct story *s,
                      const struct node *n);

/* ---- measure_clauses.c: what is known apart from the facts ---- */
void read_target(struct checker *c, struct measure_info *m, struct node *clause);
void read_baseline(struct checker *c, struct measure_info *m, struct node *clause);
void read_rate(struct checker *c, struct measure_info *m, struct node *clause);
void read_words(struct checker *c, struct measure_info *m, const struct story *s);
/* The unit of the value, once its type is known. */
void read_unit(struct checker *c, struct measure_info *m, const struct node *clause);
/* Which direction counts against: told to `except`. */
void read_direction(struct checker *c, struct measure_info *m, const struct node *except);
/* GRAIN_NONE with a message if it is none. */
enum grain read_grain(struct checker *c, struct str name, struct span span);

/* ---- sample.c ---- */
/* Notes that the measure is of a sample, before its value is read; then how it was drawn. */
void begin_sample(struct checker *c, struct measure_info *m, const struct story *s);
void read_sample(struct checker *c, struct measure_info *m, const struct story *s);
/* `compare(QUESTION, dim, x, y)` of a sample: NULL if the question is none, or not of a sample. */
struct node *compare_sample(struct checker *c, struct node *call);
/* Tells of such clauses in a measure made of measures. */
bool refuse_sample(struct checker *c, const struct story *s);

/* ---- measure.c ---- */
/* The measure behind a name that is asked or calculated with; NULL: told. */
struct measure_info *measure_named(struct checker *c, struct symbol *symbol,
                                   const struct node *name);
/* One whole number over another. */
bool is_pair(const struct node *value);
/* Whether a row of the facts is told from all others but those of other days by these paths. */
bool stock_is_single(const struct measure_info *m, struct node *const *paths, uint32_t n,
                     uint32_t *open_key);

/* ---- answer.c ---- */
/* The measures that were asked, in order. */
struct asked_list {
    const struct measure_info **at;
    uint32_t n, cap;
};
/* What stands behind `with`. */
struct shown {
    bool excluded, excepted, undecided, partial, interval, se, deff, effective;
    double level;
};
/* The same for the difference of two cells of a sample, all other dims being kept. */
const struct type *difference_of(struct checker *c, struct question *q,
                                 const struct type *const *dim_types, struct span span);
/* Types and columns of the answer: q->cells, q->columns, and the answer's type. */
const struct type *answer_of(struct checker *c, struct question *q,
                             const struct asked_list *measures, const struct shown *shown,
                             const struct type *const *dim_types, struct span span);
#endif
