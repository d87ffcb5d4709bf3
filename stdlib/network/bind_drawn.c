/* Members, ties, groups and sizes of a picture. */
#include "stdlib/network/betweenness.h"
#include "stdlib/network/bind_columns.h"
#include "stdlib/network/bind_draw.h"
#include "stdlib/network/bind_network.h"
#include "stdlib/network/degree.h"
#include "stdlib/picture/clean.h"
#include <math.h>
#include <stdlib.h>

/* ---- names ---- */

struct str draw_clean(struct draw *d, struct str s) {
    struct buf out;
    buf_init(&out, native_alloc(d->net.m.call));
    clean_text(&out, s, false);
    struct str text =
        out.failed ? STR_NONE : arena_str(native_arena(d->net.m.call), buf_view(&out));
    buf_free(&out);
    return text;
}

/* ---- groups ---- */

/* A group and how many in the picture have it. */
struct named {
    uint32_t group, members;
};

static int by_count(const void *a, const void *b) {
    const struct named *x = a, *y = b;
    if (x->members != y->members) {
        return x->members > y->members ? -1 : 1;
    }
    return (x->group > y->group) - (x->group < y->group);
}

/* As it may be shown; STR_NONE also where it is missing. */
static struct str cell_text(struct draw *d, const struct column *c, uint32_t row) {
    if (column_state(c, row) != PRESENT) {
        return STR_NONE;
    }
    struct buf cell;
    buf_init(&cell, native_alloc(d->net.m.call));
    native_cell_text(d->net.m.call, c, row, &cell);
    struct str text = cell.failed ? STR_NONE : draw_clean(d, buf_view(&cell));
    buf_free(&cell);
    return text;
}

/* The largest groups have looks of their own: groups by falling size, their number by group, and
 * LOOK_OTHERS of all others. NULL: no memory. */
static uint32_t *choose_looks(struct draw *d, const struct groups *by, struct named *all) {
    uint32_t *of = MEMBER_ARRAY(&d->net.m, uint32_t), kept = 0;
    for (uint32_t k = 0; k < by->n; k++) {
        all[k].group = k;
    }
    for (uint32_t i = 0; i < d->net.m.net->n; i++) {
        if (d->number[i] != NOBODY_SPECIAL && takes_part(by, i)) {
            all[by->of[i]].members++;
        }
    }
    qsort(all, by->n, sizeof *all, by_count);
    for (uint32_t k = 0; of && k < by->n; k++) {
        of[all[k].group] = k < PICTURE_LOOKS && all[k].members ? 0 : (uint32_t)LOOK_OTHERS;
    }
    for (uint32_t k = 0; of && k < by->n; k++) {
        of[k] = of[k] == LOOK_OTHERS ? of[k] : kept++;
    }
    return of;
}

static bool give_key(struct draw *d, const struct member_groups *groups, const uint32_t *of,
                     const struct named *all, struct picture_key *key) {
    bool ok = true;
    key->word = groups->column;
    for (uint32_t i = 0; i < groups->by.n && all[i].members; i++) {
        uint32_t own = of[all[i].group];
        key->groups += own == LOOK_OTHERS;
        key->count[own] += all[i].members;
        key->name[own] = draw_clean(d, groups->name[all[i].group]);
        ok = ok && key->name[own].p;
    }
    if (key->groups) {
        key->name[LOOK_OTHERS] =
            arena_printf(native_arena(d->net.m.call), "%u others", key->groups);
    }
    key->name[LOOK_UNKNOWN] = STR("not known");
    return ok;
}

/* In the order of their values. */
static enum status find_looks(struct draw *d, const struct column *c, struct str word,
                              struct picture_key *key, uint32_t *look) {
    struct member_groups groups;
    enum status s = groups_of_column(&d->net.m, c, word, &groups);
    if (s != ST_OK) {
        return s;
    }
    struct named *all = MEMBER_ARRAY(&d->net.m, struct named);
    uint32_t *of = all ? choose_looks(d, &groups.by, all) : NULL;
    if (!of || !give_key(d, &groups, of, all, key)) {
        return ST_NO_MEMORY;
    }
    for (uint32_t i = 0; i < d->net.m.net->n; i++) {
        bool known = takes_part(&groups.by, i);
        look[i] = known ? of[groups.by.of[i]] : (uint32_t)LOOK_UNKNOWN;
        key->count[LOOK_UNKNOWN] += !known && d->number[i] != NOBODY_SPECIAL;
    }
    return ST_OK;
}

/* The lowest level is a circle, the one above a square, and so on. */
static void turn_shapes(struct picture_key *key, uint32_t *shape, uint32_t members) {
    struct picture_key turned = *key;
    uint32_t n = 0;
    while (n < PICTURE_LOOKS && key->count[n]) {
        n++;
    }
    for (uint32_t k = 0; k < n; k++) {
        turned.name[k] = key->name[n - 1 - k];
        turned.count[k] = key->count[n - 1 - k];
    }
    for (uint32_t i = 0; i < members; i++) {
        shape[i] = shape[i] < n ? n - 1 - shape[i] : shape[i];
    }
    *key = turned;
}

/* What colours stand for: what `by` says, a column of the members, else what the network declares.
 * NULL with ST_OK: nothing. */
static enum status choose_column(struct draw *d, const struct column **out, struct str *word) {
    const struct network_view *v = d->net.m.net;
    if (!native_is_missing(d->net.m.call, DRAW_BY)) {
        *word = native_text(d->net.m.call, DRAW_BY);
        *out = column_of_members(&d->net.m, *word);
        return *out ? ST_OK : ST_FAILED;
    }
    *out = v->group ? v->group : v->level ? v->level : v->sector;
    *word = v->group ? STR("group") : v->level ? STR("level") : STR("sector");
    return ST_OK;
}

/* The looks of all members; those of the picture are counted. */
static enum status find_all_looks(struct draw *d) {
    const struct network_view *v = d->net.m.net;
    struct net_picture *p = &d->picture;
    const struct column *by;
    struct str word;
    enum status s = choose_column(d, &by, &word);
    if (s == ST_OK && by) {
        s = find_looks(d, by, word, &p->looks, d->look);
    }
    if (s != ST_OK || !by) {
        return s;
    }
    for (uint32_t i = 0; i < v->n; i++) {
        d->shape[i] = d->look[i] == LOOK_UNKNOWN ? 0 : d->look[i];
    }
    if (v->level && by != v->level) {
        s = find_looks(d, v->level, STR("level"), &p->shapes, d->shape);
        if (s == ST_OK) {
            turn_shapes(&p->shapes, d->shape, v->n);
        }
    }
    return s;
}

int draw_looks(struct draw *d) {
    d->look = MEMBER_ARRAY(&d->net.m, uint32_t);
    d->shape = MEMBER_ARRAY(&d->net.m, uint32_t);
    enum status s = d->look && d->shape ? find_all_looks(d) : ST_NO_MEMORY;
    return s == ST_OK ? SPOKE_OK : measuring_failed(&d->net.m, s);
}

/* ---- sizes ---- */

static enum status strengths(struct draw *d, double *size) {
    for (uint32_t i = 0; i < d->net.nties; i++) {
        const struct drawn_tie *t = &d->net.tie[i];
        double strength = isnan(t->strength) ? 0 : t->strength;
        size[t->from] += strength;
        size[t->to] += strength;
    }
    return ST_OK;
}

static enum status in_degrees(struct draw *d, double *size) {
    for (uint32_t i = 0; i < d->net.m.net->n; i++) {
        size[i] = degree_of(&d->net.graph, i, ENDS_TO);
    }
    return ST_OK;
}

static enum status out_degrees(struct draw *d, double *size) {
    for (uint32_t i = 0; i < d->net.m.net->n; i++) {
        size[i] = degree_of(&d->net.graph, i, ENDS_FROM);
    }
    return ST_OK;
}

static enum status paths_through(struct draw *d, double *size) {
    return betweenness(&d->net.m.host, &d->net.graph, LENGTHS_ONE, size, NULL);
}

static const struct {
    const char *name, *word;
    enum status (*fn)(struct draw *d, double *size); /* NULL: degrees in the picture */
} SIZES[] = {{"degree", "ties", NULL},
             {"in_degree", "who name one", in_degrees},
             {"out_degree", "whom one names", out_degrees},
             {"strength", "strength", strengths},
             {"betweenness", "betweenness", paths_through},
             {"alike", "", NULL}};

int draw_sizes(struct draw *d) {
    struct native_call *c = d->net.m.call;
    struct str name = native_is_missing(c, DRAW_SIZE) ? STR("degree") : native_text(c, DRAW_SIZE);
    double *size = MEMBER_ARRAY(&d->net.m, double);
    size_t k = 0;
    while (k < COUNT_OF(SIZES) && !str_is(name, SIZES[k].name)) {
        k++;
    }
    if (k == COUNT_OF(SIZES)) {
        return native_fail_help(c,
                                "sizes are \"degree\", \"in_degree\", \"out_degree\", "
                                "\"strength\", \"betweenness\" and \"alike\"",
                                "there is no size \"%.*s\"", STR_ARG(name));
    }
    enum status s = !size ? ST_NO_MEMORY : SIZES[k].fn ? SIZES[k].fn(d, size) : ST_OK;
    for (uint32_t i = 0; i < d->net.m.net->n && s == ST_OK; i++) {
        if (d->number[i] != NOBODY_SPECIAL) {
            struct picture_member *m = &d->picture.member[d->number[i]];
            m->size = SIZES[k].fn ? size[i] : m->degree;
        }
    }
    d->picture.size_word = str_of(SIZES[k].word);
    return s == ST_OK ? SPOKE_OK : measuring_failed(&d->net.m, s);
}

/* ---- members and ties ---- */

static struct str name_of(struct draw *d, uint32_t i) {
    struct str name = d->name ? cell_text(d, d->name, i) : STR_NONE;
    return name.n ? name : draw_clean(d, d->net.m.key[i]);
}

/* Whether it is in the network in the days of the picture. */
static bool is_there(const struct draw *d, uint32_t i) {
    const struct network_view *v = d->net.m.net;
    return (!v->joined || v->joined[i] == NO_DAY || v->joined[i] <= d->net.last_day) &&
           (!v->left || v->left[i] == NO_DAY || v->left[i] >= d->net.first_day);
}

bool draw_members(struct draw *d) {
    uint32_t n = d->net.m.net->n;
    d->number = MEMBER_ARRAY(&d->net.m, uint32_t);
    d->picture.member = MEMBER_ARRAY(&d->net.m, struct picture_member);
    d->picture.ego = NOBODY_SPECIAL;
    if (!d->number || !d->picture.member) {
        return false;
    }
    for (uint32_t i = 0; i < n; i++) {
        bool far =
            (d->net.ego != NOBODY_SPECIAL && d->net.steps[i] == LAYOUT_FAR) || !is_there(d, i);
        d->number[i] = far ? NOBODY_SPECIAL : d->picture.n;
        if (far) {
            continue;
        }
        struct picture_member *m = &d->picture.member[d->picture.n];
        *m = (struct picture_member){.name = name_of(d, i),
                                     .look = d->look ? d->look[i] : 0,
                                     .shape = d->shape ? d->shape[i] : 0,
                                     .hub = d->net.m.net->hub && d->net.m.net->hub[i],
                                     .steps = d->net.layer ? d->net.layer[i] : d->net.steps[i],
                                     .at = d->net.at[i]};
        if (i == d->net.ego) {
            d->picture.ego = d->picture.n;
        }
        if (!m->name.p) {
            return false;
        }
        d->picture.n++;
    }
    return true;
}

/* With several relations each has a dash, else each class of ties where levels tell them apart. */
static bool give_kinds(struct draw *d, struct nodes *nodes) {
    const struct network_view *v = d->net.m.net;
    struct picture_key *key = &d->picture.kinds;
    if (d->net.stop - d->net.first > 1) {
        key->word = STR("relation");
        for (uint32_t k = 0; k < PICTURE_KINDS && d->net.first + k < d->net.stop; k++) {
            key->name[k] = v->ties[d->net.first + k].name;
        }
    } else if (v->level) {
        key->word = STR("ties");
        for (uint32_t k = 0; k < TIE_CLASSES; k++) {
            key->name[k] = str_of(tie_class_name((enum tie_class)k));
        }
    }
    return network_nodes(native_arena(d->net.m.call), v, nodes);
}

static uint32_t kind_of(const struct draw *d, const struct nodes *nodes,
                        const struct drawn_tie *t) {
    if (d->net.stop - d->net.first > 1) {
        uint32_t k = t->relation - d->net.first;
        return k < PICTURE_KINDS ? k : (uint32_t)PICTURE_KINDS - 1;
    }
    return d->picture.kinds.word.n ? (uint32_t)tie_class_of(nodes, t->from, t->to) : 0;
}

/* Pairs that could be tied, in each relation. */
static void count_possible(struct draw *d) {
    uint64_t n = d->picture.n, pairs = n ? n * (n - 1) : 0;
    for (uint32_t k = d->net.first; k < d->net.stop; k++) {
        d->picture.possible += d->net.m.net->ties[k].directed ? pairs : pairs / 2;
    }
}

bool draw_ties(struct draw *d) {
    struct net_picture *p = &d->picture;
    struct nodes nodes;
    p->tie = ARENA_ARRAY(native_arena(d->net.m.call), struct picture_tie, (size_t)d->net.nties + 1);
    if (!p->tie || !give_kinds(d, &nodes)) {
        return false;
    }
    for (uint32_t i = 0; i < d->net.nties; i++) {
        const struct drawn_tie *t = &d->net.tie[i];
        uint32_t from = d->number[t->from], to = d->number[t->to];
        if (from == NOBODY_SPECIAL || to == NOBODY_SPECIAL) {
            continue;
        }
        uint32_t kind = kind_of(d, &nodes, t);
        p->tie[p->nties++] =
            (struct picture_tie){from, to, t->directed, t->mutual, kind, t->strength};
        p->directed = p->directed || t->directed;
        p->kinds.count[kind]++;
        p->member[from].degree += !t->repeated;
        p->member[to].degree += !t->repeated;
    }
    count_possible(d);
    return true;
}
