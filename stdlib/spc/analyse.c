/* From points to a judged series: phase by phase, limits first, then rules. */
#include "stdlib/spc/analyse.h"
#include "base/num.h"
#include <math.h>

/* ---- room ---- */

struct room {
    struct spc_lines lines;
    double *lower, *upper;
    struct judged judged;
    struct signal *signals;
    struct spc_phase *phases;
};

static bool make_room(struct arena *a, size_t n, size_t phases, struct room *m) {
    double **const arrays[] = {&m->lines.value, &m->lines.centre, &m->lines.sigma, &m->lines.lower,
                               &m->lines.upper, &m->lines.z,      &m->lower,       &m->upper};
    for (size_t k = 0; k < COUNT_OF(arrays); k++) {
        if (!(*arrays[k] = arena_take(a, n * sizeof(double)))) {
            return false;
        }
    }
    m->judged.completes = arena_take(a, n * sizeof *m->judged.completes);
    m->judged.members = arena_take(a, n * sizeof *m->judged.members);
    m->signals = arena_take(a, n * sizeof *m->signals);
    m->phases = arena_zero(a, phases * sizeof *m->phases);
    return m->judged.completes && m->judged.members && m->signals && m->phases;
}

/* ---- phases ---- */

static struct spc_lines lines_from(const struct spc_lines *l, size_t i) {
    return (struct spc_lines){l->value + i, l->centre + i, l->sigma + i,
                              l->lower + i, l->upper + i,  l->z + i};
}

#define FROM(array, i) ((array) ? (array) + (i) : NULL)

/* The points of a phase, with as much of the base as lies in it. */
static struct spc_points points_of(const struct spc_points *p, size_t first, size_t stop) {
    struct spc_points out = {.n = stop - first,
                             .value = FROM(p->value, first),
                             .count = FROM(p->count, first),
                             .size = FROM(p->size, first),
                             .spread = FROM(p->spread, first),
                             .ghost = FROM(p->ghost, first)};
    size_t from = p->base_first > first ? p->base_first : first;
    size_t to = p->base_stop < stop ? p->base_stop : stop;
    bool any = from < to;
    out.base_first = any ? from - first : 0;
    out.base_stop = any ? to - first : out.n;
    return out;
}

/* Too few points make no limits: what was drawn is taken back. */
static void take_limits_back(const struct spc_lines *l, size_t n) {
    for (size_t i = 0; i < n; i++) {
        l->lower[i] = l->upper[i] = l->sigma[i] = l->z[i] = NAN;
    }
}

static size_t count_present(const struct spc_lines *l, size_t n, const uint8_t *ghost) {
    size_t present = 0;
    for (size_t i = 0; i < n; i++) {
        present += !isnan(l->value[i]) && !(ghost && ghost[i]);
    }
    return present;
}

/* Rules of runs hold for points that are independent, which averages and ranges are not. */
static struct rule_profile rules_for(const struct spc_input *in) {
    struct rule_profile rules = *in->profile;
    if (!spc_trait(in->kind)->runs) {
        rules =
            (struct rule_profile){.name = rules.name, .says = rules.says, .outside = rules.outside};
    }
    return rules;
}

static void analyse_phase(const struct spc_input *in, struct room *m, struct spc_phase *phase) {
    size_t first = phase->first, n = phase->stop - first;
    struct spc_points p = points_of(&in->points, first, phase->stop);
    struct spc_lines lines = lines_from(&m->lines, first);
    phase->has_limits = spc_limits_of(in->kind, &p, &in->options, &lines, &phase->basis) &&
                        spc_trait(in->kind)->has_limits;
    phase->present = count_present(&lines, n, p.ghost);
    bool given = !isnan(in->options.centre) && !isnan(in->options.sigma);
    phase->has_limits = phase->has_limits && (phase->basis.n >= SPC_FEWEST || given);
    if (!phase->has_limits) {
        take_limits_back(&lines, n);
    }
    for (size_t i = 0; i < n; i++) {
        double low = lines.lower[i], high = lines.upper[i];
        spc_clamp(in->kind, &p, i, &low, &high);
        m->lower[first + i] = fmax(low, in->low_bound);
        m->upper[first + i] = fmin(high, in->high_bound);
        if (isnan(low)) {
            m->lower[first + i] = m->upper[first + i] = NAN;
        }
    }
    struct rule_profile rules = rules_for(in);
    struct judged judged = {.completes = m->judged.completes + first,
                            .members = m->judged.members + first};
    rules_judge(&rules, &lines, n, p.ghost, &judged);
    signals_of(&rules, &lines, n, p.ghost, judged.members, m->signals + first);
    phase->runs = judged.runs;
    phase->few_runs = judged.few_runs;
    phase->many_runs = judged.many_runs;
}

struct spc_result *spc_analyse(struct arena *a, const struct spc_input *in) {
    struct spc_result *r = ARENA_NEW(a, struct spc_result);
    size_t n = in->points.n, nphases = in->nphases ? in->nphases : 1;
    struct room m = {0};
    if (!r || !make_room(a, n, nphases, &m)) {
        return NULL;
    }
    *r = (struct spc_result){.kind = in->kind,
                             .profile = in->profile,
                             .options = in->options,
                             .n = n,
                             .lines = m.lines,
                             .lower = m.lower,
                             .upper = m.upper,
                             .ghost = in->points.ghost,
                             .completes = m.judged.completes,
                             .members = m.judged.members,
                             .signals = m.signals,
                             .phases = m.phases,
                             .nphases = nphases};
    for (size_t k = 0; k < nphases; k++) {
        m.phases[k].first = in->nphases ? in->phase_starts[k] : 0;
        m.phases[k].stop = k + 1 < nphases ? in->phase_starts[k + 1] : n;
        analyse_phase(in, &m, &m.phases[k]);
        r->present += m.phases[k].present;
    }
    for (size_t i = 0; i < n; i++) {
        r->nsignals += m.signals[i].kind != SIGNAL_NONE;
    }
    return r;
}

const struct spc_phase *spc_last_phase(const struct spc_result *r) {
    return &r->phases[r->nphases - 1];
}

double spc_last_centre(const struct spc_result *r) {
    const struct spc_phase *phase = spc_last_phase(r);
    for (size_t i = phase->stop; i-- > phase->first;) {
        if (!isnan(r->lines.centre[i])) {
            return r->lines.centre[i];
        }
    }
    return NAN;
}

bool spc_shows_signal(const struct spc_result *r, const struct spc_phase *phase) {
    for (size_t i = phase->first; i < phase->stop; i++) {
        if (r->signals[i].kind != SIGNAL_NONE) {
            return true;
        }
    }
    return (r->profile->anhoej && spc_trait(r->kind)->runs && phase->runs.few_crossings) ||
           phase->few_runs || phase->many_runs;
}

bool spc_own_median(const struct spc_result *r, const struct spc_phase *phase) {
    return (r->kind == SPC_RUN || r->kind == SPC_G) && isnan(r->options.centre) &&
           phase->basis.n == phase->present;
}

bool spc_alarm_asked(const struct spc_result *r, const struct spc_phase *phase,
                     struct alarm_asked *out) {
    const struct spc_trait *trait = spc_trait(r->kind);
    bool median = spc_own_median(r, phase);
    *out = (struct alarm_asked){.profile = r->profile,
                                .n = phase->present,
                                .limits = phase->has_limits,
                                .multiple = r->options.multiple,
                                .median = median,
                                .above = median ? phase->runs.above : 0,
                                .below = median ? phase->runs.below : 0};
    return trait->runs && (trait->normal || !phase->has_limits);
}

/* ---- words ---- */

static const char *factor_text(enum spc_constant constant) {
    static const char *const texts[SPC_CONSTANTS] = {
        [SPC_TABLE] = "3/1.128", [SPC_WHEELER] = "2.66", [SPC_EXACT] = "2.6587"};
    return texts[constant];
}

static struct str laney_text(struct arena *a, const struct spc_result *r) {
    const struct spc_basis *b = &spc_last_phase(r)->basis;
    char times[352];
    times[num_print_fixed(times, b->sigma_z, 2)] = 0;
    return arena_printf(a,
                        "limits at 3 sigma from the pooled %s of %zu groups, times %s, since they "
                        "vary that much %s than chance",
                        r->kind == SPC_P_PRIME ? "share" : "rate", b->n,
                        isnan(b->sigma_z) ? "what they vary more" : times,
                        b->sigma_z < 1 ? "less" : "more");
}

static struct str limits_text(struct arena *a, const struct spc_result *r) {
    size_t n = spc_last_phase(r)->basis.n;
    switch (r->kind) {
    case SPC_RUN:
        return arena_printf(a, "median of %zu values", n);
    case SPC_XMR:
        return arena_printf(a, "limits at %s mean moving ranges from the mean of %zu values",
                            factor_text(r->options.constant), n);
    case SPC_MR:
        return arena_printf(a, "mean of %zu moving ranges", n);
    case SPC_P:
        return arena_printf(
            a, "limits at 3 sigma from the pooled share of %zu groups, wider for smaller ones", n);
    case SPC_P_PRIME:
    case SPC_U_PRIME:
        return laney_text(a, r);
    case SPC_G:
        return arena_printf(a,
                            "median of %zu counts of cases between events, limits about their "
                            "mean by the geometric distribution",
                            n);
    case SPC_T:
        return arena_printf(a, "limits of %zu times to the power of 1/3.6, which is nearly normal",
                            n);
    case SPC_XBAR:
    case SPC_R:
    case SPC_S:
        return arena_printf(a, "limits at 3 sigma within %zu subgroups", n);
    case SPC_EWMA:
    case SPC_MA:
        return arena_printf(a, "limits at 3 sigma of the averages, from %zu values", n);
    default:
        return arena_printf(a, "limits at 3 sigma from the pooled level of %zu groups", n);
    }
}

static struct str ghosts_text(struct arena *a, const struct spc_result *r) {
    size_t n = 0;
    for (size_t i = 0; r->ghost && i < r->n; i++) {
        n += r->ghost[i] != 0;
    }
    return n ? arena_printf(a, "; %zu hollow point%s not judged", n, n == 1 ? " is" : "s are")
             : STR_NONE;
}

struct str spc_method(struct arena *a, const struct spc_result *r) {
    struct str limits = limits_text(a, r), ghosts = ghosts_text(a, r);
    char alarm[ALARM_WORDS];
    alarm[alarm_print(alarm, &r->alarm, spc_last_phase(r)->present)] = 0;
    return limits.p ? arena_printf(a, "%s: %.*s; rules: %s%s%s%.*s.", spc_trait(r->kind)->title,
                                   STR_ARG(limits), r->profile->name, alarm[0] ? ", " : "", alarm,
                                   STR_ARG(ghosts))
                    : limits;
}

static struct str caution_of_groups(struct arena *a, const struct spc_result *r) {
    const struct spc_basis *b = &spc_last_phase(r)->basis;
    char text[352];
    if (b->least_expected < 1) {
        text[num_print_fixed(text, b->least_expected, 2)] = 0;
        return arena_printf(a,
                            "the smallest group is too small for a %s chart (%s expected): take "
                            "longer periods",
                            spc_trait(r->kind)->name, text);
    }
    bool allowed_for = r->kind == SPC_P_PRIME || r->kind == SPC_U_PRIME;
    if (b->sigma_z > 1.5 && !allowed_for) {
        text[num_print_fixed(text, b->sigma_z, 1)] = 0;
        return arena_printf(
            a,
            "the groups vary %s times as much as chance allows, so these limits are "
            "too narrow: use kind \"%s'\"",
            text, spc_trait(r->kind)->name);
    }
    return STR_NONE;
}

struct str spc_caution(struct arena *a, const struct spc_result *r) {
    bool limits = spc_trait(r->kind)->has_limits;
    size_t n = spc_last_phase(r)->basis.n;
    if (limits && n < SPC_FEWEST) {
        return arena_printf(a, "%zu values are too few for limits: at least %d are needed", n,
                            SPC_FEWEST);
    }
    struct str groups = caution_of_groups(a, r);
    if (groups.n) {
        return groups;
    }
    if (n < SPC_TRIAL) {
        return arena_printf(a, "only %zu value%s: take this as a first trial", n,
                            n == 1 ? "" : "s");
    }
    if (limits && n < SPC_FIRM) {
        return arena_printf(a, "%zu values: limits are provisional until there are %d", n,
                            SPC_FIRM);
    }
    return STR_NONE;
}
