/* What an editor asks the checker about one name of a text: what it means, and
 * what else could stand in its place.
 *
 * While the session has a probe, the checker fills it in when it comes to the
 * name. Nothing else changes; whoever asks throws the unit away afterwards.
 * All memory is the session's arena. */
#ifndef SPOKE_PROBE_H
#define SPOKE_PROBE_H

#include "check/symbols.h"

struct checker;
struct session;

struct probe {
    struct span span; /* of the name */
    bool found;       /* the checker came by */
    /* What it means. */
    struct symbol *symbol;     /* or NULL */
    const struct type *type;   /* of the expression that ends with the name, or NULL */
    const struct table *table; /* with `column`: a column of a table, as declared */
    int column;
    /* What could stand there. */
    const struct type *row;            /* its columns, or NULL */
    const struct table *row_table;     /* whose rows these are, or NULL */
    ARENA_VEC(struct str) lets;        /* of a rule */
    ARENA_VEC(struct symbol *) inside; /* names of blocks and functions, innermost first */
    bool aggregates;                   /* columns need an aggregate */
    const struct type *left;           /* of what stands before the point */
    struct symbol *owner;              /* the network before the point */
};

/* Where a name or the last part of a path stands. */
struct span probe_place(const struct node *n);
/* The expression is the name, or ends with it; probe_expression_done then gets what became of it.
 */
bool probe_expression(struct checker *c, struct node *n);
void probe_expression_done(struct checker *c, const struct node *checked);
/* A name that is no expression: of a function that is called, a table, a cohort, a declaration. */
void probe_symbol(struct checker *c, struct span span, struct symbol *symbol);
/* The name of a column where only columns can stand. */
void probe_column(struct checker *c, struct span span, struct str name, const struct type *row);
/* Checks the body of a function that nothing calls, so that the probe may be met in it: parameters
 * without a type fit everything. */
void probe_function(struct session *s, struct symbol *symbol);

#endif
