/* Ties of a network by class, and the plain counts that describe its structure.
 *
 * Nodes are 0..n-1. A tie list is first made simple: loops dropped, repeated
 * ties merged, both counted; an undirected tie has from < to. */
#ifndef SPOKE_NETWORK_CLASSES_H
#define SPOKE_NETWORK_CLASSES_H

#include "base/arena.h"

/* ---- nodes ---- */

enum { UNKNOWN_GROUP = UINT32_MAX, UNKNOWN_RANK = UINT32_MAX };
enum sector { SECTOR_INSIDE, SECTOR_OUTSIDE, SECTOR_UNKNOWN };

struct nodes {
    uint32_t n;
    /* Ranks and groups are below n. NULL: the network does not declare it. Without groups no two
     * nodes share one; without sectors all are inside; without levels nobody's is known. */
    const uint32_t *group, *rank; /* numbered from 0 */
    const uint8_t *sector;        /* enum sector */
};

enum tie_class {
    TIE_INTERNAL,
    TIE_HORIZONTAL,
    TIE_VERTICAL,
    TIE_HOLISTIC,
    TIE_UNCLASSED,
    TIE_CLASSES
};
const char *tie_class_name(enum tie_class c);
/* Internal: both in one group. Else holistic: one end is known to be outside. Else unclassed:
 * something is not known. Else horizontal at one rank, vertical at two. */
enum tie_class tie_class_of(const struct nodes *v, uint32_t from, uint32_t to);
/* Inside, with a level, and with a group where groups are declared. */
bool is_placed(const struct nodes *v, uint32_t i);
/* Pairs of different nodes by class: ordered if directed. false: no memory. */
bool tie_class_pairs(struct arena *a, const struct nodes *v, bool directed,
                     uint64_t pairs[TIE_CLASSES]);

/* ---- ties ---- */

struct ties {
    bool directed;
    uint32_t nodes, n;
    uint32_t *from, *to; /* sorted by from, then to; each pair once */
    uint32_t loops, repeated;
};
/* Ends must be below `nodes`. false: no memory. */
bool ties_simplify(struct arena *a, uint32_t nodes, bool directed, const uint32_t *from,
                   const uint32_t *to, uint32_t n, struct ties *out);
/* Ends in order: without directions the lower number is the first. */
bool ties_have(const struct ties *t, uint32_t from, uint32_t to);
void ties_count_classes(const struct nodes *v, const struct ties *t, uint64_t counts[TIE_CLASSES]);

struct structure {
    uint64_t possible;                      /* pairs of different nodes, ordered if directed */
    uint64_t reciprocated;                  /* ties whose opposite is there too; undirected: all */
    uint32_t isolates, components, largest; /* direction does not matter */
};
/* false: no memory. */
bool ties_structure(struct arena *a, const struct ties *t, struct structure *out);
/* Pairs of the nodes in `counted` that are connected, in whatever direction; the nodes in `without`
 * are taken out with their ties (NULL: none are). 1 for each that is in them. false: no memory. */
bool ties_linked(struct arena *a, const struct ties *t, const uint8_t *counted,
                 const uint8_t *without, uint64_t *pairs);

#endif
