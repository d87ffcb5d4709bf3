/* One pass over the points, with a counter for each rule. */
#include "stdlib/spc/rules.h"
#include <math.h>
#include <stdio.h>

/* What was seen up to a point. */
struct pass {
    const struct rule_profile *profile;
    const struct spc_lines *lines;
    const uint8_t *ghost;
    struct judged *out;
    int side;           /* of the shift that goes on */
    size_t shift;       /* its length */
    int way;            /* of the trend: 1 up, -1 down */
    size_t trend;       /* steps */
    size_t alternating; /* steps, each against the one before */
    size_t inner, outer;
    bool outer_low, outer_high;
    uint32_t beyond[PROFILE_ZONES][2]; /* the last points, the latest in bit 0: low, high */
    uint32_t sides[2];
    size_t seen;
    double before; /* the value before */
    struct runs_counter counter;
};

static bool is_judged(const struct pass *p, size_t i) {
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

static void judge_limits(struct pass *p, size_t i) {
    const struct spc_lines *l = p->lines;
    if (!(l->value[i] < l->lower[i] || l->value[i] > l->upper[i])) {
        return; /* without limits, too */
    }
    /* A hair of rounding must not put a point that lies on its limit outside. */
    double hair = 1e-9 * fmax(fabs(l->value[i]), fabs(l->upper[i] - l->lower[i]));
    unsigned bit = l->value[i] < l->lower[i] - hair   ? RULE_BELOW
                   : l->value[i] > l->upper[i] + hair ? RULE_ABOVE
                                                      : 0;
    p->out->completes[i] |= (uint16_t)bit;
    p->out->members[i] |= (uint16_t)bit;
}

static void judge_shift(struct pass *p, size_t i, int side) {
    if (side == 0 && !p->profile->centre_breaks) {
        return;
    }
    p->shift = (side == p->side ? p->shift : 0) + (side != 0);
    p->side = side;
    stretch(p, i, p->shift, p->profile->shift, RULE_SHIFT, side);
}

static void judge_ways(struct pass *p, size_t i) {
    double x = p->lines->value[i];
    int way = p->seen ? (x > p->before) - (x < p->before) : 0;
    if (way == 0 && p->profile->ties_collapse) {
        return;
    }
    p->trend = (way == p->way ? p->trend : 0) + (way != 0);
    p->alternating = (way == -p->way ? p->alternating : 0) + (way != 0);
    p->way = way;
    stretch(p, i, p->trend + (p->trend > 0), p->profile->trend, RULE_TREND, 0);
    stretch(p, i, p->alternating + (p->alternating > 0), p->profile->alternating, RULE_ALTERNATING,
            0);
}

static void judge_inner(struct pass *p, size_t i, double z) {
    double far = fabs(z);
    bool spread = p->lines->sigma[i] > 0; /* within nothing there is no place */
    bool within = (far < 1) & spread;
    p->inner = (within ? p->inner : 0) + within;
    stretch(p, i, p->inner, p->profile->inner, RULE_INNER, 0);
    if (!p->profile->outer) {
        return;
    }
    p->outer = far > 1 ? p->outer + 1 : 0;
    p->outer_low = p->outer && (z < 0 || (p->outer > 1 && p->outer_low));
    p->outer_high = p->outer && (z > 0 || (p->outer > 1 && p->outer_high));
    size_t needed = p->profile->outer;
    if (needed && p->outer >= needed && p->outer_low && p->outer_high) {
        p->out->completes[i] |= RULE_OUTER;
        mark_back(p, i, p->outer, RULE_OUTER, 0);
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

static void judge_zone(struct pass *p, size_t i, int rule, double z) {
    const struct zone_rule *r = &p->profile->zone[rule];
    uint32_t window = r->of >= 32 ? UINT32_MAX : (1U << r->of) - 1;
    bool strict = p->profile->zones_strict;
    unsigned bit = (unsigned)RULE_ZONE << rule;
    for (int high = 0; high < 2; high++) {
        double far = high ? z : -z;
        uint32_t *last = &p->beyond[rule][high];
        *last = *last << 1 | (far > r->beyond && !(strict && far > 3));
        uint32_t bits = *last & window;
        if (!bits) {
            continue;
        }
        bool complete =
            strict ? (p->sides[high] & window) == window : (bits & 1) != 0 && p->seen + 1 >= r->of;
        if (complete && count_bits(bits) >= r->some) {
            p->out->completes[i] |= (uint16_t)bit;
            mark_zone(p, i, bits, bit);
        }
    }
}

static void judge_point(struct pass *p, size_t i) {
    const struct rule_profile *r = p->profile;
    double z = p->lines->z[i];
    int side = runs_side(p->lines->value[i], p->lines->centre[i]);
    runs_step(&p->counter, i, side);
    if (r->outside) {
        judge_limits(p, i);
    }
    if (r->shift) {
        judge_shift(p, i, side);
    }
    if (r->trend || r->alternating) {
        judge_ways(p, i);
    }
    if (r->inner || r->outer) {
        judge_inner(p, i, z);
    }
    p->sides[0] = p->sides[0] << 1 | (side < 0);
    p->sides[1] = p->sides[1] << 1 | (side > 0);
    for (int k = 0; k < PROFILE_ZONES && r->zone[k].some; k++) {
        judge_zone(p, i, k, z);
    }
    p->before = p->lines->value[i];
    p->seen++;
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
    struct pass p = {.profile = profile, .lines = lines, .ghost = ghost, .out = out};
    memset(out->completes, 0, n * sizeof *out->completes);
    memset(out->members, 0, n * sizeof *out->members);
    out->few_runs = out->many_runs = false;
    for (size_t i = 0; i < n; i++) {
        if (is_judged(&p, i)) {
            judge_point(&p, i);
        }
    }
    runs_finish(&p.counter.runs);
    out->runs = p.counter.runs;
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
