/* What changed from wave to wave: ties that stay, roles that pass into others, growth from those
 * who began. */
#include "stdlib/network/bind_slices.h"
#include "stdlib/network/bind_columns.h"
#include "stdlib/network/bind_network.h"
#include "stdlib/network/components.h"
#include "stdlib/rows.h"
#include <math.h>

/* ---- stability ---- */

enum { FROM = 1, TO, MEASURE, VALUE };

/* A row about two waves. */
struct pair_of_waves {
    struct asking *a;
    const struct layer *layer;
    int64_t from, to;
};

static uint32_t pair_row(const struct pair_of_waves *p, const char *measure) {
    struct frame *f = p->a->m.frame;
    uint32_t row = layer_row(p->a, p->layer);
    return row != UINT32_MAX && put_int(f, FROM, row, p->from) && put_int(f, TO, row, p->to) &&
                   put_text(f, MEASURE, row, str_of(measure))
               ? row
               : UINT32_MAX;
}

static bool add_count(const struct pair_of_waves *p, const char *measure, uint64_t x) {
    uint32_t row = pair_row(p, measure);
    return row != UINT32_MAX && put_figure(p->a->m.frame, VALUE, row, (double)x);
}

static bool add_share(const struct pair_of_waves *p, const char *measure, uint64_t n, uint64_t d) {
    uint32_t row = pair_row(p, measure);
    return row != UINT32_MAX && put_share(p->a->m.frame, VALUE, row, n, d);
}

static bool put_stability(const struct pair_of_waves *p, const struct stability *s) {
    return add_count(p, "stayers", s->stayers) && add_count(p, "joiners", s->joiners) &&
           add_count(p, "leavers", s->leavers) && add_count(p, "ties kept", s->kept) &&
           add_count(p, "ties lost", s->lost) && add_count(p, "ties made", s->made) &&
           add_count(p, "never tied", s->absent) && add_count(p, "pairs not known", s->unknown) &&
           add_share(p, "jaccard", s->kept, s->kept + s->lost + s->made) &&
           add_share(p, "jaccard of all", s->both, s->first + s->second - s->both) &&
           add_share(p, "persistence", s->kept, s->kept + s->lost) &&
           add_share(p, "formation", s->made, s->made + s->absent) &&
           add_count(p, "ties gained with joiners", s->with_joiners) &&
           add_count(p, "ties lost with leavers", s->with_leavers);
}

static enum status measure_stability(struct asking *a, const void *user) {
    struct slices w;
    UNUSED(user);
    enum status s = take_waves(a, 2, &w);
    for (uint32_t k = 0; s == ST_OK && k < a->layers.n; k++) {
        for (uint32_t t = 0; s == ST_OK && t + 1 < w.n; t++) {
            struct pair_of_waves p = {a, &a->layers.at[k], w.at[t].period, w.at[t + 1].period};
            struct wave first = slice_wave(&w.at[t], k), second = slice_wave(&w.at[t + 1], k);
            struct stability found;
            waves_compare(&first, &second, &found);
            s = had_memory(put_stability(&p, &found));
        }
    }
    return s;
}

int network_stability(struct native_call *c) {
    return ask_network(
        c,
        &(struct figure){
            .definition =
                "among stayers, members of both waves, pairs that are known: ties kept, lost and "
                "made, never tied; jaccard: kept by kept, lost and made (of all: ties of "
                "everybody, joiners and leavers too); persistence: kept by kept and lost; "
                "formation: made by made and never tied",
            .fn = measure_stability});
}

/* ---- changes of roles ---- */

static enum status count_changes(struct asking *a, uint32_t layer, const struct slice *first,
                                 const struct slice *second, uint32_t count[STANDINGS][STANDINGS]) {
    struct asking then = *a, next = *a;
    struct role_finding before, after;
    then.m.net = &first->view;
    next.m.net = &second->view;
    memset(count, 0, STANDINGS * sizeof *count);
    enum status s = find_roles(&then, &first->layers.at[layer].ties, &before);
    if (s == ST_OK) {
        s = find_roles(&next, &second->layers.at[layer].ties, &after);
    }
    for (uint32_t v = 0; s == ST_OK && v < a->m.net->n; v++) {
        if (first->active[v] && second->active[v]) {
            count[main_standing(&before.role[v])][main_standing(&after.role[v])]++;
        }
    }
    return s;
}

static bool put_changes(const struct pair_of_waves *p, uint32_t count[STANDINGS][STANDINGS]) {
    struct frame *f = p->a->m.frame;
    bool ok = true;
    for (int i = 0; ok && i < STANDINGS * STANDINGS; i++) {
        enum standing before = (enum standing)(i / STANDINGS),
                      after = (enum standing)(i % STANDINGS);
        if (count[before][after]) {
            uint32_t row = pair_row(p, standing_name(before));
            ok = row != UINT32_MAX && put_text(f, VALUE, row, str_of(standing_name(after))) &&
                 put_int(f, VALUE + 1, row, count[before][after]);
        }
    }
    return ok;
}

static enum status measure_changes(struct asking *a, const void *user) {
    uint32_t count[STANDINGS][STANDINGS];
    struct slices w;
    UNUSED(user);
    enum status s = take_waves(a, 2, &w);
    for (uint32_t k = 0; s == ST_OK && k < a->layers.n; k++) {
        for (uint32_t t = 0; s == ST_OK && t + 1 < w.n; t++) {
            struct pair_of_waves p = {a, &a->layers.at[k], w.at[t].period, w.at[t + 1].period};
            s = count_changes(a, k, &w.at[t], &w.at[t + 1], count);
            if (s == ST_OK) {
                s = had_memory(put_changes(&p, count));
            }
        }
    }
    return s;
}

int network_role_changes(struct native_call *c) {
    return ask_network(c, &(struct figure){.definition = "members of both waves by what they are "
                                                         "in the one and in the next, as `roles` "
                                                         "has it in each",
                                           .fn = measure_changes});
}

/* ---- growth ---- */

enum { PERIOD = 1, GROWTH_MEASURE, GROWTH_VALUE };

/* A row about one wave. */
struct grown {
    struct asking *a;
    const struct layer *layer;
    int64_t period;
};

static uint32_t grown_row(const struct grown *g, const char *measure) {
    struct frame *f = g->a->m.frame;
    uint32_t row = layer_row(g->a, g->layer);
    return row != UINT32_MAX && put_int(f, PERIOD, row, g->period) &&
                   put_text(f, GROWTH_MEASURE, row, str_of(measure))
               ? row
               : UINT32_MAX;
}

static bool add_number(const struct grown *g, const char *measure, double x) {
    uint32_t row = grown_row(g, measure);
    return row != UINT32_MAX && put_figure(g->a->m.frame, GROWTH_VALUE, row, x);
}

static bool add_part(const struct grown *g, const char *measure, uint64_t n, uint64_t d) {
    uint32_t row = grown_row(g, measure);
    return row != UINT32_MAX && put_share(g->a->m.frame, GROWTH_VALUE, row, n, d);
}

static bool put_newcomers(const struct grown *g, const struct newcomers *n) {
    uint64_t all = n->hub + n->founders + n->earlier + n->each_other;
    return add_number(g, "joined", n->joined) && add_number(g, "left", n->left) &&
           (!g->a->m.net->hub || add_part(g, "newcomers' ties to the hub", n->hub, all)) &&
           add_part(g, "newcomers' ties to founders", n->founders, all) &&
           add_part(g, "newcomers' ties to earlier members", n->earlier, all) &&
           add_part(g, "newcomers' ties to each other", n->each_other, all) &&
           add_number(g, "attachment to founders", n->attachment) &&
           add_part(g, "newcomers linked by founders alone", n->linked - n->linked_without,
                    n->linked) &&
           add_number(g, "integration lag", n->lag);
}

/* Groups of the members of a wave who have a tie. */
static bool count_groups(struct asking *a, const struct ties *t, uint32_t *out) {
    uint8_t *seen = MEMBER_ARRAY(&a->m, uint8_t);
    *out = 0;
    if (!seen) {
        return false;
    }
    memset(seen, 0, a->m.net->n);
    for (uint64_t i = 0; i < 2 * (uint64_t)t->n; i++) {
        uint32_t group = a->nodes.group[i % 2 ? t->to[i / 2] : t->from[i / 2]];
        if (group != UNKNOWN_GROUP && !seen[group]) {
            seen[group] = 1;
            ++*out;
        }
    }
    return true;
}

static double sum_of(const double *value, const struct slice *s, uint32_t n) {
    double sum = 0;
    for (uint32_t v = 0; v < n; v++) {
        sum += s->active[v] && !isnan(value[v]) ? value[v] : 0;
    }
    return sum;
}

static bool put_reach(const struct grown *g, const struct slice *s, const struct ties *t,
                      const double *weight) {
    uint32_t groups;
    if (g->a->nodes.group &&
        (!count_groups(g->a, t, &groups) || !add_number(g, "groups with a tie", groups))) {
        return false;
    }
    return !weight || add_number(g, "served", sum_of(weight, s, g->a->m.net->n));
}

static bool put_growth(const struct grown *g, const struct growth *x, uint32_t founders,
                       const struct ties *t, bool is_first) {
    return add_number(g, "members", x->members) && add_number(g, "ties", t->n) &&
           add_part(g, "founders still there", x->founders, founders) &&
           add_part(g, "largest component", x->largest, x->members) &&
           (is_first || put_newcomers(g, &x->newcomers));
}

static enum status find_core(struct asking *a, const struct ties *t, uint32_t **out) {
    struct tie_list list = {.nodes = t->nodes, .n = t->n, .from = t->from, .to = t->to};
    struct graph g;
    *out = MEMBER_ARRAY(&a->m, uint32_t);
    enum status s = *out ? graph_build(&a->m.host, &list, &g) : ST_NO_MEMORY;
    if (s == ST_OK) {
        s = core_numbers(&a->m.host, &g, *out);
        graph_free(&g);
    }
    return s;
}

/* What kernels read of one layer in all waves, and what they find. */
struct layer_waves {
    struct wave *wave;
    uint32_t **core, *first;
    struct growth *growth;
};

static enum status grow_layer(struct asking *a, const struct slices *w, uint32_t layer,
                              struct layer_waves *out) {
    struct arena *arena = native_arena(a->m.call);
    out->wave = ARENA_ARRAY(arena, struct wave, (size_t)w->n + 1);
    out->core = ARENA_ARRAY(arena, uint32_t *, (size_t)w->n + 1);
    out->growth = ARENA_ARRAY(arena, struct growth, (size_t)w->n + 1);
    out->first = MEMBER_ARRAY(&a->m, uint32_t);
    const uint8_t *is_hub = a->m.net->hub ? find_hubs(a) : NULL;
    enum status s = had_memory(out->wave && out->core && out->growth && out->first &&
                               (is_hub || !a->m.net->hub));
    for (uint32_t t = 0; s == ST_OK && t < w->n; t++) {
        out->wave[t] = slice_wave(&w->at[t], layer);
        s = find_core(a, &out->wave[t].ties, &out->core[t]);
    }
    return s == ST_OK
               ? had_memory(waves_grow(arena, out->wave, w->n, is_hub,
                                       (const uint32_t *const *)out->core, out->first, out->growth))
               : s;
}

static bool put_layer(struct asking *a, const struct slices *w, uint32_t layer,
                      const double *weight, const struct layer_waves *x) {
    struct grown g = {a, &a->layers.at[layer], 0};
    bool ok = true;
    for (uint32_t t = 0; ok && t < w->n; t++) {
        const struct ties *ties = &x->wave[t].ties;
        g.period = w->at[t].period;
        ok = put_growth(&g, &x->growth[t], x->growth[0].founders, ties, t == 0) &&
             put_reach(&g, &w->at[t], ties, weight) &&
             (t == 0 || add_number(&g, "densification", densification(x->wave, x->growth, t + 1)));
    }
    return ok;
}

static enum status measure_growth(struct asking *a, const void *user) {
    const double *weight = NULL;
    struct slices w;
    UNUSED(user);
    enum status s = take_waves(a, 1, &w);
    if (s == ST_OK && !native_is_missing(a->m.call, 2)) {
        s = read_numbers(&a->m, native_text(a->m.call, 2), &weight);
    }
    for (uint32_t k = 0; s == ST_OK && k < a->layers.n; k++) {
        struct layer_waves x;
        s = grow_layer(a, &w, k, &x);
        if (s == ST_OK) {
            s = had_memory(put_layer(a, &w, k, weight, &x));
        }
    }
    return s;
}

int network_growth(struct native_call *c) {
    return ask_network(
        c,
        &(struct figure){
            .definition =
                "founders: members of the first wave, without the hub; newcomers' ties: of those "
                "who joined with the wave, by whom they are with; attachment to founders: their "
                "share of the newcomers' ties with earlier members by their share of these; linked "
                "by founders alone: of pairs of members who came after the first wave and are "
                "connected, in whatever direction, those that would not be without the founders; "
                "integration lag: median waves until a newcomer's core number is that of the "
                "median founder, missing while half are not there; served: the weight of members "
                "added up; densification: exponent of ties by members in the waves so far, by "
                "least squares",
            .fn = measure_growth});
}

/* ---- retention ---- */

static bool put_cohort(struct asking *a, const struct slices *w, const uint32_t *first,
                       uint32_t joined) {
    struct frame *f = a->m.frame;
    bool ok = true;
    int64_t all = 0;
    for (uint32_t v = 0; v < a->m.net->n; v++) {
        all += first[v] == joined;
    }
    for (uint32_t t = joined; ok && all && t < w->n; t++) {
        int64_t active = 0;
        for (uint32_t v = 0; v < a->m.net->n; v++) {
            active += first[v] == joined && w->at[t].active[v];
        }
        uint32_t row = f->n;
        ok = frame_push(f) && put_int(f, 0, row, w->at[joined].period) &&
             put_int(f, 1, row, w->at[t].period) && put_int(f, 2, row, active) &&
             put_ratio(f, 3, row, active, all);
    }
    return ok;
}

static enum status measure_retention(struct asking *a, const void *user) {
    uint32_t *first = MEMBER_ARRAY(&a->m, uint32_t);
    struct slices w;
    UNUSED(user);
    enum status s = first ? take_waves(a, 1, &w) : ST_NO_MEMORY;
    for (uint32_t v = 0; s == ST_OK && v < a->m.net->n; v++) {
        first[v] = 0;
        while (first[v] < w.n && !w.at[first[v]].active[v]) {
            first[v]++;
        }
    }
    for (uint32_t t = 0; s == ST_OK && t < w.n; t++) {
        s = had_memory(put_cohort(a, &w, first, t));
    }
    return s;
}

int network_retention(struct native_call *c) {
    return ask_network(
        c, &(struct figure){.needs = NEEDS_JOINED,
                            .definition = "retention: of those who were members for the first time "
                                          "in the wave `cohort` the share who are in `period`",
                            .fn = measure_retention});
}
