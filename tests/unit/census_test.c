/* Dyads and triads against visiting every pair and triple; structural holes against their formulas
 * over a matrix; published figures. */
#include "graph_world.h"
#include "stdlib/network/census.h"
#include "stdlib/network/holes.h"
#include <math.h>

static struct sample sample;
static struct matrix matrix;

/* Whether the ties among the three are these, in any order: by trying all orders. */
static bool is_like(const struct matrix *m, const uint32_t v[3], const char *ties) {
    static const uint8_t ORDER[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                        {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    for (int o = 0; o < 6; o++) {
        bool same = true;
        for (int i = 0; i < 3; i++) {
            for (int k = 0; k < 3; k++) {
                char pair[] = {(char)('a' + i), (char)('a' + k), 0};
                bool wanted = strstr(ties, pair) != NULL;
                same = same && (i == k || tied(m, v[ORDER[o][i]], v[ORDER[o][k]]) == wanted);
            }
        }
        if (same) {
            return true;
        }
    }
    return false;
}

static void plain_census(const struct matrix *m, uint64_t count[TRIADS]) {
    static const char *const TIES[TRIADS] = {"",
                                             "ab",
                                             "ab ba",
                                             "ba bc",
                                             "ab cb",
                                             "ab bc",
                                             "ab ba cb",
                                             "ab ba bc",
                                             "ab bc ac",
                                             "ab bc ca",
                                             "ab ba bc cb",
                                             "ba bc ac ca",
                                             "ab cb ac ca",
                                             "ab bc ac ca",
                                             "ab ba bc cb ac",
                                             "ab ba bc cb ac ca"};
    for (uint32_t i = 0; i < m->n; i++) {
        for (uint32_t k = i + 1; k < m->n; k++) {
            for (uint32_t j = k + 1; j < m->n; j++) {
                uint32_t v[] = {i, k, j};
                int t = 0;
                while (!is_like(m, v, TIES[t])) {
                    t++;
                }
                count[t]++;
            }
        }
    }
}

START_TEST(triads_by_visiting) {
    uint64_t seed = 61;
    for (uint32_t round = 0; round < 60; round++) {
        struct graph g;
        uint64_t found[TRIADS], expected[TRIADS] = {0};
        sample_draw(&sample, &seed, round);
        sample_build(&world_host, &sample, &g);
        matrix_fill(&matrix, &sample, true);
        plain_census(&matrix, expected);
        ck_assert_int_eq(triad_census(&world_host, &g, found), ST_OK);
        for (int t = 0; t < TRIADS; t++) {
            ck_assert_msg(found[t] == expected[t], "%s: %lu, not %lu", triad_name((enum triad)t),
                          (unsigned long)found[t], (unsigned long)expected[t]);
        }
        graph_free(&g);
    }
}
END_TEST

START_TEST(dyads_by_visiting) {
    uint64_t seed = 67;
    for (uint32_t round = 0; round < 100; round++) {
        struct graph g;
        struct dyads expected = {0, 0, 0};
        sample_draw(&sample, &seed, round);
        sample_build(&world_host, &sample, &g);
        matrix_fill(&matrix, &sample, true);
        for (uint32_t i = 0; i < g.n; i++) {
            for (uint32_t k = 0; k < i; k++) {
                int ties = tied(&matrix, i, k) + tied(&matrix, k, i);
                expected.mutual += ties == 2;
                expected.asymmetric += ties == 1;
                expected.null += ties == 0;
            }
        }
        struct dyads found;
        ck_assert_int_eq(dyad_census(&world_host, &g, NULL, &found), ST_OK);
        ck_assert_mem_eq(&found, &expected, sizeof found);
        graph_free(&g);
    }
}
END_TEST

/* The definitions over a matrix. */
static double both_ways(const struct matrix *m, uint32_t i, uint32_t k) {
    double there = i != k && tied(m, i, k) ? m->tie[i][k] : 0;
    double back = i != k && tied(m, k, i) ? m->tie[k][i] : 0;
    return there + back;
}

static double share(const struct matrix *m, uint32_t i, uint32_t k) {
    double sum = 0;
    for (uint32_t v = 0; v < m->n; v++) {
        sum += both_ways(m, i, v);
    }
    return sum > 0 ? both_ways(m, i, k) / sum : 0;
}

static double of_largest(const struct matrix *m, uint32_t i, uint32_t k) {
    double most = 0;
    for (uint32_t v = 0; v < m->n; v++) {
        most = fmax(most, both_ways(m, i, v));
    }
    return both_ways(m, i, k) / most;
}

static struct holes plain_holes(const struct matrix *m, uint32_t i) {
    struct holes h = {.contacts = 0};
    double square[WORLD_NODES], uneven = 0;
    for (uint32_t j = 0; j < m->n; j++) {
        double indirect = 0, redundant = 0;
        for (uint32_t q = 0; q < m->n && both_ways(m, i, j) > 0; q++) {
            if (q != i && q != j && both_ways(m, i, q) > 0) {
                indirect += share(m, i, q) * share(m, q, j);
                redundant += share(m, i, q) * of_largest(m, j, q);
            }
        }
        if (both_ways(m, i, j) > 0) {
            square[h.contacts++] = pow(share(m, i, j) + indirect, 2);
            h.constraint += square[h.contacts - 1];
            h.effective_size += 1 - redundant;
        }
    }
    for (uint32_t k = 0; k < h.contacts; k++) {
        double relative = square[k] / (h.constraint / h.contacts);
        uneven += relative * log(relative);
    }
    h.hierarchy = h.contacts > 1 ? uneven / (h.contacts * log(h.contacts)) : 1;
    return h;
}

START_TEST(holes_by_formula) {
    uint64_t seed = 71;
    struct holes found[WORLD_NODES];
    for (uint32_t round = 0; round < 60; round++) {
        struct graph g;
        sample_draw(&sample, &seed, round);
        sample_build(&world_host, &sample, &g);
        matrix_fill(&matrix, &sample, false);
        ck_assert_int_eq(holes_find(&world_host, &g, found), ST_OK);
        for (uint32_t v = 0; v < g.n; v++) {
            struct holes expected = plain_holes(&matrix, v);
            ck_assert_uint_eq(found[v].contacts, expected.contacts);
            if (expected.contacts == 0) {
                ck_assert(isnan(found[v].constraint) && isnan(found[v].hierarchy));
                continue;
            }
            ck_assert(world_near(found[v].constraint, expected.constraint, 1e-12));
            ck_assert(world_near(found[v].effective_size, expected.effective_size, 1e-12));
            ck_assert(world_near(found[v].efficiency, expected.effective_size / expected.contacts,
                                 1e-12));
            ck_assert(world_near(found[v].hierarchy, expected.hierarchy, 1e-9));
        }
        graph_free(&g);
    }
}
END_TEST

/* NetworkX's directed example, checked there against UCINET and igraph. */
START_TEST(holes_published) {
    static const uint32_t from[] = {0, 0, 1, 2}, to[] = {1, 2, 0, 1};
    static const double constraint[] = {1.003, 1.003, 1.389}, size[] = {1.167, 1.167, 1};
    struct holes h[3];
    struct graph g;
    struct tie_list list = {.nodes = 3, .directed = true, .n = 4, .from = from, .to = to};
    ck_assert_int_eq(graph_build(&world_host, &list, &g), ST_OK);
    ck_assert_int_eq(holes_find(&world_host, &g, h), ST_OK);
    for (int v = 0; v < 3; v++) {
        ck_assert(world_near(h[v].constraint, constraint[v], 6e-4));
        ck_assert(world_near(h[v].effective_size, size[v], 6e-4));
    }
    graph_free(&g);
}
END_TEST

START_TEST(shares_of_nothing) {
    struct graph g;
    struct tie_list list = {.nodes = 1, .directed = true};
    ck_assert_int_eq(graph_build(&world_host, &list, &g), ST_OK);
    struct dyads d;
    ck_assert_int_eq(dyad_census(&world_host, &g, NULL, &d), ST_OK);
    ck_assert(isnan(reciprocity_of(&d)));
    ck_assert(isnan(dyadic_reciprocity_of(&d)));
    graph_free(&g);
}
END_TEST

Suite *census_suite(void) {
    Suite *s = suite_create("census");
    TCase *t = tcase_create("census");
    tcase_add_checked_fixture(t, world_start, world_stop);
    tcase_add_test(t, triads_by_visiting);
    tcase_add_test(t, dyads_by_visiting);
    tcase_add_test(t, holes_by_formula);
    tcase_add_test(t, holes_published);
    tcase_add_test(t, shares_of_nothing);
    tcase_set_timeout(t, 60);
    suite_add_tcase(s, t);
    return s;
}
