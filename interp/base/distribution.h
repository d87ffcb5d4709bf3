/* Distributions of statistics: probabilities of both tails, and quantiles.
 *
 * `lower` is the probability of a value or less, `upper` of more. Parameters that make no
 * distribution give NaN. Checked against R to 1e-12 of each value. */
#ifndef SPOKE_BASE_DISTRIBUTION_H
#define SPOKE_BASE_DISTRIBUTION_H

#include "base/special.h"

/* ---- probabilities ---- */

struct tails normal_tails(double z);
struct tails student_tails(double t, double freedom);
struct tails chi_square_tails(double x, double freedom);
/* `above` and `below` are the degrees of freedom of numerator and denominator. */
struct tails f_tails(double x, double above, double below);
struct tails gamma_tails(double x, double shape, double rate);
struct tails beta_tails(double x, double a, double b);
struct tails binomial_tails(double k, double n, double p);
struct tails poisson_tails(double k, double mean);
/* Of `drawn` without putting back, out of `marked` and `others`: how many are marked. */
struct tails hypergeometric_tails(double k, double marked, double others, double drawn);

/* ---- probabilities of one value ---- */

double binomial_probability(double k, double n, double p);
double poisson_probability(double k, double mean);
double hypergeometric_probability(double k, double marked, double others, double drawn);

/* ---- quantiles ---- */

/* The value with the probability p (0 to 1) below it. `normal_above(q)` is the value with q above
 * it, which a q near 0 says more exactly than p = 1 - q; so do `student_above` and the others. */
double normal_quantile(double p);
double normal_above(double q);
double student_above(double q, double freedom);
double chi_square_quantile(double p, double freedom);
double chi_square_above(double q, double freedom);
double f_quantile(double p, double above, double below);
double f_above(double q, double above, double below);
double beta_quantile(double p, double a, double b);
/* The least value with the probability p or more of it or less. A p that is nearly met, as by
 * rounding, is met. */
double binomial_quantile(double p, double n, double chance);
double poisson_quantile(double p, double mean);
double hypergeometric_quantile(double p, double marked, double others, double drawn);

/* The t with which -t .. t holds `level` (above 0, below 1) of Student's distribution with
 * `freedom` degrees of freedom (above 0). */
double student_quantile(double level, double freedom);

#endif
