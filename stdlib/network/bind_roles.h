/* What is found out about a network for more than one answer. */
#ifndef SPOKE_NETWORK_BIND_ROLES_H
#define SPOKE_NETWORK_BIND_ROLES_H

#include "stdlib/network/across.h"
#include "stdlib/network/bind_layers.h"
#include "stdlib/network/hub.h"
#include "stdlib/network/roles.h"

/* `bond`: of each member. The network has a hub. */
enum status find_hub(struct asking *a, const struct ties *t, uint8_t *bond, struct hub *out);

/* How near members of different groups are to each other, along these ties. */
enum status find_across(struct asking *a, const struct ties *t, const struct groups *by,
                        struct across *out);

/* 1 for each member that is the hub; the network has one. NULL: no memory. */
const uint8_t *find_hubs(struct asking *a);

/* Who belongs to a member: how many of them it is tied to, of how many nobody knows. */
struct covered {
    uint32_t children, reached, unknown;
};
/* `reach` as coverage_find has it; `of`: of each member. */
void count_covered(const struct asking *a, const uint8_t *reach, struct covered *of);

/* What standings are found from, and what comes of it: one for each member. */
struct role_finding {
    struct role_facts facts;
    struct role_cuts cuts;
    struct member_role *role;
};
enum status find_roles(struct asking *a, const struct ties *t, struct role_finding *out);

#endif
