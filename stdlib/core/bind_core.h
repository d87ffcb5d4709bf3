/* The functions of core, which stand in one file for each kind of value. */
#ifndef SPOKE_CORE_BIND_CORE_H
#define SPOKE_CORE_BIND_CORE_H

#include "stdlib/give.h"

#define MODULE_FILE "stdlib/core/module.def"
#include "stdlib/natives.h"
#undef MODULE_FILE

#endif
