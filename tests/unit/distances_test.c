/* Distances, closeness and its conventions: against Floyd and Warshall's lengths on random
 * networks, published figures, the same bits for any vectors and threads. */
#include "graph_world.h"
#include "stdlib/network/distances.h"
#include <math.h>

static struct sample sample;
static struct matrix matrix;

static struct distances plain(const struct matrix *m, uint32_t v, enum way way) {
    struct distances d = {.reached = 0};
    for (uint32_t k = 0; k < m->n; k++) {
        double length = way == WAY_OUT ? m->length[v][k] : m->length[k][v];
        if (k != v && isfinite(length)) {
            d.reached++;
            d.total += length;
            d.harmonic += 1 / length;
            d.farthest = fmax(d.farthest, length);
        }
    }
    return d;
}

static void compare(const struct graph *g, enum lengths lengths, enum way way) {
    struct distances found[WORLD_NODES];
    ck_assert_int_eq(distances_sum(&world_host, g, lengths, way, found), ST_OK);
    for (uint32_t v = 0; v < g->n; v++) {
        struct distances expected = plain(&matrix, v, way);
        ck_assert_uint_eq(found[v].reached, expected.reached);
        ck_assert_double_eq(found[v].total, expected.total);
        ck_assert(world_near(found[v].harmonic, expected.harmonic, 1e-12));
        ck_assert_double_eq(found[v].farthest, expected.farthest);
    }
}

START_TEST(by_floyd_and_warshall) {
    uint64_t seed = 41;
    for (uint32_t round = 0; round < 200; round++) {
        struct graph g;
        enum way way = round % 4 < 2 ? WAY_OUT : WAY_IN;
        sample_draw(&sample, &seed, round);
        sample_build(&world_host, &sample, &g);
        matrix_fill(&matrix, &sample, true);
        compare(&g, LENGTHS_ONE, way);
        if (sample.valued) {
            matrix_fill(&matrix, &sample, false);
            compare(&g, LENGTHS_VALUES, way);
        }
        graph_free(&g);
    }
}
END_TEST

/* More nodes than sources at once; a ring with some ties across, whose distances a queue finds. */
enum { RING = 1500, ACROSS = 90 };
static uint32_t ring_from[RING + ACROSS], ring_to[RING + ACROSS];

static void draw_ring(void) {
    uint64_t seed = 43;
    for (uint32_t i = 0; i < RING + ACROSS; i++) {
        ring_from[i] = i < RING ? i : draw(&seed, RING);
        ring_to[i] = i < RING ? (i + 1) % RING : draw(&seed, RING);
    }
}

static struct distances from_queue(const struct graph *g, uint32_t source) {
    static uint32_t queue[RING], depth[RING];
    struct distances d = {.reached = 0};
    uint32_t end = 0;
    memset(depth, 0, sizeof depth);
    queue[end++] = source;
    for (uint32_t i = 0; i < end; i++) {
        for (uint64_t k = g->out.start[queue[i]]; k < g->out.start[queue[i] + 1]; k++) {
            uint32_t w = g->out.node[k];
            if (w != source && depth[w] == 0) {
                depth[w] = depth[queue[i]] + 1;
                queue[end++] = w;
                d.reached++;
                d.total += depth[w];
                d.harmonic += 1.0 / depth[w];
                d.farthest = depth[w];
            }
        }
    }
    return d;
}

START_TEST(many_sources) {
    static struct distances first[RING], again[RING];
    struct tie_list list = {.nodes = RING, .n = RING + ACROSS, .from = ring_from, .to = ring_to};
    struct graph g;
    draw_ring();
    ck_assert_int_eq(graph_build(&world_host, &list, &g), ST_OK);
    for (uint32_t round = 0; round < 8; round++) {
        struct network_host host = world_host;
        host.vectors = (enum vectors)(round % 4);
        host.threads = 1 + round / 4;
        ck_assert_int_eq(distances_sum(&host, &g, LENGTHS_ONE, WAY_OUT, round ? again : first),
                         ST_OK);
        ck_assert(round == 0 || memcmp(first, again, sizeof first) == 0);
    }
    for (uint32_t v = 0; v < RING; v++) {
        struct distances expected = from_queue(&g, g.place[v]);
        ck_assert_uint_eq(first[v].reached, expected.reached);
        ck_assert_double_eq(first[v].total, expected.total);
        ck_assert_double_eq(first[v].farthest, expected.farthest);
        ck_assert(world_near(first[v].harmonic, expected.harmonic, 1e-12));
    }
    graph_free(&g);
}
END_TEST

/* Nodes 1-2, 2-3, 4-5 and 6: what igraph 0.10, NetworkX and sna print for it. */
START_TEST(conventions) {
    static const uint32_t from[] = {0, 1, 3}, to[] = {1, 2, 4};
    static const double expected[][6] = {
        [CONVENTION_IGRAPH] = {2.0 / 3, 1, 2.0 / 3, 1, 1, NAN},
        [CONVENTION_SNA] = {0, 0, 0, 0, 0, 0},
        [CONVENTION_NETWORKX] = {4.0 / 15, 0.4, 4.0 / 15, 0.2, 0.2, 0},
        /* n for what is not reached, as igraph did before 0.10. */
        [CONVENTION_UCINET] = {5.0 / 21, 5.0 / 20, 5.0 / 21, 5.0 / 25, 5.0 / 25, 5.0 / 30},
    };
    struct distances d[6];
    struct graph g;
    struct tie_list list = {.nodes = 6, .n = 3, .from = from, .to = to};
    ck_assert_int_eq(graph_build(&world_host, &list, &g), ST_OK);
    ck_assert_int_eq(distances_sum(&world_host, &g, LENGTHS_ONE, WAY_OUT, d), ST_OK);
    for (int c = CONVENTION_IGRAPH; c <= CONVENTION_UCINET; c++) {
        for (int v = 0; v < 6; v++) {
            ck_assert(
                world_near(closeness_of(&d[v], 6, (enum convention)c), expected[c][v], 1e-12));
        }
    }
    struct distance_summary all = distances_summarize(d, 6);
    ck_assert_uint_eq(all.reached, 8);
    ck_assert_uint_eq(all.pairs, 30);
    ck_assert_double_eq(all.mean, 10.0 / 8);
    ck_assert_double_eq(all.diameter, 2);
    ck_assert_double_eq(all.efficiency, 7.0 / 30);
    graph_free(&g);
}
END_TEST

/* Path 1 -> 2 -> 3: igraph goes out, NetworkX comes in. */
START_TEST(conventions_of_direction) {
    static const uint32_t from[] = {0, 1}, to[] = {1, 2};
    static const double igraph[] = {2.0 / 3, 1, NAN}, networkx[] = {0, 0.5, 2.0 / 3};
    static const double sna[] = {2.0 / 3, 0, 0};
    struct distances d[3], in[3];
    struct graph g;
    struct tie_list list = {.nodes = 3, .directed = true, .n = 2, .from = from, .to = to};
    ck_assert_int_eq(graph_build(&world_host, &list, &g), ST_OK);
    ck_assert_int_eq(distances_sum(&world_host, &g, LENGTHS_ONE, closeness_way(CONVENTION_SNA), d),
                     ST_OK);
    ck_assert_int_eq(
        distances_sum(&world_host, &g, LENGTHS_ONE, closeness_way(CONVENTION_NETWORKX), in), ST_OK);
    for (int v = 0; v < 3; v++) {
        ck_assert(world_near(closeness_of(&d[v], 3, CONVENTION_IGRAPH), igraph[v], 1e-12));
        ck_assert(world_near(closeness_of(&d[v], 3, CONVENTION_SNA), sna[v], 1e-12));
        ck_assert(world_near(closeness_of(&in[v], 3, CONVENTION_NETWORKX), networkx[v], 1e-12));
    }
    graph_free(&g);
}
END_TEST

START_TEST(nobody_to_reach) {
    struct distances d[1];
    struct graph g;
    struct tie_list list = {.nodes = 1};
    ck_assert_int_eq(graph_build(&world_host, &list, &g), ST_OK);
    ck_assert_int_eq(distances_sum(&world_host, &g, LENGTHS_ONE, WAY_OUT, d), ST_OK);
    ck_assert(isnan(closeness_of(d, 1, CONVENTION_IGRAPH)));
    ck_assert_double_eq(closeness_of(d, 1, CONVENTION_UCINET), 0);
    ck_assert(isnan(distances_summarize(d, 1).mean));
    graph_free(&g);
}
END_TEST

Suite *distances_suite(void) {
    Suite *s = suite_create("distances");
    TCase *t = tcase_create("distances");
    tcase_add_checked_fixture(t, world_start, world_stop);
    tcase_add_test(t, by_floyd_and_warshall);
    tcase_add_test(t, many_sources);
    tcase_add_test(t, conventions);
    tcase_add_test(t, conventions_of_direction);
    tcase_add_test(t, nobody_to_reach);
    tcase_set_timeout(t, 60);
    suite_add_tcase(s, t);
    return s;
}
