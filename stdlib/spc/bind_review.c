/* spc.review_series: many charts at once, the strongest first, with what chance alone would give.
 */
#include "base/distribution.h"
#include "stdlib/rows.h"
#include "stdlib/spc/bind_alarm.h"
#include "stdlib/spc/bind_methods.h"
#include "stdlib/spc/bind_options.h"
#include "stdlib/spc/many.h"
#include <math.h>
#include <stdlib.h>

enum {
    SERIES,
    STANDS_OUT,
    STRONGEST,
    PERIOD,
    MEANS,
    SIGNAL,
    P,
    ADJUSTED,
    CHANCE,
    POINTS,
    OUTSIDE,
    LONGEST,
    CROSSINGS
};
enum { ASK_SHARE = 1 + ASK_SPAN + 1, ASK_BETTER };

/* What is looked at: three things, of which the least likely is told. */
enum look { LOOK_POINT, LOOK_RUN, LOOK_CROSSINGS, LOOKS };

struct viewed {
    size_t present, outside;
    struct runs runs;
    bool signal;
    double p, chance;
    enum look strongest;
    size_t at; /* the farthest point, or the last of the run */
    bool high;
};

/* P(some of n points is so far out), by the normal distribution; 1 - (1 - q)^n without loss. */
static double chance_outside(double z, size_t n) {
    double q = normal_tails(-fabs(z)).lower * 2;
    return -expm1((double)n * log1p(-q));
}

/* P(a run as long) and P(crossings as few). */
static void look_at_runs(struct arena *a, const struct spc_result *r, const struct spc_phase *phase,
                         double p[LOOKS]) {
    const struct runs *u = &phase->runs;
    if (spc_own_median(r, phase)) {
        p[LOOK_RUN] = runs_chance_split(a, u->above, u->below, u->longest - 1, 0);
        p[LOOK_CROSSINGS] = runs_chance_split(a, u->above, u->below, u->useful, u->crossings + 1);
    } else {
        p[LOOK_RUN] = runs_chance_longest(a, u->useful, u->longest);
        p[LOOK_CROSSINGS] = runs_chance_crossings(u->useful, u->crossings);
    }
}

static bool is_judged(const struct spc_result *r, size_t i) {
    return !isnan(r->lines.z[i]) && !(r->ghost && r->ghost[i]);
}

/* The farthest point; how many lie outside. */
static double look_at_points(const struct spc_result *r, const struct spc_phase *phase,
                             struct viewed *v) {
    double far = 0;
    for (size_t i = phase->first; i < phase->stop; i++) {
        if (is_judged(r, i) && fabs(r->lines.z[i]) > far) {
            far = fabs(r->lines.z[i]);
            v->at = i;
        }
        v->outside += (r->completes[i] & (RULE_BELOW | RULE_ABOVE)) != 0;
    }
    return chance_outside(far, v->present);
}

/* Of its last phase: of three looks at one series the least likely counts, three times
 * (Bonferroni). */
static struct viewed view(struct arena *a, const struct spc_result *r) {
    const struct spc_phase *phase = spc_last_phase(r);
    struct viewed v = {.present = phase->present,
                       .runs = phase->runs,
                       .signal = spc_shows_signal(r, phase),
                       .p = NAN};
    double p[LOOKS] = {1, 1, 1};
    double point = look_at_points(r, phase, &v);
    bool too_many = phase->runs.useful > RUNS_EXACT_MOST && spc_own_median(r, phase);
    if (phase->runs.useful < RUNS_NEEDED || too_many) {
        return v;
    }
    p[LOOK_POINT] = phase->has_limits ? point : 1;
    look_at_runs(a, r, phase, p);
    for (enum look k = LOOK_POINT; k < LOOKS; k++) {
        v.strongest = p[k] < p[v.strongest] ? k : v.strongest;
    }
    v.p = fmin(1, (phase->has_limits ? 3 : 2) * p[v.strongest]);
    v.at = v.strongest == LOOK_RUN ? phase->first + v.runs.to : v.at;
    v.high = runs_side(r->lines.value[v.at], r->lines.centre[v.at]) > 0;
    return v;
}

/* ---- rows ---- */

static struct str look_text(const struct viewed *v) {
    if (isnan(v->p)) {
        return STR_NONE;
    }
    switch (v->strongest) {
    case LOOK_POINT:
        return v->high ? STR("high point") : STR("low point");
    case LOOK_RUN:
        return v->high ? STR("long run above") : STR("long run below");
    default:
        return STR("few crossings");
    }
}

static struct str meaning(int better, const struct viewed *v) {
    if (!better || isnan(v->p) || v->strongest == LOOK_CROSSINGS) {
        return STR_NONE;
    }
    return (better > 0) == v->high ? STR("improving") : STR("concerning");
}

struct reviewing {
    struct native_call *c;
    const struct spc_table *t;
    int better; /* 1 up, -1 down, 0 not known */
    double share;
    struct viewed *seen;
    double *p, *adjusted;
};

static bool put_view(const struct reviewing *w, struct frame *f, uint32_t k) {
    const struct viewed *v = &w->seen[k];
    const struct spc_series *s = &w->t->series[k];
    if (!frame_push(f)) {
        return false;
    }
    uint32_t row = f->n - 1;
    bool when = w->t->grain != GRAIN_NONE && !isnan(v->p) && v->strongest != LOOK_CROSSINGS;
    return put_text(f, SERIES, row, s->name) && put_int(f, POINTS, row, (int64_t)v->present) &&
           put_int(f, SIGNAL, row, v->signal) && put_text(f, STRONGEST, row, look_text(v)) &&
           (when ? put_int(f, PERIOD, row, s->at[v->at]) : put_missing(f, PERIOD, row)) &&
           put_text(f, MEANS, row, meaning(w->better, v)) &&
           put_int(f, OUTSIDE, row, (int64_t)v->outside) &&
           put_int(f, LONGEST, row, (int64_t)v->runs.longest) &&
           put_int(f, CROSSINGS, row, (int64_t)v->runs.crossings) && put_float(f, P, row, v->p) &&
           put_float(f, ADJUSTED, row, w->adjusted[k]) &&
           put_int(f, STANDS_OUT, row, w->adjusted[k] <= w->share) &&
           put_float(f, CHANCE, row, v->chance);
}

struct strength {
    double p;
    uint32_t from;
};

/* The least likely first; those without a p last, as they came. */
static int by_strength(const void *a, const void *b) {
    const struct strength *x = a, *y = b;
    if (isnan(x->p) != isnan(y->p)) {
        return isnan(x->p) ? 1 : -1;
    }
    int c = (x->p > y->p) - (x->p < y->p);
    return c ? c : (x->from > y->from) - (x->from < y->from);
}

static bool put_views(const struct reviewing *w, struct frame *f) {
    uint32_t n = w->t->nseries;
    struct strength *order = ARENA_ARRAY(native_arena(w->c), struct strength, n + 1);
    for (uint32_t k = 0; order && k < n; k++) {
        order[k] = (struct strength){w->p[k], k};
    }
    if (!order || !frame_reserve(f, n)) {
        return false;
    }
    qsort(order, n, sizeof *order, by_strength);
    for (uint32_t k = 0; k < n; k++) {
        if (!put_view(w, f, order[k].from)) {
            return false;
        }
    }
    return true;
}

static void note_review(const struct reviewing *w, const char *rules) {
    double expected = 0;
    uint32_t stand_out = 0, signals = 0, told = 0, n = w->t->nseries;
    for (uint32_t k = 0; k < n; k++) {
        const struct viewed *v = &w->seen[k];
        bool known = !isnan(v->chance);
        signals += v->signal;
        stand_out += w->adjusted[k] <= w->share;
        told += known;
        expected += known ? v->chance : 0;
    }
    if (told) {
        native_note(
            w->c,
            "rules %s: %u of %u series show a signal; were nothing but chance at work, %.1f "
            "of %u would",
            rules, signals, n, expected, told);
    } else {
        native_note(w->c, "rules %s: %u of %u series show a signal", rules, signals, n);
    }
    native_note(w->c,
                "%u stand out with at most %g %% false ones among them (Benjamini & Hochberg 1995)",
                stand_out, 100 * w->share);
}

/* ---- the call ---- */

static int view_all(struct reviewing *w, const struct spc_wish *wish) {
    for (uint32_t k = 0; k < w->t->nseries; k++) {
        struct arena scratch;
        int status = native_poll(w->c, w->t->series[k].n);
        if (status != SPOKE_OK) {
            return status;
        }
        arena_init(&scratch, native_alloc(w->c));
        const struct spc_result *r =
            spc_judge(&scratch, native_calendar(w->c), w->t, &w->t->series[k], wish);
        if (r) {
            w->seen[k] = view(&scratch, r);
            w->seen[k].chance = spc_alarm(w->c, r, spc_last_phase(r)).chance;
            w->p[k] = w->seen[k].p;
        }
        arena_free(&scratch);
        if (!r) {
            return SPOKE_NO_MEMORY;
        }
    }
    return adjust_many(native_arena(w->c), w->p, w->t->nseries, w->adjusted) ? SPOKE_OK
                                                                             : SPOKE_NO_MEMORY;
}

static int review(struct reviewing *w, const struct spc_wish *wish) {
    struct arena *a = native_arena(w->c);
    w->seen = ARENA_ARRAY(a, struct viewed, w->t->nseries + 1);
    w->p = ARENA_ARRAY(a, double, w->t->nseries + 1);
    w->adjusted = ARENA_ARRAY(a, double, w->t->nseries + 1);
    int status = w->seen && w->p && w->adjusted ? view_all(w, wish) : SPOKE_NO_MEMORY;
    if (status != SPOKE_OK) {
        return status;
    }
    struct frame *f = native_frame(w->c);
    if (!f || !put_views(w, f)) {
        frame_drop(f);
        return SPOKE_NO_MEMORY;
    }
    note_review(w, wish->profile->name);
    return native_give_frame(w->c, f);
}

int spc_review_series(struct native_call *c) {
    struct spc_table t;
    struct spc_wish wish;
    const struct frame *data = native_relation(c, 0);
    if (!data) {
        return SPOKE_FAILED;
    }
    int status = spc_ask_series(c, 1, data, &t, &wish);
    if (status != SPOKE_OK) {
        return status;
    }
    struct reviewing w = {.c = c, .t = &t, .share = native_float(c, ASK_SHARE)};
    status = spc_ask_better(c, ASK_BETTER, data->about.better, &w.better);
    if (status != SPOKE_OK) {
        return status;
    }
    if (!(w.share > 0 && w.share < 1)) {
        return native_fail(c, "share is %g, and must be between 0 and 1", w.share);
    }
    return review(&w, &wish);
}
