/* Inside of the search for communities: one worker's arrays, and the three steps that the search
 * is made of. Nothing here takes memory; the caller has taken all of it before.
 *
 * A level is a network whose nodes are nodes of the level below put together; ties among what was
 * put together are left out, since they stay inside whatever happens. Strengths count them.
 *
 * What a node v gains in a community c is w(v, c) - scale * k(v) * K(c), with the resolution
 * divided by the sum of all strengths as scale; with directions w is what goes either way, and
 * k(v) * K(c) stands for out(v) * In(c) + in(v) * Out(c) (Leicht and Newman 2008). */
#ifndef SPOKE_NETWORK_COMMUNITIES_SEARCH_H
#define SPOKE_NETWORK_COMMUNITIES_SEARCH_H

#include "stdlib/network/graph.h"
#include "stdlib/random/generator.h"

struct level {
    uint32_t n;
    const uint64_t *start;
    const uint32_t *node;
    const double *value;    /* NULL: all 1 */
    const double *out, *in; /* strengths; without directions the same */
};

/* Where a level is written. */
struct level_room {
    uint64_t *start;
    uint32_t *node;
    double *value, *out, *in;
};

/* Sums over the nodes of each community; `in` is `out` without directions. */
struct community_sums {
    double *out, *in;
    uint32_t *size;
};

struct community_search {
    bool directed;
    bool rising; /* nodes with few ties come first, so that they follow others, not others them */
    double scale, least; /* `least`: a gain that is more than rounding */
    struct generator random;
    struct stint stint;
    struct level_room room[2];
    uint32_t *of;      /* the community of each node, below n of the level */
    uint32_t *next_of; /* of the next level */
    struct community_sums sums;
    uint32_t *order; /* of nodes, by chance */
    uint32_t *queue; /* a ring of those to look at */
    uint8_t *waiting;
    uint32_t *empty; /* numbers of communities without nodes */
    uint32_t empties;
    double *to; /* all 0 between uses; `met` has one more than there are nodes */
    uint32_t *met;
    uint32_t *part; /* refined: the part of its community that a node is in */
    struct community_sums parts;
    double *cut;              /* of parts: ties to the rest of their community */
    double *inside;           /* of nodes: ties into their community */
    uint32_t *first, *member; /* nodes by part; `first` has one more than there are nodes */
};

/* The level without the nodes that have one tie, whose strengths go to those that they are tied
 * to; `fold`: of each node, which of them it is. For resolutions up to 1. */
enum status communities_fold(struct arena *a, struct stint *stint, bool directed,
                             const struct level *l, uint32_t *fold, struct level *out);
/* Moves single nodes until none gains by a move, beginning with `of`; adds to `gain`. Shuffles
 * `order` and leaves `sums` of what comes out. */
enum status communities_move(struct community_search *s, const struct level *l, double *gain);
/* Splits communities into parts that hold together (Traag, Waltman and van Eck 2019), which
 * `part` tells; wants `order` and `sums`. */
enum status communities_refine(struct community_search *s, const struct level *l);
/* Numbers from 0 without gaps, in the order of nodes; how many there are. */
uint32_t communities_renumber(struct community_search *s, uint32_t *of, uint32_t n);
/* The level whose nodes are the `parts` parts of this one, and `of` for it. */
enum status communities_join(struct community_search *s, const struct level *l, uint32_t parts,
                             struct level_room *room, struct level *out);

/* What chance expects between a node whose strengths, times scale, are `out` and `in`, and c. */
static inline double level_expected(const struct community_sums *sums, double out, double in,
                                    uint32_t c, bool directed) {
    return directed ? out * sums->in[c] + in * sums->out[c] : out * sums->out[c];
}

/* Adds the ties of v up in s->to, by the number `of` has for their other ends. Numbers that had
 * nothing yet are put at `met`, of which there are `n`; how many there are then. What was met is
 * told without a branch, since that would be guessed wrongly half of the time. */
static inline uint32_t communities_meet(const struct community_search *s, const struct level *l,
                                        uint32_t v, const uint32_t *of, uint32_t *met, uint32_t n) {
    const uint32_t *node = l->node + l->start[v];
    const double *value = l->value;
    uint64_t length = l->start[v + 1] - l->start[v];
    double *to = s->to;
    for (uint64_t i = 0; !value && i < length; i++) {
        uint32_t c = of[node[i]];
        double before = to[c];
        met[n] = c;
        n += !(before > 0);
        to[c] = before + 1;
    }
    if (value) {
        value += l->start[v];
        for (uint64_t i = 0; i < length; i++) {
            uint32_t c = of[node[i]];
            double before = to[c];
            met[n] = c;
            n += !(before > 0);
            to[c] = before + value[i];
        }
    }
    return n;
}

#endif
