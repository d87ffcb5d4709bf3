/* structure() and ties_by_class(): a network in, one row per figure out.
 *
 * Texts of groups, levels and sectors are numbered once; the kernels see
 * numbers only. All scratch memory is the call's arena. */
#include "stdlib/modules.h"
#include "stdlib/network/bind_answers.h"
#include "stdlib/network/bind_network.h"
#include "stdlib/network/classes.h"
#include "stdlib/rows.h"
#include <math.h>

/* ---- nodes ---- */

static struct str text_at(const struct column *c, uint32_t row) {
    return column_state(c, row) == PRESENT ? text_str(c->t[row]) : STR_NONE;
}

/* Numbers texts in order of first appearance; NULL: no memory. */
static const uint32_t *number_groups(struct arena *a, const struct column *c, uint32_t n) {
    uint32_t *out = ARENA_ARRAY(a, uint32_t, n);
    struct strmap map;
    bool ok = out != NULL;
    strmap_init(&map, a->alloc);
    for (uint32_t i = 0; ok && i < n; i++) {
        struct str name = text_at(c, i);
        bool is_new;
        if (!name.p) {
            out[i] = UNKNOWN_GROUP;
            continue;
        }
        uint64_t *number = strmap_put(&map, name, &is_new);
        ok = number != NULL;
        if (ok && is_new) {
            *number = map.n - 1;
        }
        out[i] = ok ? (uint32_t)*number : 0;
    }
    strmap_free(&map);
    return ok ? out : NULL;
}

static uint32_t rank_of(const struct network_view *v, struct str level) {
    for (uint32_t k = 0; level.p && k < v->nlevels; k++) {
        if (str_eq(level, v->level_names[k])) {
            return v->level_rank[k] < v->n ? v->level_rank[k] : UNKNOWN_RANK;
        }
    }
    return UNKNOWN_RANK;
}

static const uint32_t *number_ranks(struct arena *a, const struct network_view *v) {
    uint32_t *out = ARENA_ARRAY(a, uint32_t, v->n);
    for (uint32_t i = 0; out && i < v->n; i++) {
        out[i] = rank_of(v, text_at(v->level, i));
    }
    return out;
}

static const uint8_t *number_sectors(struct arena *a, const struct network_view *v) {
    uint8_t *out = ARENA_ARRAY(a, uint8_t, v->n);
    for (uint32_t i = 0; out && i < v->n; i++) {
        struct str sector = text_at(v->sector, i);
        out[i] = !sector.p                   ? SECTOR_UNKNOWN
                 : str_eq(sector, v->inside) ? SECTOR_INSIDE
                                             : SECTOR_OUTSIDE;
    }
    return out;
}

bool network_nodes(struct arena *a, const struct network_view *v, struct nodes *out) {
    *out = (struct nodes){.n = v->n};
    if (v->group && !(out->group = number_groups(a, v->group, v->n))) {
        return false;
    }
    if (v->level && !(out->rank = number_ranks(a, v))) {
        return false;
    }
    /* Sectors tell inside from outside only when it is said which one is inside. */
    return !v->sector || !v->inside.n || (out->sector = number_sectors(a, v));
}

/* ---- all relations together ---- */

struct tie_list {
    bool directed;
    uint32_t n;
    uint32_t *from, *to;
};

static void append(struct tie_list *all, const struct network_ties *r) {
    for (uint32_t i = 0; i < r->n; i++) {
        all->from[all->n] = r->from[i];
        all->to[all->n++] = r->to[i];
        /* Among directed relations an undirected tie counts both ways. */
        if (all->directed && !r->directed && r->from[i] != r->to[i]) {
            all->from[all->n] = r->to[i];
            all->to[all->n++] = r->from[i];
        }
    }
}

static bool join_relations(struct arena *a, const struct network_view *v, struct ties *out) {
    struct tie_list all = {.n = 0};
    size_t room = 0;
    for (uint32_t k = 0; k < v->nties; k++) {
        all.directed = all.directed || v->ties[k].directed;
        room += 2 * (size_t)v->ties[k].n;
    }
    all.from = ARENA_ARRAY(a, uint32_t, room);
    all.to = ARENA_ARRAY(a, uint32_t, room);
    if (!all.from || !all.to || room > UINT32_MAX) {
        return false;
    }
    for (uint32_t k = 0; k < v->nties; k++) {
        append(&all, &v->ties[k]);
    }
    return ties_simplify(a, v->n, all.directed, all.from, all.to, all.n, out);
}

/* All ties of a member are known where it has answered in every relation that asked. */
static bool join_answers(struct arena *a, const struct network_view *v, struct network_ties *out) {
    bool *answered = NULL;
    for (uint32_t k = 0; k < v->nties; k++) {
        const bool *more = v->ties[k].answered;
        if (more && !answered) {
            answered = ARENA_ARRAY(a, bool, (size_t)v->n + 1);
            if (!answered) {
                return false;
            }
            memset(answered, 1, v->n);
        }
        for (uint32_t i = 0; more && i < v->n; i++) {
            answered[i] = answered[i] && more[i];
        }
    }
    out->answered = answered;
    return true;
}

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
        add_share(r, "reciprocity", NULL, s.reciprocated, t->n);
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
    if (!network_nodes(a, v, &nodes) || was_stopped(r) || !join_relations(a, v, &all) ||
        was_stopped(r) || !join_answers(a, v, &together)) {
        return false;
    }
    together.directed = all.directed;
    if (together.answered) {
        ties_drop_unknown(together.answered, &all);
    }
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
#include "stdlib/module.h"
