/* Pictures beside series over time, each as a figure: funnel, Pareto, histogram, sums and T2.
 *
 * `about` says what they are of: title, unit, direction and target. Each gives false: no memory.
 * Everything lives in the arena; figures refer to what they were made of. */
#ifndef SPOKE_CHART_PICTURES_H
#define SPOKE_CHART_PICTURES_H

#include "stdlib/chart/chart.h"
#include "stdlib/spc/capability.h"
#include "stdlib/spc/cusum.h"
#include "stdlib/spc/units.h"

bool funnel_figure(struct arena *a, const struct chart *about, const struct spc_units *units,
                   struct figure *out);
bool pareto_figure(struct arena *a, const struct chart *about, const struct spc_categories *all,
                   struct figure *out);
bool distance_figure(struct arena *a, const struct chart *about, const struct spc_distances *all,
                     struct figure *out);

/* Of the series that `about` has, whose `spc` is not looked at. */
struct summed {
    const double *high, *low;
    struct cusum_options options;
};
bool sum_figure(struct arena *a, struct chart *about, const struct summed *all, struct figure *out);

struct spread_out {
    struct capability able;
    bool unstable; /* points lie outside the limits of chance */
};
bool histogram_figure(struct arena *a, const struct chart *about, const struct spread_out *all,
                      const struct capability_asked *asked, struct figure *out);

#endif
