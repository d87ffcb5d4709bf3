/* How much a network is a hierarchy of one head: Krackhardt's four figures (1994), which are all 1
 * of a tree whose ties lead away from its root, and of nothing else. */
#ifndef SPOKE_NETWORK_KRACKHARDT_H
#define SPOKE_NETWORK_KRACKHARDT_H

#include "stdlib/network/graph.h"

/* A pair with paths both ways is mutual; n_c: the nodes of component c, whatever the direction of
 * ties. As in sna; NaN where there is nothing to divide by. */
struct krackhardt {
    double connectedness; /* pairs in one component by all pairs */
    double hierarchy;     /* 1 - mutual pairs by pairs with a path either way */
    double efficiency;    /* 1 - ties beyond a tree, over all c, by the most there can be: with
                           * directions the sum of (n_c - 1)^2, else of (n_c - 1)(n_c - 2) / 2 */
    double upper_bounds;  /* 1 - pairs without a least upper bound, of components of three or more,
                           * by the sum of (n_c - 1)(n_c - 2) / 2. Upper bounds of a pair are all
                           * that reach both, themselves among them; the least is reached by all
                           * of these. */
    double one_head;      /* the same of pairs without an upper bound that reaches all others, which
                           * is what sna's lubness is; it may fall below 0 */
    bool too_large;       /* the last two were not looked for: NaN */
};

/* The matrix of who reaches whom is in bits, of each component that is not all mutual: half a
 * gigabyte at most; beyond, `too_large`. */
enum status krackhardt_find(const struct network_host *host, const struct graph *g,
                            struct krackhardt *out);

#endif
