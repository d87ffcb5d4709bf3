/* Ties are listed once by the caller's numbers; a permutation then is one pass over that list with
 * the groups of others. All counts are whole numbers, so that threads may add them up in any
 * order. */
#include "stdlib/network/ei.h"
#include <math.h>

/* ---- ties among members with groups ---- */

struct tie_ends {
    uint64_t n;
    uint32_t *from, *to;
};

static enum status list_ties(struct arena *a, const struct graph *g, const struct groups *by,
                             struct tie_ends *out) {
    *out = (struct tie_ends){.from = ARENA_ARRAY(a, uint32_t, g->ties),
                             .to = ARENA_ARRAY(a, uint32_t, g->ties)};
    if (!out->from || !out->to) {
        return ST_NO_MEMORY;
    }
    for (uint32_t v = 0; v < g->n; v++) {
        for (uint64_t i = g->out.start[v]; i < g->out.start[v + 1]; i++) {
            uint32_t from = g->label[v], to = g->label[g->out.node[i]];
            if ((g->directed || v < g->out.node[i]) && takes_part(by, from) && takes_part(by, to)) {
                out->from[out->n] = from;
                out->to[out->n++] = to;
            }
        }
    }
    return ST_OK;
}

/* ---- E-I index ---- */

double ei_of(const struct sides *s) {
    double all = (double)s->internal + (double)s->external;
    return all > 0 ? ((double)s->external - (double)s->internal) / all : (double)NAN;
}

double ei_expected(const struct ei *x) {
    return ei_of(&x->possible);
}

double ei_rescaled(const struct ei *x) {
    uint64_t all = x->ties.internal + x->ties.external;
    uint64_t most_in = all < x->possible.internal ? all : x->possible.internal;
    uint64_t most_out = all < x->possible.external ? all : x->possible.external;
    /* In whole numbers as long as can be: what stands in the middle has exactly 0. */
    double above = (double)x->ties.external - (double)(all - most_in);
    double below = (double)most_out - (double)x->ties.external;
    return above + below > 0 ? (above - below) / (above + below) : (double)NAN;
}

/* Ties of all groups and members under one giving of groups. */
struct ei_counts {
    struct sides whole, *of_group, *of_member;
};

static bool take_counts(struct arena *a, uint32_t groups, uint32_t members, struct ei_counts *out) {
    out->of_group = LINE_ARRAY(a, struct sides, (size_t)groups + 1);
    out->of_member = LINE_ARRAY(a, struct sides, (size_t)members + 1);
    return out->of_group && out->of_member;
}

static void count_sides(const struct tie_ends *t, const struct groups *by, uint32_t members,
                        struct ei_counts *c) {
    c->whole = (struct sides){0, 0};
    memset(c->of_group, 0, by->n * sizeof *c->of_group);
    memset(c->of_member, 0, members * sizeof *c->of_member);
    for (uint64_t i = 0; i < t->n; i++) {
        uint32_t a = by->of[t->from[i]], b = by->of[t->to[i]];
        if (a == b) {
            c->of_group[a].internal++;
            c->of_member[t->from[i]].internal++;
            c->of_member[t->to[i]].internal++;
        } else {
            c->of_group[a].external++;
            c->of_group[b].external++;
            c->of_member[t->from[i]].external++;
            c->of_member[t->to[i]].external++;
        }
    }
    for (uint32_t k = 0; k < by->n; k++) {
        c->whole.internal += c->of_group[k].internal;
        c->whole.external += c->of_group[k].external;
    }
    c->whole.external /= 2;
}

struct ei_piece {
    const struct tie_ends *ties;
    const struct groups *by;
    uint32_t members;
    uint32_t known; /* members with a group; those first who */
    uint32_t answered;
    const uint32_t *member; /* these, and */
    const uint32_t *label;  /* their groups */
    uint64_t permutations, seed;
    const struct ei *whole, *of_group, *of_member; /* as observed */
    struct ei_worker *worker;
    struct effort *effort;
};

struct ei_worker {
    struct stint stint;
    uint32_t *order, *of; /* groups of a permutation */
    struct ei_counts counts;
    struct ei whole, *of_group, *of_member; /* tails and draws only */
};

static void tally(struct ei *sum, const struct sides *drawn, const struct ei *observed) {
    double x = ei_of(drawn);
    if (!isnan(x)) {
        sum->draws++;
        tails_add(&sum->tails, x, ei_of(&observed->ties));
    }
}

static void permute_groups(const struct ei_piece *p, struct ei_worker *w, uint64_t number) {
    uint32_t next[2] = {0, p->answered};
    draw_order(p->seed, number, p->known, w->order);
    for (uint32_t i = 0; i < p->known; i++) {
        uint32_t from = w->order[i];
        w->of[p->member[next[from >= p->answered]++]] = p->label[from];
    }
}

static enum status permute_piece(void *user, uint32_t worker, uint32_t piece) {
    const struct ei_piece *p = user;
    struct ei_worker *w = &p->worker[worker];
    uint64_t first = (uint64_t)piece * DRAWS_OF_PIECE;
    uint64_t end =
        first + DRAWS_OF_PIECE < p->permutations ? first + DRAWS_OF_PIECE : p->permutations;
    struct groups by = {p->by->n, w->of};
    enum status status = ST_OK;
    for (uint64_t i = first; i < end && status == ST_OK; i++) {
        status = stint_due(&w->stint, p->ties->n + 2 * (uint64_t)p->members + p->by->n);
        permute_groups(p, w, i);
        count_sides(p->ties, &by, p->members, &w->counts);
        tally(&w->whole, &w->counts.whole, p->whole);
        for (uint32_t k = 0; k < p->by->n; k++) {
            tally(&w->of_group[k], &w->counts.of_group[k], &p->of_group[k]);
        }
        for (uint32_t v = 0; v < p->members; v++) {
            tally(&w->of_member[v], &w->counts.of_member[v], &p->of_member[v]);
        }
    }
    return status;
}

static bool take_worker(struct arena *a, const struct ei_piece *p, struct ei_worker *w) {
    *w = (struct ei_worker){.stint = {.effort = p->effort}};
    w->order = LINE_ARRAY(a, uint32_t, (size_t)p->members + 1);
    w->of = LINE_ARRAY(a, uint32_t, (size_t)p->members + 1);
    w->of_group = LINE_ARRAY(a, struct ei, (size_t)p->by->n + 1);
    w->of_member = LINE_ARRAY(a, struct ei, (size_t)p->members + 1);
    if (!w->order || !w->of || !w->of_group || !w->of_member ||
        !take_counts(a, p->by->n, p->members, &w->counts)) {
        return false;
    }
    memcpy(w->of, p->by->of, p->members * sizeof *w->of);
    memset(w->of_group, 0, p->by->n * sizeof *w->of_group);
    memset(w->of_member, 0, p->members * sizeof *w->of_member);
    return true;
}

static void add_up(struct ei *to, const struct ei *from) {
    to->draws += from->draws;
    to->tails.low += from->tails.low;
    to->tails.high += from->tails.high;
}

static enum status permute(const struct network_host *host, struct arena *a, struct ei_piece *p,
                           struct ei *whole, struct ei *of_group, struct ei *of_member) {
    uint32_t pieces = (uint32_t)((p->permutations + DRAWS_OF_PIECE - 1) / DRAWS_OF_PIECE);
    uint32_t workers = effort_workers(host, pieces);
    p->worker = LINE_ARRAY(a, struct ei_worker, workers);
    for (uint32_t k = 0; p->worker && k < workers; k++) {
        if (!take_worker(a, p, &p->worker[k])) {
            return ST_NO_MEMORY;
        }
        p->worker[k].stint.worker = k;
    }
    if (!p->worker) {
        return ST_NO_MEMORY;
    }
    enum status status = effort_share(p->effort, pieces, p, permute_piece);
    for (uint32_t k = 0; k < workers; k++) {
        add_up(whole, &p->worker[k].whole);
        for (uint32_t i = 0; i < p->by->n; i++) {
            add_up(&of_group[i], &p->worker[k].of_group[i]);
        }
        for (uint32_t v = 0; v < p->members; v++) {
            add_up(&of_member[v], &p->worker[k].of_member[v]);
        }
    }
    return status;
}

/* Who has a group, and who of them answered. */
struct sizes {
    bool directed;
    uint64_t known, mute; /* of all groups together */
    uint64_t *size, *silent;
};

static bool take_sizes(struct arena *a, const struct graph *g, const struct groups *by,
                       const uint8_t *silent, struct sizes *out) {
    *out = (struct sizes){.directed = g->directed,
                          .size = ARENA_ARRAY(a, uint64_t, (size_t)by->n + 1),
                          .silent = ARENA_ARRAY(a, uint64_t, (size_t)by->n + 1)};
    if (!out->size || !out->silent) {
        return false;
    }
    out->known = groups_sizes(by, g->n, out->size);
    out->mute = groups_silent(by, g->n, silent, out->silent);
    return true;
}

static uint64_t pairs_among(uint64_t n) {
    return n ? n * (n - 1) / 2 : 0;
}

/* Pairs that are known and could be tied, within a group and with all others. */
static struct sides pairs_of_group(const struct sizes *s, uint32_t k) {
    uint64_t n = s->size[k], mute = s->silent[k], others = s->known - n, silent = s->mute - mute;
    if (s->directed) {
        return (struct sides){n ? (n - mute) * (n - 1) : 0,
                              (n - mute) * others + n * (others - silent)};
    }
    return (struct sides){pairs_among(n) - pairs_among(mute), n * others - mute * silent};
}

static struct sides pairs_of_member(const struct sizes *s, uint32_t k, bool is_silent) {
    uint64_t n = s->size[k] - 1, mute = s->silent[k] - is_silent, others = s->known - s->size[k];
    uint64_t silent = s->mute - s->silent[k];
    if (!s->directed) {
        return is_silent ? (struct sides){n - mute, others - silent} : (struct sides){n, others};
    }
    struct sides named = {n - mute, others - silent};
    return is_silent ? named : (struct sides){named.internal + n, named.external + others};
}

/* Pairs that could be tied, and what is. */
static void observe(const struct groups *by, uint32_t members, const struct sizes *s,
                    const uint8_t *silent, const struct ei_counts *c, struct ei *whole,
                    struct ei *of_group, struct ei *of_member) {
    *whole = (struct ei){.ties = c->whole};
    for (uint32_t k = 0; k < by->n; k++) {
        of_group[k] = (struct ei){.ties = c->of_group[k], .possible = pairs_of_group(s, k)};
        whole->possible.internal += of_group[k].possible.internal;
        whole->possible.external += of_group[k].possible.external;
    }
    whole->possible.external /= 2;
    for (uint32_t v = 0; v < members; v++) {
        of_member[v] = (struct ei){.ties = c->of_member[v]};
        if (takes_part(by, v)) {
            of_member[v].possible = pairs_of_member(s, by->of[v], silent && silent[v]);
        }
    }
}

static void list_members(const struct groups *by, uint32_t members, const uint8_t *silent,
                         uint32_t answered, uint32_t *member, uint32_t *label) {
    uint32_t next[2] = {0, answered};
    for (uint32_t v = 0; v < members; v++) {
        if (takes_part(by, v)) {
            uint32_t at = next[silent && silent[v]]++;
            member[at] = v;
            label[at] = by->of[v];
        }
    }
}

enum status ei_test(const struct network_host *host, const struct graph *g, const struct groups *by,
                    const uint8_t *silent, uint64_t permutations, uint64_t seed, struct ei *whole,
                    struct ei *of_group, struct ei *of_member) {
    struct effort effort;
    struct arena a;
    struct tie_ends ties;
    struct ei_counts counts;
    struct sizes sizes;
    if (permutations > (uint64_t)UINT32_MAX * DRAWS_OF_PIECE) {
        return ST_LIMIT;
    }
    arena_init(&a, host->alloc);
    effort_init(&effort, host, (double)permutations * (double)(g->ties + 2 * (uint64_t)g->n));
    uint32_t *member = ARENA_ARRAY(&a, uint32_t, g->n);
    uint32_t *label = ARENA_ARRAY(&a, uint32_t, g->n);
    enum status status = member && label && take_sizes(&a, g, by, silent, &sizes) &&
                                 take_counts(&a, by->n, g->n, &counts)
                             ? list_ties(&a, g, by, &ties)
                             : ST_NO_MEMORY;
    if (status == ST_OK) {
        uint32_t answered = (uint32_t)(sizes.known - sizes.mute);
        list_members(by, g->n, silent, answered, member, label);
        count_sides(&ties, by, g->n, &counts);
        observe(by, g->n, &sizes, silent, &counts, whole, of_group, of_member);
        struct ei_piece p = {.ties = &ties,
                             .by = by,
                             .members = g->n,
                             .known = (uint32_t)sizes.known,
                             .answered = answered,
                             .member = member,
                             .label = label,
                             .permutations = permutations,
                             .seed = seed,
                             .whole = whole,
                             .of_group = of_group,
                             .of_member = of_member,
                             .effort = &effort};
        status = permute(host, &a, &p, whole, of_group, of_member);
    }
    arena_free(&a);
    return status;
}
