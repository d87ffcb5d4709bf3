/* Groups of members: brokerage between them, ties within and across. */
#include "stdlib/network/bind_columns.h"
#include "stdlib/network/bind_network.h"
#include "stdlib/network/brokerage.h"
#include "stdlib/network/ei.h"
#include "stdlib/rows.h"
#include <math.h>

/* What a call asks for; read once, before its relations. */
struct asked {
    struct member_groups groups;
    uint64_t permutations, seed;
};

static struct asked *asked_of(const void *user) {
    return *(struct asked *const *)user;
}

/* Argument 1 is `by`. */
static enum status begin(struct measuring *m, const void *user) {
    struct asked *q = asked_of(user);
    enum status s = read_groups(m, native_text(m->call, 1), &q->groups);
    if (s == ST_OK) {
        note_without_group(m, &q->groups);
    }
    return s;
}

static int measure_groups(struct native_call *c, const char *definition, const char *unknown,
                          measure_fn *fn) {
    struct asked q = {.seed = 0}, *at = &q;
    return measure_network(c, &(struct measure){.values = TIES_ALIKE,
                                                .definition = definition,
                                                .unknown = unknown,
                                                .begin = begin,
                                                .fn = fn,
                                                .user = &at});
}

/* ---- brokerage ---- */

#define BROKERAGE                                                                                  \
    "brokerage: paths of two ties past a member whose ends are not tied, by their groups (Gould "  \
    "and Fernandez 1989): coordinator A-A-A, itinerant A-B-A, representative A-A-B, gatekeeper "   \
    "A-B-B, liaison A-B-C; expected and sd: if each tie were as likely as the density says; "      \
    "ties without direction count both ways, and have no sd"
#define UNKNOWN_PATHS                                                                              \
    "are in no path, nor is what would close one; with directions they are no brokers"

/* Columns behind those that name the row. */
enum { ROLE, PATHS, EXPECTED, SD, Z };

static bool put_role(struct measuring *m, uint32_t first, uint32_t row, enum role role, uint64_t n,
                     const struct chance *chance) {
    struct frame *f = m->frame;
    return row != UINT32_MAX && put_text(f, first + ROLE, row, str_of(role_name(role))) &&
           put_int(f, first + PATHS, row, (int64_t)n) &&
           put_float(f, first + EXPECTED, row, chance->expected) &&
           put_float(f, first + SD, row, chance->sd) &&
           put_float(f, first + Z, row, brokerage_z(n, chance));
}

static enum status find_brokerage(struct measuring *m, const struct groups *by,
                                  struct brokerage *b) {
    struct arena *a = native_arena(m->call);
    b->of_member = arena_take(a, (size_t)m->net->n * sizeof *b->of_member);
    b->of_group = arena_take(a, (size_t)by->n * sizeof *b->of_group);
    return b->of_member && b->of_group ? brokerage_find(&m->host, &m->graph, by, m->silent, b)
                                       : ST_NO_MEMORY;
}

static enum status measure_brokerage(struct measuring *m, const void *user) {
    const struct groups *by = &asked_of(user)->groups.by;
    struct brokerage b;
    enum status s = find_brokerage(m, by, &b);
    for (uint32_t v = 0; s == ST_OK && v < m->net->n; v++) {
        bool known = !m->silent || !m->silent[v] || !m->graph.directed;
        for (int r = 0; s == ST_OK && known && takes_part(by, v) && r < ROLES; r++) {
            s = had_memory(put_role(m, 2, member_row(m, v), (enum role)r, b.of_member[v][r],
                                    &brokerage_chance(&b, by, m->silent, v)[r]));
        }
    }
    return s;
}

int network_brokerage(struct native_call *c) {
    return measure_groups(c, BROKERAGE, UNKNOWN_PATHS, measure_brokerage);
}

static enum status measure_whole_brokerage(struct measuring *m, const void *user) {
    struct brokerage b;
    enum status s = find_brokerage(m, &asked_of(user)->groups.by, &b);
    for (int r = 0; s == ST_OK && r < ROLES; r++) {
        s = had_memory(put_role(m, 1, relation_row(m), (enum role)r, b.whole[r], &b.chance[r]));
    }
    return s;
}

int network_brokerage_census(struct native_call *c) {
    return measure_groups(c, BROKERAGE, UNKNOWN_PATHS, measure_whole_brokerage);
}

/* ---- E-I index ---- */

enum { PART, NAME, RELATION, EI, INTERNAL, EXTERNAL, BY_CHANCE, RESCALED, LOW, HIGH };

static enum status begin_ei(struct measuring *m, const void *user) {
    struct asked *q = asked_of(user);
    enum status s = read_draws(m, 2, &q->permutations);
    q->seed = (uint64_t)native_int(m->call, 3);
    if (s == ST_OK) {
        s = begin(m, user);
    }
    if (s == ST_OK && q->permutations) {
        native_note(m->call, "%llu permutations of members over groups, seed %lld",
                    (unsigned long long)q->permutations, (long long)q->seed);
    }
    return s;
}

static bool put_ei(struct measuring *m, const char *part, struct str name, const struct ei *x) {
    struct frame *f = m->frame;
    uint32_t row = f->n;
    double index = ei_of(&x->ties);
    uint64_t draws = isnan(index) ? 0 : x->draws;
    return frame_push(f) && put_text(f, PART, row, str_of(part)) && put_text(f, NAME, row, name) &&
           put_text(f, RELATION, row, m->ties->name) &&
           put_int(f, INTERNAL, row, (int64_t)x->ties.internal) &&
           put_int(f, EXTERNAL, row, (int64_t)x->ties.external) && put_float(f, EI, row, index) &&
           put_float(f, BY_CHANCE, row, ei_expected(x)) &&
           put_float(f, RESCALED, row, ei_rescaled(x)) &&
           put_float(f, LOW, row, share_of_tail(x->tails.low, draws)) &&
           put_float(f, HIGH, row, share_of_tail(x->tails.high, draws));
}

static enum status measure_ei(struct measuring *m, const void *user) {
    const struct asked *q = asked_of(user);
    const struct groups *by = &q->groups.by;
    struct ei whole, *of_member = MEMBER_ARRAY(m, struct ei);
    struct ei *of_group = ARENA_ARRAY(native_arena(m->call), struct ei, (size_t)by->n + 1);
    if (!of_member || !of_group) {
        return ST_NO_MEMORY;
    }
    enum status s = ei_test(&m->host, &m->graph, by, m->silent, q->permutations, q->seed, &whole,
                            of_group, of_member);
    if (s == ST_OK) {
        s = had_memory(put_ei(m, "network", m->net->name, &whole));
    }
    for (uint32_t k = 0; s == ST_OK && k < by->n; k++) {
        s = had_memory(put_ei(m, "group", q->groups.name[k], &of_group[k]));
    }
    for (uint32_t v = 0; s == ST_OK && v < m->net->n; v++) {
        s = had_memory(!takes_part(by, v) || put_ei(m, "member", m->key[v], &of_member[v]));
    }
    return s;
}

int network_ei(struct native_call *c) {
    struct asked q = {.seed = 0}, *at = &q;
    return measure_network(
        c,
        &(struct measure){
            .values = TIES_ALIKE,
            .definition = "ei: ties that leave a group less those that stay, by both (Krackhardt "
                          "and Stern 1988), -1 to 1; expected: of all pairs; rescaled: -1 is the "
                          "least and 1 the most it could be with as many ties; p: share of "
                          "permutations, the network's own among them, with as little or less "
                          "(low), as much or more (high)",
            .unknown = "are not possible pairs; groups change places among those who answered, "
                       "and among the others",
            .begin = begin_ei,
            .fn = measure_ei,
            .user = &at});
}

/* ---- participation ---- */

enum { GROUP = 2, TIES, LEAVING, REACHED, PARTICIPATION, WITHIN };

static enum status measure_participation(struct measuring *m, const void *user) {
    const struct member_groups *g = &asked_of(user)->groups;
    struct participation *p = MEMBER_ARRAY(m, struct participation);
    struct frame *f = m->frame;
    enum status s =
        p ? participation_find(&m->host, &m->graph, &g->by, m->silent, p) : ST_NO_MEMORY;
    for (uint32_t v = 0; s == ST_OK && v < m->net->n; v++) {
        if (!takes_part(&g->by, v)) {
            continue;
        }
        uint32_t row = member_row(m, v);
        s = had_memory(row != UINT32_MAX && put_text(f, GROUP, row, g->name[g->by.of[v]]) &&
                       put_int(f, TIES, row, (int64_t)p[v].ties) &&
                       put_int(f, LEAVING, row, (int64_t)p[v].external) &&
                       put_int(f, REACHED, row, p[v].groups) &&
                       put_float(f, PARTICIPATION, row, p[v].participation) &&
                       put_float(f, WITHIN, row, p[v].within));
    }
    return s;
}

int network_participation(struct native_call *c) {
    return measure_groups(c,
                          "participation: 1 less the squared shares of a member's ties by group, 0 "
                          "if all lead to one (Guimera and Amaral 2005); within: its ties in its "
                          "own group, in standard deviations above the mean there; ties in both "
                          "directions count",
                          "are in no share; within: of the pairs that are known",
                          measure_participation);
}

/* ---- mixing ---- */

enum { FROM_GROUP = 1, TO_GROUP, CELL_TIES, POSSIBLE, DENSITY, ODDS };

/* As many cells as could still be read. */
enum { MOST_MIXING_GROUPS = 1000 };

static bool put_cell(struct measuring *m, const struct member_groups *g, uint32_t from, uint32_t to,
                     const struct mixing *cell, const struct mixing *all) {
    struct frame *f = m->frame;
    uint32_t row = relation_row(m);
    return row != UINT32_MAX && put_text(f, FROM_GROUP, row, g->name[from]) &&
           put_text(f, TO_GROUP, row, g->name[to]) &&
           put_int(f, CELL_TIES, row, (int64_t)cell->ties) &&
           put_int(f, POSSIBLE, row, (int64_t)cell->possible) &&
           put_ratio(f, DENSITY, row, (int64_t)cell->ties, (int64_t)cell->possible) &&
           put_float(f, ODDS, row, mixing_odds_ratio(cell, all));
}

static enum status measure_mixing(struct measuring *m, const void *user) {
    const struct member_groups *g = &asked_of(user)->groups;
    size_t n = g->by.n;
    struct mixing all = {0, 0}, *cell;
    if (n > MOST_MIXING_GROUPS) {
        return measure_fails(m, "take a column with fewer", "`%.*s` has more than %d groups",
                             STR_ARG(g->column), MOST_MIXING_GROUPS);
    }
    cell = ARENA_ARRAY(native_arena(m->call), struct mixing, n * n + 1);
    enum status s =
        cell ? mixing_count(&m->host, &m->graph, &g->by, m->silent, cell) : ST_NO_MEMORY;
    for (size_t i = 0; s == ST_OK && i < n * n; i++) {
        all.ties += cell[i].ties;
        all.possible += cell[i].possible;
    }
    for (uint32_t x = 0; x < n; x++) {
        for (uint32_t y = m->graph.directed ? 0 : x; s == ST_OK && y < n; y++) {
            s = had_memory(put_cell(m, g, x, y, &cell[x * n + y], &all));
        }
    }
    return s;
}

int network_mixing(struct native_call *c) {
    return measure_groups(c,
                          "mixing: ties from one group to another by the pairs that could be tied; "
                          "odds_ratio: the odds of a tie there by those everywhere else; without "
                          "directions each two groups stand once",
                          "are not possible pairs", measure_mixing);
}
