/* Judging the points of a stretch.
 *
 * Each rule that a pattern satisfies is told at the point that completes it and at all its members.
 * Points that are missing or ghosts are passed over: their neighbours count as neighbours. A point
 * within 1e-9 of the centre, of its size, lies on it. */
#ifndef SPOKE_SPC_RULES_H
#define SPOKE_SPC_RULES_H

#include "stdlib/spc/limits.h"
#include "stdlib/spc/profile.h"
#include "stdlib/spc/runs.h"

/* Bits of a point, the gravest first. */
enum {
    RULE_BELOW = 1 << 0, /* the lower limit */
    RULE_ABOVE = 1 << 1,
    RULE_LONG_RUN = 1 << 2, /* longer than chance allows (anhoej) */
    RULE_SHIFT = 1 << 3,
    RULE_TREND = 1 << 4,
    RULE_ZONE = 1 << 5, /* the first of three zone rules */
    RULE_INNER = 1 << 8,
    RULE_OUTER = 1 << 9,
    RULE_ALTERNATING = 1 << 10,
    RULE_BITS = 11
};

struct judged {
    uint16_t *completes, *members; /* of each point; may start uncleared */
    struct runs runs;
    bool few_runs, many_runs; /* by the profile's rule of runs */
};

/* `lines` without limits (NaN) are judged by runs and trends only. */
void rules_judge(const struct rule_profile *profile, const struct spc_lines *lines, size_t n,
                 const uint8_t *ghost, struct judged *out);

/* How a rule is called, by its bit: "below the lower limit", "8 on one side", "6 rising or
 * falling", "2 of 3 beyond 2 sigma", ...; the number of bytes. `bit` is one bit. */
size_t rule_print(char out[64], const struct rule_profile *profile, unsigned bit);

#endif
