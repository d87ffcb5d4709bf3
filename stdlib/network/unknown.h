/* Ties that nobody knows of: of those who were asked about their ties and did not answer.
 *
 * With directions a tie is what the one it starts from has said; without, it is known as soon as
 * one end has answered. */
#ifndef SPOKE_NETWORK_UNKNOWN_H
#define SPOKE_NETWORK_UNKNOWN_H

#include "stdlib/network/classes.h"

static inline bool tie_is_known(const bool *answered, bool directed, uint32_t from, uint32_t to) {
    return answered[from] || (!directed && answered[to]);
}
/* Takes out what is not known; gives how many there were. */
uint32_t ties_drop_unknown(const bool *answered, struct ties *t);
/* Adds the pairs of the node that are not known to what there is of each class. Without directions
 * a pair counts at the greater of its ends. */
void unknown_pairs_of(const struct nodes *v, const bool *answered, bool directed, uint32_t node,
                      uint64_t pairs[TIE_CLASSES]);
/* Ties between two who would both say so, and how many of these have their opposite. `answered`:
 * NULL: all did. Ties come by `from` and `to`, each once. */
struct answered_ties {
    uint64_t ties, reciprocated;
};
/* False: no memory. */
bool ties_answered(struct arena *a, const bool *answered, const struct ties *t,
                   struct answered_ties *out);
/* Sets `tied` of each node that has a tie. */
void ties_mark_tied(const struct ties *t, bool *tied);

#endif
