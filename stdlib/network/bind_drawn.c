/* Members, ties, groups and sizes of a picture. */
#include "base/utf8.h"
#include "stdlib/network/betweenness.h"
#include "stdlib/network/bind_draw.h"
#include "stdlib/network/bind_network.h"
#include "stdlib/network/degree.h"
#include <math.h>
#include <stdlib.h>

/* ---- names ---- */

struct str draw_clean(struct draw *d, struct str s) {
    struct buf out;
    size_t at = 0, from = 0;
    buf_init(&out, native_alloc(d->net.m.call));
    while (at < s.n) {
        uint32_t point = utf8_next(s, &at);
        bool turns = (point >= 0x200E && point <= 0x200F) || (point >= 0x202A && point <= 0x202E) ||
                     (point >= 0x2066 && point <= 0x2069);
        if (point < 0x20 || (point >= 0x7F && point < 0xA0) || turns || point == 0xFFFD) {
            buf_text(&out, "\xEF\xBF\xBD");
        } else {
            buf_put(&out, s.p + from, at - from);
        }
        from = at;
    }
    struct str text =
        out.failed ? STR_NONE : arena_str(native_arena(d->net.m.call), buf_view(&out));
    buf_free(&out);
    return text;
}

/* ---- groups ---- */

struct named {
    struct str name;
    uint32_t members, code;
    bool kept;
};

static int by_count(const void *a, const void *b) {
    const struct named *x = a, *y = b;
    if (x->members != y->members) {
        return x->members > y->members ? -1 : 1;
    }
    return str_compare(x->name, y->name);
}

static int by_name(const void *a, const void *b) {
    const struct named *x = a, *y = b;
    int order = str_compare(x->name, y->name);
    return order ? order : (x->code > y->code) - (x->code < y->code);
}

/* Levels come in their declared order. */
static uint32_t rank_of_name(const struct network_view *v, struct str name) {
    uint32_t k = 0;
    while (k < v->nlevels && !str_eq(name, v->level_names[k])) {
        k++;
    }
    return k;
}

static void sort_levels(const struct network_view *v, struct named *all, uint32_t n) {
    for (uint32_t i = 1; i < n; i++) {
        for (uint32_t k = i;
             k > 0 && rank_of_name(v, all[k].name) < rank_of_name(v, all[k - 1].name); k--) {
            struct named swap = all[k];
            all[k] = all[k - 1];
            all[k - 1] = swap;
        }
    }
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

/* Names of a column's values with how many members of the picture have them; `code` of each member
 * is their index before sorting, UINT32_MAX where it is missing. */
static struct named *find_names(struct draw *d, const struct column *c, uint32_t *code,
                                uint32_t *n) {
    struct arena *a = native_arena(d->net.m.call);
    uint32_t members = d->net.m.net->n;
    struct named *all = ARENA_ARRAY(a, struct named, (size_t)members + 1);
    struct strmap map;
    bool ok = all != NULL;
    *n = 0;
    strmap_init(&map, a->alloc);
    for (uint32_t i = 0; i < members && ok; i++) {
        struct str name = cell_text(d, c, i);
        bool is_new = false;
        code[i] = UINT32_MAX;
        if (d->number[i] == NOBODY_SPECIAL || !name.p) {
            continue;
        }
        uint64_t *found = strmap_put(&map, name, &is_new);
        ok = found != NULL;
        if (ok && is_new) {
            all[*n] = (struct named){.name = name, .code = *n};
            *found = (*n)++;
        }
        if (ok) {
            code[i] = (uint32_t)*found;
            all[code[i]].members++;
        }
    }
    strmap_free(&map);
    return ok ? all : NULL;
}

/* The largest groups have looks of their own, in the order of their names. */
static bool find_looks(struct draw *d, const struct column *c, struct str word, bool levels,
                       struct picture_key *key, uint32_t *look) {
    struct arena *a = native_arena(d->net.m.call);
    uint32_t n, kept = 0, *of = MEMBER_ARRAY(&d->net.m, uint32_t);
    uint32_t *code = MEMBER_ARRAY(&d->net.m, uint32_t);
    struct named *all = of && code ? find_names(d, c, code, &n) : NULL;
    if (!all) {
        return false;
    }
    qsort(all, n, sizeof *all, by_count);
    for (uint32_t k = 0; k < n; k++) {
        all[k].kept = k < PICTURE_LOOKS;
    }
    qsort(all, n, sizeof *all, by_name);
    if (levels) {
        sort_levels(d->net.m.net, all, n);
    }
    key->word = word;
    for (uint32_t k = 0; k < n; k++) {
        of[all[k].code] = all[k].kept ? kept++ : (uint32_t)LOOK_OTHERS;
        uint32_t own = of[all[k].code];
        key->groups += own == LOOK_OTHERS;
        key->count[own] += all[k].members;
        key->name[own] = all[k].name;
    }
    if (key->groups) {
        key->name[LOOK_OTHERS] = arena_printf(a, "%u others", key->groups);
    }
    for (uint32_t i = 0; i < d->net.m.net->n; i++) {
        look[i] = code[i] == UINT32_MAX ? (uint32_t)LOOK_UNKNOWN : of[code[i]];
        key->count[LOOK_UNKNOWN] += code[i] == UINT32_MAX && d->number[i] != NOBODY_SPECIAL;
    }
    key->name[LOOK_UNKNOWN] = STR("not known");
    return true;
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
 */
static int choose_column(struct draw *d, const struct column **out, struct str *word) {
    const struct network_view *v = d->net.m.net;
    struct native_call *c = d->net.m.call;
    const struct {
        const char *name;
        const struct column *column;
    } own[] = {{"group", v->group}, {"level", v->level}, {"sector", v->sector}};
    bool asked = !native_is_missing(c, DRAW_BY);
    *out = NULL;
    for (size_t i = 0; i < COUNT_OF(own); i++) {
        bool named = asked && str_is(native_text(c, DRAW_BY), own[i].name);
        if (own[i].column && (named || (!asked && !*out))) {
            *out = own[i].column;
            *word = str_of(own[i].name);
        }
    }
    if (asked && !*out) {
        *word = native_text(c, DRAW_BY);
        *out = native_network_column(c, v, *word);
        return *out ? SPOKE_OK : SPOKE_FAILED;
    }
    return SPOKE_OK;
}

/* The looks of all members; those of the picture are counted. */
static int find_all_looks(struct draw *d) {
    const struct network_view *v = d->net.m.net;
    struct net_picture *p = &d->picture;
    const struct column *by;
    struct str word;
    int status = choose_column(d, &by, &word);
    if (status != SPOKE_OK || !by) {
        return status;
    }
    if (!find_looks(d, by, word, by == v->level, &p->looks, d->look)) {
        return SPOKE_NO_MEMORY;
    }
    for (uint32_t i = 0; i < v->n; i++) {
        d->shape[i] = d->look[i] == LOOK_UNKNOWN ? 0 : d->look[i];
    }
    if (v->level && by != v->level) {
        if (!find_looks(d, v->level, STR("level"), true, &p->shapes, d->shape)) {
            return SPOKE_NO_MEMORY;
        }
        turn_shapes(&p->shapes, d->shape, v->n);
    }
    return SPOKE_OK;
}

int draw_looks(struct draw *d) {
    d->look = MEMBER_ARRAY(&d->net.m, uint32_t);
    d->shape = MEMBER_ARRAY(&d->net.m, uint32_t);
    return d->look && d->shape ? find_all_looks(d) : SPOKE_NO_MEMORY;
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
