/* How much a network hangs on its hub.
 *
 * Direction does not matter here. The members that are the hub are taken as one; the others are the
 * spokes. */
#ifndef SPOKE_NETWORK_HUB_H
#define SPOKE_NETWORK_HUB_H

#include "stdlib/network/classes.h"
#include "stdlib/network/graph.h"

/* What a member that is no hub is tied to. */
enum bond { BOND_NONE, BOND_HUB, BOND_PEERS, BOND_BOTH };

struct hub {
    uint32_t hubs, spokes;
    uint32_t tied, only;               /* spokes with a tie to the hub, and with ties to it alone */
    uint64_t ties, touching, within;   /* all; with an end, and with both ends in the hub */
    uint64_t pairs;                    /* of spokes */
    uint64_t linked, linked_without;   /* those connected at all, and without the hub */
    double constraint, effective_size; /* of the hub; NaN without ties */
    double centralization;             /* of degree; NaN below three */
};

/* `bond`: of each member; nothing said of the hub's. */
enum status hub_find(const struct network_host *host, struct arena *a, const struct ties *t,
                     const uint8_t *is_hub, uint8_t *bond, struct hub *out);

#endif
