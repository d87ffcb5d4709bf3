/* What the files that check cohorts share. */
#ifndef SPOKE_CHECK_COHORT_PARTS_H
#define SPOKE_CHECK_COHORT_PARTS_H

#include "check/checker.h"

/* ---- cohort.c ---- */
/* The first clause of the kind; NULL: there is none. */
struct node *cohort_clause(const struct node *n, enum node_kind kind);

/* ---- cohort_entries.c ---- */
/* Whether `enter` says that there may be several: `each(day)`. */
bool is_each(const struct node *n);
/* `enter each(...)` of the cohort: its entries, and the row that the other clauses read. Told where
 * it is none; then `each` stays NULL. */
void read_each(struct checker *c, struct cohort_info *info, struct node *n);
void read_gap(struct checker *c, struct cohort_info *info, const struct node *clause);
/* `coaching.day within 3 years before entry` as a condition. */
struct node *look_back(struct checker *c, const struct cohort_info *info, struct node *clause);

#endif
