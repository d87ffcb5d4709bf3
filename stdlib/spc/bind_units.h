/* Rows that are units, categories or points of several measures, read and reckoned: what tables
 * give and pictures draw. Everything lives in the call's arena. Each gives enum spoke_status, and
 * reports what is wrong with the relation. */
#ifndef SPOKE_SPC_BIND_UNITS_H
#define SPOKE_SPC_BIND_UNITS_H

#include "api/native.h"
#include "stdlib/spc/units.h"

/* Whether there are counts and sizes of units. */
bool spc_has_units(const struct frame *data);
int spc_read_units(struct native_call *c, const struct frame *data, enum funnel_kind kind,
                   bool spread, struct spc_units *out);
int spc_read_categories(struct native_call *c, const struct frame *data,
                        struct spc_categories *out);
int spc_read_distances(struct native_call *c, const struct frame *data, int64_t baseline,
                       double alarm, struct spc_distances *out);

#endif
