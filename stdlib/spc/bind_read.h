/* A relation as one or more series of values over time.
 *
 * A row is a point; for charts of subgroups it is one value of the subgroup that the period tells
 * (without a time column: the first column), and for times between events it may be an event.
 * The time column is the one named `period`, else the first of type period or
 * date; the value column is the one named `value`, else the only number that is
 * neither key, n nor d. Columns that are keys or stand before the time column
 * tell the series apart. All results live in the arena; texts of labels too. */
#ifndef SPOKE_SPC_READ_H
#define SPOKE_SPC_READ_H

#include "base/day.h"
#include "column/column.h"
#include "stdlib/spc/analyse.h"

struct spc_series {
    struct str name; /* "01M015, grade 9"; empty when there is one */
    uint32_t n;
    int64_t *at;          /* packed periods in order, or 0, 1, 2, ... */
    double *value;        /* NaN: missing or suppressed */
    double *count, *size; /* NaN: missing; size also of subgroups */
    double *spread;       /* of subgroups: standard deviations or ranges */
    uint32_t *row;        /* of the relation; of a subgroup the first */
    const double *target; /* of each point, NaN: none; NULL: of no point */
};

/* How rows become points. */
struct spc_reading {
    bool timed;         /* a relation without a time column is a problem */
    bool subgroups;     /* a point is made of all rows of a period */
    enum spc_kind kind; /* where it is known already: subgroups and time between events need it */
    bool by_range;
};

struct spc_table {
    struct spc_series *series; /* in order of first appearance */
    uint32_t nseries;
    enum grain grain; /* GRAIN_NONE: rows in their order, no time */
    bool share;       /* values are shares, to be shown as percentages */
    bool has_counts;  /* every value is a count over a size, 0 <= count <= size */
    bool has_rates;   /* counts over sizes, but a count may be the larger */
    struct str value_name;
    uint64_t suppressed;      /* values */
    uint64_t timeless;        /* rows without a period, left out */
    uint32_t most;            /* rows of the longest series */
    struct str problem, help; /* when spc_read gives false */
};

/* false: out->problem says what is wrong with the relation, or is empty when
 * memory ran out. */
bool spc_read(struct arena *a, const struct calendar *calendar, const struct frame *f,
              const struct spc_reading *how, struct spc_table *out);
/* Whether a column tells when rows were. */
bool spc_has_time(const struct frame *f);
/* Whether a column has numbers; such a cell, shares as fractions and points as points, NaN:
 * missing. */
bool spc_is_number(const struct frame *f, int column);
double spc_number_at(const struct column *c, uint32_t row);
/* The kind that fits: counts over sizes take a p chart, all else individuals. */
enum spc_kind spc_fitting_kind(const struct spc_table *t);

/* bind_gather.c: rows in order of time into fewer points, in place. */
void spc_gather_groups(struct spc_series *s, const struct spc_reading *how);
/* False: two events are of one day, number `*at`. */
bool spc_gather_events(struct spc_series *s, enum spc_kind kind, int64_t *at);

#endif
