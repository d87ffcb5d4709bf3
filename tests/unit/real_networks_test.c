/* Real networks whose figures igraph, sna and NetworkX agree on, where that data is at hand:
 * expected_networks/network_stats.csv has a line for each. */
#include "graph_world.h"
#include "stdlib/network/betweenness.h"
#include "stdlib/network/census.h"
#include "stdlib/network/blocks.h"
#include "stdlib/network/components.h"
#include "stdlib/network/degree.h"
#include "stdlib/network/distances.h"
#include "stdlib/network/holes.h"
#include "stdlib/network/pagerank.h"
#include "stdlib/network/triangles.h"
#include "table_file.h"

enum { MOST = 2000 };

static struct arena arena;
static struct table_file stats;
static struct graph net, both; /* both: without directions */
static struct str name[MOST];  /* of nodes */
static uint32_t row;           /* of stats */

static const struct {
    const char *net, *wave, *nodes, *edges, *from, *to;
} FILES[] = {
    {"karate", NULL, "net_karate/karate_nodes.csv", "net_karate/karate_edges.csv", "from", "to"},
    {"coleman/wave1", "1", "net_coleman/coleman_nodes.csv", "net_coleman/coleman_edges.csv", "from",
     "to"},
    {"coleman/wave2", "2", "net_coleman/coleman_nodes.csv", "net_coleman/coleman_edges.csv", "from",
     "to"},
    {"s50/wave1", "1", "net_s50/s50_nodes.csv", "net_s50/s50_edges.csv", "from", "to"},
    {"s50/wave2", "2", "net_s50/s50_nodes.csv", "net_s50/s50_edges.csv", "from", "to"},
    {"s50/wave3", "3", "net_s50/s50_nodes.csv", "net_s50/s50_edges.csv", "from", "to"},
    {"krackhardt/advice", NULL, "krackhardt_hightech/ht_advice_nodes.csv",
     "krackhardt_hightech/ht_advice_edges.csv", "from", "to"},
    {"krackhardt/friends", NULL, "krackhardt_hightech/ht_friends_nodes.csv",
     "krackhardt_hightech/ht_friends_edges.csv", "from", "to"},
    {"krackhardt/reports", NULL, "krackhardt_hightech/ht_reports_nodes.csv",
     "krackhardt_hightech/ht_reports_edges.csv", "from", "to"},
};

static uint32_t number_of(struct str s, uint32_t n) {
    for (uint32_t v = 0; v < n; v++) {
        if (str_eq(name[v], s)) {
            return v;
        }
    }
    ck_abort_msg("a tie to nobody");
    return 0;
}

static bool in_wave(const struct table_file *t, uint32_t i, const char *wave) {
    return !wave || str_is(table_text(t, i, "wave"), wave);
}

static bool load(size_t which) {
    static uint32_t from[TABLE_ROWS], to[TABLE_ROWS];
    struct table_file nodes, edges;
    struct tie_list list = {.from = from, .to = to};
    if (!table_read(&arena, "expected_networks/network_stats.csv", &stats) ||
        !table_read(&arena, FILES[which].nodes, &nodes) ||
        !table_read(&arena, FILES[which].edges, &edges)) {
        return false;
    }
    for (row = 0; !str_is(table_text(&stats, row, "net"), FILES[which].net); row++) {
    }
    for (uint32_t i = 0; i < nodes.n; i++) {
        if (in_wave(&nodes, i, FILES[which].wave)) {
            name[list.nodes++] = table_text(&nodes, i, "id");
        }
    }
    for (uint32_t i = 0; i < edges.n; i++) {
        if (in_wave(&edges, i, FILES[which].wave)) {
            from[list.n] = number_of(table_text(&edges, i, FILES[which].from), list.nodes);
            to[list.n++] = number_of(table_text(&edges, i, FILES[which].to), list.nodes);
        }
    }
    list.directed = str_is(table_text(&stats, row, "directed"), "TRUE");
    ck_assert_int_eq(graph_build(&world_host, &list, &net), ST_OK);
    ck_assert_int_eq(graph_without_direction(&world_host, &net, MERGE_MOST, &both), ST_OK);
    return true;
}

static void expect(const char *column, double value) {
    double expected = table_number(&stats, row, column);
    ck_assert_msg(isnan(expected) || world_near(value, expected, 1e-9),
                  "%.*s: %s is %.12g, not %.12g", STR_ARG(table_text(&stats, row, "net")), column,
                  value, expected);
}

/* "NAME=VALUE; ...": the value of each is that of the node, and no other has more than the first.
 */
static void expect_top(const char *column, const double *value, double within) {
    const char *at = table_text(&stats, row, column).p;
    for (bool first = true; *at; first = false) {
        size_t length = strcspn(at, "=");
        uint32_t v = number_of((struct str){at, length}, net.n);
        double expected = strtod(at + length + 1, NULL);
        ck_assert(fabs(value[v] - expected) <= within);
        for (uint32_t w = 0; first && w < net.n; w++) {
            ck_assert(value[w] <= value[v] + 1e-12);
        }
        at += strcspn(at, ";");
        at += strspn(at, "; ");
    }
}

static void check_paths(void) {
    static struct distances d[MOST];
    static double through[MOST];
    ck_assert_int_eq(distances_sum(&world_host, &net, LENGTHS_ONE, WAY_OUT, d), ST_OK);
    struct distance_summary all = distances_summarize(d, net.n);
    expect("diameter", all.diameter);
    expect("mean_distance", all.mean);
    ck_assert_int_eq(betweenness(&world_host, &net, LENGTHS_ONE, through, NULL), ST_OK);
    expect_top("top_betweenness", through, 5.01e-5);
}

static void check_structure(void) {
    static uint32_t of[MOST], core[MOST];
    static uint64_t triangles[MOST];
    struct component_count weak, strong;
    uint32_t most = 0;
    struct dyads d;
    ck_assert_int_eq(dyad_census(&world_host, &net, NULL, &d), ST_OK);
    ck_assert_int_eq(components_weak(&world_host, &net, of, &weak), ST_OK);
    ck_assert_int_eq(components_strong(&world_host, &net, of, &strong), ST_OK);
    ck_assert_int_eq(core_numbers(&world_host, &both, core), ST_OK);
    ck_assert_int_eq(triangles_count(&world_host, &both, triangles), ST_OK);
    struct clustering c = clustering_of(&both, triangles);
    for (uint32_t v = 0; v < net.n; v++) {
        most = core[v] > most ? core[v] : most;
    }
    expect("density", density_of(&d));
    expect("simple_edges", (double)net.ties);
    expect("reciprocity_edgewise", reciprocity_of(&d));
    expect("mutual_dyads", (double)d.mutual);
    expect("asym_dyads", (double)d.asymmetric);
    expect("transitivity_undirected", c.triples ? c.transitivity : 0);
    expect("avg_local_clustering_undirected_iso0", c.mean_with_zeros);
    expect("triangles_undirected", (double)c.triangles);
    expect("weak_components", weak.n);
    expect("largest_weak", weak.largest);
    expect("strong_components", strong.n);
    expect("largest_strong", strong.largest);
    expect("kcore_max_undirected", most);
}

static void check_nodes(void) {
    static double in[MOST], out[MOST], rank[MOST];
    struct iteration how;
    for (uint32_t v = 0; v < net.n; v++) {
        in[v] = degree_of(&net, v, ENDS_TO);
        out[v] = degree_of(&net, v, ENDS_FROM);
    }
    expect("indeg_centralization", centralization(in, net.n, net.directed, CENTRALITY_DEGREE));
    expect("outdeg_centralization", centralization(out, net.n, net.directed, CENTRALITY_DEGREE));
    ck_assert_int_eq(pagerank(&world_host, &net, 0.85, rank, &how), ST_OK);
    expect_top("top_pagerank", rank, 5.01e-6);
}

static void open_arena(void) {
    world_start();
    arena_init(&arena, &world_memory);
}

static void close_arena(void) {
    arena_free(&arena);
    world_stop();
}

START_TEST(expected_networks) {
    if (load((size_t)_i)) {
        check_paths();
        check_structure();
        check_nodes();
        graph_free(&net);
        graph_free(&both);
    }
}
END_TEST

/* Zachary's karate club: node 1 is node 0 here, and so on. */
START_TEST(karate) {
    static double through[MOST], closeness[MOST];
    static struct distances d[MOST];
    static struct holes h[MOST];
    static uint8_t cut[MOST];
    if (!load(0)) {
        return;
    }
    ck_assert_int_eq(betweenness(&world_host, &net, LENGTHS_ONE, through, NULL), ST_OK);
    ck_assert_int_eq(distances_sum(&world_host, &net, LENGTHS_ONE, WAY_OUT, d), ST_OK);
    ck_assert_int_eq(holes_find(&world_host, &net, h), ST_OK);
    for (uint32_t v = 0; v < net.n; v++) {
        closeness[v] = closeness_of(&d[v], net.n, CONVENTION_NETWORKX);
    }
    uint32_t one = number_of(STR("1"), net.n), last = number_of(STR("34"), net.n);
    uint32_t twelve = number_of(STR("12"), net.n);
    ck_assert(world_near(through[one] / betweenness_pairs(&net), .4376353, 1e-7));
    ck_assert(world_near(closeness[one], .5689655, 1e-7));
    ck_assert(world_near(closeness[last], .55, 1e-7));
    ck_assert(world_near(d[one].harmonic, 23.1666667, 1e-8));
    ck_assert(world_near(h[one].constraint, .1554233, 1e-7));
    ck_assert(world_near(h[last].constraint, .1564187, 1e-7));
    ck_assert(world_near(h[twelve].constraint, 1, 1e-12));
    ck_assert(world_near(h[one].effective_size, 13.75, 1e-12));
    ck_assert(world_near(h[last].effective_size, 15.2352941, 1e-8));
    ck_assert(
        world_near(centralization(through, net.n, false, CENTRALITY_BETWEENNESS), .4055572, 1e-7));
    ck_assert(
        world_near(centralization(closeness, net.n, false, CENTRALITY_CLOSENESS), .2981949, 1e-7));
    struct bridges bridges;
    ck_assert_int_eq(cutpoints(&world_host, &net, cut), ST_OK);
    ck_assert_int_eq(bridges_find(&world_host, &net, &arena, &bridges), ST_OK);
    ck_assert_uint_eq(bridges.n, 1);
    ck_assert(bridges.from[0] == one || bridges.to[0] == one);
    for (uint32_t v = 0; v < net.n; v++) {
        ck_assert_int_eq(cut[v], v == one);
    }
    graph_free(&net);
    graph_free(&both);
}
END_TEST

/* Coleman's boys in fall: the triad census that sna prints. */
START_TEST(coleman) {
    static const uint64_t expected[TRIADS] = {50171, 7384, 3957, 64, 121, 128, 139, 70,
                                              23,    1,    20,   43, 10,  9,   34,  22};
    static double through[MOST];
    uint64_t found[TRIADS];
    if (!load(1)) {
        return;
    }
    struct dyads d;
    ck_assert_int_eq(dyad_census(&world_host, &net, NULL, &d), ST_OK);
    ck_assert_int_eq(triad_census(&world_host, &net, found), ST_OK);
    ck_assert_mem_eq(found, expected, sizeof found);
    ck_assert(world_near(dyadic_reciprocity_of(&d), .9547, 1e-4));
    ck_assert_int_eq(betweenness(&world_host, &net, LENGTHS_ONE, through, NULL), ST_OK);
    double sum = 0;
    for (uint32_t v = 0; v < net.n; v++) {
        sum += through[v];
    }
    ck_assert(world_near(sum, 3141, 1e-12));
    ck_assert(
        world_near(centralization(through, net.n, true, CENTRALITY_BETWEENNESS), .0411406, 1e-7));
    graph_free(&net);
    graph_free(&both);
}
END_TEST

Suite *real_networks_suite(void) {
    Suite *s = suite_create("real_networks");
    TCase *t = tcase_create("real_networks");
    tcase_add_checked_fixture(t, open_arena, close_arena);
    tcase_add_loop_test(t, expected_networks, 0, COUNT_OF(FILES));
    tcase_add_test(t, karate);
    tcase_add_test(t, coleman);
    suite_add_tcase(s, t);
    return s;
}
