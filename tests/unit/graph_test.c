/* Compressed rows, blocks and twins: against the matrix of the same ties; the same graph whatever
 * the order of ties; memory refused at every request; work that is told to stop. */
#include "graph_world.h"
#include "stdlib/network/blocks.h"
#include "stdlib/network/census.h"
#include "stdlib/network/components.h"
#include "stdlib/network/distances.h"
#include "stdlib/network/holes.h"
#include "stdlib/network/influence.h"
#include "stdlib/network/pagerank.h"
#include "stdlib/network/triangles.h"
#include "stdlib/network/twins.h"
#include <math.h>

static struct sample sample;
static struct matrix matrix;

static void check_rows(const struct graph *g, const struct rows_of_ties *rows, bool inward) {
    for (uint32_t v = 0; v < g->n; v++) {
        uint32_t mine = g->label[v], found = 0;
        ck_assert_uint_eq(g->place[mine], v);
        for (uint64_t i = rows->start[v]; i < rows->start[v + 1]; i++) {
            uint32_t other = g->label[rows->node[i]];
            double value = inward ? matrix.tie[other][mine] : matrix.tie[mine][other];
            ck_assert(i == rows->start[v] || rows->node[i - 1] < rows->node[i]);
            ck_assert_double_eq(value, rows->value ? rows->value[i] : 1);
        }
        for (uint32_t k = 0; k < g->n; k++) {
            found += inward ? tied(&matrix, k, mine) : tied(&matrix, mine, k);
        }
        ck_assert_uint_eq(found, row_length(rows, v));
    }
}

static uint64_t degree(const struct graph *g, uint32_t v) {
    return row_length(&g->out, v) + (g->directed ? row_length(&g->in, v) : 0);
}

START_TEST(rows_are_the_matrix) {
    uint64_t seed = 3;
    for (uint32_t round = 0; round < 200; round++) {
        struct graph g;
        sample_draw(&sample, &seed, round);
        sample_build(&world_host, &sample, &g);
        matrix_fill(&matrix, &sample, false);
        check_rows(&g, &g.out, false);
        check_rows(&g, &g.in, true);
        for (uint32_t v = 1; v < g.n; v++) {
            ck_assert_uint_ge(degree(&g, v - 1), degree(&g, v));
        }
        ck_assert_uint_eq(g.ties + g.loops + g.merged, sample.ties);
        ck_assert_uint_eq(graph_entries(&g), 2 * g.ties);
        graph_free(&g);
    }
}
END_TEST

START_TEST(merging) {
    static const uint32_t from[] = {0, 1, 0, 2, 2}, to[] = {1, 0, 1, 2, 0};
    static const double value[] = {0.1, 0.7, 0.2, 9, 4};
    static const double expected[] = {1.0, 0.7, 0.1};
    for (int merge = MERGE_SUM; merge <= MERGE_LEAST; merge++) {
        struct graph g;
        struct tie_list list = {
            .nodes = 4, .n = 5, .from = from, .to = to, .value = value, .merge = (enum merge)merge};
        ck_assert_int_eq(graph_build(&world_host, &list, &g), ST_OK);
        ck_assert_uint_eq(g.ties, 2);
        ck_assert_uint_eq(g.loops, 1);
        ck_assert_uint_eq(g.merged, 2);
        ck_assert(world_near(g.out.value[row_find(&g.out, g.place[1], g.place[0])], expected[merge],
                             1e-15));
        ck_assert_uint_eq(row_find(&g.out, g.place[1], g.place[2]), UINT64_MAX);
        graph_free(&g);
    }
}
END_TEST

START_TEST(directions_left_out) {
    uint64_t seed = 8;
    for (uint32_t round = 1; round < 100; round += 2) {
        struct graph g, both;
        sample_draw(&sample, &seed, round);
        sample_build(&world_host, &sample, &g);
        ck_assert_int_eq(graph_without_direction(&world_host, &g, MERGE_LEAST, &both), ST_OK);
        sample.directed = false;
        matrix_fill(&matrix, &sample, false);
        check_rows(&both, &both.out, false);
        graph_free(&g);
        graph_free(&both);
    }
}
END_TEST

START_TEST(refused_ties) {
    static const uint32_t from[] = {0}, to[] = {1};
    static const double values[] = {-1, NAN, INFINITY};
    struct graph g;
    struct tie_list list = {.nodes = 1, .n = 1, .from = from, .to = to};
    ck_assert_int_eq(graph_build(&world_host, &list, &g), ST_MISUSE);
    list.nodes = 2;
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        list.value = &values[i];
        ck_assert_int_eq(graph_build(&world_host, &list, &g), ST_MISUSE);
    }
}
END_TEST

/* ---- cutpoints, bridges, twins: by taking out and by swapping ---- */

static uint32_t plain_components(const struct matrix *m, uint32_t without, uint32_t from,
                                 uint32_t to) {
    uint32_t part[WORLD_NODES], n = m->n;
    for (uint32_t v = 0; v < n; v++) {
        part[v] = v;
    }
    for (uint32_t i = 0; i < m->n; i++) {
        for (uint32_t k = 0; k < m->n; k++) {
            bool out =
                i == without || k == without || (i == from && k == to) || (k == from && i == to);
            if (tied(m, i, k) && !out && part[i] != part[k]) {
                uint32_t old = part[k];
                for (uint32_t v = 0; v < m->n; v++) {
                    part[v] = part[v] == old ? part[i] : part[v];
                }
                n--;
            }
        }
    }
    return n;
}

static void check_bridges(const struct graph *g) {
    struct arena a;
    struct bridges found;
    uint32_t at = 0, all = plain_components(&matrix, UINT32_MAX, 0, 0);
    arena_init(&a, &world_memory);
    ck_assert_int_eq(bridges_find(&world_host, g, &a, &found), ST_OK);
    for (uint32_t i = 0; i < g->n; i++) {
        for (uint32_t k = i + 1; k < g->n; k++) {
            if (tied(&matrix, i, k) && plain_components(&matrix, UINT32_MAX, i, k) > all) {
                ck_assert_uint_lt(at, found.n);
                ck_assert_uint_eq(found.from[at], i);
                ck_assert_uint_eq(found.to[at++], k);
            }
        }
    }
    ck_assert_uint_eq(at, found.n);
    arena_free(&a);
}

START_TEST(cutting) {
    uint64_t seed = 17;
    uint8_t cut[WORLD_NODES];
    for (uint32_t round = 0; round < 100; round += 2) {
        struct graph g;
        sample_draw(&sample, &seed, round);
        sample_build(&world_host, &sample, &g);
        matrix_fill(&matrix, &sample, true);
        uint32_t all = plain_components(&matrix, UINT32_MAX, 0, 0);
        ck_assert_int_eq(cutpoints(&world_host, &g, cut), ST_OK);
        for (uint32_t v = 0; v < g.n; v++) {
            /* Without its ties the node is a component of its own. */
            ck_assert_int_eq(cut[v], plain_components(&matrix, v, 0, 0) > all + 1);
        }
        check_bridges(&g);
        graph_free(&g);
    }
}
END_TEST

START_TEST(blocks_hold_every_tie_once) {
    uint64_t seed = 19;
    for (uint32_t round = 0; round < 100; round += 2) {
        struct graph g;
        struct arena a;
        struct blocks b;
        uint32_t seen[WORLD_NODES][WORLD_NODES] = {{0}};
        sample_draw(&sample, &seed, round);
        sample_build(&world_host, &sample, &g);
        arena_init(&a, &world_memory);
        ck_assert_int_eq(blocks_find(&world_host, &g, &a, &b), ST_OK);
        for (uint32_t k = 0; k < b.n; k++) {
            uint32_t weights = 0;
            for (uint32_t i = b.first_member[k]; i < b.first_member[k + 1]; i++) {
                weights += b.weight[i];
                ck_assert(i == b.first_member[k] || b.member[i - 1] < b.member[i]);
            }
            ck_assert_uint_eq(weights, b.reachable[b.member[b.first_member[k]]]);
            for (uint64_t i = b.first_tie[k]; i < b.first_tie[k + 1]; i++) {
                seen[b.tie_from[i]][b.tie_to[i]]++;
            }
        }
        for (uint32_t v = 0; v < g.n; v++) {
            for (uint64_t i = g.out.start[v]; i < g.out.start[v + 1]; i++) {
                uint32_t w = g.out.node[i];
                ck_assert_uint_eq(seen[v][w] + seen[w][v], 1);
            }
        }
        arena_free(&a);
        graph_free(&g);
    }
}
END_TEST

static bool plain_twins(const struct graph *g, uint32_t v, uint32_t w) {
    uint32_t i = g->label[v], k = g->label[w];
    if (g->directed && (tied(&matrix, i, k) || tied(&matrix, k, i))) {
        return false;
    }
    for (uint32_t x = 0; x < g->n; x++) {
        bool other = x != i && x != k;
        if (other && (tied(&matrix, i, x) != tied(&matrix, k, x) ||
                      tied(&matrix, x, i) != tied(&matrix, x, k))) {
            return false;
        }
    }
    return true;
}

START_TEST(twins) {
    uint64_t seed = 23;
    for (uint32_t round = 0; round < 120; round++) {
        struct graph g;
        struct arena a;
        struct effort effort;
        struct stint stint = {.effort = &effort};
        uint32_t first[WORLD_NODES];
        sample_draw(&sample, &seed, round);
        sample_build(&world_host, &sample, &g);
        matrix_fill(&matrix, &sample, true);
        arena_init(&a, &world_memory);
        effort_init(&effort, &world_host, 1);
        ck_assert_int_eq(
            twins_find(&stint, &a, g.n, &g.out, g.directed ? &g.in : NULL, NULL, first), ST_OK);
        for (uint32_t v = 0; v < g.n; v++) {
            uint32_t expected = v;
            for (uint32_t w = v; w-- > 0;) {
                expected = plain_twins(&g, v, w) ? w : expected;
            }
            ck_assert_uint_eq(first[v], expected);
        }
        arena_free(&a);
        graph_free(&g);
    }
}
END_TEST

/* ---- want of memory, and of patience ---- */

/* Everything that takes memory, one after the other. */
static enum status measure_all(const struct graph *g) {
    static double value[2 * WORLD_TIES], other[WORLD_NODES];
    static uint32_t whole[WORLD_NODES];
    static uint64_t large[WORLD_NODES], triads[TRIADS];
    static struct distances distances[WORLD_NODES];
    static struct holes holes[WORLD_NODES];
    const struct network_host *h = &world_host;
    struct component_count count;
    struct iteration how;
    enum status status[] = {
        betweenness(h, g, LENGTHS_ONE, other, NULL),
        betweenness(h, g, LENGTHS_VALUES, other, value),
        distances_sum(h, g, LENGTHS_ONE, WAY_OUT, distances),
        distances_sum(h, g, LENGTHS_VALUES, WAY_IN, distances),
        components_weak(h, g, whole, &count),
        components_strong(h, g, whole, &count),
        core_numbers(h, g, whole),
        pagerank(h, g, 0.85, value, &how),
        eigenvector(h, g, SCALE_SUM, value, &how),
        hubs_and_authorities(h, g, SCALE_SUM, value, other, &how),
        katz(h, g, 0.01, 1, SCALE_SUM, value, &how),
        holes_find(h, g, holes),
        triad_census(h, g, triads),
        g->directed ? ST_OK : triangles_count(h, g, large),
    };
    for (size_t i = 0; i < COUNT_OF(status); i++) {
        ck_assert(status[i] == ST_OK || status[i] == ST_NO_MEMORY);
        if (status[i] != ST_OK) {
            return status[i];
        }
    }
    return ST_OK;
}

/* What has lists of its own. */
static enum status find_cuts(const struct graph *g) {
    static uint8_t cut[WORLD_NODES];
    struct graph both;
    struct arena a;
    struct bridges bridges;
    arena_init(&a, &world_memory);
    enum status status = graph_without_direction(&world_host, g, MERGE_SUM, &both);
    if (status == ST_OK) {
        status = cutpoints(&world_host, &both, cut);
        status = status == ST_OK ? bridges_find(&world_host, &both, &a, &bridges) : status;
        graph_free(&both);
    }
    arena_free(&a);
    return status;
}

static enum status build_and_measure(void) {
    struct graph g;
    struct tie_list list = {.nodes = sample.n,
                            .directed = sample.directed,
                            .n = sample.ties,
                            .from = sample.from,
                            .to = sample.to,
                            .value = sample.valued ? sample.value : NULL};
    enum status status = graph_build(&world_host, &list, &g);
    if (status == ST_OK) {
        status = measure_all(&g);
        status = status == ST_OK ? find_cuts(&g) : status;
        graph_free(&g);
    }
    return status;
}

START_TEST(memory_refused) {
    uint64_t seed = 29;
    for (uint32_t round = 0; round < 12; round++) {
        enum status status = ST_NO_MEMORY;
        sample_draw(&sample, &seed, round);
        for (uint64_t fail = 1; status != ST_OK; fail++) {
            world_memory.calls = 0;
            world_memory.fail_at = fail;
            status = build_and_measure();
            ck_assert(status == ST_OK || status == ST_NO_MEMORY);
            ck_assert_uint_eq(world_memory.used, 0);
        }
        world_memory.fail_at = 0;
    }
}
END_TEST

struct patience {
    uint32_t left, asked;
    double done;
};

static enum status lose_patience(void *user, double done) {
    struct patience *p = user;
    ck_assert(done >= p->done && done <= 1);
    p->done = done;
    p->asked++;
    return p->left-- == 0 ? ST_INTERRUPTED : ST_OK;
}

START_TEST(told_to_stop) {
    enum { NODES = 3000, TIES = 100000 };
    static uint32_t from[TIES], to[TIES];
    static double nodes[NODES];
    uint64_t seed = 31;
    for (uint32_t i = 0; i < TIES; i++) {
        from[i] = draw(&seed, NODES);
        to[i] = draw(&seed, NODES);
    }
    for (uint32_t threads = 1; threads <= 2; threads++) {
        struct patience patience = {.left = UINT32_MAX};
        struct network_host host = world_host;
        struct graph g;
        struct tie_list list = {.nodes = NODES, .n = TIES, .from = from, .to = to};
        host.threads = threads;
        host.poll = lose_patience;
        host.user = &patience;
        ck_assert_int_eq(graph_build(&host, &list, &g), ST_OK);
        patience.done = 0;
        patience.left = 20;
        patience.asked = 0;
        ck_assert_int_eq(betweenness(&host, &g, LENGTHS_ONE, nodes, NULL), ST_INTERRUPTED);
        ck_assert_uint_eq(patience.asked, 21);
        graph_free(&g);
        patience = (struct patience){.left = 0};
        ck_assert_int_eq(graph_build(&host, &list, &g), ST_INTERRUPTED);
    }
}
END_TEST

Suite *graph_suite(void) {
    Suite *s = suite_create("graph");
    TCase *t = tcase_create("graph");
    tcase_add_checked_fixture(t, world_start, world_stop);
    tcase_add_test(t, rows_are_the_matrix);
    tcase_add_test(t, merging);
    tcase_add_test(t, directions_left_out);
    tcase_add_test(t, refused_ties);
    tcase_add_test(t, cutting);
    tcase_add_test(t, blocks_hold_every_tie_once);
    tcase_add_test(t, twins);
    tcase_add_test(t, memory_refused);
    tcase_add_test(t, told_to_stop);
    tcase_set_timeout(t, 60);
    suite_add_tcase(s, t);
    return s;
}
