/* For every permutation one pass over the pairs: the variable that moves, times each of a few
 * orthonormal columns that stay. All else is arithmetic on these sums; only where pairs are not
 * known the products of the columns have to be corrected for the pairs that a move makes unknown.
 */
#include "stdlib/network/mrqap.h"
#include "stdlib/network/dyad_basis.h"
#include <math.h>

/* What is not 0 in a variable, where it counts. */
struct entries {
    uint64_t n;
    uint32_t *from, *to;
    double *value;
};

/* What a move does to a statistic, and where it is kept. */
struct moving {
    struct dyad_move move;
    const struct dyad_basis *basis;
    struct square gram;
    const struct entries *entries; /* see find_by_entries; NULL: there are too many */
    uint64_t dyads, permutations, seed;
    uint64_t stream; /* number of the first draw */
    uint32_t statistics;
    double *drawn; /* permutations times statistics */
    void (*judge)(const struct moving *m, struct dyad_moved *moved, double *out);
    struct mover *worker;
    struct effort *effort;
};

struct mover {
    struct stint stint;
    uint32_t *order;
    struct dyad_moved moved;
};

/* With a constant and one variable that is mostly 0, as relations are, only what is not 0 need be
 * looked at: what moves adds up to 0, wherever it is. */
static enum status find_by_entries(const struct moving *m, struct mover *w) {
    const struct entries *e = m->entries;
    double sum = 0;
    for (uint64_t i = 0; i < e->n; i++) {
        size_t from = dyad_place(m->move.space, w->order[e->from[i]], w->order[e->to[i]]);
        sum += e->value[i] * m->move.variable[from];
    }
    w->moved.own = m->move.own;
    w->moved.lost = 0;
    w->moved.with[0] = 0;
    w->moved.with[1] = sum / m->basis->mix.at[1][1];
    return stint_due(&w->stint, e->n + m->move.space->n);
}

static enum status move_piece(void *user, uint32_t worker, uint32_t piece) {
    const struct moving *m = user;
    struct mover *w = &m->worker[worker];
    const struct dyad_space *s = m->move.space;
    uint64_t first = (uint64_t)piece * DRAWS_OF_PIECE;
    uint64_t end =
        first + DRAWS_OF_PIECE < m->permutations ? first + DRAWS_OF_PIECE : m->permutations;
    enum status status = ST_OK;
    for (uint64_t i = first; i < end && status == ST_OK; i++) {
        draw_order(m->seed, m->stream + i, s->n, w->order);
        status = m->entries ? find_by_entries(m, w)
                            : dyad_moved_find(&m->move, w->order, &w->stint, &w->moved);
        if (status == ST_OK) {
            m->judge(m, &w->moved, m->drawn + i * m->statistics);
        }
    }
    return status;
}

static enum status move_all(struct arena *a, struct moving *m) {
    uint32_t pieces = (uint32_t)((m->permutations + DRAWS_OF_PIECE - 1) / DRAWS_OF_PIECE);
    uint32_t workers = effort_workers(m->effort->host, pieces);
    m->worker = LINE_ARRAY(a, struct mover, workers);
    if (!m->worker) {
        return ST_NO_MEMORY;
    }
    for (uint32_t k = 0; k < workers; k++) {
        struct mover *w = &m->worker[k];
        w->stint = (struct stint){.effort = m->effort, .worker = k};
        w->order = LINE_ARRAY(a, uint32_t, (size_t)m->move.space->n + 1);
        w->moved.row = LINE_ARRAY(a, double, (size_t)m->move.space->stride + 1);
        if (!w->order || !w->moved.row) {
            return ST_NO_MEMORY;
        }
    }
    return effort_share(m->effort, pieces, m, move_piece);
}

/* ---- the fit itself ---- */

/* Everything of one regression; memory is the arena's. */
struct regression {
    struct arena *a;
    const struct dyad_model *model;
    struct effort *effort;
    struct stint stint; /* of all but permutations */
    uint64_t dyads, permutations, seed;
    struct dyad_basis basis; /* of all terms; 0: the constant */
    double *outcome;         /* centred, trimmed; then its residual */
    double mean, total;      /* of the outcome; squares about the mean */
};

static struct dyad_basis only_constant(struct regression *r) {
    return (struct dyad_basis){.stint = &r->stint, .n = 1, .column = {r->basis.column[0]}};
}

/* Without what is constant in it, so that small differences of large sums do no harm. */
static enum status centre_outcome(struct regression *r) {
    const struct dyad_space *s = r->model->space;
    r->outcome = dyad_trimmed(r->a, s, r->model->outcome);
    if (!r->outcome) {
        return ST_NO_MEMORY;
    }
    struct dyad_basis constant = only_constant(r);
    double with[MOST_UNKNOWNS];
    enum status status = dyad_basis_residual(s, &constant, r->outcome, with);
    r->mean = with[0] / r->basis.mix.at[0][0];
    r->total = dyad_product(s, r->outcome, r->outcome);
    return status;
}

/* What is left of an outcome that is a mixture of the terms: then nothing can be tested. */
static const double EXACT = 1e-24;

static enum status fit_terms(struct regression *r, struct dyad_fit *out) {
    const struct dyad_basis *b = &r->basis;
    double with[MOST_UNKNOWNS], row[MOST_UNKNOWNS];
    enum status status = dyad_basis_residual(r->model->space, b, r->outcome, with);
    double rest = dyad_product(r->model->space, r->outcome, r->outcome);
    double freedom = (double)r->dyads - b->n;
    dyad_basis_unmix(b, with);
    with[0] += r->mean;
    for (uint32_t k = 0; k < b->n; k++) {
        double squares = 0;
        dyad_basis_inverse_row(b, k, row);
        for (uint32_t l = k; l < b->n; l++) {
            squares += row[l] * row[l];
        }
        double error = rest > EXACT * r->total ? sqrt(rest / freedom * squares) : (double)NAN;
        out->term[k] = (struct dyad_term){with[k], error, with[k] / error, {0, 0}, 0};
    }
    out->dyads = r->dyads;
    out->r_squared = r->total > 0 ? 1 - rest / r->total : (double)NAN;
    out->adjusted = 1 - (1 - out->r_squared) * ((double)r->dyads - 1) / freedom;
    return status;
}

/* ---- the residual of one term moves ---- */

/* t of the term that moves. Columns: those of the other terms, then the outcome's residual. */
static void judge_residual(const struct moving *m, struct dyad_moved *moved, double *out) {
    uint32_t p = m->basis->n;
    double own = moved->own, with = moved->with[p], rest = m->gram.at[p][p];
    double freedom = (double)m->dyads - (double)moved->lost - (double)p - 1;
    if (moved->lost) {
        double *outcome = moved->gram.at[p];
        rest = outcome[p];
        if (!cholesky_factor(&moved->gram, p) || freedom < 1) {
            *out = NAN;
            return;
        }
        cholesky_forward(&moved->gram, p, moved->with);
        cholesky_forward(&moved->gram, p, outcome);
        for (uint32_t l = 0; l < p; l++) {
            rest -= outcome[l] * outcome[l];
            with -= outcome[l] * moved->with[l];
        }
    }
    for (uint32_t l = 0; l < p; l++) {
        own -= moved->with[l] * moved->with[l];
    }
    rest -= with * with / own;
    *out = own > 0 && rest > 0 ? with / sqrt(own * rest / freedom) : (double)NAN;
}

static enum status move_residual(struct regression *r, uint32_t k, double *drawn,
                                 struct dyad_term *term) {
    const struct dyad_space *s = r->model->space;
    struct dyad_basis others = {.stint = &r->stint};
    double *column[MOST_UNKNOWNS], with[MOST_UNKNOWNS];
    uint32_t mixture;
    enum status status =
        dyad_basis_build(r->a, s, r->model->terms, r->model->term, k, &others, &mixture);
    double *x = status == ST_OK ? dyad_trimmed(r->a, s, r->model->term[k - 1]) : NULL;
    double *y = status == ST_OK ? dyad_trimmed(r->a, s, r->model->outcome) : NULL;
    if (!x || !y) {
        return status == ST_OK ? ST_NO_MEMORY : status;
    }
    status = dyad_basis_residual(s, &others, x, with);
    if (status == ST_OK) {
        status = dyad_basis_residual(s, &others, y, with);
    }
    struct moving m = {.basis = &others,
                       .dyads = r->dyads,
                       .permutations = r->permutations,
                       .seed = r->seed,
                       .stream = (uint64_t)k << 40,
                       .statistics = 1,
                       .drawn = drawn,
                       .judge = judge_residual,
                       .effort = r->effort};
    for (uint32_t l = 0; l < others.n; l++) {
        column[l] = others.column[l];
        m.gram.at[l][l] = 1;
    }
    column[others.n] = y;
    m.gram.at[others.n][others.n] = dyad_product(s, y, y);
    m.move = (struct dyad_move){s, x, dyad_product(s, x, x), others.n + 1, column, &m.gram};
    dyad_fill_upper(s, x);
    if (status == ST_OK) {
        status = move_all(r->a, &m);
    }
    for (uint64_t i = 0; i < r->permutations && status == ST_OK; i++) {
        term->draws += isnan(drawn[i]) || isnan(term->t) ? 0 : 1;
        tails_add(&term->tails, drawn[i], term->t);
    }
    return status;
}

/* ---- the outcome moves ---- */

/* t of every term but the constant. Columns: those of all terms. */
static void judge_outcome(const struct moving *m, struct dyad_moved *moved, double *out) {
    uint32_t p = m->basis->n;
    const struct square *factor = &m->gram;
    double rest = moved->own, freedom = (double)m->dyads - (double)moved->lost - (double)p;
    bool fits = true;
    if (moved->lost) {
        fits = cholesky_factor(&moved->gram, p);
        factor = &moved->gram;
    }
    if (fits) {
        cholesky_forward(factor, p, moved->with);
    }
    for (uint32_t l = 0; l < p; l++) {
        rest -= moved->with[l] * moved->with[l];
    }
    fits = fits && freedom >= 1 && rest > 0;
    if (fits) {
        cholesky_back(factor, p, moved->with);
        dyad_basis_unmix(m->basis, moved->with);
    }
    for (uint32_t k = 1; k < p; k++) {
        double row[MOST_UNKNOWNS], squares = 0;
        dyad_basis_inverse_row(m->basis, k, row);
        if (fits) {
            cholesky_forward(factor, p, row);
        }
        for (uint32_t l = 0; l < p; l++) {
            squares += row[l] * row[l];
        }
        out[k - 1] = fits ? moved->with[k] / sqrt(rest / freedom * squares) : (double)NAN;
    }
}

static enum status move_outcome(struct regression *r, double *drawn, struct dyad_fit *out) {
    const struct dyad_space *s = r->model->space;
    uint32_t terms = r->model->terms;
    struct dyad_basis constant = only_constant(r);
    double with[MOST_UNKNOWNS];
    double *y = dyad_trimmed(r->a, s, r->model->outcome);
    if (!y) {
        return ST_NO_MEMORY;
    }
    enum status status = dyad_basis_residual(s, &constant, y, with);
    struct moving m = {.basis = &r->basis,
                       .dyads = r->dyads,
                       .permutations = r->permutations,
                       .seed = r->seed,
                       .statistics = terms,
                       .drawn = drawn,
                       .judge = judge_outcome,
                       .effort = r->effort};
    for (uint32_t l = 0; l < r->basis.n; l++) {
        m.gram.at[l][l] = 1;
    }
    m.move = (struct dyad_move){s, y, r->total, r->basis.n, r->basis.column, &m.gram};
    dyad_fill_upper(s, y);
    if (status == ST_OK) {
        status = move_all(r->a, &m);
    }
    for (uint64_t i = 0; i < r->permutations * terms && status == ST_OK; i++) {
        struct dyad_term *term = &out->term[1 + i % terms];
        term->draws += isnan(drawn[i]) || isnan(term->t) ? 0 : 1;
        tails_add(&term->tails, drawn[i], term->t);
    }
    return status;
}

/* ---- a whole regression ---- */

static double steps_of(const struct dyad_space *s, uint64_t permutations, uint32_t columns) {
    return (double)permutations * s->n * s->stride * (columns + 1) / 4;
}

static enum status begin(struct regression *r, struct dyad_fit *out) {
    const struct dyad_space *s = r->model->space;
    uint32_t terms = r->model->terms;
    r->stint = (struct stint){.effort = r->effort};
    r->basis.stint = &r->stint;
    *out = (struct dyad_fit){.dyads = dyads_known(s)};
    r->dyads = out->dyads;
    if (r->dyads < (uint64_t)terms + 2) {
        return ST_MISUSE;
    }
    enum status status =
        dyad_basis_build(r->a, s, terms, r->model->term, UINT32_MAX, &r->basis, &out->mixture);
    if (status == ST_OK) {
        status = centre_outcome(r);
    }
    if (status == ST_OK) {
        status = fit_terms(r, out);
    }
    return status;
}

enum status dyads_regress(const struct network_host *host, const struct dyad_model *model,
                          enum dyad_null null, uint64_t permutations, uint64_t seed,
                          struct dyad_fit *out) {
    struct arena a;
    struct effort effort;
    uint32_t terms = model->terms;
    bool residual = null == DYADS_RESIDUAL_MOVES;
    if (terms > MOST_DYAD_TERMS || permutations > (uint64_t)UINT32_MAX) {
        return ST_LIMIT;
    }
    arena_init(&a, host->alloc);
    effort_init(&effort, host,
                steps_of(model->space, residual ? permutations * terms : permutations, terms + 1));
    struct regression r = {
        .a = &a, .model = model, .effort = &effort, .permutations = permutations, .seed = seed};
    double *drawn = ARENA_ARRAY(&a, double, (residual ? 1 : terms) * permutations + 1);
    enum status status = drawn ? begin(&r, out) : ST_NO_MEMORY;
    if (status == ST_OK && !residual) {
        status = move_outcome(&r, drawn, out);
    }
    for (uint32_t k = 1; residual && k <= terms && status == ST_OK; k++) {
        struct arena_mark mark = arena_mark(&a);
        status = move_residual(&r, k, drawn, &out->term[k]);
        arena_reset(&a, mark);
    }
    arena_free(&a);
    return status;
}

/* ---- two variables ---- */

/* Columns: the constant, then the first variable. */
static void judge_correlation(const struct moving *m, struct dyad_moved *moved, double *out) {
    UNUSED(m);
    if (moved->lost) {
        if (!cholesky_factor(&moved->gram, 2)) {
            *out = NAN;
            return;
        }
        cholesky_forward(&moved->gram, 2, moved->with);
    }
    double rest = moved->own - moved->with[0] * moved->with[0];
    *out = rest > 1e-12 * moved->own ? moved->with[1] / sqrt(rest) : (double)NAN;
}

/* NULL also where it is mostly not 0 or where pairs are not known. */
static enum status take_entries(struct arena *a, const struct dyad_space *s, const double *x,
                                uint64_t dyads, struct entries *out, const struct entries **used) {
    uint64_t n = 0;
    *used = NULL;
    for (size_t i = 0; i < (size_t)s->n * s->stride; i++) {
        n += x[i] != 0;
    }
    if (s->unknown || n > dyads / 2) {
        return ST_OK;
    }
    *out = (struct entries){0, ARENA_ARRAY(a, uint32_t, n + 1), ARENA_ARRAY(a, uint32_t, n + 1),
                            ARENA_ARRAY(a, double, n + 1)};
    if (!out->from || !out->to || !out->value) {
        return ST_NO_MEMORY;
    }
    for (uint32_t i = 0; i < s->n; i++) {
        for (uint32_t k = 0; k < dyad_row_length(s, i); k++) {
            double value = x[dyad_place(s, i, k)];
            if (i != k && value != 0) {
                out->from[out->n] = i;
                out->to[out->n] = k;
                out->value[out->n++] = value;
            }
        }
    }
    *used = out;
    return ST_OK;
}

static enum status correlate(struct regression *r, const double *y, struct dyad_correlation *out) {
    const struct dyad_space *s = r->model->space;
    struct dyad_fit fit;
    enum status status = begin(r, &fit);
    out->dyads = fit.dyads;
    double *drawn = ARENA_ARRAY(r->a, double, r->permutations + 1);
    double *moving = drawn ? dyad_trimmed(r->a, s, y) : NULL;
    if (status != ST_OK || !moving || !(r->total > 0)) {
        /* A constant has no correlation, which is an answer. */
        return status == ST_MISUSE || (status == ST_OK && moving) ? ST_OK
               : status == ST_OK                                  ? ST_NO_MEMORY
                                                                  : status;
    }
    struct dyad_basis constant = only_constant(r);
    double with[MOST_UNKNOWNS];
    status = dyad_basis_residual(s, &constant, moving, with);
    double value = dyad_product(s, moving, r->basis.column[1]) / sqrt(r->total);
    out->value = fmax(-1, fmin(1, value));
    struct moving m = {.basis = &r->basis,
                       .gram = {.at = {{1}, {0, 1}}},
                       .dyads = r->dyads,
                       .permutations = r->permutations,
                       .seed = r->seed,
                       .statistics = 1,
                       .drawn = drawn,
                       .judge = judge_correlation,
                       .effort = r->effort};
    m.move = (struct dyad_move){s, moving, r->total, 2, r->basis.column, &m.gram};
    dyad_fill_upper(s, moving);
    struct entries entries;
    if (status == ST_OK) {
        status = take_entries(r->a, s, r->model->term[0], r->dyads, &entries, &m.entries);
    }
    if (status == ST_OK) {
        status = move_all(r->a, &m);
    }
    if (status == ST_OK) {
        out->spread = spread_of(drawn, r->permutations, out->value);
    }
    return status;
}

enum status dyads_correlate(const struct network_host *host, const struct dyad_space *space,
                            const double *x, const double *y, uint64_t permutations, uint64_t seed,
                            struct dyad_correlation *out) {
    struct arena a;
    struct effort effort;
    if (permutations > (uint64_t)UINT32_MAX) {
        return ST_LIMIT;
    }
    *out = (struct dyad_correlation){.value = NAN, .spread = spread_of(NULL, 0, NAN)};
    arena_init(&a, host->alloc);
    effort_init(&effort, host, steps_of(space, permutations, 2));
    struct dyad_model model = {.space = space, .outcome = y, .terms = 1, .term = &x};
    struct regression r = {
        .a = &a, .model = &model, .effort = &effort, .permutations = permutations, .seed = seed};
    enum status status = correlate(&r, y, out);
    arena_free(&a);
    return status;
}
