/* Rule sets and their patterns.
 *
 * Points that are present are packed first, so that windows pass over gaps;
 * z is the distance from the centre in sigmas. A pattern of windows marks its
 * members; the order of marking, with the gravest first, settles which stays. */
#include "stdlib/spc/rules.h"
#include <math.h>
#include <stdio.h>

static const struct rule_set SETS[] = {
    {.name = "anhoej",
     .says = "three sigma, longest run and crossings by chance",
     .outside = true,
     .anhoej = true},
    {.name = "shewhart", .says = "three sigma only", .outside = true},
    {.name = "we",
     .says = "Western Electric 1956",
     .outside = true,
     .shift = 8,
     .centre_breaks = true,
     .two_of_three = true,
     .four_of_five = true},
    {.name = "nelson",
     .says = "Nelson 1984",
     .outside = true,
     .shift = 9,
     .centre_breaks = true,
     .trend = 6,
     .two_of_three = true,
     .four_of_five = true,
     .inner = 15,
     .outer = 8,
     .alternating = 14},
    {.name = "ihi",
     .says = "Provost and Murray 2011",
     .outside = true,
     .shift = 8,
     .trend = 6,
     .two_of_three = true,
     .inner = 15},
};
static const struct rule_set IHI_RUN = {.name = "ihi",
                                        .says = "Perla, Provost and Murray 2011",
                                        .shift = 6,
                                        .trend = 5,
                                        .ties_collapse = true};

const struct rule_set *rule_set_named(struct str name, bool run_chart) {
    if (run_chart && str_is(name, IHI_RUN.name)) {
        return &IHI_RUN;
    }
    for (size_t i = 0; i < COUNT_OF(SETS); i++) {
        if (str_is(name, SETS[i].name)) {
            return &SETS[i];
        }
    }
    return NULL;
}

const char *rule_set_names(void) {
    return "anhoej, shewhart, we, nelson, ihi";
}

/* The points that are present. */
struct points {
    size_t n;
    double *x, *z; /* z is NaN without a sigma */
    int *side;
    size_t *at; /* where they stand among all */
    struct signal *out;
};

/* Distance from the centre in sigmas; without spread any distance is infinite. */
static double standardised(double x, double centre, double sigma) {
    int side = runs_side(x, centre);
    if (sigma > 0) {
        return (x - centre) / sigma;
    }
    return isnan(sigma) ? (double)NAN : side == 0 ? 0 : side * (double)INFINITY;
}

static bool pack(struct arena *a, const double *x, const double *sigma, size_t n, double centre,
                 struct points *p) {
    p->x = arena_take(a, n * sizeof *p->x);
    p->z = arena_take(a, n * sizeof *p->z);
    p->side = arena_take(a, n * sizeof *p->side);
    p->at = arena_take(a, n * sizeof *p->at);
    if (!p->x || !p->z || !p->side || !p->at) {
        return false;
    }
    p->n = 0;
    for (size_t i = 0; i < n; i++) {
        if (isnan(x[i])) {
            continue;
        }
        double s = sigma ? sigma[i] : NAN;
        p->x[p->n] = x[i];
        p->side[p->n] = runs_side(x[i], centre);
        p->z[p->n] = standardised(x[i], centre, s);
        p->at[p->n++] = i;
    }
    return true;
}

static void mark(struct points *p, size_t point, struct signal s) {
    struct signal *now = &p->out[p->at[point]];
    if (now->kind == SIGNAL_NONE) {
        *now = s;
    }
}

static void mark_outside(struct points *p) {
    for (size_t i = 0; i < p->n; i++) {
        /* A hair of rounding must not put a point that lies on its limit outside. */
        if (fabs(p->z[i]) > 3 + 1e-9) {
            bool high = p->z[i] > 0;
            mark(p, i, (struct signal){high ? SIGNAL_ABOVE : SIGNAL_BELOW, 1, high});
        }
    }
}

/* Marks members of [from, to) that lie on `side` (those on the centre are none). */
static void mark_run(struct points *p, size_t from, size_t to, size_t length, int side) {
    for (size_t i = from; i < to; i++) {
        if (p->side[i] == side) {
            mark(p, i, (struct signal){SIGNAL_RUN, (uint32_t)length, side > 0});
        }
    }
}

static void mark_shifts(struct points *p, size_t needed, bool centre_breaks) {
    size_t start = 0, length = 0, end = 0;
    int side = 0;
    for (size_t i = 0; i <= p->n; i++) {
        int now = i < p->n ? p->side[i] : -side;
        if (now == 0 && !centre_breaks && i < p->n) {
            continue;
        }
        if (now != side || i == p->n) {
            if (length >= needed && side != 0) {
                mark_run(p, start, end, length, side);
            }
            start = i;
            length = 0;
            side = now;
        }
        length++;
        end = i + 1;
    }
}

static void mark_longest(struct points *p, const struct runs *runs) {
    for (size_t i = 0; i < p->n; i++) {
        if (runs->long_run && p->at[i] >= runs->from && p->at[i] <= runs->to && p->side[i] != 0) {
            mark(p, i, (struct signal){SIGNAL_RUN, (uint32_t)runs->longest, p->side[i] > 0});
        }
    }
}

static int direction(double from, double to) {
    return (to > from) - (to < from);
}

static void mark_trends(struct points *p, size_t needed, bool ties_collapse) {
    size_t start = 0, length = 1;
    int way = 0;
    for (size_t i = 1; i <= p->n; i++) {
        int now = i < p->n ? direction(p->x[i - 1], p->x[i]) : -way;
        if (now == 0 && ties_collapse && i < p->n) {
            continue;
        }
        if (now != way || i == p->n || now == 0) {
            if (way != 0 && length >= needed) {
                for (size_t k = start; k < i; k++) {
                    mark(p, k, (struct signal){SIGNAL_TREND, (uint32_t)length, way > 0});
                }
            }
            start = i - 1;
            length = 1;
            way = now;
        }
        length++;
    }
}

/* `needed` of `window` neighbours beyond `zone` sigmas on one side. */
static void mark_zone(struct points *p, enum signal_kind kind, size_t needed, size_t window,
                      double zone) {
    for (size_t i = 0; i + window <= p->n; i++) {
        for (int side = -1; side <= 1; side += 2) {
            size_t beyond = 0;
            for (size_t k = i; k < i + window; k++) {
                beyond += p->z[k] * side > zone;
            }
            for (size_t k = i; beyond >= needed && k < i + window; k++) {
                if (p->z[k] * side > zone) {
                    mark(p, k, (struct signal){kind, (uint32_t)needed, side > 0});
                }
            }
        }
    }
}

static bool within_one(double z) {
    return fabs(z) < 1;
}

static bool beyond_one(double z) {
    return fabs(z) > 1;
}

/* Stretches of at least `needed` points that pass the test; with both_sides they must also
 * lie on both sides of the centre. */
static void mark_stretches(struct points *p, enum signal_kind kind, size_t needed,
                           bool (*test)(double z), bool both_sides) {
    size_t start = 0;
    for (size_t i = 0; i <= p->n; i++) {
        if (i < p->n && test(p->z[i])) {
            continue;
        }
        bool low = false, high = false;
        for (size_t k = start; k < i; k++) {
            low = low || p->side[k] < 0;
            high = high || p->side[k] > 0;
        }
        if (i - start >= needed && (!both_sides || (low && high))) {
            for (size_t k = start; k < i; k++) {
                mark(p, k, (struct signal){kind, (uint32_t)(i - start), false});
            }
        }
        start = i + 1;
    }
}

static void mark_alternating(struct points *p, size_t needed) {
    size_t start = 0;
    for (size_t i = 1; i <= p->n; i++) {
        int now = i < p->n ? direction(p->x[i - 1], p->x[i]) : 0;
        int before = i >= 2 ? direction(p->x[i - 2], p->x[i - 1]) : -now;
        if (i < p->n && now != 0 && now == -before) {
            continue;
        }
        for (size_t k = start; i - start >= needed && k < i; k++) {
            mark(p, k, (struct signal){SIGNAL_ALTERNATING, (uint32_t)(i - start), false});
        }
        start = now != 0 ? i - 1 : i;
    }
}

bool rules_apply(struct arena *a, const struct rule_set *rules, const double *x,
                 const double *sigma, size_t n, double centre, const struct runs *runs,
                 struct signal *out) {
    struct points p = {.out = out};
    if (n) {
        memset(out, 0, n * sizeof *out);
    }
    if (!pack(a, x, sigma, n, centre, &p)) {
        return false;
    }
    if (rules->outside) {
        mark_outside(&p);
    }
    if (rules->anhoej) {
        mark_longest(&p, runs);
    }
    if (rules->shift) {
        mark_shifts(&p, rules->shift, rules->centre_breaks);
    }
    if (rules->trend) {
        mark_trends(&p, rules->trend, rules->ties_collapse);
    }
    if (rules->two_of_three) {
        mark_zone(&p, SIGNAL_TWO_OF_THREE, 2, 3, 2);
    }
    if (rules->four_of_five) {
        mark_zone(&p, SIGNAL_FOUR_OF_FIVE, 4, 5, 1);
    }
    if (rules->inner) {
        mark_stretches(&p, SIGNAL_INNER, rules->inner, within_one, false);
    }
    if (rules->outer) {
        mark_stretches(&p, SIGNAL_OUTER, rules->outer, beyond_one, true);
    }
    if (rules->alternating) {
        mark_alternating(&p, rules->alternating);
    }
    return true;
}

size_t signal_print(char out[64], const struct signal *s) {
    unsigned length = (unsigned)s->length;
    int n = 0;
    switch (s->kind) {
    case SIGNAL_NONE:
        out[0] = 0;
        break;
    case SIGNAL_BELOW:
        n = snprintf(out, 64, "below lower limit");
        break;
    case SIGNAL_ABOVE:
        n = snprintf(out, 64, "above upper limit");
        break;
    case SIGNAL_RUN:
        n = snprintf(out, 64, "run of %u on one side", length);
        break;
    case SIGNAL_TREND:
        n = snprintf(out, 64, "%s trend of %u", s->high ? "rising" : "falling", length);
        break;
    case SIGNAL_TWO_OF_THREE:
        n = snprintf(out, 64, "two of three beyond two sigma");
        break;
    case SIGNAL_FOUR_OF_FIVE:
        n = snprintf(out, 64, "four of five beyond one sigma");
        break;
    case SIGNAL_INNER:
        n = snprintf(out, 64, "%u in a row within one sigma", length);
        break;
    case SIGNAL_OUTER:
        n = snprintf(out, 64, "%u in a row beyond one sigma", length);
        break;
    case SIGNAL_ALTERNATING:
        n = snprintf(out, 64, "%u in a row up and down", length);
        break;
    }
    return (size_t)n;
}
