/* Counts, shares and rates: sigma follows from the centre, by the binomial distribution for shares
 * and by Poisson's for counts and rates. Laney's kinds multiply it by how much more the points vary
 * than that (Laney 2002), and I' charts take all of it from the points (Taylor 2017). */
#include "stdlib/spc/families.h"
#include "stdlib/spc/plain.h"
#include <math.h>

/* Sum of counts over sum of sizes, of the base. */
static double pooled(const struct spc_work *w) {
    const struct spc_points *p = w->p;
    double counts = 0, sizes = 0;
    if (plain_all(p, w->out->value)) {
        w->basis->n = p->n;
        sizes = plain_sum(p->size, p->n);
        return sizes > 0 ? plain_sum(p->count, p->n) / sizes : (double)NAN;
    }
    w->basis->n = 0;
    for (size_t i = p->base_first; i < p->base_stop && i < p->n; i++) {
        if (spc_in_base(p, w->out->value, i)) {
            counts += p->count[i];
            sizes += p->size[i];
            w->basis->n++;
        }
    }
    return sizes > 0 ? counts / sizes : (double)NAN;
}

/* Group that is present; infinite: there is none. */
static double smallest(const struct spc_points *p, const double *value) {
    double least = HUGE_VAL;
    for (size_t i = 0; i < p->n; i++) {
        double size = value[i] == value[i] ? p->size[i] : HUGE_VAL;
        least = size < least ? size : least;
    }
    return least;
}

/* The centre of all, and what is expected in the smallest group. */
static void find_centre(const struct spc_work *w) {
    const struct spc_points *p = w->p;
    double least = smallest(p, w->out->value);
    w->basis->centre = spc_centre(w, pooled(w));
    w->basis->least_expected = isinf(least) ? (double)NAN : least * w->basis->centre;
}

/* sigma_i = sqrt(variance / size_i) */
static void by_size(const struct spc_work *w, double variance) {
    double sigma = sqrt(variance), centre = w->basis->centre;
    const double *value = w->out->value, *size = w->p->size;
    double *restrict centres = w->out->centre, *restrict sigmas = w->out->sigma;
    for (size_t i = 0; i < w->p->n; i++) {
        double own = sigma / sqrt(size[i]);
        centres[i] = centre;
        sigmas[i] = value[i] == value[i] ? own : (double)NAN;
    }
}

static double binomial_variance(double share) {
    return fmax(0, share * (1 - share));
}

/* How much more the points vary than their sigmas say, by moving ranges of their places, which are
 * drawn for it. */
static void find_sigma_z(const struct spc_work *w, double variance) {
    struct spc_basis ranges = {.mean_range = NAN};
    const double *value = w->out->value, *centre = w->out->centre, *sigma = w->out->sigma;
    double *restrict z = w->out->z;
    for (size_t i = 0; i < w->p->n; i++) {
        z[i] = spc_distance(value[i], centre[i], sigma[i]);
    }
    if (variance > 0 && spc_mean_range(w->p, w->o, z, NULL, w->out->lower, &ranges)) {
        w->basis->sigma_z = spc_sigma_of_range(w->o, ranges.mean_range);
        w->basis->ranges = ranges.ranges;
        w->basis->screened = ranges.screened;
    }
}

bool spc_shares(const struct spc_work *w) {
    find_centre(w);
    double variance = binomial_variance(w->basis->centre);
    by_size(w, variance);
    find_sigma_z(w, variance);
    double others = w->basis->least_expected / w->basis->centre - w->basis->least_expected;
    if (others < w->basis->least_expected) {
        w->basis->least_expected = others;
    }
    return w->basis->n > 0;
}

bool spc_rates(const struct spc_work *w) {
    find_centre(w);
    double variance = fmax(0, w->basis->centre);
    by_size(w, variance);
    find_sigma_z(w, variance);
    return w->basis->n > 0;
}

static bool widen(const struct spc_work *w) {
    for (size_t i = 0; i < w->p->n; i++) {
        w->out->sigma[i] *= w->basis->sigma_z;
    }
    return !isnan(w->basis->sigma_z);
}

bool spc_shares_laney(const struct spc_work *w) {
    return spc_shares(w) && widen(w);
}

bool spc_rates_laney(const struct spc_work *w) {
    return spc_rates(w) && widen(w);
}

/* The centre moves with the size of the group. */
bool spc_counts_of(const struct spc_work *w) {
    find_centre(w);
    double share = w->basis->centre, variance = binomial_variance(share);
    for (size_t i = 0; i < w->p->n; i++) {
        double size = isnan(w->out->value[i]) ? (double)NAN : w->p->size[i];
        spc_put_line(w, i, size * share, sqrt(size * variance));
    }
    return w->basis->n > 0;
}

bool spc_counts(const struct spc_work *w) {
    w->basis->centre = spc_centre(w, spc_base_mean(w, w->out->value));
    w->basis->least_expected = w->basis->centre;
    spc_same_lines(w, w->basis->centre, sqrt(w->basis->centre));
    return w->basis->n > 0;
}

/* Moving ranges of groups of other sizes vary as if both were one: times sqrt(pi / 2) over the root
 * of the sum of 1 / size they estimate the sigma of a group of 1. */
static double to_unit(const struct spc_points *p, size_t i) {
    const double root_half_pi = 1.2533141373155002512;
    return root_half_pi / sqrt(1 / p->size[i - 1] + 1 / p->size[i]);
}

bool spc_i_prime(const struct spc_work *w) {
    w->basis->centre = spc_centre(w, pooled(w));
    bool found = spc_mean_range(w->p, w->o, w->out->value, to_unit, w->out->z, w->basis);
    w->basis->sigma = isnan(w->o->sigma) ? w->basis->mean_range : w->o->sigma;
    by_size(w, w->basis->sigma * w->basis->sigma);
    return found || !isnan(w->o->sigma);
}
