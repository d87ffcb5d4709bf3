/* Centre, sigma and limits of one stretch of a series: the points between two changes of phase.
 *
 * A point is missing where its value, or count, or size is NaN, or its size is 0. Centre and sigmas
 * are made from the base: the points from `base_first` on, before `base_stop`, that are present and
 * not ghosts; every point that is present has them. Limits are not clamped, since zones and rules
 * need them as they are; `spc_clamp` says what is shown. Everything is in the caller's arrays. */
#ifndef SPOKE_SPC_LIMITS_H
#define SPOKE_SPC_LIMITS_H

#include "stdlib/spc/kinds.h"

struct spc_points {
    size_t n;
    /* Individuals, means of subgroups (x-bar), their ranges (R) or standard deviations (S), what
     * lies between events (g: cases, t: time). NULL where a kind has counts. */
    const double *value;
    const double *count;  /* of events: p, p', np, c, u, u' */
    const double *size;   /* of groups: p, p', np, u, u', I', x-bar, R, S, EWMA; NULL: all alike */
    const double *spread; /* x-bar: standard deviations of the subgroups, or ranges */
    const uint8_t *ghost; /* not 0: neither in the base nor judged; NULL: none is */
    size_t base_first, base_stop;
};

/* What three sigma is in mean moving ranges: 3 / 1.128 as in most books and programs, 2.66 as in
 * Wheeler's, or the exact 3 sqrt(pi) / 2. */
enum spc_constant { SPC_TABLE, SPC_WHEELER, SPC_EXACT, SPC_CONSTANTS };
const char *spc_constant_name(enum spc_constant constant); /* "table", "wheeler", "exact" */

struct spc_options {
    enum spc_constant constant;
    bool screen;          /* one pass without moving ranges beyond 3.267 means (Nelson 1982) */
    bool median_range;    /* the median of moving ranges instead of their mean */
    bool by_range;        /* x-bar: `spread` are ranges */
    double centre, sigma; /* given beforehand; NaN: from the base */
    double weight;        /* EWMA: lambda; 0: 0.2 */
    double multiple;      /* limits in sigmas; 0: 3 */
    size_t span;          /* MA: of how many; 0: 3 */
};

/* What limits were made from; NaN or 0 where a kind has no such thing. */
struct spc_basis {
    size_t n;                /* points of the base */
    double centre;           /* common to all but np and R with sizes that differ */
    double sigma;            /* of individuals, or within subgroups */
    double mean_range;       /* moving range that was used: mean or median */
    size_t ranges, screened; /* moving ranges used, and left out by the screen */
    double sigma_z;          /* Laney's: 1 when counts vary as chance has it */
    double least_expected;   /* events expected in the smallest group; p also the other outcomes */
    double mean;             /* g: of the base, whose centre is the median */
    size_t impossible;       /* values the kind cannot have, taken as missing: below 0, t also 0 */
};

/* Each array has room for every point; NaN where there is none. */
struct spc_lines {
    double *value; /* what is drawn: shares, rates, moving ranges, averages */
    double *centre, *sigma, *lower, *upper;
    double *z; /* (value - centre) / sigma; t: of the transformed value */
};

/* False: the base has too few points for a centre or a sigma; lines have then what there is. */
bool spc_limits_of(enum spc_kind kind, const struct spc_points *p, const struct spc_options *o,
                   const struct spc_lines *out, struct spc_basis *basis);

/* Limits as they are shown: no share beyond 0 or 1, no count below 0. */
void spc_clamp(enum spc_kind kind, const struct spc_points *p, size_t i, double *lower,
               double *upper);

#endif
