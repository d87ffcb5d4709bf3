/* What a hub asks of its network: how much of it hangs on the hub, who is reached along the lines,
 * what passes between levels, and who plays which part in it. */
#include "stdlib/network/bind_layers.h"
#include "stdlib/network/bind_network.h"
#include "stdlib/network/bind_roles.h"
#include "stdlib/network/hub.h"
#include "stdlib/network/peers.h"
#include "stdlib/rows.h"
#include <math.h>

/* ---- hub ---- */

/* Behind `relation`. */
enum { MEASURE = 1, VALUE };

static bool add_share(struct asking *a, const struct layer *l, const char *measure, uint64_t n,
                      uint64_t d) {
    uint32_t row = layer_row(a, l);
    return row != UINT32_MAX && put_text(a->m.frame, MEASURE, row, str_of(measure)) &&
           put_share(a->m.frame, VALUE, row, n, d);
}

static bool add_figure(struct asking *a, const struct layer *l, const char *measure, double x) {
    uint32_t row = layer_row(a, l);
    return row != UINT32_MAX && put_text(a->m.frame, MEASURE, row, str_of(measure)) &&
           put_figure(a->m.frame, VALUE, row, x);
}

static bool put_hub(struct asking *a, const struct layer *l, const struct hub *h) {
    return add_share(a, l, "ties of the hub", h->touching, h->ties) &&
           add_share(a, l, "ties among peers", h->ties - h->touching, h->ties - h->within) &&
           add_share(a, l, "tied to the hub", h->tied, h->spokes) &&
           add_share(a, l, "tied to the hub alone", h->only, h->spokes) &&
           add_share(a, l, "connectedness", h->linked, h->pairs) &&
           add_share(a, l, "connectedness without the hub", h->linked_without, h->pairs) &&
           add_share(a, l, "hub dependence", h->linked - h->linked_without, h->linked) &&
           add_figure(a, l, "constraint of the hub", h->constraint) &&
           add_figure(a, l, "effective size of the hub", h->effective_size) &&
           add_figure(a, l, "degree centralization", h->centralization);
}

enum status find_hub(struct asking *a, const struct ties *t, uint8_t *bond, struct hub *out) {
    struct arena *arena = native_arena(a->m.call);
    const uint8_t *is_hub = find_hubs(a);
    return is_hub && bond ? hub_find(&a->m.host, arena, t, is_hub, bond, out) : ST_NO_MEMORY;
}

static enum status measure_hub(struct asking *a, const void *user) {
    uint8_t *bond = MEMBER_ARRAY(&a->m, uint8_t);
    enum status s = ST_OK;
    UNUSED(user);
    for (uint32_t k = 0; s == ST_OK && k < a->layers.n; k++) {
        struct hub h;
        s = find_hub(a, &a->layers.at[k].ties, bond, &h);
        if (s == ST_OK) {
            s = had_memory(put_hub(a, &a->layers.at[k], &h));
        }
    }
    return s;
}

int network_hub(struct native_call *c) {
    return ask_network(
        c, &(struct figure){
               .needs = NEEDS_HUB,
               .definition =
                   "ties of the hub: with an end in it, of all; among peers: of those not within "
                   "the hub; connectedness: pairs of other members that are connected at all "
                   "(Krackhardt), with paths through the hub and without; hub dependence: of the "
                   "connected pairs those that are so through the hub alone; constraint (Burt) "
                   "and effective size: of the hub taken as one; directions do not matter",
               .fn = measure_hub});
}

/* ---- spokes ---- */

static const char *bond_name(uint8_t bond) {
    static const char *const NAMES[] = {[BOND_NONE] = "none",
                                        [BOND_HUB] = "hub alone",
                                        [BOND_PEERS] = "peers alone",
                                        [BOND_BOTH] = "hub and peers"};
    return NAMES[bond];
}

static enum status list_spokes(struct asking *a, const void *user) {
    uint8_t *bond = MEMBER_ARRAY(&a->m, uint8_t);
    enum status s = ST_OK;
    UNUSED(user);
    for (uint32_t k = 0; s == ST_OK && k < a->layers.n; k++) {
        struct hub h;
        s = find_hub(a, &a->layers.at[k].ties, bond, &h);
        for (uint32_t v = 0; s == ST_OK && v < a->m.net->n; v++) {
            if (!a->m.net->hub[v]) {
                uint32_t row = layer_member_row(a, &a->layers.at[k], v);
                s = had_memory(row != UINT32_MAX &&
                               put_text(a->m.frame, 2, row, str_of(bond_name(bond[v]))));
            }
        }
    }
    return s;
}

int network_spokes(struct native_call *c) {
    return ask_network(c, &(struct figure){.needs = NEEDS_HUB,
                                           .definition = "whom a member is tied to, in either "
                                                         "direction: the hub, peers, that is "
                                                         "members that are not the hub, or nobody",
                                           .fn = list_spokes});
}

/* ---- coverage ---- */

enum { CHILDREN = 2, REACHED, NOT_KNOWN, COVERAGE };

static const uint8_t *find_reach(struct asking *a, const struct layer *l) {
    uint8_t *reach = MEMBER_ARRAY(&a->m, uint8_t);
    if (reach) {
        coverage_find(a->m.net->line, l->silent, &l->ties, reach);
    }
    return reach;
}

void count_covered(const struct asking *a, const uint8_t *reach, struct covered *of) {
    memset(of, 0, a->m.net->n * sizeof *of);
    for (uint32_t v = 0; v < a->m.net->n; v++) {
        uint32_t parent = a->m.net->line[v];
        if (parent != NO_PARENT) {
            of[parent].children++;
            of[parent].reached += reach[v] == REACH_TIED;
            of[parent].unknown += reach[v] == REACH_UNKNOWN;
        }
    }
}

static bool put_covered(struct asking *a, const struct layer *l, uint32_t v,
                        const struct covered *c) {
    struct frame *f = a->m.frame;
    uint32_t row = layer_member_row(a, l, v);
    return row != UINT32_MAX && put_int(f, CHILDREN, row, c->children) &&
           put_int(f, REACHED, row, c->reached) && put_int(f, NOT_KNOWN, row, c->unknown) &&
           put_ratio(f, COVERAGE, row, c->reached, c->children - c->unknown);
}

static bool cover_layer(struct asking *a, const struct layer *l, struct covered *of) {
    const uint8_t *reach = find_reach(a, l);
    bool ok = reach != NULL;
    if (ok) {
        count_covered(a, reach, of);
    }
    for (uint32_t v = 0; ok && v < a->m.net->n; v++) {
        ok = !of[v].children || put_covered(a, l, v, &of[v]);
    }
    return ok;
}

static enum status measure_coverage(struct asking *a, const void *user) {
    struct covered *of = MEMBER_ARRAY(&a->m, struct covered);
    bool ok = of != NULL;
    UNUSED(user);
    for (uint32_t k = 0; ok && k < a->layers.n; k++) {
        ok = cover_layer(a, &a->layers.at[k], of);
    }
    return had_memory(ok);
}

int network_coverage(struct native_call *c) {
    return ask_network(
        c, &(struct figure){
               .needs = NEEDS_LINE,
               .definition = "coverage: of those who belong to a member the share it is tied to, "
                             "in either direction, themselves or through somebody further down "
                             "their line; those of whom that is not known, as they or the member "
                             "did not answer, are left out",
               .fn = measure_coverage});
}

static bool put_uncovered(struct asking *a, const struct layer *l, uint32_t v, uint8_t reach) {
    uint32_t row = layer_member_row(a, l, v);
    return row != UINT32_MAX && put_key(a, 2, row, a->m.net->line[v]) &&
           put_int(a->m.frame, 3, row, reach != REACH_UNKNOWN);
}

static enum status list_uncovered(struct asking *a, const void *user) {
    bool ok = true;
    UNUSED(user);
    for (uint32_t k = 0; ok && k < a->layers.n; k++) {
        const uint8_t *reach = find_reach(a, &a->layers.at[k]);
        ok = reach != NULL;
        for (uint32_t v = 0; ok && v < a->m.net->n; v++) {
            ok = a->m.net->line[v] == NO_PARENT || reach[v] == REACH_TIED ||
                 put_uncovered(a, &a->layers.at[k], v, reach[v]);
        }
    }
    return had_memory(ok);
}

int network_uncovered(struct native_call *c) {
    return ask_network(
        c, &(struct figure){
               .needs = NEEDS_LINE,
               .definition = "uncovered: neither the member nor anybody further down its line is "
                             "tied to its parent, in either direction; not `known` where one of "
                             "the two did not answer",
               .fn = list_uncovered});
}

/* ---- brokerage at a distance ---- */

static bool put_brokered(struct asking *a, const struct layer *l, const struct brokered *b) {
    struct frame *f = a->m.frame;
    uint32_t row = f->n;
    return frame_push(f) && put_key(a, 0, row, b->from) && put_key(a, 1, row, b->to) &&
           put_text(f, 2, row, l->name) && put_int(f, 3, row, (int64_t)b->paths) &&
           put_int(f, 4, row, (int64_t)b->closed) &&
           put_int(f, 5, row, (int64_t)(b->paths - b->closed));
}

static enum status list_brokered(struct asking *a, const void *user) {
    struct arena *arena = native_arena(a->m.call);
    bool ok = true;
    UNUSED(user);
    for (uint32_t k = 0; ok && k < a->layers.n; k++) {
        const struct ties *t = &a->layers.at[k].ties;
        struct brokered *all = ARENA_ARRAY(arena, struct brokered, (size_t)t->n + 1);
        uint32_t n = 0;
        ok = all && brokered_find(arena, a->m.net->line, t, all, &n);
        for (uint32_t i = 0; ok && i < n; i++) {
            ok = put_brokered(a, &a->layers.at[k], &all[i]);
        }
    }
    return had_memory(ok);
}

int network_brokered(struct native_call *c) {
    return ask_network(
        c, &(struct figure){
               .needs = NEEDS_LINE,
               .definition = "paths from a member to its parent, to a parent on another line, to a "
                             "member of that one, each step a tie, counted for each tie of two "
                             "parents; closed: the two members at the ends are tied themselves; "
                             "with directions all lead the same way",
               .fn = list_brokered});
}

/* ---- between levels ---- */

enum { LINE = 1, DIRECTION, TIES, POSSIBLE, DENSITY };

struct passage {
    uint64_t ties, possible;
};
enum passage_kind { OWN_UP, OWN_DOWN, CROSS_UP, CROSS_DOWN, PASSAGES };

static enum passage_kind passage_of(const struct asking *a, uint32_t from, uint32_t to) {
    const uint32_t *line = a->m.net->line;
    bool own = line_leads(line, from, to) || line_leads(line, to, from);
    bool up = a->nodes.rank[to] < a->nodes.rank[from];
    return own ? (up ? OWN_UP : OWN_DOWN) : up ? CROSS_UP : CROSS_DOWN;
}

/* Pairs along lines are visited, the others are the rest; each possible pair can be tied up and
 * down. */
static bool count_possible(struct asking *a, struct passage all[PASSAGES]) {
    uint64_t pairs[TIE_CLASSES], own = 0;
    if (!tie_class_pairs(native_arena(a->m.call), &a->nodes, false, pairs)) {
        return false;
    }
    for (uint32_t v = 0; v < a->m.net->n; v++) {
        for (uint32_t above = a->m.net->line[v]; above != NO_PARENT;
             above = a->m.net->line[above]) {
            own += tie_class_of(&a->nodes, v, above) == TIE_VERTICAL;
        }
    }
    all[OWN_UP].possible = all[OWN_DOWN].possible = own;
    all[CROSS_UP].possible = all[CROSS_DOWN].possible = pairs[TIE_VERTICAL] - own;
    return true;
}

static bool put_passage(struct asking *a, const struct layer *l, const char *line,
                        const char *direction, const struct passage *p) {
    struct frame *f = a->m.frame;
    uint32_t row = layer_row(a, l);
    return row != UINT32_MAX && put_text(f, LINE, row, str_of(line)) &&
           put_text(f, DIRECTION, row, str_of(direction)) &&
           put_int(f, TIES, row, (int64_t)p->ties) &&
           put_int(f, POSSIBLE, row, (int64_t)p->possible) &&
           put_ratio(f, DENSITY, row, (int64_t)p->ties, (int64_t)p->possible);
}

static bool put_passages(struct asking *a, const struct layer *l, struct passage all[PASSAGES]) {
    if (l->ties.directed) {
        return put_passage(a, l, "own", "up", &all[OWN_UP]) &&
               put_passage(a, l, "own", "down", &all[OWN_DOWN]) &&
               put_passage(a, l, "cross", "up", &all[CROSS_UP]) &&
               put_passage(a, l, "cross", "down", &all[CROSS_DOWN]);
    }
    all[OWN_UP].ties += all[OWN_DOWN].ties;
    all[CROSS_UP].ties += all[CROSS_DOWN].ties;
    return put_passage(a, l, "own", NULL, &all[OWN_UP]) &&
           put_passage(a, l, "cross", NULL, &all[CROSS_UP]);
}

static enum status count_vertical(struct asking *a, const void *user) {
    bool ok = true;
    UNUSED(user);
    for (uint32_t k = 0; ok && k < a->layers.n; k++) {
        const struct ties *t = &a->layers.at[k].ties;
        struct passage all[PASSAGES] = {{0}};
        for (uint32_t i = 0; i < t->n; i++) {
            if (tie_class_of(&a->nodes, t->from[i], t->to[i]) == TIE_VERTICAL) {
                all[passage_of(a, t->from[i], t->to[i])].ties++;
            }
        }
        ok = count_possible(a, all) && put_passages(a, &a->layers.at[k], all);
    }
    return had_memory(ok);
}

int network_vertical(struct native_call *c) {
    return ask_network(
        c, &(struct figure){
               .needs = NEEDS_LINE | NEEDS_LEVEL,
               .definition = "vertical ties: across groups and levels inside the school system; "
                             "own line: one end belongs to the other, directly or through others; "
                             "up: to the higher level",
               .fn = count_vertical});
}

/* ---- on one level ---- */

enum { LEVEL = 1, MEMBERS, PEER_TIES, PEER_POSSIBLE, PEER_DENSITY, WITH_PEERS, MEAN_PEERS, PARTS };

/* Names of what is on one level: "principal or coordinator". */
static struct str level_words(struct asking *a, uint32_t rank) {
    const struct network_view *v = a->m.net;
    struct str words = STR("");
    for (uint32_t k = 0; words.p && k < v->nlevels; k++) {
        if (v->level_rank[k] == rank) {
            words = arena_printf(native_arena(a->m.call), "%.*s%s%.*s", STR_ARG(words),
                                 words.n ? " or " : "", STR_ARG(v->level_names[k]));
        }
    }
    return words;
}

static bool put_peers(struct asking *a, const struct layer *l, uint32_t rank,
                      const struct peers *p) {
    struct frame *f = a->m.frame;
    struct str words = level_words(a, rank);
    uint32_t row = words.p ? layer_row(a, l) : UINT32_MAX;
    return row != UINT32_MAX && put_text(f, LEVEL, row, words) &&
           put_int(f, MEMBERS, row, p->members) && put_int(f, PEER_TIES, row, (int64_t)p->ties) &&
           put_int(f, PEER_POSSIBLE, row, (int64_t)p->possible) &&
           put_ratio(f, PEER_DENSITY, row, (int64_t)p->ties, (int64_t)p->possible) &&
           put_ratio(f, WITH_PEERS, row, p->with_peers, p->members) &&
           put_float(f, MEAN_PEERS, row,
                     p->members ? 2 * (double)p->pairs / p->members : (double)NAN) &&
           put_int(f, PARTS, row, p->components);
}

static enum status measure_horizontal(struct asking *a, const void *user) {
    struct arena *arena = native_arena(a->m.call);
    const struct network_view *v = a->m.net;
    const uint8_t *is_hub = v->hub ? find_hubs(a) : NULL;
    bool ok = is_hub || !v->hub;
    UNUSED(user);
    for (uint32_t k = 0; ok && k < a->layers.n; k++) {
        for (uint32_t i = 0; ok && i < v->nlevels; i++) {
            bool is_first = i == 0 || v->level_rank[i] != v->level_rank[i - 1];
            struct peers p;
            ok =
                !is_first || (peers_find(arena, &a->nodes, is_hub, v->level_rank[i],
                                         &a->layers.at[k].ties, &p) &&
                              (!p.members || put_peers(a, &a->layers.at[k], v->level_rank[i], &p)));
        }
    }
    return had_memory(ok);
}

int network_horizontal(struct native_call *c) {
    return ask_network(
        c, &(struct figure){.needs = NEEDS_LEVEL,
                            .definition =
                                "ties between members on one level in different groups inside the "
                                "school system, without the hub; with peers: members with such a "
                                "tie; mean peers: others one is so tied to, in either direction; "
                                "parts: connected by these ties alone",
                            .fn = measure_horizontal});
}
