/* Between rule.c, which reads the clauses of a rule, and rule_source.c, which
 * says what rows they are over. */
#ifndef SPOKE_RULE_PARTS_H
#define SPOKE_RULE_PARTS_H

#include "check/checker.h"

/* What a rule is about while its clauses are read. */
struct rule_rows {
    struct node *base;       /* a checked relation: the rows, of groups those that are grouped */
    struct row *row;         /* over these */
    struct node_list by;     /* of groups: FIELDs, checked over `row`; else none */
    struct node *group;      /* V_GROUP, to which aggregates are added; NULL: no groups */
    struct row *group_row;   /* what trees over groups read */
    struct node *rows_where; /* over rows that are grouped */
};

/* Reads `for`; false: told. */
bool rule_source(struct checker *c, struct rule_info *rule, const struct node *of,
                 struct rule_rows *out);
/* A checked tree over rows that are grouped as one over the groups. */
struct node *over_groups(struct checker *c, struct rule_rows *rows, struct node *n);
bool has_aggregate(const struct node *n);
/* The relation of the rows that the rule judges, when all its clauses were read. */
void finish_source(struct checker *c, struct rule_info *rule, struct rule_rows *rows);
/* Measures that the clauses name become columns of the rows (rule_measures.c); false: told. */
bool add_measures(struct checker *c, struct rule_info *rule, const struct node *declaration,
                  const struct row_let *lets, struct rule_rows *rows);
/* Before the rule's own: `target` and `target_by` of the one measure whose cells are judged. */
struct row_let *target_lets(struct checker *c, const struct rule_rows *rows, struct row_let *lets);
/* `example`: a record whose values fit the columns of the rule's table (rule_example.c). */
void check_rule_example(struct checker *c, struct rule_info *rule, const struct node *clause);
/* A message that shows keys only (rule_mask.c). */
struct node *masked_message(struct checker *c, const struct rule_info *rule, struct node *n);
/* As it is written, on one line and not longer than a line has room for. */
struct str words_of(struct checker *c, struct span span);

#endif
