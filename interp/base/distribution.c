/* Probabilities of distributions, all from the incomplete gamma and beta functions. */
#include "base/distribution.h"
#include <math.h>

static const struct tails none = {NAN, NAN};
static const struct tails all_above = {0, 1}, all_below = {1, 0};

static struct tails swapped(struct tails t) {
    return (struct tails){t.upper, t.lower};
}

struct tails normal_tails(double z) {
    const double root_half = 0.707106781186547524400844362105;
    return (struct tails){erfc(-z * root_half) / 2, erfc(z * root_half) / 2};
}

struct tails student_tails(double t, double freedom) {
    if (isnan(t) || !(freedom > 0))
        return none;
    if (isinf(freedom))
        return normal_tails(t);
    double square = t * t, sum = freedom + square;
    if (isinf(square))
        return t < 0 ? all_above : all_below;
    struct tails within = incomplete_beta(0.5, freedom / 2, square / sum, freedom / sum);
    struct tails out = {0.5 + within.lower / 2, within.upper / 2};
    return t < 0 ? swapped(out) : out;
}

struct tails gamma_tails(double x, double shape, double rate) {
    return shape > 0 && rate > 0 ? incomplete_gamma(shape, x * rate) : none;
}

struct tails chi_square_tails(double x, double freedom) {
    return freedom > 0 ? incomplete_gamma(freedom / 2, x / 2) : none;
}

struct tails beta_tails(double x, double a, double b) {
    return a > 0 && b > 0 ? incomplete_beta(a, b, x, 1 - x) : none;
}

struct tails f_tails(double x, double above, double below) {
    if (isnan(x) || !(above > 0) || !(below > 0))
        return none;
    if (x <= 0 || isinf(x))
        return x <= 0 ? all_above : all_below;
    double sum = above * x + below;
    return incomplete_beta(above / 2, below / 2, above * x / sum, below / sum);
}

/* ---- whole numbers ---- */

struct tails binomial_tails(double k, double n, double p) {
    if (isnan(k) || !(n >= 0) || n != floor(n) || !(p >= 0 && p <= 1))
        return none;
    k = floor(k);
    if (k < 0 || k >= n)
        return k < 0 ? all_above : all_below;
    return swapped(incomplete_beta(k + 1, n - k, p, 1 - p));
}

struct tails poisson_tails(double k, double mean) {
    if (isnan(k) || !(mean >= 0))
        return none;
    k = floor(k);
    return k < 0 ? all_above : swapped(incomplete_gamma(k + 1, mean));
}

double binomial_probability(double k, double n, double p) {
    if (isnan(k) || !(n >= 0) || n != floor(n) || !(p >= 0 && p <= 1))
        return NAN;
    return k < 0 || k > n || k != floor(k) ? 0 : binomial_mass(k, n, p, 1 - p);
}

double poisson_probability(double k, double mean) {
    if (isnan(k) || !(mean >= 0))
        return NAN;
    return k < 0 || k != floor(k) ? 0 : poisson_mass(k, mean);
}

static int is_draw(double marked, double others, double drawn) {
    return marked >= 0 && others >= 0 && drawn >= 0 && drawn <= marked + others &&
           marked == floor(marked) && others == floor(others) && drawn == floor(drawn);
}

double hypergeometric_probability(double k, double marked, double others, double drawn) {
    if (isnan(k) || !is_draw(marked, others, drawn))
        return NAN;
    if (k != floor(k) || k < 0 || k > marked || k > drawn || drawn - k > others)
        return 0;
    double sum = marked + others;
    if (drawn <= 0 || drawn >= sum)
        return 1;
    /* Any p would do; the share drawn keeps all three masses near their middle. */
    double p = drawn / sum, q = (sum - drawn) / sum;
    return binomial_mass(k, marked, p, q) * binomial_mass(drawn - k, others, p, q) /
           binomial_mass(drawn, sum, p, q);
}

/* The probability of k or less, from k down, where the next is always less likely. */
static double sum_down(double k, double marked, double others, double drawn) {
    double term = 1, sum = 1;
    for (double i = k; i > 0 && term > sum * 1e-17; i--) {
        term *= i * (others - drawn + i) / ((marked - i + 1) * (drawn - i + 1));
        sum += term;
    }
    return sum * hypergeometric_probability(k, marked, others, drawn);
}

struct tails hypergeometric_tails(double k, double marked, double others, double drawn) {
    if (isnan(k) || !is_draw(marked, others, drawn))
        return none;
    k = floor(k);
    if (k < 0 || k < drawn - others)
        return all_above;
    if (k >= marked || k >= drawn)
        return all_below;
    if (k * (marked + others) <= drawn * marked) {
        double lower = sum_down(k, marked, others, drawn);
        return (struct tails){lower, 1 - lower};
    }
    /* The others that are drawn are then fewer than expected. */
    double upper = sum_down(drawn - k - 1, others, marked, drawn);
    return (struct tails){1 - upper, upper};
}
