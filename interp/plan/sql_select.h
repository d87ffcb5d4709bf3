/* Inside plan/ only: the SELECT of one segment, as the files that write plan_full_sql share it. */
#ifndef SPOKE_PLAN_SQL_SELECT_H
#define SPOKE_PLAN_SQL_SELECT_H

#include "plan/sql_text.h"

/* The SELECT that is being written for one segment. */
struct select {
    struct sql_writer *w;
    const struct plan *plan;
    struct str *slots; /* SQL by slot; empty: not there yet */
    struct str from, where, group;
    ARENA_VEC(struct str) order;
    ARENA_VEC(struct str) joined;        /* "column of table" of each lookup join, to share it */
    ARENA_VEC(const struct plan *) legs; /* joined */
};

/* A table of the WITH for a segment; its name. */
struct str sql_add_table(struct sql_writer *w, const struct plan *p, struct str query);
/* The input of the segment as the table `t` it reads from. `ordered`: by a column `row_order`, if
 * the rows have an order. */
struct sql_table sql_write_input(struct select *s, bool ordered);
/* Slots first, first + 1, ... are the columns of a table. */
void sql_read_table(struct select *s, const struct sql_table *t, const char *alias, uint32_t first,
                    uint32_t n);
struct str sql_input_column(struct sql_writer *w, const struct sql_table *input, uint32_t i);
/* The name under which the slot is put out or scanned, if it is still free; else one that is. */
struct str sql_slot_name(struct sql_writer *w, const struct plan *p, uint32_t slot,
                         const struct str *taken, uint32_t n);
/* For ORDER BY: missing last. Durations are texts here, which are in another order. */
struct str sql_order_term(struct sql_writer *w, struct str value, const struct type *type,
                          bool descending);

/* ---- sql_window.c ---- */
void sql_window_base(struct select *s);

#endif
