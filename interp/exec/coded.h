/* Expressions over a coded column: worked out once for each value, not each row.
 *
 * Only values that rows at hand have are worked out, so nothing can fail that
 * would not fail row by row. */
#ifndef SPOKE_EXEC_CODED_H
#define SPOKE_EXEC_CODED_H

#include "exec/codes.h"
#include "exec/exec.h"

/* What was worked out for the values of one coding. */
struct memo {
    struct column results; /* by code */
    struct lane known;     /* bool, by code */
    struct lane same;      /* uint16_t, by code: the first code that gave the same result */
    bool merges;           /* some code is not its own `same` */
    bool whole;            /* all codes are known */
    struct codes distinct; /* of the results */
    struct lane firsts;    /* uint16_t, by number in `distinct` */
    uint64_t number;       /* of the coding */
    struct column inputs;  /* values to be worked out, */
    struct column given;   /* ... and what they gave */
    struct column *slots;  /* the columns of a batch in which `inputs` is one */
    uint32_t nslots;
    struct coding coding; /* of the results, as the batch has them now */
};
void memo_free(struct alloc *a, struct memo *m);

/* Whether an expression gives the same each time and cannot fail. */
bool coded_is_pure(const struct expr *e);
/* The coded slot that all of an expression depends on; -1: more or none, or it is not the same each
 * time. */
int coded_slot(const struct expr *e, const struct batch *b);

/* In a lazy batch columns that have a coding are not filled: whoever reads one asks for it. Then
 * columns that only coded expressions read are never filled at all. */
bool batch_spread(struct alloc *a, struct batch *b, uint32_t slot);
bool batch_spread_inputs(struct alloc *a, struct batch *b, const struct expr *e);

struct coded_work {
    struct exec_env *env;
    const struct relation *self;
    struct text_pool *texts;
    /* Gives n values for the first n rows of `in`, instead of an expression; NULL: there is one. */
    bool (*map)(const struct coded_work *w, const struct column *in, uint32_t n,
                struct column *out);
    const void *user;
};
/* Fills memo->coding for the batch's rows from the coding of `slot`; not spread. */
enum status coded_evaluate(const struct coded_work *w, const struct expr *e, const struct batch *b,
                           uint32_t slot, const struct type *type, struct memo *m);
/* Writes the values of n coded rows into a prepared column. */
bool coding_spread(struct alloc *a, const struct coding *coding, uint32_t n, struct column *out);

#endif
