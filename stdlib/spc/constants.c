/* The integrals behind control charts.
 *
 * Both are over smooth functions that vanish quickly on both sides, for which the plain sum of
 * equidistant values converges faster than any power of the step (the trapezoidal rule on the whole
 * line). The range itself is never negative: its integral is brought to the whole line by
 * w = exp(t - exp(-t)) (Takahasi & Mori 1974). */
#include "stdlib/spc/constants.h"
#include "base/special.h"
#include <math.h>

double spc_c4(double n) {
    if (!(n > 1)) {
        return NAN;
    }
    return sqrt(2 / (n - 1)) * exp(log_gamma(n / 2) - log_gamma((n - 1) / 2));
}

double spc_c5(double n) {
    double c4 = spc_c4(n);
    return sqrt(1 - c4 * c4);
}

static const double root_half = 0.707106781186547524400844362105;

/* Beyond this many standard deviations nothing is left to add. */
static const double far = 9.5;

double spc_d2(double n) {
    if (!(n >= 2)) {
        return NAN;
    }
    const double step = 1.0 / 32;
    double sum = 0;
    for (double x = -far; x <= far; x += step) {
        double below = erfc(-x * root_half) / 2, above = erfc(x * root_half) / 2;
        /* 1 - below^n, without losing a small one */
        double some_above = -expm1(n * (below > 0.5 ? log1p(-above) : log(below)));
        sum += some_above - pow(above, n);
    }
    return sum * step;
}

/* P(W > w): the least value is at x, and not all others lie within w of it. */
static double range_above(double n, double w) {
    const double step = 1.0 / 16, density = 0.398942280401432677939946059934;
    double sum = 0;
    for (double x = -far; x <= far; x += step) {
        double from = erfc(x * root_half) / 2, to = erfc((x + w) * root_half) / 2;
        /* the least of n at x, less that with all others in (x, x + w) */
        double all = pow(from, n - 1), within = pow(from - to, n - 1);
        sum += exp(-x * x / 2) * (all - within);
    }
    return n * density * sum * step;
}

double spc_d3(double n) {
    if (!(n >= 2)) {
        return NAN;
    }
    const double step = 1.0 / 16;
    double sum = 0;
    for (double t = -4; t <= 4; t += step) {
        double small = exp(-t), w = exp(t - small);
        double part = w < 2 * far ? w * range_above(n, w) * w * (1 + small) : 0;
        sum += part;
    }
    double square = 2 * sum * step, mean = spc_d2(n);
    return sqrt(square - mean * mean);
}
