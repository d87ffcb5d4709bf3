/* The standard modules, for the configuration of an interpreter. */
#ifndef SPOKE_STDLIB_MODULES_H
#define SPOKE_STDLIB_MODULES_H

#include "check/host.h"

extern const struct native_module core_module, spc_module, chart_module, network_module,
    random_module, regex_module, attend_module;
/* What is written in Spoke; made by the build from module.spoke. */
extern const char core_source[], attend_source[], network_source[];
/* The examples in module.def, in its order; made by the build. */
extern const struct packed_texts core_module_examples, spc_module_examples, chart_module_examples,
    network_module_examples, random_module_examples, regex_module_examples;
/* NULL-ended. */
extern const struct native_module *const standard_modules[];

#endif
