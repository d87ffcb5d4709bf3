/* sharing_and_execution(): do those who share also act together, and do they come to? */
#include "stdlib/network/bind_network.h"
#include "stdlib/network/bind_slices.h"
#include "stdlib/network/overlap.h"
#include "stdlib/rows.h"
#include <math.h>

/* Ties that share and ties that act; without directions unless all have them. */
struct kinds {
    struct ties share, act;
};

static enum status refuse(struct asking *a, const char *role) {
    a->m.status = native_fail_help(
        a->m.call,
        "mark relations: `ties advice from asker to adviser sharing`, `ties visit from "
        "host to guest execution`",
        "the network `%.*s` has no ties that are marked `%s`", STR_ARG(a->m.net->name), role);
    return ST_FAILED;
}

static bool has_kind(const struct network_view *v, const char *role) {
    bool found = false;
    for (uint32_t k = 0; k < v->nties; k++) {
        found = found || str_is(v->ties[k].role, role);
    }
    return found;
}

static bool turn_undirected(struct arena *arena, struct ties *t) {
    struct ties directed = *t;
    return !t->directed || ties_without_direction(arena, &directed, t);
}

static enum status take_kinds(struct asking *a, const struct network_view *v, struct kinds *out) {
    struct arena *arena = native_arena(a->m.call);
    if (!network_ties(arena, v, STR("sharing"), &out->share) ||
        !network_ties(arena, v, STR("execution"), &out->act)) {
        return ST_NO_MEMORY;
    }
    bool directed = out->share.directed && out->act.directed;
    return had_memory(directed ||
                      (turn_undirected(arena, &out->share) && turn_undirected(arena, &out->act)));
}

static enum status check_kinds(struct asking *a) {
    if (!has_kind(a->m.net, "sharing")) {
        return refuse(a, "sharing");
    }
    return has_kind(a->m.net, "execution") ? ST_OK : refuse(a, "execution");
}

/* ---- both kinds ---- */

enum { MEASURE, CLASS, VALUE };
#define ALL_CLASSES "all"

static uint32_t add_row(struct asking *a, const char *measure, const char *class) {
    struct frame *f = a->m.frame;
    uint32_t row = f->n;
    return frame_push(f) && put_text(f, MEASURE, row, str_of(measure)) &&
                   put_text(f, CLASS, row, str_of(class))
               ? row
               : UINT32_MAX;
}

static bool add_share(struct asking *a, const char *measure, const char *class, uint64_t n,
                      uint64_t d) {
    uint32_t row = add_row(a, measure, class);
    return row != UINT32_MAX && put_share(a->m.frame, VALUE, row, n, d);
}

static double part(uint64_t n, uint64_t d) {
    return d ? (double)n / (double)d : (double)NAN;
}

/* NaN also where nothing is expected. */
static double lift(double with, double without) {
    return without > 0 ? with / without : (double)NAN;
}

static bool put_overlap(struct asking *a, const struct kinds *k, const struct overlap *o) {
    uint64_t both = o->count[OVERLAP_BOTH], act_alone = o->count[OVERLAP_SECOND];
    uint64_t share = k->share.n, silent = o->pairs - share;
    bool ok = add_share(a, "sharing density", ALL_CLASSES, share, o->pairs) &&
              add_share(a, "execution density", ALL_CLASSES, k->act.n, o->pairs) &&
              add_share(a, "overlap", ALL_CLASSES, both, share + act_alone) &&
              add_share(a, "execution where there is sharing", ALL_CLASSES, both, share) &&
              add_share(a, "execution where there is none", ALL_CLASSES, act_alone, silent);
    uint32_t row = ok ? add_row(a, "lift", ALL_CLASSES) : UINT32_MAX;
    return row != UINT32_MAX &&
           put_figure(a->m.frame, VALUE, row, lift(part(both, share), part(act_alone, silent)));
}

static bool put_classes(struct asking *a, const struct overlap *o) {
    static const struct {
        const char *name;
        enum overlap_kind kind;
    } ROWS[] = {{"talk without action", OVERLAP_FIRST},
                {"action without talk", OVERLAP_SECOND},
                {"both", OVERLAP_BOTH}};
    bool ok = true;
    for (size_t i = 0; ok && i < COUNT_OF(ROWS); i++) {
        const uint64_t *by_class = o->by_class[ROWS[i].kind];
        ok = add_share(a, ROWS[i].name, ALL_CLASSES, o->count[ROWS[i].kind],
                       o->count[OVERLAP_BOTH] + o->count[OVERLAP_FIRST] + o->count[OVERLAP_SECOND]);
        for (int k = 0; ok && k < TIE_CLASSES; k++) {
            uint64_t all = o->by_class[OVERLAP_BOTH][k] + o->by_class[OVERLAP_FIRST][k] +
                           o->by_class[OVERLAP_SECOND][k];
            ok = !all ||
                 add_share(a, ROWS[i].name, tie_class_name((enum tie_class)k), by_class[k], all);
        }
    }
    return ok;
}

static enum status measure_overlap(struct asking *a, const void *user) {
    struct kinds k;
    struct overlap o;
    UNUSED(user);
    enum status s = check_kinds(a);
    if (s == ST_OK) {
        s = take_kinds(a, a->m.net, &k);
    }
    if (s == ST_OK) {
        overlap_count(&a->nodes, &k.share, &k.act, &o);
        s = had_memory(put_overlap(a, &k, &o) && put_classes(a, &o));
    }
    return s;
}

int network_sharing_and_execution(struct native_call *c) {
    return ask_network(
        c, &(struct figure){
               .definition =
                   "pairs with ties of all relations marked `sharing` and of all marked "
                   "`execution`, ordered where both have directions; overlap: pairs with both, of "
                   "those with either (Jaccard); lift: how much likelier execution is where there "
                   "is sharing; talk without action, action without talk and both: of the pairs "
                   "of that class with either",
               .fn = measure_overlap});
}

/* ---- from sharing to execution ---- */

enum { FROM, TO, SHARED, CONVERTED, CONVERSION, BASE, LIFT };

static bool put_conversion(struct asking *a, const struct slice *first, const struct slice *second,
                           const struct conversion *c) {
    struct frame *f = a->m.frame;
    uint32_t row = f->n;
    return frame_push(f) && put_int(f, FROM, row, first->period) &&
           put_int(f, TO, row, second->period) && put_int(f, SHARED, row, (int64_t)c->shared) &&
           put_int(f, CONVERTED, row, (int64_t)c->shared_then_act) &&
           put_ratio(f, CONVERSION, row, (int64_t)c->shared_then_act, (int64_t)c->shared) &&
           put_ratio(f, BASE, row, (int64_t)c->silent_then_act, (int64_t)c->silent) &&
           put_float(
               f, LIFT, row,
               lift(part(c->shared_then_act, c->shared), part(c->silent_then_act, c->silent)));
}

static enum status convert_next(struct asking *a, const struct slice *first,
                                const struct slice *second, uint8_t *stays) {
    struct kinds now, next;
    enum status s = take_kinds(a, &first->view, &now);
    if (s == ST_OK) {
        s = take_kinds(a, &second->view, &next);
    }
    if (s == ST_OK) {
        struct conversion c;
        for (uint32_t v = 0; v < a->m.net->n; v++) {
            stays[v] = first->active[v] && second->active[v];
        }
        conversion_count(stays, &now.share, &now.act, &next.act, &c);
        s = had_memory(put_conversion(a, first, second, &c));
    }
    return s;
}

static enum status measure_conversion(struct asking *a, const void *user) {
    uint8_t *stays = MEMBER_ARRAY(&a->m, uint8_t);
    struct slices w;
    UNUSED(user);
    enum status s = stays ? check_kinds(a) : ST_NO_MEMORY;
    if (s == ST_OK) {
        s = take_waves(a, 2, &w);
    }
    for (uint32_t t = 0; s == ST_OK && t + 1 < w.n; t++) {
        s = convert_next(a, &w.at[t], &w.at[t + 1], stays);
    }
    return s;
}

int network_conversion(struct native_call *c) {
    return ask_network(
        c, &(struct figure){
               .definition = "pairs of members of both waves that do not act in the first: "
                             "conversion, those who share in it and act in the next, of those who "
                             "share; base, those who act in the next of those who do not share; "
                             "lift: the one by the other",
               .fn = measure_conversion});
}
