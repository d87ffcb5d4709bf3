/* Figures of whole networks that tests by chance compare. */
#ifndef SPOKE_NETWORK_CUG_FIGURE_H
#define SPOKE_NETWORK_CUG_FIGURE_H

#include "stdlib/network/cug.h"

/* Scratch room for one network after the other. */
struct figure_room {
    double *value;       /* by member */
    uint32_t *part;      /* by member */
    uint64_t *triangles; /* by member */
    uint64_t *in, *out;  /* by group, or by member where there are no groups */
};
enum status figure_room_take(struct arena *a, uint32_t members, const struct cug *how,
                             struct figure_room *room);
/* NaN where it is not defined. */
enum status figure_of(const struct network_host *host, const struct graph *g, const struct cug *how,
                      struct figure_room *room, double *out);

#endif
