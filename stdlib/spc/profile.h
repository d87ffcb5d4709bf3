/* Sets of rules by which points are judged: named profiles, and a reader for one's own.
 *
 * Lengths count points, not steps: a trend of 6 is six values, each above the one before. */
#ifndef SPOKE_SPC_PROFILE_H
#define SPOKE_SPC_PROFILE_H

#include "base/base.h"

/* Some of several neighbours beyond so many sigmas on one side; `some` 0: not judged. */
struct zone_rule {
    uint8_t some, of;
    double beyond;
};

enum { PROFILE_ZONES = 3 };

struct rule_profile {
    const char *name, *says; /* "nelson"; who says so, in one line */
    bool outside;            /* strictly outside the limits */
    bool anhoej;             /* longest run, and crossings, by what chance allows for this n */
    bool runs;               /* too few or too many runs, each with 2.5 % (Swed & Eisenhart 1943) */
    uint8_t shift;           /* this many on one side; 0: not judged */
    bool centre_breaks;      /* a point on the centre ends a shift; else it is passed over */
    uint8_t trend;           /* this many values all rising or all falling */
    bool ties_collapse;      /* equal neighbours count once in a trend; else they end it */
    struct zone_rule zone[PROFILE_ZONES];
    bool zones_strict; /* all of a zone rule's neighbours on its side, none outside the limits */
    uint8_t inner;     /* this many in a row within one sigma */
    uint8_t outer;     /* in a row beyond one sigma, on both sides */
    uint8_t alternating;
};

/* NULL: no profile has that name. "ihi" is another one on a run chart. */
const struct rule_profile *rule_profile_named(struct str name, bool run_chart);
/* "anhoej, shewhart, western_electric, nelson, montgomery, ihi, mdc and wheeler" */
const char *rule_profile_names(void);

/* All of them, by number. */
size_t rule_profiles(void);
const struct rule_profile *rule_profile_at(size_t i, bool run_chart);

/* Rules as a text: "outside; shift 7; trend 6; 2 of 3 beyond 2; 15 within 1; 8 beyond 1;
 * 14 alternating; anhoej; runs", with ";" or "," between them. False: `*wrong` is the part that is
 * no rule. `out` is named "own". */
bool rule_profile_read(struct str text, struct rule_profile *out, struct str *wrong);

#endif
