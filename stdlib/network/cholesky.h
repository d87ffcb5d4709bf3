/* Symmetric equations of a few unknowns. */
#ifndef SPOKE_NETWORK_CHOLESKY_H
#define SPOKE_NETWORK_CHOLESKY_H

#include "base/base.h"

enum { MOST_UNKNOWNS = 33 };

struct square {
    double at[MOST_UNKNOWNS][MOST_UNKNOWNS];
};

/* Overwrites the lower half of the first n rows with L, L L' = what was there. False: not positive
 * definite, or too near to it. */
bool cholesky_factor(struct square *m, uint32_t n);
/* x becomes L^-1 x. */
void cholesky_forward(const struct square *factor, uint32_t n, double *x);
/* x becomes L'^-1 x. */
void cholesky_back(const struct square *factor, uint32_t n, double *x);

#endif
