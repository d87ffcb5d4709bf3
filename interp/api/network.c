/* Building a network: its members and ties from the store, as they were in the days that are asked,
 * ready for the functions of the network module. Members are numbered in key order; ties name them
 * by their rows in the store, so that a number is one access to an array. A view lives as long as
 * the library call it was built for. */
#include "api/interp.h"
#include "api/network_members.h"
#include "compile/proto.h"
#include "column/cell.h"
#include "run/native_call.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* What is being built; it belongs to the call. */
struct building {
    struct native_call *call;
    struct arena *arena; /* the call's */
    struct network_value of;
    struct network_info *net;
    struct network_time time, one; /* what plans are asked for */
    struct network_view *view;
    struct network_ties *ties;
    const struct frame *rows; /* about members */
    struct member_rows members;
    const struct column *key; /* of the members */
    uint32_t *member;         /* by row of the entity: the number of the member, or NO_MEMBER */
    uint64_t nrows;
};

/* What a view was built from. */
struct origin {
    struct network_value of;
    struct network_time time, one;
    struct member_rows members;
};

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

/* ---- members and their numbers ---- */

enum { INT_DIGITS = 24 };

/* Borrowed from the column or written into `digits`. */
static struct str key_text(const struct column *c, uint32_t row, char digits[INT_DIGITS]) {
    if (type_storage(c->type) == STORE_TEXT)
        return text_str(c->t[row]);
    int n = snprintf(digits, INT_DIGITS, "%lld", (long long)c->i[row]);
    return (struct str){digits, (size_t)n};
}

/* The highest number of a row in a column of them. */
static uint64_t highest_row(const struct column *row, uint32_t n) {
    int64_t highest = 0;
    for (uint32_t i = 0; i < n; i++)
        if (column_state(row, i) == PRESENT && row->i[i] > highest)
            highest = row->i[i];
    return (uint64_t)highest;
}

/* False: no memory. */
static bool number_members(struct building *b) {
    const struct column *row = native_column(b->rows, "row");
    b->nrows = highest_row(row, b->rows->n) + 1;
    if (b->nrows > SIZE_MAX / sizeof *b->member)
        return false;
    b->member = arena_take(b->arena, (size_t)b->nrows * sizeof *b->member);
    if (!b->member)
        return false;
    memset(b->member, 0xff, (size_t)b->nrows * sizeof *b->member); /* NO_MEMBER */
    for (uint32_t i = 0; i < b->members.n; i++)
        b->member[row->i[b->members.row ? b->members.row[i] : i]] = i;
    return true;
}

/* The number of the member in a cell; NO_MEMBER also where it is missing. */
static inline uint32_t find_member(const struct building *b, const struct column *c, uint32_t row) {
    if (column_state(c, row) != PRESENT || (uint64_t)c->i[row] >= b->nrows)
        return NO_MEMBER;
    return b->member[c->i[row]];
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
    bool *unknown;
    int64_t *first, *last, *period;
    double missing; /* what stands for a value that is not there */
};

#define ROOM(b, type, wanted, n) ((wanted) ? ARENA_ARRAY((b)->arena, type, (n)) : NULL)

/* False: no memory. */
static bool make_room(const struct building *b, const struct ties_info *info, const struct frame *f,
                      size_t n, struct tie_arrays *a) {
    *a = (struct tie_arrays){.c_value = native_column(f, "value"),
                             .c_first = native_column(f, "first"),
                             .c_last = native_column(f, "last"),
                             .missing = info->distance ? (double)NAN : 0};
    const struct column *at = native_column(f, "at");
    a->c_period = at && at->type->kind == TY_PERIOD ? at : NULL;
    a->from = ARENA_ARRAY(b->arena, uint32_t, n);
    a->to = ARENA_ARRAY(b->arena, uint32_t, n);
    a->value = ROOM(b, double, a->c_value, n);
    a->unknown = ROOM(b, bool, a->c_value, n);
    a->first = ROOM(b, int64_t, a->c_first, n);
    a->last = ROOM(b, int64_t, a->c_first, n);
    a->period = ROOM(b, int64_t, a->c_period, n);
    return a->from && a->to && (!a->c_value || (a->value && a->unknown)) &&
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
        a->unknown[to] = column_state(a->c_value, row) != PRESENT;
        a->value[to] = a->unknown[to] ? a->missing : a->c_value->f[row];
    }
    if (a->first) {
        a->first[to] = cell_day(a->c_first, row);
        a->last[to] = last_day(&info->days, a->c_last ? a->c_last : a->c_first, row);
    }
    if (a->period)
        a->period[to] = cell_day(a->c_period, row);
}

/* In a family: whether the tie, which has an end that is no member, does not say that it is of this
 * network. */
static bool is_of_another(const struct building *b, const struct frame *f, uint32_t row) {
    const struct column *key = native_column(f, "key");
    return b->of.key && (!key || column_state(key, row) != PRESENT);
}

/* An end of the tie is no member. */
static void leave_out(const struct building *b, const struct frame *f, uint32_t row,
                      struct network_ties *out) {
    bool lost = column_state(&f->columns[0], row) != PRESENT ||
                column_state(&f->columns[1], row) != PRESENT;
    if (is_of_another(b, f, row))
        return;
    out->missing += lost;
    out->outside += !lost;
}

static void read_rows(const struct building *b, const struct ties_info *info, const struct frame *f,
                      const struct tie_arrays *a, struct network_ties *out) {
    for (uint32_t i = 0; i < f->n; i++) {
        uint32_t from = find_member(b, &f->columns[0], i), to = find_member(b, &f->columns[1], i);
        if (from == NO_MEMBER || to == NO_MEMBER) {
            leave_out(b, f, i, out);
            continue;
        }
        a->from[out->n] = from;
        a->to[out->n] = to;
        put_tie(info, a, i, out->n++);
    }
}

static void take_arrays(const struct ties_info *info, const struct tie_arrays *a,
                        struct network_ties *out) {
    out->from = a->from;
    out->to = a->to;
    out->strength = info->strength ? a->value : NULL;
    out->distance = info->distance ? a->value : NULL;
    out->unknown = a->unknown;
    out->first = a->first;
    out->last = a->last;
    out->period = a->period;
}

static enum status build_ties(const struct building *b, const struct ties_info *info,
                              const struct frame *f, struct network_ties *out) {
    struct tie_arrays a;
    if (!make_room(b, info, f, (size_t)f->n + 1, &a))
        return ST_NO_MEMORY;
    *out =
        (struct network_ties){.name = info->name, .directed = info->directed, .role = info->role};
    take_arrays(info, &a, out);
    read_rows(b, info, f, &a, out);
    return ST_OK;
}

/* ---- ends that are no members ---- */

/* Marks the rows of ends that are no members, of ties that have both ends; what members are tied
 * through is no end. */
static void mark_strangers(const struct building *b, const struct frame *ties, bool through,
                           uint64_t nrows, bool *stranger) {
    for (uint32_t i = 0; i < ties->n; i++)
        for (uint32_t end = 0; end < (through ? 1u : 2u); end++) {
            const struct column *c = &ties->columns[end], *other = &ties->columns[1 - end];
            if (column_state(c, i) == PRESENT && column_state(other, i) == PRESENT &&
                (uint64_t)c->i[i] < nrows && find_member(b, c, i) == NO_MEMBER &&
                !is_of_another(b, ties, i))
                stranger[c->i[i]] = true;
        }
}

/* What a network protects are rows that refer to its members, ties among them: of these no key is
 * told. */
static bool hides_ties(const struct network_info *net) {
    const struct node *declared = net->symbol->node;
    bool hides = false;
    for (uint32_t i = 0; i < declared->list.n; i++)
        hides = hides || declared->list.at[i]->kind == N_SUPPRESS;
    return hides;
}

/* The first few of them in the order of keys. */
static enum status name_strangers(struct spoke *sp, const struct building *b,
                                  const struct frame *ties, bool through,
                                  struct network_ties *out) {
    const struct frame *all;
    enum status s = held_frame(sp, b->call, plan_entity_keys(&sp->session, b->net), &all);
    if (s != ST_OK)
        return s;
    uint64_t nrows = highest_row(&all->columns[1], all->n) + 1;
    bool *stranger = ARENA_ARRAY(b->arena, bool, nrows);
    struct str *keys = ARENA_ARRAY(b->arena, struct str, MOST_STRANGERS);
    if (!stranger || !keys)
        return ST_NO_MEMORY;
    mark_strangers(b, ties, through, nrows, stranger);
    out->strangers = keys;
    for (uint32_t i = 0; i < all->n && out->nstrangers < MOST_STRANGERS; i++) {
        char digits[INT_DIGITS];
        if (!stranger[all->columns[1].i[i]])
            continue;
        struct str key = arena_str(b->arena, key_text(&all->columns[0], i, digits));
        if (!key.p)
            return ST_NO_MEMORY;
        keys[out->nstrangers++] = key;
    }
    return ST_OK;
}

/* ---- ties through something that two share ---- */

enum { MOST_PAIRS = 50000000 };

struct presence {
    uint32_t what, member, row;
};

static int compare_presence(const void *x, const void *y) {
    const struct presence *a = x, *b = y;
    if (a->what != b->what)
        return a->what < b->what ? -1 : 1;
    if (a->member != b->member)
        return a->member < b->member ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

/* Who was present at what, each once, by what; NULL: no memory. */
static struct presence *list_presence(const struct building *b, const struct frame *f,
                                      struct network_ties *out, uint32_t *n) {
    struct presence *list = ARENA_ARRAY(b->arena, struct presence, (size_t)f->n + 1);
    struct strmap what;
    struct buf cell;
    bool ok = list != NULL;
    uint32_t count = 0;
    strmap_init(&what, b->arena->alloc);
    buf_init(&cell, b->arena->alloc);
    for (uint32_t i = 0; ok && i < f->n; i++) {
        uint32_t member = find_member(b, &f->columns[0], i);
        bool missing = column_state(&f->columns[1], i) != PRESENT, is_new;
        if (missing || member == NO_MEMBER) {
            bool lost = missing || column_state(&f->columns[0], i) != PRESENT;
            if (!is_of_another(b, f, i)) {
                out->missing += lost;
                out->outside += !lost;
            }
            continue;
        }
        buf_clear(&cell);
        cell_text(&cell, &f->columns[1], i, &b->call->vm->session->calendar);
        struct str key = arena_str(b->arena, buf_view(&cell));
        uint64_t *number = key.p && !cell.failed ? strmap_put(&what, key, &is_new) : NULL;
        ok = number != NULL;
        if (ok && is_new)
            *number = what.n - 1;
        if (ok)
            list[count++] = (struct presence){(uint32_t)*number, member, i};
    }
    buf_free(&cell);
    strmap_free(&what);
    if (ok)
        qsort(list, count, sizeof *list, compare_presence);
    *n = 0;
    for (uint32_t i = 0; ok && i < count; i++)
        if (*n == 0 || list[*n - 1].what != list[i].what || list[*n - 1].member != list[i].member)
            list[(*n)++] = list[i];
    return ok ? list : NULL;
}

static uint32_t end_of_group(const struct presence *list, uint32_t n, uint32_t from) {
    uint32_t to = from;
    while (to < n && list[to].what == list[from].what)
        to++;
    return to;
}

/* A tie for each two and each thing that both were present at. */
static enum status project(struct building *b, const struct ties_info *info, const struct frame *f,
                           struct network_ties *out) {
    struct tie_arrays a;
    uint64_t pairs = 0;
    uint32_t n;
    *out = (struct network_ties){.name = info->name, .role = info->role, .projected = true};
    const struct presence *list = list_presence(b, f, out, &n);
    if (!list)
        return ST_NO_MEMORY;
    for (uint32_t i = 0, to; i < n; i = to) {
        to = end_of_group(list, n, i);
        pairs += (uint64_t)(to - i) * (to - i - 1) / 2;
    }
    if (pairs > MOST_PAIRS) {
        native_fail_help(b->call, "leave out what nearly everybody is present at: `where`",
                         "ties of `%.*s` are too many: %llu pairs share something",
                         STR_ARG(info->name), (unsigned long long)pairs);
        return ST_FAILED;
    }
    if (!make_room(b, info, f, (size_t)pairs + 1, &a))
        return ST_NO_MEMORY;
    double *strength = ARENA_ARRAY(b->arena, double, pairs + 1);
    if (!strength)
        return ST_NO_MEMORY;
    take_arrays(info, &a, out);
    out->strength = strength;
    for (uint32_t i = 0, to; i < n; i = to) {
        to = end_of_group(list, n, i);
        for (uint32_t x = i; x < to; x++)
            for (uint32_t y = x + 1; y < to; y++) {
                a.from[out->n] = list[x].member;
                a.to[out->n] = list[y].member;
                strength[out->n] = 1;
                put_tie(info, &a, list[x].row, out->n++);
            }
    }
    return ST_OK;
}

/* ---- who was asked ---- */

static enum status read_roster(struct spoke *sp, struct building *b, const struct ties_info *info,
                               struct network_ties *out) {
    const struct frame *f;
    if (!info->roster.table)
        return ST_OK;
    enum status s = held_frame(sp, b->call, plan_roster(&sp->session, &info->roster, &b->time), &f);
    if (s != ST_OK)
        return s;
    const struct column *says = native_column(f, "answered");
    bool *asked = ARENA_ARRAY(b->arena, bool, (size_t)b->members.n + 1);
    bool *answered = ARENA_ARRAY(b->arena, bool, (size_t)b->members.n + 1);
    if (!asked || !answered)
        return ST_NO_MEMORY;
    for (uint32_t i = 0; i < f->n; i++) {
        uint32_t member = find_member(b, &f->columns[0], i);
        if (member == NO_MEMBER)
            continue;
        bool yes = !says || (column_state(says, i) == PRESENT && says->i[i]);
        out->nasked += !asked[member];
        out->nanswered += yes && !answered[member];
        asked[member] = true;
        answered[member] = answered[member] || yes;
    }
    out->answered = answered;
    return ST_OK;
}

/* ---- what is known of members ---- */

/* Who one belongs to, where that is a member. */
static const uint32_t *read_line(const struct building *b, const struct column *c) {
    uint32_t *line = ARENA_ARRAY(b->arena, uint32_t, (size_t)b->members.n + 1);
    for (uint32_t i = 0; line && i < b->members.n; i++)
        line[i] = find_member(b, c, i);
    return line;
}

static struct str written_key(const struct node *key, char digits[INT_DIGITS]) {
    if (key->kind != N_INT)
        return key->text;
    int n = snprintf(digits, INT_DIGITS, "%lld", (long long)key->value.i);
    return (struct str){digits, (size_t)n};
}

static bool is_hub(const struct building *b, uint32_t member) {
    char digits[INT_DIGITS], written[INT_DIGITS];
    struct str key = key_text(b->key, member, digits);
    for (uint32_t i = 0; i < b->net->nhub; i++)
        if (str_eq(key, written_key(b->net->hub[i], written)))
            return true;
    return false;
}

/* A hub that is no member at the time is none. */
static const bool *read_hubs(const struct building *b) {
    bool *hub = ARENA_ARRAY(b->arena, bool, (size_t)b->members.n + 1);
    for (uint32_t i = 0; hub && i < b->members.n; i++) {
        hub[i] = is_hub(b, i);
        b->view->nhub += hub[i];
    }
    return hub;
}

/* A column of the members, if it is declared. False: no memory. */
static bool read_place(const struct building *b, const char *name, const struct column **out) {
    const struct column *rows = native_column(b->rows, name);
    *out = rows ? members_column(b->arena, &b->members, rows) : NULL;
    return !rows || *out;
}

/* False: no memory. */
static bool read_spells(const struct building *b) {
    struct network_view *v = b->view;
    const struct column *joined = native_column(b->rows, "joined");
    const struct column *left = native_column(b->rows, "left");
    if (joined)
        v->joined = members_joined(b->arena, &b->members, joined);
    if (left)
        v->left = members_left(b->arena, &b->members, left, b->net->days.open);
    v->overlapping = b->members.overlapping;
    return (!joined || v->joined) && (!left || v->left);
}

/* False: no memory. */
static bool read_places(const struct building *b) {
    struct network_view *v = b->view;
    const struct column *line, *groups = native_column(b->rows, "group");
    if (!read_place(b, "level", &v->level) || !read_place(b, "sector", &v->sector) ||
        !read_place(b, "group", &v->group) || !read_place(b, "line", &line) || !read_spells(b))
        return false;
    v->line = line ? read_line(b, line) : NULL;
    v->hub = b->net->nhub ? read_hubs(b) : NULL;
    return (!line || v->line) && (!b->net->nhub || v->hub) &&
           (!groups || members_groups(b->arena, &b->members, groups, v));
}

/* ---- the view ---- */

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
    *origin = (struct origin){.of = b->of, .time = b->time, .one = b->one, .members = b->members};
    if (origin->time.outer)
        origin->time.outer = &origin->one;
    *b->view = (struct network_view){.name = net->symbol->name,
                                     .title = net->symbol->node->title,
                                     .one = b->of.key ? text_str(b->of.key) : STR_NONE,
                                     .n = b->members.n,
                                     .key = b->key,
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

static struct node *key_node(struct session *s, const struct text *key) {
    struct node *n = ARENA_NEW(s->arena, struct node);
    n->kind = N_TEXT;
    n->type = type_scalar(&s->types, TY_TEXT, false);
    n->text = text_str(key);
    return n;
}

/* What plans are asked for. */
static void set_time(struct session *s, struct building *b) {
    if (b->of.key) {
        b->one.key = key_node(s, b->of.key);
        b->time.outer = &b->one;
    }
    if (b->of.timed) {
        b->time.first = day_node(s, b->of.first);
        b->time.last = day_node(s, b->of.last);
    }
}

/* The members and their numbers. */
static enum status build_members(struct spoke *sp, struct building *b) {
    struct session *session = &sp->session;
    enum status s = held_frame(sp, b->call, plan_members(session, b->net, &b->time), &b->rows);
    if (s != ST_OK)
        return s;
    b->members = (struct member_rows){.n = b->rows->n};
    if (b->net->membership && !members_of_rows(b->arena, b->rows, b->net->days.open, &b->members))
        return ST_NO_MEMORY;
    b->key = members_column(b->arena, &b->members, &b->rows->columns[0]);
    return b->key && number_members(b) ? ST_OK : ST_NO_MEMORY;
}

static enum status build(struct spoke *sp, void *data) {
    struct building *b = data;
    struct network_info *net = b->net;
    set_time(&sp->session, b);
    b->view = ARENA_NEW(b->arena, struct network_view);
    b->ties = ARENA_ARRAY(b->arena, struct network_ties, net->nties + 1);
    enum status s = b->view && b->ties ? build_members(sp, b) : ST_NO_MEMORY;
    for (uint32_t i = 0; i < net->nties && s == ST_OK; i++) {
        const struct frame *f;
        s = held_frame(sp, b->call, plan_ties(&sp->session, &net->ties[i], &b->time), &f);
        if (s == ST_OK)
            s = net->ties[i].through ? project(b, &net->ties[i], f, &b->ties[i])
                                     : build_ties(b, &net->ties[i], f, &b->ties[i]);
        if (s == ST_OK && b->ties[i].outside && !hides_ties(net))
            s = name_strangers(sp, b, f, net->ties[i].through != NULL, &b->ties[i]);
        if (s == ST_OK)
            s = read_roster(sp, b, &net->ties[i], &b->ties[i]);
    }
    if (s == ST_OK && !describe(b))
        s = ST_NO_MEMORY;
    return s;
}

/* A family where one network is needed, as a parameter of a function may bring it. */
static bool is_one(struct native_call *c, const struct network_value *net) {
    if (!net->network->family || net->key)
        return true;
    native_fail_help(c, "say which one: `net[\"key\"]`", "`%.*s` has a network for each `%.*s`",
                     STR_ARG(net->network->symbol->name), STR_ARG(net->network->family->name));
    return false;
}

const struct network_view *build_network(struct spoke *sp, struct native_call *c,
                                         const struct network_value *net) {
    struct building b = {.call = c, .arena = &c->scratch, .of = *net, .net = net->network};
    if (!is_one(c, net))
        return NULL;
    enum status s = guarded(sp, build, &b);
    if (s != ST_OK && sp->vm.status == ST_OK)
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
    bool found = table_column_named(net->entity, name) >= 0 ||
                 (net->membership && table_column_named(net->membership, name) >= 0);
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
    if (s != ST_OK)
        return NULL;
    const struct column *out = members_column(&c->scratch, &origin->members, &r.frame->columns[1]);
    if (!out)
        sp->vm.status = ST_NO_MEMORY;
    return out;
}

/* ---- families ---- */

struct family_reading {
    struct native_call *call;
    const struct table *family;
    const struct frame *keys;
};

static enum status read_keys(struct spoke *sp, void *data) {
    struct family_reading *r = data;
    return held_frame(sp, r->call, plan_family(&sp->session, r->family), &r->keys);
}

bool read_family(struct spoke *sp, struct native_call *c, const struct table *family,
                 const struct frame **out) {
    struct family_reading r = {.call = c, .family = family};
    enum status s = guarded(sp, read_keys, &r);
    if (s != ST_OK)
        sp->vm.status = s;
    *out = r.keys;
    return s == ST_OK;
}

/* Every column of the members, which may stand in several rows each. */
static enum status read_all_columns(struct spoke *sp, void *data) {
    struct column_reading *r = data;
    struct arena *a = &r->call->scratch;
    const struct frame *rows;
    enum status s = held_frame(
        sp, r->call,
        plan_member_columns(&sp->session, r->origin->of.network, &r->origin->time), &rows);
    if (s != ST_OK)
        return s;
    struct frame *out = ARENA_NEW(a, struct frame);
    struct column *columns = ARENA_ARRAY(a, struct column, rows->ncolumns + (size_t)1);
    if (!out || !columns)
        return ST_NO_MEMORY;
    for (uint32_t i = 0; i < rows->ncolumns; i++) {
        const struct column *c = members_column(a, &r->origin->members, &rows->columns[i]);
        if (!c)
            return ST_NO_MEMORY;
        columns[i] = *c;
    }
    *out = *rows;
    out->columns = columns;
    out->n = r->origin->members.row ? r->origin->members.n : rows->n;
    r->frame = out;
    return ST_OK;
}

const struct frame *read_network_columns(struct spoke *sp, struct native_call *c,
                                         const struct network_view *net) {
    struct column_reading r = {.call = c, .origin = net->origin};
    enum status s = guarded(sp, read_all_columns, &r);
    if (s != ST_OK)
        sp->vm.status = s;
    return s == ST_OK ? r.frame : NULL;
}
