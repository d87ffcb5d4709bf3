/* Functions behind the distributions of statistics: gamma, incomplete gamma and incomplete beta.
 *
 * Both tails are given wherever there are two, so that nobody takes 1 - p of a p near 1. Results
 * are good to about 1e-13 of themselves for parameters up to 1e6, and slower and a little worse
 * beyond: work grows with the square root of the parameters. */
#ifndef SPOKE_BASE_SPECIAL_H
#define SPOKE_BASE_SPECIAL_H

/* Probabilities below (or at) a value and above it; they add up to 1. */
struct tails {
    double lower, upper;
};

/* ln gamma(x) for x > 0. Unlike `lgamma` it leaves no sign in a variable that threads share. */
double log_gamma(double x);

/* gamma(n + 1) = sqrt(2 pi n) (n / e)^n exp(stirling_error(n)), n >= 0 (Loader 2000). */
double stirling_error(double n);

/* Poisson's probability of x where m are expected, x and m any numbers >= 0:
 * m^x e^-m / gamma(x + 1) (Loader 2000). */
double poisson_mass(double x, double m);

/* gamma(n + 1) / gamma(x + 1) / gamma(n - x + 1) p^x q^(n - x) with p + q = 1, 0 <= x <= n, any
 * numbers (Loader 2000). */
double binomial_mass(double x, double n, double p, double q);

/* The regularised incomplete gamma function P(a, x) and Q(a, x) = 1 - P, a > 0, x >= 0: a series
 * below a + 1, a continued fraction above (Lentz 1976; Thompson & Barnett 1986). */
struct tails incomplete_gamma(double a, double x);

/* The regularised incomplete beta function I_x(a, b) and its complement, a, b > 0, x + y = 1, x and
 * y given apart since one of them may be tiny (Didonato & Morris 1992, continued fraction). */
struct tails incomplete_beta(double a, double b, double x, double y);

#endif
