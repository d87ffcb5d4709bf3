/* The standard modules, for the configuration of an interpreter. */
#ifndef SPOKE_STDLIB_MODULES_H
#define SPOKE_STDLIB_MODULES_H

#include "check/host.h"

extern const struct native_module core_module, spc_module, chart_module, network_module,
    random_module, regex_module, attend_module;
/* What is written in Spoke; made by the build from module.spoke. */
extern const char core_source[], attend_source[], network_source[];
/* NULL-ended. */
extern const struct native_module *const standard_modules[];

#endif
