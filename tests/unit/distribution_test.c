/* Distributions against a table of R's values, and what they must satisfy by themselves. */
#include "base/base.h"
#include "base/distribution.h"
#include "suites.h"
#include <math.h>

enum asked {
    NORMAL_LOWER,
    NORMAL_UPPER,
    NORMAL_QUANTILE,
    STUDENT_LOWER,
    STUDENT_UPPER,
    STUDENT_ABOVE,
    CHI_SQUARE_LOWER,
    CHI_SQUARE_UPPER,
    CHI_SQUARE_QUANTILE,
    CHI_SQUARE_ABOVE,
    GAMMA_LOWER,
    BETA_LOWER,
    BETA_UPPER,
    BETA_QUANTILE,
    F_LOWER,
    F_UPPER,
    F_QUANTILE,
    F_ABOVE,
    BINOMIAL_MASS,
    BINOMIAL_LOWER,
    BINOMIAL_UPPER,
    BINOMIAL_QUANTILE,
    POISSON_MASS,
    POISSON_LOWER,
    POISSON_UPPER,
    POISSON_QUANTILE,
    HYPERGEOMETRIC_MASS,
    HYPERGEOMETRIC_LOWER,
    HYPERGEOMETRIC_UPPER,
    HYPERGEOMETRIC_QUANTILE,
    LOG_GAMMA
};

struct row {
    enum asked asked;
    const char *name;
    double a, b, c, d, answer;
};

static const struct row rows[] = {
#define ROW(asked, a, b, c, d, answer) {asked, #asked, a, b, c, d, answer},
#include "distribution_table.def"
#undef ROW
};

static double answer(const struct row *r) {
    double a = r->a, b = r->b, c = r->c, d = r->d;
    switch (r->asked) {
    case NORMAL_LOWER:
        return normal_tails(a).lower;
    case NORMAL_UPPER:
        return normal_tails(a).upper;
    case NORMAL_QUANTILE:
        return normal_quantile(a);
    case STUDENT_LOWER:
        return student_tails(a, b).lower;
    case STUDENT_UPPER:
        return student_tails(a, b).upper;
    case STUDENT_ABOVE:
        return student_above(a, b);
    case CHI_SQUARE_LOWER:
        return chi_square_tails(a, b).lower;
    case CHI_SQUARE_UPPER:
        return chi_square_tails(a, b).upper;
    case CHI_SQUARE_QUANTILE:
        return chi_square_quantile(a, b);
    case CHI_SQUARE_ABOVE:
        return chi_square_above(a, b);
    case GAMMA_LOWER:
        return gamma_tails(a, b, c).lower;
    case BETA_LOWER:
        return beta_tails(a, b, c).lower;
    case BETA_UPPER:
        return beta_tails(a, b, c).upper;
    case BETA_QUANTILE:
        return beta_quantile(a, b, c);
    case F_LOWER:
        return f_tails(a, b, c).lower;
    case F_UPPER:
        return f_tails(a, b, c).upper;
    case F_QUANTILE:
        return f_quantile(a, b, c);
    case F_ABOVE:
        return f_above(a, b, c);
    case BINOMIAL_MASS:
        return binomial_probability(a, b, c);
    case BINOMIAL_LOWER:
        return binomial_tails(a, b, c).lower;
    case BINOMIAL_UPPER:
        return binomial_tails(a, b, c).upper;
    case BINOMIAL_QUANTILE:
        return binomial_quantile(a, b, c);
    case POISSON_MASS:
        return poisson_probability(a, b);
    case POISSON_LOWER:
        return poisson_tails(a, b).lower;
    case POISSON_UPPER:
        return poisson_tails(a, b).upper;
    case POISSON_QUANTILE:
        return poisson_quantile(a, b);
    case HYPERGEOMETRIC_MASS:
        return hypergeometric_probability(a, b, c, d);
    case HYPERGEOMETRIC_LOWER:
        return hypergeometric_tails(a, b, c, d).lower;
    case HYPERGEOMETRIC_UPPER:
        return hypergeometric_tails(a, b, c, d).upper;
    case HYPERGEOMETRIC_QUANTILE:
        return hypergeometric_quantile(a, b, c, d);
    case LOG_GAMMA:
        return log_gamma(a);
    }
    return NAN;
}

START_TEST(as_r_says) {
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct row *r = &rows[i];
        double ours = answer(r);
        ck_assert_msg(isinf(r->answer) ? ours == r->answer
                                       : fabs(ours - r->answer) <= 1e-12 * fabs(r->answer),
                      "%s(%.17g, %.17g, %.17g, %.17g) is %.17g, not %.17g", r->name, r->a, r->b,
                      r->c, r->d, ours, r->answer);
    }
}
END_TEST

/* Beyond 1e8 two terms of an expansion; R 4.2.2: pgamma, pbeta. */
START_TEST(large_parameters) {
    static const struct {
        double deviations, lower, upper;
    } gamma[] = {{-2, 0.022744732851584279, 0.97725526714841571},
                 {-1, 0.15865525352824941, 0.84134474647175062},
                 {0, 0.50001329741116018, 0.49998670258883982},
                 {2, 0.97724446949502319, 0.022755530504976761}};
    for (size_t i = 0; i < COUNT_OF(gamma); i++) {
        double a = 1.0001e8;
        struct tails t = gamma_tails(a + gamma[i].deviations * sqrt(a), a, 1);
        ck_assert_double_eq_tol(t.lower, gamma[i].lower, 1e-12);
        ck_assert_double_eq_tol(t.upper, gamma[i].upper, 1e-12);
    }
    static const double beta[] = {0.15865525411927645, 0.50000686899996116, 0.84134474588112562};
    for (int k = -1; k <= 1; k++) {
        double a = 1.1e8, b = 3e8, m = a / (a + b);
        double x = m + k * sqrt(m * (b / (a + b)) / (a + b + 1));
        ck_assert_double_eq_tol(beta_tails(x, a, b).lower, beta[k + 1], 1e-12);
    }
    ck_assert_double_eq_tol(beta_quantile(0.5, 1e300, 1e300), 0.5, 1e-15);
    ck_assert_double_eq(gamma_tails(1e300, 1e300, 1).lower, 0.5);
}
END_TEST

START_TEST(no_distributions) {
    ck_assert_double_nan(student_tails(1, 0).lower);
    ck_assert_double_nan(student_tails((double)NAN, 3).upper);
    ck_assert_double_nan(chi_square_tails(1, -2).lower);
    ck_assert_double_nan(gamma_tails(1, 1, 0).lower);
    ck_assert_double_nan(beta_tails(0.5, 0, 1).lower);
    ck_assert_double_nan(f_tails(1, 3, -1).lower);
    ck_assert_double_nan(binomial_tails(1, 2.5, 0.5).lower);
    ck_assert_double_nan(binomial_tails(1, 3, 1.5).lower);
    ck_assert_double_nan(poisson_tails(1, -1).lower);
    ck_assert_double_nan(hypergeometric_tails(1, 2, 3, 6).lower);
    ck_assert_double_nan(normal_quantile(-0.1));
    ck_assert_double_nan(normal_quantile((double)NAN));
    ck_assert_double_nan(chi_square_quantile(2, 3));
    ck_assert_double_nan(beta_quantile(0.5, -1, 3));
    ck_assert_double_nan(student_above(0.5, 0));
    ck_assert_double_nan(binomial_quantile(0.5, 3.5, 0.5));
    ck_assert_double_nan(poisson_quantile(1.5, 3));
}
END_TEST

START_TEST(ends) {
    ck_assert_double_eq(normal_quantile(0), -HUGE_VAL);
    ck_assert_double_eq(normal_above(0), HUGE_VAL);
    ck_assert_double_eq(normal_quantile(0.5), 0);
    ck_assert_double_eq(chi_square_quantile(0, 4), 0);
    ck_assert_double_eq(chi_square_above(0, 4), HUGE_VAL);
    ck_assert_double_eq(beta_quantile(1, 2, 2), 1);
    ck_assert_double_eq(poisson_quantile(1, 4), HUGE_VAL);
    ck_assert_double_eq(binomial_quantile(1, 4, 0.5), 4);
    ck_assert_double_eq(binomial_tails(-1, 4, 0.5).upper, 1);
    ck_assert_double_eq(binomial_tails(4, 4, 0.5).lower, 1);
    ck_assert_double_eq(binomial_tails(0, 4, 0).lower, 1);
    ck_assert_double_eq(binomial_tails(3, 4, 1).upper, 1);
    ck_assert_double_eq(poisson_tails(0, 0).lower, 1);
    ck_assert_double_eq(student_tails(HUGE_VAL, 3).lower, 1);
    ck_assert_double_eq(f_tails(HUGE_VAL, 3, 2).upper, 0);
    ck_assert_double_eq(normal_tails(HUGE_VAL).upper, 0);
}
END_TEST

/* Every whole number has itself as the quantile of its probability, and the tails are one. */
START_TEST(quantiles_of_probabilities) {
    for (int k = 0; k < 38; k++) { /* 39 or less is 1 to the last digit */
        struct tails t = binomial_tails(k, 40, 0.37);
        ck_assert_double_eq(binomial_quantile(t.lower, 40, 0.37), k);
        ck_assert_double_eq_tol(t.lower + t.upper, 1, 1e-15);
        t = hypergeometric_tails(k, 50, 70, 60);
        ck_assert_double_eq(hypergeometric_quantile(t.lower, 50, 70, 60), k);
    }
    for (double q = 1e-300; q < 0.5; q *= 37) {
        ck_assert_double_eq_tol(normal_tails(normal_above(q)).upper / q, 1, 1e-12);
        ck_assert_double_eq_tol(chi_square_tails(chi_square_above(q, 5), 5).upper / q, 1, 1e-11);
    }
}
END_TEST

Suite *distribution_suite(void) {
    Suite *s = suite_create("distribution");
    TCase *t = tcase_create("distribution");
    tcase_add_test(t, as_r_says);
    tcase_add_test(t, large_parameters);
    tcase_add_test(t, no_distributions);
    tcase_add_test(t, ends);
    tcase_add_test(t, quantiles_of_probabilities);
    suite_add_tcase(s, t);
    return s;
}
