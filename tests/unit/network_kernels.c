/* See network_kernels.h. */
#include "network_kernels.h"
#include "stdlib/network/assortativity.h"
#include "stdlib/network/betweenness.h"
#include "stdlib/network/blocks.h"
#include "stdlib/network/census.h"
#include "stdlib/network/components.h"
#include "stdlib/network/core_periphery.h"
#include "stdlib/network/degree.h"
#include "stdlib/network/distances.h"
#include "stdlib/network/fagiolo.h"
#include "stdlib/network/holes.h"
#include "stdlib/network/influence.h"
#include "stdlib/network/krackhardt.h"
#include "stdlib/network/pagerank.h"
#include "stdlib/network/triangles.h"
#include "suites.h"
#include <math.h>

/* ---- degrees ---- */

#define DEGREE(name, ends)                                                                         \
    static enum status name(const struct network_host *host, const struct graph *g, double *out) { \
        UNUSED(host);                                                                              \
        for (uint32_t v = 0; v < g->n; v++) {                                                      \
            out[2 * v] = degree_of(g, v, ends);                                                    \
            out[2 * v + 1] = strength_of(g, v, ends);                                              \
        }                                                                                          \
        return ST_OK;                                                                              \
    }
DEGREE(run_out_degree, ENDS_FROM)
DEGREE(run_in_degree, ENDS_TO)
DEGREE(run_degree, ENDS_BOTH)

static enum status run_density(const struct network_host *host, const struct graph *g,
                               double *out) {
    struct dyads d;
    enum status status = dyad_census(host, g, NULL, &d);
    out[0] = density_of(&d);
    return status;
}

static enum status run_assortativity(const struct network_host *host, const struct graph *g,
                                     double *out) {
    struct assortativity found;
    enum status status = assortativity_of_degree(host, g, &found);
    out[0] = status == ST_OK ? found.value : 0;
    return status;
}

/* ---- paths ---- */

static enum lengths lengths_of(const struct graph *g) {
    return g->out.value ? LENGTHS_VALUES : LENGTHS_ONE;
}

static enum status put_distances(const struct network_host *host, const struct graph *g,
                                 enum lengths lengths, enum way way, double *out) {
    TAKE(struct distances);
    if (status == ST_OK) {
        status = distances_sum(host, g, lengths, way, own);
    }
    for (uint32_t v = 0; status == ST_OK && v < g->n; v++) {
        out[4 * v] = own[v].reached;
        out[4 * v + 1] = own[v].total;
        out[4 * v + 2] = own[v].harmonic;
        out[4 * v + 3] = own[v].farthest;
    }
    GIVE;
}

#define DISTANCES(name, lengths, way)                                                              \
    static enum status name(const struct network_host *host, const struct graph *g, double *out) { \
        return put_distances(host, g, lengths, way, out);                                          \
    }
DISTANCES(run_steps_out, LENGTHS_ONE, WAY_OUT)
DISTANCES(run_steps_in, LENGTHS_ONE, WAY_IN)
DISTANCES(run_lengths_out, lengths_of(g), WAY_OUT)
DISTANCES(run_lengths_in, lengths_of(g), WAY_IN)

static enum status put_closeness(const struct network_host *host, const struct graph *g,
                                 enum convention convention, enum way way, double *out) {
    TAKE(struct distances);
    if (status == ST_OK) {
        status = distances_sum(host, g, LENGTHS_ONE, way, own);
    }
    for (uint32_t v = 0; status == ST_OK && v < g->n; v++) {
        out[v] = closeness_of(&own[v], g->n, convention);
    }
    GIVE;
}

#define CLOSENESS(name, convention, way)                                                           \
    static enum status name(const struct network_host *host, const struct graph *g, double *out) { \
        return put_closeness(host, g, convention, way, out);                                       \
    }
CLOSENESS(run_igraph_out, CONVENTION_IGRAPH, WAY_OUT)
CLOSENESS(run_igraph_in, CONVENTION_IGRAPH, WAY_IN)
CLOSENESS(run_sna_out, CONVENTION_SNA, WAY_OUT)
CLOSENESS(run_sna_in, CONVENTION_SNA, WAY_IN)
CLOSENESS(run_networkx_out, CONVENTION_NETWORKX, WAY_OUT)
CLOSENESS(run_networkx_in, CONVENTION_NETWORKX, WAY_IN)
CLOSENESS(run_ucinet_out, CONVENTION_UCINET, WAY_OUT)
CLOSENESS(run_ucinet_in, CONVENTION_UCINET, WAY_IN)

static enum status run_betweenness(const struct network_host *host, const struct graph *g,
                                   double *out) {
    return betweenness(host, g, LENGTHS_ONE, out, NULL);
}

static enum status run_betweenness_of_lengths(const struct network_host *host,
                                              const struct graph *g, double *out) {
    return betweenness(host, g, lengths_of(g), out, NULL);
}

static enum status run_tie_betweenness(const struct network_host *host, const struct graph *g,
                                       double *out) {
    struct arena a;
    arena_init(&a, host->alloc);
    double *ties = ARENA_ARRAY(&a, double, g->out.start[g->n] + 1);
    enum status status = ties ? betweenness(host, g, LENGTHS_ONE, NULL, ties) : ST_NO_MEMORY;
    for (uint32_t v = 0; status == ST_OK && v < g->n; v++) {
        for (uint64_t i = g->out.start[v]; i < g->out.start[v + 1]; i++) {
            out[(size_t)g->label[v] * g->n + g->label[g->out.node[i]]] = ties[i];
        }
    }
    GIVE;
}

/* ---- influence ---- */

/* With rows the other way round, which share their memory. */
static struct graph turned(const struct graph *g) {
    struct graph back = *g;
    back.in = g->out;
    back.out = g->in;
    return back;
}

static enum status run_eigenvector(const struct network_host *host, const struct graph *g,
                                   double *out) {
    struct iteration how;
    return eigenvector(host, g, SCALE_LENGTH, out, &how);
}

static enum status run_eigenvector_back(const struct network_host *host, const struct graph *g,
                                        double *out) {
    struct graph back = turned(g);
    return run_eigenvector(host, &back, out);
}

static enum status run_katz(const struct network_host *host, const struct graph *g, double *out) {
    struct iteration how;
    return katz(host, g, 1.0 / 512, 1, SCALE_NONE, out, &how);
}

static enum status run_katz_back(const struct network_host *host, const struct graph *g,
                                 double *out) {
    struct graph back = turned(g);
    return run_katz(host, &back, out);
}

static enum status run_pagerank(const struct network_host *host, const struct graph *g,
                                double *out) {
    struct iteration how;
    return pagerank(host, g, 0.85, out, &how);
}

static enum status put_hits(const struct network_host *host, const struct graph *g, bool hubs,
                            double *out) {
    struct iteration how;
    TAKE(double);
    if (status == ST_OK) {
        status = hubs_and_authorities(host, g, SCALE_SUM, hubs ? out : own, hubs ? own : out, &how);
    }
    GIVE;
}

static enum status run_hubs(const struct network_host *host, const struct graph *g, double *out) {
    return put_hits(host, g, true, out);
}

static enum status run_authorities(const struct network_host *host, const struct graph *g,
                                   double *out) {
    return put_hits(host, g, false, out);
}

/* ---- parts ---- */

/* By pairs: whether both are in one component. */
static enum status put_components(const struct network_host *host, const struct graph *g,
                                  bool strong, double *out) {
    struct component_count count;
    TAKE(uint32_t);
    if (status == ST_OK) {
        status = strong ? components_strong(host, g, own, &count)
                        : components_weak(host, g, own, &count);
    }
    for (size_t i = 0; status == ST_OK && i < (size_t)g->n * g->n; i++) {
        out[i] = own[i / g->n] == own[i % g->n];
    }
    GIVE;
}

static enum status run_weak(const struct network_host *host, const struct graph *g, double *out) {
    return put_components(host, g, false, out);
}

static enum status run_strong(const struct network_host *host, const struct graph *g, double *out) {
    return put_components(host, g, true, out);
}

static enum status run_cores(const struct network_host *host, const struct graph *g, double *out) {
    TAKE(uint32_t);
    if (status == ST_OK) {
        status = core_numbers(host, g, own);
    }
    for (uint32_t v = 0; status == ST_OK && v < g->n; v++) {
        out[v] = own[v];
    }
    GIVE;
}

static enum status put_cuts(const struct network_host *host, const struct graph *g, double *out) {
    TAKE(struct cut);
    if (status == ST_OK) {
        status = cuts_find(host, g, own);
    }
    for (uint32_t v = 0; status == ST_OK && v < g->n; v++) {
        out[2 * v] = own[v].parts;
        out[2 * v + 1] = own[v].separated;
    }
    GIVE;
}

static enum status put_bridges(const struct network_host *host, const struct graph *g,
                               double *out) {
    struct bridges found;
    struct arena a;
    arena_init(&a, host->alloc);
    enum status status = bridges_find(host, g, &a, &found);
    for (uint32_t i = 0; status == ST_OK && i < found.n; i++) {
        out[(size_t)found.from[i] * g->n + found.to[i]] = found.separated[i];
        out[(size_t)found.to[i] * g->n + found.from[i]] = found.separated[i];
    }
    GIVE;
}

static enum status put_triangles(const struct network_host *host, const struct graph *g,
                                 double *out) {
    TAKE(uint64_t);
    if (status == ST_OK) {
        status = triangles_count(host, g, own);
    }
    for (uint32_t v = 0; status == ST_OK && v < g->n; v++) {
        out[2 * v] = (double)own[v];
        out[2 * v + 1] = clustering_of_node(g, own, v);
    }
    GIVE;
}

UNDIRECTED(run_cuts, put_cuts)
UNDIRECTED(run_bridges, put_bridges)
UNDIRECTED(run_triangles, put_triangles)

/* ---- neighbourhoods, and the whole ---- */

static enum status put_holes(const struct network_host *host, const struct graph *g, bool ego,
                             double *out) {
    TAKE(struct holes);
    if (status == ST_OK) {
        status = ego ? holes_find_ego(host, g, own) : holes_find(host, g, own);
    }
    for (uint32_t v = 0; status == ST_OK && v < g->n; v++) {
        out[4 * v] = own[v].constraint;
        out[4 * v + 1] = own[v].effective_size;
        out[4 * v + 2] = own[v].efficiency;
        out[4 * v + 3] = own[v].hierarchy;
    }
    GIVE;
}

static enum status run_holes(const struct network_host *host, const struct graph *g, double *out) {
    return put_holes(host, g, false, out);
}

static enum status run_holes_ego(const struct network_host *host, const struct graph *g,
                                 double *out) {
    return put_holes(host, g, true, out);
}

static enum status run_clustering(const struct network_host *host, const struct graph *g,
                                  double *out) {
    return directed_clustering(host, g, out);
}

static enum status run_dyads(const struct network_host *host, const struct graph *g, double *out) {
    struct dyads d = {.mutual = 0};
    enum status status = dyad_census(host, g, NULL, &d);
    out[0] = (double)d.mutual;
    out[1] = (double)d.asymmetric;
    out[2] = (double)d.null;
    out[3] = correlated_reciprocity_of(&d);
    return status;
}

static const enum triad TURNED[TRIADS] = {
    [TRIAD_012] = TRIAD_012,   [TRIAD_102] = TRIAD_102,   [TRIAD_021D] = TRIAD_021U,
    [TRIAD_021U] = TRIAD_021D, [TRIAD_021C] = TRIAD_021C, [TRIAD_111D] = TRIAD_111U,
    [TRIAD_111U] = TRIAD_111D, [TRIAD_030T] = TRIAD_030T, [TRIAD_030C] = TRIAD_030C,
    [TRIAD_201] = TRIAD_201,   [TRIAD_120D] = TRIAD_120U, [TRIAD_120U] = TRIAD_120D,
    [TRIAD_120C] = TRIAD_120C, [TRIAD_210] = TRIAD_210,   [TRIAD_300] = TRIAD_300};

static enum status put_triads(const struct network_host *host, const struct graph *g, bool turn,
                              double *out) {
    uint64_t count[TRIADS];
    enum status status = triad_census(host, g, count);
    for (int k = 0; status == ST_OK && k < TRIADS; k++) {
        out[k] = (double)count[turn ? (int)TURNED[k] : k];
    }
    return status;
}

static enum status run_triads(const struct network_host *host, const struct graph *g, double *out) {
    return put_triads(host, g, false, out);
}

static enum status run_triads_turned(const struct network_host *host, const struct graph *g,
                                     double *out) {
    return put_triads(host, g, true, out);
}

static enum status run_centralization(const struct network_host *host, const struct graph *g,
                                      double *out) {
    TAKE(double);
    if (status == ST_OK) {
        status = betweenness(host, g, LENGTHS_ONE, own, NULL);
    }
    out[0] = status == ST_OK ? centralization(own, g->n, g->directed, CENTRALITY_BETWEENNESS) : 0;
    GIVE;
}

static enum status run_krackhardt(const struct network_host *host, const struct graph *g,
                                  double *out) {
    struct krackhardt k;
    enum status status = krackhardt_find(host, g, &k);
    out[0] = k.connectedness;
    out[1] = k.hierarchy;
    out[2] = k.efficiency;
    out[3] = k.upper_bounds;
    out[4] = k.one_head;
    return status;
}

/* What does not hang on the direction. */
static enum status run_krackhardt_both_ways(const struct network_host *host, const struct graph *g,
                                            double *out) {
    struct krackhardt k;
    enum status status = krackhardt_find(host, g, &k);
    out[0] = k.connectedness;
    out[1] = k.hierarchy;
    out[2] = k.efficiency;
    return status;
}

static enum status run_core_split(const struct network_host *host, const struct graph *g,
                                  double *out) {
    struct core_split found;
    TAKE(uint8_t);
    if (status == ST_OK) {
        status = find_core(host, g, 1, own, &found);
        out[0] = found.correlation;
    }
    GIVE;
}

static enum status run_coreness(const struct network_host *host, const struct graph *g,
                                double *out) {
    struct coreness found;
    return coreness(host, g, out, &found);
}

/* ---- all of them ---- */

static const struct kernel KERNELS[] = {
    {"out_degree", OF_NODES, 2, run_out_degree, "in_degree", true, IS_QUICK, 0},
    {"in_degree", OF_NODES, 2, run_in_degree, "out_degree", true, IS_QUICK, 0},
    {"degree", OF_NODES, 2, run_degree, "degree", true, IS_QUICK, 0},
    {"density", OF_WHOLE, 1, run_density, "density", false, IS_QUICK, 0},
    {"assortativity", OF_WHOLE, 1, run_assortativity, "assortativity", false, IS_QUICK, 0},
    {"steps_out", OF_NODES, 4, run_steps_out, "steps_in", true, IN_A_TANGLE, 2},
    {"steps_in", OF_NODES, 4, run_steps_in, "steps_out", true, IN_A_TANGLE, 2},
    {"lengths_out", OF_NODES, 4, run_lengths_out, "lengths_in", true, IN_A_TANGLE, 2},
    {"lengths_in", OF_NODES, 4, run_lengths_in, "lengths_out", true, IN_A_TANGLE, 2},
    {"igraph_out", OF_NODES, 1, run_igraph_out, "igraph_in", true, IN_A_TANGLE, 2},
    {"igraph_in", OF_NODES, 1, run_igraph_in, "igraph_out", true, IN_A_TANGLE, 2},
    {"sna_out", OF_NODES, 1, run_sna_out, "sna_in", false, IN_A_TANGLE, 2},
    {"sna_in", OF_NODES, 1, run_sna_in, "sna_out", false, IN_A_TANGLE, 2},
    {"networkx_out", OF_NODES, 1, run_networkx_out, "networkx_in", false, IN_A_TANGLE, 2},
    {"networkx_in", OF_NODES, 1, run_networkx_in, "networkx_out", false, IN_A_TANGLE, 2},
    {"ucinet_out", OF_NODES, 1, run_ucinet_out, "ucinet_in", false, IN_A_TANGLE, 2},
    {"ucinet_in", OF_NODES, 1, run_ucinet_in, "ucinet_out", false, IN_A_TANGLE, 2},
    {"betweenness", OF_NODES, 1, run_betweenness, "betweenness", true, IN_A_TANGLE, 20},
    {"betweenness_of_lengths", OF_NODES, 1, run_betweenness_of_lengths, "betweenness_of_lengths",
     true, IN_A_TANGLE, 20},
    {"tie_betweenness", OF_PAIRS, 1, run_tie_betweenness, "tie_betweenness", true, IN_A_TANGLE, 20},
    {"eigenvector", OF_NODES, 1, run_eigenvector, "eigenvector_back", false, IN_A_TANGLE, 2},
    {"eigenvector_back", OF_NODES, 1, run_eigenvector_back, "eigenvector", false, IN_A_TANGLE, 2},
    {"katz", OF_NODES, 1, run_katz, "katz_back", true, IN_A_TANGLE, 2},
    {"katz_back", OF_NODES, 1, run_katz_back, "katz", true, IN_A_TANGLE, 2},
    {"pagerank", OF_NODES, 1, run_pagerank, NULL, false, IN_A_TANGLE, 2},
    /* Where several parts are equally strong their shares depend on beginning with hubs. */
    {"hubs", OF_NODES, 1, run_hubs, NULL, false, IN_A_TANGLE, 2},
    {"authorities", OF_NODES, 1, run_authorities, NULL, false, IN_A_TANGLE, 2},
    {"weak", OF_PAIRS, 1, run_weak, "weak", true, IS_QUICK, 0},
    {"strong", OF_PAIRS, 1, run_strong, "strong", true, IS_QUICK, 0},
    {"cores", OF_NODES, 1, run_cores, "cores", true, IS_QUICK, 0},
    {"cuts", OF_NODES, 2, run_cuts, "cuts", true, IS_QUICK, 0},
    {"bridges", OF_PAIRS, 1, run_bridges, "bridges", true, IS_QUICK, 0},
    {"triangles", OF_NODES, 2, run_triangles, "triangles", true, IN_A_TANGLE, 2},
    {"holes", OF_NODES, 4, run_holes, "holes", true, IN_A_TANGLE, 2},
    {"holes_ego", OF_NODES, 4, run_holes_ego, "holes_ego", true, IN_A_TANGLE, 20},
    {"clustering", OF_NODES, 1, run_clustering, "clustering", true, IN_A_TANGLE, 2},
    {"dyads", OF_WHOLE, 4, run_dyads, "dyads", false, IS_QUICK, 0},
    {"triads", OF_WHOLE, TRIADS, run_triads, "triads_turned", false, IN_A_TANGLE, 2},
    {"triads_turned", OF_WHOLE, TRIADS, run_triads_turned, "triads", false, IN_A_TANGLE, 2},
    {"centralization", OF_WHOLE, 1, run_centralization, "centralization", false, IN_A_TANGLE, 20},
    {"krackhardt", OF_WHOLE, 5, run_krackhardt, NULL, false, IN_AN_ORDER, 20},
    {"krackhardt_both_ways", OF_WHOLE, 3, run_krackhardt_both_ways, "krackhardt_both_ways", false,
     IN_AN_ORDER, 20},
    {"core_split", OF_WHOLE, 1, run_core_split, "core_split", false, IN_A_TANGLE, 20},
    {"coreness", OF_NODES, 1, run_coreness, "coreness", false, IN_A_TANGLE, 2},
};

const struct kernel *kernel_at(uint32_t i) {
    return i < COUNT_OF(KERNELS) ? &KERNELS[i] : &GROUP_KERNELS[i - COUNT_OF(KERNELS)];
}

uint32_t count_kernels(void) {
    return (uint32_t)COUNT_OF(KERNELS) + NGROUP_KERNELS;
}

uint32_t count_named_kernels(void) {
    return count_kernels() - NDRAWN_KERNELS;
}
