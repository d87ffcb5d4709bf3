/* Student's t distribution: how many standard errors hold a share of it. */
#ifndef SPOKE_BASE_STUDENT_H
#define SPOKE_BASE_STUDENT_H

/* The t with which -t .. t holds `level` (above 0, below 1) of the distribution with `freedom`
 * degrees of freedom (above 0). */
double student_quantile(double level, double freedom);

#endif
