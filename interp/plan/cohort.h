/* Inside plan/ only: what cohorts are made of, for members, spans and reports.
 *
 * Trees that come back are fresh: each may stand in one expression. */
#ifndef SPOKE_PLAN_COHORT_H
#define SPOKE_PLAN_COHORT_H

#include "plan/build.h"

/* ---- cohort.c: of a plain cohort, over a row of its entity ---- */
/* Condition number i as it stands, and whether it lets the row through, which is never missing. */
struct node *cohort_condition_tree(const struct row *row, const struct cohort_info *cohort,
                                   uint32_t i);
struct node *cohort_lets_through(const struct row *row, const struct cohort_info *cohort,
                                 uint32_t i);
/* There is an entry and all conditions let through; never missing. Counts undecided rows. */
struct node *cohort_conditions(const struct row *row, const struct cohort_info *cohort);
/* What `enter` or an `exit` gives. */
struct node *cohort_day(const struct row *row, const struct node *day);
/* The earliest `exit` that is present; NULL: there are none. */
struct node *cohort_exit(const struct row *row, const struct cohort_info *cohort);
/* Slot of a nullable date; NULL: missing on every row. */
uint32_t cohort_day_slot(struct segment *g, struct node *day);
/* The exit comes after the entry; NULL: it always does. */
struct node *cohort_span_holds(const struct row *row, const struct cohort_info *cohort);
/* Members of a combination at some time; never missing. */
struct node *lower_ever(const struct row *row, const struct node *is);

/* There is an entry, all conditions let through, and the exit comes later: who does not is left
 * out, and who is undecided counted. */
void cohort_keep_members(const struct row *row, const struct cohort_info *cohort);

/* ---- spells.c: cohorts that a row may enter several times ---- */
/* Rows of the entity beside those that are their entries, with the fields that the clauses read. */
struct segment *cohort_entries(struct lowering *low, const struct cohort_info *cohort,
                               enum join_kind kind);
/* Row, entry and exit of each span. */
struct segment *cohort_spells(struct lowering *low, const struct cohort_info *cohort);
/* The spans as members: the entity's columns, entry and exit. */
struct segment *lower_spelled_members(struct lowering *low, const struct cohort_info *cohort);

/* ---- spans.c ---- */
/* Over the scan of the entity: a row for each span of a derived cohort with times. */
struct segment *lower_spans(struct segment *g, const struct cohort_info *cohort);

/* ---- cohort_report.c ---- */
struct segment *lower_attrition(struct lowering *low, const struct symbol *cohort);
/* `picked` is the condition on the entity's rows. */
struct segment *lower_why(struct lowering *low, const struct symbol *cohort,
                          const struct node *picked);

#endif
