/* The functions of the network module, which stand in several files. */
#ifndef SPOKE_NETWORK_BIND_NETWORK_H
#define SPOKE_NETWORK_BIND_NETWORK_H

#include "api/native.h"
#include "stdlib/network/classes.h"

#define MODULE_FILE "stdlib/network/module.def"
#include "stdlib/natives.h"
#undef MODULE_FILE

/* Members by group, rank and sector. false: no memory. */
bool network_nodes(struct arena *a, const struct network_view *v, struct nodes *out);

#endif
