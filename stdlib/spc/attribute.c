/* Counts, shares and rates: sigma follows from the centre, by the binomial distribution for shares
 * and by Poisson's for counts and rates. Laney's kinds multiply it by how much more the points vary
 * than that (Laney 2002), and I' charts take all of it from the points (Taylor 2017). */
#include "stdlib/spc/families.h"
#include "stdlib/spc/plain.h"
#include <math.h>

/* Sums of the base, and the smallest group that is present; infinite: there is none. */
struct pool {
    double counts, sizes, least;
};

/* Of points that are all there. False: they are not. */
static bool plain_pool(const struct spc_points *p, const double *value, struct pool *out) {
    pair counts = {0, 0}, sizes = {0, 0}, none = {0, 0}, least = pair_of(HUGE_VAL);
    if (!plain_base(p) || p->n < 2) {
        return false;
    }
    for (size_t i = 0; i + 2 <= p->n; i += 2) {
        pair x = pair_at(value + i), size = pair_at(p->size + i);
        pair_mask less = size < least;
        none += x - x; /* what is not finite is no zero when taken from itself */
        counts += pair_at(p->count + i);
        sizes += size;
        least = (pair)(((pair_mask)size & less) | ((pair_mask)least & ~less));
    }
    size_t last = p->n - 1;
    bool odd = p->n % 2 != 0;
    out->counts = counts[0] + counts[1] + (odd ? p->count[last] : 0);
    out->sizes = sizes[0] + sizes[1] + (odd ? p->size[last] : 0);
    out->least = fmin(fmin(least[0], least[1]), p->size[last]);
    return none[0] + none[1] == 0 && isfinite(value[last]) && isfinite(out->counts + out->sizes);
}

static struct pool find_pool(const struct spc_work *w) {
    const struct spc_points *p = w->p;
    struct pool out;
    w->basis->n = p->n;
    if (plain_pool(p, w->out->value, &out)) {
        return out;
    }
    out = (struct pool){0, 0, HUGE_VAL};
    w->basis->n = 0;
    for (size_t i = 0; i < p->n; i++) {
        bool there = !isnan(w->out->value[i]);
        out.least = there && p->size[i] < out.least ? p->size[i] : out.least;
        if (spc_in_base(p, w->out->value, i)) {
            out.counts += p->count[i];
            out.sizes += p->size[i];
            w->basis->n++;
        }
    }
    return out;
}

/* The centre of all, and what is expected in the smallest group. */
static void find_centre(const struct spc_work *w) {
    struct pool pool = find_pool(w);
    double share = pool.sizes > 0 ? pool.counts / pool.sizes : (double)NAN;
    w->basis->centre = spc_centre(w, share);
    w->basis->least_expected = isinf(pool.least) ? (double)NAN : pool.least * w->basis->centre;
}

/* sigma_i = sqrt(variance / size_i), and how many of them from the centre. */
static void by_size(const struct spc_work *w, double variance) {
    double sigma = sqrt(variance), centre = w->basis->centre;
    const double *value = w->out->value, *size = w->p->size;
    double *restrict centres = w->out->centre, *restrict sigmas = w->out->sigma;
    double *restrict z = w->out->z;
    for (size_t i = 0; i < w->p->n; i++) {
        double own = sigma / sqrt(size[i]);
        own = value[i] == value[i] ? own : (double)NAN;
        centres[i] = centre;
        sigmas[i] = own;
        z[i] = spc_distance(value[i], centre, own);
    }
}

static double binomial_variance(double share) {
    return fmax(0, share * (1 - share));
}

/* How much more the points vary than their sigmas say, by moving ranges of their places. */
static void find_sigma_z(const struct spc_work *w, double variance) {
    struct spc_basis ranges = {.mean_range = NAN};
    if (variance > 0 && spc_mean_range(w->p, w->o, w->out->z, NULL, w->out->lower, &ranges)) {
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
    struct pool pool = find_pool(w);
    w->basis->centre = spc_centre(w, pool.sizes > 0 ? pool.counts / pool.sizes : (double)NAN);
    bool found = spc_mean_range(w->p, w->o, w->out->value, to_unit, w->out->z, w->basis);
    w->basis->sigma = isnan(w->o->sigma) ? w->basis->mean_range : w->o->sigma;
    by_size(w, w->basis->sigma * w->basis->sigma);
    return found || !isnan(w->o->sigma);
}
