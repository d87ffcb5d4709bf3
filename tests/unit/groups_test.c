/* Brokerage, E-I index, participation and mixing against visiting every triple, pair and tie of
 * random networks; members without a group; threads. */
#include "graph_world.h"
#include "stdlib/network/across.h"
#include "stdlib/network/brokerage.h"
#include "stdlib/network/ei.h"
#include <math.h>

enum { ROUNDS = 60, MOST_GROUPS = 6 };

static struct sample sample;
static struct matrix matrix;
static struct graph graph;
static uint32_t of[WORLD_NODES];
static struct groups by = {0, of};

/* Some members have no group in every third round. */
static void draw_world(uint32_t round) {
    uint64_t seed = round + 7;
    sample_draw(&sample, &seed, round);
    sample_build(&world_host, &sample, &graph);
    matrix_fill(&matrix, &sample, true);
    by.n = 1 + draw(&seed, MOST_GROUPS);
    for (uint32_t v = 0; v < sample.n; v++) {
        of[v] = round % 3 == 0 && draw(&seed, 5) == 0 ? (uint32_t)UNKNOWN_GROUP : draw(&seed, by.n);
    }
}

static bool in_group(uint32_t v) {
    return of[v] != UNKNOWN_GROUP;
}

/* ---- brokerage ---- */

static void plain_roles(uint64_t roles[WORLD_NODES][ROLES]) {
    memset(roles, 0, sizeof(uint64_t[WORLD_NODES][ROLES]));
    for (uint32_t v = 0; v < matrix.n; v++) {
        for (uint32_t a = 0; a < matrix.n; a++) {
            for (uint32_t c = 0; c < matrix.n; c++) {
                if (a == v || c == v || a == c || !in_group(a) || !in_group(v) || !in_group(c) ||
                    !tied(&matrix, a, v) || !tied(&matrix, v, c) || tied(&matrix, a, c)) {
                    continue;
                }
                bool av = of[a] == of[v], vc = of[v] == of[c], ac = of[a] == of[c];
                roles[v][ROLE_COORDINATOR] += av && vc;
                roles[v][ROLE_ITINERANT] += ac && !av;
                roles[v][ROLE_REPRESENTATIVE] += av && !vc;
                roles[v][ROLE_GATEKEEPER] += vc && !av;
                roles[v][ROLE_LIAISON] += !av && !vc && !ac;
                roles[v][ROLE_ANY]++;
            }
        }
    }
}

START_TEST(roles) {
    static uint64_t found[WORLD_NODES][ROLES], plain[WORLD_NODES][ROLES];
    static struct chances of_group[MOST_GROUPS];
    struct brokerage b = {.of_member = found, .of_group = of_group};
    draw_world((uint32_t)_i);
    ck_assert_int_eq(brokerage_find(&world_host, &graph, &by, NULL, &b), ST_OK);
    plain_roles(plain);
    for (int r = 0; r < ROLES; r++) {
        uint64_t sum = 0;
        double expected = 0;
        for (uint32_t v = 0; v < sample.n; v++) {
            ck_assert_uint_eq(found[v][r], plain[v][r]);
            sum += plain[v][r];
            expected += in_group(v) ? of_group[of[v]].answered[r].expected : 0;
        }
        ck_assert_uint_eq(b.whole[r], sum);
        ck_assert(world_near(b.chance[r].expected, expected, 1e-9));
        ck_assert_int_eq(isnan(b.chance[r].sd), !graph.directed);
    }
    graph_free(&graph);
}
END_TEST

/* The moments against those of all sets of ties among five members, each as likely as its density
 * says: d is then known, not estimated. */
START_TEST(moments) {
    enum { MEMBERS = 4, SETS = 1 << 12 };
    static const uint32_t OF[MEMBERS] = {0, 0, 1, 2};
    static uint64_t found[MEMBERS][ROLES];
    static struct chances of_group[MOST_GROUPS];
    struct groups three = {3, OF};
    double sum[ROLES] = {0}, of_first[ROLES] = {0};
    uint32_t sets = 0;
    struct brokerage b = {.of_member = found, .of_group = of_group};
    /* d = 1/2: half of the ordered pairs, or any set if each is as likely. */
    for (uint32_t set = 0; set < SETS; set++) {
        uint32_t from[12], to[12], bit = 0;
        struct tie_list list = {.nodes = MEMBERS, .directed = true, .from = from, .to = to};
        for (uint32_t i = 0; i < MEMBERS; i++) {
            for (uint32_t k = 0; k < MEMBERS; k++) {
                if (i != k && set >> bit++ & 1) {
                    from[list.n] = i;
                    to[list.n++] = k;
                }
            }
        }
        ck_assert_int_eq(graph_build(&world_host, &list, &graph), ST_OK);
        ck_assert_int_eq(brokerage_find(&world_host, &graph, &three, NULL, &b), ST_OK);
        graph_free(&graph);
        for (int r = 0; r < ROLES; r++) {
            sum[r] += (double)b.whole[r];
            of_first[r] += (double)found[0][r];
        }
        sets += list.n == 6;
    }
    ck_assert_uint_eq(sets, 924);
    /* 1/8 of the paths: coordinator 0, itinerant 1 * 2 ways for each of groups 1 and 2, ... */
    static const double PATHS[ROLES] = {0, 4, 4, 4, 12, 24}, FIRST[ROLES] = {0, 0, 2, 2, 2, 6};
    for (int r = 0; r < ROLES; r++) {
        ck_assert(world_near(sum[r] / SETS, PATHS[r] / 8, 1e-12));
        ck_assert(world_near(of_first[r] / SETS, FIRST[r] / 8, 1e-12));
    }
}
END_TEST

/* ---- E-I ---- */

static struct sides plain_sides(uint32_t member, uint32_t group) {
    struct sides s = {0, 0};
    for (uint32_t a = 0; a < matrix.n; a++) {
        for (uint32_t c = 0; c < matrix.n; c++) {
            bool counts = a != c && in_group(a) && in_group(c) && tied(&matrix, a, c) &&
                          (matrix.directed || a < c);
            bool touches = member == UINT32_MAX || a == member || c == member;
            bool inside = group == UINT32_MAX || of[a] == group || of[c] == group;
            if (counts && touches && inside) {
                *(of[a] == of[c] ? &s.internal : &s.external) += 1;
            }
        }
    }
    return s;
}

static void check_sides(const struct ei *found, struct sides plain) {
    ck_assert_uint_eq(found->ties.internal, plain.internal);
    ck_assert_uint_eq(found->ties.external, plain.external);
    double x = ei_of(&found->ties), y = ei_rescaled(found);
    ck_assert(isnan(x) || (x >= -1 && x <= 1));
    ck_assert(isnan(y) || (y >= -1 - 1e-12 && y <= 1 + 1e-12));
}

static struct ei whole, of_group[MOST_GROUPS], of_member[WORLD_NODES];

START_TEST(ei_index) {
    draw_world((uint32_t)_i);
    ck_assert_int_eq(ei_test(&world_host, &graph, &by, NULL, 50, 3, &whole, of_group, of_member),
                     ST_OK);
    check_sides(&whole, plain_sides(UINT32_MAX, UINT32_MAX));
    for (uint32_t k = 0; k < by.n; k++) {
        check_sides(&of_group[k], plain_sides(UINT32_MAX, k));
    }
    for (uint32_t v = 0; v < sample.n; v++) {
        if (in_group(v)) {
            check_sides(&of_member[v], plain_sides(v, UINT32_MAX));
            ck_assert_uint_ge(of_member[v].tails.low + of_member[v].tails.high, of_member[v].draws);
        } else {
            ck_assert_uint_eq(of_member[v].draws, 0);
        }
    }
    graph_free(&graph);
}
END_TEST

/* Two threads give the same counts, another seed others. */
START_TEST(ei_threads) {
    static struct ei again, groups_again[MOST_GROUPS], members_again[WORLD_NODES];
    draw_world(5);
    ck_assert_int_eq(ei_test(&world_host, &graph, &by, NULL, 1000, 1, &whole, of_group, of_member),
                     ST_OK);
    world_host.threads = 2;
    ck_assert_int_eq(
        ei_test(&world_host, &graph, &by, NULL, 1000, 1, &again, groups_again, members_again),
        ST_OK);
    ck_assert_mem_eq(&whole, &again, sizeof whole);
    ck_assert_mem_eq(of_group, groups_again, by.n * sizeof *of_group);
    ck_assert_mem_eq(of_member, members_again, sample.n * sizeof *of_member);
    ck_assert_int_eq(
        ei_test(&world_host, &graph, &by, NULL, 1000, 2, &again, groups_again, members_again),
        ST_OK);
    ck_assert_mem_ne(of_member, members_again, sample.n * sizeof *of_member);
    graph_free(&graph);
}
END_TEST

/* Four in two groups with one tie in each: of the three ways to pair them up one gives that. */
START_TEST(ei_share) {
    static const uint32_t FROM[] = {0, 2}, TO[] = {1, 3};
    struct tie_list list = {.nodes = 4, .n = 2, .from = FROM, .to = TO};
    enum { DRAWS = 30000 };
    of[0] = of[1] = 0;
    of[2] = of[3] = 1;
    by.n = 2;
    ck_assert_int_eq(graph_build(&world_host, &list, &graph), ST_OK);
    ck_assert_int_eq(ei_test(&world_host, &graph, &by, NULL, DRAWS, 1, &whole, of_group, of_member),
                     ST_OK);
    ck_assert_uint_eq(whole.tails.high, DRAWS);
    /* Four standard errors of a share of 1/3. */
    ck_assert(fabs((double)whole.tails.low / DRAWS - 1 / 3.) < 4 * sqrt(2 / 9. / DRAWS));
    ck_assert(ei_of(&whole.ties) == -1 && ei_rescaled(&whole) == -1);
    /* One of two ties leaves, and none or both could. */
    const struct ei middle = {.ties = {1, 1}, .possible = {3, 2}};
    ck_assert(ei_rescaled(&middle) == 0);
    ck_assert(world_near(ei_expected(&whole), 1 / 3., 1e-15));
    graph_free(&graph);
}
END_TEST

/* ---- participation and mixing ---- */

START_TEST(participation) {
    static struct participation p[WORLD_NODES];
    draw_world((uint32_t)_i);
    ck_assert_int_eq(participation_find(&world_host, &graph, &by, NULL, p), ST_OK);
    double z[MOST_GROUPS] = {0};
    for (uint32_t v = 0; v < sample.n; v++) {
        double ties[MOST_GROUPS] = {0}, all = 0, squares = 0;
        for (uint32_t w = 0; w < sample.n && in_group(v); w++) {
            if (w != v && in_group(w)) {
                double n = tied(&matrix, v, w) + (matrix.directed ? tied(&matrix, w, v) : 0);
                ties[of[w]] += n;
                all += n;
            }
        }
        for (uint32_t k = 0; k < by.n; k++) {
            squares += all > 0 ? ties[k] / all * (ties[k] / all) : 0;
        }
        ck_assert(world_near(p[v].participation, all > 0 ? 1 - squares : (double)NAN, 1e-12));
        if (in_group(v)) {
            ck_assert(world_near((double)p[v].external, all - ties[of[v]], 0));
            z[of[v]] += isnan(p[v].within) ? 0 : p[v].within;
        }
    }
    for (uint32_t k = 0; k < by.n; k++) {
        ck_assert(fabs(z[k]) < 1e-9);
    }
    graph_free(&graph);
}
END_TEST

START_TEST(mixing) {
    static struct mixing cell[MOST_GROUPS * MOST_GROUPS];
    draw_world((uint32_t)_i);
    ck_assert_int_eq(mixing_count(&world_host, &graph, &by, NULL, cell), ST_OK);
    for (uint32_t x = 0; x < by.n; x++) {
        for (uint32_t y = 0; y < by.n; y++) {
            uint64_t ties = 0, possible = 0;
            for (uint32_t a = 0; a < sample.n; a++) {
                for (uint32_t c = 0; c < sample.n; c++) {
                    bool here = of[a] == x && of[c] == y && a != c;
                    bool turned = of[a] == y && of[c] == x && x != y;
                    bool counts = matrix.directed ? here : x <= y && a < c && (here || turned);
                    possible += counts;
                    ties += counts && tied(&matrix, a, c);
                }
            }
            ck_assert_uint_eq(cell[x * by.n + y].ties, ties);
            ck_assert_uint_eq(cell[x * by.n + y].possible, possible);
        }
    }
    graph_free(&graph);
}
END_TEST

START_TEST(odds) {
    struct mixing all = {30, 100};
    ck_assert(world_near(mixing_odds_ratio(&(struct mixing){20, 40}, &all), 1 / (10. / 50), 1e-15));
    ck_assert(isnan(mixing_odds_ratio(&(struct mixing){30, 40}, &all)));
    ck_assert(isnan(mixing_odds_ratio(&(struct mixing){10, 10}, &all)));
}
END_TEST

/* ---- across groups ---- */

START_TEST(across_groups) {
    static const enum vectors VECTORS[] = {VECTORS_PLAIN, VECTORS_256, VECTORS_512};
    uint64_t pairs = 0, reached = 0, within[4] = {0};
    double total = 0, inverse = 0;
    struct across x;
    draw_world((uint32_t)_i);
    for (uint32_t a = 0; a < sample.n; a++) {
        for (uint32_t c = 0; c < sample.n; c++) {
            if (!in_group(a) || !in_group(c) || of[a] == of[c]) {
                continue;
            }
            double length = matrix.length[a][c];
            pairs++;
            reached += isfinite(length) ? 1 : 0;
            total += isfinite(length) ? length : 0;
            inverse += isfinite(length) ? 1 / length : 0;
            for (int k = 1; k <= 3; k++) {
                within[k] += length <= k;
            }
        }
    }
    for (size_t k = 0; k < COUNT_OF(VECTORS); k++) {
        world_host.vectors = VECTORS[k];
        ck_assert_int_eq(across_find(&world_host, &graph, &by, &x), ST_OK);
        ck_assert_uint_eq(x.pairs, pairs);
        ck_assert_uint_eq(x.reached, reached);
        ck_assert_mem_eq(x.within + 1, within + 1, 3 * sizeof *within);
        ck_assert(world_near(x.mean, reached ? total / (double)reached : (double)NAN, 1e-12));
        ck_assert(world_near(x.harmonic, reached ? (double)pairs / inverse : (double)NAN, 1e-12));
    }
    graph_free(&graph);
}
END_TEST

/* A path of 1,200 members whose groups take turns: more than two sets of searches. At an odd
 * distance d there are 1200 - d pairs, each both ways. */
START_TEST(across_long_path) {
    enum { PATH = 1200 };
    static uint32_t from[PATH], to[PATH], turn[PATH];
    struct tie_list list = {.nodes = PATH, .n = PATH - 1, .from = from, .to = to};
    struct across x, again;
    double total = 0;
    for (uint32_t v = 0; v < PATH; v++) {
        from[v] = v;
        to[v] = v + 1;
        turn[v] = v % 2;
        total += v % 2 ? 2.0 * v * (PATH - v) : 0;
    }
    ck_assert_int_eq(graph_build(&world_host, &list, &graph), ST_OK);
    ck_assert_int_eq(across_find(&world_host, &graph, &(struct groups){2, turn}, &x), ST_OK);
    ck_assert_uint_eq(x.pairs, PATH * PATH / 2);
    ck_assert_uint_eq(x.reached, PATH * PATH / 2);
    ck_assert_uint_eq(x.within[2], 2 * (PATH - 1));
    ck_assert_uint_eq(x.within[3], 2 * (PATH - 1) + 2 * (PATH - 3));
    ck_assert(world_near(x.mean, total / (PATH * PATH / 2.), 1e-12));
    world_host.threads = 2;
    ck_assert_int_eq(across_find(&world_host, &graph, &(struct groups){2, turn}, &again), ST_OK);
    ck_assert_mem_eq(&x, &again, sizeof x);
    graph_free(&graph);
}
END_TEST

/* ---- memory ---- */

static enum status all_of_them(void) {
    static uint64_t found[WORLD_NODES][ROLES];
    static struct chances chances[MOST_GROUPS];
    static struct participation p[WORLD_NODES];
    static struct mixing cell[MOST_GROUPS * MOST_GROUPS];
    struct brokerage b = {.of_member = found, .of_group = chances};
    struct across x;
    enum status s = brokerage_find(&world_host, &graph, &by, NULL, &b);
    if (s == ST_OK) {
        s = ei_test(&world_host, &graph, &by, NULL, 20, 1, &whole, of_group, of_member);
    }
    if (s == ST_OK) {
        s = participation_find(&world_host, &graph, &by, NULL, p);
    }
    if (s == ST_OK) {
        s = across_find(&world_host, &graph, &by, &x);
    }
    return s == ST_OK ? mixing_count(&world_host, &graph, &by, NULL, cell) : s;
}

START_TEST(memory_refused) {
    draw_world(4);
    uint64_t start = world_memory.calls, at = 0;
    enum status s;
    do {
        world_memory.fail_at = world_memory.calls + ++at;
        s = all_of_them();
        ck_assert(s == ST_OK || s == ST_NO_MEMORY);
    } while (s != ST_OK);
    ck_assert_uint_gt(at, 4);
    ck_assert_uint_gt(world_memory.calls, start);
    world_memory.fail_at = 0;
    graph_free(&graph);
}
END_TEST

static enum status say_no(void *user, double done) {
    UNUSED(user);
    ck_assert(done >= 0 && done <= 1);
    return ST_INTERRUPTED;
}

START_TEST(told_to_stop) {
    draw_world(4);
    world_host.poll = say_no;
    ck_assert_int_eq(
        ei_test(&world_host, &graph, &by, NULL, 1000000, 1, &whole, of_group, of_member),
        ST_INTERRUPTED);
    graph_free(&graph);
}
END_TEST

Suite *groups_suite(void) {
    Suite *s = suite_create("groups");
    TCase *t = tcase_create("groups");
    tcase_add_checked_fixture(t, world_start, world_stop);
    tcase_add_loop_test(t, roles, 0, ROUNDS);
    tcase_add_test(t, moments);
    tcase_add_loop_test(t, ei_index, 0, ROUNDS);
    tcase_add_test(t, ei_threads);
    tcase_add_test(t, ei_share);
    tcase_add_loop_test(t, participation, 0, ROUNDS);
    tcase_add_loop_test(t, mixing, 0, ROUNDS);
    tcase_add_test(t, odds);
    tcase_add_loop_test(t, across_groups, 0, ROUNDS);
    tcase_add_test(t, across_long_path);
    tcase_add_test(t, memory_refused);
    tcase_add_test(t, told_to_stop);
    suite_add_tcase(s, t);
    return s;
}
