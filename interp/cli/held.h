/* Findings that come while records are judged, of all rules in turn, held until the verdict of
 * their rule: a report has them rule by rule. Owns copies of all they say. */
#ifndef SPOKE_CLI_HELD_H
#define SPOKE_CLI_HELD_H

#include "cli/report.h"

struct held {
    struct held_finding *at;
    size_t n, cap;
    struct pool pool;
    bool failed; /* out of memory */
};

/* Nonzero: out of memory. */
int held_add(struct held *h, const spoke_finding *finding);
/* Gives those of the rule to the report, in the order in which they came, and forgets them. */
int held_give(struct held *h, spoke_text rule, struct report *r);
void held_free(struct held *h);

#endif
