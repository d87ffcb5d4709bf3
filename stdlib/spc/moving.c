/* Moving ranges. A point that is missing or a ghost takes the ranges on both its sides with it. */
#include "stdlib/spc/moving.h"
#include "stdlib/spc/constants.h"
#include "stdlib/spc/plain.h"
#include "stdlib/stats/middle.h"
#include <math.h>

static const struct {
    const char *name;
    double divisor;     /* of the mean range */
    double upper_range; /* D4(2) */
} CONSTANTS[SPC_CONSTANTS] = {
    [SPC_TABLE] = {"table", 1.128, 3.267},
    [SPC_WHEELER] = {"wheeler", 3 / 2.66, 3.268},
    [SPC_EXACT] = {"exact", SPC_D2_OF_2, 3.2665319193},
};

const char *spc_constant_name(enum spc_constant constant) {
    return CONSTANTS[constant].name;
}

double spc_range_limit(const struct spc_options *o) {
    return CONSTANTS[o->constant].upper_range;
}

double spc_sigma_of_range(const struct spc_options *o, double mean_range) {
    return mean_range / (o->median_range ? SPC_MEDIAN_OF_2 : CONSTANTS[o->constant].divisor);
}

/* The ranges of the base that are below `most`, one behind the other. */
static size_t collect(const struct spc_points *p, const double *x, range_scale *scale, double most,
                      double *out) {
    size_t n = 0, last = p->base_stop < p->n ? p->base_stop : p->n;
    for (size_t i = p->base_first + 1; i < last; i++) {
        if (spc_in_base(p, x, i) && spc_in_base(p, x, i - 1)) {
            double range = fabs(x[i] - x[i - 1]) * (scale ? scale(p, i) : 1);
            if (range < most) {
                out[n++] = range;
            }
        }
    }
    return n;
}

static double middle(const struct spc_options *o, double *ranges, size_t n) {
    if (o->median_range) {
        return stats_median_in_place(ranges, n);
    }
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += ranges[i];
    }
    return sum / (double)n;
}

/* Of points that are all there. False: they are not. */
static bool plain_mean_range(const struct spc_points *p, const struct spc_options *o,
                             const double *x, struct spc_basis *basis) {
    size_t all, kept;
    double sum = plain_ranges(x, p->n, HUGE_VAL, &all);
    if (all + 1 < p->n || all == 0) {
        return false;
    }
    basis->ranges = all;
    basis->mean_range = sum / (double)all;
    if (o->screen && basis->mean_range > 0) {
        sum = plain_ranges(x, p->n, 3.267 * basis->mean_range, &kept);
        basis->ranges = kept;
        basis->screened = all - kept;
        basis->mean_range = sum / (double)kept;
    }
    return true;
}

bool spc_mean_range(const struct spc_points *p, const struct spc_options *o, const double *x,
                    range_scale *scale, double *scratch, struct spc_basis *basis) {
    if (!scale && !o->median_range && plain_base(p) && plain_mean_range(p, o, x, basis)) {
        return true;
    }
    size_t n = collect(p, x, scale, HUGE_VAL, scratch);
    basis->ranges = n;
    if (!n) {
        return false;
    }
    basis->mean_range = middle(o, scratch, n);
    if (o->screen && basis->mean_range > 0) { /* of a series that never moves all are kept */
        double most = (scale ? 3.2665 : 3.267) * basis->mean_range;
        basis->ranges = collect(p, x, scale, most, scratch);
        basis->screened = n - basis->ranges;
        basis->mean_range = middle(o, scratch, basis->ranges);
    }
    return true;
}
