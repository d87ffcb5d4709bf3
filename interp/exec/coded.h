/* Expressions over coded columns: worked out once for each combination of their
 * values, not for each row.
 *
 * The codes of the columns, side by side in one number, are the *place* of a row;
 * a table says what the expression gives there. Only places that rows at hand
 * have are worked out, in the order of the rows, so nothing fails that would not
 * fail row by row. Results that are the same share a code, so what reads them
 * in turn has few values to go through. */
#ifndef SPOKE_EXEC_CODED_H
#define SPOKE_EXEC_CODED_H

#include "exec/codes.h"
#include "exec/exec.h"

enum { MOST_CODED = 8 }; /* columns that one expression reads by their codes */

/* A coded column that is read: its codes are `bits` of the place, from `shift` on. */
struct memo_part {
    uint32_t slot;
    uint64_t number; /* of its coding; 0: none yet */
    uint32_t bits, shift;
};

/* What was worked out so far. */
struct memo {
    enum { MEMO_NEW, MEMO_USED, MEMO_NOT_WORTH } use;
    struct memo_part parts[MOST_CODED];
    uint32_t nparts;
    struct column results; /* by code */
    uint32_t nresults;
    struct codes distinct;  /* of the results; where they are words or texts its codes are theirs */
    struct lane by;         /* uint16_t, by place: the code of its result + 1; 0: not known */
    uint64_t rows, learned; /* rows that were given codes, and places worked out for them */
    struct column given;    /* what the expression gave for new places */
    struct column *slots;   /* the columns of a batch of such places */
    uint32_t nslots;
    struct coding coding; /* of the results, as the batch has them now */
};
void memo_free(struct alloc *a, struct memo *m);

/* What is worked out, and for whom. */
struct coded_work {
    struct exec_env *env;
    const struct relation *self;
    struct text_pool *texts;
    const struct expr *expr; /* or, if NULL: */
    /* ... gives n values for the first n rows of `in`, whose coded column is in slot `from`. */
    bool (*map)(const struct coded_work *w, const struct column *in, uint32_t n,
                struct column *out);
    const void *user;
    uint32_t from;
};

/* Whether all that is read has codes in this batch, few enough together, and the memo has been
 * worth it so far. */
bool coded_fits(const struct coded_work *w, const struct batch *b, struct memo *m);
/* Fills memo->coding for the batch's rows; not spread. After ST_FAILED *row is the one that failed.
 */
enum status coded_evaluate(const struct coded_work *w, const struct batch *b,
                           const struct type *type, struct memo *m, uint32_t *row);

/* In a lazy batch columns that have a coding are not filled: whoever reads one asks for it. Then
 * columns that only coded expressions read are never filled at all. */
bool batch_spread(struct alloc *a, struct batch *b, uint32_t slot);
bool batch_spread_inputs(struct alloc *a, struct batch *b, const struct expr *e);
/* Writes the values of n coded rows into a prepared column. */
bool coding_spread(struct alloc *a, const struct coding *coding, uint32_t n, struct column *out);

#endif
