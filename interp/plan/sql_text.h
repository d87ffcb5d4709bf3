/* Inside plan/ only: putting together the readable query of plan_full_sql. */
#ifndef SPOKE_PLAN_SQL_TEXT_H
#define SPOKE_PLAN_SQL_TEXT_H

#include "plan/build.h"

/* A segment that has been written: the WITH table that holds it and the names of its columns. */
struct sql_table {
    const struct plan *plan;
    struct str table;
    struct str *names;
    bool has_order; /* a column row_order besides */
};

struct sql_writer {
    struct arena *arena;
    const struct sources *sources;
    struct str *slots;                /* of the segment at hand: SQL of each slot */
    uint32_t tables;                  /* WITH tables so far */
    struct str with;                  /* their text */
    ARENA_VEC(struct sql_table) legs; /* each written once */
    ARENA_VEC(struct str) unsaid;     /* what SQL cannot say */
};

/* Which rows an aggregate is over. */
struct sql_rows {
    struct str filter; /* a condition; empty: all of them */
    struct str over;   /* " OVER (...)"; empty: those of a group */
    bool may_be_none;
};

/* `between` only where `a` is not empty. */
struct str sql_append(struct sql_writer *w, struct str a, const char *between, struct str b);
/* Remembers what cannot be said; gives NULL with a comment in its place. */
struct str sql_unsaid(struct sql_writer *w, const char *what);
/* A lowered tree over w->slots; dates and periods are texts, bools 0 and 1, shares decimals. */
struct str sql_expr(struct sql_writer *w, const struct node *n);
struct str sql_text_literal(struct arena *arena, struct str text);
/* Of the values x, which are of the type. */
struct str sql_aggregate(struct sql_writer *w, const struct aggregation *a, const struct type *type,
                         struct str x, const struct sql_rows *rows);
struct str sql_day(struct arena *arena, int64_t day);
/* The period of that grain that holds the day `day` (SQL), as Spoke prints periods. */
struct str sql_period(struct arena *arena, enum grain grain, struct str day);

/* ---- sql_rows.c: a query in brackets; columns c0, c1, ... by slot, `place`, row_order ---- */
struct str sql_unpivot(struct sql_writer *w, const struct plan *p, const struct sql_table *input);
struct str sql_spans(struct sql_writer *w, const struct plan *p, const struct sql_table *input);

/* ---- sql_axis.c: WITH tables of periods; their names ---- */
/* period, since, until: the days that count in each. */
struct str sql_windows(struct sql_writer *w, const struct axis *axis);
/* A spine's periods with those they are compared with. */
struct str sql_compared(struct sql_writer *w, const struct plan *spine);
/* What stands beside the axis `a`; extents are tables with `first` and `last`. */
struct str sql_beside(struct sql_writer *w, enum grain grain, const struct spine_beside *b,
                      const struct str *extents, uint32_t nextents);

#endif
