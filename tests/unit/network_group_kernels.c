/* See network_kernels.h: measures of groups, of chance, and of where nodes stand. */
#include "network_kernels.h"
#include "stdlib/network/across.h"
#include "stdlib/network/assortativity.h"
#include "stdlib/network/brokerage.h"
#include "stdlib/network/cliques.h"
#include "stdlib/network/communities.h"
#include "stdlib/network/cug.h"
#include "stdlib/network/degree.h"
#include "stdlib/network/ei.h"
#include "stdlib/network/layout.h"
#include "stdlib/network/logit.h"
#include "stdlib/network/partition.h"
#include "stdlib/network/projection.h"
#include "suites.h"
#include <math.h>

/* ---- groups ---- */

enum { GROUPS = 3, UNGROUPED = 4 };

/* Groups that hang on nothing but the ties; `some`: some nodes have none. NULL: no memory. */
static uint32_t *group_nodes(const struct graph *g, struct arena *a, bool some) {
    uint32_t *of = ARENA_ARRAY(a, uint32_t, (size_t)g->n + 1);
    for (uint32_t v = 0; of && v < g->n; v++) {
        uint32_t degree = degree_of(g, v, ENDS_BOTH);
        bool none = some && degree % (2 * UNGROUPED) == UNGROUPED;
        of[v] = none ? (uint32_t)UNKNOWN_GROUP : degree % GROUPS;
    }
    return of;
}

#define TAKE_GROUPS(type)                                                                          \
    TAKE(type);                                                                                    \
    struct groups by = {GROUPS, group_nodes(g, &a, true)};                                         \
    status = by.of ? status : ST_NO_MEMORY

typedef uint64_t roles_of_node[ROLES];

static const enum role TURNED_ROLES[ROLES] = {ROLE_COORDINATOR,    ROLE_ITINERANT, ROLE_GATEKEEPER,
                                              ROLE_REPRESENTATIVE, ROLE_LIAISON,   ROLE_ANY};

/* The whole behind the members, where there is room for it. */
static enum status put_brokerage(const struct network_host *host, const struct graph *g, bool turn,
                                 bool whole, double *out) {
    struct chance of_group[GROUPS][ROLES];
    TAKE_GROUPS(roles_of_node);
    struct brokerage found = {.of_member = own, .of_group = of_group};
    if (status == ST_OK) {
        status = brokerage_find(host, g, &by, &found);
    }
    for (uint32_t k = 0; status == ST_OK && k < ROLES; k++) {
        uint32_t role = turn ? TURNED_ROLES[k] : k;
        for (uint32_t v = 0; !whole && v < g->n; v++) {
            out[ROLES * v + k] = (double)own[v][role];
        }
        if (whole) {
            out[3 * k] = (double)found.whole[role];
            out[3 * k + 1] = found.chance[role].expected;
            out[3 * k + 2] = found.chance[role].sd;
        }
    }
    GIVE;
}

#define BROKERAGE(name, turn, whole)                                                               \
    static enum status name(const struct network_host *host, const struct graph *g, double *out) { \
        return put_brokerage(host, g, turn, whole, out);                                           \
    }
BROKERAGE(run_brokerage, false, false)
BROKERAGE(run_brokerage_turned, true, false)
BROKERAGE(run_brokerage_whole, false, true)
BROKERAGE(run_brokerage_whole_turned, true, true)

static enum status run_across(const struct network_host *host, const struct graph *g, double *out) {
    TAKE_GROUPS(struct across);
    if (status == ST_OK) {
        status = across_find(host, g, &by, own);
    }
    if (status == ST_OK) {
        out[0] = (double)own->pairs;
        out[1] = (double)own->reached;
        out[2] = (double)own->within[2];
        out[3] = (double)own->within[3];
        out[4] = own->mean;
        out[5] = own->harmonic;
    }
    GIVE;
}

static enum status run_ei_of_members(const struct network_host *host, const struct graph *g,
                                     double *out) {
    struct ei whole, of_group[GROUPS];
    TAKE_GROUPS(struct ei);
    if (status == ST_OK) {
        status = ei_test(host, g, &by, 0, 1, &whole, of_group, own);
    }
    for (uint32_t v = 0; status == ST_OK && v < g->n; v++) {
        out[2 * v] = (double)own[v].ties.internal;
        out[2 * v + 1] = (double)own[v].ties.external;
    }
    GIVE;
}

static enum status put_ei(const struct network_host *host, const struct graph *g,
                          uint64_t permutations, double *out) {
    struct ei found[GROUPS + 1];
    TAKE_GROUPS(struct ei);
    if (status == ST_OK) {
        status = ei_test(host, g, &by, permutations, 1, &found[0], found + 1, own);
    }
    for (uint32_t k = 0; status == ST_OK && k <= GROUPS; k++) {
        out[5 * k] = ei_of(&found[k].ties);
        out[5 * k + 1] = ei_expected(&found[k]);
        out[5 * k + 2] = ei_rescaled(&found[k]);
        out[5 * k + 3] = (double)found[k].tails.low;
        out[5 * k + 4] = (double)found[k].tails.high;
    }
    GIVE;
}

static enum status run_ei(const struct network_host *host, const struct graph *g, double *out) {
    return put_ei(host, g, 0, out);
}

static enum status run_ei_permuted(const struct network_host *host, const struct graph *g,
                                   double *out) {
    return put_ei(host, g, 40, out);
}

static enum status put_participation(const struct network_host *host, const struct graph *g,
                                     bool within, double *out) {
    TAKE_GROUPS(struct participation);
    if (status == ST_OK) {
        status = participation_find(host, g, &by, own);
    }
    for (uint32_t v = 0; status == ST_OK && v < g->n; v++) {
        if (within) {
            out[v] = own[v].within;
        } else {
            out[4 * v] = (double)own[v].ties;
            out[4 * v + 1] = (double)own[v].external;
            out[4 * v + 2] = own[v].groups;
            out[4 * v + 3] = own[v].participation;
        }
    }
    GIVE;
}

static enum status run_participation(const struct network_host *host, const struct graph *g,
                                     double *out) {
    return put_participation(host, g, false, out);
}

/* Measured by the whole group. */
static enum status run_within(const struct network_host *host, const struct graph *g, double *out) {
    return put_participation(host, g, true, out);
}

static enum status put_mixing(const struct network_host *host, const struct graph *g, bool turn,
                              double *out) {
    struct mixing cell[GROUPS * GROUPS];
    TAKE_GROUPS(uint8_t);
    if (status == ST_OK) {
        status = mixing_count(host, g, &by, NULL, cell);
    }
    for (uint32_t k = 0; status == ST_OK && k < GROUPS * GROUPS; k++) {
        const struct mixing *c = &cell[turn ? k % GROUPS * GROUPS + k / GROUPS : k];
        out[2 * k] = (double)c->ties;
        out[2 * k + 1] = (double)c->possible;
    }
    GIVE;
}

static enum status run_mixing(const struct network_host *host, const struct graph *g, double *out) {
    return put_mixing(host, g, false, out);
}

/* Without directions the first group of a pair is always the smaller one. */
static enum status run_mixing_turned(const struct network_host *host, const struct graph *g,
                                     double *out) {
    return put_mixing(host, g, g->directed, out);
}

static enum status run_assortativity_of_groups(const struct network_host *host,
                                               const struct graph *g, double *out) {
    struct assortativity found = {.value = 0};
    TAKE_GROUPS(uint8_t);
    if (status == ST_OK) {
        status = assortativity_of_groups(host, g, &by, &found);
    }
    out[0] = found.value;
    out[1] = (double)found.ties;
    out[2] = (double)found.unknown;
    GIVE;
}

static enum status run_modularity(const struct network_host *host, const struct graph *g,
                                  double *out) {
    struct arena a;
    arena_init(&a, host->alloc);
    const uint32_t *of = group_nodes(g, &a, false);
    enum status status = of ? partition_modularity(host, g, of, GROUPS, 1, out) : ST_NO_MEMORY;
    GIVE;
}

static enum status put_communities(const struct network_host *host, const struct graph *g,
                                   enum community_method method, double *out) {
    struct community_runs found;
    TAKE(uint32_t);
    if (status == ST_OK) {
        struct community_plan plan = {
            .method = method, .resolution = 1, .enough = 1e-6, .seed = 1, .runs = 3};
        status = communities_find(host, g, &plan, own, &found);
    }
    for (uint32_t v = 0; status == ST_OK && v < g->n; v++) {
        out[4 * v] = own[v];
        out[4 * v + 1] = found.modularity;
        out[4 * v + 2] = found.lowest;
        out[4 * v + 3] = found.agreement;
    }
    GIVE;
}

static enum status run_leiden(const struct network_host *host, const struct graph *g, double *out) {
    return put_communities(host, g, COMMUNITIES_LEIDEN, out);
}

static enum status run_louvain(const struct network_host *host, const struct graph *g,
                               double *out) {
    return put_communities(host, g, COMMUNITIES_LOUVAIN, out);
}

/* Of each node how many cliques it is in, and the largest. */
static enum status count_clique(void *user, const uint32_t *member, uint32_t n) {
    double *out = user;
    for (uint32_t i = 0; i < n; i++) {
        out[2 * member[i]]++;
        out[2 * member[i] + 1] = fmax(out[2 * member[i] + 1], n);
    }
    return ST_OK;
}

static enum status put_cliques(const struct network_host *host, const struct graph *g,
                               double *out) {
    return cliques_each(host, g, 2, out, count_clique);
}

UNDIRECTED(run_cliques, put_cliques)

/* Who names whom as who took part in what: two are tied that name the same. */
static enum status put_projection(const struct network_host *host, const struct graph *g,
                                  enum projection_value value, bool turn, double *out) {
    const struct rows_of_ties *rows = turn && g->directed ? &g->in : &g->out;
    struct two_mode in = {.nodes = g->n, .others = g->n};
    struct graph found;
    struct arena a;
    arena_init(&a, host->alloc);
    uint32_t *node = ARENA_ARRAY(&a, uint32_t, rows->start[g->n] + 1);
    uint32_t *other = ARENA_ARRAY(&a, uint32_t, rows->start[g->n] + 1);
    for (uint32_t v = 0; node && other && v < g->n; v++) {
        for (uint64_t i = rows->start[v]; i < rows->start[v + 1]; i++) {
            node[in.n] = g->label[v];
            other[in.n++] = g->label[rows->node[i]];
        }
    }
    in.node = node;
    in.other = other;
    enum status status = node && other ? projection_build(host, &in, value, &found) : ST_NO_MEMORY;
    for (uint32_t v = 0; status == ST_OK && v < g->n; v++) {
        for (uint64_t i = found.out.start[v]; i < found.out.start[v + 1]; i++) {
            out[(size_t)found.label[v] * g->n + found.label[found.out.node[i]]] =
                found.out.value ? found.out.value[i] : 1;
        }
    }
    if (status == ST_OK) {
        graph_free(&found);
    }
    GIVE;
}

#define PROJECTION(name, value, turn)                                                              \
    static enum status name(const struct network_host *host, const struct graph *g, double *out) { \
        return put_projection(host, g, value, turn, out);                                          \
    }
PROJECTION(run_common, PROJECTION_COUNT, false)
PROJECTION(run_common_turned, PROJECTION_COUNT, true)
PROJECTION(run_newman, PROJECTION_NEWMAN, false)
PROJECTION(run_newman_turned, PROJECTION_NEWMAN, true)
PROJECTION(run_jaccard, PROJECTION_JACCARD, false)
PROJECTION(run_jaccard_turned, PROJECTION_JACCARD, true)

/* ---- chance ---- */

static enum status put_cug(const struct network_host *host, const struct graph *g,
                           enum cug_statistic statistic, enum cug_given given, double *out) {
    struct cug_answer found = {.observed = 0};
    TAKE_GROUPS(uint8_t);
    if (status == ST_OK) {
        struct cug how = {
            .statistic = statistic, .given = given, .by = &by, .draws = 24, .seed = 1};
        status = cug_test(host, g, &how, &found);
    }
    out[0] = found.observed;
    out[1] = found.spread.mean;
    out[2] = found.spread.lowest;
    out[3] = found.spread.highest;
    out[4] = (double)found.spread.tails.low;
    out[5] = (double)found.spread.tails.high;
    GIVE;
}

#define CUG(name, statistic, given)                                                                \
    static enum status name(const struct network_host *host, const struct graph *g, double *out) { \
        return put_cug(host, g, statistic, given, out);                                            \
    }
CUG(run_cug_of_size, CUG_TRANSITIVITY, GIVEN_SIZE)
CUG(run_cug_of_ties, CUG_EI, GIVEN_TIES)
CUG(run_cug_of_dyads, CUG_CONNECTEDNESS, GIVEN_DYADS)

/* Ties as the outcome, by alike degree, difference of degree, and ties back. */
struct model_of_ties {
    struct dyad_space space;
    double *outcome, *term[3];
    uint32_t terms;
};

static enum status take_model(const struct graph *g, struct arena *a, struct model_of_ties *m) {
    enum status status = dyad_space_init(&m->space, g->n, g->directed);
    const uint32_t *of = group_nodes(g, a, true);
    double *degree = ARENA_ARRAY(a, double, (size_t)g->n + 1);
    m->terms = g->directed ? 3 : 2;
    m->outcome = dyad_variable(a, &m->space);
    for (uint32_t k = 0; k < COUNT_OF(m->term); k++) {
        m->term[k] = dyad_variable(a, &m->space);
        status = m->term[k] ? status : ST_NO_MEMORY;
    }
    if (status != ST_OK || !of || !degree || !m->outcome) {
        return ST_NO_MEMORY;
    }
    for (uint32_t v = 0; v < g->n; v++) {
        degree[v] = degree_of(g, v, ENDS_BOTH);
    }
    dyads_of_ties(&m->space, g, true, false, m->outcome);
    if (g->directed) {
        dyads_of_ties(&m->space, g, true, true, m->term[2]);
    }
    status = dyads_of_same(a, &m->space, of, m->term[0]);
    return status == ST_OK ? dyads_of_difference(a, &m->space, degree, m->term[1]) : status;
}

static enum status put_qap(const struct network_host *host, const struct graph *g,
                           uint64_t permutations, double *out) {
    struct model_of_ties m;
    struct dyad_correlation found = {.dyads = 0};
    struct arena a;
    arena_init(&a, host->alloc);
    enum status status = take_model(g, &a, &m);
    if (status == ST_OK) {
        status = dyads_correlate(host, &m.space, m.outcome, m.term[1], permutations, 1, &found);
    }
    out[0] = (double)found.dyads;
    out[1] = found.value;
    if (permutations) {
        out[2] = found.spread.mean;
        out[3] = found.spread.lowest;
        out[4] = found.spread.highest;
        out[5] = (double)found.spread.tails.low;
        out[6] = (double)found.spread.tails.high;
    }
    GIVE;
}

static enum status run_correlation(const struct network_host *host, const struct graph *g,
                                   double *out) {
    return put_qap(host, g, 0, out);
}

static enum status run_qap(const struct network_host *host, const struct graph *g, double *out) {
    return put_qap(host, g, 24, out);
}

/* Of a network whose terms cannot be told apart: nothing. */
static enum status put_fit(enum status status, const struct dyad_fit *fit, uint32_t terms,
                           double *out) {
    for (uint32_t k = 0; status == ST_OK && k <= terms; k++) {
        out[5 * k] = fit->term[k].estimate;
        out[5 * k + 1] = fit->term[k].error;
        out[5 * k + 2] = fit->term[k].t;
        out[5 * k + 3] = (double)fit->term[k].tails.low;
        out[5 * k + 4] = (double)fit->term[k].tails.high;
    }
    return status == ST_MISUSE ? ST_OK : status;
}

static enum status put_regression(const struct network_host *host, const struct graph *g,
                                  enum dyad_null null, double *out) {
    struct model_of_ties m;
    struct dyad_fit fit;
    struct arena a;
    arena_init(&a, host->alloc);
    enum status status = take_model(g, &a, &m);
    if (status == ST_OK) {
        struct dyad_model model = {&m.space, m.outcome, m.terms, (const double *const *)m.term};
        status = dyads_regress(host, &model, null, 24, 1, &fit);
        status = put_fit(status, &fit, m.terms, out);
    }
    GIVE;
}

static enum status run_mrqap(const struct network_host *host, const struct graph *g, double *out) {
    return put_regression(host, g, DYADS_RESIDUAL_MOVES, out);
}

static enum status run_mrqap_of_outcome(const struct network_host *host, const struct graph *g,
                                        double *out) {
    return put_regression(host, g, DYADS_OUTCOME_MOVES, out);
}

static enum status run_logit(const struct network_host *host, const struct graph *g, double *out) {
    struct model_of_ties m;
    struct dyad_fit fit;
    bool converged;
    struct arena a;
    arena_init(&a, host->alloc);
    enum status status = take_model(g, &a, &m);
    if (status == ST_OK) {
        dyads_of_ties(&m.space, g, false, false, m.outcome);
        struct dyad_model model = {&m.space, m.outcome, 2, (const double *const *)m.term};
        status = dyads_logit(host, &model, &fit, &converged);
        status = put_fit(status == ST_OK && !converged ? ST_MISUSE : status, &fit, 2, out);
    }
    GIVE;
}

/* ---- layouts ---- */

static enum status put_spots(const struct network_host *host, const struct graph *g,
                             enum status (*fn)(const struct network_host *host,
                                               const struct graph *g, struct arena *a,
                                               struct spot *at),
                             double *out) {
    TAKE(struct spot);
    if (status == ST_OK) {
        status = fn(host, g, &a, own);
    }
    for (uint32_t v = 0; status == ST_OK && v < g->n; v++) {
        out[2 * v] = own[v].x;
        out[2 * v + 1] = own[v].y;
    }
    GIVE;
}

static enum status place_by_stress(const struct network_host *host, const struct graph *g,
                                   struct arena *a, struct spot *at) {
    UNUSED(a);
    return layout_stress(host, g, &(struct stress_options){.seed = 1}, at);
}

static enum status place_by_layer(const struct network_host *host, const struct graph *g,
                                  struct arena *a, struct spot *at) {
    uint32_t *layer = group_nodes(g, a, false);
    for (uint32_t v = 0; layer && v < g->n; v++) {
        layer[v] = layer[v] < g->n ? layer[v] : g->n - 1;
    }
    return layer ? layout_layers(host, g, layer, 12, at) : ST_NO_MEMORY;
}

static enum status place_around(const struct network_host *host, const struct graph *g,
                                struct arena *a, struct spot *at) {
    uint32_t *steps = ARENA_ARRAY(a, uint32_t, (size_t)g->n + 1);
    enum status status = steps ? ST_OK : ST_NO_MEMORY;
    if (status == ST_OK && g->n) {
        struct side_work before;
        side_work_init(&before, host, 0, 0);
        status = layout_steps(&before.host, g, 0, LAYOUT_FAR - 1, steps);
    }
    return status == ST_OK && g->n ? layout_ego(host, g, 0, steps, 1, at) : status;
}

static enum status run_stress(const struct network_host *host, const struct graph *g, double *out) {
    return put_spots(host, g, place_by_stress, out);
}

static enum status run_layers(const struct network_host *host, const struct graph *g, double *out) {
    return put_spots(host, g, place_by_layer, out);
}

static enum status run_around(const struct network_host *host, const struct graph *g, double *out) {
    return put_spots(host, g, place_around, out);
}

/* ---- all of them ---- */

const struct kernel GROUP_KERNELS[] = {
    {"brokerage", OF_NODES, ROLES, run_brokerage, "brokerage_turned", true, IN_A_TANGLE, 2},
    {"brokerage_turned", OF_NODES, ROLES, run_brokerage_turned, "brokerage", true, IN_A_TANGLE, 2},
    {"brokerage_whole", OF_WHOLE, 3 * ROLES, run_brokerage_whole, "brokerage_whole_turned", false,
     IN_A_TANGLE, 2},
    {"brokerage_whole_turned", OF_WHOLE, 3 * ROLES, run_brokerage_whole_turned, "brokerage_whole",
     false, IN_A_TANGLE, 2},
    {"across", OF_WHOLE, 6, run_across, "across", false, IN_A_TANGLE, 2},
    {"ei_of_members", OF_NODES, 2, run_ei_of_members, "ei_of_members", true, IS_QUICK, 0},
    {"ei", OF_WHOLE, 5 * (GROUPS + 1), run_ei, "ei", false, IS_QUICK, 0},
    {"participation", OF_NODES, 4, run_participation, "participation", true, IS_QUICK, 0},
    {"within", OF_NODES, 1, run_within, "within", false, IS_QUICK, 0},
    {"mixing", OF_WHOLE, 2 * GROUPS *GROUPS, run_mixing, "mixing_turned", false, IS_QUICK, 0},
    {"mixing_turned", OF_WHOLE, 2 * GROUPS *GROUPS, run_mixing_turned, "mixing", false, IS_QUICK,
     0},
    {"assortativity_of_groups", OF_WHOLE, 3, run_assortativity_of_groups, "assortativity_of_groups",
     false, IS_QUICK, 0},
    {"modularity", OF_WHOLE, 1, run_modularity, "modularity", false, IS_QUICK, 0},
    {"cliques", OF_NODES, 2, run_cliques, "cliques", true, IN_A_TANGLE, 20},
    {"common", OF_PAIRS, 1, run_common, "common_turned", true, IN_A_TANGLE, 2},
    {"common_turned", OF_PAIRS, 1, run_common_turned, "common", true, IN_A_TANGLE, 2},
    {"newman", OF_PAIRS, 1, run_newman, "newman_turned", true, IN_A_TANGLE, 2},
    {"newman_turned", OF_PAIRS, 1, run_newman_turned, "newman", true, IN_A_TANGLE, 2},
    {"jaccard", OF_PAIRS, 1, run_jaccard, "jaccard_turned", true, IN_A_TANGLE, 2},
    {"jaccard_turned", OF_PAIRS, 1, run_jaccard_turned, "jaccard", true, IN_A_TANGLE, 2},
    {"correlation", OF_WHOLE, 2, run_correlation, "correlation", false, IS_QUICK, 0},
    {"logit", OF_WHOLE, 15, run_logit, "logit", false, IN_A_TANGLE, 2},
    /* Those that draw. */
    {"ei_permuted", OF_WHOLE, 5 * (GROUPS + 1), run_ei_permuted, NULL, false, IN_A_TANGLE, 2},
    {"leiden", OF_NODES, 4, run_leiden, NULL, false, IN_A_TANGLE, 2},
    {"louvain", OF_NODES, 4, run_louvain, NULL, false, IN_A_TANGLE, 2},
    {"cug_of_size", OF_WHOLE, 6, run_cug_of_size, NULL, false, IN_A_TANGLE, 2},
    {"cug_of_ties", OF_WHOLE, 6, run_cug_of_ties, NULL, false, IN_A_TANGLE, 2},
    {"cug_of_dyads", OF_WHOLE, 6, run_cug_of_dyads, NULL, false, IN_A_TANGLE, 2},
    {"qap", OF_WHOLE, 7, run_qap, NULL, false, IN_A_TANGLE, 2},
    {"mrqap", OF_WHOLE, 20, run_mrqap, NULL, false, IN_A_TANGLE, 2},
    {"mrqap_of_outcome", OF_WHOLE, 20, run_mrqap_of_outcome, NULL, false, IN_A_TANGLE, 2},
    {"stress", OF_NODES, 2, run_stress, NULL, false, IN_A_TANGLE, 2},
    {"layers", OF_NODES, 2, run_layers, NULL, false, IN_A_TANGLE, 2},
    {"around", OF_NODES, 2, run_around, NULL, false, IN_A_TANGLE, 2},
};
const uint32_t NGROUP_KERNELS = COUNT_OF(GROUP_KERNELS);
const uint32_t NDRAWN_KERNELS = 12;
