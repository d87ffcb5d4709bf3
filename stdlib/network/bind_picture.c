/* From the relations of a network to ties of a picture, each pair once, and to places. */
#include "base/num.h"
#include "stdlib/network/bind_picture.h"
#include "stdlib/network/sort.h"
#include <math.h>
#include <stdlib.h>

enum { ROW_OF_LAYER = 60, STEPS_TO_FIND = 20 };

/* ---- options ---- */

static int read_relation(struct drawing_of_net *d, int argument) {
    const struct network_view *net = d->m.net;
    d->first = 0;
    d->stop = net->nties;
    if (argument < 0 || native_is_missing(d->m.call, argument)) {
        return SPOKE_OK;
    }
    struct str name = native_text(d->m.call, argument);
    for (uint32_t k = 0; k < net->nties; k++) {
        if (str_eq(name, net->ties[k].name)) {
            d->first = k;
            d->stop = k + 1;
            return SPOKE_OK;
        }
    }
    return native_fail_help(d->m.call, "relations are called as the tables of their ties",
                            "`%.*s` has no relation \"%.*s\"", STR_ARG(net->name), STR_ARG(name));
}

static int read_ego(struct drawing_of_net *d, int argument) {
    d->ego = NOBODY_SPECIAL;
    if (argument < 0 || native_is_missing(d->m.call, argument)) {
        return SPOKE_OK;
    }
    struct str key = native_text(d->m.call, argument);
    for (uint32_t i = 0; i < d->m.net->n; i++) {
        if (str_eq(key, d->m.key[i])) {
            d->ego = i;
            return SPOKE_OK;
        }
    }
    return native_fail_help(d->m.call, "members are called by their keys",
                            "`%.*s` has no member \"%.*s\"", STR_ARG(d->m.net->name), STR_ARG(key));
}

static int read_method(struct drawing_of_net *d, int argument) {
    static const struct {
        const char *name;
        enum picture_layout layout;
    } METHODS[] = {{"stress", PICTURE_STRESS},
                   {"layers", PICTURE_LAYERS},
                   {"ego", PICTURE_EGO},
                   {"matrix", PICTURE_MATRIX}};
    d->layout = d->ego == NOBODY_SPECIAL ? PICTURE_STRESS : PICTURE_EGO;
    if (native_is_missing(d->m.call, argument)) {
        return SPOKE_OK;
    }
    struct str name = native_text(d->m.call, argument);
    for (size_t i = 0; i < COUNT_OF(METHODS); i++) {
        if (str_is(name, METHODS[i].name)) {
            d->layout = METHODS[i].layout;
            return SPOKE_OK;
        }
    }
    return native_fail_help(
        d->m.call, "layouts are \"stress\", \"layers\", \"ego\" and, for `draw`, \"matrix\"",
        "there is no layout \"%.*s\"", STR_ARG(name));
}

static int check_method(struct drawing_of_net *d) {
    if (d->layout == PICTURE_LAYERS && !d->m.net->level) {
        return native_fail_help(d->m.call,
                                "declare it, `level tier order \"district\", \"school\"`",
                                "`%.*s` has no level, which makes layers", STR_ARG(d->m.net->name));
    }
    if (d->layout == PICTURE_EGO && d->ego == NOBODY_SPECIAL) {
        return native_fail_help(d->m.call, "name the member in the middle, `ego: \"S1\"`",
                                "a layout around a member needs the member");
    }
    return SPOKE_OK;
}

/* ---- ties ---- */

/* Whichever end comes first. */
static int pair_order(const void *a, const void *b) {
    const struct drawn_tie *x = a, *y = b;
    uint32_t x_low = x->from < x->to ? x->from : x->to, x_high = x->from ^ x->to ^ x_low;
    uint32_t y_low = y->from < y->to ? y->from : y->to, y_high = y->from ^ y->to ^ y_low;
    if (x->relation != y->relation) {
        return x->relation < y->relation ? -1 : 1;
    }
    if (x_low != y_low) {
        return x_low < y_low ? -1 : 1;
    }
    return (x_high > y_high) - (x_high < y_high);
}

/* Ties without a strength first. */
static int strength_order(double x, double y) {
    return isnan(x) || isnan(y) ? (isnan(x) == 0) - (isnan(y) == 0) : (x > y) - (x < y);
}

/* One order of all that differ, so that strengths add up to the same. */
static int by_pair(const void *a, const void *b) {
    const struct drawn_tie *x = a, *y = b;
    int order = pair_order(a, b);
    order = order ? order : (x->from > y->from) - (x->from < y->from);
    return order ? order : strength_order(x->strength, y->strength);
}

/* Pairs that are tied in a relation before, too. */
static enum status mark_repeated(struct drawing_of_net *d, struct stint *stint) {
    enum status s = ST_OK;
    for (uint32_t i = 0; i < d->nties && s == ST_OK; i++) {
        struct drawn_tie key = d->tie[i];
        for (key.relation = d->first; key.relation < d->tie[i].relation && !d->tie[i].repeated;
             key.relation++) {
            d->tie[i].repeated = bsearch(&key, d->tie, i, sizeof key, pair_order) != NULL;
        }
        s = stint_due(stint, STEPS_TO_FIND * (uint64_t)(key.relation - d->first) + 1);
    }
    return s;
}

/* Ties of one pair become one, whose strengths add up. */
static void join_pairs(struct drawing_of_net *d) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < d->nties; i++) {
        struct drawn_tie *last = n ? &d->tie[n - 1] : NULL;
        if (!last || pair_order(last, &d->tie[i]) != 0) {
            d->tie[n++] = d->tie[i];
            continue;
        }
        last->mutual = last->mutual || (last->directed && last->from != d->tie[i].from);
        if (!isnan(d->tie[i].strength)) {
            last->strength = (isnan(last->strength) ? 0 : last->strength) + d->tie[i].strength;
        }
    }
    d->nties = n;
}

/* It is not told how far this is: the places come after it. */
static enum status merge_ties(struct drawing_of_net *d) {
    struct side_work side;
    struct effort effort;
    struct arena scratch;
    side_work_init(&side, &d->m.host, 0, 0);
    effort_init(&effort, &side.host, 1);
    struct stint stint = {.effort = &effort};
    arena_init(&scratch, d->m.host.alloc);
    enum status s = stint_sort(&stint, &scratch, d->tie, d->nties, sizeof *d->tie, by_pair);
    arena_free(&scratch);
    if (s == ST_OK) {
        join_pairs(d);
        s = mark_repeated(d, &stint);
    }
    return s;
}

/* Ties without time are there on every day. */
static bool is_there(const struct drawing_of_net *d, const struct network_ties *t, uint32_t i) {
    if (t->period) {
        const struct calendar *c = native_calendar(d->m.call);
        int64_t period = t->period[i];
        return period == NO_DAY ||
               (period_start(c, period) <= d->last_day && period_stop(c, period) > d->first_day);
    }
    return (!t->first || t->first[i] == NO_DAY || t->first[i] <= d->last_day) &&
           (!t->last || t->last[i] == NO_DAY || t->last[i] >= d->first_day);
}

static enum status gather_ties(struct drawing_of_net *d) {
    size_t room = 1;
    for (uint32_t k = d->first; k < d->stop; k++) {
        room += d->m.net->ties[k].n;
    }
    d->tie = ARENA_ARRAY(native_arena(d->m.call), struct drawn_tie, room);
    for (uint32_t k = d->first; d->tie && k < d->stop; k++) {
        const struct network_ties *t = &d->m.net->ties[k];
        d->outside += t->outside + t->missing;
        for (uint32_t i = 0; i < t->n; i++) {
            double strength = t->strength ? t->strength[i] : (double)NAN;
            if (t->from[i] != t->to[i] && is_there(d, t, i)) {
                d->tie[d->nties++] = (struct drawn_tie){
                    .from = t->from[i],
                    .to = t->to[i],
                    .relation = k,
                    .directed = t->directed,
                    .strength = isfinite(strength) && strength >= 0 ? strength : (double)NAN};
            }
        }
    }
    return d->tie ? merge_ties(d) : ST_NO_MEMORY;
}

/* The graph of all that is drawn; directions only where all relations have them. */
static enum status build(struct drawing_of_net *d) {
    struct arena *a = native_arena(d->m.call);
    uint32_t *from = ARENA_ARRAY(a, uint32_t, 2 * (size_t)d->nties + 1);
    uint32_t *to = ARENA_ARRAY(a, uint32_t, 2 * (size_t)d->nties + 1);
    struct tie_list list = {.nodes = d->m.net->n, .directed = d->nties > 0, .from = from, .to = to};
    if (!from || !to) {
        return ST_NO_MEMORY;
    }
    for (uint32_t i = 0; i < d->nties; i++) {
        const struct drawn_tie *t = &d->tie[i];
        list.directed = list.directed && t->directed;
        from[list.n] = t->from;
        to[list.n++] = t->to;
        if (t->mutual) {
            from[list.n] = t->to;
            to[list.n++] = t->from;
        }
    }
    enum status s = graph_build(&d->m.host, &list, &d->graph);
    d->built = s == ST_OK;
    return s;
}

enum status picture_gather(struct drawing_of_net *d, int64_t first_day, int64_t last_day) {
    d->first_day = first_day;
    d->last_day = last_day;
    d->outside = 0;
    d->nties = 0;
    enum status s = gather_ties(d);
    return s == ST_OK ? build(d) : s;
}

int picture_read(struct drawing_of_net *d, struct native_call *c, int relation, int method,
                 int ego) {
    int status = measuring_start(&d->m, c);
    if (status == SPOKE_OK) {
        status = read_relation(d, relation);
    }
    if (status == SPOKE_OK) {
        status = read_ego(d, ego);
    }
    if (status == SPOKE_OK) {
        status = read_method(d, method);
    }
    if (status == SPOKE_OK) {
        status = check_method(d);
    }
    if (status != SPOKE_OK) {
        return status;
    }
    enum status s = picture_gather(d, INT64_MIN, INT64_MAX);
    return s == ST_OK ? SPOKE_OK : measuring_failed(&d->m, s);
}

void picture_drop(struct drawing_of_net *d) {
    if (d->built) {
        graph_free(&d->graph);
        d->built = false;
    }
}

/* ---- places ---- */

static uint32_t rank_of(const struct network_view *v, uint32_t member) {
    for (uint32_t k = 0; column_state(v->level, member) == PRESENT && k < v->nlevels; k++) {
        if (str_eq(text_str(v->level->t[member]), v->level_names[k])) {
            return v->level_rank[k];
        }
    }
    return UINT32_MAX;
}

/* Ranks without those that nobody has; whose level is not known stand last. */
static bool find_layers(struct drawing_of_net *d) {
    const struct network_view *v = d->m.net;
    uint32_t *number = ARENA_ARRAY(native_arena(d->m.call), uint32_t, (size_t)v->nlevels + 2);
    uint32_t layers = 0, last = v->nlevels;
    for (uint32_t i = 0; number && i < v->n; i++) {
        uint32_t rank = rank_of(v, i);
        number[rank < last ? rank : last] = 1;
    }
    for (uint32_t k = 0; number && k <= last; k++) {
        number[k] = number[k] ? layers++ : 0;
    }
    d->layer = MEMBER_ARRAY(&d->m, uint32_t);
    for (uint32_t i = 0; number && d->layer && i < v->n; i++) {
        uint32_t rank = rank_of(v, i);
        d->layer[i] = number[rank < last ? rank : last];
    }
    return number && d->layer;
}

enum { STRESS_TOLD = 5000 }; /* members; of many more it takes long */

static enum status place(struct drawing_of_net *d, uint64_t seed, uint32_t most) {
    struct network_host *host = &d->m.host;
    enum status s = ST_OK;
    if (d->ego != NOBODY_SPECIAL) {
        s = layout_steps(host, &d->graph, d->ego, most, d->steps);
    }
    if (s != ST_OK || d->layout == PICTURE_MATRIX) {
        return s;
    }
    if (d->layout == PICTURE_EGO) {
        return layout_ego(host, &d->graph, d->ego, d->steps, seed, d->at);
    }
    if (d->layout == PICTURE_LAYERS) {
        return find_layers(d) ? layout_layers(host, &d->graph, d->layer, ROW_OF_LAYER, d->at)
                              : ST_NO_MEMORY;
    }
    s = layout_stress(host, &d->graph, &(struct stress_options){.seed = seed}, d->at);
    return s == ST_OK && d->m.net->n > 2 && d->m.net->n <= STRESS_TOLD
               ? layout_stress_of(host, &d->graph, d->at, &d->stress)
               : s;
}

int picture_place(struct drawing_of_net *d, uint64_t seed, uint32_t most) {
    d->at = MEMBER_ARRAY(&d->m, struct spot);
    d->steps = MEMBER_ARRAY(&d->m, uint32_t);
    d->stress = (double)NAN;
    for (uint32_t i = 0; d->at && i < d->m.net->n; i++) {
        d->at[i] = (struct spot){(double)NAN, (double)NAN};
    }
    enum status s = d->at && d->steps ? place(d, seed, most) : ST_NO_MEMORY;
    return s == ST_OK ? SPOKE_OK : measuring_failed(&d->m, s);
}

struct str picture_method(struct drawing_of_net *d, uint64_t seed) {
    struct arena *a = native_arena(d->m.call);
    unsigned long long number = seed;
    char stress[352];
    switch (d->layout) {
    case PICTURE_STRESS:
        if (d->m.net->n <= 2) {
            return STR("");
        }
        if (isnan(d->stress)) {
            return arena_printf(a, "Members stand apart by their steps from each other; seed %llu.",
                                number);
        }
        stress[num_print_fixed(stress, d->stress, 3)] = 0;
        return arena_printf(
            a, "Members stand apart by their steps from each other; stress %s, seed %llu.", stress,
            number);
    case PICTURE_LAYERS:
        return STR("Members stand by level, ordered so that few ties cross.");
    case PICTURE_EGO:
        return arena_printf(a, "Rings are steps from %.*s (seed %llu).", STR_ARG(d->m.key[d->ego]),
                            number);
    default:
        return STR("");
    }
}
