/* States found from the first one on, by trying every cell in which a point may lie. */
#include "stdlib/spc/chain.h"
#include "base/distribution.h"
#include "base/hash.h"
#include <math.h>

enum { SIDES = 2, MOST_CUTS = PROFILE_ZONES + 3, MOST_CELLS = SIDES * (MOST_CUTS + 1) };

/* What the rules remember. Compared by bytes, so it is zeroed before it is filled. */
struct chain_state {
    uint32_t beyond[PROFILE_ZONES][SIDES]; /* of the last points, the latest in bit 0 */
    uint32_t crossings;                    /* as many as are asked for, at most */
    uint16_t run, inner, outer;
    uint8_t seen;              /* points, as many as the widest zone rule needs */
    uint8_t high;              /* side of the last point, where it matters */
    uint8_t was_low, was_high; /* in the stretch of outer points */
};

struct cell {
    double z, chance; /* some point of it */
};

struct chain {
    struct chain_asked asked;
    size_t run_needed; /* 0: no rule counts them */
    size_t run_kept;   /* longer runs are alike */
    uint8_t widest;
    struct cell cell[MOST_CELLS];
    int ncells;
    size_t nstates, first, going; /* first: no point yet; going: as if many had been */
    struct chain_state *states;
    int32_t (*next)[MOST_CELLS]; /* -1: a signal */
};

/* ---- where a point may lie ---- */

static void add_cut(double cut[MOST_CUTS], int *n, double at) {
    int k = *n;
    for (int i = 0; i < *n; i++) {
        if (cut[i] == at) {
            return;
        }
    }
    for (; k > 0 && cut[k - 1] > at; k--) {
        cut[k] = cut[k - 1];
    }
    cut[k] = at;
    ++*n;
}

static void find_cells(struct chain *c) {
    const struct rule_profile *p = c->asked.profile;
    double cut[MOST_CUTS];
    int n = 0;
    if (p->outside) {
        add_cut(cut, &n, c->asked.multiple);
    }
    if (p->inner || p->outer) {
        add_cut(cut, &n, 1);
    }
    for (int k = 0; k < PROFILE_ZONES && p->zone[k].some; k++) {
        add_cut(cut, &n, p->zone[k].beyond);
        if (p->zones_strict) {
            add_cut(cut, &n, 3);
        }
    }
    for (int i = 0; i <= n; i++) {
        double from = i ? cut[i - 1] : 0, to = i < n ? cut[i] : from + 1;
        double beyond = i < n ? normal_tails(to).upper : 0;
        double chance = normal_tails(from).upper - beyond;
        c->cell[c->ncells++] = (struct cell){(from + to) / 2, chance};
        c->cell[c->ncells++] = (struct cell){-(from + to) / 2, chance};
    }
}

/* ---- one point more ---- */

static unsigned count_bits(uint32_t x) {
    unsigned n = 0;
    for (; x; x &= x - 1) {
        n++;
    }
    return n;
}

/* False: a signal. So are the others. */
static bool step_zones(const struct chain *c, struct chain_state *s, double z) {
    const struct rule_profile *p = c->asked.profile;
    for (int k = 0; k < PROFILE_ZONES && p->zone[k].some; k++) {
        const struct zone_rule *r = &p->zone[k];
        uint32_t window = r->of >= 32 ? UINT32_MAX : (1U << r->of) - 1;
        for (int high = 0; high < SIDES; high++) {
            double far = high ? z : -z;
            bool here = far > r->beyond && !(p->zones_strict && far > 3);
            uint32_t bits = (s->beyond[k][high] << 1 | here) & window;
            bool whole =
                p->zones_strict ? s->run >= r->of && s->high == high : here && s->seen >= r->of;
            if (whole && count_bits(bits) >= r->some) {
                return false;
            }
            s->beyond[k][high] = bits & window >> 1; /* the oldest leaves */
        }
    }
    return true;
}

static bool step_run(const struct chain *c, struct chain_state *s, bool high) {
    if (!c->run_kept && !c->asked.crossings) {
        return true;
    }
    bool crosses = s->run && (s->high != 0) != high;
    s->run = crosses ? 1 : s->run + 1U > c->run_kept ? s->run : (uint16_t)(s->run + 1);
    s->run = s->run ? s->run : 1;
    s->high = high;
    s->crossings += crosses && s->crossings < c->asked.crossings;
    return !c->run_needed || s->run < c->run_needed;
}

static bool step_inner(const struct chain *c, struct chain_state *s, double z) {
    uint8_t needed = c->asked.profile->inner;
    s->inner = needed && fabs(z) < 1 ? (uint16_t)(s->inner + 1) : 0;
    return !needed || s->inner < needed;
}

static bool step_outer(const struct chain *c, struct chain_state *s, double z) {
    uint8_t needed = c->asked.profile->outer;
    if (!needed) {
        return true;
    }
    bool outer = fabs(z) > 1;
    s->outer = outer ? (uint16_t)(s->outer + (s->outer < needed)) : 0;
    s->was_low = outer && (z < 0 || s->was_low);
    s->was_high = outer && (z > 0 || s->was_high);
    return !(s->outer >= needed && s->was_low && s->was_high);
}

static bool step(const struct chain *c, struct chain_state *s, double z) {
    const struct rule_profile *p = c->asked.profile;
    s->seen = (uint8_t)(s->seen + (s->seen < c->widest));
    return !(p->outside && fabs(z) > c->asked.multiple) && step_run(c, s, z > 0) &&
           step_zones(c, s, z) && step_inner(c, s, z) && step_outer(c, s, z);
}

/* ---- all states ---- */

struct finding {
    struct chain *c;
    struct strmap numbers;
    bool failed;
};

static size_t number_of(struct finding *f, const struct chain_state *s) {
    bool is_new;
    uint64_t *number = strmap_put(&f->numbers, (struct str){(const char *)s, sizeof *s}, &is_new);
    if (!number || (is_new && f->c->nstates == CHAIN_STATES)) {
        f->failed = true;
        return 0;
    }
    if (is_new) {
        *number = f->c->nstates;
        f->c->states[f->c->nstates++] = *s;
    }
    return *number;
}

static void find_states(struct finding *f) {
    struct chain *c = f->c;
    struct chain_state s;
    memset(&s, 0, sizeof s);
    c->first = number_of(f, &s);
    s.seen = c->widest;
    c->going = number_of(f, &s);
    for (size_t i = 0; i < c->nstates && !f->failed; i++) {
        for (int k = 0; k < c->ncells; k++) {
            s = c->states[i];
            c->next[i][k] = step(c, &s, c->cell[k].z) ? (int32_t)number_of(f, &s) : -1;
        }
    }
}

static bool has_chain(const struct rule_profile *p) {
    return !p->trend && !p->alternating && !p->runs;
}

const struct chain *chain_make(struct arena *a, const struct chain_asked *asked) {
    struct chain *c = has_chain(asked->profile) ? ARENA_NEW(a, struct chain) : NULL;
    if (!c) {
        return NULL;
    }
    c->asked = *asked;
    const struct rule_profile *p = asked->profile;
    size_t longest = asked->longest ? asked->longest + 1 : SIZE_MAX;
    size_t shift = p->shift ? p->shift : SIZE_MAX;
    size_t needed = shift < longest ? shift : longest;
    c->run_needed = c->run_kept = needed == SIZE_MAX ? 0 : needed;
    for (int k = 0; k < PROFILE_ZONES && p->zone[k].some; k++) {
        c->widest = p->zone[k].of > c->widest ? p->zone[k].of : c->widest;
    }
    if (p->zones_strict && c->widest > c->run_kept) {
        c->run_kept = c->widest;
    }
    find_cells(c);
    c->states = arena_take(a, CHAIN_STATES * sizeof *c->states);
    c->next = arena_take(a, CHAIN_STATES * sizeof *c->next);
    struct finding f = {.c = c, .failed = !c->states || !c->next};
    strmap_init(&f.numbers, a->alloc);
    if (!f.failed) {
        find_states(&f);
    }
    strmap_free(&f.numbers);
    return f.failed ? NULL : c;
}

size_t chain_states(const struct chain *c) {
    return c->nstates;
}

/* ---- time goes by ---- */

/* Shares of charts without a signal, by state; the sum is how many are left. */
static double advance(const struct chain *c, const double *from, double *to) {
    double left = 0;
    memset(to, 0, c->nstates * sizeof *to);
    for (size_t i = 0; i < c->nstates; i++) {
        for (int k = 0; from[i] > 0 && k < c->ncells; k++) {
            double share = from[i] * c->cell[k].chance;
            if (c->next[i][k] >= 0) {
                to[c->next[i][k]] += share;
                left += share;
            }
        }
    }
    return left;
}

struct going {
    double *now, *then;
    double left, loses; /* what is left, and which share of it the last point took */
    size_t n;
};

static bool begin(struct arena *a, const struct chain *c, size_t first, struct going *g) {
    *g = (struct going){arena_zero(a, c->nstates * sizeof(double)),
                        arena_take(a, c->nstates * sizeof(double)), 1, 0, 0};
    if (!g->now || !g->then) {
        return false;
    }
    g->now[first] = 1;
    return true;
}

/* Steps from a state to a cell, after which a share that has not settled is taken as if it had. */
#define MOST_WORK 3e8

/* False: from here on each point takes the same share of what is left, or nothing is. */
static bool go_on(const struct chain *c, struct going *g) {
    double left = advance(c, g->now, g->then), *spare = g->now;
    double loses = 1 - left / g->left;
    bool settled = fabs(loses - g->loses) <= 1e-14 && g->n > 2 * (size_t)c->widest + c->run_kept;
    g->now = g->then;
    g->then = spare;
    g->left = left;
    g->loses = loses;
    g->n++;
    double work = (double)g->n * (double)c->nstates * c->ncells;
    return left > 1e-300 && !settled && work < MOST_WORK;
}

double chain_chance(struct arena *a, const struct chain *c, size_t n) {
    struct going g;
    if (!begin(a, c, c->first, &g)) {
        return NAN;
    }
    while (g.n < n && (go_on(c, &g) || c->asked.crossings)) {
    }
    if (g.n < n) {
        return -expm1(log(g.left) + (double)(n - g.n) * log1p(-g.loses));
    }
    double quiet = 0;
    for (size_t i = 0; i < c->nstates; i++) {
        quiet += c->states[i].crossings >= c->asked.crossings ? g.now[i] : 0;
    }
    return fmax(0, 1 - quiet);
}

double chain_run_length(struct arena *a, const struct chain *c) {
    struct going g;
    double sum = 1;
    if (c->asked.crossings || !begin(a, c, c->going, &g)) {
        return NAN;
    }
    while (go_on(c, &g)) {
        sum += g.left;
    }
    return g.loses > 0 ? sum + g.left / g.loses : INFINITY;
}
