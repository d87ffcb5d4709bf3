/* Counting runs, and their exact distribution.
 *
 * With q(s, r) = (ways to write s as r ordered parts of 1..L) / 2^s, a series
 * of n points with r runs, none longer than L, has probability 2 q(n, r) about
 * a known centre. Given a points above and b below, the r runs alternate, so
 * the ways are products of the ways to cut a and b. The recurrence
 * q(s, r) = sum over i of q(s - i, r - 1) / 2^i adds positive terms only, so
 * nothing cancels. */
#include "stdlib/spc/runs.h"
#include <math.h>
#include <stdlib.h>

int runs_side(double x, double centre) {
    if (isnan(x)) {
        return 0;
    }
    double scale = fabs(centre) > 1 ? fabs(centre) : 1;
    if (fabs(x - centre) <= 1e-9 * scale) {
        return 0;
    }
    return x > centre ? 1 : -1;
}

size_t runs_longest_limit(size_t useful) {
    return useful ? (size_t)(round(log2((double)useful)) + 3) : 0;
}

/* The smallest k with P(X <= k) >= 5%. Weights are taken relative to the middle one, so
 * that no number of points underflows them. */
size_t runs_crossings_limit(size_t useful) {
    if (useful < 2) {
        return 0;
    }
    size_t trials = useful - 1, middle = trials / 2;
    double total = 0, weight = 1;
    for (size_t k = middle + 1; k-- > 0;) {
        /* Doubled below; the one in the very middle has no twin on the other side. */
        total += k * 2 == trials ? weight / 2 : weight;
        weight *= (double)k / (double)(trials - k + 1);
    }
    total *= 2;
    double above = total / 2;
    if (trials % 2 == 0) {
        above += 0.5; /* P(X <= middle) holds the whole middle weight, 1 */
    }
    weight = 1;
    size_t k = middle;
    while (k > 0 && above - weight >= 0.05 * total) {
        above -= weight;
        weight *= (double)k / (double)(trials - k + 1);
        k--;
    }
    return k;
}

void runs_count(const double *x, size_t n, double centre, struct runs *out) {
    *out = (struct runs){0};
    int last = 0;
    size_t length = 0, start = 0;
    for (size_t i = 0; i < n; i++) {
        int side = runs_side(x[i], centre);
        if (side == 0) {
            continue;
        }
        out->useful++;
        out->above += side > 0;
        if (side != last) {
            out->crossings += last != 0;
            length = 0;
            start = i;
        }
        last = side;
        if (++length > out->longest) {
            out->longest = length;
            out->from = start;
            out->to = i;
        }
    }
    out->below = out->useful - out->above;
    out->longest_limit = runs_longest_limit(out->useful);
    out->crossings_limit = runs_crossings_limit(out->useful);
    bool enough = out->useful >= RUNS_NEEDED;
    out->long_run = enough && out->longest > out->longest_limit;
    out->few_crossings = enough && out->crossings < out->crossings_limit;
}

/* From q(., r - 1) to q(., r), for sizes 0 to `most`. */
static void next_part(const double *before, double *now, size_t most, size_t longest) {
    for (size_t s = 0; s <= most; s++) {
        double sum = 0, half = 1;
        size_t parts = longest < s ? longest : s;
        for (size_t i = 1; i <= parts; i++) {
            half *= 0.5;
            sum += before[s - i] * half;
        }
        now[s] = sum;
    }
}

/* One row of q, ready for r = 0; two rows lie one behind the other. NULL: no memory. */
static double *no_parts(struct arena *a, size_t most) {
    double *rows = arena_zero(a, 2 * (most + 1) * sizeof *rows);
    if (rows) {
        rows[0] = 1;
    }
    return rows;
}

static double chance_of(double none) {
    return none > 1 ? 0 : 1 - none;
}

double runs_chance(struct arena *a, size_t useful, size_t longest, size_t crossings) {
    double *rows = useful <= RUNS_EXACT_MOST ? no_parts(a, useful) : NULL;
    if (!rows) {
        return NAN;
    }
    double *before = rows, *now = rows + useful + 1, quiet = 0;
    for (size_t r = 1; r <= useful; r++) {
        next_part(before, now, useful, longest);
        if (r - 1 >= crossings) {
            quiet += 2 * now[useful];
        }
        double *spare = before;
        before = now;
        now = spare;
    }
    return chance_of(quiet);
}

/* C(a + b, a) / 2^(a + b), halving along the way so that nothing overflows. */
static double share_of_splits(size_t a, size_t b) {
    double p = 1;
    size_t halves = a + b;
    for (size_t i = 1; i <= a; i++) {
        p *= (double)(b + i) / (double)i;
        for (; p > 1 && halves > 0; halves--) {
            p /= 2;
        }
    }
    for (; halves > 0; halves--) {
        p /= 2;
    }
    return p;
}

double runs_chance_split(struct arena *a, size_t above, size_t below, size_t longest,
                         size_t crossings) {
    size_t most = above > below ? above : below;
    double *rows = above + below <= RUNS_EXACT_MOST ? no_parts(a, most) : NULL;
    if (!rows) {
        return NAN;
    }
    double *before = rows, *now = rows + most + 1, quiet = 0;
    for (size_t k = 1; k <= most; k++) {
        next_part(before, now, most, longest);
        /* before: k - 1 parts on a side; now: k parts. Runs 2k - 1 and 2k. */
        if (2 * k - 2 >= crossings) {
            quiet += now[above] * before[below] + before[above] * now[below];
        }
        if (2 * k - 1 >= crossings) {
            quiet += 2 * now[above] * now[below];
        }
        double *spare = before;
        before = now;
        now = spare;
    }
    /* k = most + 1: one side with most + 1 parts is impossible, so nothing is left out. */
    return chance_of(quiet / share_of_splits(above, below));
}
