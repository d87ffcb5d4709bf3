/* Gamma, incomplete gamma and incomplete beta.
 *
 * The masses of Poisson and binomial, which stand before the series and fractions, are worked out
 * from the distance of x to what is expected (Loader 2000): differences of large logarithms would
 * lose the digits that matter. */
#include "base/special.h"
#include <float.h>
#include <math.h>

static const double two_pi = 6.283185307179586476925286766559;
static const double half_log_two_pi = 0.918938533204672741780329736406;

/* ---- gamma ---- */

/* The series of Stirling, for n >= 10: the first term left out is below 3e-17. */
static double stirling_series(double n) {
    double s = 1 / (n * n);
    double sum = 1.0 / 156;
    sum = -691.0 / 360360 + s * sum;
    sum = 1.0 / 1188 + s * sum;
    sum = -1.0 / 1680 + s * sum;
    sum = 1.0 / 1260 + s * sum;
    sum = -1.0 / 360 + s * sum;
    sum = 1.0 / 12 + s * sum;
    return sum / n;
}

double stirling_error(double n) {
    if (n >= 10)
        return stirling_series(n);
    if (n <= 0)
        return 0;
    return log(tgamma(n + 1)) - (n + 0.5) * log(n) + n - half_log_two_pi;
}

double log_gamma(double x) {
    if (x >= 10)
        return (x - 0.5) * log(x) - x + half_log_two_pi + stirling_series(x);
    return x < DBL_MIN ? -log(x) : log(tgamma(x));
}

/* x ln(x / m) + m - x, which is small where x is near m. */
static double deviance(double x, double m) {
    double d = x - m;
    if (fabs(d) >= 0.1 * (x + m))
        return x * log(x / m) - d;
    double v = d / (x + m);
    double sum = d * v, term = 2 * x * v;
    for (int j = 1; j < 1000; j++) {
        term *= v * v;
        double more = sum + term / (2 * j + 1);
        if (more == sum)
            break;
        sum = more;
    }
    return sum;
}

double poisson_mass(double x, double m) {
    if (m <= 0)
        return x <= 0 ? 1 : 0;
    if (x <= m * DBL_MIN)
        return exp(-m);
    if (isinf(x) || isinf(m))
        return 0;
    if (x < 1) /* the logarithm of x alone would be large */
        return exp(x * log(m) - m) / tgamma(x + 1);
    return exp(-stirling_error(x) - deviance(x, m)) / sqrt(two_pi * x);
}

double binomial_mass(double x, double n, double p, double q) {
    if (p <= 0 || q <= 0)
        return (p <= 0 ? x <= 0 : x >= n) ? 1 : 0;
    double rest = n - x;
    if (x <= 0)
        return exp(p < 0.1 ? n * log1p(-p) : n * log(q));
    if (rest <= 0)
        return exp(q < 0.1 ? n * log1p(-q) : n * log(p));
    double exponent = stirling_error(n) - stirling_error(x) - stirling_error(rest) -
                      deviance(x, n * p) - deviance(rest, n * q);
    return exp(exponent) * sqrt(n / (two_pi * x * rest));
}

/* ---- incomplete gamma ---- */

/* P(a, x) / mass, for x < a + 1, by 1 + x / (a + 1) + ... */
static double gamma_series(double a, double x) {
    double sum = 1, term = 1;
    for (double n = a + 1; term > sum * DBL_EPSILON / 4; n++) {
        term *= x / n;
        sum += term;
    }
    return sum;
}

static double not_zero(double x) {
    return fabs(x) < DBL_MIN ? DBL_MIN : x;
}

/* Q(a, x) gamma(a) / (x^a e^-x), for x >= a + 1. */
static double gamma_fraction(double a, double x) {
    double b = x + 1 - a;
    double c = 1 / DBL_MIN, d = 1 / not_zero(b), result = d;
    for (double i = 1; i < 1e9; i++) {
        double an = -i * (i - a);
        b += 2;
        d = 1 / not_zero(an * d + b);
        c = not_zero(b + an / c);
        double step = c * d;
        result *= step;
        if (fabs(step - 1) < DBL_EPSILON)
            break;
    }
    return result;
}

/* Parameters from here on are taken as large: series and fractions would need many thousands of
 * steps, and what two terms of an expansion for large parameters leave out is below 1e-12. */
static const double large = 1e8;

/* Two terms of the expansion of Temme (1979): `eta` is the distance from the middle, the root of
 * twice the deviance; `skew` is the second term without its density, a straight line in eta. */
static struct tails near_normal(double eta, double skew) {
    double second = exp(-eta * eta / 2) / sqrt(two_pi) * skew;
    return (struct tails){erfc(-eta / sqrt(2)) / 2 - second, erfc(eta / sqrt(2)) / 2 + second};
}

static struct tails large_gamma(double a, double x) {
    double eta = copysign(sqrt(2 * deviance(a, x)), x - a), root = sqrt(a);
    return near_normal(eta, (-1.0 / 3 + eta / root / 12) / root);
}

struct tails incomplete_gamma(double a, double x) {
    if (isnan(a) || isnan(x))
        return (struct tails){NAN, NAN};
    if (x <= 0 || isinf(a))
        return (struct tails){0, 1};
    if (isinf(x))
        return (struct tails){1, 0};
    if (a > large)
        return large_gamma(a, x);
    double mass = poisson_mass(a, x);
    if (x < a + 1) {
        double lower = mass > 0 ? mass * gamma_series(a, x) : x < a ? 0 : 1;
        return (struct tails){lower, 1 - lower};
    }
    double upper = mass > 0 ? mass * a * gamma_fraction(a, x) : 0;
    return (struct tails){1 - upper, upper};
}

/* ---- incomplete beta ---- */

/* x^a y^b / B(a, b) / I_x(a, b), for x up to about a / (a + b). */
static double beta_fraction(double a, double b, double x, double y) {
    double difference = a * y - b * x;
    double f = a / (a + 1) * (difference + 1);
    f = not_zero(f);
    double c = f, d = 0;
    for (double m = 1; m < 1e9; m++) {
        double low = a + 2 * m - 1;
        double an = (a + m - 1) / low * ((a + b + m - 1) / low) * m * (b - m) * x * x;
        double bn =
            m + m * (b - m) * x / low + (a + m) / (a + 2 * m + 1) * (difference + 1 + m * (1 + y));
        d = 1 / not_zero(bn + an * d);
        c = not_zero(bn + an / c);
        double step = c * d;
        f *= step;
        if (fabs(step - 1) < DBL_EPSILON)
            break;
    }
    return f;
}

/* I_x(a, b) where x is not above what is expected. */
static double lower_beta(double a, double b, double x, double y) {
    double front = a * b / (a + b) * binomial_mass(a, a + b, x, y);
    return front > 0 ? front / beta_fraction(a, b, x, y) : 0;
}

static struct tails large_beta(double a, double b, double x, double y) {
    double sum = a + b, root = sqrt(a / sum) * sqrt(b / sum) * sqrt(sum);
    double eta = copysign(sqrt(2 * (deviance(a, sum * x) + deviance(b, sum * y))), b * x - a * y);
    double slope = (1 / root / root - 1 / sum) / 12;
    return near_normal(eta, slope * eta - (b - a) / sum / (3 * root));
}

struct tails incomplete_beta(double a, double b, double x, double y) {
    if (isnan(a) || isnan(b) || isnan(x))
        return (struct tails){NAN, NAN};
    if (x <= 0 || y <= 0)
        return x <= 0 ? (struct tails){0, 1} : (struct tails){1, 0};
    if (a > large && b > large)
        return large_beta(a, b, x, y);
    if (a * y >= b * x) {
        double lower = lower_beta(a, b, x, y);
        return (struct tails){lower, 1 - lower};
    }
    double upper = lower_beta(b, a, y, x);
    return (struct tails){1 - upper, upper};
}
