/* Runs about a centre line: useful points, longest run, crossings, and how
 * likely such a series is by chance, exactly.
 *
 * A missing value is NaN. A value on the centre line (within a tolerance of
 * 1e-9) is not useful: it neither makes nor breaks a run. */
#ifndef SPOKE_SPC_RUNS_H
#define SPOKE_SPC_RUNS_H

#include "base/arena.h"
#include <math.h>

struct runs {
    size_t useful, above, below; /* useful = above + below */
    size_t longest, crossings;
    size_t from, to;              /* the first longest run: indices of its ends */
    size_t longest_limit;         /* a longer run is a signal */
    size_t crossings_limit;       /* fewer crossings are a signal */
    bool long_run, few_crossings; /* signals; never with fewer than RUNS_NEEDED useful points */
};

enum { RUNS_NEEDED = 10, RUNS_EXACT_MOST = 1000 };

/* +1 above, -1 below, 0 on the centre or missing. */
static inline int runs_side(double x, double centre) {
    double far = x - centre, size = fabs(centre), hair = size > 1 ? 1e-9 * size : 1e-9;
    return (far > hair) - (far < -hair);
}

/* Counting as points come, each by its side. */
struct runs_counter {
    struct runs runs;
    int last;
    size_t length, start;
};
static inline void runs_step(struct runs_counter *c, size_t i, int side) {
    if (side == 0) {
        return;
    }
    struct runs *r = &c->runs;
    /* No branch on which side it is: that is as hard to foretell as a coin. */
    bool changed = side != c->last;
    r->useful++;
    r->above += side > 0;
    r->crossings += changed & (c->last != 0);
    c->start = changed ? i : c->start;
    c->length = (c->length & ((size_t)changed - 1)) + 1;
    c->last = side;
    if (c->length > r->longest) {
        r->longest = c->length;
        r->from = c->start;
        r->to = i;
    }
}
/* What the numbers mean, once all points have come. */
void runs_finish(struct runs *r);
/* Each point about its own centre; ghosts (NULL: none) are passed over. */
void runs_count(const double *x, const double *centre, const uint8_t *ghost, size_t n,
                struct runs *out);
/* The fewest and the most runs that chance makes of so many points above and below, with 2.5 % left
 * out on each side. False: fewer than RUNS_NEEDED points, or all on one side. */
bool runs_acceptable(size_t above, size_t below, size_t *few, size_t *many);
/* Anhoej and Olesen's limits: round(log2 n) + 3, and the 5% point of Bin(n - 1, 1/2). */
size_t runs_longest_limit(size_t useful);
size_t runs_crossings_limit(size_t useful);

/* P(longest run > longest, or crossings < crossings), for independent points
 * that fall on either side of a centre known beforehand with equal chance. */
double runs_chance(struct arena *a, size_t useful, size_t longest, size_t crossings);
/* Each by itself, also where it is far less likely than rounding leaves room for: P(longest run >=
 * longest) and P(crossings <= crossings). NaN: no memory. */
double runs_chance_longest(struct arena *a, size_t useful, size_t longest);
double runs_chance_crossings(size_t useful, size_t crossings);
/* runs_chance given how many lie above and below, which is how it is when the
 * centre is the series' own median. NaN: more than RUNS_EXACT_MOST points, or no memory. */
double runs_chance_split(struct arena *a, size_t above, size_t below, size_t longest,
                         size_t crossings);

#endif
