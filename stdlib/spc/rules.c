/* A loop for each rule, with its counters. */
#include "stdlib/spc/rules.h"
#include <math.h>
#include <stdio.h>

/* What every rule reads. Each goes through the points by itself: its counters then stay in
 * registers, which is faster than one loop for all. */
struct pass {
    const struct rule_profile *profile;
    const struct spc_lines *lines;
    const uint8_t *ghost;
    size_t n;
    struct judged *out;
};

static inline bool is_judged(const struct pass *p, size_t i) {
    return !isnan(p->lines->value[i]) && !(p->ghost && p->ghost[i]);
}

/* Marks the last `length` points that are judged and, with a side, lie on it. In a trend whose ties
 * collapse, equal neighbours are one of them. */
static void mark_back(struct pass *p, size_t i, size_t length, unsigned bit, int side) {
    bool ties = bit == RULE_TREND && p->profile->ties_collapse;
    double after = NAN;
    for (size_t k = i + 1; k-- > 0;) {
        double x = p->lines->value[k];
        if (!is_judged(p, k) || (side && runs_side(x, p->lines->centre[k]) == 0)) {
            continue; /* passed over */
        }
        if (!(ties && x == after)) {
            if (length-- == 0) {
                return;
            }
            after = x;
        }
        p->out->members[k] |= (uint16_t)bit;
    }
}

/* A stretch that has just got longer: told once it is long enough, and at each point after. */
static inline void stretch(struct pass *p, size_t i, size_t length, size_t needed, unsigned bit,
                           int side) {
    if (!needed || length < needed) {
        return;
    }
    p->out->completes[i] |= (uint16_t)bit;
    mark_back(p, i, length == needed ? length : 1, bit, side);
}

/* ---- each rule ---- */

/* A length that goes on, or starts again from 0: without a branch, since which of both is as hard
 * to foretell as a coin. */
static inline size_t go_on(size_t length, bool goes_on) {
    return length & (0 - (size_t)goes_on);
}

static void judge_limits(struct pass *p) {
    const struct spc_lines *l = p->lines;
    for (size_t i = 0; i < p->n; i++) {
        if (!(l->value[i] < l->lower[i] || l->value[i] > l->upper[i]) || !is_judged(p, i)) {
            continue; /* without limits, too */
        }
        /* A hair of rounding must not put a point that lies on its limit outside. */
        double hair = 1e-9 * fmax(fabs(l->value[i]), fabs(l->upper[i] - l->lower[i]));
        unsigned bit = l->value[i] < l->lower[i] - hair   ? RULE_BELOW
                       : l->value[i] > l->upper[i] + hair ? RULE_ABOVE
                                                          : 0;
        p->out->completes[i] |= (uint16_t)bit;
        p->out->members[i] |= (uint16_t)bit;
    }
}

/* Shifts, and the runs that all profiles count. */
static void judge_sides(struct pass *p) {
    struct runs_counter counter = {.last = 0};
    size_t shift = 0, needed = p->profile->shift;
    int before = 0;
    bool breaks = p->profile->centre_breaks;
    for (size_t i = 0; i < p->n; i++) {
        if (!is_judged(p, i)) {
            continue;
        }
        int side = runs_side(p->lines->value[i], p->lines->centre[i]);
        runs_step(&counter, i, side);
        if (side == 0 && !breaks) {
            continue;
        }
        shift = go_on(shift, side == before) + (side != 0);
        before = side;
        stretch(p, i, shift, needed, RULE_SHIFT, side);
    }
    runs_finish(&counter.runs);
    p->out->runs = counter.runs;
}

/* Trends go on the same way (1), points up and down go against it (-1). */
static void judge_ways(struct pass *p, size_t needed, unsigned bit, int same) {
    size_t steps = 0;
    int way_before = 0;
    bool collapse = p->profile->ties_collapse;
    double before = NAN;
    for (size_t i = 0; i < p->n; i++) {
        double x = p->lines->value[i];
        if (!is_judged(p, i)) {
            continue;
        }
        int way = (x > before) - (x < before); /* none for the first */
        before = x;
        if (collapse && way == 0) {
            continue;
        }
        steps = go_on(steps, way == same * way_before) + (way != 0);
        way_before = way;
        stretch(p, i, steps + (steps > 0), needed, bit, 0);
    }
}

static void judge_inner(struct pass *p) {
    size_t inner = 0, needed = p->profile->inner;
    for (size_t i = 0; i < p->n; i++) {
        if (is_judged(p, i)) { /* within no sigma there is no place */
            bool within = (fabs(p->lines->z[i]) < 1) & (p->lines->sigma[i] > 0);
            inner = go_on(inner, within) + within;
            stretch(p, i, inner, needed, RULE_INNER, 0);
        }
    }
}

/* On both sides: else it would be a shift. */
static void judge_outer(struct pass *p) {
    size_t outer = 0;
    bool low = false, high = false;
    for (size_t i = 0; i < p->n; i++) {
        double z = p->lines->z[i];
        if (!is_judged(p, i)) {
            continue;
        }
        outer = fabs(z) > 1 ? outer + 1 : 0;
        low = outer && (z < 0 || (outer > 1 && low));
        high = outer && (z > 0 || (outer > 1 && high));
        if (outer >= p->profile->outer && low && high) {
            p->out->completes[i] |= RULE_OUTER;
            mark_back(p, i, outer, RULE_OUTER, 0);
        }
    }
}

static unsigned count_bits(uint32_t x) {
    unsigned n = 0;
    for (; x; x &= x - 1) {
        n++;
    }
    return n;
}

/* Members of a zone rule: those of the last `of` points whose bits are set. */
static void mark_zone(struct pass *p, size_t i, uint32_t bits, unsigned bit) {
    for (size_t k = i + 1; k-- > 0 && bits;) {
        if (is_judged(p, k)) {
            p->out->members[k] |= (uint16_t)(bits & 1 ? bit : 0);
            bits >>= 1;
        }
    }
}

/* One zone rule on one side: the last points as bits, the latest in bit 0. */
static void judge_zone(struct pass *p, int rule, bool is_high) {
    const struct zone_rule *r = &p->profile->zone[rule];
    const struct spc_lines *l = p->lines;
    uint32_t window = r->of >= 32 ? UINT32_MAX : (1U << r->of) - 1, beyond = 0, sides = 0;
    bool strict = p->profile->zones_strict;
    unsigned bit = (unsigned)RULE_ZONE << rule;
    size_t seen = 0;
    for (size_t i = 0; i < p->n; i++) {
        if (!is_judged(p, i)) {
            continue;
        }
        double far = is_high ? l->z[i] : -l->z[i];
        beyond = beyond << 1 | ((far > r->beyond) & !(strict & (far > 3)));
        seen++;
        if (strict) {
            int side = runs_side(l->value[i], l->centre[i]);
            sides = sides << 1 | (is_high ? side > 0 : side < 0);
        }
        uint32_t bits = beyond & window;
        if (!(bits & (strict ? window : 1))) {
            continue;
        }
        bool complete = strict ? (sides & window) == window : seen >= r->of;
        if (complete && count_bits(bits) >= r->some) {
            p->out->completes[i] |= (uint16_t)bit;
            mark_zone(p, i, bits, bit);
        }
    }
}

/* ---- runs ---- */

/* A run longer than chance allows is told at its ends and members; too few crossings have no
 * members. */
static void judge_runs(struct pass *p, size_t n) {
    struct runs *runs = &p->out->runs;
    if (p->profile->anhoej && runs->long_run) {
        for (size_t i = runs->from; i <= runs->to && i < n; i++) {
            bool on = is_judged(p, i) && runs_side(p->lines->value[i], p->lines->centre[i]) != 0;
            p->out->members[i] |= (uint16_t)(on ? RULE_LONG_RUN : 0);
        }
        p->out->completes[runs->to] |= RULE_LONG_RUN;
    }
    size_t few, many;
    if (p->profile->runs && runs_acceptable(runs->above, runs->below, &few, &many)) {
        p->out->few_runs = runs->crossings + 1 < few;
        p->out->many_runs = runs->crossings + 1 > many;
    }
}

void rules_judge(const struct rule_profile *profile, const struct spc_lines *lines, size_t n,
                 const uint8_t *ghost, struct judged *out) {
    struct pass p = {.profile = profile, .lines = lines, .ghost = ghost, .n = n, .out = out};
    memset(out->completes, 0, n * sizeof *out->completes);
    memset(out->members, 0, n * sizeof *out->members);
    out->few_runs = out->many_runs = false;
    judge_sides(&p);
    if (profile->outside) {
        judge_limits(&p);
    }
    if (profile->trend) {
        judge_ways(&p, profile->trend, RULE_TREND, 1);
    }
    if (profile->alternating) {
        judge_ways(&p, profile->alternating, RULE_ALTERNATING, -1);
    }
    if (profile->inner) {
        judge_inner(&p);
    }
    if (profile->outer) {
        judge_outer(&p);
    }
    for (int k = 0; k < PROFILE_ZONES && profile->zone[k].some; k++) {
        judge_zone(&p, k, false);
        judge_zone(&p, k, true);
    }
    judge_runs(&p, n);
}

/* ---- words ---- */

static int print_zone(char out[64], const struct zone_rule *z) {
    return snprintf(out, 64, "%u of %u beyond %g sigma", z->some, z->of, z->beyond);
}

size_t rule_print(char out[64], const struct rule_profile *profile, unsigned bit) {
    int n = 0;
    switch (bit) {
    case RULE_BELOW:
        n = snprintf(out, 64, "below lower limit");
        break;
    case RULE_ABOVE:
        n = snprintf(out, 64, "above upper limit");
        break;
    case RULE_LONG_RUN:
        n = snprintf(out, 64, "long run on one side");
        break;
    case RULE_SHIFT:
        n = snprintf(out, 64, "%u on one side", profile->shift);
        break;
    case RULE_TREND:
        n = snprintf(out, 64, "%u rising or falling", profile->trend);
        break;
    case RULE_INNER:
        n = snprintf(out, 64, "%u in a row within one sigma", profile->inner);
        break;
    case RULE_OUTER:
        n = snprintf(out, 64, "%u in a row beyond one sigma", profile->outer);
        break;
    case RULE_ALTERNATING:
        n = snprintf(out, 64, "%u in a row up and down", profile->alternating);
        break;
    default:
        for (int k = 0; k < PROFILE_ZONES; k++) {
            if (bit == (unsigned)RULE_ZONE << k) {
                n = print_zone(out, &profile->zone[k]);
            }
        }
    }
    return (size_t)n;
}
