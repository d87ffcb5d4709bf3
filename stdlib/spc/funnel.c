/* Units on a scale where they are nearly normal, and limits brought back from it. */
#include "stdlib/spc/funnel.h"
#include "base/distribution.h"
#include <math.h>
#include <stdlib.h>

static bool counts(enum funnel_kind kind, double count, double size) {
    return size > 0 && count >= 0 && (kind == FUNNEL_RATIO || count <= size);
}

/* Ratios on the scale of roots, which takes zeros (Care Quality Commission); of variance 1/4E. */
static double scaled(enum funnel_kind kind, double value) {
    return kind == FUNNEL_SHARE ? asin(sqrt(value)) : sqrt(value);
}

static double sigma_of(double size) {
    return 1 / (2 * sqrt(size));
}

static double unscaled(enum funnel_kind kind, double y) {
    if (kind == FUNNEL_SHARE) {
        const double quarter = 1.5707963267948966;
        double s = sin(fmin(fmax(y, 0), quarter));
        return s * s;
    }
    return y > 0 ? y * y : 0;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Between the neighbours in order (R's type 7). */
static double quantile(const double *sorted, size_t n, double p) {
    double at = p * (double)(n - 1), low = floor(at);
    size_t i = (size_t)low;
    return i + 1 < n ? sorted[i] + (at - low) * (sorted[i + 1] - sorted[i]) : sorted[i];
}

/* phi and tau2, with z beyond the tenths brought in to them so that outliers do not make room for
 * themselves. */
static bool find_spread(struct arena *a, const double *z, const double *sigma, size_t n,
                        struct funnel *out) {
    double *sorted = arena_take(a, (n + 1) * sizeof *sorted);
    if (!sorted) {
        return false;
    }
    memcpy(sorted, z, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, by_value);
    double low = quantile(sorted, n, 0.1), high = quantile(sorted, n, 0.9);
    double squares = 0, weights = 0, weights2 = 0;
    for (size_t i = 0; i < n; i++) {
        double inside = fmin(fmax(z[i], low), high), w = 1 / (sigma[i] * sigma[i]);
        squares += inside * inside;
        weights += w;
        weights2 += w * w;
    }
    double count = (double)n, room = weights - weights2 / weights;
    out->phi = squares / count;
    out->tau2 = squares > count - 1 && room > 1e-9 * weights ? (squares - (count - 1)) / room : 0;
    return true;
}

static void find_centre(enum funnel_kind kind, const double *count, const double *size, size_t n,
                        struct funnel *out) {
    double sum = 0, sizes = 0;
    *out = (struct funnel){.phi = NAN};
    for (size_t i = 0; i < n; i++) {
        if (counts(kind, count[i], size[i])) {
            sum += count[i];
            sizes += size[i];
            out->n++;
        }
    }
    out->centre = out->n == 0 ? (double)NAN : kind == FUNNEL_SHARE ? sum / sizes : 1;
}

bool funnel_of(struct arena *a, enum funnel_kind kind, const double *count, const double *size,
               size_t n, bool spread, struct funnel *out, struct funnel_unit *units) {
    double *z = arena_take(a, (n + 1) * sizeof *z), *sigma = arena_take(a, (n + 1) * sizeof *sigma);
    if (!z || !sigma) {
        return false;
    }
    find_centre(kind, count, size, n, out);
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        bool in = counts(kind, count[i], size[i]);
        units[i].value = in ? count[i] / size[i] : (double)NAN;
        if (in) {
            sigma[k] = sigma_of(size[i]);
            z[k] = (scaled(kind, units[i].value) - scaled(kind, out->centre)) / sigma[k];
            k++;
        }
    }
    if (k && !find_spread(a, z, sigma, k, out)) {
        return false;
    }
    out->tau2 = spread ? out->tau2 : 0;
    for (size_t i = 0, at = 0; i < n; i++) {
        struct funnel_unit *u = &units[i];
        u->z = u->low95 = u->high95 = u->low998 = u->high998 = NAN;
        if (!isnan(u->value)) {
            u->z = z[at] * sigma[at] / sqrt(sigma[at] * sigma[at] + out->tau2);
            funnel_limits(kind, out, size[i], FUNNEL_Z95, &u->low95, &u->high95);
            funnel_limits(kind, out, size[i], FUNNEL_Z998, &u->low998, &u->high998);
            at++;
        }
    }
    return true;
}

void funnel_limits(enum funnel_kind kind, const struct funnel *f, double size, double z,
                   double *low, double *high) {
    if (kind == FUNNEL_RATIO && f->tau2 == 0) { /* exact, by Poisson's distribution */
        double tail = normal_tails(z).upper;
        *low = chi_square_quantile(tail, 2 * size) / (2 * size);
        *high = chi_square_above(tail, 2 * (size + 1)) / (2 * size);
        return;
    }
    double s = sigma_of(size), reach = z * sqrt(s * s + f->tau2), at = scaled(kind, f->centre);
    *low = unscaled(kind, at - reach);
    *high = unscaled(kind, at + reach);
}
