/* The karate club of Zachary 1977 as tests know it: who was tied to whom outside of it, and on
 * whose side members were when it split. */
#ifndef SPOKE_TEST_KARATE_H
#define SPOKE_TEST_KARATE_H

#include "graph_world.h"

enum { KARATE_MEMBERS = 34, KARATE_TIES = 78 };

static const uint32_t KARATE_FROM[KARATE_TIES] = {
    0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  1,  1,  1,  1,
    1,  1,  1,  1,  2,  2,  2,  2,  2,  2,  2,  2,  3,  3,  3,  4,  4,  5,  5,  5,
    6,  8,  8,  8,  9,  13, 14, 14, 15, 15, 18, 18, 19, 20, 20, 22, 22, 23, 23, 23,
    23, 23, 24, 24, 24, 25, 26, 26, 27, 28, 28, 29, 29, 30, 30, 31, 31, 32};
static const uint32_t KARATE_TO[KARATE_TIES] = {
    1,  2,  3,  4,  5,  6,  7,  8,  10, 11, 12, 13, 17, 19, 21, 31, 2,  3,  7,  13,
    17, 19, 21, 30, 3,  7,  8,  9,  13, 27, 28, 32, 7,  12, 13, 6,  10, 6,  10, 16,
    16, 30, 32, 33, 33, 33, 32, 33, 32, 33, 32, 33, 33, 32, 33, 32, 33, 25, 27, 29,
    32, 33, 25, 27, 31, 31, 29, 33, 33, 31, 33, 32, 33, 32, 33, 32, 33, 33};
static const uint32_t KARATE_CLUB[KARATE_MEMBERS] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0,
                                                     0, 0, 1, 1, 0, 0, 1, 0, 1, 0, 1, 1,
                                                     1, 1, 1, 1, 1, 1, 1, 1, 1, 1};

/* With directions the ties lead to the member with the higher number; with values they have 1, 2
 * and 3 in turn. */
static inline void karate_build(const struct network_host *host, bool directed, bool valued,
                                struct graph *g) {
    double value[KARATE_TIES];
    for (uint32_t i = 0; i < KARATE_TIES; i++) {
        value[i] = 1 + i % 3;
    }
    struct tie_list list = {.nodes = KARATE_MEMBERS,
                            .directed = directed,
                            .n = KARATE_TIES,
                            .from = KARATE_FROM,
                            .to = KARATE_TO,
                            .value = valued ? value : NULL};
    ck_assert_int_eq(graph_build(host, &list, g), ST_OK);
}

#endif
