/* Relations against relations: QAP correlation, MRQAP, logistic regression, over the pairs of a
 * network's members.
 *
 * Relations are laid out as they come by; when all have, the work is done. */
#include "stdlib/network/bind_columns.h"
#include "stdlib/network/bind_network.h"
#include "stdlib/network/logit.h"
#include "stdlib/rows.h"
#include <math.h>

/* One call. */
struct pairs {
    struct dyad_space space;
    double **relation;      /* by relation of the network: its variable; NULL: not asked for */
    double **transposed;    /* the same turned round */
    const uint8_t **silent; /* by relation: members who did not answer; NULL: all did */
    bool strength;
    uint64_t permutations, seed;
};

static struct pairs *pairs_of(const void *user) {
    return *(struct pairs *const *)user;
}

enum { NO_RELATION = UINT32_MAX };

/* Reported if there is none. */
static uint32_t find_relation(struct measuring *m, struct str name) {
    for (uint32_t k = 0; k < m->net->nties; k++) {
        if (str_eq(m->net->ties[k].name, name)) {
            return k;
        }
    }
    measure_fails(m, "relations are named after the tables of their ties",
                  "`%.*s` has no relation `%.*s`", STR_ARG(m->net->name), STR_ARG(name));
    return NO_RELATION;
}

static enum status take_pairs(struct measuring *m, struct pairs *p) {
    struct arena *a = native_arena(m->call);
    size_t relations = (size_t)m->net->nties + 1;
    p->relation = arena_zero(a, relations * sizeof *p->relation);
    p->transposed = arena_zero(a, relations * sizeof *p->transposed);
    p->silent = arena_zero(a, relations * sizeof *p->silent);
    return p->relation && p->transposed && p->silent ? dyad_space_init(&p->space, m->net->n, false)
                                                     : ST_NO_MEMORY;
}

/* Wants relation k, turned round or not. */
static enum status want(struct measuring *m, struct pairs *p, uint32_t k, bool transposed) {
    double **at = transposed ? &p->transposed[k] : &p->relation[k];
    p->space.directed = p->space.directed || m->net->ties[k].directed;
    if (!*at) {
        *at = dyad_variable(native_arena(m->call), &p->space);
    }
    return had_memory(*at != NULL);
}

/* Lays out the relation at hand. */
static enum status lay_out(struct measuring *m, const void *user) {
    const struct pairs *p = pairs_of(user);
    size_t k = (size_t)(m->ties - m->net->ties);
    p->silent[k] = m->silent;
    if (p->relation[k]) {
        dyads_of_ties(&p->space, &m->graph, p->strength, false, p->relation[k]);
    }
    if (p->transposed[k]) {
        dyads_of_ties(&p->space, &m->graph, p->strength, true, p->transposed[k]);
    }
    return ST_OK;
}

/* Pairs that relation k does not know take no part. */
static enum status forget_silent(struct measuring *m, const struct pairs *p, uint32_t k,
                                 bool transposed, struct arena *a, struct dyad_space *space) {
    return p->silent[k]
               ? dyads_of_silent(a, space, p->silent[k], m->net->ties[k].directed, transposed)
               : ST_OK;
}

static void note_permutations(struct measuring *m, const struct pairs *p) {
    if (p->permutations) {
        native_note(m->call, "%llu permutations of members, seed %lld",
                    (unsigned long long)p->permutations, (long long)p->seed);
    }
}

static enum status read_test(struct measuring *m, struct pairs *p, int permutations) {
    p->seed = (uint64_t)native_int(m->call, permutations + 1);
    return read_draws(m, permutations, &p->permutations);
}

static enum tie_values values_of(const struct pairs *p) {
    return p->strength ? TIES_STRENGTH : TIES_ALIKE;
}

/* ---- QAP correlation ---- */

/* Arguments, and columns. */
enum { QAP_FIRST = 1, QAP_SECOND, QAP_STRENGTH, QAP_PERMUTATIONS };
enum { FIRST, SECOND, CORRELATION, MEAN, SD, LOW, HIGH, BOTH };

/* NO_RELATION: any. */
static enum status read_relation(struct measuring *m, int argument, uint32_t *out) {
    *out = NO_RELATION;
    if (!native_is_missing(m->call, argument)) {
        *out = find_relation(m, native_text(m->call, argument));
        return *out == NO_RELATION ? ST_FAILED : ST_OK;
    }
    return ST_OK;
}

static enum status begin_qap(struct measuring *m, const void *user) {
    struct pairs *p = pairs_of(user);
    uint32_t first, second;
    enum status s = take_pairs(m, p);
    if (s == ST_OK) {
        s = read_test(m, p, QAP_PERMUTATIONS);
    }
    if (s == ST_OK) {
        s = read_relation(m, QAP_FIRST, &first);
    }
    if (s == ST_OK) {
        s = read_relation(m, QAP_SECOND, &second);
    }
    for (uint32_t k = 0; s == ST_OK && k < m->net->nties; k++) {
        if (first == NO_RELATION || second == NO_RELATION || k == first || k == second) {
            s = want(m, p, k, false);
        }
    }
    return s;
}

static bool put_correlation(struct measuring *m, uint32_t first, uint32_t second,
                            const struct dyad_correlation *x) {
    struct frame *f = m->frame;
    uint32_t row = f->n;
    uint64_t draws = x->spread.n;
    double both = draws ? tails_both(&x->spread.tails, draws) : (double)NAN;
    return frame_push(f) && put_text(f, FIRST, row, m->net->ties[first].name) &&
           put_text(f, SECOND, row, m->net->ties[second].name) &&
           put_float(f, CORRELATION, row, x->value) && put_float(f, MEAN, row, x->spread.mean) &&
           put_float(f, SD, row, x->spread.sd) &&
           put_float(f, LOW, row, share_of_tail(x->spread.tails.low, draws)) &&
           put_float(f, HIGH, row, share_of_tail(x->spread.tails.high, draws)) &&
           put_float(f, BOTH, row, both);
}

static enum status correlate(struct measuring *m, const struct pairs *p, uint32_t first,
                             uint32_t second) {
    struct dyad_space space = p->space;
    struct dyad_correlation x;
    struct arena a;
    arena_init(&a, native_alloc(m->call));
    space.directed = m->net->ties[first].directed || m->net->ties[second].directed;
    enum status s = forget_silent(m, p, first, false, &a, &space);
    if (s == ST_OK) {
        s = forget_silent(m, p, second, false, &a, &space);
    }
    if (s == ST_OK) {
        s = dyads_correlate(&m->host, &space, p->relation[first], p->relation[second],
                            p->permutations, p->seed, &x);
    }
    arena_free(&a);
    return s == ST_OK ? had_memory(put_correlation(m, first, second, &x)) : s;
}

/* Every two relations once, if none is named; those with the one that is; or the two. */
static enum status end_qap(struct measuring *m, const void *user) {
    const struct pairs *p = pairs_of(user);
    uint32_t first, second;
    enum status s = read_relation(m, QAP_FIRST, &first);
    if (s == ST_OK) {
        s = read_relation(m, QAP_SECOND, &second);
    }
    for (uint32_t a = 0; s == ST_OK && a < m->net->nties; a++) {
        for (uint32_t b = 0; s == ST_OK && b < m->net->nties; b++) {
            bool named = first != NO_RELATION || second != NO_RELATION;
            bool fits =
                (first == NO_RELATION || first == a) && (second == NO_RELATION || second == b);
            bool both = first != NO_RELATION && second != NO_RELATION;
            if (fits && (named ? both || a != b : a < b)) {
                s = correlate(m, p, a, b);
            }
        }
    }
    note_permutations(m, p);
    return s;
}

int network_qap(struct native_call *c) {
    struct pairs p = {.strength = native_int(c, QAP_STRENGTH) != 0}, *at = &p;
    return measure_network(
        c,
        &(struct measure){
            .values = values_of(&p),
            .definition = "qap: product-moment correlation of two relations over pairs of "
                          "different members, ordered if one relation has directions (Krackhardt "
                          "1988); mean, sd and p of permutations of the second's members: share, "
                          "the observed one counted, with as little or less (low), as much or "
                          "more (high), and twice the smaller one",
            .begin = begin_qap,
            .unknown = "are pairs that take no part",
            .fn = lay_out,
            .end = end_qap,
            .user = &at});
}

/* ---- regression ---- */

/* Arguments that both regressions begin with. */
enum { OUTCOME = 1, PREDICTORS, TRANSPOSED, SAME, DIFFERENCE, STRENGTH, METHOD, PERMUTATIONS };

struct regression {
    struct pairs pairs; /* first: lay_out sees no more */
    uint32_t outcome, terms;
    const double *term[MOST_DYAD_TERMS];
    struct str name[MOST_DYAD_TERMS + 1]; /* 0: the intercept */
    enum dyad_null null;
};

static struct regression *regression_of(const void *user) {
    return (struct regression *)(void *)pairs_of(user);
}

static enum status name_term(struct measuring *m, struct regression *r, const char *format,
                             struct str what) {
    if (r->terms == MOST_DYAD_TERMS) {
        return measure_fails(m, "leave some out", "at most %d terms can be told apart",
                             MOST_DYAD_TERMS);
    }
    r->name[++r->terms] = arena_printf(native_arena(m->call), format, STR_ARG(what));
    return had_memory(r->name[r->terms].p != NULL);
}

static enum status add_relations(struct measuring *m, struct regression *r, int argument) {
    bool transposed = argument == TRANSPOSED;
    enum status s = ST_OK;
    for (uint32_t i = 0; s == ST_OK && i < native_list_length(m->call, argument); i++) {
        struct str name = native_list_text(m->call, argument, i);
        uint32_t k = find_relation(m, name);
        if (k == r->outcome && !transposed) {
            return measure_fails(m, "`transposed` takes its ties the other way",
                                 "`%.*s` cannot depend on itself", STR_ARG(name));
        }
        s = k == NO_RELATION ? ST_FAILED : want(m, &r->pairs, k, transposed);
        if (s == ST_OK) {
            s = name_term(m, r, transposed ? "%.*s transposed" : "%.*s", name);
        }
        if (s == ST_OK) {
            r->term[r->terms - 1] = transposed ? r->pairs.transposed[k] : r->pairs.relation[k];
        }
    }
    return s;
}

static enum status add_column(struct measuring *m, struct regression *r, int argument,
                              struct str name) {
    struct arena *a = native_arena(m->call);
    struct dyad_space *space = &r->pairs.space;
    struct member_groups groups;
    const double *number;
    enum status s = name_term(m, r, argument == SAME ? "same %.*s" : "difference of %.*s", name);
    if (s == ST_OK) {
        s = argument == SAME ? read_groups(m, name, &groups) : read_numbers(m, name, &number);
    }
    double *x = s == ST_OK ? dyad_variable(a, space) : NULL;
    if (!x) {
        return s == ST_OK ? ST_NO_MEMORY : s;
    }
    r->term[r->terms - 1] = x;
    return argument == SAME ? dyads_of_same(a, space, groups.by.of, x)
                            : dyads_of_difference(a, space, number, x);
}

static enum status add_columns(struct measuring *m, struct regression *r, int argument) {
    enum status s = ST_OK;
    for (uint32_t i = 0; s == ST_OK && i < native_list_length(m->call, argument); i++) {
        s = add_column(m, r, argument, native_list_text(m->call, argument, i));
    }
    return s;
}

static enum status begin_regression(struct measuring *m, const void *user) {
    struct regression *r = regression_of(user);
    enum status s = take_pairs(m, &r->pairs);
    r->name[0] = STR("(intercept)");
    r->outcome = s == ST_OK ? find_relation(m, native_text(m->call, OUTCOME)) : 0;
    if (s == ST_OK) {
        s = r->outcome == NO_RELATION ? ST_FAILED : want(m, &r->pairs, r->outcome, false);
    }
    for (int argument = PREDICTORS; s == ST_OK && argument <= TRANSPOSED; argument++) {
        s = add_relations(m, r, argument);
    }
    for (int argument = SAME; s == ST_OK && argument <= DIFFERENCE; argument++) {
        s = add_columns(m, r, argument);
    }
    if (s == ST_OK && r->terms == 0) {
        s = measure_fails(m,
                          "`predictors` and `transposed` are relations, `same` and `difference` "
                          "columns of the members",
                          "nothing is said that `%.*s` could depend on",
                          STR_ARG(m->net->ties[r->outcome].name));
    }
    return s;
}

/* Of all relations of the model. */
static enum status forget_unknown(struct measuring *m, struct pairs *p) {
    struct arena *a = native_arena(m->call);
    enum status s = ST_OK;
    for (uint32_t k = 0; s == ST_OK && k < m->net->nties; k++) {
        s = p->relation[k] ? forget_silent(m, p, k, false, a, &p->space) : ST_OK;
        if (s == ST_OK && p->transposed[k]) {
            s = forget_silent(m, p, k, true, a, &p->space);
        }
    }
    return s;
}

/* What the kernel could not do. */
static enum status explain(struct measuring *m, const struct regression *r,
                           const struct dyad_fit *fit) {
    if (fit->mixture == 0) {
        return measure_fails(m, "leave some terms out", "%llu pairs are too few for %u term%s",
                             (unsigned long long)fit->dyads, r->terms, r->terms == 1 ? "" : "s");
    }
    return measure_fails(m, "leave it out", "`%.*s` says nothing that other terms do not say",
                         STR_ARG(r->name[fit->mixture]));
}

static void note_pairs(struct measuring *m, const struct regression *r,
                       const struct dyad_fit *fit) {
    native_note(m->call, "%llu pairs of members, %s", (unsigned long long)fit->dyads,
                r->pairs.space.directed ? "ordered" : "without order");
}

/* An estimate, or its quotient: 0 where no more than what rounding leaves of it. */
static double clear_of_noise(double figure, const struct dyad_term *x) {
    return fabs(x->estimate) < 1e-12 * x->error ? 0 : figure;
}

/* A share of nothing but rounding is none. */
static double explained(const struct dyad_fit *fit) {
    return fabs(fit->r_squared) < 1e-12 ? 0 : fit->r_squared;
}

/* ---- MRQAP ---- */

enum { TERM, ESTIMATE, T, TERM_LOW, TERM_HIGH, TERM_BOTH, R_SQUARED };

static bool put_term(struct measuring *m, const struct regression *r, uint32_t k,
                     const struct dyad_fit *fit) {
    const struct dyad_term *x = &fit->term[k];
    struct frame *f = m->frame;
    uint32_t row = f->n;
    double both = x->draws ? tails_both(&x->tails, x->draws) : (double)NAN;
    return frame_push(f) && put_text(f, TERM, row, r->name[k]) &&
           put_float(f, ESTIMATE, row, clear_of_noise(x->estimate, x)) &&
           put_float(f, T, row, clear_of_noise(x->t, x)) &&
           put_float(f, TERM_LOW, row, share_of_tail(x->tails.low, x->draws)) &&
           put_float(f, TERM_HIGH, row, share_of_tail(x->tails.high, x->draws)) &&
           put_float(f, TERM_BOTH, row, both) && put_float(f, R_SQUARED, row, explained(fit));
}

static enum status begin_mrqap(struct measuring *m, const void *user) {
    enum status s = read_test(m, pairs_of(user), PERMUTATIONS);
    return s == ST_OK ? begin_regression(m, user) : s;
}

static enum status end_mrqap(struct measuring *m, const void *user) {
    struct regression *r = regression_of(user);
    struct dyad_fit fit;
    struct dyad_model model = {&r->pairs.space, r->pairs.relation[r->outcome], r->terms, r->term};
    enum status s = forget_unknown(m, &r->pairs);
    if (s == ST_OK) {
        s = dyads_regress(&m->host, &model, r->null, r->pairs.permutations, r->pairs.seed, &fit);
    }
    if (s == ST_MISUSE) {
        return explain(m, r, &fit);
    }
    for (uint32_t k = 0; s == ST_OK && k <= r->terms; k++) {
        s = had_memory(put_term(m, r, k, &fit));
    }
    note_pairs(m, r, &fit);
    note_permutations(m, &r->pairs);
    return s;
}

#define MRQAP                                                                                      \
    "mrqap: linear regression of one relation over pairs of different members; t by ordinary "     \
    "least squares, p by comparing it with t after permutations of "
#define P_OF_TERMS                                                                                 \
    ": share, the observed one counted, with as little or less (low), as much or more (high), "    \
    "and twice the smaller one"

int network_mrqap(struct native_call *c) {
    struct regression r = {.pairs.strength = native_int(c, STRENGTH) != 0};
    struct pairs *at = &r.pairs;
    struct str method = native_text(c, METHOD);
    r.null = str_is(method, "outcome") ? DYADS_OUTCOME_MOVES : DYADS_RESIDUAL_MOVES;
    if (!str_is(method, "outcome") && !str_is(method, "dsp")) {
        return native_fail_help(c,
                                "\"dsp\" permutes what a term has that others do not have, "
                                "\"outcome\" the outcome",
                                "there is no method \"%.*s\"", STR_ARG(method));
    }
    return measure_network(
        c, &(struct measure){.values = values_of(&r.pairs),
                             .definition = r.null == DYADS_OUTCOME_MOVES
                                               ? MRQAP "the outcome (Krackhardt 1988)" P_OF_TERMS
                                               : MRQAP "what the term has that others do not have "
                                                       "(double semi-partialling: Dekker, "
                                                       "Krackhardt and Snijders 2007)" P_OF_TERMS,
                             .begin = begin_mrqap,
                             .unknown = "are pairs that take no part",
                             .fn = lay_out,
                             .end = end_mrqap,
                             .user = &at});
}

/* ---- logistic ---- */

enum { ODDS_RATIO = 2, ERROR, QUOTIENT, PSEUDO };

static bool put_logit(struct measuring *m, const struct regression *r, uint32_t k,
                      const struct dyad_fit *fit) {
    const struct dyad_term *x = &fit->term[k];
    struct frame *f = m->frame;
    uint32_t row = f->n;
    return frame_push(f) && put_text(f, TERM, row, r->name[k]) &&
           put_float(f, ESTIMATE, row, clear_of_noise(x->estimate, x)) &&
           put_float(f, ODDS_RATIO, row, exp(clear_of_noise(x->estimate, x))) &&
           put_float(f, ERROR, row, x->error) &&
           put_float(f, QUOTIENT, row, clear_of_noise(x->t, x)) &&
           put_float(f, PSEUDO, row, explained(fit));
}

static enum status end_logit(struct measuring *m, const void *user) {
    struct regression *r = regression_of(user);
    struct dyad_fit fit;
    bool converged;
    struct dyad_model model = {&r->pairs.space, r->pairs.relation[r->outcome], r->terms, r->term};
    enum status s = forget_unknown(m, &r->pairs);
    if (s == ST_OK) {
        s = dyads_logit(&m->host, &model, &fit, &converged);
    }
    if (s == ST_MISUSE) {
        return explain(m, r, &fit);
    }
    if (s == ST_OK && !converged) {
        return measure_fails(m, "leave out a term that tells ties from all other pairs",
                             "no estimates are the best for `%.*s`",
                             STR_ARG(m->net->ties[r->outcome].name));
    }
    for (uint32_t k = 0; s == ST_OK && k <= r->terms; k++) {
        s = had_memory(put_logit(m, r, k, &fit));
    }
    note_pairs(m, r, &fit);
    return s;
}

int network_netlogit(struct native_call *c) {
    struct regression r = {.terms = 0};
    struct pairs *at = &r.pairs;
    return measure_network(
        c,
        &(struct measure){
            .values = TIES_ALIKE,
            .definition = "netlogit: logistic regression of whether there is a tie over pairs of "
                          "different members; error and z take pairs as independent, which "
                          "they are not: `mrqap` tests; pseudo_r_squared: McFadden 1973",
            .begin = begin_regression,
            .unknown = "are pairs that take no part",
            .fn = lay_out,
            .end = end_logit,
            .user = &at});
}
