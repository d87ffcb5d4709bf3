/* What somebody can work out who sees some numbers and knows how they add up: plain linear algebra
 * and narrowing of ranges, written without any of the project's code. */
#ifndef SPOKE_ATTACK_H
#define SPOKE_ATTACK_H

#include <stdbool.h>
#include <stdint.h>

enum { ATTACK_UNKNOWNS = 256, ATTACK_SUMS = 512 };

/* Unknown whole numbers from 0 up, and sums of some of them. */
struct attack {
    int nunknowns, nsums;
    double factor[ATTACK_SUMS][ATTACK_UNKNOWNS]; /* -1, 0 or 1 */
    double sum[ATTACK_SUMS];
    double low[ATTACK_UNKNOWNS], high[ATTACK_UNKNOWNS];
};
void attack_init(struct attack *a);
int attack_unknown(struct attack *a);
/* A new sum, of nothing so far, that is known to be `sum`. */
int attack_sum(struct attack *a, double sum);
/* Finds what can be found; afterwards low == high where an unknown is known. */
void attack_run(struct attack *a);

#endif
