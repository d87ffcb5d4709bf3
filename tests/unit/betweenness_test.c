/* Betweenness of nodes and ties: plain counting of all paths on random networks of many shapes,
 * published figures, the same bits for any vectors, threads and order of ties. */
#include "graph_world.h"
#include "stdlib/network/betweenness.h"
#include <math.h>

static struct sample sample;
static struct matrix matrix;

/* Of the shortest paths from i to k the share that passes v. */
static double share_through(const struct matrix *m, uint32_t i, uint32_t k, uint32_t v) {
    return isfinite(m->length[i][k]) && m->length[i][v] + m->length[v][k] == m->length[i][k]
               ? m->paths[i][v] * m->paths[v][k] / m->paths[i][k]
               : 0;
}

static double plain_node(const struct matrix *m, uint32_t v) {
    double sum = 0;
    for (uint32_t i = 0; i < m->n; i++) {
        for (uint32_t k = 0; k < m->n; k++) {
            sum += i != k && i != v && k != v ? share_through(m, i, k, v) : 0;
        }
    }
    return m->directed ? sum : sum / 2;
}

static double plain_tie(const struct matrix *m, uint32_t from, uint32_t to) {
    double sum = 0;
    for (uint32_t i = 0; i < m->n; i++) {
        for (uint32_t k = 0; k < m->n; k++) {
            double length = m->length[i][from] + m->tie[from][to] + m->length[to][k];
            if (i != k && isfinite(m->length[i][k]) && length == m->length[i][k]) {
                sum += m->paths[i][from] * m->paths[to][k] / m->paths[i][k];
            }
        }
    }
    return sum;
}

static void compare(const struct graph *g, enum lengths lengths) {
    static double nodes[WORLD_NODES], ties[2 * WORLD_TIES];
    ck_assert_int_eq(betweenness(&world_host, g, lengths, nodes, NULL), ST_OK);
    for (uint32_t v = 0; v < g->n; v++) {
        ck_assert_msg(world_near(nodes[v], plain_node(&matrix, v), 1e-9), "node %u: %.9g, not %.9g",
                      v, nodes[v], plain_node(&matrix, v));
    }
    ck_assert_int_eq(betweenness(&world_host, g, lengths, nodes, ties), ST_OK);
    for (uint32_t v = 0; v < g->n; v++) {
        ck_assert(world_near(nodes[g->label[v]], plain_node(&matrix, g->label[v]), 1e-9));
        for (uint64_t i = g->out.start[v]; i < g->out.start[v + 1]; i++) {
            double plain = plain_tie(&matrix, g->label[v], g->label[g->out.node[i]]);
            ck_assert_msg(world_near(ties[i], plain, 1e-9), "tie %u-%u: %.9g, not %.9g",
                          g->label[v], g->label[g->out.node[i]], ties[i], plain);
        }
    }
}

START_TEST(by_counting_paths) {
    uint64_t seed = 11;
    for (uint32_t round = 0; round < 120; round++) {
        struct graph g;
        sample_draw(&sample, &seed, round);
        sample_build(&world_host, &sample, &g);
        matrix_fill(&matrix, &sample, true);
        compare(&g, LENGTHS_ONE);
        if (sample.valued) {
            matrix_fill(&matrix, &sample, false);
            compare(&g, LENGTHS_VALUES);
        }
        graph_free(&g);
    }
}
END_TEST

/* A large enough network for several pieces, with ties in the order of `shift`. */
static void draw_large(struct sample *s, uint32_t shift) {
    struct sample all = {.n = WORLD_NODES, .ties = 0};
    uint64_t seed = 5;
    for (uint32_t i = 0; i < 200; i++) {
        uint32_t to = draw(&seed, WORLD_NODES), from = draw(&seed, to + 1);
        sample_add(&all, from, to, 1 + draw(&seed, 9) / 7.0);
    }
    *s = all;
    for (size_t i = 0; i < all.ties; i++) {
        size_t at = (i * 77 + shift) % all.ties;
        bool turned = shift && i % 2;
        s->from[i] = turned ? all.to[at] : all.from[at];
        s->to[i] = turned ? all.from[at] : all.to[at];
        s->value[i] = all.value[at];
    }
}

START_TEST(same_bits) {
    static double first[WORLD_NODES], again[WORLD_NODES];
    for (int valued = 0; valued < 2; valued++) {
        for (uint32_t round = 0; round < 12; round++) {
            struct graph g;
            struct network_host host = world_host;
            host.threads = 1 + round % 3;
            host.vectors = (enum vectors)(round / 3 % 4);
            draw_large(&sample, round);
            sample.valued = valued;
            sample_build(&host, &sample, &g);
            ck_assert_int_eq(betweenness(&host, &g, valued ? LENGTHS_VALUES : LENGTHS_ONE,
                                         round ? again : first, NULL),
                             ST_OK);
            if (round) {
                ck_assert_mem_eq(first, again, sizeof first);
            }
            graph_free(&g);
        }
    }
}
END_TEST

/* Numbers of paths beyond the largest double: a ladder whose steps are full. */
START_TEST(very_many_paths) {
    enum { STEPS = 900, WIDE = 3 };
    static uint32_t from[STEPS * WIDE * WIDE], to[STEPS * WIDE * WIDE];
    static double nodes[(STEPS + 1) * WIDE], again[(STEPS + 1) * WIDE];
    size_t n = 0;
    for (uint32_t i = 0; i < STEPS * WIDE * WIDE; i++) {
        from[n] = i / (WIDE * WIDE) * WIDE + i % WIDE;
        to[n++] = (i / (WIDE * WIDE) + 1) * WIDE + i / WIDE % WIDE;
    }
    struct graph g;
    struct tie_list list = {.nodes = COUNT_OF(nodes), .n = n, .from = from, .to = to};
    ck_assert_int_eq(graph_build(&world_host, &list, &g), ST_OK);
    ck_assert_int_eq(betweenness(&world_host, &g, LENGTHS_ONE, nodes, NULL), ST_OK);
    for (int vectors = VECTORS_PLAIN; vectors <= VECTORS_512; vectors++) {
        struct network_host host = world_host;
        host.vectors = (enum vectors)vectors;
        ck_assert_int_eq(betweenness(&host, &g, LENGTHS_ONE, again, NULL), ST_OK);
        ck_assert_mem_eq(nodes, again, sizeof nodes);
    }
    /* All on a step have the same by symmetry. Step k lies between k and STEPS - k steps of WIDE
     * nodes: a third of the pairs across; and between the pairs on each neighbouring step. */
    for (uint32_t k = 0; k <= STEPS; k++) {
        double across = (double)k * WIDE * (STEPS - k) * WIDE / WIDE;
        double beside = 0;
        for (int side = -1; side <= 1; side += 2) {
            int other = (int)k + side, further = other + side;
            if (other >= 0 && other <= STEPS) {
                beside += 3.0 / (further >= 0 && further <= STEPS ? 2 * WIDE : WIDE);
            }
        }
        for (uint32_t i = 0; i < WIDE; i++) {
            ck_assert_msg(world_near(nodes[k * WIDE + i], across + beside, 1e-9),
                          "step %u: %.9g, not %.9g", k, nodes[k * WIDE + i], across + beside);
        }
    }
    graph_free(&g);
}
END_TEST

/* Krackhardt's kite: published values. */
START_TEST(kite) {
    static const uint32_t from[] = {0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 3, 3, 4, 5, 5, 6, 7, 8};
    static const uint32_t to[] = {1, 2, 3, 5, 3, 4, 6, 3, 5, 4, 5, 6, 6, 6, 7, 7, 8, 9};
    static const double expected[] = {5.0 / 6,  5.0 / 6,  0,  11.0 / 3, 0,
                                      25.0 / 3, 25.0 / 3, 14, 8,        0};
    double nodes[10];
    struct graph g;
    struct tie_list list = {.nodes = 10, .n = COUNT_OF(from), .from = from, .to = to};
    ck_assert_int_eq(graph_build(&world_host, &list, &g), ST_OK);
    ck_assert_int_eq(betweenness(&world_host, &g, LENGTHS_ONE, nodes, NULL), ST_OK);
    for (int v = 0; v < 10; v++) {
        ck_assert(world_near(nodes[v], expected[v], 1e-12));
    }
    ck_assert_double_eq(betweenness_pairs(&g), 36);
    graph_free(&g);
}
END_TEST

START_TEST(refuses_distances_of_nothing) {
    static const uint32_t from[] = {0, 1}, to[] = {1, 2};
    static const double value[] = {1, 0};
    double nodes[3];
    struct graph g;
    struct tie_list list = {.nodes = 3, .n = 2, .from = from, .to = to, .value = value};
    ck_assert_int_eq(graph_build(&world_host, &list, &g), ST_OK);
    ck_assert_int_eq(betweenness(&world_host, &g, LENGTHS_VALUES, nodes, NULL), ST_MISUSE);
    ck_assert_int_eq(betweenness(&world_host, &g, LENGTHS_ONE, nodes, NULL), ST_OK);
    ck_assert_double_eq(nodes[1], 1);
    graph_free(&g);
}
END_TEST

Suite *betweenness_suite(void) {
    Suite *s = suite_create("betweenness");
    TCase *t = tcase_create("betweenness");
    tcase_add_checked_fixture(t, world_start, world_stop);
    tcase_add_test(t, by_counting_paths);
    tcase_add_test(t, same_bits);
    tcase_add_test(t, very_many_paths);
    tcase_add_test(t, kite);
    tcase_add_test(t, refuses_distances_of_nothing);
    tcase_set_timeout(t, 60);
    suite_add_tcase(s, t);
    return s;
}
