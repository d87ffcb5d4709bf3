/* Dependencies of one source after the other where ties have distances (Dijkstra 1959, Brandes
 * 2001). */
#ifndef SPOKE_NETWORK_BETWEENNESS_WEIGHTED_H
#define SPOKE_NETWORK_BETWEENNESS_WEIGHTED_H

#include "stdlib/network/betweenness_plan.h"
#include "stdlib/network/shortest.h"

/* Of one worker. */
struct weighted_paths {
    const struct plan *plan;
    struct shortest shortest;
    double *paths, *gain; /* by spot; used for those that were reached */
    double *nodes, *ties; /* of the piece at hand, as in struct brandes */
    struct stint stint;
};

enum status weighted_paths_take(struct arena *a, const struct plan *plan, struct effort *effort,
                                uint32_t worker, struct weighted_paths *out);
enum status weighted_paths_batch(struct weighted_paths *w, const struct batch *batch);

#endif
