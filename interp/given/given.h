/* Rows that another program hands in, in place of a store's.
 *
 * Each record is a row of one table, with the rows that it refers to inside it as records and the
 * rows that refer to it as lists. They lie here in columns, as scans and lookups want them, so the
 * plan that judges a store's rows judges these, too.
 *
 * Row 0 of a table is nobody's; a reference is the number of a row. Every row belongs to one
 * record, and what one record says of another table's row never reaches another record. *Not
 * given* is kept apart from *missing*: each row knows which of the columns that are read it was
 * given.
 *
 * Owns all memory; texts live until given_clear. No function reports an error but ST_NO_MEMORY
 * and ST_LIMIT. */
#ifndef SPOKE_GIVEN_H
#define SPOKE_GIVEN_H

#include "exec/exec.h"
#include "exec/rows.h"
#include "store/convert.h"

/* At most this many columns and lists of one table are read by all rules together. */
enum { GIVEN_MOST_READ = 64 };

struct given_table;
struct given_list { /* rows of another table, by their reference to this one */
    struct given_table *rows_of;
    uint32_t column; /* of theirs, or with `tied` the number of a tie */
    bool tied;
    uint8_t bit; /* its number among what is read + 1 */
};
struct given_tie { /* a reference by several columns: to which row it leads is noted apart */
    const struct table_tie *tie;
    struct given_table *to;
    uint8_t bit;      /* of that row, where records hold it; 0: only lists are read this way */
    struct lane rows; /* uint32_t by row; 0: none */
};

struct given_table {
    const struct table *table;
    struct column *columns; /* by column of the table; only what is read has room */
    uint8_t *bits;          /* by column: its number among those that are read + 1, or 0 */
    ARENA_VEC(struct given_list) lists;
    ARENA_VEC(struct given_tie) ties;
    uint32_t nread;
    uint32_t n, cap;     /* rows, with row 0 */
    uint32_t first;      /* the first row of the current record */
    struct lane given;   /* uint64_t by row: a bit for each of what is read */
    struct lane records; /* uint32_t by row: whose it is, once it is complete; 0: nobody's */
    struct lane becomes; /* uint32_t by row: the row of the same record it was united with, or 0 */
    bool unites;         /* some row of the current record was */
    struct lane meant;   /* int64_t by row, beside a store: its number there; 0: it has none */
    struct lane firsts;  /* uint32_t by record: its first row */
    struct lane lacks;   /* uint64_t by record: what some row of it lacks */
};

struct given {
    struct alloc *alloc;
    struct arena arena; /* tables and what is as long as their columns */
    struct text_pool texts;
    ARENA_VEC(struct given_table *) tables; /* the first is that of the records */
    uint32_t nrecords;
    struct lane own;               /* uint64_t by record: what its own row lacks */
    const uint8_t *passed_over;    /* by record, from 1: nothing of it is read; NULL: all are */
    const struct plan *population; /* of the run: the scan that gives the records, in their order */
    bool has_ties;                 /* some table has */
    bool beside_store;             /* no other scan, and no lookup, is of what is here */
    bool asks_own_number;          /* some plan asks for the number of the record's own row */
    int64_t stored;                /* the highest number of a stored row of its table */
    uint32_t put_in;               /* beside a store: the record that counts as stored; 0: none */
    struct column *copies;         /* by column of its table, as it is then; NULL: nobody looks */
};

void given_init(struct given *g, struct alloc *alloc);
void given_free(struct given *g);

/* ---- what is read, before the first record; these take the arena's escape ---- */
struct given_table *given_table_add(struct given *g, const struct table *table);
/* NULL: nothing of it is read. */
struct given_table *given_table_of(const struct given *g, const struct table *table);
/* False: more than GIVEN_MOST_READ. */
bool given_read(struct given_table *t, uint32_t column);
/* As given_read, of rows of `rows_of`: the list's bit; 0: too many. */
uint8_t given_read_list(struct given *g, struct given_table *t, struct given_table *rows_of,
                        uint32_t column, bool tied);
/* The number of the tie; its row is one of those that are read if `bit` is asked for. -1: too many.
 */
int given_read_tie(struct given *g, struct given_table *t, const struct table_tie *tie,
                   struct given_table *to, bool with_bit);

/* ---- filling ---- */
/* Forgets all records, keeps the room. */
void given_clear(struct given *g);
/* Begins a record; its row is the first of the first table. False: no memory. */
bool given_record(struct given *g);
/* A row for the current record, nobody's yet, with nothing given. 0: no memory. */
uint32_t given_row(struct given *g, struct given_table *t);
/* Of a column that is read. */
bool given_put(struct given *g, struct given_table *t, uint32_t row, uint32_t column,
               const struct cell *cell);
/* A reference to that row; 0: missing. */
bool given_put_row(struct given *g, struct given_table *t, uint32_t row, uint32_t column,
                   uint32_t to);
/* The list, or the row behind the tie, with that bit was given. */
void given_put_bit(struct given_table *t, uint32_t row, uint8_t bit);
/* The tie leads to that row. */
void given_tie_row(struct given_table *t, uint32_t tie, uint32_t row, uint32_t to);
static inline uint32_t given_tied(const struct given_table *t, uint32_t tie, uint32_t row) {
    return ((const uint32_t *)t->ties.at[tie].rows.p)[row];
}
bool given_was_given(const struct given_table *t, uint32_t row, uint8_t bit);
/* The row is complete. */
void given_complete(const struct given *g, const struct given_table *t, uint32_t row);
static inline bool given_is_complete(const struct given *g, const struct given_table *t,
                                     uint32_t row) {
    return ((const uint32_t *)t->records.p)[row] == g->nrecords;
}
/* The row that the current record is. */
static inline uint32_t given_own_row(const struct given *g) {
    return g->tables.at[0]->first;
}
/* Both rows of the current record are one: `kept` gets what only `gone` was given. References to
 * `gone` are to `kept` once they are followed. */
bool given_unite(struct given *g, struct given_table *t, uint32_t kept, uint32_t gone);
/* The row that a row of the current record is by now. */
uint32_t given_now(const struct given_table *t, uint32_t row);
/* Where the columns of a tie were given on one side only, they are on the other as well. False: no
 * memory. */
bool given_fill_ties(struct given *g);
/* False: `reason` says which are given otherwise there. After given_follow. */
bool given_check_ties(const struct given *g, struct buf *reason);
/* All references of the current record are to the rows that these are by now. */
void given_follow(struct given *g);
/* The current record is complete and followed: notes what its rows lack. */
void given_settle(struct given *g);
static inline uint64_t given_own_lacks(const struct given *g, uint32_t record, uint64_t bits) {
    return ((const uint64_t *)g->own.p)[record] & bits;
}
/* What some row of `t` in the record lacks, of that in `bits`. */
static inline uint64_t given_lacks(const struct given_table *t, uint32_t record, uint64_t bits) {
    return ((const uint64_t *)t->lacks.p)[record] & bits;
}
static inline uint64_t given_row_lacks(const struct given_table *t, uint32_t row, uint64_t bits) {
    return ((const uint32_t *)t->records.p)[row] ? bits & ~((const uint64_t *)t->given.p)[row] : 0;
}
struct given_rows {
    uint32_t first, end;
};
static inline struct given_rows given_rows_of(const struct given_table *t, const struct given *g,
                                              uint32_t record) {
    const uint32_t *firsts = t->firsts.p;
    return (struct given_rows){firsts[record], record < g->nrecords ? firsts[record + 1] : t->n};
}
/* Everything of the current record goes; its number is given again. */
void given_take_back(struct given *g);

/* ---- reading: for an exec_env ---- */
/* Whether a scan is of rows here. */
bool given_has(const struct given *g, const struct plan *scan);
enum status given_scan(const struct given *g, const struct plan *scan, const struct exec_env *env,
                       const struct relation *self, struct row_source **out);
/* Of a table that given_table_of knows. */
struct dimension given_dimension(const struct given *g, const struct table *table, int column);

#endif
