/* draw() and layout(): a network in, a picture or the places of its members out. */
#include "base/utf8.h"
#include "stdlib/network/betweenness.h"
#include "stdlib/network/bind_network.h"
#include "stdlib/network/bind_picture.h"
#include "stdlib/network/degree.h"
#include "stdlib/rows.h"
#include <math.h>
#include <stdlib.h>

enum { DRAW_TO = 1, DRAW_LAYOUT, DRAW_BY, DRAW_SIZE, DRAW_LABELS, DRAW_RELATION, DRAW_EGO,
       DRAW_STEPS, DRAW_SEED };
enum { MOST_DRAWN = 5000, MOST_IN_MATRIX = 400 };

struct draw {
    struct drawing_of_net net;
    struct net_picture picture;
    uint32_t *number; /* of a member in the picture, NOBODY_SPECIAL: not in it */
};

/* ---- names ---- */

/* Bytes that would write elsewhere on a terminal, or turn what is around them, become a sign. */
static struct str clean_name(struct draw *d, struct str s) {
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
    struct str text = out.failed ? STR_NONE : arena_str(native_arena(d->net.m.call), buf_view(&out));
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

static struct str cell_text(struct draw *d, const struct column *c, uint32_t row) {
    if (column_state(c, row) != PRESENT) {
        return STR_NONE;
    }
    struct buf cell;
    buf_init(&cell, native_alloc(d->net.m.call));
    native_cell_text(d->net.m.call, c, row, &cell);
    struct str text = cell.failed ? STR_NONE : clean_name(d, buf_view(&cell));
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

/* What colours stand for: what `by` says, else what the network declares. */
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
        if (named && !own[i].column) {
            return native_fail_help(c, "declare it in the network", "`%.*s` has no %s",
                                    STR_ARG(v->name), own[i].name);
        }
        if (named || (!asked && own[i].column && !*out)) {
            *out = own[i].column;
            *word = str_of(own[i].name);
        }
    }
    if (asked && !*out) {
        return native_fail_help(c, "colours are by \"group\", \"level\" or \"sector\"",
                                "there is nothing called \"%.*s\" to colour by",
                                STR_ARG(native_text(c, DRAW_BY)));
    }
    return SPOKE_OK;
}

static int give_looks(struct draw *d, uint32_t *look, uint32_t *shape) {
    const struct network_view *v = d->net.m.net;
    struct net_picture *p = &d->picture;
    const struct column *by;
    struct str word;
    int status = choose_column(d, &by, &word);
    if (status != SPOKE_OK || !by) {
        return status;
    }
    if (!find_looks(d, by, word, by == v->level, &p->looks, look)) {
        return SPOKE_NO_MEMORY;
    }
    for (uint32_t i = 0; i < v->n; i++) {
        shape[i] = look[i] == LOOK_UNKNOWN ? 0 : look[i];
    }
    if (v->level && by != v->level) {
        if (!find_looks(d, v->level, STR("level"), true, &p->shapes, shape)) {
            return SPOKE_NO_MEMORY;
        }
        turn_shapes(&p->shapes, shape, v->n);
    }
    return SPOKE_OK;
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

static int give_sizes(struct draw *d) {
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

static bool choose_members(struct draw *d) {
    uint32_t n = d->net.m.net->n;
    d->number = MEMBER_ARRAY(&d->net.m, uint32_t);
    d->picture.member = MEMBER_ARRAY(&d->net.m, struct picture_member);
    d->picture.ego = NOBODY_SPECIAL;
    if (!d->number || !d->picture.member) {
        return false;
    }
    for (uint32_t i = 0; i < n; i++) {
        bool far = d->net.ego != NOBODY_SPECIAL && d->net.steps[i] == LAYOUT_FAR;
        d->number[i] = far ? NOBODY_SPECIAL : d->picture.n;
        if (far) {
            continue;
        }
        struct picture_member *m = &d->picture.member[d->picture.n];
        *m = (struct picture_member){.name = clean_name(d, d->net.m.key[i]),
                                     .steps = d->net.steps[i],
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

static bool choose_ties(struct draw *d) {
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
        p->member[from].degree++;
        p->member[to].degree++;
    }
    return true;
}

/* Names of a large layer do not fit beside each other. */
enum { WIDE_LAYER = 9 };

static bool turn_layers(struct draw *d) {
    uint32_t *count = MEMBER_ARRAY(&d->net.m, uint32_t), most = 0;
    for (uint32_t i = 0; count && d->net.layout == PICTURE_LAYERS && i < d->picture.n; i++) {
        uint32_t own = ++count[d->picture.member[i].steps];
        most = own > most ? own : most;
    }
    d->picture.sideways = most > WIDE_LAYER;
    return count != NULL;
}

/* Pairs that could be tied, in each relation. */
static void count_possible(struct draw *d) {
    uint64_t n = d->picture.n, pairs = n ? n * (n - 1) : 0;
    for (uint32_t k = d->net.first; k < d->net.stop; k++) {
        d->picture.possible += d->net.m.net->ties[k].directed ? pairs : pairs / 2;
    }
}

/* ---- words ---- */

static int read_labels(struct draw *d) {
    struct native_call *c = d->net.m.call;
    static const char *const NAMES[] = {"auto", "all", "none"};
    for (int k = 0; !native_is_missing(c, DRAW_LABELS) && k <= (int)COUNT_OF(NAMES); k++) {
        if (k == (int)COUNT_OF(NAMES)) {
            return native_fail_help(c, "labels are \"auto\", \"all\" or \"none\"",
                                    "there are no labels \"%.*s\"",
                                    STR_ARG(native_text(c, DRAW_LABELS)));
        }
        if (str_is(native_text(c, DRAW_LABELS), NAMES[k])) {
            d->picture.labels = (enum picture_labels)k;
            break;
        }
    }
    return SPOKE_OK;
}

/* What is not in the picture. */
static bool give_caution(struct draw *d) {
    struct buf b;
    uint32_t far = d->net.m.net->n - d->picture.n;
    buf_init(&b, native_alloc(d->net.m.call));
    if (far) {
        buf_printf(&b, "%u member%s farther off %s not shown", far, far == 1 ? "" : "s",
                   far == 1 ? "is" : "are");
    }
    if (d->net.outside) {
        buf_printf(&b, "%s%llu tie%s with an end that is no member left out", b.n ? "; " : "",
                   (unsigned long long)d->net.outside, d->net.outside == 1 ? "" : "s");
    }
    d->picture.caution = arena_str(native_arena(d->net.m.call), buf_view(&b));
    bool ok = !b.failed && d->picture.caution.p;
    buf_free(&b);
    return ok;
}

static bool give_words(struct draw *d, uint64_t seed) {
    const struct network_view *v = d->net.m.net;
    d->picture.title = clean_name(d, v->title.n ? v->title : v->name);
    d->picture.method = picture_method(&d->net, seed);
    return d->picture.title.p && d->picture.method.p && give_caution(d);
}

/* ---- draw ---- */

static int check_size(struct draw *d) {
    uint32_t n = d->picture.n;
    bool matrix = d->net.layout == PICTURE_MATRIX;
    if (n <= (matrix ? MOST_IN_MATRIX : MOST_DRAWN)) {
        return SPOKE_OK;
    }
    return native_fail_help(d->net.m.call,
                            "draw those around one, `ego: \"S1\"`, or a network of fewer members",
                            "%u members are more than a %s can show, which is %d", n,
                            matrix ? "matrix" : "picture", matrix ? MOST_IN_MATRIX : MOST_DRAWN);
}

static int fill(struct draw *d, uint64_t seed) {
    uint32_t *look = MEMBER_ARRAY(&d->net.m, uint32_t), *shape = MEMBER_ARRAY(&d->net.m, uint32_t);
    if (!look || !shape || !choose_members(d) || !turn_layers(d)) {
        return SPOKE_NO_MEMORY;
    }
    int status = check_size(d);
    if (status == SPOKE_OK) {
        status = choose_ties(d) ? give_looks(d, look, shape) : SPOKE_NO_MEMORY;
    }
    for (uint32_t i = 0; i < d->net.m.net->n && status == SPOKE_OK; i++) {
        if (d->number[i] != NOBODY_SPECIAL) {
            d->picture.member[d->number[i]].look = look[i];
            d->picture.member[d->number[i]].shape = shape[i];
        }
    }
    if (status == SPOKE_OK) {
        status = give_sizes(d);
    }
    if (status == SPOKE_OK) {
        status = read_labels(d);
    }
    count_possible(d);
    if (status == SPOKE_OK && (!give_words(d, seed) ||
                               !picture_finish(native_arena(d->net.m.call), &d->picture))) {
        status = SPOKE_NO_MEMORY;
    }
    return status;
}

static int give(struct native_call *c, const struct net_picture *p) {
    struct buf terminal, svg;
    int status = SPOKE_NO_MEMORY;
    buf_init(&terminal, native_alloc(c));
    buf_init(&svg, native_alloc(c));
    picture_terminal(&terminal, native_arena(c), p, native_output_width(c),
                     native_output_glyphs(c));
    picture_svg(&svg, native_arena(c), p);
    if (!terminal.failed && !svg.failed) {
        status = SPOKE_OK;
    }
    if (status == SPOKE_OK && !native_is_missing(c, DRAW_TO)) {
        status = native_write_file(c, native_text(c, DRAW_TO), buf_view(&svg));
    }
    if (status == SPOKE_OK) {
        status = native_give_picture(c, buf_view(&terminal), buf_view(&svg));
    }
    buf_free(&terminal);
    buf_free(&svg);
    return status;
}

int network_draw(struct native_call *c) {
    struct draw d = {.picture = {.labels = LABELS_AUTO}};
    uint64_t seed = (uint64_t)native_int(c, DRAW_SEED);
    int64_t steps = native_int(c, DRAW_STEPS);
    if (steps < 1) {
        return native_fail(c, "`steps` is %lld; those around a member are 1 or more away",
                           (long long)steps);
    }
    int status = picture_read(&d.net, c, DRAW_RELATION, DRAW_LAYOUT, DRAW_EGO);
    if (status == SPOKE_OK) {
        status = picture_place(&d.net, seed, (uint32_t)(steps < UINT32_MAX ? steps : UINT32_MAX));
    }
    if (status == SPOKE_OK) {
        d.picture.layout = d.net.layout;
        status = fill(&d, seed);
    }
    if (status == SPOKE_OK) {
        status = give(c, &d.picture);
    }
    picture_drop(&d.net);
    return status;
}

/* ---- layout ---- */

enum { LAYOUT_METHOD = 1, LAYOUT_RELATION, LAYOUT_AROUND, LAYOUT_SEED };

/* To a millionth of a tie: what is behind is noise. */
static double rounded(double x) {
    return round(x * 1e6) / 1e6 + 0.0;
}

static int give_places(struct drawing_of_net *d) {
    struct frame *f = native_frame(d->m.call);
    bool ok = f != NULL;
    for (uint32_t i = 0; ok && i < d->m.net->n; i++) {
        ok = frame_push(f) && put_text(f, 0, i, d->m.key[i]) && put_float(f, 1, i, rounded(d->at[i].x)) &&
             put_float(f, 2, i, rounded(d->at[i].y));
    }
    if (!ok) {
        frame_drop(f);
        return SPOKE_NO_MEMORY;
    }
    return native_give_frame(d->m.call, f);
}

int network_layout(struct native_call *c) {
    struct drawing_of_net d = {.built = false};
    uint64_t seed = (uint64_t)native_int(c, LAYOUT_SEED);
    int status = picture_read(&d, c, LAYOUT_RELATION, LAYOUT_METHOD, LAYOUT_AROUND);
    if (status == SPOKE_OK && d.layout == PICTURE_MATRIX) {
        status = native_fail_help(c, "layouts are \"stress\", \"layers\" and \"ego\"",
                                  "a matrix has no places of members");
    }
    if (status == SPOKE_OK) {
        status = picture_place(&d, seed, UINT32_MAX);
    }
    if (status == SPOKE_OK) {
        struct str method = picture_method(&d, seed);
        native_note(c, "%.*s", STR_ARG(method));
        status = give_places(&d);
    }
    picture_drop(&d);
    return status;
}
