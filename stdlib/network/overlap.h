/* Two kinds of ties over the same members: who shares, who acts, who does both, and whether those
 * who share come to act. Pairs are ordered where both kinds have directions, else not. */
#ifndef SPOKE_NETWORK_OVERLAP_H
#define SPOKE_NETWORK_OVERLAP_H

#include "stdlib/network/classes.h"

/* The same ties without directions, each pair once. false: no memory. */
bool ties_without_direction(struct arena *a, const struct ties *t, struct ties *out);

enum overlap_kind { OVERLAP_BOTH, OVERLAP_FIRST, OVERLAP_SECOND, OVERLAP_KINDS };

struct overlap {
    uint64_t count[OVERLAP_KINDS];
    uint64_t by_class[OVERLAP_KINDS][TIE_CLASSES];
    uint64_t pairs; /* all there could be */
};
/* Both with or both without directions, over the same nodes. */
void overlap_count(const struct nodes *v, const struct ties *first, const struct ties *second,
                   struct overlap *out);

/* Of pairs that do not act in a wave, those that do in the next. */
struct conversion {
    uint64_t shared, shared_then_act; /* that share in the first of the two waves */
    uint64_t silent, silent_then_act; /* that do not */
};
/* `stays`: members of both waves; pairs of others do not count. All three alike in direction. */
void conversion_count(const uint8_t *stays, const struct ties *share, const struct ties *act,
                      const struct ties *act_next, struct conversion *out);

#endif
