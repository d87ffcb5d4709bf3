/* Units of unlike size, categories, and points of several measures, with what was reckoned of them.
 */
#ifndef SPOKE_SPC_UNITS_H
#define SPOKE_SPC_UNITS_H

#include "stdlib/spc/funnel.h"
#include "stdlib/spc/t2.h"

struct spc_units {
    enum funnel_kind kind;
    uint32_t n;
    struct str *name;
    double *count, *size;
    struct funnel funnel;
    struct funnel_unit *unit;
};

/* From the most frequent down. */
struct spc_category {
    struct str name;
    double count;
    uint32_t row;
};
struct spc_categories {
    uint32_t n;
    struct spc_category *at;
    double total;
};

/* T2 of each point, and what it has to stay below. */
struct spc_distances {
    uint32_t n, measures, base;
    double alarm; /* the share of points that lie beyond by chance */
    struct t2_basis basis;
    struct str measure[T2_MOST];
    struct str *name;
    double *distance, *limit;
};

#endif
