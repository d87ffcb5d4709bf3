/* What a reader is told of a point: the gravest of the rules it satisfies, with the length of the
 * run or trend it belongs to. */
#ifndef SPOKE_SPC_SIGNALS_H
#define SPOKE_SPC_SIGNALS_H

#include "stdlib/spc/rules.h"

enum signal_kind {
    SIGNAL_NONE,
    SIGNAL_BELOW,
    SIGNAL_ABOVE,
    SIGNAL_RUN,
    SIGNAL_TREND,
    SIGNAL_ZONE,
    SIGNAL_INNER, /* too many in a row close to the centre */
    SIGNAL_OUTER, /* in a row away from the centre, on both sides */
    SIGNAL_ALTERNATING
};
struct signal {
    enum signal_kind kind;
    uint32_t length; /* of the run, trend or stretch; zone: the number of the rule */
    bool high;       /* which side, or rising */
};

/* Of each point, into `out`; `members` are those of rules_judge. */
void signals_of(const struct rule_profile *profile, const struct spc_lines *lines, size_t n,
                const uint8_t *ghost, const uint16_t *members, struct signal *out);
/* "below lower limit", "run of 9 on one side", ...; "" for none. */
size_t signal_print(char out[64], const struct rule_profile *profile, const struct signal *s);

#endif
