/* Eigenvector centrality, hubs and authorities, Katz, degrees and centralization: their definitions
 * over a matrix on random networks, and small networks whose values are known in closed form. */
#include "graph_world.h"
#include "stdlib/network/census.h"
#include "stdlib/network/degree.h"
#include "stdlib/network/influence.h"
#include <math.h>

static struct sample sample;
static struct matrix matrix;

/* What v gets from those whose ties lead to it, or from those its ties lead to. */
static double gets(const struct matrix *m, const double *x, uint32_t v, bool inward) {
    double sum = 0;
    for (uint32_t i = 0; i < m->n; i++) {
        uint32_t from = inward ? i : v, to = inward ? v : i;
        sum += tied(m, from, to) ? m->tie[from][to] * x[i] : 0;
    }
    return sum;
}

/* y is x times one number, where x is largest. */
static bool parallel(const double *x, const double *y, uint32_t n) {
    uint32_t most = 0;
    for (uint32_t v = 0; v < n; v++) {
        most = x[v] > x[most] ? v : most;
    }
    for (uint32_t v = 0; v < n; v++) {
        if (fabs(y[v] * x[most] - x[v] * y[most]) > 1e-8 * y[most] * x[most]) {
            return false;
        }
    }
    return true;
}

START_TEST(eigenvector_by_definition) {
    uint64_t seed = 81;
    uint32_t reached = 0, rounds = 0;
    for (uint32_t round = 0; round < 100; round++) {
        double x[WORLD_NODES], y[WORLD_NODES];
        struct iteration how;
        struct graph g;
        sample_draw(&sample, &seed, round);
        sample_build(&world_host, &sample, &g);
        matrix_fill(&matrix, &sample, false);
        ck_assert_int_eq(eigenvector(&world_host, &g, SCALE_LARGEST, x, &how), ST_OK);
        for (uint32_t v = 0; v < g.n; v++) {
            y[v] = gets(&matrix, x, v, true);
        }
        rounds++;
        if (how.reached && g.n) {
            reached++;
            ck_assert(parallel(x, y, g.n));
        }
        graph_free(&g);
    }
    ck_assert_uint_gt(reached, rounds * 3 / 4);
}
END_TEST

START_TEST(hubs_by_definition) {
    uint64_t seed = 83;
    uint32_t reached = 0;
    for (uint32_t round = 0; round < 100; round++) {
        double hubs[WORLD_NODES], authorities[WORLD_NODES], y[WORLD_NODES];
        struct iteration how;
        struct graph g;
        sample_draw(&sample, &seed, round);
        sample_build(&world_host, &sample, &g);
        matrix_fill(&matrix, &sample, false);
        ck_assert_int_eq(
            hubs_and_authorities(&world_host, &g, SCALE_LARGEST, hubs, authorities, &how), ST_OK);
        if (how.reached && g.n) {
            reached++;
            for (uint32_t v = 0; v < g.n; v++) {
                y[v] = gets(&matrix, hubs, v, true);
            }
            ck_assert(parallel(authorities, y, g.n));
            for (uint32_t v = 0; v < g.n; v++) {
                y[v] = gets(&matrix, authorities, v, false);
            }
            ck_assert(parallel(hubs, y, g.n));
        }
        graph_free(&g);
    }
    ck_assert_uint_gt(reached, 75);
}
END_TEST

START_TEST(katz_by_definition) {
    uint64_t seed = 87;
    for (uint32_t round = 0; round < 100; round++) {
        double x[WORLD_NODES];
        struct iteration how;
        struct graph g;
        sample_draw(&sample, &seed, round);
        sample_build(&world_host, &sample, &g);
        matrix_fill(&matrix, &sample, false);
        /* No row adds up to 500: no eigenvalue is larger. */
        ck_assert_int_eq(katz(&world_host, &g, 1.0 / 500, 2, SCALE_NONE, x, &how), ST_OK);
        ck_assert(how.reached);
        for (uint32_t v = 0; v < g.n; v++) {
            ck_assert(world_near(x[v], 2 + gets(&matrix, x, v, true) / 500, 1e-10));
        }
        graph_free(&g);
    }
}
END_TEST

/* A star of four rays: eigenvalues 2 and -2, rays half the centre. */
static const uint32_t STAR_FROM[] = {0, 0, 0, 0}, STAR_TO[] = {1, 2, 3, 4};

START_TEST(stars) {
    double x[5], y[5];
    struct iteration how;
    struct graph g;
    struct tie_list list = {.nodes = 5, .n = 4, .from = STAR_FROM, .to = STAR_TO};
    ck_assert_int_eq(graph_build(&world_host, &list, &g), ST_OK);
    ck_assert_int_eq(eigenvector(&world_host, &g, SCALE_LENGTH, x, &how), ST_OK);
    ck_assert(how.reached);
    ck_assert(world_near(x[0], sqrt(0.5), 1e-10));
    ck_assert(world_near(x[3], sqrt(0.125), 1e-10));
    ck_assert_int_eq(katz(&world_host, &g, 0.25, 1, SCALE_NONE, x, &how), ST_OK);
    ck_assert(world_near(x[0], 8.0 / 3, 1e-10)); /* c = 1 + 4r/4, r = 1 + c/4 */
    ck_assert_int_eq(katz(&world_host, &g, 0.6, 1, SCALE_NONE, x, &how), ST_OK);
    ck_assert(!how.reached && isnan(x[0]));
    ck_assert_int_eq(katz(&world_host, &g, -1, 1, SCALE_NONE, x, &how), ST_MISUSE);
    graph_free(&g);
    list.directed = true; /* no cycle */
    ck_assert_int_eq(graph_build(&world_host, &list, &g), ST_OK);
    ck_assert_int_eq(eigenvector(&world_host, &g, SCALE_LARGEST, x, &how), ST_OK);
    ck_assert_double_eq(x[0] + x[1], 0);
    ck_assert_int_eq(hubs_and_authorities(&world_host, &g, SCALE_SUM, x, y, &how), ST_OK);
    ck_assert_double_eq(x[0], 1);
    ck_assert_double_eq(y[4], 0.25);
    graph_free(&g);
}
END_TEST

START_TEST(stars_are_most_central) {
    struct graph g;
    struct dyads dyads;
    double value[5];
    for (int directed = 0; directed < 2; directed++) {
        struct tie_list list = {
            .nodes = 5, .directed = directed, .n = 4, .from = STAR_FROM, .to = STAR_TO};
        ck_assert_int_eq(graph_build(&world_host, &list, &g), ST_OK);
        for (uint32_t v = 0; v < 5; v++) {
            value[v] = degree_of(&g, v, ENDS_FROM);
        }
        ck_assert_double_eq(centralization(value, 5, directed, CENTRALITY_DEGREE), 1);
        ck_assert_int_eq(dyad_census(&world_host, &g, NULL, &dyads), ST_OK);
        ck_assert_double_eq(density_of(&dyads), directed ? 0.2 : 0.4);
        graph_free(&g);
    }
    static const double closeness[] = {1, 4.0 / 7, 4.0 / 7, 4.0 / 7, 4.0 / 7};
    static const double through[] = {6, 0, 0, 0, 0};
    ck_assert(world_near(centralization(closeness, 5, false, CENTRALITY_CLOSENESS), 1, 1e-15));
    ck_assert_double_eq(centralization(through, 5, false, CENTRALITY_BETWEENNESS), 1);
    ck_assert(isnan(centralization(through, 2, false, CENTRALITY_BETWEENNESS)));
}
END_TEST

START_TEST(degrees_by_counting) {
    uint64_t seed = 89;
    for (uint32_t round = 0; round < 60; round++) {
        struct graph g;
        double ones[WORLD_NODES];
        sample_draw(&sample, &seed, round);
        sample_build(&world_host, &sample, &g);
        matrix_fill(&matrix, &sample, false);
        for (uint32_t v = 0; v < g.n; v++) {
            ones[v] = 1;
        }
        for (uint32_t v = 0; v < g.n; v++) {
            double from = gets(&matrix, ones, v, false), to = gets(&matrix, ones, v, true);
            uint32_t ties = 0;
            for (uint32_t w = 0; w < g.n; w++) {
                ties += tied(&matrix, v, w);
                ties += matrix.directed && tied(&matrix, w, v);
            }
            ck_assert_double_eq(strength_of(&g, v, ENDS_FROM), from);
            ck_assert_double_eq(strength_of(&g, v, ENDS_TO), to);
            ck_assert_double_eq(strength_of(&g, v, ENDS_BOTH), matrix.directed ? from + to : from);
            ck_assert_uint_eq(degree_of(&g, v, ENDS_BOTH), ties);
        }
        graph_free(&g);
    }
}
END_TEST

Suite *influence_suite(void) {
    Suite *s = suite_create("influence");
    TCase *t = tcase_create("influence");
    tcase_add_checked_fixture(t, world_start, world_stop);
    tcase_add_test(t, eigenvector_by_definition);
    tcase_add_test(t, hubs_by_definition);
    tcase_add_test(t, katz_by_definition);
    tcase_add_test(t, stars);
    tcase_add_test(t, stars_are_most_central);
    tcase_add_test(t, degrees_by_counting);
    tcase_set_timeout(t, 60);
    suite_add_tcase(s, t);
    return s;
}
