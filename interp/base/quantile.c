/* Quantiles of distributions, by asking for probabilities until they fit.
 *
 * What is solved for is the smaller tail, in logarithms, on a scale on which the distribution is
 * nearly straight: then far tails are as exact as the middle. */
#include "base/distribution.h"
#include <float.h>
#include <math.h>
#include <stdbool.h>

/* A distribution with two parameters on an unbounded scale. */
struct scale {
    struct tails (*tails)(double at, const struct scale *s);
    double a, b;
};

/* The share of each tail that is looked for; they add up to 1. */
struct wanted {
    double share;
    bool is_upper;
};

static struct wanted want(double p, bool is_upper) {
    return p <= 0.5 ? (struct wanted){p, is_upper} : (struct wanted){1 - p, !is_upper};
}

/* Falls through 0 where the tail is what is wanted, going up. */
static double excess(double at, const struct scale *s, struct wanted w) {
    struct tails t = s->tails(at, s);
    if (w.is_upper)
        return log(t.upper) - log(w.share);
    return log(w.share) - log(t.lower);
}

/* A stretch at whose ends the sign of the excess differs; false: there is none in the numbers. */
static bool bracket(const struct scale *s, struct wanted w, double *low, double *high) {
    double step = 1;
    *low = -1;
    *high = 1;
    while (!(excess(*low, s, w) >= 0)) {
        *high = *low;
        *low -= step *= 2;
        if (*low < -1e4)
            return false;
    }
    step = 1;
    while (!(excess(*high, s, w) <= 0)) {
        *low = *high;
        *high += step *= 2;
        if (*high > 1e4)
            return false;
    }
    return true;
}

/* The point where the excess is 0: straight lines between two ends of which one is moved toward the
 * other while it stays (Dowell & Jarratt 1972, Pegasus), and halving now and then. */
static double solve(const struct scale *s, struct wanted w) {
    double x0, x1;
    if (!bracket(s, w, &x0, &x1))
        return NAN;
    double f0 = excess(x0, s, w), f1 = excess(x1, s, w);
    for (int i = 0; i < 300 && f1 != 0; i++) {
        double low = x0 < x1 ? x0 : x1, high = x0 < x1 ? x1 : x0;
        double middle = low + (high - low) / 2;
        double at = x1 - f1 * (x1 - x0) / (f1 - f0);
        if (i % 4 == 3 || !(at > low && at < high)) /* infinite excesses end here, too */
            at = middle;
        if (!(at > low && at < high) || high - low <= DBL_EPSILON * fabs(high) / 2)
            break;
        double f = excess(at, s, w);
        if ((f < 0) != (f1 < 0)) {
            x0 = x1;
            f0 = f1;
        } else {
            f0 *= isfinite(f1) ? f1 / (f1 + f) : 1;
        }
        x1 = at;
        f1 = f;
    }
    return x1;
}

/* A p at the ends has the ends of the distribution. */
static bool is_inside(double p) {
    return p > 0 && p < 1;
}

static double outside(double p, bool is_upper, double least, double most) {
    if (p == 0 || p == 1)
        return (p == 0) == is_upper ? most : least;
    return NAN;
}

/* ---- normal ---- */

/* The z with -z .. z holding c, for c up to a half, by Newton on the error function. */
static double normal_within(double c) {
    const double root_half = 0.707106781186547524400844362105;
    const double density = 0.797884560802865355879892119869; /* of both sides at 0 */
    double z = c / density;
    for (int i = 0; i < 20; i++) {
        double step = (erf(z * root_half) - c) / (density * exp(-z * z / 2));
        z -= step;
        if (fabs(step) <= DBL_EPSILON * z)
            break;
    }
    return z;
}

/* The z with q above it, for q up to a quarter: Newton on a concave function, from its far side. */
static double normal_beyond(double q) {
    const double root_half = 0.707106781186547524400844362105;
    const double density = 0.398942280401432677939946059934; /* at 0 */
    double z = sqrt(-2 * log(2 * q));
    for (int i = 0; i < 60; i++) {
        double above = erfc(z * root_half) / 2;
        double step = (log(above) - log(q)) * above / (density * exp(-z * z / 2));
        if (!isfinite(step)) /* the density of a q at the end of the numbers */
            break;
        z += step;
        if (fabs(step) <= DBL_EPSILON * z)
            break;
    }
    return z;
}

double normal_above(double q) {
    if (!is_inside(q))
        return outside(q, true, -HUGE_VAL, HUGE_VAL);
    bool is_below = q > 0.5;
    double share = is_below ? 1 - q : q;
    double z =
        share > 0.25 ? normal_within(is_below ? 2 * q - 1 : 1 - 2 * q) : normal_beyond(share);
    return is_below ? -z : z;
}

double normal_quantile(double p) {
    return -normal_above(p);
}

/* ---- chi square, by gamma ---- */

static struct tails gamma_at(double at, const struct scale *s) {
    return incomplete_gamma(s->a, exp(at));
}

static double standard_gamma(double p, bool is_upper, double shape) {
    if (!(shape > 0))
        return NAN;
    if (!is_inside(p))
        return outside(p, is_upper, 0, HUGE_VAL);
    return exp(solve(&(struct scale){gamma_at, shape, 0}, want(p, is_upper)));
}

double chi_square_quantile(double p, double freedom) {
    return 2 * standard_gamma(p, false, freedom / 2);
}

double chi_square_above(double q, double freedom) {
    return 2 * standard_gamma(q, true, freedom / 2);
}

/* ---- beta, F and Student's t ---- */

static struct tails odds_at(double at, const struct scale *s) {
    double odds = exp(at);
    return isinf(odds) ? (struct tails){1, 0}
                       : incomplete_beta(s->a, s->b, odds / (1 + odds), 1 / (1 + odds));
}

/* x / (1 - x) of the beta distribution. */
static double beta_odds(double p, bool is_upper, double a, double b) {
    if (!(a > 0) || !(b > 0))
        return NAN;
    if (!is_inside(p))
        return outside(p, is_upper, 0, HUGE_VAL);
    return exp(solve(&(struct scale){odds_at, a, b}, want(p, is_upper)));
}

double beta_quantile(double p, double a, double b) {
    double odds = beta_odds(p, false, a, b);
    return isinf(odds) ? 1 : odds / (1 + odds);
}

double f_quantile(double p, double above, double below) {
    return beta_odds(p, false, above / 2, below / 2) * (below / above);
}

double f_above(double q, double above, double below) {
    return beta_odds(q, true, above / 2, below / 2) * (below / above);
}

/* The t with `p` within (or, is_upper, beyond) -t .. t. */
static double student_two(double p, bool is_upper, double freedom) {
    if (isinf(freedom))
        return normal_above(is_upper ? p / 2 : (1 - p) / 2);
    return sqrt(beta_odds(p, is_upper, 0.5, freedom / 2) * freedom);
}

double student_quantile(double level, double freedom) {
    return student_two(level, false, freedom);
}

double student_above(double q, double freedom) {
    if (!(q >= 0 && q <= 1) || !(freedom > 0))
        return NAN;
    bool is_below = q > 0.5;
    double share = is_below ? 1 - q : q;
    double t = share > 0.25 ? student_two(is_below ? 2 * q - 1 : 1 - 2 * q, false, freedom)
                            : student_two(2 * share, true, freedom);
    return is_below ? -t : t;
}

/* ---- whole numbers ---- */

struct counts {
    struct tails (*tails)(double k, const struct counts *c);
    double a, b, c;
    double least, most; /* that can be */
};

/* Whether k or less is likely enough. The roundings of a probability are forgiven, so that a
 * probability of k or less has the quantile k. */
static bool is_met(double k, const struct counts *c, double p) {
    struct tails t = c->tails(k, c);
    const double forgiven = 1e-12;
    return p <= 0.5 ? t.lower >= p * (1 - forgiven)
                    : t.upper <= (1 - p) * (1 + forgiven) + DBL_EPSILON;
}

/* The least k that is met, from a guess outwards and then by halving. */
static double search(const struct counts *c, double p, double guess, double step) {
    double low = fmin(fmax(floor(guess), c->least), c->most), high = low;
    step = fmax(floor(step), 1);
    if (is_met(high, c, p)) {
        do {
            high = low;
            low = fmax(low - step, c->least - 1);
            step *= 2;
        } while (low >= c->least && is_met(low, c, p));
    } else {
        do {
            low = high;
            high = fmin(high + step, c->most);
            step *= 2;
        } while (high < c->most && !is_met(high, c, p));
    }
    while (high - low > 1) {
        double middle = floor(low + (high - low) / 2);
        *(is_met(middle, c, p) ? &high : &low) = middle;
    }
    return high;
}

static double whole_quantile(const struct counts *c, double p, double mean, double deviation) {
    if (!(p >= 0 && p <= 1) || isnan(mean))
        return NAN;
    if (p <= 0 || p >= 1)
        return p <= 0 ? c->least : c->most;
    return search(c, p, mean + deviation * normal_quantile(p), deviation / 4);
}

static struct tails binomial_at(double k, const struct counts *c) {
    return binomial_tails(k, c->a, c->b);
}

double binomial_quantile(double p, double n, double chance) {
    if (!(n >= 0) || n != floor(n) || !(chance >= 0 && chance <= 1))
        return NAN;
    return whole_quantile(&(struct counts){binomial_at, n, chance, 0, 0, n}, p, n * chance,
                          sqrt(n * chance * (1 - chance)));
}

static struct tails poisson_at(double k, const struct counts *c) {
    return poisson_tails(k, c->a);
}

double poisson_quantile(double p, double mean) {
    if (!(mean >= 0))
        return NAN;
    return whole_quantile(&(struct counts){poisson_at, mean, 0, 0, 0, HUGE_VAL}, p, mean,
                          sqrt(mean));
}

static struct tails hypergeometric_at(double k, const struct counts *c) {
    return hypergeometric_tails(k, c->a, c->b, c->c);
}

double hypergeometric_quantile(double p, double marked, double others, double drawn) {
    double sum = marked + others, share = sum > 0 ? marked / sum : 0;
    if (isnan(hypergeometric_tails(0, marked, others, drawn).lower))
        return NAN;
    double spread = sum > 1 ? drawn * share * (1 - share) * (sum - drawn) / (sum - 1) : 0;
    return whole_quantile(&(struct counts){hypergeometric_at, marked, others, drawn,
                                           fmax(0, drawn - others), fmin(marked, drawn)},
                          p, drawn * share, sqrt(spread));
}
