/* For the tests of measures over networks: random networks of many shapes, all of it as a matrix,
 * and plain O(n^3) answers that know nothing of rows, lanes or blocks. */
#ifndef SPOKE_TEST_GRAPH_WORLD_H
#define SPOKE_TEST_GRAPH_WORLD_H

#include "stdlib/network/graph.h"
#include "suites.h"

enum { WORLD_NODES = 64, WORLD_TIES = 4096 };

/* Ties as they might come, loops and repetitions among them. */
struct sample {
    uint32_t n;
    bool directed;
    size_t ties;
    uint32_t from[WORLD_TIES], to[WORLD_TIES];
    double value[WORLD_TIES]; /* small whole numbers: sums are exact */
    bool valued;
};

uint32_t draw(uint64_t *seed, uint32_t below);
/* Another shape each round: sparse and dense, trees, stars, paths, cliques in a row, several
 * components, many twins; half of them directed, a third with values. */
void sample_draw(struct sample *s, uint64_t *seed, uint32_t round);
void sample_add(struct sample *s, uint32_t from, uint32_t to, double value);
/* Repeated ties have the smallest of their values. */
void sample_build(const struct network_host *host, const struct sample *s, struct graph *g);

/* Distances of ties; INFINITY where there is none. */
struct matrix {
    uint32_t n;
    bool directed;
    double tie[WORLD_NODES][WORLD_NODES];
    double length[WORLD_NODES][WORLD_NODES]; /* of shortest paths */
    double paths[WORLD_NODES][WORLD_NODES];  /* how many there are */
};
/* `steps`: every tie is 1 long. */
void matrix_fill(struct matrix *m, const struct sample *s, bool steps);
bool tied(const struct matrix *m, uint32_t from, uint32_t to);

/* All memory given back: nothing is used at the end of a test. */
extern struct alloc world_memory;
extern struct network_host world_host;
void world_start(void);
void world_stop(void);
/* |a - b| is at most `within` of the larger of 1 and |b|. */
bool world_near(double a, double b, double within);

#endif
