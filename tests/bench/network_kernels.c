/* Times the kernels of stdlib/network on a file of ties:
 *
 *     network_kernels FILE THREADS FOLDER KERNEL...
 *
 * Prints a line `KERNEL SECONDS LONGEST` each, processor time (wall time where THREADS is above 1)
 * and the longest that it went on without asking whether to, and writes its values to
 * FOLDER/KERNEL.values, for the peer to compare with. */
#include "network_file.h"
#include "stdlib/network/census.h"
#include "stdlib/network/communities.h"
#include "stdlib/network/components.h"
#include "stdlib/network/distances.h"
#include "stdlib/network/holes.h"
#include "stdlib/network/layout.h"
#include "stdlib/network/mrqap.h"
#include "stdlib/network/pagerank.h"
#include "stdlib/network/triangles.h"

struct bench {
    const char *path;
    struct tie_file file;
    struct alloc memory;
    struct network_host host;
    struct graph graph;
    double *value; /* room for COMMUNITY_RUNS a node, and some */
    size_t values;
    uint32_t *whole; /* one a node */
    uint64_t *large;
    double asked, longest; /* when it asked whether to go on, and the longest that it did not */
};

static enum status go_on(void *user, double done) {
    struct bench *b = user;
    double now = seconds(b->host.threads > 1);
    UNUSED(done);
    b->longest = fmax(b->longest, now - b->asked);
    b->asked = now;
    return ST_OK;
}

static enum status run_build(struct bench *b) {
    struct tie_list list = {
        .nodes = b->file.nodes, .n = b->file.n, .from = b->file.from, .to = b->file.to};
    graph_free(&b->graph);
    enum status status = graph_build(&b->host, &list, &b->graph);
    b->value[0] = (double)b->graph.ties;
    b->values = 1;
    return status;
}

/* From the file. */
static enum status run_load(struct bench *b) {
    free(b->file.from);
    free(b->file.to);
    b->file = read_ties(b->path);
    return run_build(b);
}

static enum status run_betweenness(struct bench *b) {
    return betweenness(&b->host, &b->graph, LENGTHS_ONE, b->value, NULL);
}

/* Closeness and harmonic centrality of each node, and the mean distance: one search for all. */
static enum status run_distances(struct bench *b) {
    uint32_t n = b->graph.n;
    struct distances *d = malloc((n + (size_t)1) * sizeof *d);
    enum status status =
        d ? distances_sum(&b->host, &b->graph, LENGTHS_ONE, WAY_OUT, d) : ST_NO_MEMORY;
    for (uint32_t v = 0; status == ST_OK && v < n; v++) {
        b->value[v] = closeness_of(&d[v], n, CONVENTION_IGRAPH);
        b->value[n + v] = d[v].harmonic / (n - 1.0);
    }
    b->value[2 * (size_t)n] = status == ST_OK ? distances_summarize(d, n).mean : 0;
    b->values = 2 * (size_t)n + 1;
    free(d);
    return status;
}

static enum status run_closeness(struct bench *b) {
    enum status status = run_distances(b);
    b->values = b->graph.n;
    return status;
}

static enum status run_components(struct bench *b) {
    struct component_count count = {0, 0};
    enum status status = components_weak(&b->host, &b->graph, b->whole, &count);
    b->value[0] = count.n;
    b->values = 1;
    return status;
}

static enum status run_cores(struct bench *b) {
    enum status status = core_numbers(&b->host, &b->graph, b->whole);
    for (uint32_t v = 0; v < b->graph.n; v++) {
        b->value[v] = b->whole[v];
    }
    return status;
}

static enum status run_triangles(struct bench *b) {
    enum status status = triangles_count(&b->host, &b->graph, b->large);
    for (uint32_t v = 0; v < b->graph.n; v++) {
        b->value[v] = (double)b->large[v];
    }
    return status;
}

/* Of each node, and of the whole. */
static enum status run_clustering(struct bench *b) {
    uint32_t n = b->graph.n;
    enum status status = triangles_count(&b->host, &b->graph, b->large);
    for (uint32_t v = 0; v < n; v++) {
        double of_node = clustering_of_node(&b->graph, b->large, v);
        b->value[v] = isnan(of_node) ? 0 : of_node;
    }
    b->value[n] = clustering_of(&b->graph, b->large).transitivity;
    b->values = n + (size_t)1;
    return status;
}

static enum status run_pagerank(struct bench *b) {
    struct iteration how;
    return pagerank(&b->host, &b->graph, 0.85, b->value, &how);
}

static enum status run_constraint(struct bench *b) {
    struct holes *h = malloc((b->graph.n + (size_t)1) * sizeof *h);
    enum status status = h ? holes_find(&b->host, &b->graph, h) : ST_NO_MEMORY;
    for (uint32_t v = 0; status == ST_OK && v < b->graph.n; v++) {
        b->value[v] = h[v].constraint;
    }
    free(h);
    return status;
}

static enum status run_triads(struct bench *b) {
    uint64_t count[TRIADS];
    enum status status = triad_census(&b->host, &b->graph, count);
    for (int t = 0; t < TRIADS; t++) {
        b->value[t] = (double)count[t];
    }
    b->values = TRIADS;
    return status;
}

/* Ties with directions, as they stand in the file, on the ties of the nodes' next neighbours by
 * number, on ties the other way and on the distance of numbers. */
static enum status run_mrqap(struct bench *b) {
    enum { VARIABLES = 4, PERMUTATIONS = 1000 };
    uint32_t n = b->file.nodes;
    struct dyad_space space;
    struct dyad_fit fit;
    struct arena a;
    double *x[VARIABLES];
    bool had = dyad_space_init(&space, n, true) == ST_OK;
    arena_init(&a, &b->memory);
    for (int k = 0; k < VARIABLES; k++) {
        x[k] = dyad_variable(&a, &space);
        had = had && x[k];
    }
    for (size_t i = 0; had && i < b->file.n; i++) {
        uint32_t from = b->file.from[i], to = b->file.to[i];
        x[0][dyad_place(&space, from, to)] = 1;
        x[1][dyad_place(&space, (from + 1) % n, (to + 1) % n)] = 1;
        x[2][dyad_place(&space, to, from)] = 1;
    }
    for (uint32_t i = 0; had && i < n; i++) {
        for (uint32_t k = 0; k < n; k++) {
            x[3][dyad_place(&space, i, k)] = i < k ? k - i : i - k;
        }
    }
    struct dyad_model model = {&space, x[0], VARIABLES - 1, (const double *const *)(x + 1)};
    enum status status =
        had ? dyads_regress(&b->host, &model, DYADS_RESIDUAL_MOVES, PERMUTATIONS, 1, &fit)
            : ST_NO_MEMORY;
    for (int k = 0; status == ST_OK && k < VARIABLES; k++) {
        b->value[k] = fit.term[k].estimate;
        b->value[VARIABLES + k] = fit.term[k].t;
    }
    b->values = 2 * VARIABLES;
    arena_free(&a);
    return status;
}

/* The communities of each node in all runs; the peer says how good they are. */
static enum status find_communities(struct bench *b, enum community_method method) {
    enum status status = ST_OK;
    b->values = 0;
    for (int run = 0; run < community_runs(&b->file) && status == ST_OK; run++) {
        struct community_plan plan = {.method = method,
                                      .resolution = 1,
                                      .enough = 0.001,
                                      .seed = (uint64_t)run + 1,
                                      .runs = 1};
        struct community_runs found;
        status = communities_find(&b->host, &b->graph, &plan, b->whole, &found);
        for (uint32_t v = 0; v < b->graph.n; v++) {
            b->value[b->values++] = b->whole[v];
        }
    }
    return status;
}

static enum status run_louvain(struct bench *b) {
    return find_communities(b, COMMUNITIES_LOUVAIN);
}

static enum status run_leiden(struct bench *b) {
    return find_communities(b, COMMUNITIES_LEIDEN);
}

/* Places, x and y by turns. */
static enum status run_layout(struct bench *b) {
    uint32_t n = b->graph.n;
    struct spot *at = malloc((n + (size_t)1) * sizeof *at);
    enum status status =
        at ? layout_stress(&b->host, &b->graph, &(struct stress_options){.seed = 1}, at)
           : ST_NO_MEMORY;
    for (uint32_t v = 0; status == ST_OK && v < n; v++) {
        b->value[2 * (size_t)v] = at[v].x;
        b->value[2 * (size_t)v + 1] = at[v].y;
    }
    b->values = 2 * (size_t)n;
    free(at);
    return status;
}

static const struct kernel {
    const char *name;
    enum status (*run)(struct bench *b);
} KERNELS[] = {
    {"load", run_load},
    {"load-by-hand", run_load},
    {"build", run_build},
    {"betweenness", run_betweenness},
    {"closeness", run_closeness},
    {"distances", run_distances},
    {"components", run_components},
    {"cores", run_cores},
    {"triangles", run_triangles},
    {"clustering", run_clustering},
    {"pagerank", run_pagerank},
    {"constraint", run_constraint},
    {"triads", run_triads},
    {"mrqap", run_mrqap},
    {"louvain", run_louvain},
    {"leiden", run_leiden},
    {"layout", run_layout},
};

static void time_kernel(struct bench *b, const struct kernel *k, const char *folder) {
    struct runs runs = {.n = 0};
    double began;
    b->longest = 0;
    do {
        b->values = b->graph.n;
        began = b->asked = seconds(b->host.threads > 1);
        if (k->run(b) != ST_OK) {
            give_up("a kernel failed");
        }
        (void)go_on(b, 1);
    } while (runs_again(&runs, b->asked - began));
    printf("%s %.6f %.6f\n", k->name, runs_middle(&runs), b->longest);
    fflush(stdout);
    FILE *f = open_values(folder, k->name, "wb");
    if (fwrite(b->value, sizeof *b->value, b->values, f) != b->values || fclose(f) != 0) {
        give_up("cannot write values");
    }
}

static void run_named(struct bench *b, const char *name, const char *folder) {
    for (size_t i = 0; i < COUNT_OF(KERNELS); i++) {
        if (strcmp(KERNELS[i].name, name) == 0) {
            time_kernel(b, &KERNELS[i], folder);
            return;
        }
    }
    give_up("there is no such kernel");
}

int main(int argc, char **argv) {
    static struct bench b;
    if (argc < 4) {
        give_up("network_kernels FILE THREADS FOLDER KERNEL...");
    }
    b.path = argv[1];
    b.file = read_ties(b.path);
    alloc_init(&b.memory, NULL, NULL, 0);
    b.host = (struct network_host){.alloc = &b.memory,
                                   .threads = (uint32_t)strtoul(argv[2], NULL, 10),
                                   .poll = go_on,
                                   .user = &b};
    b.value = calloc(COMMUNITY_RUNS * (size_t)b.file.nodes + 16, sizeof *b.value);
    b.whole = calloc(b.file.nodes + (size_t)1, sizeof *b.whole);
    b.large = calloc(b.file.nodes + (size_t)1, sizeof *b.large);
    struct tie_list none = {.nodes = 0};
    if (!b.value || !b.whole || !b.large || graph_build(&b.host, &none, &b.graph) != ST_OK ||
        run_build(&b) != ST_OK) {
        give_up("no memory");
    }
    for (int i = 4; i < argc; i++) {
        run_named(&b, argv[i], argv[3]);
    }
    graph_free(&b.graph);
    free(b.value);
    free(b.whole);
    free(b.large);
    free(b.file.from);
    free(b.file.to);
    return 0;
}
