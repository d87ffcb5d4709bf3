/* Which way a chance is found, and series made by chance where no other way is known. */
#include "stdlib/spc/alarm.h"
#include "base/distribution.h"
#include "base/num.h"
#include "stdlib/random/generator.h"
#include "stdlib/spc/chain.h"
#include "stdlib/spc/rules.h"
#include "stdlib/stats/middle.h"
#include <math.h>
#include <stdio.h>

/* Series are simulated until this many points have been judged, or so many series. */
enum { SIMULATED_POINTS = 400000, MOST_SERIES = 20000, SIMULATED_LENGTHS = 4000, SEED = 1 };

static double multiple_of(const struct alarm_asked *asked) {
    return asked->multiple > 0 ? asked->multiple : 3;
}

/* The rules that a chart can break: without limits there are no sigmas to count. */
static struct rule_profile rules_of(const struct alarm_asked *asked) {
    struct rule_profile p = *asked->profile;
    if (!asked->limits) {
        p.outside = false;
        p.inner = p.outer = 0;
        memset(p.zone, 0, sizeof p.zone);
    }
    if (asked->n < RUNS_NEEDED) {
        p.anhoej = p.runs = false;
    }
    return p;
}

/* Rules that compare points with each other, or count runs by how the points lie in the end. */
static bool compares_points(const struct rule_profile *p) {
    return p->trend || p->alternating || p->runs;
}

/* Shifts and Anhoej's rules, and limits perhaps. */
static bool judges_runs_only(const struct rule_profile *p) {
    return !compares_points(p) && !p->inner && !p->outer && !p->zone[0].some;
}

static bool judges_nothing(const struct rule_profile *p) {
    return judges_runs_only(p) && !p->anhoej && !p->shift && !p->outside;
}

/* ---- exactly ---- */

static struct rule_profile without_comparing(const struct rule_profile *p) {
    struct rule_profile rest = *p;
    rest.trend = rest.alternating = 0;
    rest.runs = false;
    return rest;
}

/* Limits and Anhoej's rules: distances and sides are independent. */
static double by_runs(struct arena *a, const struct alarm_asked *asked,
                      const struct rule_profile *p) {
    double beyond = p->outside ? 2 * normal_tails(multiple_of(asked)).upper : 0;
    double runs =
        runs_chance(a, asked->n, runs_longest_limit(asked->n), runs_crossings_limit(asked->n));
    return -expm1(log1p(-runs) + (double)asked->n * log1p(-beyond));
}

/* Shifts and Anhoej's rules about the points' own median. */
static double by_split(struct arena *a, const struct alarm_asked *asked,
                       const struct rule_profile *p) {
    size_t above = asked->above, below = asked->below;
    if (!above && !below) {
        above = below = asked->n / 2; /* the middle one of an odd number lies on it */
    }
    size_t useful = above + below;
    bool anhoej = p->anhoej && useful >= RUNS_NEEDED;
    size_t longest = anhoej ? runs_longest_limit(useful) : useful;
    longest = p->shift && p->shift - 1U < longest ? p->shift - 1U : longest;
    return runs_chance_split(a, above, below, longest, anhoej ? runs_crossings_limit(useful) : 0);
}

static double by_chain(struct arena *a, const struct alarm_asked *asked,
                       const struct rule_profile *p) {
    struct chain_asked how = {.profile = p, .multiple = multiple_of(asked)};
    if (p->anhoej) {
        how.longest = runs_longest_limit(asked->n);
        how.crossings = runs_crossings_limit(asked->n);
    }
    const struct chain *c = chain_make(a, &how);
    return c ? chain_chance(a, c, asked->n) : (double)NAN;
}

/* Of rules that compare nothing. NaN: not known. */
static double exact_chance(struct arena *a, const struct alarm_asked *asked,
                           const struct rule_profile *p) {
    if (judges_nothing(p)) {
        return 0;
    }
    if (asked->median) {
        return judges_runs_only(p) && !p->outside ? by_split(a, asked, p) : (double)NAN;
    }
    bool runs = judges_runs_only(p) && p->anhoej && !p->shift && asked->n <= RUNS_EXACT_MOST;
    return runs ? by_runs(a, asked, p) : by_chain(a, asked, p);
}

/* ---- simulated ---- */

struct simulation {
    struct generator random;
    struct spc_lines lines;
    struct judged judged;
    double *spare;
    const struct rule_profile *rules;
};

static bool make_room(struct arena *a, size_t n, struct simulation *s) {
    double **const arrays[] = {&s->lines.centre, &s->lines.sigma, &s->lines.lower,
                               &s->lines.upper,  &s->lines.z,     &s->spare};
    for (size_t k = 0; k < COUNT_OF(arrays); k++) {
        if (!(*arrays[k] = arena_take(a, n * sizeof(double)))) {
            return false;
        }
    }
    s->lines.value = s->lines.z;
    s->judged.completes = arena_take(a, n * sizeof *s->judged.completes);
    s->judged.members = arena_take(a, n * sizeof *s->judged.members);
    return s->judged.completes && s->judged.members;
}

static void set_lines(struct simulation *s, const struct alarm_asked *asked, size_t n) {
    double multiple = asked->limits ? multiple_of(asked) : (double)NAN;
    for (size_t i = 0; i < n; i++) {
        s->lines.centre[i] = 0;
        s->lines.sigma[i] = asked->limits ? 1 : (double)NAN;
        s->lines.lower[i] = -multiple;
        s->lines.upper[i] = multiple;
    }
}

static void draw_points(struct simulation *s, size_t n, bool median) {
    for (size_t i = 0; i < n; i++) {
        s->lines.value[i] = generator_normal(&s->random);
    }
    if (median) {
        memcpy(s->spare, s->lines.value, n * sizeof(double));
        double middle = stats_median_in_place(s->spare, n);
        for (size_t i = 0; i < n; i++) {
            s->lines.centre[i] = middle;
        }
    }
}

/* The first point that completes a rule; n: none. */
static size_t first_signal(struct simulation *s, size_t n) {
    rules_judge(s->rules, &s->lines, n, NULL, &s->judged);
    size_t i = 0;
    while (i < n && !s->judged.completes[i]) {
        i++;
    }
    return i;
}

/* Whether a rule is broken; not, where one is whose chance is `known`, since it has been counted.
 */
static bool adds_signal(struct simulation *s, size_t n, bool known) {
    const unsigned comparing = RULE_TREND | RULE_ALTERNATING;
    rules_judge(s->rules, &s->lines, n, NULL, &s->judged);
    unsigned bits = 0;
    for (size_t i = 0; i < n; i++) {
        bits |= s->judged.completes[i];
    }
    bool counted = (bits & ~comparing) || (s->rules->anhoej && s->judged.runs.few_crossings);
    bool compared = bits & comparing || s->judged.few_runs || s->judged.many_runs;
    return known ? compared && !counted : compared || counted;
}

/* What is known exactly is only added to, so that the error is of the rest alone. */
static struct alarm simulate(struct arena *a, const struct alarm_asked *asked,
                             const struct rule_profile *p, double known) {
    struct simulation s = {.rules = p};
    struct alarm out = {NAN, 0, ALARM_UNKNOWN, 0};
    if (asked->n > ALARM_MOST || !make_room(a, asked->n, &s)) {
        return out;
    }
    generator_seed(&s.random, SEED);
    set_lines(&s, asked, asked->n);
    out.series = SIMULATED_POINTS / asked->n;
    out.series = out.series < MOST_SERIES ? out.series : MOST_SERIES;
    size_t signals = 0;
    for (size_t k = 0; k < out.series; k++) {
        draw_points(&s, asked->n, asked->median);
        signals += adds_signal(&s, asked->n, !isnan(known));
    }
    double share = (double)signals / (double)out.series;
    out.chance = share + (isnan(known) ? 0 : known);
    out.error = sqrt(share * (1 - share) / (double)out.series);
    out.way = ALARM_SIMULATED;
    return out;
}

struct alarm alarm_of(struct arena *a, const struct alarm_asked *asked) {
    struct rule_profile p = rules_of(asked), rest = without_comparing(&p);
    struct arena_mark mark = arena_mark(a);
    struct alarm out = {.chance = asked->n ? exact_chance(a, asked, &rest) : 0};
    out.way = isnan(out.chance) ? ALARM_UNKNOWN : ALARM_EXACT;
    if (asked->n && (compares_points(&p) || out.way == ALARM_UNKNOWN)) {
        out = simulate(a, asked, &p, out.chance);
    }
    arena_reset(a, mark);
    return out;
}

/* ---- run lengths ---- */

/* One after the other; a series that is too short for a signal gets longer. */
static double simulate_length(struct arena *a, const struct alarm_asked *asked,
                              const struct rule_profile *p, double *error) {
    struct simulation s = {.rules = p};
    double sum = 0, squares = 0;
    if (!make_room(a, ALARM_MOST, &s)) {
        return NAN;
    }
    generator_seed(&s.random, SEED);
    set_lines(&s, asked, ALARM_MOST);
    for (size_t k = 0; k < SIMULATED_LENGTHS; k++) {
        size_t drawn = 0, n = 64, first = 0;
        for (; first == drawn && drawn < ALARM_MOST; n *= 2) {
            n = n < ALARM_MOST ? n : ALARM_MOST;
            while (drawn < n) {
                s.lines.value[drawn++] = generator_normal(&s.random);
            }
            first = first_signal(&s, n);
        }
        if (first == drawn) {
            return NAN; /* too rare to be simulated */
        }
        double length = (double)(first + 1);
        sum += length;
        squares += length * length;
    }
    double many = SIMULATED_LENGTHS, mean = sum / many;
    *error = sqrt((squares / many - mean * mean) / many);
    return mean;
}

double alarm_run_length(struct arena *a, const struct alarm_asked *asked, double *error) {
    struct rule_profile p = rules_of(asked);
    *error = 0;
    if (p.anhoej || p.runs || asked->median) {
        return NAN;
    }
    if (judges_nothing(&p) && !compares_points(&p)) {
        return INFINITY;
    }
    struct arena_mark mark = arena_mark(a);
    struct chain_asked how = {.profile = &p, .multiple = multiple_of(asked)};
    const struct chain *c = chain_make(a, &how);
    double length = c ? chain_run_length(a, c) : simulate_length(a, asked, &p, error);
    arena_reset(a, mark);
    return length;
}

/* ---- words ---- */

/* In percent. */
static void print_share(char out[352], double share) {
    double percent = 100 * share;
    out[num_print_fixed(out, percent, percent > 0 && percent < 1 ? 2 : 1)] = 0;
}

size_t alarm_print(char out[ALARM_WORDS], const struct alarm *alarm, size_t n) {
    char chance[352], error[352];
    if (alarm->way == ALARM_UNKNOWN || alarm->chance == 0) {
        return 0;
    }
    print_share(chance, alarm->chance);
    print_share(error, fmax(alarm->error, 1e-4));
    bool exact = alarm->way == ALARM_EXACT;
    return (size_t)snprintf(out, ALARM_WORDS,
                            "by chance alone a signal on %s %% of charts of %zu point%s%s%s%s",
                            chance, n, n == 1 ? "" : "s", exact ? "" : " (simulated, +-",
                            exact ? "" : error, exact ? "" : ")");
}

/* ---- kept ---- */

static bool same_rules(const struct rule_profile *x, const struct rule_profile *y) {
    for (int k = 0; k < PROFILE_ZONES; k++) {
        const struct zone_rule *p = &x->zone[k], *q = &y->zone[k];
        if (p->some != q->some || p->of != q->of || p->beyond != q->beyond) {
            return false;
        }
    }
    return x->outside == y->outside && x->anhoej == y->anhoej && x->runs == y->runs &&
           x->shift == y->shift && x->centre_breaks == y->centre_breaks && x->trend == y->trend &&
           x->ties_collapse == y->ties_collapse && x->zones_strict == y->zones_strict &&
           x->inner == y->inner && x->outer == y->outer && x->alternating == y->alternating;
}

static bool same_question(const struct alarm_asked *x, const struct alarm_asked *y) {
    return x->n == y->n && x->limits == y->limits && x->multiple == y->multiple &&
           x->median == y->median && x->above == y->above && x->below == y->below;
}

struct alarm alarm_cached(struct alarm_cache *cache, struct arena *a,
                          const struct alarm_asked *asked) {
    for (size_t k = 0; k < cache->n && k < ALARMS_KEPT; k++) {
        if (same_question(&cache->kept[k].asked, asked) &&
            same_rules(&cache->kept[k].rules, asked->profile)) {
            return cache->kept[k].alarm;
        }
    }
    size_t place = cache->n++ % ALARMS_KEPT;
    cache->kept[place].asked = *asked;
    cache->kept[place].asked.profile = NULL; /* the rules may go before the cache does */
    cache->kept[place].rules = *asked->profile;
    return cache->kept[place].alarm = alarm_of(a, asked);
}
