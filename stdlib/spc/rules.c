/* Blocks of up to 64 points, as bits: each rule asks a block a few words' worth, and goes to single
 * points only where one is completed. What it knows of the points before is carried along. */
#include "stdlib/spc/rules.h"
#include "stdlib/spc/bits.h"
#include <math.h>
#include <stdio.h>

/* What goes on from one block to the next. */
struct pass {
    const struct rule_profile *profile;
    const struct spc_lines *lines;
    const uint8_t *ghost;
    struct judged *out;
    size_t seen;   /* points judged before the block */
    double before; /* the last of them */
    struct runs_counter counter;
    size_t above, below; /* how long one side has been kept, for shifts */
    size_t up, down, alternating, inner;
    int way; /* of the last step */
    size_t outer;
    bool outer_low, outer_high;     /* sides of the points that are outer */
    uint64_t far[PROFILE_ZONES][2]; /* points of the zone, the last one in the highest bit */
    size_t same_side[PROFILE_ZONES][2];
};

/* Points that are judged, one behind the other. */
struct block {
    size_t n, first; /* place of the first, where there are no gaps */
    bool gaps;
    uint8_t at[BITS_MOST]; /* with gaps: places behind the first */
    const double *value, *centre, *sigma, *lower, *upper, *z;
    double room[6][BITS_MOST]; /* with gaps: the judged ones of each */
    uint64_t above, below;     /* the centre */
};

static size_t place_of(const struct block *b, size_t j) {
    return b->first + (b->gaps ? b->at[j] : j);
}

static inline bool is_judged(const struct pass *p, size_t i) {
    return !isnan(p->lines->value[i]) && !(p->ghost && p->ghost[i]);
}

/* ---- blocks ---- */

static void take_out_gaps(struct block *b, uint64_t judged) {
    const double **const lines[] = {&b->value, &b->centre, &b->sigma, &b->lower, &b->upper, &b->z};
    b->gaps = true;
    b->n = 0;
    for (uint64_t left = judged; left; left &= left - 1) {
        b->at[b->n++] = (uint8_t)bits_lowest(left);
    }
    for (size_t k = 0; k < COUNT_OF(lines); k++) {
        for (size_t j = 0; j < b->n; j++) {
            b->room[k][j] = (*lines[k])[b->at[j]];
        }
        b->room[k][1] = b->n == 1 ? b->room[k][0] : b->room[k][1]; /* a pair is read */
        *lines[k] = b->room[k];
    }
}

static void find_sides(struct block *b) {
    uint64_t above = 0, below = 0;
    for
        EACH_PAIR(j, b->n) {
            pair centre = pair_at(b->centre + j), size = pair_size(centre);
            pair far = pair_at(b->value + j) - centre;
            pair_mask large = size > 1;
            pair hair = 1e-9 * (pair)(((pair_mask)size & large) | ((pair_mask)pair_of(1) & ~large));
            above |= bits_of_pair(far > hair) << j;
            below |= bits_of_pair(far < -hair) << j;
        }
    b->above = above & bits_first(b->n);
    b->below = below & bits_first(b->n);
}

/* The points from place i on. False: none of them is judged. */
static bool take_block(const struct pass *p, size_t i, size_t n, struct block *b) {
    const struct spc_lines *l = p->lines;
    uint64_t judged = 0;
    b->n = n - i < BITS_MOST ? n - i : BITS_MOST;
    b->first = i;
    b->gaps = false;
    b->value = l->value + i;
    b->centre = l->centre + i;
    b->sigma = l->sigma + i;
    b->lower = l->lower + i;
    b->upper = l->upper + i;
    b->z = l->z + i;
    for
        EACH_PAIR(j, b->n > 1 ? b->n : 0) {
            pair x = pair_at(b->value + j);
            judged |= bits_of_pair(x == x) << j;
        }
    judged |= b->n == 1 && !isnan(b->value[0]);
    for (size_t j = 0; p->ghost && j < b->n; j++) {
        judged &= ~((uint64_t)(p->ghost[i + j] != 0) << j);
    }
    judged &= bits_first(b->n);
    if (judged != bits_first(b->n) || b->n == 1) {
        take_out_gaps(b, judged);
    }
    if (b->n) {
        find_sides(b);
    }
    return b->n > 0;
}

/* Two words that exclude each other, without the points that are in neither. */
struct squeezed {
    uint64_t one, other;
    size_t n;
    bool whole; /* nothing was left out */
    uint8_t at[BITS_MOST];
};

static void squeeze(uint64_t one, uint64_t other, size_t n, struct squeezed *s) {
    uint64_t kept = one | other;
    s->whole = kept == bits_first(n);
    s->one = one;
    s->other = other;
    s->n = n;
    if (s->whole) {
        return;
    }
    s->one = s->other = s->n = 0;
    for (; kept; kept &= kept - 1) {
        size_t j = bits_lowest(kept);
        s->one |= (one >> j & 1) << s->n;
        s->other |= (other >> j & 1) << s->n;
        s->at[s->n++] = (uint8_t)j;
    }
}

static size_t squeezed_place(const struct block *b, const struct squeezed *s, size_t j) {
    return place_of(b, s->whole ? j : s->at[j]);
}

/* ---- members ---- */

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

/* Told where a stretch is just long enough, which all its points are members of, and at each point
 * that it goes on for. `longer`: it was long enough before the first bit. */
static void tell_stretches(struct pass *p, const struct block *b, const struct squeezed *s,
                           uint64_t ends, bool longer, size_t points, unsigned bit, int side) {
    uint64_t later = ends & (ends << 1 | longer);
    for (; ends; ends &= ends - 1) {
        size_t j = bits_lowest(ends), i = s ? squeezed_place(b, s, j) : place_of(b, j);
        p->out->completes[i] |= (uint16_t)bit;
        mark_back(p, i, later >> j & 1 ? 1 : points, bit, side);
    }
}

/* ---- each rule ---- */

static void judge_limits(struct pass *p, const struct block *b) {
    uint64_t out = 0;
    for
        EACH_PAIR(j, b->n) {
            pair x = pair_at(b->value + j);
            pair_mask beyond = (x < pair_at(b->lower + j)) | (x > pair_at(b->upper + j));
            out |= bits_of_pair(beyond) << j;
        }
    for (out &= bits_first(b->n); out; out &= out - 1) {
        size_t j = bits_lowest(out), i = place_of(b, j);
        double x = b->value[j], lower = b->lower[j], upper = b->upper[j];
        /* A hair of rounding must not put a point that lies on its limit outside. */
        double hair = 1e-9 * fmax(fabs(x), fabs(upper - lower));
        unsigned bit = x < lower - hair ? RULE_BELOW : x > upper + hair ? RULE_ABOVE : 0;
        p->out->completes[i] |= (uint16_t)bit;
        p->out->members[i] |= (uint16_t)bit;
    }
}

/* The run that goes on begins anew at each crossing. */
static void follow_runs(struct runs_counter *c, const struct block *b, const struct squeezed *s,
                        uint64_t begins) {
    struct runs *r = &c->runs;
    for (size_t from = 0, to; from < s->n; from = to) {
        if (begins >> from & 1) {
            c->length = 0;
            c->start = squeezed_place(b, s, from);
        }
        uint64_t later = begins & ~bits_first(from + 1);
        to = later ? bits_lowest(later) : s->n;
        c->length += to - from;
        if (c->length > r->longest) {
            r->longest = c->length;
            r->from = c->start;
            r->to = squeezed_place(b, s, to - 1);
        }
    }
}

static void count_runs(struct pass *p, const struct block *b, const struct squeezed *s) {
    struct runs_counter *c = &p->counter;
    if (!s->n) {
        return;
    }
    uint64_t changes = (s->one ^ (s->one << 1 | (c->last > 0))) & bits_first(s->n);
    uint64_t begins = c->last ? changes : changes | 1;
    size_t longer = c->runs.longest + 1, one = c->last > 0 ? c->length : 0;
    size_t other = c->last < 0 ? c->length : 0;
    c->runs.useful += s->n;
    c->runs.above += bits_count(s->one);
    c->runs.crossings += bits_count(changes) - (!c->last && changes & 1);
    if (bits_stretches(s->one, s->n, longer, &one) |
        bits_stretches(s->other, s->n, longer, &other)) {
        follow_runs(c, b, s, begins);
    } else { /* none is longer than one before */
        c->start = begins ? squeezed_place(b, s, bits_highest(begins)) : c->start;
        c->length = one + other;
    }
    c->last = s->one >> (s->n - 1) & 1 ? 1 : -1;
}

/* Shifts, and the runs that all profiles count, which pass over points on the centre. */
static void judge_sides(struct pass *p, const struct block *b) {
    struct squeezed useful, all = {.one = b->above, .other = b->below, .n = b->n, .whole = true};
    size_t needed = p->profile->shift, above = p->above, below = p->below;
    squeeze(b->above, b->below, b->n, &useful);
    count_runs(p, b, &useful);
    const struct squeezed *s = p->profile->centre_breaks ? &all : &useful;
    if (needed && s->n) {
        uint64_t high = bits_stretches(s->one, s->n, needed, &p->above);
        uint64_t low = bits_stretches(s->other, s->n, needed, &p->below);
        tell_stretches(p, b, s, high, above >= needed, needed, RULE_SHIFT, 1);
        tell_stretches(p, b, s, low, below >= needed, needed, RULE_SHIFT, -1);
    }
}

/* Trends go on the same way; so many points are one step less. */
static void judge_trend(struct pass *p, const struct block *b, const struct squeezed *s) {
    size_t points = p->profile->trend, needed = points - 1, rising = p->up, falling = p->down;
    uint64_t high = bits_stretches(s->one, s->n, needed, &p->up);
    uint64_t low = bits_stretches(s->other, s->n, needed, &p->down);
    tell_stretches(p, b, s, high, rising >= needed, points, RULE_TREND, 0);
    tell_stretches(p, b, s, low, falling >= needed, points, RULE_TREND, 0);
}

/* Each step against the one before. */
static void judge_alternating(struct pass *p, const struct block *b, const struct squeezed *s) {
    uint64_t up = s->one, down = s->other;
    uint64_t against = (up & (down << 1 | (p->way < 0))) | (down & (up << 1 | (p->way > 0)));
    size_t points = p->profile->alternating, needed = points - 2, before = p->alternating;
    if (!needed) { /* any step */
        tell_stretches(p, b, s, up | down, false, points, RULE_ALTERNATING, 0);
        return;
    }
    uint64_t ends = bits_stretches(against, s->n, needed, &p->alternating);
    tell_stretches(p, b, s, ends, before >= needed, points, RULE_ALTERNATING, 0);
}

/* Steps from each point to the next, the first of them from the block before. */
static void find_steps(struct pass *p, const struct block *b, struct squeezed *s) {
    uint64_t up = b->value[0] > p->before, down = b->value[0] < p->before;
    size_t n = b->n - 1; /* steps within the block */
    for
        EACH_PAIR(j, n > 1 ? n : 0) {
            pair x = pair_at(b->value + j), y = pair_at(b->value + j + 1);
            up |= bits_of_pair(y > x) << j << 1;
            down |= bits_of_pair(y < x) << j << 1;
        }
    if (n == 1) {
        up |= (uint64_t)(b->value[1] > b->value[0]) << 1;
        down |= (uint64_t)(b->value[1] < b->value[0]) << 1;
    }
    *s = (struct squeezed){.one = up, .other = down, .n = b->n, .whole = true};
    if (p->profile->ties_collapse) {
        squeeze(up, down, b->n, s);
    }
    p->before = b->value[n];
}

static void judge_ways(struct pass *p, const struct block *b) {
    struct squeezed steps;
    find_steps(p, b, &steps);
    if (!steps.n) {
        return;
    }
    if (p->profile->trend) {
        judge_trend(p, b, &steps);
    }
    if (p->profile->alternating) {
        judge_alternating(p, b, &steps);
    }
    size_t last = steps.n - 1;
    p->way = (int)(steps.one >> last & 1) - (int)(steps.other >> last & 1);
}

static void judge_inner(struct pass *p, const struct block *b) {
    uint64_t within = 0;
    size_t needed = p->profile->inner, before = p->inner;
    for
        EACH_PAIR(j, b->n) { /* within no sigma there is no place */
            pair_mask near = pair_size(pair_at(b->z + j)) < 1;
            within |= bits_of_pair(near & (pair_at(b->sigma + j) > 0)) << j;
        }
    uint64_t ends = bits_stretches(within & bits_first(b->n), b->n, needed, &p->inner);
    tell_stretches(p, b, NULL, ends, before >= needed, needed, RULE_INNER, 0);
}

static uint64_t farther(const struct block *b, double sigmas) {
    uint64_t far = 0;
    for
        EACH_PAIR(j, b->n) {
            far |= bits_of_pair(pair_at(b->z + j) > sigmas) << j;
        }
    return far & bits_first(b->n);
}

static uint64_t nearer(const struct block *b, double sigmas) {
    uint64_t far = 0;
    for
        EACH_PAIR(j, b->n) {
            far |= bits_of_pair(pair_at(b->z + j) < sigmas) << j;
        }
    return far & bits_first(b->n);
}

/* The last points of a block that go on, with those before it where all of it does. */
static void carry_outer(struct pass *p, size_t n, uint64_t high, uint64_t low, size_t length) {
    bool all = length >= n;
    uint64_t tail = all ? bits_first(n) : bits_first(n) & ~bits_first(n - length);
    p->outer_high = (high & tail) || (all && p->outer_high);
    p->outer_low = (low & tail) || (all && p->outer_low);
    p->outer = length;
}

/* On both sides: else it would be a shift. */
static void judge_outer(struct pass *p, const struct block *b) {
    uint64_t high = farther(b, 1), low = nearer(b, -1);
    size_t needed = p->profile->outer, length = p->outer;
    if (!bits_stretches(high | low, b->n, needed, &length)) {
        carry_outer(p, b->n, high, low, length);
        return;
    }
    for (size_t j = 0; j < b->n; j++) {
        bool is_high = high >> j & 1, is_low = low >> j & 1;
        bool told = p->outer >= needed && p->outer_low && p->outer_high;
        p->outer = is_high || is_low ? p->outer + 1 : 0;
        p->outer_high = is_high || (is_low && p->outer_high);
        p->outer_low = is_low || (is_high && p->outer_low);
        if (p->outer >= needed && p->outer_low && p->outer_high) {
            size_t i = place_of(b, j);
            p->out->completes[i] |= RULE_OUTER;
            mark_back(p, i, told ? 1 : p->outer, RULE_OUTER, 0);
        }
    }
}

/* Members of a zone rule: those of the last points whose bits are set, the latest in bit 63. */
static void mark_zone(struct pass *p, size_t i, uint64_t bits, unsigned bit) {
    for (size_t k = i + 1; k-- > 0 && bits;) {
        if (is_judged(p, k)) {
            p->out->members[k] |= (uint16_t)(bits >> 63 ? bit : 0);
            bits <<= 1;
        }
    }
}

/* One zone rule on one side. */
static void judge_zone(struct pass *p, const struct block *b, int rule, bool high) {
    const struct zone_rule *r = &p->profile->zone[rule];
    unsigned bit = (unsigned)RULE_ZONE << rule;
    uint64_t far = high ? farther(b, r->beyond) : nearer(b, -r->beyond), complete = far;
    if (p->profile->zones_strict) {
        far &= ~(high ? farther(b, 3) : nearer(b, -3));
        complete =
            bits_stretches(high ? b->above : b->below, b->n, r->of, &p->same_side[rule][high]);
    }
    uint64_t *before = &p->far[rule][high], window = ~bits_first(64U - r->of);
    for (; complete; complete &= complete - 1) {
        size_t j = bits_lowest(complete);
        uint64_t bits = (far << (63 - j) | *before >> j >> 1) & window;
        if (bits_count(bits) >= r->some && p->seen + j + 1 >= r->of) {
            size_t i = place_of(b, j);
            p->out->completes[i] |= (uint16_t)bit;
            mark_zone(p, i, bits, bit);
        }
    }
    *before = b->n < BITS_MOST ? *before >> b->n | far << (BITS_MOST - b->n) : far;
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

static void judge_block(struct pass *p, const struct block *b) {
    const struct rule_profile *profile = p->profile;
    judge_sides(p, b);
    if (profile->outside) {
        judge_limits(p, b);
    }
    if (profile->trend || profile->alternating) {
        judge_ways(p, b);
    }
    if (profile->inner) {
        judge_inner(p, b);
    }
    if (profile->outer) {
        judge_outer(p, b);
    }
    for (int k = 0; k < PROFILE_ZONES && profile->zone[k].some; k++) {
        judge_zone(p, b, k, false);
        judge_zone(p, b, k, true);
    }
    p->seen += b->n;
}

void rules_judge(const struct rule_profile *profile, const struct spc_lines *lines, size_t n,
                 const uint8_t *ghost, struct judged *out) {
    struct pass p = {.profile = profile, .lines = lines, .ghost = ghost, .out = out, .before = NAN};
    struct block b;
    memset(out->completes, 0, n * sizeof *out->completes);
    memset(out->members, 0, n * sizeof *out->members);
    out->few_runs = out->many_runs = false;
    for (size_t i = 0; i < n; i += BITS_MOST) {
        if (take_block(&p, i, n, &b)) {
            judge_block(&p, &b);
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
