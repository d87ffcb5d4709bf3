/* From what a call of draw() says to the picture of a network, or to one of each of its waves. */
#ifndef SPOKE_NETWORK_BIND_DRAW_H
#define SPOKE_NETWORK_BIND_DRAW_H

#include "stdlib/network/bind_picture.h"

enum {
    DRAW_TO = 1,
    DRAW_LAYOUT,
    DRAW_BY,
    DRAW_NAME,
    DRAW_SIZE,
    DRAW_LABELS,
    DRAW_RELATION,
    DRAW_EGO,
    DRAW_STEPS,
    DRAW_OVER,
    DRAW_SEED
};

struct draw {
    struct drawing_of_net net;
    struct net_picture picture;
    uint32_t *number;          /* of a member in the picture, NOBODY_SPECIAL: not in it */
    uint32_t *look, *shape;    /* of each member of the network */
    const struct column *name; /* that members are called by; NULL: their keys */
};

/* A text as it may be shown: bytes that would write elsewhere on a terminal, or turn what is around
 * them, become a sign. STR_NONE: no memory. */
struct str draw_clean(struct draw *d, struct str s);
/* Who and what is in the picture, and how it looks; in this order. The first two: false is no
 * memory. Layouts go before. */
bool draw_members(struct draw *d);
bool draw_ties(struct draw *d);
int draw_looks(struct draw *d);
int draw_sizes(struct draw *d);

/* Pictures of the network in each period, `n` of them; 0 where none is asked for. The call's
 * network must be laid out before. */
int draw_waves(struct draw *d, struct net_picture **waves, uint32_t *n);

#endif
