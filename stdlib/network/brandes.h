/* Dependencies of eight sources at once: the inner part of betweenness.
 *
 * Brandes 2001 (A faster algorithm for betweenness centrality), one source a lane. A node is
 * visited once for each distance at which some source sees it; `who` says which. While a level is
 * worked on, `flow` holds what its neighbours get from it, and 0 in all lanes that are not of the
 * level, so that a neighbour simply adds up its row, without conditions.
 *
 * Numbers of paths are doubles. A lane whose numbers get very large goes on with all of them made
 * smaller; only their ratios matter. */
#ifndef SPOKE_NETWORK_BRANDES_H
#define SPOKE_NETWORK_BRANDES_H

#include "stdlib/network/betweenness_plan.h"
#include "stdlib/network/lanes.h"

/* Of one worker; used for batch after batch. */
struct brandes {
    const struct plan *plan;
    lanes *paths;   /* of each spot: how many shortest paths lead to it */
    lanes *flow;    /* 0 between batches */
    lanes *held;    /* what a level's spots get, before any of them passes it on */
    uint8_t *seen;  /* lanes that have been here */
    uint8_t *fresh; /* lanes that come to it now; 0 between levels */
    /* Visits, level by level. */
    uint32_t *spot;
    uint8_t *who;
    uint32_t *level;  /* where each begins */
    uint8_t *smaller; /* lanes whose numbers were made smaller on the way to the next level */
    uint32_t levels;
    lanes *times;  /* one: of each lane's source */
    double *nodes; /* of the piece at hand: by spot */
    double *ties;  /* by entry of the plan's rows; or NULL */
    struct stint stint;
};

/* Adds the dependencies of a batch to `nodes` and `ties`. */
typedef enum status brandes_fn(struct brandes *s, const struct batch *batch);
brandes_fn *brandes_choose(enum vectors vectors);

#endif
