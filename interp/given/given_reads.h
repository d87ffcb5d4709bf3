/* What a plan reads of records: which columns of which tables, and what stands in the way of
 * judging a record by itself. */
#ifndef SPOKE_GIVEN_READS_H
#define SPOKE_GIVEN_READS_H

#include "given/given.h"

struct given_part {
    struct given_table *table;
    uint64_t bits; /* of its columns that are read; they are numbered by given_read */
};
struct given_reads {
    uint64_t own;                       /* of the record's own row */
    ARENA_VEC(struct given_part) parts; /* of all rows else */
    /* Unless `why` is empty: read as a whole, or from a store only. */
    struct str why;
};

/* Adds to `g` the tables and columns that the plan reads; its population is a scan of the table of
 * the records. Lives in g's arena, whose escape it takes. */
struct given_reads given_reads_of(struct given *g, const struct plan *plan);
/* With a store: only the population's own columns. */
struct given_reads given_reads_beside_store(struct given *g, const struct plan *plan);
/* The scan that gives the rows that a plan is about; NULL: there is no single one. */
const struct plan *given_population(const struct plan *plan);
/* Whether the record lacks something that is read. */
bool given_is_lacking(const struct given *g, const struct given_reads *r, uint32_t record);
/* The first column that it lacks. */
void given_name_lacking(const struct given *g, const struct given_reads *r, uint32_t record,
                        struct buf *out);

#endif
