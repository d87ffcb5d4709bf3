/* Sorted ties of two waves are walked side by side; pairs are counted without visiting them. */
#include "stdlib/network/waves.h"
#include <math.h>
#include <stdlib.h>

/* ---- from one wave to the next ---- */

static bool stays(const struct wave *first, const struct wave *second, uint32_t v) {
    return first->active[v] && second->active[v];
}

static bool both_stay(const struct wave *first, const struct wave *second, uint32_t from,
                      uint32_t to) {
    return stays(first, second, from) && stays(first, second, to);
}

static bool has_answered(const struct wave *w, uint32_t v) {
    return !w->silent || !w->silent[v];
}

/* Whether the tie would be known in this wave. */
static bool is_known(const struct wave *w, uint32_t from, uint32_t to) {
    return has_answered(w, from) || (!w->ties.directed && has_answered(w, to));
}

static int order_of(const struct ties *a, uint32_t i, const struct ties *b, uint32_t k) {
    if (i == a->n || k == b->n) {
        return k == b->n ? -1 : 1;
    }
    if (a->from[i] != b->from[k]) {
        return a->from[i] < b->from[k] ? -1 : 1;
    }
    return (a->to[i] > b->to[k]) - (a->to[i] < b->to[k]);
}

/* A tie that is in one of the waves or, `where` being 0, in both. */
static void take_tie(const struct wave *first, const struct wave *second, uint32_t from,
                     uint32_t to, int where, struct stability *out) {
    out->first += where <= 0;
    out->second += where >= 0;
    out->both += where == 0;
    if (!both_stay(first, second, from, to)) {
        out->with_leavers += where < 0;
        out->with_joiners += where > 0;
    } else if (is_known(first, from, to) && is_known(second, from, to)) {
        out->kept += where == 0;
        out->lost += where < 0;
        out->made += where > 0;
    }
}

static uint64_t pairs_within(uint64_t n) {
    return n ? n * (n - 1) / 2 : 0;
}

/* Stayers by the waves they answered in: bit 0 the first, bit 1 the second. */
static void count_stayers(const struct wave *first, const struct wave *second, uint64_t answered[4],
                          struct stability *out) {
    memset(answered, 0, 4 * sizeof *answered);
    for (uint32_t v = 0; v < first->ties.nodes; v++) {
        bool was = first->active[v], is = second->active[v];
        out->stayers += was && is;
        out->joiners += is && !was;
        out->leavers += was && !is;
        if (was && is) {
            answered[has_answered(first, v) + 2 * has_answered(second, v)]++;
        }
    }
}

static uint64_t known_pairs(bool directed, uint32_t stayers, const uint64_t answered[4]) {
    if (directed) {
        return stayers ? answered[3] * (stayers - 1) : 0;
    }
    /* A pair without an answer in a wave: both are among those who did not give one. */
    return pairs_within(stayers) - pairs_within(answered[0] + answered[1]) -
           pairs_within(answered[0] + answered[2]) + pairs_within(answered[0]);
}

void waves_compare(const struct wave *first, const struct wave *second, struct stability *out) {
    const struct ties *a = &first->ties, *b = &second->ties;
    uint64_t answered[4];
    *out = (struct stability){.stayers = 0};
    count_stayers(first, second, answered, out);
    for (uint32_t i = 0, k = 0; i < a->n || k < b->n;) {
        int where = order_of(a, i, b, k);
        take_tie(first, second, where <= 0 ? a->from[i] : b->from[k],
                 where <= 0 ? a->to[i] : b->to[k], where, out);
        i += where <= 0;
        k += where >= 0;
    }
    uint64_t all = pairs_within(out->stayers) * (a->directed ? 2 : 1);
    uint64_t known = known_pairs(a->directed, out->stayers, answered);
    out->absent = known - out->kept - out->lost - out->made;
    out->unknown = all - known;
}

/* ---- several waves ---- */

static bool is_hub_member(const uint8_t *is_hub, uint32_t v) {
    return is_hub && is_hub[v];
}

static void find_first(const struct wave *all, uint32_t waves, uint32_t *first) {
    for (uint32_t v = 0; v < all->ties.nodes; v++) {
        first[v] = 0;
        while (first[v] < waves && !all[first[v]].active[v]) {
            first[v]++;
        }
    }
}

/* The tie between a newcomer of wave t and somebody else. */
static void take_new_tie(uint32_t other, uint32_t t, const uint32_t *first, const uint8_t *is_hub,
                         struct newcomers *out) {
    if (is_hub_member(is_hub, other)) {
        out->hub++;
    } else if (first[other] == t) {
        out->each_other++;
    } else if (first[other] == 0) {
        out->founders++;
    } else {
        out->earlier++;
    }
}

static void count_new_ties(const struct wave *w, uint32_t t, const uint32_t *first,
                           const uint8_t *is_hub, struct newcomers *out) {
    for (uint32_t i = 0; i < w->ties.n; i++) {
        uint32_t from = w->ties.from[i], to = w->ties.to[i];
        if (first[from] == t && !is_hub_member(is_hub, from)) {
            take_new_tie(to, t, first, is_hub, out);
        } else if (first[to] == t && !is_hub_member(is_hub, to)) {
            take_new_tie(from, t, first, is_hub, out);
        }
    }
}

static void count_members(const struct wave *all, uint32_t t, const uint32_t *first,
                          const uint8_t *is_hub, struct growth *out) {
    uint32_t earlier = 0;
    const struct wave *w = &all[t];
    for (uint32_t v = 0; v < w->ties.nodes; v++) {
        out->members += w->active[v] != 0;
        out->newcomers.left += t && all[t - 1].active[v] && !w->active[v];
        if (w->active[v] && !is_hub_member(is_hub, v)) {
            out->founders += first[v] == 0;
            out->newcomers.joined += t && first[v] == t;
            earlier += first[v] < t;
        }
    }
    out->largest = out->members ? out->largest : 0; /* those who are not active stand alone */
    uint64_t old = out->newcomers.founders + out->newcomers.earlier;
    out->newcomers.attachment =
        old && out->founders
            ? (double)out->newcomers.founders / (double)old / ((double)out->founders / earlier)
            : (double)NAN;
}

static int by_number(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median_of(double *x, uint32_t n) {
    if (!n) {
        return (double)NAN;
    }
    qsort(x, n, sizeof *x, by_number);
    /* Numbers that never come are infinite, and so is a median between two of them. */
    return n % 2 ? x[n / 2] : (x[n / 2 - 1] + x[n / 2]) / 2;
}

static void find_bars(const struct wave *all, uint32_t waves, const uint8_t *is_hub,
                      const uint32_t *const *core, const uint32_t *first, double *room,
                      double *bar) {
    for (uint32_t t = 0; t < waves; t++) {
        uint32_t n = 0;
        for (uint32_t v = 0; v < all->ties.nodes; v++) {
            if (first[v] == 0 && all[t].active[v] && !is_hub_member(is_hub, v)) {
                room[n++] = core[t][v];
            }
        }
        bar[t] = median_of(room, n);
    }
}

static double lag_of(const struct wave *all, uint32_t waves, const uint32_t *const *core,
                     const double *bar, uint32_t v, uint32_t joined) {
    for (uint32_t t = joined; t < waves; t++) {
        if (all[t].active[v] && core[t][v] >= bar[t]) {
            return t - joined;
        }
    }
    return (double)INFINITY;
}

static void find_lags(const struct wave *all, uint32_t waves, const uint8_t *is_hub,
                      const uint32_t *const *core, const uint32_t *first, double *room,
                      const double *bar, struct growth *out) {
    out[0].newcomers.lag = (double)NAN;
    for (uint32_t joined = 1; joined < waves; joined++) {
        uint32_t n = 0;
        for (uint32_t v = 0; v < all->ties.nodes; v++) {
            if (first[v] == joined && !is_hub_member(is_hub, v)) {
                room[n++] = lag_of(all, waves, core, bar, v, joined);
            }
        }
        double lag = median_of(room, n);
        out[joined].newcomers.lag = isfinite(lag) ? lag : (double)NAN;
    }
}

/* `room`: for two marks of each member. */
static bool link_newcomers(struct arena *a, const struct wave *w, const uint32_t *first,
                           const uint8_t *is_hub, uint8_t *room, struct newcomers *out) {
    uint8_t *newcomer = room, *founder = room + w->ties.nodes;
    for (uint32_t v = 0; v < w->ties.nodes; v++) {
        bool counts = w->active[v] && !is_hub_member(is_hub, v);
        newcomer[v] = counts && first[v] > 0;
        founder[v] = counts && first[v] == 0;
    }
    return ties_linked(a, &w->ties, newcomer, NULL, &out->linked) &&
           ties_linked(a, &w->ties, newcomer, founder, &out->linked_without);
}

bool waves_grow(struct arena *a, const struct wave *all, uint32_t waves, const uint8_t *is_hub,
                const uint32_t *const *core, uint32_t *first, struct growth *out) {
    size_t n = (size_t)all->ties.nodes + 1;
    double *room = ARENA_ARRAY(a, double, n), *bar = ARENA_ARRAY(a, double, (size_t)waves + 1);
    uint8_t *marks = ARENA_ARRAY(a, uint8_t, 2 * n);
    struct structure s;
    if (!room || !bar || !marks) {
        return false;
    }
    find_first(all, waves, first);
    for (uint32_t t = 0; t < waves; t++) {
        if (!ties_structure(a, &all[t].ties, &s)) {
            return false;
        }
        out[t] = (struct growth){.largest = s.largest};
        if (t) {
            count_new_ties(&all[t], t, first, is_hub, &out[t].newcomers);
            if (!link_newcomers(a, &all[t], first, is_hub, marks, &out[t].newcomers)) {
                return false;
            }
        }
        count_members(all, t, first, is_hub, &out[t]);
    }
    find_bars(all, waves, is_hub, core, first, room, bar);
    find_lags(all, waves, is_hub, core, first, room, bar, out);
    return true;
}

double densification(const struct wave *all, const struct growth *growth, uint32_t waves) {
    double n = 0, x = 0, y = 0, xx = 0, xy = 0;
    for (uint32_t t = 0; t < waves; t++) {
        if (growth[t].members && all[t].ties.n) {
            double members = log(growth[t].members), ties = log(all[t].ties.n);
            n++;
            x += members;
            y += ties;
            xx += members * members;
            xy += members * ties;
        }
    }
    double spread = n * xx - x * x;
    return n > 1 && spread > 1e-12 * n * xx ? (n * xy - x * y) / spread : (double)NAN;
}
