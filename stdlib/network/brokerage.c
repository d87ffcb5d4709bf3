/* Paths of two ties are visited from their first member, whose own ties are marked, so that open
 * ones are known at a look.
 *
 * Moments are those of Gould and Fernandez's appendix, with d the density, p = d^2 (1 - d) the
 * chance that a given path of two is open, and sums over groups written as power sums of their
 * sizes, so that no triple of groups is visited. */
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
    uint32_t *group;  /* by inner number */
    uint32_t *marked; /* by inner number: the last first member that is tied to it, plus 1 */
    struct brokerage *out;
    struct stint stint;
};

static void count_paths(struct search *s, uint32_t a, uint32_t broker) {
    const struct rows_of_ties *rows = &s->g->out;
    uint64_t *roles = s->out->of_member[s->g->label[broker]];
    for (uint64_t i = rows->start[broker]; i < rows->start[broker + 1]; i++) {
        uint32_t c = rows->node[i];
        if (c != a && s->marked[c] != a + 1 && s->group[c] != UNKNOWN_GROUP) {
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

/* ---- chance ---- */

/* Chances of configurations of ties, each with density d. */
struct ties_by_chance {
    double open;     /* d^2 (1 - d): a path of two is open */
    double a, b, c;  /* d^3 (1 - d)^3, d^4 (1 - d)^2, d^5 (1 - d) */
    double power[5]; /* of group sizes: sums of n^k */
    bool directed;
};

static struct chance moments(const struct ties_by_chance *t, double paths, double covariance) {
    double expected = t->open * paths;
    double variance = expected * (1 - t->open) + covariance;
    return (struct chance){expected, t->directed ? sqrt(fmax(variance, 0)) : (double)NAN};
}

/* Ordered selections of k of n. */
static double falling(double n, int k) {
    double x = 1;
    for (int i = 0; i < k; i++) {
        x *= n - i;
    }
    return x;
}

/* Of one member in a group of n. Sums over the other groups are those over all less its own. */
static void chance_of_member(const struct ties_by_chance *t, double n, struct chance out[ROLES]) {
    const double *s = t->power;
    double all = s[1], others = all - n;
    /* Pairs and triples of others in one group. */
    double pairs = s[2] - s[1] - falling(n, 2);
    double triples = s[3] - 3 * s[2] + 2 * s[1] - falling(n, 3);
    double one_side = (n - 1) * falling(others, 2) / 2 + others * falling(n - 1, 2) / 2;
    /* Over groups m of others: m times the pairs of those in neither group. */
    double apart = ((others * others - others) * others - (2 * others - 1) * (s[2] - n * n) +
                    (s[3] - n * n * n)) /
                   2;
    out[ROLE_COORDINATOR] = moments(t, falling(n - 1, 2), 2 * falling(n - 1, 3) * t->a);
    out[ROLE_ITINERANT] = moments(t, pairs, 2 * triples * t->a);
    out[ROLE_REPRESENTATIVE] = moments(t, others * (n - 1), 2 * one_side * t->a);
    out[ROLE_GATEKEEPER] = out[ROLE_REPRESENTATIVE];
    out[ROLE_LIAISON] = moments(t, others * others - (s[2] - n * n), 4 * apart * t->a);
    out[ROLE_ANY] = moments(t, falling(all - 1, 2), 2 * falling(all - 1, 3) * t->a);
}

/* All members of groups of n together, where every three stand for a path each way. */
static double covariance_of_group(const struct ties_by_chance *t, double n) {
    return falling(n, 3) * ((4 * n - 10) * t->a - 4 * (n - 3) * t->b + (n - 3) * t->c);
}

static double covariance_of_itinerants(const struct ties_by_chance *t, const struct groups *by,
                                       const uint64_t *size) {
    const double *s = t->power;
    double sum = 0;
    for (uint32_t k = 0; k < by->n; k++) {
        double x = (double)size[k], pairs = x * (x - 1);
        /* With every group y but its own: y pairs ((2x + 2y - 6) a + (N - x - 1) c). */
        double others = s[1] - x, squares = s[2] - x * x;
        sum +=
            pairs * (((2 * x - 6) * others + 2 * squares) * t->a + (s[1] - x - 1) * others * t->c);
    }
    return sum;
}

static void chance_of_all(const struct ties_by_chance *t, const struct groups *by,
                          const uint64_t *size, struct chance out[ROLES]) {
    const double *s = t->power;
    double all = s[1], within = 0, sides = 0, side_covariance = 0;
    for (uint32_t k = 0; k < by->n; k++) {
        double n = (double)size[k];
        double paths = falling(n, 2) * (all - n);
        within += covariance_of_group(t, n);
        sides += paths;
        side_covariance += paths * ((all - 3) * t->a + (n - 2) * t->c);
    }
    /* Over groups i, j, k that differ: n_i n_j n_k, and n_i^2 n_j n_k. */
    double three = all * all * all - 3 * all * s[2] + 2 * s[3];
    double square = all * all * s[2] - 2 * all * s[3] - s[2] * s[2] + 2 * s[4];
    double apart = ((4 * all - 2) * three - 8 * square) * (t->a - t->b) +
                   ((all - 1) * three - 2 * square) * t->c;
    out[ROLE_COORDINATOR] = moments(t, s[3] - 3 * s[2] + 2 * s[1], within);
    out[ROLE_ITINERANT] = moments(t, sides, covariance_of_itinerants(t, by, size));
    out[ROLE_REPRESENTATIVE] = moments(t, sides, side_covariance);
    out[ROLE_GATEKEEPER] = out[ROLE_REPRESENTATIVE];
    out[ROLE_LIAISON] = moments(t, three, apart);
    out[ROLE_ANY] = moments(t, falling(all, 3), covariance_of_group(t, all));
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

static enum status find_chances(struct arena *a, const struct graph *g, const struct groups *by,
                                struct brokerage *out) {
    uint64_t *size = ARENA_ARRAY(a, uint64_t, (size_t)by->n + 1);
    if (!size) {
        return ST_NO_MEMORY;
    }
    struct ties_by_chance t = {.directed = g->directed};
    double members = groups_sizes(by, g->n, size);
    double d = members > 1 ? (double)ties_among(g, by) / (members * (members - 1)) : 0;
    t.open = d * d * (1 - d);
    t.a = pow(d * (1 - d), 3);
    t.b = pow(d, 4) * (1 - d) * (1 - d);
    t.c = pow(d, 5) * (1 - d);
    for (uint32_t k = 0; k < by->n; k++) {
        double n = (double)size[k];
        t.power[1] += n;
        t.power[2] += n * n;
        t.power[3] += n * n * n;
        t.power[4] += n * n * n * n;
    }
    for (uint32_t k = 0; k < by->n; k++) {
        chance_of_member(&t, (double)size[k], out->of_group[k]);
    }
    chance_of_all(&t, by, size, out->chance);
    return ST_OK;
}

enum status brokerage_find(const struct network_host *host, const struct graph *g,
                           const struct groups *by, struct brokerage *out) {
    struct effort effort;
    struct arena a;
    arena_init(&a, host->alloc);
    effort_init(&effort, host, path_steps(g));
    struct search search = {.g = g, .by = by, .out = out, .stint = {.effort = &effort}};
    enum status status = count_roles(&a, &search);
    if (status == ST_OK) {
        status = find_chances(&a, g, by, out);
    }
    arena_free(&a);
    return status;
}
