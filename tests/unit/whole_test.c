/* Figures of whole networks: Krackhardt's four, assortativity, core and periphery, what cuts leave,
 * reciprocity; by their definitions over a matrix on random networks, and by R and Python. */
#include "graph_world.h"
#include "stdlib/network/assortativity.h"
#include "stdlib/network/blocks.h"
#include "stdlib/network/census.h"
#include "stdlib/network/core_periphery.h"
#include "stdlib/network/degree.h"
#include "stdlib/network/fagiolo.h"
#include "stdlib/network/holes.h"
#include "stdlib/network/krackhardt.h"
#include <math.h>

static struct sample sample;
static struct matrix matrix, both;

static bool reaches(const struct matrix *m, uint32_t from, uint32_t to) {
    return isfinite(m->length[from][to]);
}

static void fill_both(void) {
    bool directed = sample.directed;
    matrix_fill(&matrix, &sample, true);
    sample.directed = false;
    matrix_fill(&both, &sample, true);
    sample.directed = directed;
}

/* ---- Krackhardt's four ---- */

static bool above_both(uint32_t u, uint32_t i, uint32_t k) {
    return reaches(&matrix, u, i) && reaches(&matrix, u, k);
}

/* Whether one above both is reached by all others above both, or reaches them. */
static bool has_bound(uint32_t i, uint32_t k, bool least) {
    for (uint32_t u = 0; u < matrix.n; u++) {
        bool bound = above_both(u, i, k);
        for (uint32_t w = 0; bound && w < matrix.n; w++) {
            bound =
                !above_both(w, i, k) || (least ? reaches(&matrix, w, u) : reaches(&matrix, u, w));
        }
        if (bound) {
            return true;
        }
    }
    return false;
}

struct plain {
    double together, pairs, either, mutual, least, head, bounds, tree, most;
};

static void add_pair(struct plain *p, uint32_t i, uint32_t k, uint32_t size) {
    bool there = reaches(&matrix, i, k), back = reaches(&matrix, k, i);
    p->pairs++;
    p->together += reaches(&both, i, k);
    p->either += there || back;
    p->mutual += there && back;
    if (reaches(&both, i, k) && size > 2) {
        p->least += !has_bound(i, k, true);
        p->head += !has_bound(i, k, false);
    }
}

static struct plain plain_figures(void) {
    struct plain p = {0};
    for (uint32_t i = 0; i < both.n; i++) {
        uint32_t first = i;
        double size = 0;
        for (uint32_t k = both.n; k-- > 0;) {
            size += reaches(&both, i, k);
            first = reaches(&both, i, k) ? k : first;
        }
        for (uint32_t k = 0; k < i; k++) {
            add_pair(&p, i, k, (uint32_t)size);
        }
        if (first == i) {
            p.tree += size - 1;
            p.most += matrix.directed ? (size - 1) * (size - 1) : (size - 1) * (size - 2) / 2;
            p.bounds += size > 2 ? (size - 1) * (size - 2) / 2 : 0;
        }
    }
    return p;
}

static double less(double n, double of) {
    return of > 0 ? 1 - n / of : (double)NAN;
}

START_TEST(krackhardt_by_definition) {
    uint64_t seed = 211;
    uint32_t uneven = 0;
    for (uint32_t round = 0; round < 150; round++) {
        struct krackhardt k;
        struct graph g;
        sample_draw(&sample, &seed, round);
        sample_build(&world_host, &sample, &g);
        fill_both();
        struct plain p = plain_figures();
        ck_assert_int_eq(krackhardt_find(&world_host, &g, &k), ST_OK);
        ck_assert(world_near(k.connectedness, 1 - less(p.together, p.pairs), 1e-12));
        ck_assert(world_near(k.hierarchy, less(p.mutual, p.either), 1e-12));
        ck_assert(world_near(k.efficiency, less((double)g.ties - p.tree, p.most), 1e-12));
        ck_assert(world_near(k.upper_bounds, less(p.least, p.bounds), 1e-12));
        ck_assert(world_near(k.one_head, less(p.head, p.bounds), 1e-12));
        uneven += k.upper_bounds < 1 && k.one_head < k.upper_bounds;
        graph_free(&g);
    }
    ck_assert_uint_gt(uneven, 8);
}
END_TEST

/* A tree of seven led by one, and the same with a tie back to the top. */
START_TEST(krackhardt_trees) {
    static const uint32_t from[] = {0, 0, 1, 1, 2, 2, 6}, to[] = {1, 2, 3, 4, 5, 6, 0};
    struct krackhardt k;
    struct graph g;
    struct tie_list list = {.nodes = 7, .directed = true, .n = 6, .from = from, .to = to};
    ck_assert_int_eq(graph_build(&world_host, &list, &g), ST_OK);
    ck_assert_int_eq(krackhardt_find(&world_host, &g, &k), ST_OK);
    ck_assert_double_eq(k.connectedness, 1);
    ck_assert_double_eq(k.hierarchy, 1);
    ck_assert_double_eq(k.efficiency, 1);
    ck_assert_double_eq(k.upper_bounds, 1);
    ck_assert_double_eq(k.one_head, 1);
    graph_free(&g);
    /* 0, 2 and 6 reach each other, and each of the other four; 1 reaches 3 and 4. */
    list.n = 7;
    ck_assert_int_eq(graph_build(&world_host, &list, &g), ST_OK);
    ck_assert_int_eq(krackhardt_find(&world_host, &g, &k), ST_OK);
    ck_assert(world_near(k.hierarchy, 14.0 / 17, 1e-15));
    ck_assert(world_near(k.efficiency, 1 - 1.0 / 36, 1e-15));
    ck_assert_double_eq(k.upper_bounds, 1);
    ck_assert_double_eq(k.one_head, 1);
    graph_free(&g);
}
END_TEST

/* Two heads over 130 who lead nobody: more than two words of bits. Any two below have both heads
 * above them and none nearest; a head and one below have that head. */
START_TEST(krackhardt_two_heads) {
    enum { BELOW = 130, NODES = BELOW + 2 };
    uint32_t from[2 * BELOW], to[2 * BELOW];
    struct krackhardt k;
    struct graph g;
    struct tie_list list = {
        .nodes = NODES, .directed = true, .n = 2 * BELOW, .from = from, .to = to};
    for (uint32_t i = 0; i < BELOW; i++) {
        from[2 * i] = 0;
        from[2 * i + 1] = 1;
        to[2 * i] = to[2 * i + 1] = 2 + i;
    }
    ck_assert_int_eq(graph_build(&world_host, &list, &g), ST_OK);
    ck_assert_int_eq(krackhardt_find(&world_host, &g, &k), ST_OK);
    double below = BELOW * (BELOW - 1) / 2.0, most = (NODES - 1) * (NODES - 2) / 2.0;
    ck_assert(world_near(k.upper_bounds, 1 - (below + 1) / most, 1e-15));
    ck_assert(world_near(k.one_head, 1 - (below + 1) / most, 1e-15));
    graph_free(&g);
}
END_TEST

/* R sna 2.7: connectedness, hierarchy (krackhardt), efficiency and lubness of three random networks
 * of fifteen. */
START_TEST(krackhardt_by_sna) {
    static const struct {
        uint32_t from[32], to[32], n;
        double four[4];
    } drawn[] = {
        {{13, 10, 14, 0, 2, 12, 2, 4, 5, 8, 4, 8},
         {2, 3, 4, 6, 6, 8, 9, 9, 11, 11, 14, 14},
         12,
         {0.5333333333, 0.95, 0.9900990099, 0.2888888889}},
        {{7, 3, 7, 9, 13, 12, 6, 0, 7, 10, 3, 5, 1, 7, 8, 14, 1, 4, 8, 8, 14},
         {0, 1, 1, 1, 1, 2, 3, 4, 5, 5, 7, 7, 9, 9, 10, 10, 11, 11, 12, 13, 13},
         21,
         {1, 0.9682539683, 0.9642857143, 0.4395604396}},
        {{2, 6,  7, 8, 11, 12, 11, 10, 2, 1, 9, 12, 14, 14,
          4, 11, 4, 7, 5,  7,  9,  6,  3, 5, 8, 10, 13},
         {1, 1, 1,  1,  1,  1,  2,  3,  4,  5,  7,  7,  7, 8,
          9, 9, 10, 10, 11, 11, 11, 12, 14, 14, 14, 14, 14},
         27,
         {0.8666666667, 0.3820224719, 0.9171597633, 0.2692307692}},
    };
    for (size_t i = 0; i < COUNT_OF(drawn); i++) {
        struct krackhardt k;
        struct graph g;
        struct tie_list list = {.nodes = 15,
                                .directed = true,
                                .n = drawn[i].n,
                                .from = drawn[i].from,
                                .to = drawn[i].to};
        ck_assert_int_eq(graph_build(&world_host, &list, &g), ST_OK);
        ck_assert_int_eq(krackhardt_find(&world_host, &g, &k), ST_OK);
        ck_assert(world_near(k.connectedness, drawn[i].four[0], 1e-9));
        ck_assert(world_near(k.hierarchy, drawn[i].four[1], 1e-9));
        ck_assert(world_near(k.efficiency, drawn[i].four[2], 1e-9));
        ck_assert(world_near(k.one_head, drawn[i].four[3], 1e-9));
        graph_free(&g);
    }
}
END_TEST

/* ---- assortativity ---- */

struct moments {
    double n, x, y, xx, yy, xy;
};

static double correlation(const struct moments *m) {
    double spread = (m->n * m->xx - m->x * m->x) * (m->n * m->yy - m->y * m->y);
    return spread > 0 ? (m->n * m->xy - m->x * m->y) / sqrt(spread) : (double)NAN;
}

START_TEST(assortativity_by_definition) {
    enum { KINDS = 4 };
    uint64_t seed = 223;
    for (uint32_t round = 0; round < 150; round++) {
        double value[WORLD_NODES], e[KINDS][KINDS] = {{0}}, same = 0, chance = 0;
        uint32_t kind[WORLD_NODES];
        struct moments m = {0};
        struct assortativity kinds, values;
        struct graph g;
        sample_draw(&sample, &seed, round);
        sample_build(&world_host, &sample, &g);
        matrix_fill(&matrix, &sample, true);
        for (uint32_t v = 0; v < g.n; v++) {
            bool unknown = draw(&seed, 7) == 0;
            kind[v] = unknown ? NO_KIND : draw(&seed, KINDS);
            value[v] = unknown ? (double)NAN : draw(&seed, 20);
        }
        for (uint32_t i = 0; i < g.n; i++) {
            for (uint32_t k = 0; k < g.n; k++) {
                if (tied(&matrix, i, k) && !isnan(value[i]) && !isnan(value[k])) {
                    double x = value[i], y = value[k];
                    e[kind[i]][kind[k]]++;
                    m = (struct moments){m.n + 1,      m.x + x,      m.y + y,
                                         m.xx + x * x, m.yy + y * y, m.xy + x * y};
                }
            }
        }
        for (int i = 0; i < KINDS; i++) {
            double from = 0, to = 0;
            for (int k = 0; k < KINDS; k++) {
                from += e[i][k] / m.n;
                to += e[k][i] / m.n;
            }
            same += e[i][i] / m.n;
            chance += from * to;
        }
        double expected = 1 - chance > 1e-9 ? (same - chance) / (1 - chance) : (double)NAN;
        ck_assert_int_eq(assortativity_of_kinds(&world_host, &g, kind, KINDS, &kinds), ST_OK);
        values = assortativity_of_values(&g, value, value);
        ck_assert(world_near(kinds.value, expected, 1e-10));
        ck_assert(world_near(values.value, correlation(&m), 1e-10));
        ck_assert_double_eq((double)kinds.ties * (g.directed ? 1 : 2), m.n);
        ck_assert_uint_eq(kinds.ties + kinds.unknown, g.ties);
        ck_assert_uint_eq(values.ties, kinds.ties);
        graph_free(&g);
    }
}
END_TEST

/* ---- core and periphery ---- */

/* Of ties with the pattern, over ordered pairs. */
static double plain_fit(const uint8_t *core) {
    struct moments m = {0};
    for (uint32_t i = 0; i < matrix.n; i++) {
        for (uint32_t k = 0; k < matrix.n; k++) {
            double x = tied(&matrix, i, k), y = core[i] || core[k];
            if (i != k) {
                m = (struct moments){m.n + 1,      m.x + x,      m.y + y,
                                     m.xx + x * x, m.yy + y * y, m.xy + x * y};
            }
        }
    }
    return correlation(&m);
}

/* The best of all 2^n splits. */
static double best_fit(uint32_t n) {
    double best = -2;
    for (uint32_t set = 0; set < 1u << n; set++) {
        uint8_t core[WORLD_NODES];
        for (uint32_t v = 0; v < n; v++) {
            core[v] = set >> v & 1;
        }
        double fit = plain_fit(core);
        best = fit > best ? fit : best;
    }
    return best;
}

START_TEST(best_cores) {
    uint64_t seed = 227;
    uint32_t found = 0;
    for (uint32_t round = 0; round < 40; round++) {
        uint8_t core[WORLD_NODES];
        struct core_split split;
        struct graph g;
        uint32_t n = 3 + round % 7;
        sample = (struct sample){.n = n, .directed = round % 2};
        for (uint32_t ties = 2 + draw(&seed, n * 2); ties > 0; ties--) {
            sample_add(&sample, draw(&seed, n), draw(&seed, n), 1);
        }
        sample_build(&world_host, &sample, &g);
        matrix_fill(&matrix, &sample, true);
        ck_assert_int_eq(find_core(&world_host, &g, round, core, &split), ST_OK);
        double best = best_fit(n);
        if (isnan(split.correlation)) {
            ck_assert_double_eq(best, -2);
        } else {
            found++;
            ck_assert(world_near(split.correlation, plain_fit(core), 1e-12));
            ck_assert(world_near(split.correlation, best, 1e-12));
        }
        graph_free(&g);
    }
    ck_assert_uint_gt(found, 30);
}
END_TEST

START_TEST(blocks_of_the_core) {
    uint64_t seed = 229;
    for (uint32_t round = 0; round < 30; round++) {
        uint8_t core[WORLD_NODES];
        struct core_split split;
        struct graph g;
        uint64_t ties[2][2] = {{0}}, pairs[2][2] = {{0}};
        uint32_t members = 0;
        sample_draw(&sample, &seed, round);
        sample_build(&world_host, &sample, &g);
        matrix_fill(&matrix, &sample, true);
        ck_assert_int_eq(find_core(&world_host, &g, 1, core, &split), ST_OK);
        for (uint32_t i = 0; i < g.n; i++) {
            members += core[i];
            for (uint32_t k = 0; k < g.n; k++) {
                if (i != k && (g.directed || core[i] != core[k] || i < k)) {
                    ties[core[i]][core[k]] += tied(&matrix, i, k);
                    pairs[core[i]][core[k]]++;
                }
            }
        }
        ck_assert_uint_eq(split.members, members);
        ck_assert_mem_eq(split.blocks.ties, ties, sizeof ties);
        ck_assert_mem_eq(split.blocks.pairs, pairs, sizeof pairs);
        graph_free(&g);
    }
}
END_TEST

START_TEST(coreness_by_definition) {
    uint64_t seed = 233;
    uint32_t compared = 0;
    for (uint32_t round = 0; round < 40; round++) {
        double x[WORLD_NODES];
        struct coreness found;
        struct moments m = {0};
        struct graph g;
        sample_draw(&sample, &seed, round);
        sample_build(&world_host, &sample, &g);
        matrix_fill(&matrix, &sample, true);
        ck_assert_int_eq(coreness(&world_host, &g, x, &found), ST_OK);
        for (uint32_t i = 0; i < g.n; i++) {
            for (uint32_t k = 0; k < g.n; k++) {
                double a = tied(&matrix, i, k), b = x[i] * x[k];
                if (i != k) {
                    m = (struct moments){m.n + 1,      m.x + a,      m.y + b,
                                         m.xx + a * a, m.yy + b * b, m.xy + a * b};
                }
            }
        }
        double expected = correlation(&m);
        if (!isnan(found.correlation) && !isnan(expected)) {
            compared++;
            ck_assert_msg(world_near(found.correlation, expected, 1e-7),
                          "round %u n %u: %.17g, not %.17g", round, g.n, found.correlation,
                          expected);
        }
        graph_free(&g);
    }
    ck_assert_uint_gt(compared, 30);
}
END_TEST

/* ---- neighbourhoods ---- */

/* Ties of a pair, strengths both ways added up. */
static double between(uint32_t i, uint32_t k) {
    double there = tied(&matrix, i, k) ? matrix.tie[i][k] : 0;
    double back = tied(&matrix, k, i) ? matrix.tie[k][i] : 0;
    return matrix.directed ? there + back : there;
}

/* What q has in the network of i. */
static double own_strength(uint32_t i, uint32_t q) {
    double sum = between(q, i);
    for (uint32_t k = 0; k < matrix.n; k++) {
        sum += between(i, k) > 0 ? between(q, k) : 0;
    }
    return sum;
}

static double plain_constraint(uint32_t i) {
    double strength = 0, constraint = 0;
    for (uint32_t k = 0; k < matrix.n; k++) {
        strength += between(i, k);
    }
    for (uint32_t j = 0; j < matrix.n; j++) {
        double c = between(i, j) / strength;
        for (uint32_t q = 0; between(i, j) > 0 && q < matrix.n; q++) {
            if (between(i, q) > 0) {
                c += between(i, q) / strength * between(q, j) / own_strength(i, q);
            }
        }
        constraint += between(i, j) > 0 ? c * c : 0;
    }
    return strength > 0 ? constraint : (double)NAN;
}

/* Triangles each way round by those there could be: over the matrix. */
static double plain_clustering(uint32_t i) {
    double triangles = 0, ties = 0, mutual = 0;
    for (uint32_t j = 0; j < matrix.n; j++) {
        ties += between(i, j);
        mutual += tied(&matrix, i, j) && tied(&matrix, j, i);
        for (uint32_t k = 0; k < matrix.n; k++) {
            triangles += between(i, j) * between(j, k) * between(k, i);
        }
    }
    double possible = ties * (ties - 1) - (matrix.directed ? 2 * mutual : 0);
    return triangles > 0 ? triangles / possible / (matrix.directed ? 2 : 1) : 0;
}

START_TEST(neighbourhoods_by_definition) {
    uint64_t seed = 241;
    for (uint32_t round = 0; round < 90; round++) {
        struct holes holes[WORLD_NODES];
        double share[WORLD_NODES];
        struct graph g;
        sample_draw(&sample, &seed, round);
        sample_build(&world_host, &sample, &g);
        ck_assert_int_eq(holes_find_ego(&world_host, &g, holes), ST_OK);
        ck_assert_int_eq(directed_clustering(&world_host, &g, share), ST_OK);
        matrix_fill(&matrix, &sample, false);
        for (uint32_t v = 0; v < g.n; v++) {
            ck_assert(world_near(holes[v].constraint, plain_constraint(v), 1e-12));
        }
        matrix_fill(&matrix, &sample, true);
        for (uint32_t v = 0; v < g.n; v++) {
            ck_assert(world_near(share[v], plain_clustering(v), 1e-12));
        }
        graph_free(&g);
    }
}
END_TEST

/* ---- cuts ---- */

/* Sizes of the parts of v's component when v is taken out. */
static struct cut plain_cut(uint32_t v) {
    struct cut cut = {0, 0};
    uint32_t rest = 0, largest = 0;
    bool seen[WORLD_NODES] = {false};
    for (uint32_t i = 0; i < both.n; i++) {
        uint32_t stack[WORLD_NODES], depth = 0, size = 0;
        if (i == v || seen[i] || !reaches(&both, v, i)) {
            continue;
        }
        seen[i] = true;
        stack[depth++] = i;
        while (depth > 0) {
            uint32_t at = stack[--depth];
            size++;
            for (uint32_t k = 0; k < both.n; k++) {
                if (k != v && !seen[k] && tied(&both, at, k)) {
                    seen[k] = true;
                    stack[depth++] = k;
                }
            }
        }
        cut.parts++;
        rest += size;
        largest = size > largest ? size : largest;
    }
    cut.separated = rest - largest;
    return cut;
}

START_TEST(what_cuts_leave) {
    uint64_t seed = 239;
    uint32_t cutting = 0;
    for (uint32_t round = 0; round < 120; round += 2) {
        struct cut cut[WORLD_NODES];
        struct bridges bridges;
        struct arena a;
        struct graph g;
        sample_draw(&sample, &seed, round);
        sample_build(&world_host, &sample, &g);
        fill_both();
        arena_init(&a, &world_memory);
        ck_assert_int_eq(cuts_find(&world_host, &g, cut), ST_OK);
        for (uint32_t v = 0; v < g.n; v++) {
            struct cut expected = plain_cut(v);
            ck_assert_uint_eq(cut[v].parts, expected.parts);
            ck_assert_uint_eq(cut[v].separated, expected.separated);
            cutting += cut[v].parts > 1;
        }
        ck_assert_int_eq(bridges_find(&world_host, &g, &a, &bridges), ST_OK);
        for (uint32_t i = 0; i < bridges.n; i++) {
            uint32_t near = 0, all = 0;
            for (uint32_t k = 0; k < g.n; k++) { /* who is behind the bridge is farther from it */
                near += matrix.length[bridges.from[i]][k] < matrix.length[bridges.to[i]][k];
                all += reaches(&matrix, bridges.from[i], k);
            }
            ck_assert_uint_eq(bridges.separated[i], near < all - near ? near : all - near);
        }
        arena_free(&a);
        graph_free(&g);
    }
    ck_assert_uint_gt(cutting, 100);
}
END_TEST

/* ---- the most there can be ---- */

/* R: sna's tmaxdev and igraph's centr_*_tmax(loops = FALSE) for five nodes. */
START_TEST(most_centralized) {
    static const struct {
        enum centrality of;
        double undirected, directed;
    } five[] = {
        {CENTRALITY_DEGREE, 12, 16},      {CENTRALITY_DEGREE_BOTH, 12, 24},
        {CENTRALITY_BETWEENNESS, 24, 48}, {CENTRALITY_CLOSENESS, 1.7142857142857142, 3.2},
        {CENTRALITY_EIGENVECTOR, 3, 4},   {CENTRALITY_EIGENVECTOR_LENGTH, 2.1213203435596424, 4}};
    for (size_t i = 0; i < COUNT_OF(five); i++) {
        ck_assert(world_near(centralization_most(5, false, five[i].of), five[i].undirected, 1e-15));
        ck_assert(world_near(centralization_most(5, true, five[i].of), five[i].directed, 1e-15));
    }
}
END_TEST

/* R sna 2.7: grecip of 62 mutual, 119 asymmetric and 2447 null pairs by all its measures. */
START_TEST(reciprocities) {
    struct dyads d = {62, 119, 2447}, none = {0, 3, 7};
    ck_assert(world_near(reciprocity_of(&d), 0.51028806584362141, 1e-12));
    ck_assert(world_near(dyadic_reciprocity_of(&d), 0.95471841704718423, 1e-12));
    ck_assert(world_near(correlated_reciprocity_of(&d), 0.48654978537284471, 1e-9));
    ck_assert(world_near(log_reciprocity_of(&d), 2.4012842390883864, 1e-9));
    ck_assert(isnan(log_reciprocity_of(&none)));
    ck_assert(world_near(correlated_reciprocity_of(&none), -3.0 / 17, 1e-15));
}
END_TEST

Suite *whole_suite(void) {
    Suite *s = suite_create("whole");
    TCase *t = tcase_create("whole");
    tcase_add_checked_fixture(t, world_start, world_stop);
    tcase_add_test(t, krackhardt_by_definition);
    tcase_add_test(t, krackhardt_trees);
    tcase_add_test(t, krackhardt_by_sna);
    tcase_add_test(t, krackhardt_two_heads);
    tcase_add_test(t, assortativity_by_definition);
    tcase_add_test(t, best_cores);
    tcase_add_test(t, blocks_of_the_core);
    tcase_add_test(t, coreness_by_definition);
    tcase_add_test(t, neighbourhoods_by_definition);
    tcase_add_test(t, what_cuts_leave);
    tcase_add_test(t, most_centralized);
    tcase_add_test(t, reciprocities);
    tcase_set_timeout(t, 60);
    suite_add_tcase(s, t);
    return s;
}
