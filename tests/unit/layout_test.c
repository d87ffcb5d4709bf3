/* Layouts: small networks whose best picture is known, what must hold of any, and that nothing but
 * ties and seed matters. */
#include "graph_world.h"
#include "stdlib/network/layout.h"
#include <math.h>

static struct sample sample;
static struct spot at[4096], again[4096];

static double distance(struct spot a, struct spot b) {
    return sqrt((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y));
}

/* A network without directions of these ties, two ends each. */
static void build(struct graph *g, uint32_t nodes, const uint32_t *ends, size_t ties) {
    sample = (struct sample){.n = nodes};
    for (size_t i = 0; i < ties; i++) {
        sample_add(&sample, ends[2 * i], ends[2 * i + 1], 1);
    }
    sample_build(&world_host, &sample, g);
}

static void build_path(struct graph *g, uint32_t nodes, bool closed) {
    sample = (struct sample){.n = nodes};
    for (uint32_t v = 0; v + 1 < nodes; v++) {
        sample_add(&sample, v, v + 1, 1);
    }
    if (closed) {
        sample_add(&sample, nodes - 1, 0, 1);
    }
    sample_build(&world_host, &sample, g);
}

static double lay_out(const struct graph *g, uint64_t seed) {
    double stress = 0;
    struct stress_options options = {.seed = seed};
    ck_assert_int_eq(layout_stress(&world_host, g, &options, at), ST_OK);
    ck_assert_int_eq(layout_stress_of(&world_host, g, at, &stress), ST_OK);
    return stress;
}

/* ---- by distance ---- */

/* A path is a straight line, in which nothing is wrong. */
START_TEST(path_is_straight) {
    struct graph g;
    build_path(&g, 12, false);
    ck_assert_double_lt(lay_out(&g, 1), 1e-4);
    for (uint32_t v = 0; v + 1 < 12; v++) {
        ck_assert_double_eq_tol(distance(at[v], at[v + 1]), 1, 0.02);
        ck_assert(fabs(at[v].x - at[v + 1].x) > 0.97); /* lying */
    }
    ck_assert_double_eq_tol(distance(at[0], at[11]), 11, 0.1);
    graph_free(&g);
}
END_TEST

/* Of a square with sides 1 and diagonals 2 in steps, scaled by s, stress is (4 (s - 1)^2 + 2 (s /
 * sqrt 2 - 1)^2) / 6, least at s = (4 + sqrt 2) / 5. Of a star with three ends 120 degrees apart:
 * (3 (s - 1)^2 + 3 (s sqrt 3 / 2 - 1)^2) / 6, least at s = (1 + sqrt 3 / 2) / (1 + 3 / 4). */
START_TEST(known_best_pictures) {
    static const uint32_t three[] = {0, 1, 1, 2, 2, 0}, star[] = {0, 1, 0, 2, 0, 3};
    struct graph g;
    build(&g, 3, three, 3);
    ck_assert_double_lt(lay_out(&g, 1), 1e-8);
    ck_assert_double_eq_tol(distance(at[0], at[1]), 1, 1e-3);
    graph_free(&g);
    build_path(&g, 4, true);
    double s = (4 + sqrt(2)) / 5;
    double best = (4 * (s - 1) * (s - 1) + 2 * (s / sqrt(2) - 1) * (s / sqrt(2) - 1)) / 6;
    ck_assert_double_eq_tol(lay_out(&g, 1), best, 1e-5);
    ck_assert_double_eq_tol(distance(at[0], at[1]), s, 1e-2);
    graph_free(&g);
    build(&g, 4, star, 3);
    s = (1 + sqrt(3) / 2) / 1.75;
    double side = s * sqrt(3) / 2 - 1;
    ck_assert_double_eq_tol(lay_out(&g, 1), (3 * (s - 1) * (s - 1) + 3 * side * side) / 6, 1e-5);
    graph_free(&g);
}
END_TEST

/* A ring lies round: all are as far from the middle. */
START_TEST(ring_is_round) {
    struct graph g;
    build_path(&g, 20, true);
    lay_out(&g, 3);
    struct spot middle = {0, 0};
    for (uint32_t v = 0; v < 20; v++) {
        middle.x += at[v].x / 20;
        middle.y += at[v].y / 20;
    }
    for (uint32_t v = 1; v < 20; v++) {
        ck_assert_double_eq_tol(distance(at[v], middle), distance(at[0], middle), 0.02);
    }
    graph_free(&g);
}
END_TEST

/* Stress against plain sums over pairs, with the best of many scales. */
START_TEST(stress_by_hand) {
    static struct matrix matrix;
    uint64_t seed = 5;
    for (uint32_t round = 0; round < 40; round++) {
        struct graph g;
        double got, best = (double)INFINITY;
        sample_draw(&sample, &seed, round);
        sample_build(&world_host, &sample, &g);
        sample.directed = false;
        matrix_fill(&matrix, &sample, true);
        for (uint32_t v = 0; v < sample.n; v++) {
            at[v] = (struct spot){draw(&seed, 1000) / 100.0, draw(&seed, 1000) / 100.0};
        }
        ck_assert_int_eq(layout_stress_of(&world_host, &g, at, &got), ST_OK);
        for (double scale = 0; scale < 3; scale += 0.001) {
            double sum = 0, pairs = 0;
            for (uint32_t v = 0; v < sample.n; v++) {
                for (uint32_t w = 0; w < v; w++) {
                    double d = matrix.length[v][w];
                    if (isfinite(d)) {
                        double wrong = scale * distance(at[v], at[w]) / d - 1;
                        sum += wrong * wrong;
                        pairs++;
                    }
                }
            }
            best = fmin(best, pairs > 0 ? sum / pairs : 0);
        }
        ck_assert_double_eq_tol(got, best, 1e-4);
        graph_free(&g);
    }
}
END_TEST

/* Any network: places are numbers, no two nodes of different parts come near each other, and no
 * random layout of many is better. */
START_TEST(any_network) {
    static struct matrix matrix;
    uint64_t seed = 11;
    for (uint32_t round = 0; round < 100; round++) {
        struct graph g;
        double random;
        sample_draw(&sample, &seed, round);
        sample_build(&world_host, &sample, &g);
        sample.directed = false;
        matrix_fill(&matrix, &sample, true);
        double stress = lay_out(&g, round);
        for (uint32_t v = 0; v < sample.n; v++) {
            ck_assert(isfinite(at[v].x) && isfinite(at[v].y));
            for (uint32_t w = 0; w < v; w++) {
                ck_assert(isfinite(matrix.length[v][w]) || distance(at[v], at[w]) > 0.85);
            }
        }
        for (int i = 0; i < 20; i++) {
            for (uint32_t v = 0; v < sample.n; v++) {
                again[v] = (struct spot){draw(&seed, 1000) / 100.0, draw(&seed, 1000) / 100.0};
            }
            ck_assert_int_eq(layout_stress_of(&world_host, &g, again, &random), ST_OK);
            ck_assert_double_le(stress, random + 1e-9);
        }
        graph_free(&g);
    }
}
END_TEST

/* The order of ties, how often they come, who did the work, and how wide vectors are. */
START_TEST(same_bits) {
    uint64_t seed = 17;
    for (uint32_t round = 0; round < 30; round++) {
        struct graph g;
        sample_draw(&sample, &seed, round);
        sample_build(&world_host, &sample, &g);
        lay_out(&g, 7);
        graph_free(&g);
        for (size_t i = sample.ties; i > 1; i--) {
            size_t k = draw(&seed, (uint32_t)i);
            uint32_t from = sample.from[k], to = sample.to[k];
            sample.from[k] = sample.from[i - 1];
            sample.to[k] = sample.to[i - 1];
            sample.from[i - 1] = from;
            sample.to[i - 1] = to;
        }
        struct network_host host = world_host;
        struct stress_options options = {.seed = 7};
        host.threads = 2;
        sample.valued = false;
        sample_build(&host, &sample, &g);
        ck_assert_int_eq(layout_stress(&host, &g, &options, again), ST_OK);
        for (uint32_t v = 0; v < sample.n; v++) {
            ck_assert(at[v].x == again[v].x && at[v].y == again[v].y);
        }
        graph_free(&g);
    }
}
END_TEST

/* From earlier places: nothing gets worse, what is good stays, and newcomers stand by their
 * neighbours. */
START_TEST(warm_start) {
    struct graph g;
    uint64_t seed = 23;
    for (uint32_t round = 0; round < 60; round++) {
        double before, after;
        sample_draw(&sample, &seed, round);
        sample_build(&world_host, &sample, &g);
        before = lay_out(&g, 1);
        struct stress_options options = {.seed = 9, .before = at};
        ck_assert_int_eq(layout_stress(&world_host, &g, &options, again), ST_OK);
        ck_assert_int_eq(layout_stress_of(&world_host, &g, again, &after), ST_OK);
        ck_assert_double_le(after, before + 1e-9);
        graph_free(&g);
    }
    build_path(&g, 30, false);
    lay_out(&g, 1);
    at[29] = (struct spot){(double)NAN, (double)NAN};
    struct stress_options options = {.seed = 9, .before = at};
    ck_assert_int_eq(layout_stress(&world_host, &g, &options, again), ST_OK);
    for (uint32_t v = 0; v < 29; v++) {
        ck_assert_double_lt(distance(at[v], again[v]), 0.1);
    }
    ck_assert_double_eq_tol(distance(again[28], again[29]), 1, 0.1);
    graph_free(&g);
}
END_TEST

/* A path that was bent: without anchors it becomes straight, with them it moves less and less. */
START_TEST(anchors) {
    struct graph g;
    double moved = (double)INFINITY;
    build_path(&g, 9, false);
    for (uint32_t v = 0; v < 9; v++) {
        at[v] = v < 5 ? (struct spot){v, 0} : (struct spot){4, v - 4.0};
    }
    for (double hold = 0; hold < 1; hold += 0.24) {
        struct stress_options options = {.seed = 9, .before = at, .hold = hold};
        double most = 0, stress;
        ck_assert_int_eq(layout_stress(&world_host, &g, &options, again), ST_OK);
        ck_assert_int_eq(layout_stress_of(&world_host, &g, again, &stress), ST_OK);
        for (uint32_t v = 0; v < 9; v++) {
            most = fmax(most, distance(at[v], again[v]));
        }
        ck_assert(hold > 0 || (stress < 0.01 && most > 1));
        ck_assert_double_lt(most, moved);
        moved = most;
    }
    ck_assert_double_lt(moved, 0.2);
    graph_free(&g);
}
END_TEST

/* Larger parts: a grid of 60 by 60 lies flat. */
START_TEST(pivots) {
    enum { SIDE = 60, NODES = SIDE * SIDE };
    static uint32_t from[2 * NODES], to[2 * NODES];
    struct tie_list list = {.nodes = NODES, .from = from, .to = to};
    struct graph g;
    for (uint32_t v = 0; v < NODES; v++) {
        if (v % SIDE + 1 < SIDE) {
            from[list.n] = v;
            to[list.n++] = v + 1;
        }
        if (v + SIDE < NODES) {
            from[list.n] = v;
            to[list.n++] = v + SIDE;
        }
        again[v] = (struct spot){v % SIDE, v / SIDE};
    }
    double flat;
    ck_assert_int_eq(graph_build(&world_host, &list, &g), ST_OK);
    ck_assert_int_eq(layout_stress_of(&world_host, &g, again, &flat), ST_OK);
    double found = lay_out(&g, 1);
    ck_assert_double_lt(found, 1.1 * flat);
    graph_free(&g);
}
END_TEST

/* ---- by level ---- */

/* Two trees whose leaves come mixed: there is a picture without crossings. */
START_TEST(layers_without_crossings) {
    static uint32_t layer[22];
    uint64_t crossings;
    struct graph g;
    sample = (struct sample){.n = 22};
    for (uint32_t v = 2; v < 6; v++) {
        sample_add(&sample, v % 2, v, 1);
        layer[v] = 1;
    }
    for (uint32_t v = 6; v < 22; v++) {
        sample_add(&sample, 2 + v % 4, v, 1);
        layer[v] = 2;
    }
    sample_build(&world_host, &sample, &g);
    ck_assert_int_eq(layout_layers(&world_host, &g, layer, 100, at), ST_OK);
    ck_assert_int_eq(layout_crossings(&world_host, &g, layer, at, &crossings), ST_OK);
    ck_assert_uint_eq(crossings, 0);
    for (uint32_t v = 0; v < 22; v++) {
        for (uint32_t w = 0; w < v; w++) {
            if (layer[v] == layer[w]) {
                ck_assert_double_eq(at[v].y, at[w].y);
                ck_assert_double_ge(fabs(at[v].x - at[w].x), 1 - 1e-9);
            } else {
                ck_assert((at[v].y < at[w].y) == (layer[v] < layer[w]));
            }
        }
    }
    graph_free(&g);
}
END_TEST

static uint64_t crossings_by_hand(const struct sample *s, const uint32_t *layer,
                                  const struct spot *place) {
    static bool tie[WORLD_NODES][WORLD_NODES];
    uint64_t sum = 0;
    memset(tie, 0, sizeof tie);
    for (size_t i = 0; i < s->ties; i++) {
        uint32_t a = s->from[i], b = s->to[i];
        tie[a][b] = tie[a][b] || layer[a] < layer[b];
        tie[b][a] = tie[b][a] || layer[b] < layer[a];
    }
    for (uint32_t a = 0; a < s->n; a++) {
        for (uint32_t b = 0; b < s->n; b++) {
            for (uint32_t c = 0; tie[a][b] && c < s->n; c++) {
                for (uint32_t d = 0; d < s->n; d++) {
                    sum += tie[c][d] && layer[a] == layer[c] && layer[b] == layer[d] &&
                           place[a].x < place[c].x && place[b].x > place[d].x;
                }
            }
        }
    }
    return sum;
}

/* Members in any layers: no more crossings than in the order they came in. */
START_TEST(layers_of_any_network) {
    uint64_t seed = 41;
    for (uint32_t round = 0; round < 60; round++) {
        static uint32_t layer[WORLD_NODES];
        uint64_t crossings;
        struct graph g;
        sample_draw(&sample, &seed, round);
        uint32_t layers = sample.n < 4 ? 1 : 1 + draw(&seed, 4);
        for (uint32_t v = 0; v < sample.n; v++) {
            layer[v] = draw(&seed, layers);
            again[v] = (struct spot){v, layer[v]};
        }
        sample_build(&world_host, &sample, &g);
        ck_assert_int_eq(layout_layers(&world_host, &g, layer, 5, at), ST_OK);
        ck_assert_int_eq(layout_crossings(&world_host, &g, layer, at, &crossings), ST_OK);
        ck_assert_uint_eq(crossings, crossings_by_hand(&sample, layer, at));
        ck_assert_uint_le(crossings, crossings_by_hand(&sample, layer, again));
        for (uint32_t v = 0; v < sample.n; v++) {
            ck_assert(isfinite(at[v].x) && isfinite(at[v].y));
        }
        graph_free(&g);
    }
}
END_TEST

/* ---- around one ---- */

START_TEST(rings) {
    static struct matrix matrix;
    uint64_t seed = 43;
    for (uint32_t round = 0; round < 80; round++) {
        static uint32_t steps[WORLD_NODES];
        double radius[4] = {0, 0, 0, 0};
        struct graph g;
        sample_draw(&sample, &seed, round);
        if (sample.n == 0) {
            continue;
        }
        sample_build(&world_host, &sample, &g);
        sample.directed = false;
        matrix_fill(&matrix, &sample, true);
        uint32_t ego = draw(&seed, sample.n);
        ck_assert_int_eq(layout_steps(&world_host, &g, ego, 3, steps), ST_OK);
        for (uint32_t v = 0; v < sample.n; v++) {
            double d = matrix.length[ego][v];
            ck_assert(v == ego ? steps[v] == 0 : d <= 3 ? steps[v] == d : steps[v] == LAYOUT_FAR);
            at[v] = (struct spot){(double)NAN, (double)NAN};
        }
        ck_assert_int_eq(layout_ego(&world_host, &g, ego, steps, 1, at), ST_OK);
        for (uint32_t v = 0; v < sample.n; v++) {
            ck_assert_int_eq(isfinite(at[v].x), steps[v] != LAYOUT_FAR);
            if (steps[v] == LAYOUT_FAR) {
                continue;
            }
            double own = distance(at[v], at[ego]);
            radius[steps[v]] = radius[steps[v]] > 0 ? radius[steps[v]] : own;
            ck_assert_double_eq_tol(own, radius[steps[v]], 1e-9);
            for (uint32_t w = 0; w < v; w++) {
                ck_assert(steps[w] == LAYOUT_FAR || distance(at[v], at[w]) > 0.3);
            }
        }
        for (int step = 1; step < 4; step++) {
            ck_assert(radius[step] == 0 || radius[step] >= radius[step - 1] + 1 - 1e-9);
        }
        graph_free(&g);
    }
}
END_TEST

/* ---- trouble ---- */

static enum status every_layout(const struct graph *g) {
    static uint32_t layer[WORLD_NODES], steps[WORLD_NODES];
    struct stress_options options = {.seed = 1};
    double stress;
    for (uint32_t v = 0; v < g->n; v++) {
        layer[v] = v % 3 < g->n ? v % 3 : 0;
    }
    enum status status = layout_stress(&world_host, g, &options, at);
    options.before = at;
    status = status == ST_OK ? layout_stress(&world_host, g, &options, again) : status;
    status = status == ST_OK ? layout_stress_of(&world_host, g, at, &stress) : status;
    status = status == ST_OK ? layout_layers(&world_host, g, layer, 7, at) : status;
    if (status == ST_OK && g->n) {
        status = layout_steps(&world_host, g, 0, 2, steps);
        status = status == ST_OK ? layout_ego(&world_host, g, 0, steps, 1, at) : status;
    }
    return status;
}

START_TEST(memory_refused) {
    uint64_t seed = 47;
    for (uint32_t round = 0; round < 6; round++) {
        enum status status = ST_NO_MEMORY;
        struct graph g;
        sample_draw(&sample, &seed, round);
        sample_build(&world_host, &sample, &g);
        size_t used = world_memory.used;
        for (uint64_t fail = 1; status != ST_OK; fail++) {
            world_memory.calls = 0;
            world_memory.fail_at = fail;
            status = every_layout(&g);
            ck_assert(status == ST_OK || status == ST_NO_MEMORY);
            ck_assert_uint_eq(world_memory.used, used);
        }
        world_memory.fail_at = 0;
        graph_free(&g);
    }
}
END_TEST

static enum status lose_patience(void *user, double done) {
    uint32_t *left = user;
    ck_assert(done >= 0 && done <= 1);
    return (*left)-- == 0 ? ST_INTERRUPTED : ST_OK;
}

START_TEST(told_to_stop) {
    enum { NODES = 2000, TIES = 8000 };
    static uint32_t from[TIES], to[TIES], layer[NODES];
    uint32_t left = 50;
    uint64_t seed = 53;
    struct network_host host = world_host;
    struct stress_options options = {.seed = 1};
    struct tie_list list = {.nodes = NODES, .n = TIES, .from = from, .to = to};
    struct graph g;
    for (uint32_t i = 0; i < TIES; i++) {
        from[i] = draw(&seed, NODES);
        to[i] = draw(&seed, NODES);
    }
    for (uint32_t v = 0; v < NODES; v++) {
        layer[v] = v % 3;
    }
    ck_assert_int_eq(graph_build(&host, &list, &g), ST_OK);
    host.poll = lose_patience;
    host.user = &left;
    ck_assert_int_eq(layout_stress(&host, &g, &options, at), ST_INTERRUPTED);
    left = 3;
    ck_assert_int_eq(layout_layers(&host, &g, layer, 50, at), ST_INTERRUPTED);
    layer[0] = NODES;
    ck_assert_int_eq(layout_layers(&world_host, &g, layer, 50, at), ST_MISUSE);
    ck_assert_int_eq(layout_steps(&world_host, &g, NODES, 2, layer), ST_MISUSE);
    graph_free(&g);
}
END_TEST

Suite *layout_suite(void) {
    Suite *s = suite_create("layout");
    TCase *t = tcase_create("layout");
    tcase_add_checked_fixture(t, world_start, world_stop);
    tcase_add_test(t, path_is_straight);
    tcase_add_test(t, known_best_pictures);
    tcase_add_test(t, ring_is_round);
    tcase_add_test(t, stress_by_hand);
    tcase_add_test(t, any_network);
    tcase_add_test(t, same_bits);
    tcase_add_test(t, warm_start);
    tcase_add_test(t, anchors);
    tcase_add_test(t, pivots);
    tcase_add_test(t, layers_without_crossings);
    tcase_add_test(t, layers_of_any_network);
    tcase_add_test(t, rings);
    tcase_add_test(t, memory_refused);
    tcase_add_test(t, told_to_stop);
    tcase_set_timeout(t, 120);
    suite_add_tcase(s, t);
    return s;
}
