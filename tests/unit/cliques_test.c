/* Maximal cliques and projections of two-mode networks: against every set of nodes and all pairs,
 * and against NetworkX 2.8. */
#include "graph_world.h"
#include "karate.h"
#include "stdlib/network/cliques.h"
#include "stdlib/network/projection.h"
#include <math.h>

static struct sample sample;

struct heard {
    uint32_t n, most;
    uint64_t sum; /* of squares of sets, so that order does not matter */
    uint32_t of_size[WORLD_NODES + 1];
    uint64_t around[WORLD_NODES]; /* of the graph, as bits */
    bool whole;
};

static enum status hear(void *user, const uint32_t *member, uint32_t n) {
    struct heard *h = user;
    uint64_t set = 0, all = UINT64_MAX;
    for (uint32_t i = 0; i < n; i++) {
        set |= (uint64_t)1 << member[i];
        all &= h->around[member[i]] | (uint64_t)1 << member[i];
    }
    h->whole = h->whole && all == set; /* tied to each other, and nobody is tied to all */
    h->n++;
    h->sum += set * set;
    h->of_size[n]++;
    return h->n == h->most ? ST_FAILED : ST_OK;
}

static void look_around(const struct graph *g, struct heard *h) {
    *h = (struct heard){.whole = true};
    for (uint32_t v = 0; v < g->n; v++) {
        for (uint64_t i = g->out.start[v]; i < g->out.start[v + 1]; i++) {
            h->around[g->label[v]] |= (uint64_t)1 << g->label[g->out.node[i]];
        }
    }
}

/* The plain search of Bron and Kerbosch, without pivot or order. */
static void plain_cliques(const uint64_t *around, uint64_t clique, uint64_t left, uint64_t known,
                          uint32_t least, struct heard *h) {
    uint32_t size = (uint32_t)__builtin_popcountll(clique);
    if (!left && !known && size >= least) {
        h->n++;
        h->sum += clique * clique;
        h->of_size[size]++;
    }
    for (; left; left &= left - 1) {
        uint32_t v = (uint32_t)__builtin_ctzll(left);
        plain_cliques(around, clique | (uint64_t)1 << v, left & around[v], known & around[v], least,
                      h);
        known |= (uint64_t)1 << v;
    }
}

START_TEST(all_cliques) {
    uint64_t seed = 31;
    for (uint32_t round = 0; round < 200; round += 2) {
        struct graph g;
        struct heard heard, plain = {.n = 0};
        uint32_t least = 1 + round % 5;
        sample_draw(&sample, &seed, round);
        sample_build(&world_host, &sample, &g);
        look_around(&g, &heard);
        ck_assert_int_eq(cliques_each(&world_host, &g, least, &heard, hear), ST_OK);
        plain_cliques(heard.around, 0, g.n ? UINT64_MAX >> (64 - g.n) : 0, 0, least, &plain);
        ck_assert(heard.whole);
        ck_assert_uint_eq(heard.n, plain.n);
        ck_assert_uint_eq(heard.sum, plain.sum);
        ck_assert_mem_eq(heard.of_size, plain.of_size, sizeof plain.of_size);
        graph_free(&g);
    }
}
END_TEST

/* NetworkX 2.8.8: 36, of which 11 pairs, 21 triples, 2 of four and 2 of five. */
START_TEST(cliques_of_karate) {
    struct graph g;
    struct heard heard;
    karate_build(&world_host, false, false, &g);
    look_around(&g, &heard);
    ck_assert_int_eq(cliques_each(&world_host, &g, 1, &heard, hear), ST_OK);
    ck_assert_uint_eq(heard.n, 36);
    ck_assert_uint_eq(heard.of_size[2], 11);
    ck_assert_uint_eq(heard.of_size[3], 21);
    ck_assert_uint_eq(heard.of_size[4], 2);
    ck_assert_uint_eq(heard.of_size[5], 2);
    look_around(&g, &heard);
    heard.most = 5;
    ck_assert_int_eq(cliques_each(&world_host, &g, 3, &heard, hear), ST_FAILED);
    ck_assert_uint_eq(heard.n, 5);
    graph_free(&g);
    karate_build(&world_host, true, false, &g);
    ck_assert_int_eq(cliques_each(&world_host, &g, 3, &heard, hear), ST_MISUSE);
    graph_free(&g);
}
END_TEST

/* Pairs of nodes that are left out of a complete graph: 3^k cliques of one node of each (Moon and
 * Moser 1965 with threes). */
START_TEST(many_cliques) {
    enum { THREES = 7 };
    struct graph g;
    struct heard heard;
    sample = (struct sample){.n = 3 * THREES};
    for (uint32_t v = 0; v < sample.n; v++) {
        for (uint32_t u = 0; u < v; u++) {
            if (u / 3 != v / 3) {
                sample_add(&sample, u, v, 1);
            }
        }
    }
    sample_build(&world_host, &sample, &g);
    look_around(&g, &heard);
    ck_assert_int_eq(cliques_each(&world_host, &g, 1, &heard, hear), ST_OK);
    ck_assert_uint_eq(heard.n, 2187);
    ck_assert_uint_eq(heard.of_size[THREES], 2187);
    graph_free(&g);
}
END_TEST

/* ---- projections ---- */

static double plain_value(bool (*has)[WORLD_NODES], uint32_t others, uint32_t v, uint32_t u,
                          enum projection_value kind) {
    double common = 0, newman = 0, either = 0;
    for (uint32_t o = 0; o < others; o++) {
        uint32_t size = 0;
        for (uint32_t x = 0; x < WORLD_NODES; x++) {
            size += has[x][o];
        }
        common += has[v][o] && has[u][o];
        newman += has[v][o] && has[u][o] ? 1 / (size - 1.0) : 0;
        either += has[v][o] || has[u][o];
    }
    return kind == PROJECTION_COUNT    ? common
           : kind == PROJECTION_NEWMAN ? newman
           : common > 0                ? common / either
                                       : 0;
}

START_TEST(projected) {
    uint64_t seed = 43;
    for (uint32_t round = 0; round < 90; round++) {
        uint32_t node[300], other[300];
        static bool has[WORLD_NODES][WORLD_NODES];
        struct two_mode in = {.nodes = 1 + draw(&seed, 30),
                              .others = 1 + draw(&seed, 20),
                              .n = draw(&seed, 300),
                              .node = node,
                              .other = other};
        struct graph g;
        memset(has, 0, sizeof has);
        for (size_t i = 0; i < in.n; i++) {
            node[i] = draw(&seed, in.nodes);
            other[i] = draw(&seed, in.others);
            has[node[i]][other[i]] = true;
        }
        enum projection_value kind = (enum projection_value)(round % 3);
        ck_assert_int_eq(projection_build(&world_host, &in, kind, &g), ST_OK);
        ck_assert_uint_eq(g.n, in.nodes);
        for (uint32_t v = 0; v < g.n; v++) {
            for (uint32_t u = 0; u < g.n; u++) {
                uint64_t at = row_find(&g.out, g.place[v], g.place[u]);
                double expected = v == u ? 0 : plain_value(has, in.others, v, u, kind);
                ck_assert((at == UINT64_MAX) == (expected <= 0));
                ck_assert(at == UINT64_MAX || world_near(g.out.value[at], expected, 1e-12));
            }
        }
        graph_free(&g);
    }
}
END_TEST

/* Three authors of the first paper, two of the second: by NetworkX 2.8.8
 * (collaboration_weighted_projected_graph, overlap_weighted_projected_graph). */
START_TEST(projected_by_networkx) {
    static const uint32_t node[] = {0, 1, 2, 0, 1, 2, 0}, other[] = {0, 0, 0, 1, 1, 2, 0};
    static const double expected[][2] = {[PROJECTION_COUNT] = {2, 1},
                                         [PROJECTION_NEWMAN] = {1.5, 0.5},
                                         [PROJECTION_JACCARD] = {1, 1.0 / 3}};
    struct two_mode in = {
        .nodes = 3, .others = 3, .n = COUNT_OF(node), .node = node, .other = other};
    struct graph g;
    for (int kind = 0; kind < 3; kind++) {
        ck_assert_int_eq(projection_build(&world_host, &in, (enum projection_value)kind, &g),
                         ST_OK);
        ck_assert_uint_eq(g.ties, 3);
        ck_assert_double_eq(g.out.value[row_find(&g.out, g.place[0], g.place[1])],
                            expected[kind][0]);
        ck_assert_double_eq(g.out.value[row_find(&g.out, g.place[2], g.place[0])],
                            expected[kind][1]);
        graph_free(&g);
    }
    in.others = 2;
    ck_assert_int_eq(projection_build(&world_host, &in, PROJECTION_COUNT, &g), ST_MISUSE);
}
END_TEST

/* ---- want of memory, and of patience ---- */

static enum status find_both(const struct graph *g) {
    struct heard heard;
    struct graph flat;
    struct two_mode in = {.nodes = sample.n,
                          .others = sample.n,
                          .n = sample.ties,
                          .node = sample.from,
                          .other = sample.to};
    look_around(g, &heard);
    enum status status = cliques_each(&world_host, g, 2, &heard, hear);
    if (status == ST_OK) {
        status = projection_build(&world_host, &in, PROJECTION_JACCARD, &flat);
    }
    if (status == ST_OK) {
        graph_free(&flat);
    }
    return status;
}

START_TEST(starved) {
    uint64_t seed = 5;
    struct graph g;
    enum status status = ST_NO_MEMORY;
    sample_draw(&sample, &seed, 8);
    for (uint64_t fail = 1; status != ST_OK; fail++) {
        sample_build(&world_host, &sample, &g);
        world_memory.calls = 0;
        world_memory.fail_at = fail;
        status = find_both(&g);
        ck_assert(status == ST_OK || status == ST_NO_MEMORY);
        world_memory.fail_at = 0;
        graph_free(&g);
        ck_assert_uint_eq(world_memory.used, 0);
    }
}
END_TEST

static enum status refuse(void *user, double done) {
    UNUSED(user);
    ck_assert(done >= 0 && done <= 1);
    return ST_INTERRUPTED;
}

static enum status ignore(void *user, const uint32_t *member, uint32_t n) {
    UNUSED(user);
    UNUSED(member);
    UNUSED(n);
    return ST_OK;
}

START_TEST(stopped) {
    enum { THREES = 14 }; /* 4.8 million cliques */
    struct graph g;
    struct network_host host = world_host;
    sample = (struct sample){.n = 3 * THREES};
    for (uint32_t v = 0; v < sample.n; v++) {
        for (uint32_t u = 0; u < v; u++) {
            if (u / 3 != v / 3) {
                sample_add(&sample, u, v, 1);
            }
        }
    }
    sample_build(&world_host, &sample, &g);
    host.poll = refuse;
    ck_assert_int_eq(cliques_each(&host, &g, 1, NULL, ignore), ST_INTERRUPTED);
    graph_free(&g);
}
END_TEST

Suite *cliques_suite(void) {
    Suite *s = suite_create("cliques");
    TCase *t = tcase_create("cliques");
    tcase_add_checked_fixture(t, world_start, world_stop);
    tcase_add_test(t, all_cliques);
    tcase_add_test(t, cliques_of_karate);
    tcase_add_test(t, many_cliques);
    tcase_add_test(t, projected);
    tcase_add_test(t, projected_by_networkx);
    tcase_add_test(t, starved);
    tcase_add_test(t, stopped);
    tcase_set_timeout(t, 60);
    suite_add_tcase(s, t);
    return s;
}
