/* Looking for the place where a level that has lasted began. */
#include "stdlib/spc/rebase.h"
#include <math.h>

enum { RUNS = RULE_LONG_RUN | RULE_SHIFT };

#define FROM(array, i) ((array) ? (array) + (i) : NULL)

/* A stretch of points by themselves; NULL: no memory. */
static const struct spc_result *judge(struct arena *a, const struct spc_result *r, size_t from,
                                      size_t stop) {
    const struct spc_points *p = &r->points;
    struct spc_input in = {.kind = r->kind,
                           .points = {.n = stop - from,
                                      .value = FROM(p->value, from),
                                      .count = FROM(p->count, from),
                                      .size = FROM(p->size, from),
                                      .spread = FROM(p->spread, from),
                                      .ghost = FROM(p->ghost, from),
                                      .base_stop = stop - from},
                           .profile = r->profile,
                           .options = r->options,
                           .low_bound = -(double)INFINITY,
                           .high_bound = INFINITY};
    in.options.centre = in.options.sigma = NAN;
    return spc_analyse(a, &in);
}

static bool shows_run(const struct spc_result *r) {
    unsigned all = 0;
    for (size_t i = 0; i < r->n; i++) {
        all |= r->members[i];
    }
    return (all & RUNS) != 0;
}

/* Whether a new phase may begin here, where the level goes `up` or down. */
static bool lasts(struct arena *a, const struct spc_result *r, size_t at, bool up,
                  struct rebase *out) {
    const struct spc_phase *phase = spc_last_phase(r);
    const struct spc_result *before = judge(a, r, phase->first, at);
    const struct spc_result *after = judge(a, r, at, phase->stop);
    if (!before || !after || before->present < SPC_FEWEST || after->present < REBASE_LASTS ||
        shows_run(after)) {
        return false;
    }
    out->at = at;
    out->points = after->present;
    out->before = spc_last_centre(before);
    out->after = spc_last_centre(after);
    return up ? out->after > out->before : out->after < out->before;
}

static double apart(const struct spc_result *r, const struct rebase *x) {
    double after = (double)x->points, before = (double)spc_last_phase(r)->present - after;
    return before * after / (before + after) * (x->after - x->before) * (x->after - x->before);
}

static int side_of(const struct spc_result *r, size_t i) {
    bool ghost = r->ghost && r->ghost[i];
    return ghost || isnan(r->lines.value[i]) ? 0 : runs_side(r->lines.value[i], r->lines.centre[i]);
}

struct search {
    struct arena *a;
    const struct spc_result *r;
    struct rebase best;
    bool found;
};

static void try_place(struct search *s, size_t at, bool up, size_t run) {
    struct rebase here = {.run = run};
    if (lasts(s->a, s->r, at, up, &here) &&
        (!s->found || apart(s->r, &here) > apart(s->r, &s->best))) {
        s->best = here;
        s->found = true;
    }
}

/* The run of points on one side that begins at `from`: its length, where the next one begins, and
 * whether it is a signal. */
static size_t run_from(const struct spc_result *r, size_t from, size_t stop, size_t *next,
                       bool *signal) {
    size_t n = 0, i = from;
    int side = side_of(r, from);
    *signal = false;
    for (; i < stop; i++) {
        int here = side_of(r, i);
        if (here != 0 && here != side) {
            break;
        }
        n += here != 0;
        *signal = *signal || (here != 0 && (r->members[i] & RUNS) != 0);
    }
    *next = i;
    return n;
}

/* A run may begin early by chance: the places tried are its first ones. */
static void try_run(struct search *s, size_t from, size_t stop, bool up, size_t run) {
    enum { PLACES = 24 };
    size_t tried = 0;
    for (size_t i = from; i < stop && tried < PLACES; i++) {
        if (side_of(s->r, i) != 0) {
            tried++;
            try_place(s, i, up, run);
        }
    }
}

bool spc_propose(struct arena *a, const struct spc_result *r, struct rebase *out) {
    const struct spc_phase *phase = spc_last_phase(r);
    struct search s = {.a = a, .r = r};
    for (size_t i = phase->first, next; i < phase->stop && spc_trait(r->kind)->runs; i = next) {
        bool signal, up = side_of(r, i) > 0;
        next = i + 1;
        if (side_of(r, i) == 0) {
            continue;
        }
        size_t run = run_from(r, i, phase->stop, &next, &signal);
        if (signal && i > phase->first) {
            try_run(&s, i, next, up, run);
        }
        if (signal && next < phase->stop) {
            try_place(&s, next, !up, run);
        }
    }
    *out = s.best;
    return s.found;
}

int64_t spc_cause(const struct calendar *calendar, const int64_t *at, size_t point,
                  const struct spc_note *notes, size_t n) {
    int64_t from = period_start(calendar, at[point > 2 ? point - 2 : 0]), found = -1;
    int64_t stop = period_stop(calendar, at[point]);
    for (size_t i = 0; i < n; i++) {
        bool near = notes[i].first >= from && notes[i].first < stop;
        if (near && (found < 0 || notes[i].first > notes[found].first)) {
            found = (int64_t)i;
        }
    }
    return found;
}
