/* Row by row; a pivot that lost all but its last few digits says that an unknown is no more than a
 * mixture of those before it. */
#include "stdlib/network/cholesky.h"
#include <math.h>

bool cholesky_factor(struct square *m, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        double before = m->at[i][i];
        for (uint32_t k = 0; k <= i; k++) {
            double rest = m->at[i][k];
            for (uint32_t j = 0; j < k; j++) {
                rest -= m->at[i][j] * m->at[k][j];
            }
            if (k < i) {
                m->at[i][k] = rest / m->at[k][k];
            } else if (rest > 1e-12 * before) {
                m->at[i][i] = sqrt(rest);
            } else {
                return false;
            }
        }
    }
    return true;
}

void cholesky_forward(const struct square *factor, uint32_t n, double *x) {
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t k = 0; k < i; k++) {
            x[i] -= factor->at[i][k] * x[k];
        }
        x[i] /= factor->at[i][i];
    }
}

void cholesky_back(const struct square *factor, uint32_t n, double *x) {
    for (uint32_t i = n; i-- > 0;) {
        for (uint32_t k = i + 1; k < n; k++) {
            x[i] -= factor->at[k][i] * x[k];
        }
        x[i] /= factor->at[i][i];
    }
}
