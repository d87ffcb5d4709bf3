/* Averages that remember: exponentially weighted (EWMA) and moving (MA). */
#include "stdlib/spc/families.h"
#include <math.h>

/* Centre and sigma of the individuals, or of the means of groups of the sizes given. */
static bool find_basis(const struct spc_work *w) {
    struct spc_basis *b = w->basis;
    b->centre = spc_centre(w, spc_base_mean(w, w->out->value));
    bool found = spc_mean_range(w->p, w->o, w->out->value, NULL, w->out->z, b);
    b->sigma = isnan(w->o->sigma) ? spc_sigma_of_range(w->o, b->mean_range) : w->o->sigma;
    return found || !isnan(w->o->sigma);
}

static double variance_at(const struct spc_work *w, size_t i) {
    double size = w->p->size ? w->p->size[i] : 1;
    return w->basis->sigma * w->basis->sigma / size;
}

/* z = weight x + (1 - weight) z, from the centre on; its variance by the same rule, which is exact
 * also where groups differ in size (Roberts 1959; Lucas & Saccucci 1990). */
bool spc_weighted_average(const struct spc_work *w) {
    bool found = find_basis(w);
    double weight = w->o->weight > 0 ? w->o->weight : 0.2;
    double average = w->basis->centre, variance = 0;
    for (size_t i = 0; i < w->p->n; i++) {
        double *x = &w->out->value[i];
        bool ghost = w->p->ghost && w->p->ghost[i];
        w->out->centre[i] = w->basis->centre;
        if (!isnan(*x) && !ghost) {
            average = weight * *x + (1 - weight) * average;
            variance = weight * weight * variance_at(w, i) + (1 - weight) * (1 - weight) * variance;
            *x = average;
        } else {
            *x = NAN;
        }
        w->out->sigma[i] = sqrt(variance);
    }
    return found;
}

/* The mean of the last `span` points that are present, or of all when there are fewer. They are
 * added up anew for each point: what is subtracted again would leave its rounding behind. */
bool spc_moving_average(const struct spc_work *w) {
    bool found = find_basis(w);
    const double *x = w->p->value;
    double *average = w->out->value, *before = w->out->lower, last = -1; /* lower: not drawn yet */
    size_t span = w->o->span ? w->o->span : 3;
    for (size_t i = 0; i < w->p->n; i++) {
        double sum = 0, variance = 0;
        size_t n = 0;
        bool here = !isnan(average[i]) && !(w->p->ghost && w->p->ghost[i]);
        before[i] = last; /* the one that was present before */
        last = here ? (double)i : last;
        for (double k = last; k >= 0 && n < span; k = before[(size_t)k]) {
            sum += x[(size_t)k];
            variance += variance_at(w, (size_t)k);
            n++;
        }
        average[i] = here ? sum / (double)n : (double)NAN;
        w->out->centre[i] = w->basis->centre;
        w->out->sigma[i] = n ? sqrt(variance) / (double)n : (double)NAN;
    }
    return found;
}
