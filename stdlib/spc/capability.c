/* Indices: the width that is asked over six sigma, and how near the mean is to an edge. */
#include "stdlib/spc/capability.h"
#include "base/distribution.h"
#include <math.h>

static void moments(const double *x, size_t n, struct capability *out) {
    double mean = 0, squares = 0;
    out->n = 0;
    for (size_t i = 0; i < n; i++) {
        if (!isnan(x[i])) {
            double step = x[i] - mean;
            out->n++;
            mean += step / (double)out->n;
            squares += step * (x[i] - mean);
        }
    }
    out->mean = out->n ? mean : (double)NAN;
    out->overall = out->n > 1 ? sqrt(squares / (double)(out->n - 1)) : (double)NAN;
}

/* Width over six sigma; its square goes as chi-square with n - 1 degrees of freedom. */
static struct index_of width_index(const struct capability_asked *a, double sigma, double n) {
    double index = sigma > 0 ? (a->upper - a->lower) / (6 * sigma) : (double)NAN;
    double tail = (1 - a->level) / 2, freedom = n - 1;
    if (isnan(index) || n < 2) {
        return (struct index_of){index, NAN, NAN};
    }
    return (struct index_of){index, index * sqrt(chi_square_quantile(tail, freedom) / freedom),
                             index * sqrt(chi_square_above(tail, freedom) / freedom)};
}

/* The nearer edge over three sigma, with Bissell's interval (1990). */
static struct index_of edge_index(const struct capability_asked *a, double mean, double sigma,
                                  double n) {
    double high = (a->upper - mean) / (3 * sigma), low = (mean - a->lower) / (3 * sigma);
    double index = sigma > 0 ? fmin(high, low) : (double)NAN; /* fmin passes over NaN */
    if (isnan(index) || n < 2) {
        return (struct index_of){index, NAN, NAN};
    }
    double z = normal_above((1 - a->level) / 2);
    double reach = z * sqrt(1 / (9 * n) + index * index / (2 * (n - 1)));
    return (struct index_of){index, index - reach, index + reach};
}

/* Against the distance from the target, too; the interval is Boyles's (1991). */
static struct index_of target_index(const struct capability_asked *a, double mean, double sigma,
                                    double n) {
    double off = (mean - a->target) / sigma;
    double index =
        sigma > 0 ? (a->upper - a->lower) / (6 * sigma * sqrt(1 + off * off)) : (double)NAN;
    if (isnan(index) || n < 2) {
        return (struct index_of){index, NAN, NAN};
    }
    double freedom = n * (1 + off * off) * (1 + off * off) / (1 + 2 * off * off);
    double tail = (1 - a->level) / 2;
    return (struct index_of){index, index * sqrt(chi_square_quantile(tail, freedom) / freedom),
                             index * sqrt(chi_square_above(tail, freedom) / freedom)};
}

void capability_of(const double *x, size_t n, const struct capability_asked *asked,
                   struct capability *out) {
    *out = (struct capability){.within = asked->within};
    moments(x, n, out);
    double points = (double)out->n;
    for (size_t i = 0; i < n; i++) {
        out->below += x[i] < asked->lower;
        out->above += x[i] > asked->upper;
    }
    out->cp = width_index(asked, out->within, points);
    out->cpk = edge_index(asked, out->mean, out->within, points);
    out->cpm = target_index(asked, out->mean, out->within, points);
    out->pp = width_index(asked, out->overall, points);
    out->ppk = edge_index(asked, out->mean, out->overall, points);
    bool spread = out->overall > 0;
    double low = spread && !isnan(asked->lower)
                     ? normal_tails((asked->lower - out->mean) / out->overall).lower
                     : (double)NAN;
    double high = spread && !isnan(asked->upper)
                      ? normal_tails((asked->upper - out->mean) / out->overall).upper
                      : (double)NAN;
    out->expected_below = low;
    out->expected_above = high;
}
