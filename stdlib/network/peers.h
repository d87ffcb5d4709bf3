/* Peers: members on one level in different groups, and how far they reach each other by their own
 * ties. */
#ifndef SPOKE_NETWORK_PEERS_H
#define SPOKE_NETWORK_PEERS_H

#include "stdlib/network/classes.h"

struct peers {
    uint32_t members, with_peers,
        components;          /* of the level; with a tie to a peer; connected parts */
    uint64_t ties, possible; /* as ties and pairs of their class */
    uint64_t pairs;          /* tied in either direction, each once */
};
/* `left_out`: members that count neither as peers nor as others' way to them, 1 each; NULL: none.
 * Ties of members that are not placed do not count (is_placed). false: no memory. */
bool peers_find(struct arena *a, const struct nodes *v, const uint8_t *left_out, uint32_t rank,
                const struct ties *t, struct peers *out);

#endif
