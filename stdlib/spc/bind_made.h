/* How tables and pictures beside control charts were made, in lines for `explain`; of several
 * series the first is told. NULL texts: no memory. */
#ifndef SPOKE_SPC_BIND_MADE_H
#define SPOKE_SPC_BIND_MADE_H

#include "stdlib/spc/bind_options.h"
#include "stdlib/spc/capability.h"
#include "stdlib/spc/cusum.h"
#include "stdlib/spc/units.h"

/* `picked`: nobody asked for a funnel. */
struct str spc_made_units(struct native_call *c, const struct frame *data,
                          const struct spc_units *all, bool spread, bool picked);
struct str spc_made_categories(struct native_call *c, const struct frame *data,
                               const struct spc_categories *all);
struct str spc_made_distances(struct native_call *c, const struct frame *data,
                              const struct spc_distances *all);
/* `asked` is what the caller gave, `taken` what it became. */
struct str spc_made_sums(struct native_call *c, const struct frame *data, const struct spc_table *t,
                         const struct cusum_options *asked, const struct cusum_options *taken,
                         const double *high, const double *low);
struct str spc_made_capability(struct native_call *c, const struct frame *data,
                               const struct spc_table *t, const struct capability_asked *asked,
                               const struct capability *able, bool unstable);

/* Gives the frame, which is its own from here on, with how it was made. Enum spoke_status; a frame
 * or a text that is NULL: no memory. */
int spc_give_made(struct native_call *c, struct frame *f, struct str made);

#endif
