/* Sums, and run lengths as solutions of Fredholm equations at Gauss's nodes (Crowder 1987). */
#include "stdlib/spc/cusum.h"
#include "base/distribution.h"
#include <math.h>

void cusum_path(const double *value, size_t n, const struct cusum_options *o, double *high,
                double *low) {
    double up = o->head, down = o->head;
    for (size_t i = 0; i < n; i++) {
        if (isnan(value[i])) {
            high[i] = low[i] = NAN;
            continue;
        }
        double z = (value[i] - o->target) / o->sigma;
        up = fmax(0, up + z - o->slack);
        down = fmax(0, down - z - o->slack);
        high[i] = up;
        low[i] = down;
    }
}

/* ---- run lengths ---- */

enum { NODES = 40, UNKNOWNS = NODES + 1 };
static const double pi = 3.14159265358979323846;

static double density(double z) {
    return exp(-z * z / 2) / sqrt(2 * pi);
}

/* Nodes and weights on -1 to 1: the roots of Legendre's polynomial, by Newton's steps. */
static void gauss_nodes(double x[NODES], double w[NODES]) {
    for (int i = 0; i < NODES; i++) {
        double at = cos(pi * (i + 0.75) / (NODES + 0.5)), slope = 1;
        for (int step = 0; step < 8; step++) {
            double p = 1, before = 0;
            for (int k = 1; k <= NODES; k++) {
                double next = ((2 * k - 1) * at * p - (k - 1) * before) / k;
                before = p;
                p = next;
            }
            slope = NODES * (at * p - before) / (at * at - 1);
            at -= p / slope;
        }
        x[i] = at;
        w[i] = 2 / ((1 - at * at) * slope * slope);
    }
}

/* Solves m x = 1 in place by elimination; the last column becomes x. */
static void solve(double m[UNKNOWNS][UNKNOWNS + 1], int n) {
    for (int k = 0; k < n; k++) {
        int best = k;
        for (int i = k + 1; i < n; i++) {
            best = fabs(m[i][k]) > fabs(m[best][k]) ? i : best;
        }
        for (int j = k; j <= n; j++) {
            double spare = m[k][j];
            m[k][j] = m[best][j];
            m[best][j] = spare;
        }
        for (int i = 0; i < n; i++) {
            double factor = i == k ? 0 : m[i][k] / m[k][k];
            for (int j = k; factor != 0 && j <= n; j++) {
                m[i][j] -= factor * m[k][j];
            }
        }
    }
    for (int k = 0; k < n; k++) {
        m[k][n] /= m[k][k];
    }
}

/* L(z) = 1 + L(0) P(the sum falls to 0) + integral of L(x) times the density of getting from z to
 * x; L(0) is one more unknown. */
double cusum_run_length_one(double slack, double limit, double shift, double head) {
    if (!(limit > 0 && limit <= 20 && slack >= 0 && head >= 0 && head < limit)) {
        return NAN;
    }
    double x[NODES], w[NODES], m[UNKNOWNS][UNKNOWNS + 1];
    gauss_nodes(x, w);
    for (int i = 0; i <= NODES; i++) {
        double z = i < NODES ? limit * (x[i] + 1) / 2 : 0;
        for (int j = 0; j < NODES; j++) {
            double to = limit * (x[j] + 1) / 2;
            m[i][j] = (i == j) - w[j] * limit / 2 * density(to + slack - z - shift);
        }
        m[i][NODES] = (i == NODES) - normal_tails(slack - z - shift).lower;
        m[i][UNKNOWNS] = 1;
    }
    solve(m, UNKNOWNS);
    double length = 1 + m[NODES][UNKNOWNS] * normal_tails(slack - head - shift).lower;
    for (int j = 0; j < NODES; j++) {
        double to = limit * (x[j] + 1) / 2;
        length += w[j] * limit / 2 * density(to + slack - head - shift) * m[j][UNKNOWNS];
    }
    return length;
}

/* Only one of both sums can be above its limit, so their rates of signals add up (Van Dobben de
 * Bruyn 1968). */
double cusum_run_length(double slack, double limit, double shift) {
    double up = cusum_run_length_one(slack, limit, shift, 0);
    double down = cusum_run_length_one(slack, limit, -shift, 0);
    return 1 / (1 / up + 1 / down);
}

double ewma_run_length(double weight, double multiple, double shift) {
    if (!(weight > 0 && weight <= 1 && multiple > 0 && multiple <= 6)) {
        return NAN;
    }
    if (weight > 0.9) { /* close to single points, the kernel is too narrow for the nodes */
        return weight == 1 ? shewhart_run_length(multiple, shift) : (double)NAN;
    }
    double x[NODES], w[NODES], m[UNKNOWNS][UNKNOWNS + 1];
    double edge = multiple * sqrt(weight / (2 - weight));
    gauss_nodes(x, w);
    for (int i = 0; i < NODES; i++) {
        for (int j = 0; j < NODES; j++) {
            double step = edge * (x[j] - (1 - weight) * x[i]) / weight - shift;
            m[i][j] = (i == j) - w[j] * edge / weight * density(step);
        }
        m[i][NODES] = 1;
    }
    solve(m, NODES);
    double length = 1;
    for (int j = 0; j < NODES; j++) {
        length += w[j] * edge / weight * density(edge * x[j] / weight - shift) * m[j][NODES];
    }
    return length;
}

double shewhart_run_length(double multiple, double shift) {
    return 1 / (normal_tails(multiple - shift).upper + normal_tails(-multiple - shift).lower);
}
