/* Every measure of a network as one function from a graph to numbers, so that what must hold for
 * all of them is said once. A new kernel gets a line in KERNELS. */
#ifndef SPOKE_TEST_NETWORK_KERNELS_H
#define SPOKE_TEST_NETWORK_KERNELS_H

#include "stdlib/network/graph.h"

enum shape {
    OF_NODES, /* out[v * width + k] */
    OF_PAIRS, /* out[v * n + w] */
    OF_WHOLE  /* out[k] */
};

/* Networks on which a kernel is at work for some time. */
enum long_work {
    IS_QUICK,    /* it looks at each tie a few times, and may not ask at all */
    IN_A_TANGLE, /* without directions, many ties */
    IN_AN_ORDER  /* with directions that all lead forward */
};

struct kernel {
    const char *name;
    enum shape shape;
    uint32_t width;
    /* Numbers are the caller's; all of `out` is 0 at first. */
    enum status (*run)(const struct network_host *host, const struct graph *g, double *out);
    const char *reversed; /* the kernel that answers the same where ties lead the other way; NULL:
                             there is none */
    bool local;           /* what it says of a node does not depend on other components */
    enum long_work work;
    uint32_t asks; /* at least so often, there */
};

/* All of them; those behind the named ones draw by the numbers of nodes, so that other names have
 * other chances. */
const struct kernel *kernel_at(uint32_t i);
uint32_t count_kernels(void);
uint32_t count_named_kernels(void);

/* Of these the ones about groups, chance and places; the last NDRAWN_KERNELS draw. */
extern const struct kernel GROUP_KERNELS[];
extern const uint32_t NGROUP_KERNELS, NDRAWN_KERNELS;

/* ---- for those who write kernels ---- */

/* A kernel's own result, that of each node. */
#define TAKE(type)                                                                                 \
    struct arena a;                                                                                \
    arena_init(&a, host->alloc);                                                                   \
    type *own = ARENA_ARRAY(&a, type, (size_t)g->n + 1);                                           \
    enum status status = own ? ST_OK : ST_NO_MEMORY
#define GIVE                                                                                       \
    arena_free(&a);                                                                                \
    return status

/* Of networks without directions only. */
#define UNDIRECTED(name, put)                                                                      \
    static enum status name(const struct network_host *host, const struct graph *g, double *out) { \
        struct graph both;                                                                         \
        struct side_work before;                                                                   \
        side_work_init(&before, host, 0, 0);                                                       \
        enum status status = graph_without_direction(&before.host, g, MERGE_MOST, &both);          \
        if (status == ST_OK) {                                                                     \
            status = put(host, &both, out);                                                        \
            graph_free(&both);                                                                     \
        }                                                                                          \
        return status;                                                                             \
    }
#endif
