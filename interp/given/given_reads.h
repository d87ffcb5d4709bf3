/* What a plan reads of records: which columns of which tables, by what way from the record, and
 * what stands in the way of judging a record by itself. */
#ifndef SPOKE_GIVEN_READS_H
#define SPOKE_GIVEN_READS_H

#include "given/given.h"

/* How rows are come to from those of another node. */
enum given_way {
    WAY_OWN,       /* the record's own row */
    WAY_REFERENCE, /* the row that a column leads to */
    WAY_TIE,       /* ... or a reference by several columns */
    WAY_LIST,      /* the rows that refer to it */
    WAY_LIST_TIE,  /* ... by several columns */
    WAY_ANY        /* by a value that was worked out: all rows of the table count */
};

/* Rows of one table that are come to by one way, and what is read of them. */
struct given_node {
    struct given_table *table;
    uint64_t bits; /* of its columns that are read; they are numbered by given_read */
    enum given_way way;
    uint32_t from;     /* the node before it */
    uint32_t column;   /* REFERENCE: of the rows before, LIST: of these; TIE: the number of a tie */
    struct lane marks; /* uint8_t by row of the record at hand */
};
struct given_part {
    const struct given_table *table;
    uint64_t bits;
};
struct given_reads {
    ARENA_VEC(struct given_node) nodes; /* each behind the one it is come to from */
    ARENA_VEC(struct given_part) parts; /* all nodes but the first, by table */
    uint64_t of_new; /* of the record's own row, if the store has none that can say it */
    /* Unless `why` is empty: read as a whole, or from a store only. */
    struct str why;
};

/* Adds to `g` the tables and columns that the plan reads; its population is a scan of the table of
 * the records. Lives in g's arena, whose escape it takes. */
struct given_reads given_reads_of(struct given *g, const struct plan *plan);
/* With a store: only the population's own columns. */
struct given_reads given_reads_beside_store(struct given *g, const struct plan *plan);
void given_reads_free(struct given *g, struct given_reads *r);
/* The scan that gives the rows that a plan is about; NULL: there is no single one. */
const struct plan *given_population(const struct plan *plan);

/* ---- given_lacks.c ---- */
/* Whether the record may lack something; most do not, which is told without a call. */
static inline bool given_may_lack(const struct given *g, const struct given_reads *r,
                                  uint32_t record) {
    bool may = given_own_lacks(g, record, r->nodes.at[0].bits | r->of_new) != 0;
    for (uint32_t i = 0; i < r->parts.n && !may; i++)
        may = given_lacks(r->parts.at[i].table, record, r->parts.at[i].bits) != 0;
    return may;
}
/* Whether the record lacks something that is read of it. False: no memory. */
bool given_find_lacking(const struct given *g, struct given_reads *r, uint32_t record,
                        bool *lacking);
/* ... the first such column, after given_find_lacking has found that there is one. */
void given_name_lacking(const struct given *g, const struct given_reads *r, uint32_t record,
                        struct buf *out);

#endif
