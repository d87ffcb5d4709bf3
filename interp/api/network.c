/* Building a network: its members and ties from the store, ready for the
 * functions of the network module. Members are numbered in key order. */
#include "api/interp.h"
#include <stdio.h>

/* Finds members by key. Keys are texts or ints; both are looked up as text. */
struct member_index {
    struct strmap by_text;
    const struct column *key;
};

enum { INT_DIGITS = 24 };

/* Borrowed from the column or written into `digits`. */
static struct str key_text(const struct column *c, uint32_t row, char digits[INT_DIGITS]) {
    if (type_storage(c->type) == STORE_TEXT)
        return text_str(c->t[row]);
    int n = snprintf(digits, INT_DIGITS, "%lld", (long long)c->i[row]);
    return (struct str){digits, (size_t)n};
}

static bool index_members(struct spoke *sp, struct arena *arena, struct member_index *index,
                          const struct frame *members) {
    index->key = &members->columns[0];
    strmap_init(&index->by_text, &sp->alloc);
    for (uint32_t i = 0; i < members->n; i++) {
        bool is_new;
        char digits[INT_DIGITS];
        struct str key = key_text(index->key, i, digits);
        if (key.p == digits)
            key = arena_str(arena, key);
        uint64_t *place = key.p ? strmap_put(&index->by_text, key, &is_new) : NULL;
        if (!place)
            return false;
        *place = i;
    }
    return true;
}

/* The member in a cell: 0 found, 1 no member, 2 missing. */
static int find_member(const struct member_index *index, const struct column *c, uint32_t row,
                       uint32_t *out) {
    char digits[INT_DIGITS];
    if (column_state(c, row) != PRESENT)
        return 2;
    uint64_t *found = strmap_find(&index->by_text, key_text(c, row, digits));
    if (!found)
        return 1;
    *out = (uint32_t)*found;
    return 0;
}

static bool build_ties(struct arena *arena, const struct member_index *index,
                       const struct ties_info *info, const struct frame *f,
                       struct network_ties *out) {
    uint32_t *from = ARENA_ARRAY(arena, uint32_t, f->n + 1);
    uint32_t *to = ARENA_ARRAY(arena, uint32_t, f->n + 1);
    double *strength = info->strength ? ARENA_ARRAY(arena, double, f->n + 1) : NULL;
    if (!from || !to || (info->strength && !strength))
        return false;
    out->name = info->name;
    out->role = info->role;
    out->directed = info->directed;
    for (uint32_t i = 0; i < f->n; i++) {
        uint32_t a = 0, b = 0;
        int x = find_member(index, &f->columns[0], i, &a);
        int y = find_member(index, &f->columns[1], i, &b);
        if (x == 2 || y == 2)
            out->missing++;
        else if (x == 1 || y == 1)
            out->outside++;
        else {
            from[out->n] = a;
            to[out->n] = b;
            if (strength) /* an unknown strength is no strength */
                strength[out->n] =
                    column_state(&f->columns[2], i) == PRESENT ? f->columns[2].f[i] : 0;
            out->n++;
        }
    }
    out->from = from;
    out->to = to;
    out->strength = strength;
    return true;
}

void drop_network(struct network_frames *held) {
    frame_drop(held->members);
    for (uint32_t i = 0; i < held->nties; i++)
        frame_drop(held->ties[i]);
    memset(held, 0, sizeof *held);
}

static enum status run_parts(struct spoke *sp, struct arena *arena, struct network_info *net,
                             struct network_frames *held) {
    struct plan *members = plan_members(&sp->session, net);
    if (!members)
        return ST_FAILED;
    enum status s = run_plan(sp, members, &held->members);
    held->ties = ARENA_ARRAY(arena, struct frame *, net->nties + 1);
    if (!held->ties)
        return ST_NO_MEMORY;
    for (uint32_t i = 0; i < net->nties && s == ST_OK; i++) {
        struct plan *ties = plan_ties(&sp->session, &net->ties[i]);
        s = ties ? run_plan(sp, ties, &held->ties[i]) : ST_FAILED;
        held->nties = i + 1;
    }
    return s;
}

static const struct column *optional(const struct frame *f, const struct node *declared,
                                     uint32_t *next) {
    return declared ? &f->columns[(*next)++] : NULL;
}

enum status build_network(struct spoke *sp, struct arena *arena, struct network_info *net,
                          struct network_frames *held, const struct network_view **out) {
    struct network_view *view = ARENA_NEW(arena, struct network_view);
    struct network_ties *ties = ARENA_ARRAY(arena, struct network_ties, net->nties + 1);
    struct member_index index = {0};
    enum status s = view && ties ? run_parts(sp, arena, net, held) : ST_NO_MEMORY;
    if (s != ST_OK)
        return s;
    uint32_t next = 1;
    view->name = net->symbol->name;
    view->title = net->symbol->node->title;
    view->n = held->members->n;
    view->key = &held->members->columns[0];
    view->level = optional(held->members, net->level, &next);
    view->sector = optional(held->members, net->sector, &next);
    view->group = optional(held->members, net->group, &next);
    view->inside = net->inside;
    view->level_names = net->level_names;
    view->level_rank = net->level_rank;
    view->nlevels = net->nlevels;
    bool fine = index_members(sp, arena, &index, held->members);
    for (uint32_t i = 0; i < net->nties && fine; i++)
        fine = build_ties(arena, &index, &net->ties[i], held->ties[i], &ties[i]);
    strmap_free(&index.by_text);
    view->ties = ties;
    view->nties = net->nties;
    *out = view;
    return fine ? ST_OK : ST_NO_MEMORY;
}
