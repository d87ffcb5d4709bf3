/* Rare events: cases between them (g) and time between them (t). */
#include "stdlib/spc/families.h"
#include <math.h>

/* Limits by the geometric distribution about the mean (Benneyan 2001); the centre is the median, on
 * whose sides the points of so skewed a distribution fall alike. */
bool spc_cases_between(const struct spc_work *w) {
    struct spc_basis *b = w->basis;
    const struct spc_lines *l = w->out;
    b->mean = spc_base_mean(w, l->value);
    b->sigma = sqrt(b->mean * (b->mean + 1));
    b->centre = spc_centre(w, spc_base_median(w));
    spc_same_lines(w, b->centre, b->sigma);
    double reach = spc_multiple(w->o) * b->sigma;
    for (size_t i = 0; i < w->p->n; i++) {
        l->lower[i] = b->mean - reach;
        l->upper[i] = b->mean + reach;
        l->z[i] = spc_distance(l->value[i], b->mean, b->sigma);
    }
    return b->n > 0;
}

/* Time to the power of 1 / 3.6 is nearly normal (Nelson 1994); limits are those of its individuals,
 * brought back. */
static const double power = 3.6;

static double back(double x) {
    return x <= 0 ? 0 : pow(x, power); /* NaN stays what it is */
}

bool spc_time_between(const struct spc_work *w) {
    struct spc_basis *b = w->basis;
    const struct spc_lines *l = w->out;
    double *x = l->lower; /* not drawn yet */
    for (size_t i = 0; i < w->p->n; i++) {
        x[i] = pow(l->value[i], 1 / power);
    }
    double centre = spc_base_mean(w, x);
    centre = isnan(w->o->centre) ? centre : pow(w->o->centre, 1 / power);
    bool found = spc_mean_range(w->p, w->o, x, NULL, l->z, b);
    double sigma = spc_sigma_of_range(w->o, b->mean_range), reach = spc_multiple(w->o) * sigma;
    b->centre = back(centre);
    b->sigma = sigma;
    spc_same_lines(w, b->centre, (back(centre + reach) - back(centre)) / spc_multiple(w->o));
    for (size_t i = 0; i < w->p->n; i++) {
        l->z[i] = spc_distance(x[i], centre, sigma);
        l->lower[i] = back(centre - reach);
        l->upper[i] = back(centre + reach);
    }
    return found;
}
