/* The work of network_kernels by igraph's C library, as the peer of the suite networks:
 *
 *     igraph_peer FILE FOLDER KERNEL...
 *
 * Prints a line `KERNEL SECONDS DIFFERENCE` each (or, asked for its version, just that): processor
 * time, and the largest difference from the values in FOLDER, as a share of the value where that is
 * above 1. Built for 0.10. */
#include "network_file.h"
#include <igraph.h>

struct peer {
    const char *path;
    char lines[1000]; /* the path of the same ties as igraph reads them */
    struct tie_file file;
    igraph_t graph;
    igraph_vector_t value;
    igraph_vector_int_t count;
};

static void take_counts(struct peer *p) {
    igraph_integer_t n = igraph_vector_int_size(&p->count);
    igraph_vector_resize(&p->value, n);
    for (igraph_integer_t i = 0; i < n; i++) {
        VECTOR(p->value)[i] = (double)VECTOR(p->count)[i];
    }
}

static void take_one(struct peer *p, double value) {
    igraph_vector_resize(&p->value, 1);
    VECTOR(p->value)[0] = value;
}

/* A simple graph, as ours is. */
static void run_build(struct peer *p) {
    igraph_vector_int_t ends;
    igraph_vector_int_init(&ends, (igraph_integer_t)p->file.n * 2);
    for (size_t i = 0; i < p->file.n; i++) {
        VECTOR(ends)[2 * i] = p->file.from[i];
        VECTOR(ends)[2 * i + 1] = p->file.to[i];
    }
    igraph_destroy(&p->graph);
    igraph_create(&p->graph, &ends, p->file.nodes, IGRAPH_UNDIRECTED);
    igraph_simplify(&p->graph, 1, 1, NULL);
    igraph_vector_int_destroy(&ends);
    take_one(p, (double)igraph_ecount(&p->graph));
}

/* From the file that igraph can read, by igraph's own reader. */
static void run_load(struct peer *p) {
    FILE *f = fopen(p->lines, "r");
    igraph_destroy(&p->graph);
    if (!f || igraph_read_graph_edgelist(&p->graph, f, p->file.nodes, IGRAPH_UNDIRECTED) != 0) {
        give_up("igraph cannot read");
    }
    fclose(f);
    igraph_simplify(&p->graph, 1, 1, NULL);
    take_one(p, (double)igraph_ecount(&p->graph));
}

/* From the file by the reader that ours is read by, as one would who found igraph's too slow. */
static void run_load_by_hand(struct peer *p) {
    free(p->file.from);
    free(p->file.to);
    p->file = read_ties(p->path);
    run_build(p);
}

/* The same ties as igraph's reader wants them: a space between two numbers, and no heading. */
static void write_lines(struct peer *p, const char *folder) {
    snprintf(p->lines, sizeof p->lines, "%s/lines.txt", folder);
    FILE *f = fopen(p->lines, "w");
    for (size_t i = 0; f && i < p->file.n; i++) {
        fprintf(f, "%u %u\n", p->file.from[i], p->file.to[i]);
    }
    if (!f || fclose(f) != 0) {
        give_up("cannot write lines");
    }
}

static void run_betweenness(struct peer *p) {
    igraph_betweenness(&p->graph, &p->value, igraph_vss_all(), IGRAPH_UNDIRECTED, NULL);
}

static void run_closeness(struct peer *p) {
    igraph_closeness(&p->graph, &p->value, NULL, NULL, igraph_vss_all(), IGRAPH_ALL, NULL, 1);
}

static void run_distances(struct peer *p) {
    igraph_vector_t harmonic;
    igraph_real_t mean;
    run_closeness(p);
    igraph_vector_init(&harmonic, 0);
    igraph_harmonic_centrality(&p->graph, &harmonic, igraph_vss_all(), IGRAPH_ALL, NULL, 1);
    igraph_average_path_length(&p->graph, &mean, NULL, 0, 1);
    igraph_vector_append(&p->value, &harmonic);
    igraph_vector_push_back(&p->value, mean);
    igraph_vector_destroy(&harmonic);
}

static void run_components(struct peer *p) {
    igraph_integer_t n;
    igraph_connected_components(&p->graph, &p->count, NULL, &n, IGRAPH_WEAK);
    take_one(p, (double)n);
}

static void run_cores(struct peer *p) {
    igraph_coreness(&p->graph, &p->count, IGRAPH_ALL);
    take_counts(p);
}

static void run_triangles(struct peer *p) {
    igraph_adjacent_triangles(&p->graph, &p->value, igraph_vss_all());
}

static void run_clustering(struct peer *p) {
    igraph_real_t all;
    igraph_transitivity_local_undirected(&p->graph, &p->value, igraph_vss_all(),
                                         IGRAPH_TRANSITIVITY_ZERO);
    igraph_transitivity_undirected(&p->graph, &all, IGRAPH_TRANSITIVITY_NAN);
    igraph_vector_push_back(&p->value, all);
}

static void run_pagerank(struct peer *p) {
    igraph_pagerank(&p->graph, IGRAPH_PAGERANK_ALGO_PRPACK, &p->value, NULL, igraph_vss_all(), 0,
                    0.85, NULL, NULL);
}

static void run_constraint(struct peer *p) {
    igraph_constraint(&p->graph, &p->value, igraph_vss_all(), NULL);
}

static void run_triads(struct peer *p) {
    igraph_triad_census(&p->graph, &p->value);
}

static void louvain(struct peer *p) {
    igraph_community_multilevel(&p->graph, NULL, 1, &p->count, NULL, NULL);
}

/* As its interfaces call it: two rounds, and a temperature of 0.01. */
static void leiden(struct peer *p) {
    igraph_vector_t strength;
    igraph_vector_init(&strength, 0);
    igraph_strength(&p->graph, &strength, igraph_vss_all(), IGRAPH_ALL, 1, NULL);
    igraph_community_leiden(&p->graph, NULL, &strength, 0.5 / (double)igraph_ecount(&p->graph),
                            0.01, 0, 2, &p->count, NULL, NULL);
    igraph_vector_destroy(&strength);
}

static void run_communities(struct peer *p, void (*find)(struct peer *p)) {
    igraph_integer_t n = igraph_vcount(&p->graph);
    int runs = community_runs(&p->file);
    igraph_vector_resize(&p->value, n * runs);
    for (int run = 0; run < runs; run++) {
        igraph_rng_seed(igraph_rng_default(), (igraph_uint_t)run + 1);
        find(p);
        for (igraph_integer_t v = 0; v < n; v++) {
            VECTOR(p->value)[run * n + v] = (double)VECTOR(p->count)[v];
        }
    }
}

static void run_louvain(struct peer *p) {
    run_communities(p, louvain);
}

static void run_leiden(struct peer *p) {
    run_communities(p, leiden);
}

/* Kamada and Kawai's, as igraph's other languages call it; places are x and y by turns. */
static void run_layout(struct peer *p) {
    igraph_integer_t n = igraph_vcount(&p->graph);
    igraph_matrix_t at;
    igraph_matrix_init(&at, 0, 0);
    igraph_layout_kamada_kawai(&p->graph, &at, 0, 50 * n, 0, (double)n, NULL, NULL, NULL, NULL,
                               NULL);
    igraph_vector_resize(&p->value, 2 * n);
    for (igraph_integer_t v = 0; v < n; v++) {
        VECTOR(p->value)[2 * v] = MATRIX(at, v, 0);
        VECTOR(p->value)[2 * v + 1] = MATRIX(at, v, 1);
    }
    igraph_matrix_destroy(&at);
}

static double compare(struct peer *p, const char *folder, const char *kernel) {
    FILE *f = open_values(folder, kernel, "rb");
    double ours, worst = 0;
    for (igraph_integer_t i = 0; i < igraph_vector_size(&p->value); i++) {
        double theirs = VECTOR(p->value)[i];
        if (fread(&ours, sizeof ours, 1, f) != 1) {
            return INFINITY;
        }
        if (isnan(ours) != isnan(theirs)) {
            return INFINITY;
        }
        double difference = isnan(ours) ? 0 : fabs(ours - theirs) / fmax(1, fabs(theirs));
        worst = difference > worst ? difference : worst;
    }
    worst = fread(&ours, sizeof ours, 1, f) == 1 ? INFINITY : worst;
    fclose(f);
    return worst;
}

/* The mean over all runs. */
static double modularity_of(struct peer *p) {
    igraph_integer_t n = igraph_vcount(&p->graph);
    igraph_real_t one = 0, sum = 0;
    igraph_vector_int_resize(&p->count, n);
    int runs = community_runs(&p->file);
    for (int run = 0; run < runs; run++) {
        for (igraph_integer_t v = 0; v < n; v++) {
            VECTOR(p->count)[v] = (igraph_integer_t)VECTOR(p->value)[run * n + v];
        }
        igraph_modularity(&p->graph, &p->count, NULL, 1, 0, &one);
        sum += one;
    }
    return sum / runs;
}

/* How much lower than theirs, less the allowance, the modularity of our communities is; both by
 * igraph, and both told. */
static double compare_communities(struct peer *p, const char *folder, const char *kernel) {
    FILE *f = open_values(folder, kernel, "rb");
    double theirs = modularity_of(p);
    for (igraph_integer_t i = 0; i < igraph_vector_size(&p->value); i++) {
        if (fread(&VECTOR(p->value)[i], sizeof(double), 1, f) != 1) {
            return INFINITY;
        }
    }
    fclose(f);
    double ours = modularity_of(p);
    fprintf(stderr, "%s: modularity %.6f, igraph %.6f\n", kernel, ours, theirs);
    return fmax(0, theirs - 0.001 - ours);
}

/* How much more stress our layout has; 0: less. Both are told on stderr. */
static double compare_layouts(struct peer *p, const char *folder, const char *kernel) {
    size_t n = 2 * (size_t)p->file.nodes;
    FILE *f = open_values(folder, kernel, "rb");
    double *place = malloc((n + 1) * sizeof *place);
    if (!place || fread(place, sizeof *place, n, f) != n) {
        give_up("cannot read places");
    }
    fclose(f);
    double ours = stress_of_places(&p->file, place);
    double theirs = stress_of_places(&p->file, VECTOR(p->value));
    free(place);
    fprintf(stderr, "stress %.4f, igraph %.4f\n", ours, theirs);
    return ours <= theirs ? 0 : ours - theirs;
}

static const struct kernel {
    const char *name;
    void (*run)(struct peer *p);
    double (*compare)(struct peer *p, const char *folder, const char *kernel);
} KERNELS[] = {
    {"load", run_load, compare},
    {"load-by-hand", run_load_by_hand, compare},
    {"build", run_build, compare},
    {"betweenness", run_betweenness, compare},
    {"closeness", run_closeness, compare},
    {"distances", run_distances, compare},
    {"components", run_components, compare},
    {"cores", run_cores, compare},
    {"triangles", run_triangles, compare},
    {"clustering", run_clustering, compare},
    {"pagerank", run_pagerank, compare},
    {"constraint", run_constraint, compare},
    {"triads", run_triads, compare},
    {"louvain", run_louvain, compare_communities},
    {"leiden", run_leiden, compare_communities},
    {"layout", run_layout, compare_layouts},
};

static void time_kernel(struct peer *p, const struct kernel *k, const char *folder) {
    struct runs runs = {.n = 0};
    double began;
    do {
        began = seconds(0);
        k->run(p);
    } while (runs_again(&runs, seconds(0) - began));
    printf("%s %.6f %.3g\n", k->name, runs_middle(&runs), k->compare(p, folder, k->name));
    fflush(stdout);
}

int main(int argc, char **argv) {
    static struct peer p;
    if (argc == 2 && strcmp(argv[1], "version") == 0) {
        printf("igraph %s\n", IGRAPH_VERSION);
        return 0;
    }
    if (argc < 3) {
        give_up("igraph_peer version, or FILE FOLDER KERNEL...");
    }
    p.path = argv[1];
    p.file = read_ties(p.path);
    igraph_vector_init(&p.value, 0);
    igraph_vector_int_init(&p.count, 0);
    igraph_empty(&p.graph, 0, IGRAPH_UNDIRECTED);
    run_build(&p);
    write_lines(&p, argv[2]);
    for (int i = 3; i < argc; i++) {
        for (size_t k = 0; k < sizeof KERNELS / sizeof KERNELS[0]; k++) {
            if (strcmp(KERNELS[k].name, argv[i]) == 0) {
                time_kernel(&p, &KERNELS[k], argv[2]);
            }
        }
    }
    igraph_destroy(&p.graph);
    igraph_vector_destroy(&p.value);
    igraph_vector_int_destroy(&p.count);
    free(p.file.from);
    free(p.file.to);
    return 0;
}
