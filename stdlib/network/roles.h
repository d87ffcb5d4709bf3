/* Backbone roles: rules that say what a member is to its network, each with its cut.
 *
 * Direction matters for internal in-degrees only; everything else looks at ties either way. A
 * member may have several roles; the first in the order of the enum is its main one. */
#ifndef SPOKE_NETWORK_ROLES_H
#define SPOKE_NETWORK_ROLES_H

#include "stdlib/network/classes.h"

enum standing {
    STANDING_HUB,      /* declared */
    STANDING_ISOLATE,  /* no ties */
    STANDING_BACKBONE, /* innermost core, betweenness in the upper tenth, three other groups or more
                        */
    STANDING_BRIDGE,   /* a cutpoint, or the one member through whom a group is tied to others */
    STANDING_BROKER,   /* a brokerage role beyond chance */
    STANDING_ANCHOR,   /* named most within its group */
    STANDING_PERIPHERAL, /* core number 1 or 0 */
    STANDING_NEWCOMER,   /* joined in the period */
    STANDING_MEMBER,     /* none of these */
    STANDINGS
};
const char *standing_name(enum standing r);

enum { BACKBONE_GROUPS = 3, PERIPHERAL_CORE = 1 };
#define BACKBONE_QUANTILE 0.9
#define BROKER_Z 1.96

/* What is known of each member. */
struct role_facts {
    const struct ties *ties;
    const uint32_t
        *group; /* as in struct nodes; NULL: not declared, so no rule about groups holds */
    const uint32_t *core;
    const double *betweenness;
    const uint8_t *cutpoint;
    const double *broker_z; /* largest z of its brokerage roles, NaN: none; NULL: not known */
    const uint8_t *is_hub, *is_new; /* NULL: not declared */
};
struct role_cuts {
    uint32_t core;      /* of the innermost */
    double betweenness; /* least to be in the upper tenth */
};
struct member_role {
    uint16_t standings;                       /* a bit for each */
    uint32_t groups, internal, internal_most; /* other groups one is tied to; in-degree within the
                                               * group and the largest in it */
    bool sole_link;
};
enum standing main_standing(const struct member_role *m);
static inline bool has_standing(const struct member_role *m, enum standing r) {
    return (m->standings & (1u << r)) != 0;
}

/* false: no memory. */
bool roles_find(struct arena *a, const struct role_facts *facts, struct role_cuts *cuts,
                struct member_role *out);

#endif
