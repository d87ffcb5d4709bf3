/* Newton's method on orthonormal columns, from the intercept's estimate. */
#include "stdlib/network/logit.h"
#include "stdlib/network/dyad_basis.h"
#include <math.h>

enum { MOST_ROUNDS = 25 };

struct logit {
    const struct dyad_space *space;
    const double *outcome;
    struct dyad_basis basis;
    double at[MOST_UNKNOWNS]; /* coefficients of columns */
    /* At these. */
    double likelihood, slope[MOST_UNKNOWNS];
    struct square curve;
};

/* log(1 + e^x) without overflow. */
static double log_one_plus(double x) {
    return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
}

static void add_pair(struct logit *m, size_t place) {
    uint32_t p = m->basis.n;
    double x = 0;
    for (uint32_t l = 0; l < p; l++) {
        x += m->at[l] * m->basis.column[l][place];
    }
    double chance = 1 / (1 + exp(-x)), weight = chance * (1 - chance);
    double rest = m->outcome[place] - chance;
    m->likelihood += m->outcome[place] * x - log_one_plus(x);
    for (uint32_t k = 0; k < p; k++) {
        double column = m->basis.column[k][place];
        m->slope[k] += rest * column;
        for (uint32_t l = 0; l <= k; l++) {
            m->curve.at[k][l] += weight * column * m->basis.column[l][place];
        }
    }
}

static enum status look_around(struct logit *m, struct stint *stint) {
    const struct dyad_space *s = m->space;
    enum status status = ST_OK;
    m->likelihood = 0;
    memset(m->slope, 0, sizeof m->slope);
    memset(&m->curve, 0, sizeof m->curve);
    for (uint32_t i = 0; i < s->n && status == ST_OK; i++) {
        status = stint_due(stint, (uint64_t)s->n * m->basis.n);
        for (uint32_t k = 0; k < dyad_row_length(s, i); k++) {
            if (i != k && dyad_known(s, i, k)) {
                add_pair(m, dyad_place(s, i, k));
            }
        }
    }
    return status;
}

/* What a step is expected to gain, at which the next estimate is exact. Where terms tell ties from
 * all else, every step gains a share of what is left, and this is not reached. */
static const double LEAST_GAIN = 1e-12;

/* The way to go becomes `slope`; what the whole of it would gain. */
static double find_way(struct logit *m) {
    double gain = 0;
    cholesky_forward(&m->curve, m->basis.n, m->slope);
    for (uint32_t l = 0; l < m->basis.n; l++) {
        gain += m->slope[l] * m->slope[l];
    }
    cholesky_back(&m->curve, m->basis.n, m->slope);
    return gain;
}

/* Goes it, or half of it, or half of that, until it does not lead down: where chances are near 0 or
 * 1, the whole of it goes too far. */
static enum status go(struct logit *m, struct stint *stint) {
    double from[MOST_UNKNOWNS], way[MOST_UNKNOWNS], before = m->likelihood, share = 1;
    enum status status;
    memcpy(from, m->at, sizeof from);
    memcpy(way, m->slope, sizeof way);
    do {
        for (uint32_t l = 0; l < m->basis.n; l++) {
            m->at[l] = from[l] + share * way[l];
        }
        status = look_around(m, stint);
        share /= 2;
    } while (status == ST_OK && share > 1e-3 && !(m->likelihood >= before - 1e-9));
    return status;
}

static enum status climb(struct logit *m, struct stint *stint, bool *converged) {
    enum status status = look_around(m, stint);
    *converged = false;
    for (int round = 0; round < MOST_ROUNDS && status == ST_OK && !*converged; round++) {
        if (!cholesky_factor(&m->curve, m->basis.n)) {
            break;
        }
        *converged = find_way(m) <= LEAST_GAIN;
        status = go(m, stint);
    }
    return status;
}

static void report(struct logit *m, uint64_t ties, struct dyad_fit *out) {
    double row[MOST_UNKNOWNS], n = (double)out->dyads, y = (double)ties;
    double alone = (y > 0 ? y * log(y / n) : 0) + (n > y ? (n - y) * log((n - y) / n) : 0);
    bool known = cholesky_factor(&m->curve, m->basis.n);
    dyad_basis_unmix(&m->basis, m->at);
    for (uint32_t k = 0; k < m->basis.n; k++) {
        double squares = 0;
        dyad_basis_inverse_row(&m->basis, k, row);
        if (known) {
            cholesky_forward(&m->curve, m->basis.n, row);
        }
        for (uint32_t l = 0; l < m->basis.n; l++) {
            squares += row[l] * row[l];
        }
        double error = known ? sqrt(squares) : (double)NAN;
        out->term[k] =
            (struct dyad_term){.estimate = m->at[k], .error = error, .t = m->at[k] / error};
    }
    out->r_squared = alone < 0 ? 1 - m->likelihood / alone : (double)NAN;
    out->adjusted = NAN;
}

static uint64_t count_ties(const struct dyad_space *s, const double *outcome) {
    uint64_t ties = 0;
    for (uint32_t i = 0; i < s->n; i++) {
        for (uint32_t k = 0; k < dyad_row_length(s, i); k++) {
            ties += i != k && dyad_known(s, i, k) && outcome[dyad_place(s, i, k)] > 0;
        }
    }
    return ties;
}

enum status dyads_logit(const struct network_host *host, const struct dyad_model *model,
                        struct dyad_fit *out, bool *converged) {
    struct arena a;
    struct effort effort;
    struct logit m = {.space = model->space, .outcome = model->outcome};
    *out = (struct dyad_fit){.dyads = dyads_known(model->space)};
    *converged = false;
    if (model->terms > MOST_DYAD_TERMS) {
        return ST_LIMIT;
    }
    if (out->dyads < (uint64_t)model->terms + 2) {
        return ST_MISUSE;
    }
    arena_init(&a, host->alloc);
    effort_init(&effort, host, 8 * (double)model->space->n * model->space->n * (model->terms + 1));
    struct stint stint = {.effort = &effort};
    m.basis.stint = &stint;
    enum status status = dyad_basis_build(&a, model->space, model->terms, model->term, UINT32_MAX,
                                          &m.basis, &out->mixture);
    uint64_t ties = count_ties(model->space, model->outcome);
    if (status == ST_OK && ties > 0 && ties < out->dyads) {
        double odds = (double)ties / (double)(out->dyads - ties);
        m.at[0] = log(odds) * m.basis.mix.at[0][0];
        status = climb(&m, &stint, converged);
    }
    if (status == ST_OK) {
        report(&m, ties, out);
    }
    arena_free(&a);
    return status;
}
