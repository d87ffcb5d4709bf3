/* From values to a judged series: which centre, which limits, which rules. */
#include "stdlib/stats/middle.h"
#include "stdlib/spc/analyse.h"
#include "base/num.h"
#include <math.h>

static const char *const KINDS[SPC_KINDS] = {[SPC_RUN] = "run", [SPC_XMR] = "xmr", [SPC_P] = "p"};

const char *spc_kind_name(enum spc_kind kind) {
    return KINDS[kind];
}

bool spc_kind_named(struct str name, enum spc_kind *out) {
    for (int i = 0; i < SPC_KINDS; i++) {
        if (str_is(name, KINDS[i])) {
            *out = (enum spc_kind)i;
            return true;
        }
    }
    return false;
}

/* Room for the results, NaN everywhere. */
struct room {
    double *lower, *upper, *sigma;
    struct signal *signals;
};

static bool make_room(struct arena *a, size_t n, struct room *m) {
    m->lower = arena_take(a, n * sizeof *m->lower);
    m->upper = arena_take(a, n * sizeof *m->upper);
    m->sigma = arena_take(a, n * sizeof *m->sigma);
    m->signals = arena_zero(a, n * sizeof *m->signals);
    if (!m->lower || !m->upper || !m->sigma || !m->signals) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        m->lower[i] = m->upper[i] = m->sigma[i] = NAN;
    }
    return true;
}

static void find_individuals(const struct spc_input *in, struct spc_result *r, double *sigma) {
    struct xmr x;
    r->has_limits = xmr_limits(in->value, in->n, xmr_factor(in->constant), &x);
    r->centre = x.centre;
    r->mean_range = x.mean_range;
    for (size_t i = 0; i < in->n; i++) {
        sigma[i] = x.sigma;
    }
}

/* Centre and sigmas of the kind. */
static void find_centre(struct arena *a, const struct spc_input *in, struct spc_result *r,
                        double *sigma) {
    switch (in->kind) {
    case SPC_P:
        r->has_limits = p_limits(in->count, in->size, in->n, &r->p, sigma);
        r->centre = r->p.centre;
        return;
    case SPC_XMR:
        find_individuals(in, r, sigma);
        return;
    case SPC_RUN:
    case SPC_KINDS:
        r->centre = stats_median(a, in->value, in->n);
        return;
    }
}

static void draw_limits(const struct spc_input *in, const struct spc_result *r, struct room *m) {
    for (size_t i = 0; i < in->n; i++) {
        if (r->has_limits && !isnan(m->sigma[i])) {
            m->lower[i] = fmax(r->centre - 3 * m->sigma[i], in->low_bound);
            m->upper[i] = fmin(r->centre + 3 * m->sigma[i], in->high_bound);
        } else {
            m->sigma[i] = NAN;
        }
    }
}

/* How often a series in which nothing changed would show a run or crossings signal. */
static double false_signals(struct arena *a, const struct spc_result *r) {
    const struct runs *u = &r->runs;
    if (u->useful < RUNS_NEEDED) {
        return NAN;
    }
    if (r->kind == SPC_RUN) {
        return runs_chance_split(a, u->above, u->below, u->longest_limit, u->crossings_limit);
    }
    return runs_chance(a, u->useful, u->longest_limit, u->crossings_limit);
}

struct spc_result *spc_analyse(struct arena *a, const struct spc_input *in) {
    struct spc_result *r = ARENA_NEW(a, struct spc_result);
    struct room m;
    if (!r || !make_room(a, in->n, &m)) {
        return NULL;
    }
    *r = (struct spc_result){.kind = in->kind,
                             .rules = in->rules,
                             .n = in->n,
                             .centre = NAN,
                             .lower = m.lower,
                             .upper = m.upper,
                             .sigma = m.sigma,
                             .signals = m.signals,
                             .mean_range = NAN,
                             .constant = in->constant};
    for (size_t i = 0; i < in->n; i++) {
        r->present += isnan(in->value[i]) ? 0 : 1;
    }
    find_centre(a, in, r, m.sigma);
    r->has_limits = r->has_limits && r->present >= SPC_FEWEST;
    draw_limits(in, r, &m);
    runs_count(in->value, in->n, r->centre, &r->runs);
    r->chance = false_signals(a, r);
    if (!rules_apply(a, in->rules, in->value, r->has_limits ? m.sigma : NULL, in->n, r->centre,
                     &r->runs, m.signals)) {
        return NULL;
    }
    for (size_t i = 0; i < in->n; i++) {
        r->nsignals += m.signals[i].kind != SIGNAL_NONE;
    }
    return r;
}

static const char *factor_text(enum xmr_constant constant) {
    switch (constant) {
    case XMR_WHEELER:
        return "2.66";
    case XMR_TABLE:
        return "3/1.128";
    default:
        return "2.6587";
    }
}

struct str spc_method(struct arena *a, const struct spc_result *r) {
    const char *rules = r->rules->name;
    switch (r->kind) {
    case SPC_RUN:
    case SPC_KINDS:
        return arena_printf(a, "Run chart: median of %zu values; rules: %s.", r->present, rules);
    case SPC_XMR:
        return arena_printf(a,
                            "XmR chart: limits at %s mean moving ranges from the mean of %zu "
                            "values; rules: %s.",
                            factor_text(r->constant), r->present, rules);
    case SPC_P:
        return arena_printf(a,
                            "p chart: limits at 3 sigma from the pooled share of %zu groups, wider "
                            "for smaller ones; rules: %s.",
                            r->p.n, rules);
    }
    return STR_NONE;
}

static struct str caution_of_groups(struct arena *a, const struct spc_result *r) {
    char text[352];
    if (r->p.least_expected < 1) {
        text[num_print_fixed(text, r->p.least_expected, 2)] = 0;
        return arena_printf(a,
                            "the smallest group is too small for a p chart (%s expected): take "
                            "longer periods",
                            text);
    }
    if (r->p.sigma_z > 1.5) {
        text[num_print_fixed(text, r->p.sigma_z, 1)] = 0;
        return arena_printf(
            a,
            "the groups vary %s times as much as chance allows, so these limits are "
            "too narrow: use kind \"xmr\"",
            text);
    }
    return STR_NONE;
}

struct str spc_caution(struct arena *a, const struct spc_result *r) {
    if (r->kind != SPC_RUN && r->present < SPC_FEWEST) {
        return arena_printf(a, "%zu values are too few for limits: at least %d are needed",
                            r->present, SPC_FEWEST);
    }
    struct str groups = r->kind == SPC_P ? caution_of_groups(a, r) : STR_NONE;
    if (groups.n) {
        return groups;
    }
    if (r->present < SPC_TRIAL) {
        return arena_printf(a, "only %zu values: take this as a first trial", r->present);
    }
    if (r->kind != SPC_RUN && r->present < SPC_FIRM) {
        return arena_printf(a, "%zu values: limits are provisional until there are %d", r->present,
                            SPC_FIRM);
    }
    return STR_NONE;
}
