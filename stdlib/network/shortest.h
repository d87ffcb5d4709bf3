/* Shortest paths from one node along ties with distances (Dijkstra 1959), with a binary heap. */
#ifndef SPOKE_NETWORK_SHORTEST_H
#define SPOKE_NETWORK_SHORTEST_H

#include "stdlib/network/graph.h"

/* Room for one source after the other; of one worker. */
struct shortest {
    _Alignas(CACHE_LINE) double *length; /* from the source; INFINITY where it does not lead */
    uint32_t *order; /* nodes that were reached, nearest first, the source among them */
    uint32_t reached;
    uint32_t *heap, *place; /* place: in the heap, from 1; 0: not in it */
    uint32_t heaped;
};

enum status shortest_take(struct arena *a, uint32_t n, struct shortest *out);
/* Of rows with values, all above 0. Equal lengths: the lower node first. */
enum status shortest_from(struct shortest *s, const struct rows_of_ties *rows, uint32_t source,
                          struct stint *stint);

/* Lengths are equal when they differ by less than a part in 10^10. */
static inline bool same_length(double a, double b) {
    double difference = a - b, larger = a > b ? a : b;
    return (difference < 0 ? -difference : difference) <= larger * 1e-10;
}

#endif
