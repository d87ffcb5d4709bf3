/* Student's t by the incomplete beta function, which is worked out as a continued fraction (Lentz's
 * way), and its inverse by halving. */
#include "base/student.h"
#include <math.h>

/* The continued fraction of the incomplete beta function at x, which converges fast for
 * x < (a + 1) / (a + b + 2). */
static double beta_fraction(double x, double a, double b) {
    const double tiny = 1e-300;
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    d = 1 / (fabs(d) < tiny ? tiny : d);
    double result = d;
    for (int m = 1; m < 500; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        const double terms[] = {even, odd};
        double step = 1;
        for (int i = 0; i < 2; i++) {
            d = 1 + terms[i] * d;
            d = 1 / (fabs(d) < tiny ? tiny : d);
            c = 1 + terms[i] / c;
            c = fabs(c) < tiny ? tiny : c;
            step = c * d;
            result *= step;
        }
        if (fabs(step - 1) < 1e-15)
            break;
    }
    return result;
}

/* The incomplete beta function, from 0 to 1. */
static double beta_share(double x, double a, double b) {
    if (x <= 0 || x >= 1)
        return x <= 0 ? 0 : 1;
    double front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
    if (x < (a + 1) / (a + b + 2))
        return front * beta_fraction(x, a, b) / a;
    return 1 - front * beta_fraction(1 - x, b, a) / b;
}

/* How much of the distribution lies in -t .. t. */
static double held(double t, double freedom) {
    return 1 - beta_share(freedom / (freedom + t * t), freedom / 2, 0.5);
}

double student_quantile(double level, double freedom) {
    double low = 0, high = 1;
    while (held(high, freedom) < level && high < 1e150) {
        low = high;
        high *= 2;
    }
    for (int i = 0; i < 100; i++) {
        double middle = (low + high) / 2;
        if (held(middle, freedom) < level)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}
