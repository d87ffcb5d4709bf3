/* One connected part of a network on its way to a layout by distance. Its nodes have numbers of
 * their own, in random order, which is the order in which pairs come. Scratch room is the arena's,
 * which whoever made the part frees. */
#ifndef SPOKE_NETWORK_LAYOUT_PART_H
#define SPOKE_NETWORK_LAYOUT_PART_H

#include "stdlib/network/layout.h"
#include "stdlib/random/generator.h"
#include <math.h>

struct part {
    struct arena *memory;
    const struct graph *g; /* without directions */
    uint32_t n;
    const uint32_t *node;  /* inner number in g */
    const uint32_t *local; /* and back; for nodes of this part */
    struct generator *random;
    struct stint *stint;
    bool warm;   /* places are given, and are to change little */
    double hold; /* 0 to below 1: how much nodes hold on to these */
    struct spot *at;
};

/* A graph without directions: `own`, to be freed, where `g` has some. */
enum status layout_undirected(const struct network_host *host, const struct graph *g,
                              struct graph *own, const struct graph **out);

/* Steps from `source` to every node of the part; `queue` has room for n. */
enum status part_hops(const struct part *p, uint32_t source, uint16_t *hops, uint32_t *queue);
enum { HOPS_MOST = UINT16_MAX - 1 };

/* Any place, for parts that begin anew. */
void part_scatter(struct part *p);
enum status part_by_pairs(struct part *p);
enum status part_by_pivots(struct part *p);
/* Turned so that it is wider than high, around 0, 0. */
void part_turn(struct part *p);

/* What leads from `begin` to `end` in so many rounds when each multiplies by it. Rounded, so that
 * systems whose logarithms differ in their last digits draw the same. */
static inline double part_rate(double begin, double end, uint32_t rounds) {
    return (double)(float)exp(log(end / begin) / (rounds - 1.0));
}

/* Both ends of a pair move by `share` of what is wrong with their distance. */
static inline void pull_pair(struct spot *a, struct spot *b, double d, double length,
                             double share_a, double share_b) {
    double dx = a->x - b->x, dy = a->y - b->y;
    if (length <= 0) { /* in one place: any direction will do */
        dx = length = 1;
        dy = 0;
        share_a *= d;
        share_b *= d;
    } else {
        double wrong = (length - d) / 2;
        share_a *= -wrong;
        share_b *= -wrong;
    }
    a->x += share_a * dx / length;
    a->y += share_a * dy / length;
    b->x -= share_b * dx / length;
    b->y -= share_b * dy / length;
}

#endif
