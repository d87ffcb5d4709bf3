/* The list of standard modules; each one's entries come from its module.def. */
#include "stdlib/modules.h"
#include "api/spoke.h"

const struct native_module *const standard_modules[] = {
    &core_module,   &spc_module,   &chart_module,  &network_module,
    &random_module, &regex_module, &attend_module, NULL};

const struct native_module *const *spoke_standard_modules(void) {
    return standard_modules;
}
