/* From points to a judged series: phase by phase, limits first, then rules. */
#include "stdlib/spc/analyse.h"
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
    phase->base_first = first + p.base_first;
    phase->base_stop = first + (p.base_stop < n ? p.base_stop : n);
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
                             .points = in->points,
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
