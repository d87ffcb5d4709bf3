/* Components, cores, triangles and PageRank: against plain loops over a matrix on random networks,
 * and published figures. */
#include "graph_world.h"
#include "stdlib/network/components.h"
#include "stdlib/network/pagerank.h"
#include "stdlib/network/triangles.h"
#include <math.h>

static struct sample sample;
static struct matrix matrix;

static bool together(const struct matrix *m, bool strong, uint32_t i, uint32_t k) {
    return strong ? isfinite(m->length[i][k]) && isfinite(m->length[k][i])
                  : isfinite(m->length[i][k]);
}

static void check_components(const uint32_t *of, struct component_count count, bool strong) {
    uint32_t n = 0, largest = 0;
    for (uint32_t v = 0; v < matrix.n; v++) {
        uint32_t first = v, size = 0;
        for (uint32_t k = matrix.n; k-- > 0;) {
            first = together(&matrix, strong, v, k) && k < v ? k : first;
            size += together(&matrix, strong, v, k);
            ck_assert_int_eq(of[v] == of[k], together(&matrix, strong, v, k));
        }
        if (first == v) {
            ck_assert_uint_eq(of[v], n++);
        }
        largest = size > largest ? size : largest;
    }
    ck_assert_uint_eq(count.n, n);
    ck_assert_uint_eq(count.largest, largest);
}

START_TEST(components) {
    uint64_t seed = 51;
    uint32_t of[WORLD_NODES];
    for (uint32_t round = 0; round < 200; round++) {
        struct graph g;
        struct component_count count;
        sample_draw(&sample, &seed, round);
        sample_build(&world_host, &sample, &g);
        matrix_fill(&matrix, &sample, true);
        ck_assert_int_eq(components_strong(&world_host, &g, of, &count), ST_OK);
        check_components(of, count, true);
        sample.directed = false;
        matrix_fill(&matrix, &sample, true);
        ck_assert_int_eq(components_weak(&world_host, &g, of, &count), ST_OK);
        check_components(of, count, false);
        graph_free(&g);
    }
}
END_TEST

/* Takes away all nodes with fewer than k ties until none is left to take. */
static void keep_core(const struct matrix *m, uint32_t k, bool *in) {
    for (bool again = true; again;) {
        again = false;
        for (uint32_t v = 0; v < m->n; v++) {
            uint32_t ties = 0;
            for (uint32_t w = 0; w < m->n; w++) {
                ties += in[w] && tied(m, v, w);
                ties += m->directed && in[w] && tied(m, w, v);
            }
            if (in[v] && ties < k) {
                in[v] = false;
                again = true;
            }
        }
    }
}

START_TEST(cores) {
    uint64_t seed = 53;
    uint32_t core[WORLD_NODES];
    for (uint32_t round = 0; round < 80; round++) {
        struct graph g;
        bool in[WORLD_NODES];
        memset(in, true, sizeof in);
        sample_draw(&sample, &seed, round);
        sample_build(&world_host, &sample, &g);
        matrix_fill(&matrix, &sample, true);
        ck_assert_int_eq(core_numbers(&world_host, &g, core), ST_OK);
        for (uint32_t k = 1; k <= 2 * WORLD_NODES; k++) {
            keep_core(&matrix, k, in);
            for (uint32_t v = 0; v < g.n; v++) {
                ck_assert_int_eq(core[v] >= k, in[v]);
            }
        }
        graph_free(&g);
    }
}
END_TEST

static uint64_t plain_triangles(const struct matrix *m, uint32_t v) {
    uint64_t n = 0;
    for (uint32_t i = 0; i < m->n; i++) {
        for (uint32_t k = 0; k < i; k++) {
            n += tied(m, v, i) && tied(m, v, k) && tied(m, i, k);
        }
    }
    return n;
}

START_TEST(triangles) {
    uint64_t seed = 57, of[WORLD_NODES];
    for (uint32_t round = 0; round < 200; round += 2) {
        struct graph g;
        struct network_host host = world_host;
        uint64_t all = 0;
        host.threads = 1 + round / 2 % 2;
        host.vectors = (enum vectors)(round / 2 % (VECTORS_512 + 1));
        sample_draw(&sample, &seed, round);
        sample_build(&host, &sample, &g);
        matrix_fill(&matrix, &sample, true);
        ck_assert_int_eq(triangles_count(&host, &g, of), ST_OK);
        for (uint32_t v = 0; v < g.n; v++) {
            ck_assert_uint_eq(of[v], plain_triangles(&matrix, v));
            all += of[v];
        }
        ck_assert_uint_eq(clustering_of(&g, of).triangles * 3, all);
        graph_free(&g);
    }
}
END_TEST

/* All tied to all: every pair of the others is a triangle. */
START_TEST(triangles_of_all) {
    enum { NODES = 300, TIES = NODES * (NODES - 1) / 2 };
    static uint32_t from[TIES], to[TIES];
    uint64_t of[NODES];
    struct graph g;
    struct tie_list list = {.nodes = NODES, .n = TIES, .from = from, .to = to};
    for (uint32_t v = 0, n = 0; v < NODES; v++) {
        for (uint32_t u = 0; u < v; u++, n++) {
            from[n] = v;
            to[n] = u;
        }
    }
    ck_assert_int_eq(graph_build(&world_host, &list, &g), ST_OK);
    for (uint32_t round = 0; round < 2 * (VECTORS_512 + 1); round++) {
        struct network_host host = world_host;
        host.threads = 1 + round % 2;
        host.vectors = (enum vectors)(round / 2);
        ck_assert_int_eq(triangles_count(&host, &g, of), ST_OK);
        for (uint32_t v = 0; v < NODES; v++) {
            ck_assert_uint_eq(of[v], (NODES - 1) * (NODES - 2) / 2);
        }
    }
    graph_free(&g);
}
END_TEST

/* A triangle with a tail, and a node alone: by hand. */
START_TEST(clustering_by_hand) {
    static const uint32_t from[] = {0, 1, 2, 2}, to[] = {1, 2, 0, 3};
    uint64_t of[5];
    struct graph g;
    struct tie_list list = {.nodes = 5, .n = 4, .from = from, .to = to};
    ck_assert_int_eq(graph_build(&world_host, &list, &g), ST_OK);
    ck_assert_int_eq(triangles_count(&world_host, &g, of), ST_OK);
    struct clustering c = clustering_of(&g, of);
    ck_assert_uint_eq(c.triples, 5);
    ck_assert_double_eq(c.transitivity, 0.6);
    ck_assert(world_near(c.mean_with_zeros, (1 + 1 + 1.0 / 3) / 5, 1e-15));
    ck_assert(world_near(c.mean_of_defined, (1 + 1 + 1.0 / 3) / 3, 1e-15));
    ck_assert(isnan(clustering_of_node(&g, of, 3)));
    graph_free(&g);
    list.directed = true;
    ck_assert_int_eq(graph_build(&world_host, &list, &g), ST_OK);
    ck_assert_int_eq(triangles_count(&world_host, &g, of), ST_MISUSE);
    graph_free(&g);
}
END_TEST

/* One step of the definition changes nothing: with chance a tie out, else anywhere. */
static void check_rank(const struct matrix *m, const double *rank, double damping) {
    double sum = 0;
    for (uint32_t v = 0; v < m->n; v++) {
        double next = 0, out[WORLD_NODES] = {0};
        for (uint32_t i = 0; i < m->n; i++) {
            for (uint32_t k = 0; k < m->n; k++) {
                out[i] += tied(m, i, k) ? m->tie[i][k] : 0;
            }
            next += out[i] > 0 ? rank[i] * (1 - damping) / m->n : rank[i] / m->n;
            next += tied(m, i, v) ? damping * rank[i] * m->tie[i][v] / out[i] : 0;
        }
        sum += rank[v];
        ck_assert_msg(fabs(next - rank[v]) < 1e-10, "%.12g, not %.12g", rank[v], next);
    }
    ck_assert(m->n == 0 || fabs(sum - 1) < 1e-12);
}

START_TEST(ranks) {
    uint64_t seed = 59;
    double rank[WORLD_NODES];
    for (uint32_t round = 0; round < 200; round++) {
        static const double damping[] = {0.85, 0.5, 0, 0.99};
        struct iteration how;
        struct graph g;
        sample_draw(&sample, &seed, round);
        sample_build(&world_host, &sample, &g);
        matrix_fill(&matrix, &sample, false);
        double d = damping[round / 3 % 4];
        ck_assert_int_eq(pagerank(&world_host, &g, d, rank, &how), ST_OK);
        ck_assert(how.reached);
        ck_assert_double_le(how.residual, 1e-10);
        check_rank(&matrix, rank, d);
        graph_free(&g);
    }
}
END_TEST

START_TEST(ranks_that_cannot_be) {
    double rank[1];
    struct iteration how;
    struct graph g;
    struct tie_list list = {.nodes = 1};
    ck_assert_int_eq(graph_build(&world_host, &list, &g), ST_OK);
    ck_assert_int_eq(pagerank(&world_host, &g, 1, rank, &how), ST_MISUSE);
    ck_assert_int_eq(pagerank(&world_host, &g, NAN, rank, &how), ST_MISUSE);
    ck_assert_int_eq(pagerank(&world_host, &g, 0.85, rank, &how), ST_OK);
    ck_assert_double_eq(rank[0], 1);
    graph_free(&g);
}
END_TEST

Suite *structure_suite(void) {
    Suite *s = suite_create("structure");
    TCase *t = tcase_create("structure");
    tcase_add_checked_fixture(t, world_start, world_stop);
    tcase_add_test(t, components);
    tcase_add_test(t, cores);
    tcase_add_test(t, triangles);
    tcase_add_test(t, triangles_of_all);
    tcase_add_test(t, clustering_by_hand);
    tcase_add_test(t, ranks);
    tcase_add_test(t, ranks_that_cannot_be);
    tcase_set_timeout(t, 60);
    suite_add_tcase(s, t);
    return s;
}
