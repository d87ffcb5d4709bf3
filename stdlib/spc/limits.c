/* Limits of every kind: a function for each family finds the centre and the sigma of every point,
 * and one draws the lines. */
#include "stdlib/spc/families.h"
#include "stdlib/spc/plain.h"
#include <float.h>
#include <math.h>

/* ---- what families share ---- */

double spc_base_mean(const struct spc_work *w, const double *x) {
    double sum = plain_base(w->p) ? plain_sum(x, w->p->n) : (double)NAN;
    size_t n = 0;
    if (isfinite(sum)) {
        w->basis->n = w->p->n;
        return sum / (double)w->p->n;
    }
    sum = 0;
    for (size_t i = w->p->base_first; i < w->p->base_stop && i < w->p->n; i++) {
        if (spc_in_base(w->p, x, i)) {
            sum += x[i];
            n++;
        }
    }
    w->basis->n = n;
    return n ? sum / (double)n : (double)NAN;
}

double spc_base_median(const struct spc_work *w) {
    size_t n = 0;
    for (size_t i = 0; i < w->p->n; i++) {
        if (spc_in_base(w->p, w->out->value, i)) {
            w->out->z[n++] = w->out->value[i];
        }
    }
    w->basis->n = n;
    return stats_median_in_place(w->out->z, n);
}

double spc_centre(const struct spc_work *w, double found) {
    return isnan(w->o->centre) ? found : w->o->centre;
}

double spc_multiple(const struct spc_options *o) {
    return o->multiple > 0 ? o->multiple : 3;
}

/* Lines from the centre and sigma that every point has. Points that are missing have no place. */
static void draw(const struct spc_work *w, bool placed) {
    double multiple = spc_multiple(w->o);
    const double *value = w->out->value, *centre = w->out->centre, *sigma = w->out->sigma;
    double *restrict lower = w->out->lower, *restrict upper = w->out->upper;
    double *restrict z = w->out->z;
    for (size_t i = 0; i < w->p->n; i++) {
        double reach = multiple * sigma[i];
        lower[i] = centre[i] - reach;
        upper[i] = centre[i] + reach;
    }
    for (size_t i = 0; !placed && i < w->p->n; i++) {
        z[i] = spc_distance(value[i], centre[i], sigma[i]);
    }
}

void spc_put_line(const struct spc_work *w, size_t i, double centre, double sigma) {
    bool missing = isnan(w->out->value[i]);
    w->out->centre[i] = centre;
    w->out->sigma[i] = missing ? (double)NAN : sigma;
}

void spc_same_lines(const struct spc_work *w, double centre, double sigma) {
    double *restrict centres = w->out->centre, *restrict sigmas = w->out->sigma;
    for (size_t i = 0; i < w->p->n; i++) {
        centres[i] = centre;
        sigmas[i] = sigma;
    }
}

/* ---- single values ---- */

static bool individuals(const struct spc_work *w) {
    struct spc_basis *b = w->basis;
    b->centre = spc_centre(w, spc_base_mean(w, w->out->value));
    bool found = spc_mean_range(w->p, w->o, w->out->value, NULL, w->out->z, b);
    b->sigma = isnan(w->o->sigma) ? spc_sigma_of_range(w->o, b->mean_range) : w->o->sigma;
    spc_same_lines(w, b->centre, b->sigma);
    return found || !isnan(w->o->sigma);
}

/* In place, from the end. */
static bool moving_ranges(const struct spc_work *w) {
    struct spc_basis *b = w->basis;
    double *x = w->out->value;
    b->n = 0;
    bool found = spc_mean_range(w->p, w->o, x, NULL, w->out->z, b);
    const uint8_t *ghost = w->p->ghost;
    for (size_t i = w->p->n; i-- > 0;) {
        bool alone = i == 0 || (ghost && (ghost[i] || ghost[i - 1]));
        x[i] = alone ? (double)NAN : fabs(x[i] - x[i - 1]);
    }
    b->n = b->ranges;
    b->centre = spc_centre(w, b->mean_range);
    b->sigma = b->centre * (spc_range_limit(w->o) - 1) / 3;
    spc_same_lines(w, b->centre, b->sigma);
    return found;
}

static bool median_only(const struct spc_work *w) {
    w->basis->centre = spc_centre(w, spc_base_median(w));
    spc_same_lines(w, w->basis->centre, (double)NAN);
    return w->basis->n > 0;
}

/* ---- families ---- */

typedef bool family_fn(const struct spc_work *w);

static family_fn *const FAMILIES[SPC_KINDS] = {
    [SPC_RUN] = median_only,
    [SPC_XMR] = individuals,
    [SPC_MR] = moving_ranges,
    [SPC_I_PRIME] = spc_i_prime,
    [SPC_XBAR] = spc_means,
    [SPC_R] = spc_ranges,
    [SPC_S] = spc_deviations,
    [SPC_P] = spc_shares,
    [SPC_P_PRIME] = spc_shares_laney,
    [SPC_NP] = spc_counts_of,
    [SPC_C] = spc_counts,
    [SPC_U] = spc_rates,
    [SPC_U_PRIME] = spc_rates_laney,
    [SPC_G] = spc_cases_between,
    [SPC_T] = spc_time_between,
    [SPC_EWMA] = spc_weighted_average,
    [SPC_MA] = spc_moving_average,
};

/* What is drawn where nothing has to be worked out for it. */
static void take_values(enum spc_kind kind, const struct spc_work *w) {
    const struct spc_points *p = w->p;
    const struct spc_trait *trait = spc_trait(kind);
    bool counted = trait->needs == NEEDS_COUNTS || trait->needs == NEEDS_COUNTS_OF_SIZES;
    bool sized = trait->needs == NEEDS_COUNTS_OF_SIZES;
    double least = trait->not_negative && kind != SPC_MR ? 0 : -DBL_MAX;
    least = kind == SPC_T ? DBL_TRUE_MIN : least;
    double most = trait->at_most_one ? 1 : DBL_MAX;
    const double *given = counted ? p->count : p->value, *size = p->size;
    double *restrict out = w->out->value;
    size_t impossible = 0;
    for (size_t i = 0; sized && i < p->n; i++) {
        double x = kind == SPC_NP ? given[i] : given[i] / size[i];
        bool wrong = (x < least) | (x > most), none = !(size[i] > 0);
        impossible += wrong & !none;
        out[i] = (wrong | none) ? (double)NAN : x;
    }
    for (size_t i = 0; !sized && i < p->n; i++) {
        bool wrong = (given[i] < least) | (given[i] > most);
        impossible += wrong;
        out[i] = wrong ? (double)NAN : given[i];
    }
    w->basis->impossible = impossible;
}

bool spc_limits_of(enum spc_kind kind, const struct spc_points *p, const struct spc_options *o,
                   const struct spc_lines *out, struct spc_basis *basis) {
    *basis = (struct spc_basis){.centre = NAN,
                                .sigma = NAN,
                                .mean_range = NAN,
                                .sigma_z = NAN,
                                .least_expected = NAN,
                                .mean = NAN};
    struct spc_work w = {p, o, out, basis};
    take_values(kind, &w);
    bool found = FAMILIES[kind](&w);
    if (kind == SPC_G || kind == SPC_T) {
        return found; /* their lines are not alike on both sides */
    }
    /* Those that needed their places before have them. */
    draw(&w, kind == SPC_P || kind == SPC_U || kind == SPC_I_PRIME);
    return found;
}

void spc_clamp(enum spc_kind kind, const struct spc_points *p, size_t i, double *lower,
               double *upper) {
    const struct spc_trait *trait = spc_trait(kind);
    if (trait->not_negative && *lower < 0) {
        *lower = 0;
    }
    double most = kind == SPC_NP ? p->size[i] : 1;
    if ((trait->at_most_one || kind == SPC_NP) && *upper > most) {
        *upper = most;
    }
}
