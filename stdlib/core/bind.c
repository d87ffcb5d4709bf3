/* Core as a module; its functions are bound in bind_text.c, bind_number.c, bind_list.c and
 * bind_date.c. */
#include "stdlib/core/bind_core.h"
#include "stdlib/modules.h"

#define MODULE_FILE "stdlib/core/module.def"
#define MODULE_SYMBOL core_module
#define MODULE_SOURCE core_source
#include "stdlib/module.h"
