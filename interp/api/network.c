/* Building a network: its members and ties from the store, ready for the
 * functions of the network module. Members are numbered in key order. A view
 * lives as long as the library call it was built for. */
#include "api/interp.h"
#include "run/native_call.h"
#include <stdio.h>

/* What is being built; all but the index belongs to the call. */
struct building {
    struct native_call *call;
    struct arena *arena; /* the call's */
    struct network_info *net;
    struct network_view *view;
    struct network_ties *ties;
    const struct frame *members;
    struct strmap index; /* number of a member by its key; ints are looked up as text, too */
};

/* ---- members and their numbers ---- */

enum { INT_DIGITS = 24 };

/* Borrowed from the column or written into `digits`. */
static struct str key_text(const struct column *c, uint32_t row, char digits[INT_DIGITS]) {
    if (type_storage(c->type) == STORE_TEXT)
        return text_str(c->t[row]);
    int n = snprintf(digits, INT_DIGITS, "%lld", (long long)c->i[row]);
    return (struct str){digits, (size_t)n};
}

/* False: no memory. */
static bool index_members(struct building *b) {
    for (uint32_t i = 0; i < b->members->n; i++) {
        char digits[INT_DIGITS];
        bool is_new;
        struct str key = key_text(&b->members->columns[0], i, digits);
        if (key.p == digits)
            key = arena_str(b->arena, key);
        uint64_t *place = key.p ? strmap_put(&b->index, key, &is_new) : NULL;
        if (!place)
            return false;
        *place = i;
    }
    return true;
}

enum end { MEMBER, NO_MEMBER, END_MISSING };

/* The member in a cell. */
static enum end find_member(const struct building *b, const struct column *c, uint32_t row,
                            uint32_t *out) {
    char digits[INT_DIGITS];
    if (column_state(c, row) != PRESENT)
        return END_MISSING;
    uint64_t *found = strmap_find(&b->index, key_text(c, row, digits));
    if (!found)
        return NO_MEMBER;
    *out = (uint32_t)*found;
    return MEMBER;
}

/* ---- ties ---- */

struct tie_arrays {
    uint32_t *from, *to;
    double *strength; /* NULL: none declared */
};

static void add_tie(const struct building *b, const struct frame *f, uint32_t row,
                    const struct tie_arrays *arrays, struct network_ties *out) {
    uint32_t from = 0, to = 0;
    enum end x = find_member(b, &f->columns[0], row, &from);
    enum end y = find_member(b, &f->columns[1], row, &to);
    if (x == END_MISSING || y == END_MISSING) {
        out->missing++;
    } else if (x == NO_MEMBER || y == NO_MEMBER) {
        out->outside++;
    } else {
        arrays->from[out->n] = from;
        arrays->to[out->n] = to;
        if (arrays->strength) /* an unknown strength is no strength */
            arrays->strength[out->n] =
                column_state(&f->columns[2], row) == PRESENT ? f->columns[2].f[row] : 0;
        out->n++;
    }
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
    if (s == ST_OK && !index_members(b))
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
    strmap_init(&b.index, &sp->alloc);
    enum status s = guarded(sp, build, &b);
    strmap_free(&b.index);
    if (s != ST_OK)
        sp->vm.status = s;
    return s == ST_OK ? b.view : NULL;
}

/* ---- all columns of the members ---- */

struct columns_asked {
    struct native_call *call;
    struct network_info *net;
    struct frame *frame;
};

static enum status ask_columns(struct spoke *sp, void *data) {
    struct columns_asked *a = data;
    const struct plan *plan = plan_member_columns(&sp->session, a->net);
    enum status s = plan ? run_plan(sp, plan, &a->frame) : ST_FAILED;
    return s == ST_OK && !native_call_hold(a->call, a->frame) ? ST_NO_MEMORY : s;
}

const struct frame *member_columns(struct spoke *sp, struct native_call *c,
                                   struct network_info *net) {
    struct columns_asked asked = {.call = c, .net = net};
    enum status s = guarded(sp, ask_columns, &asked);
    if (s != ST_OK)
        sp->vm.status = s;
    return s == ST_OK ? asked.frame : NULL;
}
