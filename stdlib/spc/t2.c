/* Covariances, their factor, and distances by forward substitution. */
#include "stdlib/spc/t2.h"
#include "base/distribution.h"
#include <math.h>

static bool is_whole(const double *const *x, size_t p, size_t i) {
    for (size_t k = 0; k < p; k++) {
        if (!isfinite(x[k][i])) {
            return false;
        }
    }
    return true;
}

/* In place, the lower triangle. A pivot that is rounding alone: one measure follows from others. */
static bool factor(double c[T2_MOST][T2_MOST], size_t p) {
    for (size_t j = 0; j < p; j++) {
        double whole = c[j][j];
        for (size_t k = 0; k < j; k++) {
            c[j][j] -= c[j][k] * c[j][k];
        }
        if (!(c[j][j] > 1e-12 * whole)) {
            return false;
        }
        c[j][j] = sqrt(c[j][j]);
        for (size_t i = j + 1; i < p; i++) {
            for (size_t k = 0; k < j; k++) {
                c[i][j] -= c[i][k] * c[j][k];
            }
            c[i][j] /= c[j][j];
        }
    }
    return true;
}

bool t2_learn(const double *const *x, size_t p, size_t base, struct t2_basis *out) {
    *out = (struct t2_basis){.p = p};
    if (p == 0 || p > T2_MOST) {
        return false;
    }
    for (size_t i = 0; i < base; i++) {
        if (!is_whole(x, p, i)) {
            continue;
        }
        out->m++;
        double step[T2_MOST];
        for (size_t k = 0; k < p; k++) {
            step[k] = x[k][i] - out->mean[k];
            out->mean[k] += step[k] / (double)out->m;
        }
        for (size_t j = 0; j < p; j++) {
            for (size_t k = 0; k <= j; k++) {
                out->lower[j][k] += step[j] * (x[k][i] - out->mean[k]);
            }
        }
    }
    if (out->m <= p + 1) {
        return false;
    }
    for (size_t j = 0; j < p; j++) {
        for (size_t k = 0; k <= j; k++) {
            out->lower[j][k] /= (double)(out->m - 1);
        }
    }
    return factor(out->lower, p);
}

double t2_of(const struct t2_basis *b, const double *const *x, size_t i) {
    double y[T2_MOST], sum = 0;
    if (!is_whole(x, b->p, i)) {
        return NAN;
    }
    for (size_t j = 0; j < b->p; j++) {
        y[j] = x[j][i] - b->mean[j];
        for (size_t k = 0; k < j; k++) {
            y[j] -= b->lower[j][k] * y[k];
        }
        y[j] /= b->lower[j][j];
        sum += y[j] * y[j];
    }
    return sum;
}

double t2_limit_base(const struct t2_basis *b, double q) {
    double m = (double)b->m, p = (double)b->p;
    return (m - 1) * (m - 1) / m * beta_quantile(1 - q, p / 2, (m - p - 1) / 2);
}

double t2_limit_new(const struct t2_basis *b, double q) {
    double m = (double)b->m, p = (double)b->p;
    return p * (m + 1) * (m - 1) / (m * (m - p)) * f_above(q, p, m - p);
}

double t2_limit_groups(double p, double m, double n, bool is_new, double q) {
    double groups = is_new ? m + 1 : m - 1, below = m * n - m - p + 1;
    return p * groups * (n - 1) / below * f_above(q, p, below);
}
