/* Blocks of a network: its largest parts that no single node can cut.
 *
 * Every tie is in exactly one block; two blocks share at most one node, which is then a cutpoint. A
 * block of one tie is a bridge. Found by depth-first search (Hopcroft and Tarjan 1973), without
 * recursion. Nodes are in the graph's inner numbering. */
#ifndef SPOKE_NETWORK_BLOCKS_H
#define SPOKE_NETWORK_BLOCKS_H

#include "stdlib/network/graph.h"

struct blocks {
    uint32_t n;
    /* Members of block b: first_member[b] up to first_member[b + 1], ascending. */
    uint32_t *first_member, *member;
    /* As `member`: how many nodes hang on it outside its block, itself among them. The weights of a
     * block add up to the size of its component. */
    uint32_t *weight;
    uint64_t *first_tie; /* n + 1 */
    uint32_t *tie_from, *tie_to;
    uint32_t *reachable; /* of each node: the size of its component */
};

/* Only of graphs without directions (else ST_MISUSE). All memory comes from `a`. */
enum status blocks_find(const struct network_host *host, const struct graph *g, struct arena *a,
                        struct blocks *out);

/* What is left of a node's component when it is taken out. */
struct cut {
    uint32_t parts;     /* more than 1: a cutpoint */
    uint32_t separated; /* nodes outside the largest of these parts */
};
/* `out`: n of them, in the caller's numbers. */
enum status cuts_find(const struct network_host *host, const struct graph *g, struct cut *out);
/* Whether taking out the node leaves more components: 1 or 0 of each, in the caller's numbers. */
enum status cutpoints(const struct network_host *host, const struct graph *g, uint8_t *out);
/* Ties without which there are more components, as pairs of the caller's numbers, the smaller
 * first, ascending; in `a`. */
struct bridges {
    uint32_t n;
    uint32_t *from, *to;
    uint32_t *separated; /* nodes on the smaller side */
};
enum status bridges_find(const struct network_host *host, const struct graph *g, struct arena *a,
                         struct bridges *out);

#endif
