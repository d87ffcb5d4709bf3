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

extern const struct kernel KERNELS[];
extern const uint32_t NKERNELS;

#endif
