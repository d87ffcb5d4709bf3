/* Orthonormal columns over pairs of members, and what becomes of them when the members of another
 * variable change places.
 *
 * Columns hold only the pairs that count: the diagonal, pairs that are not known and, without
 * directions, the upper half are 0 in them. */
#ifndef SPOKE_NETWORK_DYAD_BASIS_H
#define SPOKE_NETWORK_DYAD_BASIS_H

#include "stdlib/network/cholesky.h"
#include "stdlib/network/dyads.h"

/* Sum of products of two columns. */
double dyad_product(const struct dyad_space *s, const double *x, const double *y);
/* Sets to 0 what does not count. */
void dyad_trim(const struct dyad_space *s, double *x);
/* A trimmed copy; NULL: no memory. */
double *dyad_trimmed(struct arena *a, const struct dyad_space *s, const double *x);
/* Without directions: the upper half as the lower one, as a variable has it. */
void dyad_fill_upper(const struct dyad_space *s, double *x);
/* 1 for every pair that counts. */
void dyad_ones(const struct dyad_space *s, double *out);

struct dyad_basis {
    struct stint *stint; /* asked before each look at a column */
    uint32_t n;
    double *column[MOST_UNKNOWNS];
    struct square mix; /* variable k is the sum over l of mix.at[l][k] times column l */
};
/* Takes in a trimmed variable, which becomes the next column in its place. ST_MISUSE: it is no more
 * than a mixture of those before (modified Gram-Schmidt, twice). */
enum status dyad_basis_add(const struct dyad_space *s, struct dyad_basis *b, double *variable);
/* A constant and the terms, which are whole variables, but for one, counted from 1 with the
 * constant as 0; UINT32_MAX: all. ST_MISUSE: `mixture` is the number of the one that says nothing
 * new. */
enum status dyad_basis_build(struct arena *a, const struct dyad_space *s, uint32_t terms,
                             const double *const *term, uint32_t without, struct dyad_basis *b,
                             uint32_t *mixture);
/* Takes out of x what the basis explains; `with`: how much of each column that was. */
enum status dyad_basis_residual(const struct dyad_space *s, const struct dyad_basis *b, double *x,
                                double *with);
/* Coefficients of variables from those of columns; in place. */
void dyad_basis_unmix(const struct dyad_basis *b, double *x);
/* Row k of the inverse of `mix`: variable k's coefficient as a sum over columns. */
void dyad_basis_inverse_row(const struct dyad_basis *b, uint32_t k, double *row);

/* A variable whose members change places, against columns that stay. */
struct dyad_move {
    const struct dyad_space *space;
    const double *variable; /* whole: both halves; 0 where unknown */
    double own;             /* sum of its squares where it counts */
    uint32_t columns;
    double *const *column;
    const struct square *gram; /* products of columns, lower half */
};
/* Of one worker. */
struct dyad_moved {
    double *row; /* room for a row, on a cache line */
    /* Sums of products over pairs that are known before and after. */
    double own, with[MOST_UNKNOWNS];
    struct square gram; /* set only if any were lost, lower half */
    uint64_t lost;      /* pairs that are known where they are, but not where they come from */
};
/* Pair (i, k) gets what stands at (order[i], order[k]). */
enum status dyad_moved_find(const struct dyad_move *m, const uint32_t *order, struct stint *stint,
                            struct dyad_moved *out);

#endif
