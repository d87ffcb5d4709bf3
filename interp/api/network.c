/* Building a network: its members and ties from the store, ready for the
 * functions of the network module. Members are numbered in key order. A view
 * lives as long as the library call it was built for. */
#include "api/interp.h"
#include "run/native_call.h"

/* What is being built; it belongs to the call. */
struct building {
    struct native_call *call;
    struct arena *arena; /* the call's */
    struct network_info *net;
    struct network_view *view;
    struct network_ties *ties;
    const struct frame *members;
    uint32_t *member; /* number of a member by its row in the store, or NO_MEMBER */
    uint64_t nrows;
};

/* ---- members and their numbers ---- */

/* False: no memory. */
static bool number_members(struct building *b) {
    const struct column *row = &b->members->columns[b->members->ncolumns - 1];
    int64_t last = 0;
    for (uint32_t i = 0; i < b->members->n; i++)
        last = row->i[i] > last ? row->i[i] : last;
    if (last > UINT32_MAX)
        return false;
    b->nrows = (uint64_t)last + 1;
    b->member = arena_take(b->arena, b->nrows * sizeof *b->member);
    if (!b->member)
        return false;
    memset(b->member, 0xff, b->nrows * sizeof *b->member);
    for (uint32_t i = 0; i < b->members->n; i++)
        b->member[row->i[i]] = i;
    return true;
}

#define NO_MEMBER UINT32_MAX

/* Of a row of the entity. */
static inline uint32_t member_of(const struct building *b, int64_t row) {
    return (uint64_t)row < b->nrows ? b->member[row] : NO_MEMBER;
}

/* ---- ties ---- */

struct tie_arrays {
    uint32_t *from, *to;
    double *strength; /* NULL: none declared */
};

static void add_tie(const struct building *b, const struct frame *f, uint32_t row,
                    const struct tie_arrays *arrays, struct network_ties *out) {
    const struct column *c = f->columns;
    if (column_state(&c[0], row) != PRESENT || column_state(&c[1], row) != PRESENT) {
        out->missing++;
        return;
    }
    uint32_t from = member_of(b, c[0].i[row]), to = member_of(b, c[1].i[row]);
    if (from == NO_MEMBER || to == NO_MEMBER) {
        out->outside++;
        return;
    }
    arrays->from[out->n] = from;
    arrays->to[out->n] = to;
    if (arrays->strength) /* an unknown strength is no strength */
        arrays->strength[out->n] = column_state(&c[2], row) == PRESENT ? c[2].f[row] : 0;
    out->n++;
}

/* False: no memory. */
static bool build_ties(const struct building *b, const struct ties_info *info,
                       const struct frame *f, struct network_ties *out) {
    size_t n = (size_t)f->n + 1;
    struct tie_arrays arrays = {ARENA_ARRAY(b->arena, uint32_t, n),
                                ARENA_ARRAY(b->arena, uint32_t, n),
                                info->strength ? ARENA_ARRAY(b->arena, double, n) : NULL};
    if (!arrays.from || !arrays.to || (info->strength && !arrays.strength))
        return false;
    *out = (struct network_ties){.name = info->name,
                                 .directed = info->directed,
                                 .role = info->role,
                                 .from = arrays.from,
                                 .to = arrays.to,
                                 .strength = arrays.strength};
    for (uint32_t i = 0; i < f->n; i++)
        add_tie(b, f, i, &arrays, out);
    return true;
}

/* ---- the view ---- */

/* Runs a plan; the frame belongs to the call. */
static enum status held_frame(struct spoke *sp, struct building *b, const struct plan *plan,
                              const struct frame **out) {
    struct frame *f = NULL;
    enum status s = plan ? run_plan(sp, plan, &f) : ST_FAILED;
    if (s == ST_OK && !native_call_hold(b->call, f))
        s = ST_NO_MEMORY;
    *out = f;
    return s;
}

static const struct column *optional(const struct frame *f, const struct node *declared,
                                     uint32_t *next) {
    return declared ? &f->columns[(*next)++] : NULL;
}

static void describe(struct building *b) {
    const struct network_info *net = b->net;
    uint32_t next = 1;
    *b->view = (struct network_view){.name = net->symbol->name,
                                     .title = net->symbol->node->title,
                                     .n = b->members->n,
                                     .key = &b->members->columns[0],
                                     .inside = net->inside,
                                     .level_names = net->level_names,
                                     .level_rank = net->level_rank,
                                     .nlevels = net->nlevels,
                                     .ties = b->ties,
                                     .nties = net->nties};
    b->view->level = optional(b->members, net->level, &next);
    b->view->sector = optional(b->members, net->sector, &next);
    b->view->group = optional(b->members, net->group, &next);
}

static enum status build(struct spoke *sp, void *data) {
    struct building *b = data;
    struct network_info *net = b->net;
    b->view = ARENA_NEW(b->arena, struct network_view);
    b->ties = ARENA_ARRAY(b->arena, struct network_ties, net->nties + 1);
    if (!b->view || !b->ties)
        return ST_NO_MEMORY;
    enum status s = held_frame(sp, b, plan_members(&sp->session, net), &b->members);
    if (s == ST_OK && !number_members(b))
        s = ST_NO_MEMORY;
    for (uint32_t i = 0; i < net->nties && s == ST_OK; i++) {
        const struct frame *f;
        s = held_frame(sp, b, plan_ties(&sp->session, &net->ties[i]), &f);
        if (s == ST_OK && !build_ties(b, &net->ties[i], f, &b->ties[i]))
            s = ST_NO_MEMORY;
    }
    if (s == ST_OK)
        describe(b);
    return s;
}

const struct network_view *build_network(struct spoke *sp, struct native_call *c,
                                         struct network_info *net) {
    struct building b = {.call = c, .arena = &c->scratch, .net = net};
    enum status s = guarded(sp, build, &b);
    if (s != ST_OK)
        sp->vm.status = s;
    return s == ST_OK ? b.view : NULL;
}
