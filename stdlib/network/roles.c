/* Counts over the ties first, then the rules, one for each role. */
#include "stdlib/network/roles.h"
#include <math.h>
#include <stdlib.h>

const char *standing_name(enum standing r) {
    static const char *const NAMES[STANDINGS] = {"hub",        "isolate",  "backbone",
                                                 "bridge",     "broker",   "anchor",
                                                 "peripheral", "newcomer", "member"};
    return NAMES[r];
}

enum standing main_standing(const struct member_role *m) {
    int r = 0;
    while (r < STANDING_MEMBER && !has_standing(m, (enum standing)r)) {
        r++;
    }
    return (enum standing)r;
}

/* ---- cuts ---- */

static int by_number(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Between the two nearest in order (Hyndman and Fan's type 7). */
static double quantile_of(const double *sorted, uint32_t n, double q) {
    double at = (n - 1) * q;
    uint32_t low = (uint32_t)at;
    return low + 1 < n ? sorted[low] + (at - low) * (sorted[low + 1] - sorted[low]) : sorted[low];
}

static bool find_cuts(struct arena *a, const struct role_facts *f, struct role_cuts *cuts) {
    uint32_t n = f->ties->nodes;
    double *sorted = ARENA_ARRAY(a, double, (size_t)n + 1);
    *cuts = (struct role_cuts){.core = 0};
    if (!sorted) {
        return false;
    }
    for (uint32_t v = 0; v < n; v++) {
        cuts->core = f->core[v] > cuts->core ? f->core[v] : cuts->core;
        sorted[v] = f->betweenness[v];
    }
    qsort(sorted, n, sizeof *sorted, by_number);
    cuts->betweenness = n ? quantile_of(sorted, n, BACKBONE_QUANTILE) : 0;
    return true;
}

/* ---- groups ---- */

static uint32_t group_of(const struct role_facts *f, uint32_t v) {
    return f->group ? f->group[v] : (uint32_t)UNKNOWN_GROUP;
}

/* Of each group: how large it is, the only member with ties to others. */
struct group_facts {
    uint32_t members, most, link;
};
enum { NO_LINK = UINT32_MAX, SEVERAL_LINKS = UINT32_MAX - 1 };

static void note_link(struct group_facts *g, uint32_t member) {
    g->link = g->link == NO_LINK || g->link == member ? member : (uint32_t)SEVERAL_LINKS;
}

static void take_tie(const struct role_facts *f, uint32_t from, uint32_t to,
                     struct group_facts *groups, struct member_role *out) {
    uint32_t x = group_of(f, from), y = group_of(f, to);
    if (x == UNKNOWN_GROUP || y == UNKNOWN_GROUP) {
        return;
    }
    if (x == y) {
        out[to].internal++;
        out[from].internal += !f->ties->directed;
    } else {
        note_link(&groups[x], from);
        note_link(&groups[y], to);
    }
}

/* Neighbours of all, in rows. */
struct neighbours {
    uint32_t *start, *node;
};

static bool list_neighbours(struct arena *a, const struct ties *t, struct neighbours *out) {
    out->start = ARENA_ARRAY(a, uint32_t, (size_t)t->nodes + 2);
    out->node = ARENA_ARRAY(a, uint32_t, 2 * (size_t)t->n + 1);
    if (!out->start || !out->node) {
        return false;
    }
    memset(out->start, 0, ((size_t)t->nodes + 2) * sizeof *out->start);
    for (uint32_t i = 0; i < t->n; i++) {
        out->start[t->from[i] + 2]++;
        out->start[t->to[i] + 2]++;
    }
    for (uint32_t v = 2; v < t->nodes + 2; v++) {
        out->start[v] += out->start[v - 1];
    }
    for (uint32_t i = 0; i < t->n; i++) {
        out->node[out->start[t->from[i] + 1]++] = t->to[i];
        out->node[out->start[t->to[i] + 1]++] = t->from[i];
    }
    return true;
}

/* Other groups among the neighbours; `seen`: the last member that saw a group. */
static uint32_t count_groups(const struct role_facts *f, const struct neighbours *all, uint32_t v,
                             uint32_t *seen) {
    uint32_t n = 0;
    for (uint32_t i = all->start[v]; i < all->start[v + 1]; i++) {
        uint32_t group = group_of(f, all->node[i]);
        if (group != UNKNOWN_GROUP && group != group_of(f, v) && seen[group] != v) {
            seen[group] = v;
            n++;
        }
    }
    return n;
}

static bool find_groups(struct arena *a, const struct role_facts *f, const struct neighbours *all,
                        struct member_role *out) {
    uint32_t n = f->ties->nodes;
    struct group_facts *groups = ARENA_ARRAY(a, struct group_facts, (size_t)n + 1);
    uint32_t *seen = ARENA_ARRAY(a, uint32_t, (size_t)n + 1);
    if (!groups || !seen) {
        return false;
    }
    for (uint32_t v = 0; v < n; v++) {
        groups[v] = (struct group_facts){.link = NO_LINK};
        seen[v] = UINT32_MAX;
    }
    for (uint32_t i = 0; i < f->ties->n; i++) {
        take_tie(f, f->ties->from[i], f->ties->to[i], groups, out);
    }
    for (uint32_t v = 0; v < n; v++) {
        uint32_t group = group_of(f, v);
        out[v].groups = count_groups(f, all, v, seen);
        if (group != UNKNOWN_GROUP) {
            struct group_facts *g = &groups[group];
            g->members++;
            g->most = out[v].internal > g->most ? out[v].internal : g->most;
        }
    }
    for (uint32_t v = 0; v < n; v++) {
        uint32_t group = group_of(f, v);
        if (group != UNKNOWN_GROUP) {
            out[v].internal_most = groups[group].most;
            out[v].sole_link = groups[group].members > 1 && groups[group].link == v;
        }
    }
    return true;
}

/* ---- the rules ---- */

static bool is_backbone(const struct role_facts *f, const struct role_cuts *cuts, uint32_t v,
                        const struct member_role *m) {
    return f->core[v] == cuts->core && f->betweenness[v] > 0 &&
           f->betweenness[v] >= cuts->betweenness && m->groups >= BACKBONE_GROUPS;
}

static uint16_t standings_of(const struct role_facts *f, const struct role_cuts *cuts, uint32_t v,
                             bool alone, const struct member_role *m) {
    const bool has[STANDINGS] = {
        [STANDING_HUB] = f->is_hub && f->is_hub[v],
        [STANDING_ISOLATE] = alone,
        [STANDING_BACKBONE] = !alone && is_backbone(f, cuts, v, m),
        [STANDING_BRIDGE] = f->cutpoint[v] || m->sole_link,
        [STANDING_BROKER] = f->broker_z && f->broker_z[v] > BROKER_Z,
        [STANDING_ANCHOR] = m->internal && m->internal == m->internal_most,
        [STANDING_PERIPHERAL] = !alone && f->core[v] <= PERIPHERAL_CORE,
        [STANDING_NEWCOMER] = f->is_new && f->is_new[v],
    };
    unsigned standings = 0;
    for (int r = 0; r < STANDINGS; r++) {
        standings |= (unsigned)has[r] << r;
    }
    return (uint16_t)standings;
}

bool roles_find(struct arena *a, const struct role_facts *facts, struct role_cuts *cuts,
                struct member_role *out) {
    uint32_t n = facts->ties->nodes;
    struct neighbours all;
    memset(out, 0, n * sizeof *out);
    if (!list_neighbours(a, facts->ties, &all) || !find_cuts(a, facts, cuts) ||
        !find_groups(a, facts, &all, out)) {
        return false;
    }
    for (uint32_t v = 0; v < n; v++) {
        out[v].standings = standings_of(facts, cuts, v, all.start[v] == all.start[v + 1], &out[v]);
    }
    return true;
}
