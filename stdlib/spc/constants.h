/* Constants of control charts, worked out and not looked up: any subgroup size, full precision.
 *
 * n is the size of a subgroup, 2 or more; below 2 they are NaN. W is the range and S the standard
 * deviation (divided by n - 1) of n independent values of a standard normal distribution. */
#ifndef SPOKE_SPC_CONSTANTS_H
#define SPOKE_SPC_CONSTANTS_H

/* E(S) = sqrt(2 / (n - 1)) gamma(n / 2) / gamma((n - 1) / 2); n may be any number above 1. */
double spc_c4(double n);
/* The standard deviation of S: sqrt(1 - c4^2). */
double spc_c5(double n);
/* E(W), the integral of 1 - F^n - (1 - F)^n (Tippett 1925). Takes microseconds. */
double spc_d2(double n);
/* The standard deviation of W. Takes a millisecond: a double integral. */
double spc_d3(double n);

/* What moving ranges of two are divided by: their mean by d2(2), their median by its median, which
 * is sqrt(2) times the third quartile of a standard normal distribution. */
#define SPC_D2_OF_2 1.1283791670955126
#define SPC_MEDIAN_OF_2 0.9538725524089398

#endif
