/* Means, ranges and standard deviations of subgroups (Montgomery 2009, chapter 6). */
#include "stdlib/spc/constants.h"
#include "stdlib/spc/families.h"
#include <math.h>

/* A constant for the size of each subgroup, worked out anew only where the size changes. */
struct constant {
    double (*of)(double n);
    double size, value;
};

static double constant_for(struct constant *c, double size) {
    if (!(size == c->size)) {
        c->size = size;
        c->value = c->of(size);
    }
    return c->value;
}

static size_t last_of_base(const struct spc_points *p) {
    return p->base_stop < p->n ? p->base_stop : p->n;
}

/* Subgroups of one have no spread; they are in the base of means, but not of sigma. */
static bool has_spread(const struct spc_work *w, const double *spread, size_t i) {
    return spc_in_base(w->p, spread, i) && w->p->size[i] >= 2;
}

/* The sigma within subgroups, of their standard deviations: their mean where all have one
 * size, else pooled (Montgomery 6.28 to 6.31); not yet by c4. */
static double common_deviation(const struct spc_work *w, const double *s) {
    const struct spc_points *p = w->p;
    double sum = 0, squares = 0, freedom = 0, size = NAN;
    size_t n = 0;
    bool alike = true;
    for (size_t i = p->base_first; i < last_of_base(p); i++) {
        if (has_spread(w, s, i)) {
            alike = alike && (n == 0 || p->size[i] == size);
            size = p->size[i];
            sum += s[i];
            squares += (size - 1) * s[i] * s[i];
            freedom += size - 1;
            n++;
        }
    }
    return !n ? (double)NAN : alike ? sum / (double)n : sqrt(squares / freedom);
}

/* The mean of range over d2. */
static double sigma_of_ranges(const struct spc_work *w, const double *r) {
    const struct spc_points *p = w->p;
    struct constant d2 = {spc_d2, NAN, NAN};
    double sum = 0;
    size_t n = 0;
    for (size_t i = p->base_first; i < last_of_base(p); i++) {
        if (has_spread(w, r, i)) {
            sum += r[i] / constant_for(&d2, p->size[i]);
            n++;
        }
    }
    w->basis->ranges = n;
    return n ? sum / (double)n : (double)NAN;
}

static double weighted_mean(const struct spc_work *w) {
    const struct spc_points *p = w->p;
    double sum = 0, sizes = 0;
    w->basis->n = 0;
    for (size_t i = p->base_first; i < last_of_base(p); i++) {
        if (spc_in_base(p, w->out->value, i)) {
            sum += p->value[i] * p->size[i];
            sizes += p->size[i];
            w->basis->n++;
        }
    }
    return sizes > 0 ? sum / sizes : (double)NAN;
}

bool spc_means(const struct spc_work *w) {
    struct spc_basis *b = w->basis;
    const struct spc_points *p = w->p;
    struct constant c4 = {spc_c4, NAN, NAN};
    b->centre = spc_centre(w, weighted_mean(w));
    bool by_range = w->o->by_range || !isnan(w->o->sigma);
    double common = w->o->by_range ? sigma_of_ranges(w, p->spread) : common_deviation(w, p->spread);
    common = isnan(w->o->sigma) ? common : w->o->sigma;
    b->sigma = common;
    for (size_t i = 0; i < p->n; i++) {
        double within = by_range ? common : common / constant_for(&c4, p->size[i]);
        spc_put_line(w, i, b->centre, within / sqrt(p->size[i]));
    }
    return !isnan(common);
}

bool spc_deviations(const struct spc_work *w) {
    struct spc_basis *b = w->basis;
    const struct spc_points *p = w->p;
    struct constant c4 = {spc_c4, NAN, NAN};
    spc_base_mean(w, w->out->value);
    b->centre = spc_centre(w, common_deviation(w, w->out->value));
    for (size_t i = 0; i < p->n; i++) {
        double c = constant_for(&c4, p->size[i]);
        spc_put_line(w, i, b->centre, b->centre * sqrt(1 - c * c) / c);
    }
    return !isnan(b->centre);
}

/* The centre is d2 sigma, and so the mean range where all have one size. */
bool spc_ranges(const struct spc_work *w) {
    struct spc_basis *b = w->basis;
    const struct spc_points *p = w->p;
    struct constant d2 = {spc_d2, NAN, NAN}, d3 = {spc_d3, NAN, NAN};
    b->centre = spc_base_mean(w, w->out->value);
    b->sigma = isnan(w->o->sigma) ? sigma_of_ranges(w, w->out->value) : w->o->sigma;
    for (size_t i = 0; i < p->n; i++) {
        spc_put_line(w, i, b->sigma * constant_for(&d2, p->size[i]),
                     b->sigma * constant_for(&d3, p->size[i]));
    }
    return !isnan(b->sigma);
}
