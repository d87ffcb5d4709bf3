/* Communities, partitions and their likeness: against sums over all pairs, against igraph 0.10 and
 * NetworkX 2.8 on the karate club of Zachary 1977, and by what a community must be. */
#include "graph_world.h"
#include "karate.h"
#include "stdlib/network/communities.h"
#include "stdlib/network/partition.h"
#include <math.h>

static struct sample sample;
static struct matrix matrix;

static const enum community_method METHODS[] = {COMMUNITIES_LEIDEN, COMMUNITIES_LOUVAIN};

/* By its definition, over all pairs; INFINITY in the matrix is no tie. */
static double plain_modularity(const struct matrix *m, bool valued, const uint32_t *of,
                               double resolution) {
    double all = 0, out[WORLD_NODES] = {0}, in[WORLD_NODES] = {0}, q = 0;
    for (uint32_t i = 0; i < m->n; i++) {
        for (uint32_t k = 0; k < m->n; k++) {
            double tie = !tied(m, i, k) ? 0 : valued ? m->tie[i][k] : 1;
            out[i] += tie;
            in[k] += tie;
            all += tie;
        }
    }
    for (uint32_t i = 0; i < m->n; i++) {
        for (uint32_t k = 0; k < m->n; k++) {
            double tie = !tied(m, i, k) ? 0 : valued ? m->tie[i][k] : 1;
            q += of[i] == of[k] ? tie - resolution * out[i] * in[k] / all : 0;
        }
    }
    return all > 0 ? q / all : (double)NAN;
}

static void expect_numbered_by_size(const uint32_t *of, uint32_t n, uint32_t groups) {
    uint32_t size[WORLD_NODES] = {0}, first[WORLD_NODES];
    for (uint32_t v = n; v-- > 0;) {
        ck_assert_uint_lt(of[v], groups);
        size[of[v]]++;
        first[of[v]] = v;
    }
    for (uint32_t k = 1; k < groups; k++) {
        ck_assert(size[k - 1] > size[k] || (size[k - 1] == size[k] && first[k - 1] < first[k]));
    }
}

/* No member gains by going to another community or by being alone. */
static void expect_nobody_moves(const uint32_t *of, uint32_t groups, double resolution,
                                double found) {
    uint32_t changed[WORLD_NODES];
    memcpy(changed, of, sample.n * sizeof *of);
    for (uint32_t v = 0; v < sample.n; v++) {
        for (uint32_t to = 0; to <= groups; to++) {
            changed[v] = to;
            double q = plain_modularity(&matrix, sample.valued, changed, resolution);
            ck_assert_double_le(q, found + 1e-9);
        }
        changed[v] = of[v];
    }
}

/* Each community can be walked through without leaving it. */
static void expect_connected(const uint32_t *of) {
    uint32_t reached[WORLD_NODES];
    for (uint32_t v = 0; v < sample.n; v++) {
        reached[v] = v;
    }
    for (uint32_t turn = 0; turn < sample.n; turn++) {
        for (uint32_t i = 0; i < sample.n; i++) {
            for (uint32_t k = 0; k < sample.n; k++) {
                bool together = of[i] == of[k] && (tied(&matrix, i, k) || tied(&matrix, k, i));
                reached[i] = together && reached[k] < reached[i] ? reached[k] : reached[i];
            }
        }
    }
    for (uint32_t i = 0; i < sample.n; i++) {
        for (uint32_t k = 0; k < i; k++) {
            ck_assert(of[i] != of[k] || reached[i] == reached[k]);
        }
    }
}

START_TEST(what_communities_are) {
    uint64_t seed = 5;
    for (uint32_t round = 0; round < 240; round++) {
        struct graph g;
        uint32_t of[WORLD_NODES];
        struct community_runs found;
        static const double RESOLUTIONS[] = {1, 0.5, 1, 3};
        double resolution = RESOLUTIONS[round % 7 % COUNT_OF(RESOLUTIONS)];
        struct community_plan plan = {.method = METHODS[round / 2 % 2],
                                      .resolution = resolution,
                                      .seed = round,
                                      .runs = 1 + round % 3};
        sample_draw(&sample, &seed, round);
        sample_build(&world_host, &sample, &g);
        matrix_fill(&matrix, &sample, false);
        ck_assert_int_eq(communities_find(&world_host, &g, &plan, of, &found), ST_OK);
        double q = plain_modularity(&matrix, sample.valued, of, resolution);
        ck_assert(world_near(found.modularity, q, 1e-12));
        expect_numbered_by_size(of, g.n, found.n);
        if (g.ties) {
            expect_nobody_moves(of, found.n, resolution, q);
            if (plan.method == COMMUNITIES_LEIDEN) {
                expect_connected(of);
            }
        } else {
            ck_assert_uint_eq(found.n, g.n);
        }
        graph_free(&g);
    }
}
END_TEST

START_TEST(modularity_by_definition) {
    uint64_t seed = 17;
    for (uint32_t round = 0; round < 100; round++) {
        struct graph g;
        uint32_t of[WORLD_NODES], groups = 1 + draw(&seed, 6);
        double q, resolution = 0.25 * (1 + draw(&seed, 8));
        sample_draw(&sample, &seed, round);
        sample_build(&world_host, &sample, &g);
        matrix_fill(&matrix, &sample, false);
        for (uint32_t v = 0; v < g.n; v++) {
            of[v] = draw(&seed, groups);
        }
        ck_assert_int_eq(partition_modularity(&world_host, &g, of, groups, resolution, &q), ST_OK);
        ck_assert(world_near(q, plain_modularity(&matrix, sample.valued, of, resolution), 1e-12));
        graph_free(&g);
    }
}
END_TEST

/* The values of NetworkX 2.8.8; ties have the values 1, 2, 3 in turn. */
START_TEST(modularity_of_karate) {
    static const struct {
        bool directed, valued;
        double resolution, expected;
    } CASES[] = {
        {false, false, 1, 0.3582347140039448},    {false, true, 1, 0.37146614069691},
        {false, false, 1.5, 0.10786489151873763}, {false, true, 0.5, 0.6216305062458909},
        {true, false, 1, 0.3681788297172912},     {true, true, 1, 0.3796844181459566},
        {true, false, 1.5, 0.12278106508875736},  {true, true, 0.5, 0.6257396449704142},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct graph g;
        double q;
        karate_build(&world_host, CASES[i].directed, CASES[i].valued, &g);
        ck_assert_int_eq(
            partition_modularity(&world_host, &g, KARATE_CLUB, 2, CASES[i].resolution, &q), ST_OK);
        ck_assert(world_near(q, CASES[i].expected, 1e-12));
        graph_free(&g);
    }
}
END_TEST

/* The optimum of igraph 0.10.2, by integer programming. */
static const uint32_t KARATE_BEST[] = {0, 0, 0, 0, 1, 1, 1, 0, 2, 2, 1, 0, 0, 0, 2, 2, 1,
                                       0, 2, 0, 2, 0, 2, 3, 3, 3, 2, 3, 3, 2, 2, 3, 2, 2};

START_TEST(communities_of_karate) {
    for (size_t i = 0; i < COUNT_OF(METHODS); i++) {
        struct graph g;
        uint32_t of[KARATE_MEMBERS], room[5 * KARATE_MEMBERS];
        struct community_runs found;
        struct community_plan plan = {.method = METHODS[i], .resolution = 1, .seed = 1, .runs = 10};
        karate_build(&world_host, false, false, &g);
        ck_assert_int_eq(communities_find(&world_host, &g, &plan, of, &found), ST_OK);
        ck_assert_uint_eq(found.n, 4);
        ck_assert(world_near(found.modularity, 0.4197896120973046, 1e-12));
        ck_assert(
            world_near(partition_agreement(of, 4, KARATE_BEST, 4, KARATE_MEMBERS, room), 1, 1e-12));
        ck_assert_double_le(found.lowest, found.modularity);
        ck_assert(found.agreement > 0.4 && found.agreement <= 1);
        graph_free(&g);
    }
}
END_TEST

/* What is best at other resolutions: of 300 runs of igraph's Leiden, by NetworkX. */
START_TEST(resolutions) {
    static const double CASES[][2] = {{0.5, 0.6217948717948718}, {2, 0.16452991452991453}};
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct graph g;
        uint32_t of[KARATE_MEMBERS];
        struct community_runs found;
        struct community_plan plan = {.resolution = CASES[i][0], .seed = 1, .runs = 20};
        karate_build(&world_host, false, false, &g);
        ck_assert_int_eq(communities_find(&world_host, &g, &plan, of, &found), ST_OK);
        ck_assert(world_near(found.modularity, CASES[i][1], 1e-12));
        plan.resolution = 0;
        ck_assert_int_eq(communities_find(&world_host, &g, &plan, of, &found), ST_MISUSE);
        graph_free(&g);
    }
}
END_TEST

/* The first two values by igraph 0.10.2, the others by hand. */
START_TEST(agreement) {
    static const uint32_t PAIRS[] = {0, 0, 1, 1}, SPLIT[] = {0, 0, 1, 2}, ALL[] = {0, 0, 0, 0};
    uint32_t room[5 * KARATE_MEMBERS], turns[KARATE_MEMBERS];
    for (uint32_t v = 0; v < KARATE_MEMBERS; v++) {
        turns[v] = v % 3;
    }
    ck_assert(world_near(partition_agreement(KARATE_CLUB, 2, turns, 3, KARATE_MEMBERS, room),
                         -0.01682692307692312, 1e-12));
    ck_assert(world_near(partition_agreement(KARATE_CLUB, 2, KARATE_BEST, 4, KARATE_MEMBERS, room),
                         0.46459109844332364, 1e-12));
    ck_assert(world_near(partition_agreement(PAIRS, 2, SPLIT, 3, 4, room), 4.0 / 7, 1e-12));
    ck_assert_double_eq(partition_agreement(PAIRS, 2, ALL, 1, 4, room), 0);
    ck_assert_double_eq(partition_agreement(ALL, 1, ALL, 1, 4, room), 1);
    ck_assert(isnan(partition_agreement(ALL, 1, ALL, 1, 1, room)));
}
END_TEST

/* The same bits for one and two threads, and for ties in any order. */
START_TEST(same_bits) {
    uint64_t seed = 71;
    for (uint32_t round = 1; round < 60; round++) {
        struct graph g;
        struct network_host host = world_host;
        struct community_runs found[2];
        uint32_t of[2][WORLD_NODES];
        struct community_plan plan = {
            .method = METHODS[round % 2], .resolution = 1, .seed = 3, .runs = 6};
        sample_draw(&sample, &seed, round);
        for (uint32_t turn = 0; turn < 2; turn++) {
            sample_build(&world_host, &sample, &g);
            host.threads = turn + 1;
            ck_assert_int_eq(communities_find(&host, &g, &plan, of[turn], &found[turn]), ST_OK);
            graph_free(&g);
            for (size_t i = 0; i < sample.ties / 2; i++) {
                size_t last = sample.ties - 1 - i;
                uint32_t from = sample.from[i], to = sample.to[i];
                double value = sample.value[i];
                sample.from[i] = sample.from[last];
                sample.to[i] = sample.to[last];
                sample.value[i] = sample.value[last];
                sample.from[last] = from;
                sample.to[last] = to;
                sample.value[last] = value;
            }
        }
        ck_assert_mem_eq(of[0], of[1], sample.n * sizeof of[0][0]);
        ck_assert_mem_eq(&found[0].modularity, &found[1].modularity, sizeof found[0].modularity);
        ck_assert_mem_eq(&found[0].agreement, &found[1].agreement, sizeof found[0].agreement);
    }
}
END_TEST

static enum status refuse(void *user, double done) {
    uint32_t *left = user;
    ck_assert(done >= 0 && done <= 1);
    return (*left)-- == 0 ? ST_INTERRUPTED : ST_OK;
}

/* A ring with chords is large enough that the host is asked several times. */
START_TEST(stopped_and_starved) {
    enum { NODES = 30000 };
    static uint32_t from[2 * NODES], to[2 * NODES], of[NODES];
    struct graph g;
    struct community_runs found;
    struct community_plan plan = {.resolution = 1, .seed = 1, .runs = 3};
    struct tie_list list = {.nodes = NODES, .n = COUNT_OF(from), .from = from, .to = to};
    for (uint32_t v = 0; v < NODES; v++) {
        from[2 * v] = from[2 * v + 1] = v;
        to[2 * v] = (v + 1) % NODES;
        to[2 * v + 1] = (v + 7) % NODES;
    }
    ck_assert_int_eq(graph_build(&world_host, &list, &g), ST_OK);
    for (uint32_t threads = 1; threads <= 2; threads++) {
        uint32_t left = 2;
        struct network_host host = world_host;
        host.threads = threads;
        host.poll = refuse;
        host.user = &left;
        ck_assert_int_eq(communities_find(&host, &g, &plan, of, &found), ST_INTERRUPTED);
    }
    graph_free(&g);
    sample_draw(&sample, &(uint64_t){9}, 7);
    enum status status = ST_NO_MEMORY;
    for (uint64_t fail = 1; status != ST_OK; fail++) {
        sample_build(&world_host, &sample, &g);
        world_memory.calls = 0;
        world_memory.fail_at = fail;
        status = communities_find(&world_host, &g, &plan, of, &found);
        ck_assert(status == ST_OK || status == ST_NO_MEMORY);
        world_memory.fail_at = 0;
        graph_free(&g);
        ck_assert_uint_eq(world_memory.used, 0);
    }
}
END_TEST

Suite *communities_suite(void) {
    Suite *s = suite_create("communities");
    TCase *t = tcase_create("communities");
    tcase_add_checked_fixture(t, world_start, world_stop);
    tcase_add_test(t, what_communities_are);
    tcase_add_test(t, modularity_by_definition);
    tcase_add_test(t, modularity_of_karate);
    tcase_add_test(t, communities_of_karate);
    tcase_add_test(t, resolutions);
    tcase_add_test(t, agreement);
    tcase_add_test(t, same_bits);
    tcase_add_test(t, stopped_and_starved);
    tcase_set_timeout(t, 60);
    suite_add_tcase(s, t);
    return s;
}
