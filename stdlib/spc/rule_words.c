/* Rules in words: what each takes, how often chance alone does as much, what was found.
 *
 * Chances are of independent normal points about a centre and sigma that are known; runs are
 * counted exactly. "by chance 0.4%" is of the points that are named, not of the whole series. */
#include "base/distribution.h"
#include "base/num.h"
#include "stdlib/spc/families.h"
#include "stdlib/spc/formulas.h"
#include <math.h>

static void put_percent(struct buf *b, double share) {
    char text[352];
    double x = share * 100;
    if (isnan(x)) {
        buf_text(b, "unknown");
        return;
    }
    buf_put(b, text, num_print_fixed(text, x, x >= 10 ? 0 : x >= 1 ? 1 : x >= 0.1 ? 2 : 4));
    buf_char(b, '%');
}

/* ---- chances of patterns ---- */

/* Some of so many beyond z on one side, either of them. */
static double chance_of_zone(const struct zone_rule *z) {
    double beyond = normal_tails(z->beyond).upper;
    return 2 * binomial_tails(z->some - 1.0, z->of, beyond).upper;
}

/* All of n rising or all falling. */
static double chance_of_trend(unsigned n) {
    return 2 / tgamma(n + 1.0);
}

/* Up and down by turns: 2 E / n!, where the zigzag numbers E over n! are the coefficients e of sec
 * + tan, 2 (k + 1) e(k + 1) = the sum of e(i) e(k - i) (Andre 1881). */
static double chance_of_alternating(unsigned n) {
    double e[UINT8_MAX + 1] = {1, 1};
    for (unsigned k = 1; k < n; k++) {
        double sum = 0;
        for (unsigned i = 0; i <= k; i++) {
            sum += e[i] * e[k - i];
        }
        e[k + 1] = sum / (2 * (k + 1.0));
    }
    return 2 * e[n];
}

static double chance_of(const struct rule_profile *p, unsigned bit, double multiple) {
    double inside = 1 - 2 * normal_tails(1).upper;
    switch (bit) {
    case RULE_BELOW:
    case RULE_ABOVE:
        return normal_tails(multiple).upper;
    case RULE_SHIFT:
        return ldexp(1, 1 - p->shift);
    case RULE_TREND:
        return chance_of_trend(p->trend);
    case RULE_INNER:
        return pow(inside, p->inner);
    case RULE_OUTER:
        return pow(1 - inside, p->outer);
    case RULE_ALTERNATING:
        return chance_of_alternating(p->alternating);
    default:
        for (int k = 0; k < PROFILE_ZONES; k++) {
            if (bit == (unsigned)RULE_ZONE << k) {
                return chance_of_zone(&p->zone[k]);
            }
        }
        return NAN;
    }
}

/* ---- sentences ---- */

static bool has_rule(const struct rule_profile *p, unsigned bit) {
    switch (bit) {
    case RULE_BELOW:
    case RULE_ABOVE:
        return p->outside;
    case RULE_SHIFT:
        return p->shift != 0;
    case RULE_TREND:
        return p->trend != 0;
    case RULE_INNER:
        return p->inner != 0;
    case RULE_OUTER:
        return p->outer != 0;
    case RULE_ALTERNATING:
        return p->alternating != 0;
    default:
        for (int k = 0; k < PROFILE_ZONES; k++) {
            if (bit == (unsigned)RULE_ZONE << k) {
                return p->zone[k].some != 0;
            }
        }
        return false; /* long runs are told with the crossings */
    }
}

static size_t completed(const struct spc_result *r, unsigned bit) {
    size_t n = 0;
    for (size_t i = 0; i < r->n; i++) {
        n += (r->completes[i] & bit) != 0;
    }
    return n;
}

static void put_found(struct buf *b, size_t n) {
    if (n) {
        buf_printf(b, "completed at %zu point%s\n", n, n == 1 ? "" : "s");
    } else {
        buf_text(b, "not found\n");
    }
}

static void put_rule(struct buf *b, const struct spc_result *r, unsigned bit) {
    char name[64];
    buf_char(b, '\t');
    buf_put(b, name, rule_print(name, r->profile, bit));
    buf_text(b, ": by chance ");
    put_percent(b, chance_of(r->profile, bit, spc_multiple(&r->options)));
    buf_text(b, bit == RULE_BELOW || bit == RULE_ABOVE ? " of normal points; "
                                                       : " of so many points; ");
    put_found(b, completed(r, bit));
}

/* Whether chance is that of a series split by its own median. */
static bool is_split(const struct spc_result *r) {
    return spc_own_median(r, spc_last_phase(r));
}

static double chance_of_runs(struct arena *a, const struct spc_result *r, const struct runs *u,
                             size_t longest, size_t crossings) {
    return is_split(r) ? runs_chance_split(a, u->above, u->below, longest, crossings)
                       : runs_chance(a, u->useful, longest, crossings);
}

static void put_longest(struct buf *b, struct arena *a, const struct spc_result *r,
                        const struct runs *u) {
    buf_printf(b, "\tlongest run on one side: %zu of %zu points; more than %zu is a signal; p = ",
               u->longest, u->useful, u->longest_limit);
    spc_put_number(b, u->longest ? chance_of_runs(a, r, u, u->longest - 1, 0) : (double)NAN);
    buf_char(b, '\n');
}

static void put_crossings(struct buf *b, struct arena *a, const struct spc_result *r,
                          const struct runs *u) {
    buf_printf(b, "\tcrossings of the centre: %zu; fewer than %zu is a signal; p = ", u->crossings,
               u->crossings_limit);
    spc_put_number(b, chance_of_runs(a, r, u, u->useful, u->crossings + 1));
    buf_text(b, is_split(r) ? ", about the series' own median\n"
                            : ", about a centre as likely on either side\n");
}

static void put_anhoej(struct buf *b, struct arena *a, const struct spc_result *r) {
    const struct spc_phase *phase = spc_last_phase(r);
    if (phase->runs.useful < RUNS_NEEDED) {
        buf_printf(b, "\truns: %zu points beside the centre, and %d are needed to judge runs\n",
                   phase->runs.useful, RUNS_NEEDED);
        return;
    }
    put_longest(b, a, r, &phase->runs);
    put_crossings(b, a, r, &phase->runs);
}

static void put_runs(struct buf *b, const struct spc_result *r) {
    const struct spc_phase *phase = spc_last_phase(r);
    size_t few, many;
    buf_printf(b, "\truns about the centre: %zu",
               phase->runs.useful ? phase->runs.crossings + 1 : 0);
    if (runs_acceptable(phase->runs.above, phase->runs.below, &few, &many)) {
        buf_printf(b, "; fewer than %zu or more than %zu is a signal, each by chance 2.5%% at most",
                   few, many);
    } else {
        buf_text(b, ", too few points to judge them");
    }
    buf_char(b, '\n');
}

/* Of all rules at once. */
static void put_alarm(struct buf *b, const struct spc_result *r) {
    char words[ALARM_WORDS];
    size_t n = alarm_print(words, &r->alarm, spc_last_phase(r)->present);
    if (n) {
        buf_char(b, '\t');
        buf_put(b, words, n);
        buf_char(b, '\n');
    }
}

void spc_explain_rules(struct buf *b, struct arena *a, const struct spc_result *r) {
    const struct rule_profile *p = r->profile;
    bool runs = spc_trait(r->kind)->runs;
    buf_printf(b, "rules\t%s, %s\n", p->name, p->says);
    put_alarm(b, r);
    for (int k = 0; k < RULE_BITS; k++) {
        bool limits = 1U << k == RULE_BELOW || 1U << k == RULE_ABOVE;
        bool judged = limits ? spc_trait(r->kind)->has_limits : runs;
        if (judged && has_rule(p, 1U << k)) {
            put_rule(b, r, 1U << k);
        }
    }
    if (runs && p->anhoej) {
        put_anhoej(b, a, r);
    }
    if (runs && p->runs) {
        put_runs(b, r);
    }
    if (!runs) {
        buf_text(b, "\tlimits only: neighbours share values, so their runs mean nothing\n");
    }
}
