/* Long work of networks can be stopped at any moment: between two questions whether to go on there
 * is little work, and none is left behind after a no. Every kernel, on a network whose measures
 * take long, asked a few dozen times. And the same ranks for any number of threads.
 *
 * Work is counted, not timed, as a busy machine would make times of any length: kernels that were
 * compiled to do so (the program unit-counted, with SPOKE_COUNTED) call a function wherever one
 * stretch of code without a jump begins. */
#include "graph_world.h"
#include "stdlib/network/betweenness.h"
#include "stdlib/network/blocks.h"
#include "stdlib/network/brokerage.h"
#include "stdlib/network/census.h"
#include "stdlib/network/cliques.h"
#include "stdlib/network/communities.h"
#include "stdlib/network/components.h"
#include "stdlib/network/core_periphery.h"
#include "stdlib/network/distances.h"
#include "stdlib/network/ei.h"
#include "stdlib/network/holes.h"
#include "stdlib/network/influence.h"
#include "stdlib/network/krackhardt.h"
#include "stdlib/network/layout.h"
#include "stdlib/network/pagerank.h"
#include "stdlib/network/triangles.h"
#include <math.h>
#include <stdlib.h>

enum { NODES = 60000, TIES = 600000, MOST_ASKED = 40, FORWARD_TIES = 30000 };
/* Stretches of code between two questions. They take one or two nanoseconds each; a kernel that
 * forgot to ask passes hundreds of millions. */
enum { MOST_PASSED = 30000000 };

static uint32_t from[TIES], to[TIES], one[TIES], two[TIES];
static double value[TIES], figure[NODES], other[NODES];
static uint32_t whole[NODES];
static uint64_t large[NODES];
static uint8_t flag[NODES];
static struct distances distances[NODES];
static struct holes holes[NODES];

/* ---- who asks ---- */

struct asking {
    uint64_t since, longest;
    double done;
    uint32_t asked, most;
    bool falls; /* what is done became less */
};

/* Of this thread, since it began. */
static _Thread_local uint64_t passed;

void __sanitizer_cov_trace_pc(void);
void __sanitizer_cov_trace_pc(void) {
    passed++;
}

static void look_at_count(struct asking *a) {
    uint64_t between = passed - a->since;
    a->longest = between > a->longest ? between : a->longest;
    a->since = passed;
}

static enum status ask(void *user, double done) {
    struct asking *a = user;
    look_at_count(a);
    a->falls = a->falls || !(done >= a->done && done <= 1);
    a->done = done;
    return ++a->asked > a->most ? ST_INTERRUPTED : ST_OK;
}

/* ---- what is asked ---- */

static struct graph plain, directed, valued, forward;

static enum status build(const struct network_host *h, const struct tie_list *list) {
    struct graph g;
    enum status status = graph_build(h, list, &g);
    if (status == ST_OK) {
        graph_free(&g);
    }
    return status;
}

static enum status build_plain(const struct network_host *h) {
    return build(h, &(struct tie_list){.nodes = NODES, .n = TIES, .from = from, .to = to});
}

static enum status build_valued(const struct network_host *h) {
    return build(
        h,
        &(struct tie_list){
            .nodes = NODES, .directed = true, .n = TIES, .from = from, .to = to, .value = value});
}

/* All ties between the same two: their values are sorted to be added up. */
static enum status build_repeated(const struct network_host *h) {
    return build(
        h, &(struct tie_list){.nodes = NODES, .n = TIES, .from = one, .to = two, .value = value});
}

static enum status leave_directions(const struct network_host *h) {
    struct graph g;
    enum status status = graph_without_direction(h, &directed, MERGE_SUM, &g);
    if (status == ST_OK) {
        graph_free(&g);
    }
    return status;
}

static enum status ask_betweenness(const struct network_host *h) {
    return betweenness(h, &plain, LENGTHS_ONE, figure, NULL);
}
static enum status ask_betweenness_of_lengths(const struct network_host *h) {
    return betweenness(h, &valued, LENGTHS_VALUES, figure, NULL);
}
static enum status ask_distances(const struct network_host *h) {
    return distances_sum(h, &plain, LENGTHS_ONE, WAY_OUT, distances);
}
static enum status ask_lengths(const struct network_host *h) {
    return distances_sum(h, &valued, LENGTHS_VALUES, WAY_OUT, distances);
}
static enum status ask_components(const struct network_host *h) {
    struct component_count count;
    return components_weak(h, &plain, whole, &count);
}
static enum status ask_strong(const struct network_host *h) {
    struct component_count count;
    return components_strong(h, &directed, whole, &count);
}
static enum status ask_cores(const struct network_host *h) {
    return core_numbers(h, &plain, whole);
}
static enum status ask_pagerank(const struct network_host *h) {
    struct iteration how;
    return pagerank(h, &directed, 0.85, figure, &how);
}
static enum status ask_eigenvector(const struct network_host *h) {
    struct iteration how;
    return eigenvector(h, &plain, SCALE_SUM, figure, &how);
}
static enum status ask_hubs(const struct network_host *h) {
    struct iteration how;
    return hubs_and_authorities(h, &directed, SCALE_SUM, figure, other, &how);
}
static enum status ask_katz(const struct network_host *h) {
    struct iteration how;
    return katz(h, &directed, 0.001, 1, SCALE_SUM, figure, &how);
}
static enum status ask_holes(const struct network_host *h) {
    return holes_find(h, &directed, holes);
}
static enum status ask_triads(const struct network_host *h) {
    uint64_t triads[TRIADS];
    return triad_census(h, &directed, triads);
}
static enum status ask_triangles(const struct network_host *h) {
    return triangles_count(h, &plain, large);
}
static enum status ask_cutpoints(const struct network_host *h) {
    return cutpoints(h, &plain, flag);
}

static enum status ask_dyads(const struct network_host *h) {
    struct dyads dyads;
    return dyad_census(h, &directed, NULL, &dyads);
}
static enum status ask_communities(const struct network_host *h) {
    struct community_plan plan = {
        .method = COMMUNITIES_LEIDEN, .resolution = 1, .enough = 1e-6, .runs = 2};
    struct community_runs found;
    return communities_find(h, &plain, &plan, whole, &found);
}
static enum status pass_clique(void *user, const uint32_t *member, uint32_t n) {
    UNUSED(user);
    UNUSED(member);
    UNUSED(n);
    return ST_OK;
}
static enum status ask_cliques(const struct network_host *h) {
    return cliques_each(h, &plain, 3, NULL, pass_clique);
}

/* Every third member has none. */
static struct groups draw_groups(void) {
    for (uint32_t v = 0; v < NODES; v++) {
        whole[v] = v % 3 ? v % 5 : (uint32_t)UNKNOWN_GROUP;
    }
    return (struct groups){5, whole};
}
static enum status ask_brokerage(const struct network_host *h) {
    static uint64_t of_member[NODES][ROLES];
    struct chances of_group[5];
    struct groups by = draw_groups();
    struct brokerage found = {.of_member = of_member, .of_group = of_group};
    return brokerage_find(h, &directed, &by, NULL, &found);
}
static enum status ask_ei(const struct network_host *h) {
    static struct ei of_member[NODES];
    struct ei all, of_group[5];
    struct groups by = draw_groups();
    return ei_test(h, &directed, &by, NULL, 100, 1, &all, of_group, of_member);
}
static enum status ask_krackhardt(const struct network_host *h) {
    struct krackhardt found;
    return krackhardt_find(h, &forward, &found);
}
static enum status ask_core(const struct network_host *h) {
    struct core_split found;
    return find_core(h, &plain, 1, flag, &found);
}
static enum status ask_coreness(const struct network_host *h) {
    struct coreness found;
    return coreness(h, &directed, figure, &found);
}
static enum status ask_stress(const struct network_host *h) {
    static struct spot at[NODES];
    return layout_stress(h, &plain, &(struct stress_options){.seed = 1}, at);
}
static enum status ask_layers(const struct network_host *h) {
    static struct spot at[NODES];
    for (uint32_t v = 0; v < NODES; v++) {
        whole[v] = v % 4;
    }
    return layout_layers(h, &plain, whole, 40, at);
}

static const struct {
    const char *name;
    enum status (*run)(const struct network_host *h);
} KERNELS[] = {{"build", build_plain},
               {"build with values", build_valued},
               {"build of repeated ties", build_repeated},
               {"without directions", leave_directions},
               {"betweenness", ask_betweenness},
               {"betweenness of lengths", ask_betweenness_of_lengths},
               {"distances", ask_distances},
               {"distances of lengths", ask_lengths},
               {"components", ask_components},
               {"strong components", ask_strong},
               {"cores", ask_cores},
               {"PageRank", ask_pagerank},
               {"eigenvector", ask_eigenvector},
               {"hubs", ask_hubs},
               {"Katz", ask_katz},
               {"constraint", ask_holes},
               {"triads", ask_triads},
               {"triangles", ask_triangles},
               {"cutpoints", ask_cutpoints},
               {"dyads", ask_dyads},
               {"communities", ask_communities},
               {"cliques", ask_cliques},
               {"brokerage", ask_brokerage},
               {"E-I", ask_ei},
               {"Krackhardt", ask_krackhardt},
               {"core", ask_core},
               {"coreness", ask_coreness},
               {"stress", ask_stress},
               {"layers", ask_layers}};

static void draw_network(void) {
    uint64_t seed = 5;
    for (uint32_t i = 0; i < TIES; i++) {
        uint32_t most = 1 + draw(&seed, NODES); /* some are much busier than others */
        from[i] = draw(&seed, most);
        to[i] = draw(&seed, NODES);
        one[i] = 7;
        two[i] = 8;
        value[i] = 1 + draw(&seed, 1000) / 7.0;
    }
    struct tie_list list = {.nodes = NODES, .n = TIES, .from = from, .to = to};
    ck_assert_int_eq(graph_build(&world_host, &list, &plain), ST_OK);
    list.directed = true;
    ck_assert_int_eq(graph_build(&world_host, &list, &directed), ST_OK);
    list.value = value;
    ck_assert_int_eq(graph_build(&world_host, &list, &valued), ST_OK);
    for (uint32_t i = 0; i < FORWARD_TIES; i++) {
        one[i] = from[i] < to[i] ? from[i] : to[i];
        two[i] = from[i] < to[i] ? to[i] : from[i];
    }
    list = (struct tie_list){
        .nodes = NODES, .directed = true, .n = FORWARD_TIES, .from = one, .to = two};
    ck_assert_int_eq(graph_build(&world_host, &list, &forward), ST_OK);
    for (uint32_t i = 0; i < FORWARD_TIES; i++) {
        one[i] = 7;
        two[i] = 8;
    }
}

/* Stopped after so many questions, or done before. */
static void run_kernel(size_t k, uint32_t threads, uint32_t most) {
    struct asking asking = {.since = passed, .most = most};
    struct network_host host = world_host;
    size_t used = world_memory.used;
    host.threads = threads;
    host.poll = ask;
    host.user = &asking;
    enum status status = KERNELS[k].run(&host);
    look_at_count(&asking);
    ck_assert_msg(status == (asking.asked > most ? ST_INTERRUPTED : ST_OK), "%s", KERNELS[k].name);
    ck_assert_msg(!asking.falls, "%s begins again", KERNELS[k].name);
    ck_assert_msg(asking.longest < MOST_PASSED, "%s: %llu without a question", KERNELS[k].name,
                  (unsigned long long)asking.longest);
    ck_assert((asking.longest > 0) == (getenv("SPOKE_COUNTED") != NULL));
    ck_assert_uint_eq(world_memory.used, used);
}

START_TEST(stopped_at_once) {
    draw_network();
    for (size_t k = 0; k < COUNT_OF(KERNELS); k++) {
        for (uint32_t threads = 1; threads <= 2; threads++) {
            run_kernel(k, threads, 0);
            run_kernel(k, threads, MOST_ASKED);
        }
    }
    graph_free(&plain);
    graph_free(&directed);
    graph_free(&valued);
    graph_free(&forward);
}
END_TEST

/* So large that threads share a product's rows. */
START_TEST(same_ranks) {
    draw_network();
    for (uint32_t threads = 1; threads <= 3; threads++) {
        struct network_host host = world_host;
        struct iteration how;
        host.threads = threads;
        ck_assert_int_eq(pagerank(&host, &plain, 0.85, threads == 1 ? figure : other, &how), ST_OK);
        ck_assert(how.reached);
        ck_assert(threads == 1 || memcmp(figure, other, sizeof figure) == 0);
    }
    graph_free(&plain);
    graph_free(&directed);
    graph_free(&valued);
    graph_free(&forward);
}
END_TEST

Suite *patience_suite(void) {
    Suite *s = suite_create("patience");
    TCase *t = tcase_create("patience");
    tcase_add_checked_fixture(t, world_start, world_stop);
    tcase_add_test(t, stopped_at_once);
    tcase_add_test(t, same_ranks);
    tcase_set_timeout(t, 120);
    suite_add_tcase(s, t);
    return s;
}
