/* What betweenness is computed over: the blocks of a network side by side, and the sources that are
 * enough.
 *
 * Without directions a shortest path crosses each block on its own, so that betweenness is found in
 * each block alone when a member counts as often as there are nodes behind it (its weight); what
 * passes a cutpoint from one block to another is a product of sizes (Sariyüce, Saule, Kaya and
 * Çatalyürek 2013). Pendant trees are thereby folded away. Bridges need no paths at all. With
 * directions all is one block of weights 1.
 *
 * Of twins (twins.h) one is a source, for all; the others differ from it in nothing. */
#ifndef SPOKE_NETWORK_BETWEENNESS_PLAN_H
#define SPOKE_NETWORK_BETWEENNESS_PLAN_H

#include "stdlib/network/blocks.h"
#include "stdlib/network/twins.h"

enum { LANES = 8 };

/* Sources that are worked on together; all in spots lo..hi-1. */
struct batch {
    uint32_t first, n; /* of plan.source */
    uint32_t lo, hi;   /* whole blocks */
};

/* Spots are memberships of nodes in blocks with two ties or more: a cutpoint has several. */
struct plan {
    uint32_t n; /* spots */
    struct rows_of_ties out, in;
    uint32_t *node;   /* of the graph, inner number */
    double *weight;   /* how many nodes it stands for */
    uint64_t *entry;  /* of each entry of `out`: the entry of the graph's; NULL: the same */
    uint32_t *twin;   /* the first of its twins, or itself */
    double *times;    /* of a source: how often what it finds counts */
    uint32_t *source; /* in blocks' order */
    uint32_t nsources;
    struct batch *batch;
    uint32_t nbatches;
    uint32_t widest; /* hi - lo of any batch */
};

/* `twins` as false keeps every spot a source: values of ties matter, or ties are asked for. All
 * memory comes from `a`. */
enum status plan_make(const struct network_host *host, const struct graph *g, bool twins,
                      struct arena *a, struct plan *out);
/* Adds to each node the pairs, ordered, whose paths all pass it from one of its blocks to another,
 * and, where `ties` is there, to each bridge's entries the pairs that it joins. Nothing with
 * directions. */
enum status plan_add_between_blocks(const struct network_host *host, const struct graph *g,
                                    double *nodes, double *ties);

#endif
