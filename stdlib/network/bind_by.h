/* What `by` names: the group of each member, by a column of the members. */
#ifndef SPOKE_NETWORK_BIND_BY_H
#define SPOKE_NETWORK_BIND_BY_H

#include "api/native.h"

#define NO_KIND UINT32_MAX

struct member_kinds {
    uint32_t n;
    uint32_t unknown;     /* members without one */
    const uint32_t *kind; /* by member: numbered in the order of members; NO_KIND: none is known */
};

/* Of argument `argument`: "group", "level" or "sector" as the network declares them, or any column
 * of the members by its name. Where that is not given the declared group, and without one NULL as
 * `kind`. Anything but SPOKE_OK is reported, or no memory: return it at once. */
int read_member_kinds(struct native_call *c, const struct network_view *net, int argument,
                      struct member_kinds *out);

#endif
