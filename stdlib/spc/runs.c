/* Counting runs, and their exact distribution.
 *
 * With q(s, r) = (ways to write s as r ordered parts of 1..L) / 2^s, a series
 * of n points with r runs, none longer than L, has probability 2 q(n, r) about
 * a known centre. Given a points above and b below, the r runs alternate, so
 * the ways are products of the ways to cut a and b. The recurrence
 * q(s, r) = sum over i of q(s - i, r - 1) / 2^i adds positive terms only, so
 * nothing cancels. */
#include "stdlib/spc/runs.h"
#include "base/distribution.h"
#include <math.h>

/* Half a power of two is met where the square is the next one. */
size_t runs_longest_limit(size_t useful) {
    size_t power = 0;
    while (useful >> power > 1) {
        power++;
    }
    double n = (double)useful;
    return useful ? power + (n * n > ldexp(1, (int)(2 * power + 1))) + 3 : 0;
}

/* Of most series, so that many of them are quick. */
static const uint8_t FEW_CROSSINGS[] = {
    0,  0,  0,  0,  0,  0,  1,  1,  1,  2,  2,  2,  3,  3,  4,  4,  4,  5,  5,  6,  6,  6,
    7,  7,  8,  8,  8,  9,  9,  10, 10, 11, 11, 11, 12, 12, 13, 13, 14, 14, 14, 15, 15, 16,
    16, 17, 17, 17, 18, 18, 19, 19, 20, 20, 21, 21, 21, 22, 22, 23, 23, 24, 24, 25,
};

size_t runs_crossings_limit(size_t useful) {
    return useful < COUNT_OF(FEW_CROSSINGS)
               ? FEW_CROSSINGS[useful]
               : (size_t)binomial_quantile(0.05, (double)useful - 1, 0.5);
}

/* ---- how many runs chance makes ---- */

/* P(r runs), of a points above and b below (Swed & Eisenhart 1943): ways to cut both sides into
 * parts, over ways to choose which points lie above; hypergeometric, but for a factor. */
static double chance_of_runs(double r, double a, double b) {
    double k = floor(r / 2), pairs = (a + b) * (a + b - 1);
    if (r == 2 * k) {
        return 2 * hypergeometric_probability(k - 1, a - 1, b - 1, b - 1) * a * b / pairs;
    }
    double more_above = a > 1 ? hypergeometric_probability(k, a - 1, b - 1, b) * a * (a - 1) : 0;
    double more_below =
        b > 1 ? hypergeometric_probability(k - 1, a - 1, b - 1, b - 2) * b * (b - 1) : 0;
    return (more_above + more_below) / pairs;
}

bool runs_acceptable(size_t above, size_t below, size_t *few, size_t *many) {
    const double tail = 0.025;
    double a = (double)above, b = (double)below, sum = 0, r = 1, most = a + b;
    if (above + below < RUNS_NEEDED || !above || !below) {
        return false;
    }
    while ((sum += chance_of_runs(r + 1, a, b)) <= tail) {
        r++;
    }
    *few = (size_t)r + 1;
    for (sum = 0; (sum += chance_of_runs(most, a, b)) <= tail; most--) {
    }
    *many = (size_t)most;
    return true;
}

/* ---- counting ---- */

void runs_finish(struct runs *r) {
    r->below = r->useful - r->above;
    r->longest_limit = runs_longest_limit(r->useful);
    r->crossings_limit = runs_crossings_limit(r->useful);
    bool enough = r->useful >= RUNS_NEEDED;
    r->long_run = enough && r->longest > r->longest_limit;
    r->few_crossings = enough && r->crossings < r->crossings_limit;
}

void runs_count(const double *x, const double *centre, const uint8_t *ghost, size_t n,
                struct runs *out) {
    struct runs_counter c = {.last = 0};
    for (size_t i = 0; i < n; i++) {
        runs_step(&c, i, ghost && ghost[i] ? 0 : runs_side(x[i], centre[i]));
    }
    runs_finish(&c.runs);
    *out = c.runs;
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

/* A run of as many is one less of steps that stay on a side, each as likely as one that crosses.
 * The chance within m steps is that within m - 1, and that a step back over the centre, after which
 * there has been no such run, begins the first. */
double runs_chance_longest(struct arena *a, size_t useful, size_t longest) {
    size_t steps = useful - (useful > 0), stay = longest - (longest > 0);
    double *within = arena_zero(a, (steps + 1) * sizeof *within);
    if (!within || stay == 0 || stay > steps) {
        return !within ? (double)NAN : stay == 0 && useful ? 1 : 0;
    }
    double chance = ldexp(1, -(int)(stay < 2000 ? stay : 2000));
    within[stay] = chance;
    for (size_t m = stay + 1; m <= steps; m++) {
        within[m] = within[m - 1] + chance / 2 * (1 - within[m - stay - 1]);
    }
    return within[steps];
}

double runs_chance_crossings(size_t useful, size_t crossings) {
    return useful < 2 ? 1 : binomial_tails((double)crossings, (double)useful - 1, 0.5).lower;
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
