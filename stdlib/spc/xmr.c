/* Centre lines and sigmas; see xmr.h for what is done with missing values. */
#include "stdlib/spc/xmr.h"
#include <math.h>

static const struct {
    const char *name;
    double factor;
} CONSTANTS[XMR_CONSTANTS] = {
    [XMR_WHEELER] = {"wheeler", 2.66},
    [XMR_TABLE] = {"table", 3 / 1.128},
    [XMR_EXACT] = {"exact", 2.6586807763582736}, /* 3 * sqrt(pi) / 2 */
};

double xmr_factor(enum xmr_constant constant) {
    return CONSTANTS[constant].factor;
}

const char *xmr_constant_name(enum xmr_constant constant) {
    return CONSTANTS[constant].name;
}

bool xmr_limits(const double *x, size_t n, double factor, struct xmr *out) {
    *out = (struct xmr){.centre = NAN, .mean_range = NAN, .sigma = NAN};
    double sum = 0, ranges = 0;
    for (size_t i = 0; i < n; i++) {
        if (isnan(x[i])) {
            continue;
        }
        sum += x[i];
        out->n++;
        if (i > 0 && !isnan(x[i - 1])) {
            ranges += fabs(x[i] - x[i - 1]);
            out->ranges++;
        }
    }
    if (out->n) {
        out->centre = sum / (double)out->n;
    }
    if (!out->ranges) {
        return false;
    }
    out->mean_range = ranges / (double)out->ranges;
    out->sigma = out->mean_range * factor / 3;
    return true;
}

/* The mean moving range of the standardised values, as a sigma (Laney 2002). */
static double laney(const int64_t *count, const int64_t *size, size_t n, double centre,
                    const double *sigma) {
    double sum = 0, last = NAN;
    size_t ranges = 0;
    for (size_t i = 0; i < n; i++) {
        double z = NAN;
        if (sigma[i] > 0) {
            z = ((double)count[i] / (double)size[i] - centre) / sigma[i];
        }
        if (!isnan(z) && !isnan(last)) {
            sum += fabs(z - last);
            ranges++;
        }
        last = z;
    }
    return ranges ? sum / (double)ranges / 1.128 : NAN;
}

bool p_limits(const int64_t *count, const int64_t *size, size_t n, struct p_chart *out,
              double *sigma) {
    *out = (struct p_chart){.centre = NAN, .sigma_z = NAN, .least_expected = NAN};
    double counts = 0, sizes = 0, least = INFINITY;
    for (size_t i = 0; i < n; i++) {
        sigma[i] = NAN;
        if (size[i] > 0) {
            counts += (double)count[i];
            sizes += (double)size[i];
            least = fmin(least, (double)size[i]);
            out->n++;
        }
    }
    if (!out->n) {
        return false;
    }
    out->centre = counts / sizes;
    out->least_expected = least * out->centre;
    double variance = fmax(0, out->centre * (1 - out->centre));
    for (size_t i = 0; i < n; i++) {
        if (size[i] > 0) {
            sigma[i] = sqrt(variance / (double)size[i]);
        }
    }
    out->sigma_z = laney(count, size, n, out->centre, sigma);
    return true;
}
