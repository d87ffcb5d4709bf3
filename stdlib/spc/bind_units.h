/* Rows that are units, categories or points of several measures, read and reckoned: what tables
 * give and pictures draw. Everything lives in the call's arena. Each gives enum spoke_status, and
 * reports what is wrong with the relation. */
#ifndef SPOKE_SPC_UNITS_H
#define SPOKE_SPC_UNITS_H

#include "api/native.h"
#include "stdlib/spc/funnel.h"

/* Names are of the first column. */
struct spc_units {
    enum funnel_kind kind;
    uint32_t n;
    struct str *name;
    double *count, *size;
    struct funnel funnel;
    struct funnel_unit *unit;
};
int spc_read_units(struct native_call *c, const struct frame *data, enum funnel_kind kind,
                   bool spread, struct spc_units *out);

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
int spc_read_categories(struct native_call *c, const struct frame *data,
                        struct spc_categories *out);

struct spc_distances {
    uint32_t n, measures, base;
    struct str *name;
    double *distance, *limit;
};
int spc_read_distances(struct native_call *c, const struct frame *data, int64_t baseline,
                       double alarm, struct spc_distances *out);

#endif
