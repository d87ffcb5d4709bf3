/* Sums are taken in eight lanes, always in the same order. */
#include "stdlib/network/dyad_basis.h"
#include "stdlib/network/lanes.h"
#include <math.h>

static size_t all_numbers(const struct dyad_space *s) {
    return (size_t)s->n * s->stride;
}

double dyad_product(const struct dyad_space *s, const double *x, const double *y) {
    union lane_values sum = {.all = {0}};
    const lanes *a = (const lanes *)x, *b = (const lanes *)y;
    for (size_t i = 0; i < all_numbers(s) / DYAD_LANES; i++) {
        sum.all += a[i] * b[i];
    }
    return lanes_sum(&sum);
}

void dyad_trim(const struct dyad_space *s, double *x) {
    for (uint32_t i = 0; i < s->n; i++) {
        for (uint32_t k = 0; k < s->stride; k++) {
            if (i == k || k >= dyad_row_length(s, i) || !dyad_known(s, i, k)) {
                x[dyad_place(s, i, k)] = 0;
            }
        }
    }
}

double *dyad_trimmed(struct arena *a, const struct dyad_space *s, const double *x) {
    double *out = LINE_ARRAY(a, double, all_numbers(s));
    if (out) {
        memcpy(out, x, all_numbers(s) * sizeof *out);
        dyad_trim(s, out);
    }
    return out;
}

void dyad_fill_upper(const struct dyad_space *s, double *x) {
    for (uint32_t i = 0; !s->directed && i < s->n; i++) {
        for (uint32_t k = 0; k < i; k++) {
            x[dyad_place(s, k, i)] = x[dyad_place(s, i, k)];
        }
    }
}

void dyad_ones(const struct dyad_space *s, double *out) {
    for (size_t i = 0; i < all_numbers(s); i++) {
        out[i] = 1;
    }
    dyad_trim(s, out);
}

/* ---- bases ---- */

/* One look at a column, of the steps that permutations are counted in. */
static enum status look_due(const struct dyad_space *s, const struct dyad_basis *b) {
    return stint_due(b->stint, (uint64_t)all_numbers(s) / 2);
}

enum status dyad_basis_residual(const struct dyad_space *s, const struct dyad_basis *b, double *x,
                                double *with) {
    enum status status = ST_OK;
    for (uint32_t l = 0; l < b->n; l++) {
        with[l] = 0;
    }
    for (uint32_t l = 0; l < 2 * b->n && status == ST_OK; l++) {
        const double *column = b->column[l % b->n];
        double share = dyad_product(s, x, column);
        with[l % b->n] += share;
        for (size_t i = 0; i < all_numbers(s); i++) {
            x[i] -= share * column[i];
        }
        status = look_due(s, b);
    }
    return status;
}

/* What is left of a variable that is a mixture of others: as good as qr() of R. */
static const double MIXTURE = 1e-7;

enum status dyad_basis_add(const struct dyad_space *s, struct dyad_basis *b, double *variable) {
    double with[MOST_UNKNOWNS];
    double before = sqrt(dyad_product(s, variable, variable));
    enum status status = dyad_basis_residual(s, b, variable, with);
    double length = sqrt(dyad_product(s, variable, variable));
    if (status != ST_OK || !(length > MIXTURE * before)) {
        return status == ST_OK ? ST_MISUSE : status;
    }
    for (size_t i = 0; i < all_numbers(s); i++) {
        variable[i] /= length;
    }
    for (uint32_t l = 0; l < b->n; l++) {
        b->mix.at[l][b->n] = with[l];
    }
    b->mix.at[b->n][b->n] = length;
    b->column[b->n++] = variable;
    return ST_OK;
}

enum status dyad_basis_build(struct arena *a, const struct dyad_space *s, uint32_t terms,
                             const double *const *term, uint32_t without, struct dyad_basis *b,
                             uint32_t *mixture) {
    b->n = 0;
    for (uint32_t k = 0; k <= terms; k++) {
        if (k == without) {
            continue;
        }
        double *x = k ? dyad_trimmed(a, s, term[k - 1]) : dyad_variable(a, s);
        if (!x) {
            return ST_NO_MEMORY;
        }
        if (k == 0) {
            dyad_ones(s, x);
        }
        enum status status = dyad_basis_add(s, b, x);
        if (status != ST_OK) {
            *mixture = k;
            return status;
        }
    }
    return ST_OK;
}

void dyad_basis_unmix(const struct dyad_basis *b, double *x) {
    for (uint32_t k = b->n; k-- > 0;) {
        for (uint32_t l = k + 1; l < b->n; l++) {
            x[k] -= b->mix.at[k][l] * x[l];
        }
        x[k] /= b->mix.at[k][k];
    }
}

void dyad_basis_inverse_row(const struct dyad_basis *b, uint32_t k, double *row) {
    for (uint32_t l = 0; l < b->n; l++) {
        row[l] = l == k;
        for (uint32_t j = k; j < l; j++) {
            row[l] -= row[j] * b->mix.at[j][l];
        }
        row[l] /= b->mix.at[l][l];
    }
}

/* ---- changed places ---- */

static void lose_pair(const struct dyad_move *m, size_t place, struct dyad_moved *out) {
    if (out->lost++ == 0) {
        out->gram = *m->gram;
    }
    for (uint32_t k = 0; k < m->columns; k++) {
        for (uint32_t l = 0; l <= k; l++) {
            out->gram.at[k][l] -= m->column[k][place] * m->column[l][place];
        }
    }
}

static void gather_row(const struct dyad_move *m, const uint32_t *order, uint32_t i, uint32_t n,
                       double *row) {
    const double *from = m->variable + dyad_place(m->space, order[i], 0);
    for (uint32_t k = 0; k < n; k++) {
        row[k] = from[order[k]];
    }
}

/* The same where some pairs are not known. */
static void gather_known(const struct dyad_move *m, const uint32_t *order, uint32_t i, uint32_t n,
                         struct dyad_moved *out) {
    const struct dyad_space *s = m->space;
    for (uint32_t k = 0; k < n; k++) {
        size_t place = dyad_place(s, i, k), from = dyad_place(s, order[i], order[k]);
        out->row[k] = s->unknown[place] ? 0 : m->variable[from];
        out->own += out->row[k] * out->row[k];
        if (i != k && !s->unknown[place] && s->unknown[from]) {
            lose_pair(m, place, out);
        }
    }
}

static void add_products(const struct dyad_move *m, const double *row, uint32_t i, uint32_t blocks,
                         union lane_values *sums) {
    const lanes *z = (const lanes *)row;
    for (uint32_t c = 0; c < m->columns; c++) {
        const lanes *x = (const lanes *)(m->column[c] + dyad_place(m->space, i, 0));
        lanes sum = sums[c].all;
        for (uint32_t b = 0; b < blocks; b++) {
            sum += z[b] * x[b];
        }
        sums[c].all = sum;
    }
}

enum status dyad_moved_find(const struct dyad_move *m, const uint32_t *order, struct stint *stint,
                            struct dyad_moved *out) {
    const struct dyad_space *s = m->space;
    union lane_values sums[MOST_UNKNOWNS];
    memset(sums, 0, m->columns * sizeof *sums);
    memset(out->row, 0, s->stride * sizeof *out->row);
    out->lost = 0;
    out->own = s->unknown ? 0 : m->own;
    enum status status = ST_OK;
    for (uint32_t i = 0; i < s->n && status == ST_OK; i++) {
        uint32_t n = dyad_row_length(s, i);
        status = stint_due(stint, (uint64_t)s->stride * (m->columns + 1) / 4);
        if (s->unknown) {
            gather_known(m, order, i, n, out);
        } else {
            gather_row(m, order, i, n, out->row);
        }
        add_products(m, out->row, i, (n + DYAD_LANES - 1) / DYAD_LANES, sums);
    }
    for (uint32_t c = 0; c < m->columns; c++) {
        out->with[c] = lanes_sum(&sums[c]);
    }
    return status;
}
