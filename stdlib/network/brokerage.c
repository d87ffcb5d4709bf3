/* Paths of two ties are visited from their first member, whose own ties are marked, so that open
 * ones are known at a look. What chance would give stands in brokerage_chance.c. */
#include "stdlib/network/brokerage.h"
#include <math.h>

const char *role_name(enum role r) {
    static const char *const NAMES[ROLES] = {"coordinator", "itinerant", "representative",
                                             "gatekeeper",  "liaison",   "total"};
    return NAMES[r];
}

double brokerage_z(uint64_t n, const struct chance *chance) {
    return chance->sd > 0 ? ((double)n - chance->expected) / chance->sd : (double)NAN;
}

/* ---- paths ---- */

static enum role role_of(uint32_t a, uint32_t broker, uint32_t c) {
    if (a == broker) {
        return c == broker ? ROLE_COORDINATOR : ROLE_REPRESENTATIVE;
    }
    return c == broker ? ROLE_GATEKEEPER : c == a ? ROLE_ITINERANT : ROLE_LIAISON;
}

struct search {
    const struct graph *g;
    const struct groups *by;
    const uint8_t *silent;
    uint32_t *group;  /* by inner number */
    uint32_t *marked; /* by inner number: the last first member that is tied to it, plus 1 */
    struct brokerage *out;
    struct stint stint;
};

/* Whether nobody can tell if the two are tied. With directions the first is known to have named
 * somebody, and so to have answered. */
static bool is_unknown(const struct search *s, uint32_t a, uint32_t c) {
    return s->silent && !s->g->directed && s->silent[s->g->label[a]] && s->silent[s->g->label[c]];
}

static void count_paths(struct search *s, uint32_t a, uint32_t broker) {
    const struct rows_of_ties *rows = &s->g->out;
    uint64_t *roles = s->out->of_member[s->g->label[broker]];
    for (uint64_t i = rows->start[broker]; i < rows->start[broker + 1]; i++) {
        uint32_t c = rows->node[i];
        if (c != a && s->marked[c] != a + 1 && s->group[c] != UNKNOWN_GROUP &&
            !is_unknown(s, a, c)) {
            roles[role_of(s->group[a], s->group[broker], s->group[c])]++;
            roles[ROLE_ANY]++;
        }
    }
}

static enum status search_from(struct search *s, uint32_t a) {
    const struct rows_of_ties *rows = &s->g->out;
    enum status status = stint_due(&s->stint, 1 + row_length(rows, a));
    for (uint64_t i = rows->start[a]; i < rows->start[a + 1]; i++) {
        s->marked[rows->node[i]] = a + 1;
    }
    for (uint64_t i = rows->start[a]; i < rows->start[a + 1] && status == ST_OK; i++) {
        uint32_t broker = rows->node[i];
        if (s->group[broker] != UNKNOWN_GROUP) {
            status = stint_due(&s->stint, 1 + row_length(rows, broker));
            count_paths(s, a, broker);
        }
    }
    return status;
}

static double path_steps(const struct graph *g) {
    double steps = 0;
    for (uint32_t v = 0; v < g->n; v++) {
        steps += (double)(1 + row_length(&g->in, v)) * (double)(1 + row_length(&g->out, v));
    }
    return steps;
}

static enum status count_roles(struct arena *a, struct search *s) {
    const struct graph *g = s->g;
    enum status status = ST_OK;
    s->group = ARENA_ARRAY(a, uint32_t, g->n);
    s->marked = ARENA_ARRAY(a, uint32_t, g->n);
    if (!s->group || !s->marked) {
        return ST_NO_MEMORY;
    }
    memset(s->marked, 0, g->n * sizeof *s->marked);
    memset(s->out->of_member, 0, g->n * sizeof *s->out->of_member);
    for (uint32_t v = 0; v < g->n; v++) {
        s->group[v] = s->by->of[g->label[v]];
    }
    for (uint32_t v = 0; v < g->n && status == ST_OK; v++) {
        status = s->group[v] != UNKNOWN_GROUP ? search_from(s, v) : ST_OK;
    }
    memset(s->out->whole, 0, sizeof s->out->whole);
    for (uint32_t v = 0; v < g->n; v++) {
        for (int r = 0; r < ROLES; r++) {
            s->out->whole[r] += s->out->of_member[v][r];
        }
    }
    return status;
}

static uint64_t ties_among(const struct graph *g, const struct groups *by) {
    uint64_t n = 0;
    for (uint32_t v = 0; v < g->n; v++) {
        for (uint64_t i = g->out.start[v]; i < g->out.start[v + 1]; i++) {
            n += takes_part(by, g->label[v]) && takes_part(by, g->label[g->out.node[i]]);
        }
    }
    return n;
}

enum status brokerage_find(const struct network_host *host, const struct graph *g,
                           const struct groups *by, const uint8_t *silent, struct brokerage *out) {
    struct effort effort;
    struct arena a;
    arena_init(&a, host->alloc);
    effort_init(&effort, host, path_steps(g));
    struct search search = {
        .g = g, .by = by, .silent = silent, .out = out, .stint = {.effort = &effort}};
    enum status status = count_roles(&a, &search);
    arena_free(&a);
    if (status != ST_OK) {
        return status;
    }
    struct side_work after;
    side_work_init(&after, host, 1, 1);
    return brokerage_by_chance(&after.host, by, g->n, g->directed, silent, ties_among(g, by), out);
}
