/* With w the ties of a pair, 1 or 2, a triangle of i, j and k is w_ij w_ik w_jk directed ones. */
#include "stdlib/network/fagiolo.h"
#include "stdlib/network/triangles.h"

struct counting {
    const struct graph *g; /* without directions; values are ties of a pair */
    uint64_t *directed;    /* triangles by node, inner numbers */
};

static uint64_t ties_of(const struct graph *g, uint64_t entry) {
    return (uint64_t)g->out.value[entry];
}

static void add_triangle(void *user, const struct triangle *t) {
    struct counting *c = user;
    uint64_t n =
        ties_of(c->g, t->entry[0]) * ties_of(c->g, t->entry[1]) * ties_of(c->g, t->entry[2]);
    for (int i = 0; i < 3; i++) {
        c->directed[t->node[i]] += n;
    }
}

static double share_of(const struct counting *c, uint32_t v, bool directed) {
    uint64_t ties = 0, mutual = 0;
    for (uint64_t i = c->g->out.start[v]; i < c->g->out.start[v + 1]; i++) {
        ties += ties_of(c->g, i);
        mutual += ties_of(c->g, i) == 2;
    }
    if (c->directed[v] == 0) {
        return 0;
    }
    double possible = (double)ties * ((double)ties - 1);
    return directed ? (double)c->directed[v] / (possible - 2 * (double)mutual)
                    : 2 * (double)c->directed[v] / possible;
}

enum status directed_clustering(const struct network_host *host, const struct graph *g,
                                double *out) {
    struct graph both, bare = *g; /* shares the rows, without their values */
    struct arena a;
    bare.out.value = bare.in.value = NULL;
    enum status status = graph_without_direction(host, &bare, MERGE_SUM, &both);
    if (status != ST_OK) {
        return status;
    }
    arena_init(&a, host->alloc);
    struct counting c = {&both, ARENA_ARRAY(&a, uint64_t, (size_t)g->n + 1)};
    status = c.directed ? triangles_each(host, &both, &c, add_triangle) : ST_NO_MEMORY;
    for (uint32_t v = 0; status == ST_OK && v < both.n; v++) {
        out[both.label[v]] = share_of(&c, v, g->directed);
    }
    arena_free(&a);
    graph_free(&both);
    return status;
}
