/* Nodes that cannot be told apart by their ties.
 *
 * Two nodes are twins when they have the same neighbours, not counting each other, and the same
 * weight; values of ties must not matter. Swapping them changes nothing, so that what is found from
 * one of them as a source holds for the other. */
#ifndef SPOKE_NETWORK_TWINS_H
#define SPOKE_NETWORK_TWINS_H

#include "stdlib/network/graph.h"

/* first[v]: the first twin of v, or v. `in` is NULL without directions; with directions only nodes
 * not tied to each other are found. `weight` NULL: all the same. Scratch room comes from `a`. */
enum status twins_find(struct stint *stint, struct arena *a, uint32_t n,
                       const struct rows_of_ties *out, const struct rows_of_ties *in,
                       const double *weight, uint32_t *first);

#endif
