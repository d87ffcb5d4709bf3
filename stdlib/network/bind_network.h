/* The functions of the network module, which stand in several files. */
#ifndef SPOKE_NETWORK_BIND_NETWORK_H
#define SPOKE_NETWORK_BIND_NETWORK_H

#include "api/native.h"

#define MODULE_FILE "stdlib/network/module.def"
#include "stdlib/natives.h"
#undef MODULE_FILE

#endif
