/* Attendance as a module: all of it is written in Spoke. */
#include "stdlib/modules.h"

const struct native_module attend_module = {
    "attend", "Chronic absence, tiers of attendance and average daily attendance", NULL, 0,
    attend_source, NULL};
