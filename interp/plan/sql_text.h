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
    const struct calendar *calendar;
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
/* A period as a literal, as Spoke prints it. */
struct str sql_period_text(struct sql_writer *w, int64_t period);

/* ---- sql_time.c: periods of days (in SQL), days of periods ---- */
/* The period of that grain that holds the day. */
struct str sql_period(struct sql_writer *w, enum grain grain, struct str day);
/* Whether school years start on 29 February. */
bool sql_year_from_leap_day(const struct sql_writer *w);
/* The first day of a period of that grain; 1 March of years that start on 29 February. */
/* Of a period of any grain but terms. */
struct str sql_last_day(struct sql_writer *w, struct str period);
struct str sql_first_day(struct sql_writer *w, enum grain grain, struct str period);

/* ---- sql_rows.c: a query in brackets; columns c0, c1, ... by slot, `place`, row_order ---- */
struct str sql_unpivot(struct sql_writer *w, const struct plan *p, const struct sql_table *input);
struct str sql_spans(struct sql_writer *w, const struct plan *p, const struct sql_table *input);

/* ---- sql_history.c ---- */
/* The pieces of a HELD: a query in brackets; columns c0, c1, ... by slot, `nth` of the rows that
 * hold where only the latest is wanted. */
struct str sql_held(struct sql_writer *w, const struct plan *p, const struct sql_table *input);
/* That the piece in the leg's table, called `alias`, holds the day. */
struct str sql_on_day(struct sql_writer *w, const struct step *step, const struct sql_table *leg,
                      struct str alias, struct str day);

/* ---- sql_axis.c: WITH tables of periods; their names ---- */
/* period, since, until: the days that count in each. */
struct str sql_windows(struct sql_writer *w, const struct axis *axis);
/* The days of an asked range that has them only when the calendar has been read; false: its term is
 * not there. `late` NULL: they are there already. */
bool sql_asked_days(const struct sql_writer *w, enum grain g, const struct late_range *late,
                    int64_t *first_day, int64_t *stop_day);
/* A spine's periods with those they are compared with. */
struct str sql_compared(struct sql_writer *w, const struct plan *spine);
/* The same without days, of the terms from the first to the last in the input's column. */
struct str sql_terms(struct sql_writer *w, const struct plan *spine, struct str period,
                     struct str input);
/* What stands beside the axis `a`; `period` is its column in the rows `t` and those before, `b`;
 * extents are tables with `first` and `last`. */
struct str sql_beside(struct sql_writer *w, enum grain grain, const struct spine_beside *b,
                      struct str period, const struct str *extents, uint32_t nextents);

#endif
