/* Building a network: its members and ties from the store, as they were in the days that are asked,
 * ready for the functions of the network module. Members are numbered in key order. A view lives as
 * long as the library call it was built for. */
#include "api/interp.h"
#include "compile/proto.h"
#include "run/native_call.h"
#include <math.h>
#include <stdio.h>

/* What is being built; all but the index belongs to the call. */
struct building {
    struct native_call *call;
    struct arena *arena; /* the call's */
    struct network_value of;
    struct network_info *net;
    struct network_time time; /* of plans; without days where the network is not timed */
    struct network_view *view;
    struct network_ties *ties;
    const struct frame *members;
    struct strmap index; /* number of a member by its key; ints are looked up as text, too */
};

/* What a view was built from. */
struct origin {
    struct network_value of;
    struct network_time time;
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

/* The number of the member in a cell; NO_MEMBER also where it is missing. */
static uint32_t find_member(const struct building *b, const struct column *c, uint32_t row) {
    char digits[INT_DIGITS];
    if (column_state(c, row) != PRESENT)
        return NO_MEMBER;
    const uint64_t *found = strmap_find(&b->index, key_text(c, row, digits));
    return found ? (uint32_t)*found : NO_MEMBER;
}

/* ---- ties ---- */

/* A missing day is open. */
static int64_t cell_day(const struct column *c, uint32_t row) {
    return column_state(c, row) == PRESENT ? c->i[row] : NO_DAY;
}

/* Arrays of the ties that have both ends, each NULL where there is none. */
struct tie_arrays {
    const struct column *c_value, *c_first, *c_last, *c_period;
    uint32_t *from, *to;
    double *value;
    int64_t *first, *last, *period;
    double missing; /* what stands for a value that is not there */
};

#define ROOM(b, type, wanted, n) ((wanted) ? ARENA_ARRAY((b)->arena, type, (n)) : NULL)

/* False: no memory. */
static bool make_room(const struct building *b, const struct ties_info *info, const struct frame *f,
                      struct tie_arrays *a) {
    size_t n = (size_t)f->n + 1;
    *a = (struct tie_arrays){.c_value = native_column(f, "value"),
                             .c_first = native_column(f, "first"),
                             .c_last = native_column(f, "last"),
                             .missing = info->distance ? (double)NAN : 0};
    const struct column *at = native_column(f, "at");
    a->c_period = at && at->type->kind == TY_PERIOD ? at : NULL;
    a->from = ARENA_ARRAY(b->arena, uint32_t, n);
    a->to = ARENA_ARRAY(b->arena, uint32_t, n);
    a->value = ROOM(b, double, a->c_value, n);
    a->first = ROOM(b, int64_t, a->c_first, n);
    a->last = ROOM(b, int64_t, a->c_first, n);
    a->period = ROOM(b, int64_t, a->c_period, n);
    return a->from && a->to && (!a->c_value || a->value) &&
           (!a->c_first || (a->first && a->last)) && (!a->c_period || a->period);
}

/* What is told by the day after it. */
static int64_t last_day(const struct network_days *days, const struct column *c, uint32_t row) {
    int64_t last = cell_day(c, row);
    return days->open && last != NO_DAY ? last - 1 : last;
}

static void put_tie(const struct ties_info *info, const struct tie_arrays *a, uint32_t row,
                    uint32_t to) {
    if (a->value) {
        a->value[to] = column_state(a->c_value, row) == PRESENT ? a->c_value->f[row] : a->missing;
    }
    if (a->first) {
        a->first[to] = cell_day(a->c_first, row);
        a->last[to] = last_day(&info->days, a->c_last ? a->c_last : a->c_first, row);
    }
    if (a->period)
        a->period[to] = cell_day(a->c_period, row);
}

/* ---- ends that are no members ---- */

/* The least keys, each once. */
struct strangers {
    struct str at[MOST_STRANGERS];
    uint32_t n;
};

/* False: no memory. */
static bool meet_stranger(const struct building *b, const struct column *c, uint32_t row,
                          struct strangers *s) {
    char digits[INT_DIGITS];
    struct str key = key_text(c, row, digits);
    uint32_t place = 0;
    while (place < s->n && str_compare(s->at[place], key) < 0)
        place++;
    if (place == MOST_STRANGERS || (place < s->n && str_eq(s->at[place], key)))
        return true;
    if (key.p == digits && !(key = arena_str(b->arena, key)).p)
        return false;
    s->n += s->n < MOST_STRANGERS;
    for (uint32_t i = s->n - 1; i > place; i--)
        s->at[i] = s->at[i - 1];
    s->at[place] = key;
    return true;
}

/* An end of the tie is no member. False: no memory. */
static bool leave_out(const struct building *b, const struct frame *f, uint32_t row,
                      struct strangers *s, struct network_ties *out) {
    bool lost = column_state(&f->columns[0], row) != PRESENT ||
                column_state(&f->columns[1], row) != PRESENT;
    out->missing += lost;
    out->outside += !lost;
    for (uint32_t end = 0; end < 2 && !lost; end++) {
        const struct column *c = &f->columns[end];
        if (find_member(b, c, row) == NO_MEMBER && !meet_stranger(b, c, row, s))
            return false;
    }
    return true;
}

/* False: no memory. */
static bool read_rows(const struct building *b, const struct ties_info *info, const struct frame *f,
                      const struct tie_arrays *a, struct network_ties *out) {
    struct strangers strangers = {.n = 0};
    for (uint32_t i = 0; i < f->n; i++) {
        uint32_t from = find_member(b, &f->columns[0], i), to = find_member(b, &f->columns[1], i);
        if (from == NO_MEMBER || to == NO_MEMBER) {
            if (!leave_out(b, f, i, &strangers, out))
                return false;
            continue;
        }
        a->from[out->n] = from;
        a->to[out->n] = to;
        put_tie(info, a, i, out->n++);
    }
    struct str *keys = ARENA_ARRAY(b->arena, struct str, MOST_STRANGERS);
    if (keys)
        memcpy(keys, strangers.at, sizeof strangers.at);
    out->strangers = keys;
    out->nstrangers = strangers.n;
    return keys != NULL;
}

/* False: no memory. */
static bool build_ties(const struct building *b, const struct ties_info *info,
                       const struct frame *f, struct network_ties *out) {
    struct tie_arrays a;
    if (!make_room(b, info, f, &a))
        return false;
    *out = (struct network_ties){.name = info->name,
                                 .directed = info->directed,
                                 .role = info->role,
                                 .from = a.from,
                                 .to = a.to,
                                 .strength = info->strength ? a.value : NULL,
                                 .distance = info->distance ? a.value : NULL,
                                 .first = a.first,
                                 .last = a.last,
                                 .period = a.period};
    return read_rows(b, info, f, &a, out);
}

/* ---- what is known of members ---- */

/* Who one belongs to; who belongs to no member stands for itself. */
static const uint32_t *read_line(const struct building *b, const struct column *c) {
    uint32_t *line = ARENA_ARRAY(b->arena, uint32_t, (size_t)b->members->n + 1);
    for (uint32_t i = 0; line && i < b->members->n; i++)
        line[i] = find_member(b, c, i);
    return line;
}

static const int64_t *read_days(const struct building *b, const struct column *c, bool open) {
    int64_t *days = ARENA_ARRAY(b->arena, int64_t, (size_t)b->members->n + 1);
    for (uint32_t i = 0; days && i < b->members->n; i++) {
        days[i] = cell_day(c, i);
        days[i] -= open && days[i] != NO_DAY;
    }
    return days;
}

/* A hub that is no member at the time is none. */
static const bool *read_hubs(const struct building *b) {
    bool *hub = ARENA_ARRAY(b->arena, bool, (size_t)b->members->n + 1);
    for (uint32_t i = 0; hub && i < b->net->nhub; i++) {
        char digits[INT_DIGITS];
        const struct node *key = b->net->hub[i];
        struct str text = key->text;
        if (key->kind == N_INT)
            text = (struct str){
                digits, (size_t)snprintf(digits, INT_DIGITS, "%lld", (long long)key->value.i)};
        const uint64_t *member = strmap_find(&b->index, text);
        if (member && !hub[*member]) {
            hub[*member] = true;
            b->view->nhub++;
        }
    }
    return hub;
}

/* False: no memory. */
static bool read_places(struct building *b) {
    struct network_view *v = b->view;
    const struct column *line = native_column(b->members, "line");
    const struct column *joined = native_column(b->members, "joined");
    const struct column *left = native_column(b->members, "left");
    v->level = native_column(b->members, "level");
    v->sector = native_column(b->members, "sector");
    v->group = native_column(b->members, "group");
    v->line = line ? read_line(b, line) : NULL;
    v->joined = joined ? read_days(b, joined, false) : NULL;
    v->left = left ? read_days(b, left, b->net->days.open) : NULL;
    v->hub = b->net->nhub ? read_hubs(b) : NULL;
    return (!line || v->line) && (!joined || v->joined) && (!left || v->left) &&
           (!b->net->nhub || v->hub);
}

/* ---- the view ---- */

/* Runs a plan; the frame belongs to the call. */
static enum status held_frame(struct spoke *sp, struct native_call *call, const struct plan *plan,
                              const struct frame **out) {
    struct frame *f = NULL;
    enum status s = plan ? run_plan(sp, plan, &f) : ST_FAILED;
    if (s == ST_OK && !native_call_hold(call, f))
        s = ST_NO_MEMORY;
    *out = f;
    return s;
}

static struct node *day_node(struct session *s, int64_t day) {
    struct node *n = ARENA_NEW(s->arena, struct node);
    n->kind = N_DATE;
    n->type = type_scalar(&s->types, TY_DATE, false);
    n->value.i = day;
    return n;
}

/* False: no memory. */
static bool describe(struct building *b) {
    const struct network_info *net = b->net;
    struct origin *origin = ARENA_NEW(b->arena, struct origin);
    if (!origin)
        return false;
    *origin = (struct origin){b->of, b->time};
    *b->view = (struct network_view){.name = net->symbol->name,
                                     .title = net->symbol->node->title,
                                     .n = b->members->n,
                                     .key = &b->members->columns[0],
                                     .inside = net->inside,
                                     .level_names = net->level_names,
                                     .level_rank = net->level_rank,
                                     .nlevels = net->nlevels,
                                     .aim = net->aim ? net->aim->name : STR_NONE,
                                     .timed = b->of.timed,
                                     .first = b->of.first,
                                     .last = b->of.last,
                                     .ties = b->ties,
                                     .nties = net->nties,
                                     .origin = origin};
    return read_places(b);
}

static enum status build(struct spoke *sp, void *data) {
    struct building *b = data;
    struct network_info *net = b->net;
    if (b->of.timed) {
        b->time.first = day_node(&sp->session, b->of.first);
        b->time.last = day_node(&sp->session, b->of.last);
    }
    b->view = ARENA_NEW(b->arena, struct network_view);
    b->ties = ARENA_ARRAY(b->arena, struct network_ties, net->nties + 1);
    if (!b->view || !b->ties)
        return ST_NO_MEMORY;
    enum status s = held_frame(sp, b->call, plan_members(&sp->session, net, &b->time), &b->members);
    if (s == ST_OK && !index_members(b))
        s = ST_NO_MEMORY;
    for (uint32_t i = 0; i < net->nties && s == ST_OK; i++) {
        const struct frame *f;
        s = held_frame(sp, b->call, plan_ties(&sp->session, &net->ties[i], &b->time), &f);
        if (s == ST_OK && !build_ties(b, &net->ties[i], f, &b->ties[i]))
            s = ST_NO_MEMORY;
    }
    if (s == ST_OK && !describe(b))
        s = ST_NO_MEMORY;
    return s;
}

const struct network_view *build_network(struct spoke *sp, struct native_call *c,
                                         const struct network_value *net) {
    struct building b = {.call = c, .arena = &c->scratch, .of = *net, .net = net->network};
    strmap_init(&b.index, &sp->alloc);
    enum status s = guarded(sp, build, &b);
    strmap_free(&b.index);
    if (s != ST_OK)
        sp->vm.status = s;
    return s == ST_OK ? b.view : NULL;
}

/* ---- columns of members ---- */

struct column_reading {
    struct native_call *call;
    const struct origin *origin;
    struct str name;
    const struct frame *frame;
};

static enum status read_column(struct spoke *sp, void *data) {
    struct column_reading *r = data;
    const struct plan *plan =
        plan_member_column(&sp->session, r->origin->of.network, &r->origin->time, r->name);
    return held_frame(sp, r->call, plan, &r->frame);
}

static bool has_column(const struct network_info *net, struct str name) {
    bool found = table_column_named(net->entity, name) >= 0;
    for (uint32_t i = 0; i < net->ncolumns && !found; i++)
        found = str_eq(net->columns[i].name, name);
    return found;
}

const struct column *read_network_column(struct spoke *sp, struct native_call *c,
                                         const struct network_view *net, struct str name) {
    const struct origin *origin = net->origin;
    struct column_reading r = {.call = c, .origin = origin, .name = name};
    if (!has_column(origin->of.network, name)) {
        native_fail_help(c, "`show from NETWORK.members` shows what they have",
                         "members of `%.*s` have no column `%.*s`", STR_ARG(net->name),
                         STR_ARG(name));
        return NULL;
    }
    enum status s = guarded(sp, read_column, &r);
    if (s != ST_OK)
        sp->vm.status = s;
    return s == ST_OK ? &r.frame->columns[1] : NULL;
}
