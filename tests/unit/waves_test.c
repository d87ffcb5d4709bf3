/* Waves, overlaps of ties and exposure: by hand, against visiting every pair, and figures of real
 * networks where that data is at hand. */
#include "stdlib/network/waves.h"
#include "graph_world.h"
#include "stdlib/network/exposure.h"
#include "stdlib/network/overlap.h"
#include "table_file.h"
#include <math.h>

static struct arena arena;

static void start(void) {
    world_start();
    arena_init(&arena, &world_memory);
}

static void stop(void) {
    arena_free(&arena);
    world_stop();
}

/* ---- from one wave to the next, against visiting ---- */

enum { MOST = 12, DRAWN = 60 };

struct drawn {
    uint8_t active[MOST], silent[MOST];
    bool tied[MOST][MOST];
    struct ties ties;
};

static void draw_ties(uint64_t *seed, uint32_t n, uint32_t most, bool directed, struct drawn *out) {
    uint32_t from[DRAWN], to[DRAWN], ties = 0;
    memset(out, 0, sizeof *out);
    for (uint32_t v = 0; v < n; v++) {
        out->active[v] = draw(seed, 4) != 0;
        out->silent[v] = draw(seed, 4) == 0;
    }
    for (uint32_t i = 0; n && i < most; i++) {
        uint32_t a = draw(seed, n), b = draw(seed, n);
        if (a != b && out->active[a] && out->active[b]) {
            from[ties] = a;
            to[ties++] = b;
            out->tied[a][b] = true;
            out->tied[b][a] = out->tied[b][a] || !directed;
        }
    }
    ck_assert(ties_simplify(&arena, n, directed, from, to, ties, &out->ties));
}

static void draw_wave(uint64_t *seed, uint32_t n, bool directed, struct drawn *out) {
    draw_ties(seed, n, DRAWN, directed, out);
}

/* So few that there are bridges. */
static void draw_sparse(uint64_t *seed, uint32_t n, bool directed, struct drawn *out) {
    draw_ties(seed, n, n, directed, out);
}

static bool knows(const struct drawn *w, uint32_t a, uint32_t b, bool directed) {
    return !w->silent[a] || (!directed && !w->silent[b]);
}

static void visit(const struct drawn *x, const struct drawn *y, uint32_t n, bool directed,
                  struct stability *out) {
    memset(out, 0, sizeof *out);
    for (uint32_t a = 0; a < n; a++) {
        bool stays = x->active[a] && y->active[a];
        out->stayers += stays;
        out->joiners += !x->active[a] && y->active[a];
        out->leavers += x->active[a] && !y->active[a];
        for (uint32_t b = directed ? 0 : a + 1; b < n; b++) {
            bool was = x->tied[a][b], is = y->tied[a][b];
            out->first += was;
            out->second += is;
            out->both += was && is;
            if (a == b) {
                continue;
            }
            if (!stays || !x->active[b] || !y->active[b]) {
                out->with_leavers += was;
                out->with_joiners += is;
            } else if (!knows(x, a, b, directed) || !knows(y, a, b, directed)) {
                out->unknown++;
            } else {
                out->kept += was && is;
                out->lost += was && !is;
                out->made += is && !was;
                out->absent += !was && !is;
            }
        }
    }
}

START_TEST(stability_by_visiting) {
    uint64_t seed = 11;
    for (int round = 0; round < 400; round++) {
        struct drawn x, y;
        struct stability found, expected;
        uint32_t n = draw(&seed, MOST + 1);
        bool directed = round % 2;
        draw_wave(&seed, n, directed, &x);
        draw_wave(&seed, n, directed, &y);
        if (round % 3 == 0) {
            memset(x.silent, 0, sizeof x.silent);
        }
        struct wave first = {x.active, round % 3 ? x.silent : NULL, x.ties};
        struct wave second = {y.active, y.silent, y.ties};
        waves_compare(&first, &second, &found);
        visit(&x, &y, n, directed, &expected);
        ck_assert_mem_eq(&found, &expected, sizeof found);
    }
}
END_TEST

/* ---- growth ---- */

START_TEST(growth_by_hand) {
    /* Founders 0 1 2 and the hub 7; 3 and 4 join in the second wave, when 2 leaves, 5 in the third,
     * when 2 comes back; 6 never does. */
    static const uint8_t ACTIVE[3][8] = {
        {1, 1, 1, 0, 0, 0, 0, 1}, {1, 1, 0, 1, 1, 0, 0, 1}, {1, 1, 1, 1, 1, 1, 0, 1}};
    static const uint32_t FROM[3][8] = {{0, 0, 1}, {0, 3, 3, 4, 4, 7}, {0, 0, 1, 3, 3, 5, 5, 5}};
    static const uint32_t TO[3][8] = {{1, 2, 7}, {1, 0, 4, 1, 7, 0}, {1, 2, 2, 4, 0, 3, 4, 2}};
    static const uint32_t TIES[] = {3, 6, 8};
    static const uint32_t CORE[3][8] = {
        {1, 1, 1, 0, 0, 0, 0, 1}, {2, 2, 0, 2, 2, 0, 0, 2}, {2, 2, 2, 1, 2, 1, 0, 0}};
    static const uint8_t IS_HUB[8] = {[7] = 1};
    const uint32_t *core[3] = {CORE[0], CORE[1], CORE[2]};
    struct wave w[3];
    struct growth g[3];
    uint32_t first[8];
    for (int t = 0; t < 3; t++) {
        w[t] = (struct wave){.active = ACTIVE[t]};
        ck_assert(ties_simplify(&arena, 8, false, FROM[t], TO[t], TIES[t], &w[t].ties));
    }
    ck_assert(waves_grow(&arena, w, 3, IS_HUB, core, first, g));
    static const uint32_t FIRST[] = {0, 0, 0, 1, 1, 2, 3, 0};
    ck_assert_mem_eq(first, FIRST, sizeof first);
    ck_assert_uint_eq(g[0].members, 4);
    ck_assert_uint_eq(g[0].founders, 3);
    ck_assert_uint_eq(g[0].largest, 4);
    ck_assert_uint_eq(g[0].newcomers.joined, 0);
    ck_assert_uint_eq(g[1].members, 5);
    ck_assert_uint_eq(g[1].founders, 2);
    ck_assert_uint_eq(g[1].newcomers.joined, 2);
    ck_assert_uint_eq(g[1].newcomers.left, 1);
    /* 3 - 0 and 4 - 1 to founders, 3 - 4 to each other, 4 - 7 to the hub. */
    ck_assert_uint_eq(g[1].newcomers.founders, 2);
    ck_assert_uint_eq(g[1].newcomers.each_other, 1);
    ck_assert_uint_eq(g[1].newcomers.hub, 1);
    ck_assert_uint_eq(g[1].newcomers.earlier, 0);
    ck_assert(world_near(g[1].newcomers.attachment, 1, 1e-12)); /* there are only founders */
    ck_assert(world_near(g[1].newcomers.lag, 0, 1e-12));
    /* 5 - 2 to a founder, 5 - 3 and 5 - 4 to earlier ones: a third, of 3 in 5. */
    ck_assert_uint_eq(g[2].newcomers.founders, 1);
    ck_assert_uint_eq(g[2].newcomers.earlier, 2);
    ck_assert_uint_eq(g[2].newcomers.left, 0);
    ck_assert(world_near(g[2].newcomers.attachment, (1.0 / 3) / (3.0 / 5), 1e-12));
    ck_assert_uint_eq(g[2].newcomers.linked, 3); /* 3 - 4, 5 - 3, 5 - 4, founders or not */
    ck_assert_uint_eq(g[2].newcomers.linked_without, 3);
    ck_assert(isnan(g[2].newcomers.lag)); /* a core of 1 below 2, and no wave after */
    ck_assert_uint_eq(g[2].largest, 6);   /* all but the hub and 6 */
    /* Slope through (log 4, log 3), (log 5, log 6), (log 7, log 8). */
    ck_assert(world_near(densification(w, g, 3), 1.6807969, 1e-6));
    ck_assert(isnan(densification(w, g, 1)));
}
END_TEST

/* Whether b is reached from a, in whatever direction, past no founder (0 and 1). */
static bool is_linked(const struct drawn *w, uint32_t n, uint32_t a, uint32_t b, bool without) {
    bool reached[MOST] = {false}, grows = true;
    reached[a] = true;
    while (grows) {
        grows = false;
        for (uint32_t i = 0; i < n * n; i++) {
            uint32_t x = i / n, y = i % n;
            bool passes = (w->tied[x][y] || w->tied[y][x]) && !(without && y < 2);
            if (reached[x] && !reached[y] && passes) {
                reached[y] = grows = true;
            }
        }
    }
    return reached[b];
}

START_TEST(newcomers_by_visiting) {
    static const uint8_t FOUNDERS[MOST] = {1, 1, 0, 1}, IS_HUB[MOST] = {[3] = 1};
    static const uint32_t CORE[MOST] = {0};
    const uint32_t *core[2] = {CORE, CORE};
    uint64_t seed = 17, through = 0;
    for (int round = 0; round < 300; round++) {
        struct drawn x;
        struct growth g[2];
        uint32_t first[MOST], n = 4 + draw(&seed, MOST - 3);
        draw_sparse(&seed, n, round % 2, &x);
        struct wave w[2] = {{.active = FOUNDERS, .ties = {.nodes = n}},
                            {.active = x.active, .ties = x.ties}};
        uint64_t linked = 0, without = 0;
        for (uint32_t a = 2; a < n; a++) {
            for (uint32_t b = a + 1; b < n; b++) {
                bool counts = x.active[a] && x.active[b] && a != 3 && b != 3;
                linked += counts && is_linked(&x, n, a, b, false);
                without += counts && is_linked(&x, n, a, b, true);
            }
        }
        ck_assert(waves_grow(&arena, w, 2, IS_HUB, core, first, g));
        ck_assert_uint_eq(g[1].newcomers.linked, linked);
        ck_assert_uint_eq(g[1].newcomers.linked_without, without);
        ck_assert_uint_eq(g[0].newcomers.linked, 0);
        through += linked - without;
    }
    ck_assert_uint_gt(through, 100);
}
END_TEST

START_TEST(lags_by_hand) {
    /* One founder of core 2; of three who join one is there at once, one a wave later, one never.
     */
    static const uint8_t ACTIVE[3][4] = {{1}, {1, 1, 1, 1}, {1, 1, 1, 1}};
    static const uint32_t CORE[3][4] = {{2}, {2, 2, 1, 0}, {2, 2, 2, 0}};
    const uint32_t *core[3] = {CORE[0], CORE[1], CORE[2]};
    struct wave w[3];
    struct growth g[3];
    uint32_t first[4];
    for (int t = 0; t < 3; t++) {
        w[t] = (struct wave){.active = ACTIVE[t], .ties = {.nodes = 4}};
    }
    ck_assert(waves_grow(&arena, w, 3, NULL, core, first, g));
    ck_assert(world_near(g[1].newcomers.lag, 1, 1e-12));
    ck_assert(isnan(g[0].newcomers.lag) && isnan(g[2].newcomers.lag));
    ck_assert(isnan(g[1].newcomers.attachment));
    ck_assert_uint_eq(g[1].largest, 1);
    ck_assert(isnan(densification(w, g, 3)));
}
END_TEST

/* ---- two kinds of ties ---- */

START_TEST(overlaps_by_visiting) {
    uint64_t seed = 3;
    for (int round = 0; round < 300; round++) {
        struct drawn x, y, z;
        struct overlap found;
        struct conversion converted, expected = {.shared = 0};
        uint32_t n = draw(&seed, MOST + 1), rank[MOST];
        bool directed = round % 2;
        draw_wave(&seed, n, directed, &x);
        draw_wave(&seed, n, directed, &y);
        draw_wave(&seed, n, directed, &z);
        for (uint32_t v = 0; v < MOST; v++) {
            rank[v] = v % 2;
        }
        struct nodes nodes = {.n = n, .rank = rank};
        uint64_t both = 0, first = 0, pairs = 0, level = 0;
        for (uint32_t a = 0; a < n; a++) {
            for (uint32_t b = directed ? 0 : a + 1; b < n; b++) {
                both += x.tied[a][b] && y.tied[a][b];
                first += x.tied[a][b] && !y.tied[a][b];
                level += x.tied[a][b] && !y.tied[a][b] && a % 2 == b % 2;
                pairs += a != b;
                if (a != b && x.active[a] && x.active[b] && !y.tied[a][b]) {
                    expected.shared += x.tied[a][b];
                    expected.shared_then_act += x.tied[a][b] && z.tied[a][b];
                    expected.silent += !x.tied[a][b];
                    expected.silent_then_act += !x.tied[a][b] && z.tied[a][b];
                }
            }
        }
        overlap_count(&nodes, &x.ties, &y.ties, &found);
        ck_assert_uint_eq(found.count[OVERLAP_BOTH], both);
        ck_assert_uint_eq(found.count[OVERLAP_FIRST], first);
        ck_assert_uint_eq(found.count[OVERLAP_SECOND], y.ties.n - both);
        ck_assert_uint_eq(found.by_class[OVERLAP_FIRST][TIE_HORIZONTAL], level);
        ck_assert_uint_eq(found.pairs, pairs);
        conversion_count(x.active, &x.ties, &y.ties, &z.ties, &converted);
        ck_assert_mem_eq(&converted, &expected, sizeof converted);
    }
}
END_TEST

START_TEST(directions_left_out) {
    static const uint32_t from[] = {0, 1, 2}, to[] = {1, 0, 1};
    struct ties t, both;
    ck_assert(ties_simplify(&arena, 3, true, from, to, 3, &t));
    ck_assert(ties_without_direction(&arena, &t, &both));
    ck_assert_uint_eq(both.n, 2);
    ck_assert(!both.directed);
    ck_assert(ties_have(&both, 1, 2));
}
END_TEST

/* ---- exposure ---- */

static void build(const uint32_t *from, const uint32_t *to, const double *value, size_t n,
                  uint32_t nodes, bool directed, struct graph *g) {
    struct tie_list list = {.nodes = nodes,
                            .directed = directed,
                            .n = n,
                            .from = from,
                            .to = to,
                            .value = value,
                            .merge = MERGE_SUM};
    ck_assert_int_eq(graph_build(&world_host, &list, g), ST_OK);
}

START_TEST(exposure_by_hand) {
    /* 0 asks 1 twice as much as 2, and 3 of whom nothing is known; 2 asks 0; 4 asks 3 alone. */
    static const uint32_t from[] = {0, 0, 0, 2, 4}, to[] = {1, 2, 3, 0, 3};
    static const double weight[] = {2, 1, 5, 1, 1}, know[] = {10, 4, 1, NAN, 7};
    struct exposure e[5];
    struct graph g;
    build(from, to, weight, 5, 5, true, &g);
    exposure_find(&g, know, e);
    ck_assert(world_near(e[0].mean, (2 * 4 + 1) / 3.0, 1e-12));
    ck_assert_uint_eq(e[0].alters, 3);
    ck_assert_uint_eq(e[0].valued, 2);
    ck_assert(world_near(e[2].mean, 10, 1e-12));
    ck_assert(isnan(e[1].mean) && isnan(e[4].mean));
    ck_assert_uint_eq(e[4].alters, 1);
    graph_free(&g);
}
END_TEST

START_TEST(thresholds_by_hand) {
    static const uint32_t from[] = {0, 0, 0, 1, 2}, to[] = {1, 2, 3, 0, 3};
    static const int64_t day[] = {20, 10, 20, 30, NEVER};
    struct threshold t[5];
    struct graph g;
    build(from, to, NULL, 5, 5, true, &g);
    thresholds_find(&g, day, t);
    ck_assert_uint_eq(t[0].before, 2); /* 1 before, 2 on the same day, 3 after */
    ck_assert(world_near(t[0].share, 2.0 / 3, 1e-12));
    ck_assert(world_near(t[1].share, 0, 1e-12));
    ck_assert(isnan(t[3].share) && isnan(t[4].share));
    graph_free(&g);
}
END_TEST

START_TEST(company_by_hand) {
    /* A path of four. Adopters at 0 and 1: both have company. Dealt out anew two are neighbours in
     * three pairs of six: one is expected, and both have company in half of all deals. */
    static const uint32_t from[] = {0, 1, 2}, to[] = {1, 2, 3};
    static const uint8_t adopted[] = {1, 1, 0, 0}, none[] = {0, 0, 0, 0};
    struct company c, again;
    struct graph g;
    for (int directed = 0; directed < 2; directed++) {
        build(from, to, NULL, 3, 4, directed, &g);
        ck_assert_int_eq(company_find(&world_host, &g, adopted, 20000, 1, &c), ST_OK);
        ck_assert_uint_eq(c.adopters, 2);
        ck_assert_uint_eq(c.with_company, 2);
        ck_assert(world_near(c.expected, 1, 0.03));
        ck_assert(world_near(c.p, 0.5, 0.02));
        ck_assert_int_eq(company_find(&world_host, &g, adopted, 20000, 1, &again), ST_OK);
        ck_assert(again.expected == c.expected && again.p == c.p);
        ck_assert_int_eq(company_find(&world_host, &g, none, 10, 1, &c), ST_OK);
        ck_assert_uint_eq(c.with_company, 0);
        ck_assert(world_near(c.p, 1, 1e-12));
        graph_free(&g);
    }
}
END_TEST

/* ---- data ---- */

static uint32_t number_in(const struct table_file *nodes, struct str id, const char *wave) {
    uint32_t number = 0;
    for (uint32_t i = 0; i < nodes->n; i++) {
        if (!wave || str_is(table_text(nodes, i, "wave"), wave)) {
            if (str_eq(table_text(nodes, i, "id"), id)) {
                return number;
            }
            number++;
        }
    }
    ck_abort_msg("a tie to nobody");
}

static bool read_waves(const char *nodes_path, const char *ties_path, bool directed,
                       uint32_t members, struct wave w[2]) {
    static const char *const WAVE[] = {"1", "2"};
    struct table_file nodes, edges;
    uint8_t *active = ARENA_ARRAY(&arena, uint8_t, members);
    if (!table_read(&arena, nodes_path, &nodes) || !table_read(&arena, ties_path, &edges)) {
        return false;
    }
    memset(active, 1, members);
    uint32_t *from = ARENA_ARRAY(&arena, uint32_t, edges.n);
    uint32_t *to = ARENA_ARRAY(&arena, uint32_t, edges.n);
    for (int t = 0; t < 2; t++) {
        uint32_t n = 0;
        for (uint32_t i = 0; i < edges.n; i++) {
            if (str_is(table_text(&edges, i, "wave"), WAVE[t])) {
                from[n] = number_in(&nodes, table_text(&edges, i, "from"), "1");
                to[n++] = number_in(&nodes, table_text(&edges, i, "to"), "1");
            }
        }
        w[t] = (struct wave){.active = active};
        ck_assert(ties_simplify(&arena, members, directed, from, to, n, &w[t].ties));
    }
    return true;
}

/* Counted from the files by a script: both, first alone, second alone, neither. */
START_TEST(data_waves) {
    struct wave w[2];
    struct stability s;
    if (!read_waves("net_coleman/coleman_nodes.csv", "net_coleman/coleman_edges.csv", true, 73,
                    w)) {
        return;
    }
    waves_compare(&w[0], &w[1], &s);
    ck_assert_uint_eq(s.kept, 140);
    ck_assert_uint_eq(s.lost, 103);
    ck_assert_uint_eq(s.made, 123);
    ck_assert_uint_eq(s.absent, 4890);
    ck_assert_double_eq_tol(140.0 / (double)(s.kept + s.lost + s.made), 0.3825137, 1e-7);
    ck_assert(read_waves("net_s50/s50_nodes.csv", "net_s50/s50_edges.csv", false, 50, w));
    waves_compare(&w[0], &w[1], &s);
    ck_assert_uint_eq(s.kept, 43);
    ck_assert_uint_eq(s.lost, 31);
    ck_assert_uint_eq(s.made, 38);
    ck_assert_uint_eq(s.absent, 1113);
}
END_TEST

/* Thresholds of the doctors who took up tetracycline, as netdiffuseR has them; where one has no
 * ties it says 0. */
START_TEST(data_thresholds) {
    struct table_file nodes, edges, expected;
    if (!table_read(&arena, "diffusion_medinnov/nodes.csv", &nodes) ||
        !table_read(&arena, "diffusion_medinnov/edges.csv", &edges) ||
        !table_read(&arena, "diffusion_medinnov/expected/thresholds.csv", &expected)) {
        return;
    }
    uint32_t *from = ARENA_ARRAY(&arena, uint32_t, edges.n);
    uint32_t *to = ARENA_ARRAY(&arena, uint32_t, edges.n);
    int64_t *day = ARENA_ARRAY(&arena, int64_t, nodes.n);
    struct threshold *t = ARENA_ARRAY(&arena, struct threshold, nodes.n);
    struct graph g;
    for (uint32_t i = 0; i < edges.n; i++) {
        from[i] = number_in(&nodes, table_text(&edges, i, "from"), NULL);
        to[i] = number_in(&nodes, table_text(&edges, i, "to"), NULL);
    }
    for (uint32_t v = 0; v < nodes.n; v++) {
        day[v] = (int64_t)table_number(&nodes, v, "toa");
    }
    build(from, to, NULL, edges.n, nodes.n, true, &g);
    thresholds_find(&g, day, t);
    double sum = 0;
    for (uint32_t i = 0; i < expected.n; i++) {
        uint32_t v = number_in(&nodes, table_text(&expected, i, "id"), NULL);
        double share = isnan(t[v].share) ? 0 : t[v].share;
        ck_assert_double_eq_tol(share, table_number(&expected, i, "threshold"), 1e-6);
        sum += share;
    }
    ck_assert_double_eq_tol(sum / expected.n, 0.566, 5e-4);
    graph_free(&g);
}
END_TEST

Suite *waves_suite(void) {
    Suite *suite = suite_create("waves");
    TCase *t = tcase_create("waves");
    tcase_add_checked_fixture(t, start, stop);
    tcase_add_test(t, stability_by_visiting);
    tcase_add_test(t, growth_by_hand);
    tcase_add_test(t, newcomers_by_visiting);
    tcase_add_test(t, lags_by_hand);
    tcase_add_test(t, overlaps_by_visiting);
    tcase_add_test(t, directions_left_out);
    tcase_add_test(t, exposure_by_hand);
    tcase_add_test(t, thresholds_by_hand);
    tcase_add_test(t, company_by_hand);
    tcase_add_test(t, data_waves);
    tcase_add_test(t, data_thresholds);
    suite_add_tcase(suite, t);
    return suite;
}
