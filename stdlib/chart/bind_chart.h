/* Natives of the module chart that stand in files of their own. */
#ifndef SPOKE_CHART_BIND_CHART_H
#define SPOKE_CHART_BIND_CHART_H

#include "api/native.h"

/* bind_icons.c */
int chart_icons(struct native_call *c);

#endif
