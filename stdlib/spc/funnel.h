/* Funnel plots: units of unlike size against limits that narrow as they grow (Spiegelhalter 2005).
 *
 * Where units vary more than chance allows, limits are widened by what is between them (tau). */
#ifndef SPOKE_SPC_FUNNEL_H
#define SPOKE_SPC_FUNNEL_H

#include "base/arena.h"

enum funnel_kind {
    FUNNEL_SHARE, /* a count out of a size: the arc sine of its root is nearly normal */
    FUNNEL_RATIO  /* observed over expected */
};
struct funnel {
    size_t n;      /* units that count: size above 0 */
    double centre; /* of all; 1 for ratios when `centre` is not given */
    double phi;    /* mean of squared z, those beyond the tenths brought in: 1 by chance alone */
    double tau2;   /* variance between units on the scale of z; 0 when they vary no more */
};
struct funnel_unit {
    double value; /* NaN: the unit does not count */
    double z;     /* with tau: beyond 1.96 is outside 95 %, beyond 3.09 outside 99.8 % */
    double low95, high95, low998, high998;
};
/* False: no memory. `spread`: whether limits are widened. */
bool funnel_of(struct arena *a, enum funnel_kind kind, const double *count, const double *size,
               size_t n, bool spread, struct funnel *out, struct funnel_unit *units);
#define FUNNEL_Z95 1.959963984540054
#define FUNNEL_Z998 3.090232306167813
/* Limits at any size, for the curves; `z` is one of these. */
void funnel_limits(enum funnel_kind kind, const struct funnel *f, double size, double z,
                   double *low, double *high);

#endif
