/* structure() and ties_by_class(): a network in, one row per figure out.
 *
 * All scratch memory is the call's arena. */
#include "stdlib/modules.h"
#include "stdlib/network/bind_answers.h"
#include "stdlib/network/bind_layers.h"
#include "stdlib/network/bind_network.h"
#include "stdlib/network/classes.h"
#include "stdlib/rows.h"
#include <math.h>

/* ---- structure ---- */

enum { MEASURE, RELATION, CLASS, VALUE, N, D };

struct report {
    struct native_call *call;
    struct frame *f;
    struct str relation; /* empty: all together */
    bool ok;
    int stopped; /* not SPOKE_OK: the work was stopped, which is reported */
};

enum { LONG_WORK = 1 << 20 }; /* in steps of the machine: what sorts or counts all ties */

static bool was_stopped(struct report *r) {
    r->stopped = native_poll(r->call, LONG_WORK);
    return r->stopped != SPOKE_OK;
}

static uint32_t add_row(struct report *r, const char *measure, const char *class) {
    r->ok = r->ok && frame_push(r->f);
    uint32_t row = r->f->n - 1;
    r->ok = r->ok && put_text(r->f, MEASURE, row, str_of(measure)) &&
            put_text(r->f, RELATION, row, r->relation) && put_text(r->f, CLASS, row, str_of(class));
    return row;
}

static void add_count(struct report *r, const char *measure, uint64_t x) {
    uint32_t row = add_row(r, measure, NULL);
    r->ok = r->ok && put_float(r->f, VALUE, row, (double)x) && put_missing(r->f, N, row) &&
            put_missing(r->f, D, row);
}

static void add_share(struct report *r, const char *measure, const char *class, uint64_t n,
                      uint64_t d) {
    uint32_t row = add_row(r, measure, class);
    r->ok = r->ok && put_float(r->f, VALUE, row, d ? (double)n / (double)d : (double)NAN) &&
            put_int(r->f, N, row, (int64_t)n) && put_int(r->f, D, row, (int64_t)d);
}

static bool add_classes(struct arena *a, struct report *r, const struct nodes *v,
                        const struct ties *t, const uint64_t unknown[TIE_CLASSES]) {
    uint64_t pairs[TIE_CLASSES], counts[TIE_CLASSES];
    if (!tie_class_pairs(a, v, t->directed, pairs)) {
        return false;
    }
    ties_count_classes(v, t, counts);
    for (int k = 0; k < TIE_CLASSES; k++) {
        if (pairs[k] > unknown[k]) {
            add_share(r, "density", tie_class_name((enum tie_class)k), counts[k],
                      pairs[k] - unknown[k]);
        }
    }
    return true;
}

static bool count_isolates(struct arena *a, const struct ties *t, const bool *answered,
                           struct structure *s) {
    bool *tied = ARENA_ARRAY(a, bool, (size_t)t->nodes + 1);
    if (!tied) {
        return false;
    }
    ties_mark_tied(t, tied);
    s->isolates = 0;
    for (uint32_t i = 0; i < t->nodes; i++) {
        s->isolates += !tied[i] && answered[i];
    }
    return true;
}

static uint64_t sum_of(const uint64_t pairs[TIE_CLASSES]) {
    uint64_t all = 0;
    for (int k = 0; k < TIE_CLASSES; k++) {
        all += pairs[k];
    }
    return all;
}

/* What is not known is in no density. */
static bool add_figures(struct arena *a, struct report *r, const struct nodes *v,
                        const struct ties *t, const struct network_ties *of) {
    struct structure s;
    uint64_t unknown[TIE_CLASSES];
    r->stopped = count_unknown(r->call, v, of, unknown);
    if (r->stopped != SPOKE_OK || was_stopped(r) || !ties_structure(a, t, &s) || was_stopped(r) ||
        (of->answered && !count_isolates(a, t, of->answered, &s))) {
        return false;
    }
    add_count(r, "ties", t->n);
    add_share(r, "density", NULL, t->n, s.possible - sum_of(unknown));
    if (!add_classes(a, r, v, t, unknown)) {
        return false;
    }
    if (of->answered) {
        add_share(r, "unknown pairs", NULL, sum_of(unknown), s.possible);
    }
    if (t->directed) {
        struct answered_ties known;
        if (!ties_answered(a, of->answered, t, &known)) {
            return false;
        }
        add_share(r, "reciprocity", NULL, known.reciprocated, known.ties);
    }
    add_share(r, "mean degree", NULL, 2 * (uint64_t)t->n, t->nodes);
    add_count(r, "isolates", s.isolates);
    add_count(r, "components", s.components);
    add_share(r, "largest component", NULL, s.largest, t->nodes);
    return r->ok;
}

/* What was left out or merged on the way to simple ties. */
static void add_left_out(struct report *r, const struct network_ties *raw, const struct ties *t) {
    add_count(r, "repeated ties", t->repeated);
    add_count(r, "loops", t->loops);
    add_count(r, "ties outside", raw->outside);
    add_count(r, "ties with a missing end", raw->missing);
}

static bool add_relation(struct arena *a, struct report *r, const struct network_view *v,
                         const struct nodes *nodes, uint32_t k) {
    const struct network_ties *raw = &v->ties[k];
    struct ties t;
    if (was_stopped(r) || !ties_simplify(a, v->n, raw->directed, raw->from, raw->to, raw->n, &t)) {
        return false;
    }
    if (raw->answered) {
        ties_drop_unknown(raw->answered, &t);
    }
    r->relation = raw->name;
    note_answers(r->call, v, raw, "are in no density");
    if (v->nties > 1 && !add_figures(a, r, nodes, &t, raw)) {
        return false;
    }
    add_left_out(r, raw, &t);
    return r->ok;
}

static bool report(struct report *r, const struct network_view *v) {
    struct native_call *c = r->call;
    struct arena *a = native_arena(c);
    struct nodes nodes;
    struct ties all;
    struct network_ties together = {.directed = false};
    if (!network_nodes(a, v, &nodes) || was_stopped(r) || !network_ties(a, v, STR_NONE, &all) ||
        was_stopped(r) || !network_answers(a, v, STR_NONE, &together.answered)) {
        return false;
    }
    together.directed = all.directed;
    note_memberships(c, v);
    add_count(r, "members", v->n);
    if (!r->ok || (v->nties && !add_figures(a, r, &nodes, &all, &together))) {
        return false;
    }
    for (uint32_t k = 0; k < v->nties; k++) {
        if (!add_relation(a, r, v, &nodes, k)) {
            return false;
        }
    }
    return r->ok;
}

int network_structure(struct native_call *c) {
    const struct network_view *v = native_network(c, 0);
    if (!v) {
        return SPOKE_FAILED;
    }
    struct report r = {.call = c, .f = native_frame(c), .ok = true, .stopped = SPOKE_OK};
    if (!r.f || !report(&r, v)) {
        frame_drop(r.f);
        return r.stopped != SPOKE_OK ? r.stopped : SPOKE_NO_MEMORY;
    }
    return native_give_frame(c, r.f);
}

/* ---- ties by class ---- */

enum { BY_RELATION, BY_CLASS, BY_TIES, BY_POSSIBLE, BY_DENSITY };

static bool add_by_class(struct report *r, const struct network_view *v, const struct nodes *nodes,
                         const struct network_ties *raw) {
    struct native_call *c = r->call;
    struct arena *a = native_arena(c);
    struct frame *f = r->f;
    uint64_t pairs[TIE_CLASSES], counts[TIE_CLASSES], unknown[TIE_CLASSES];
    struct ties t;
    r->stopped = count_unknown(c, nodes, raw, unknown);
    if (r->stopped != SPOKE_OK ||
        !ties_simplify(a, v->n, raw->directed, raw->from, raw->to, raw->n, &t) ||
        !tie_class_pairs(a, nodes, raw->directed, pairs)) {
        return false;
    }
    if (raw->answered) {
        ties_drop_unknown(raw->answered, &t);
    }
    note_answers(c, v, raw, "are in no density");
    for (int k = 0; k < TIE_CLASSES; k++) {
        pairs[k] -= unknown[k];
    }
    ties_count_classes(nodes, &t, counts);
    for (int k = 0; k < TIE_CLASSES; k++) {
        uint32_t row = f->n;
        if (!frame_push(f) || !put_text(f, BY_RELATION, row, raw->name) ||
            !put_text(f, BY_CLASS, row, str_of(tie_class_name((enum tie_class)k))) ||
            !put_int(f, BY_TIES, row, (int64_t)counts[k]) ||
            !put_int(f, BY_POSSIBLE, row, (int64_t)pairs[k]) ||
            !put_ratio(f, BY_DENSITY, row, (int64_t)counts[k], (int64_t)pairs[k])) {
            return false;
        }
    }
    return true;
}

static bool report_classes(struct report *r, const struct network_view *v) {
    struct nodes nodes;
    if (!network_nodes(native_arena(r->call), v, &nodes)) {
        return false;
    }
    for (uint32_t k = 0; k < v->nties; k++) {
        if (!add_by_class(r, v, &nodes, &v->ties[k])) {
            return false;
        }
    }
    return true;
}

int network_ties_by_class(struct native_call *c) {
    const struct network_view *v = native_network(c, 0);
    if (!v) {
        return SPOKE_FAILED;
    }
    if (v->nmany) {
        return native_fail_help(
            c, "count members once in each: `| group by` over their memberships",
            "%u members of `%.*s` have several groups, and classes of ties need one", v->nmany,
            STR_ARG(v->name));
    }
    struct report r = {.call = c, .f = native_frame(c), .ok = true, .stopped = SPOKE_OK};
    if (!r.f || !report_classes(&r, v)) {
        frame_drop(r.f);
        return r.stopped != SPOKE_OK ? r.stopped : SPOKE_NO_MEMORY;
    }
    return native_give_frame(c, r.f);
}

#define MODULE_FILE "stdlib/network/module.def"
#define MODULE_SYMBOL network_module
#define MODULE_SOURCE network_source
#include "stdlib/module.h"
