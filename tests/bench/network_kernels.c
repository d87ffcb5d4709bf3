/* Times the kernels of stdlib/network on a file of ties:
 *
 *     network_kernels FILE THREADS FOLDER KERNEL...
 *
 * Prints a line `KERNEL SECONDS` each, processor time (wall time where THREADS is above 1), and
 * writes its values to FOLDER/KERNEL.values, for the peer to compare with. */
#include "network_file.h"
#include "stdlib/network/distances.h"

struct bench {
    struct tie_file file;
    struct alloc memory;
    struct network_host host;
    struct graph graph;
    double *value; /* room for two a node, and some */
    size_t values;
};

static enum status run_build(struct bench *b) {
    struct tie_list list = {
        .nodes = b->file.nodes, .n = b->file.n, .from = b->file.from, .to = b->file.to};
    graph_free(&b->graph);
    enum status status = graph_build(&b->host, &list, &b->graph);
    b->value[0] = (double)b->graph.ties;
    b->values = 1;
    return status;
}

static enum status run_betweenness(struct bench *b) {
    return betweenness(&b->host, &b->graph, LENGTHS_ONE, b->value, NULL);
}

/* Closeness and harmonic centrality of each node, and the mean distance: one search for all. */
static enum status run_distances(struct bench *b) {
    uint32_t n = b->graph.n;
    struct distances *d = malloc((n + (size_t)1) * sizeof *d);
    enum status status = d ? distances_sum(&b->host, &b->graph, LENGTHS_ONE, WAY_OUT, d)
                           : ST_NO_MEMORY;
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

static const struct kernel {
    const char *name;
    enum status (*run)(struct bench *b);
} KERNELS[] = {
    {"build", run_build},
    {"betweenness", run_betweenness},
    {"closeness", run_closeness},
    {"distances", run_distances},
};

static void time_kernel(struct bench *b, const struct kernel *k, const char *folder) {
    struct runs runs = {.n = 0};
    double began;
    do {
        b->values = b->graph.n;
        began = seconds(b->host.threads > 1);
        if (k->run(b) != ST_OK) {
            give_up("a kernel failed");
        }
    } while (runs_again(&runs, seconds(b->host.threads > 1) - began));
    printf("%s %.6f\n", k->name, runs_middle(&runs));
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
    b.file = read_ties(argv[1]);
    alloc_init(&b.memory, NULL, NULL, 0);
    b.host = (struct network_host){.alloc = &b.memory,
                                   .threads = (uint32_t)strtoul(argv[2], NULL, 10)};
    b.value = calloc(2 * (size_t)b.file.nodes + 16, sizeof *b.value);
    struct tie_list none = {.nodes = 0};
    if (!b.value || graph_build(&b.host, &none, &b.graph) != ST_OK || run_build(&b) != ST_OK) {
        give_up("no memory");
    }
    for (int i = 4; i < argc; i++) {
        run_named(&b, argv[i], argv[3]);
    }
    graph_free(&b.graph);
    free(b.value);
    free(b.file.from);
    free(b.file.to);
    return 0;
}
