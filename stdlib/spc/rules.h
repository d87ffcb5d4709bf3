/* Signals on the points of a control or run chart, by named sets of rules.
 *
 * Every point carries at most one signal, the gravest: outside the limits,
 * then a run on one side, then a trend, then the zone rules. All points that
 * make up a pattern carry it. Missing points are passed over. */
#ifndef SPOKE_SPC_RULES_H
#define SPOKE_SPC_RULES_H

#include "stdlib/spc/runs.h"

enum signal_kind {
    SIGNAL_NONE,
    SIGNAL_BELOW,
    SIGNAL_ABOVE,
    SIGNAL_RUN,
    SIGNAL_TREND,
    SIGNAL_TWO_OF_THREE,
    SIGNAL_FOUR_OF_FIVE,
    SIGNAL_INNER, /* too many in a row close to the centre */
    SIGNAL_OUTER, /* in a row away from the centre, on both sides */
    SIGNAL_ALTERNATING
};
struct signal {
    enum signal_kind kind;
    uint32_t length; /* of the run or trend */
    bool high;       /* which side, or rising */
};

struct rule_set {
    const char *name, *says; /* "nelson"; one line for people */
    bool outside;            /* strictly beyond three sigma */
    bool anhoej;             /* run longer than chance allows, judged by runs_count */
    uint8_t shift;           /* this many on one side; 0: not judged */
    bool centre_breaks;      /* a point on the centre ends a run; else it is passed over */
    uint8_t trend;           /* this many values all rising or all falling */
    bool ties_collapse;      /* equal neighbours count once in a trend; else they end it */
    bool two_of_three, four_of_five;
    uint8_t inner, outer, alternating;
};
/* NULL: no set has that name. "ihi" differs on a run chart. */
const struct rule_set *rule_set_named(struct str name, bool run_chart);
/* "anhoej, shewhart, we, nelson, ihi" */
const char *rule_set_names(void);

/* sigma NULL: no limits, so only runs and trends. A NaN in sigma: that point has none.
 * `out` has n elements. false: no memory. */
bool rules_apply(struct arena *a, const struct rule_set *rules, const double *x,
                 const double *sigma, size_t n, double centre, const struct runs *runs,
                 struct signal *out);
/* "below lower limit", "run of 9 on one side", ...; "" for none. */
size_t signal_print(char out[64], const struct signal *s);

#endif
