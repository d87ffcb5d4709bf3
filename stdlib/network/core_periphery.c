/* A split is as good as its ties within the periphery are few, for a core of that size. So the best
 * move into the core is of whoever has most ties to the periphery, out of it of whoever has fewest;
 * the best swap takes one look at all ties. Equal ones go by number, which is by falling degree. */
#include "stdlib/network/core_periphery.h"
#include "stdlib/network/influence.h"
#include "stdlib/random/generator.h"
#include <math.h>

enum { LEAST_SHAKES = 5, MOST_SHAKES = 200, SHAKEN_OF = 20 };
static const double SHAKE_STEPS = 4e8, GAIN = 1e-12;

/* ---- fit ---- */

/* Of two things that are 0 or 1, of n pairs: a are the one, b the other, both are both. */
static double agreement(double n, double a, double b, double both) {
    double spread = a * (n - a) * b * (n - b);
    return spread > 0 ? (n * both - a * b) / sqrt(spread) : (double)NAN;
}

struct search {
    const struct graph *g; /* without directions */
    double unit;           /* ties of a pair at most: 1 or 2 */
    double ties;           /* all, in these */
    uint8_t *core;         /* inner numbers */
    uint32_t *outer;       /* ties to the periphery */
    uint32_t members;
    double within; /* ties within the periphery */
    struct effort effort;
    struct stint stint;
};

static uint32_t weight_at(const struct graph *g, uint64_t entry) {
    return g->out.value ? (uint32_t)g->out.value[entry] : 1;
}

static double fit_of(const struct search *s, double members, double within) {
    double n = s->g->n, pairs = n * (n - 1) / 2, rest = n - members;
    return agreement(s->unit * pairs, s->ties, s->unit * (pairs - rest * (rest - 1) / 2),
                     s->ties - within);
}

static double fit_now(const struct search *s) {
    return fit_of(s, s->members, s->within);
}

/* ---- moves ---- */

static void move(struct search *s, uint32_t v) {
    bool in = !s->core[v];
    s->within += in ? -(double)s->outer[v] : (double)s->outer[v];
    s->members += in ? 1 : UINT32_MAX;
    s->core[v] = in;
    for (uint64_t i = s->g->out.start[v]; i < s->g->out.start[v + 1]; i++) {
        uint32_t weight = weight_at(s->g, i), *outer = &s->outer[s->g->out.node[i]];
        *outer = in ? *outer - weight : *outer + weight;
    }
}

static void begin_without_core(struct search *s) {
    s->members = 0;
    s->within = s->ties;
    for (uint32_t v = 0; v < s->g->n; v++) {
        s->core[v] = 0;
        s->outer[v] = 0;
        for (uint64_t i = s->g->out.start[v]; i < s->g->out.start[v + 1]; i++) {
            s->outer[v] += weight_at(s->g, i);
        }
    }
}

static void set_core(struct search *s, const uint8_t *core) {
    begin_without_core(s);
    for (uint32_t v = 0; v < s->g->n; v++) {
        if (core[v]) {
            move(s, v);
        }
    }
}

enum { NOBODY = UINT32_MAX };

/* Whose move is best: from the core with fewest, or from the periphery with most ties to it. */
struct candidates {
    uint32_t out, in;
};

static struct candidates best_moves(const struct search *s) {
    struct candidates c = {NOBODY, NOBODY};
    for (uint32_t v = 0; v < s->g->n; v++) {
        if (s->core[v] && (c.out == NOBODY || s->outer[v] < s->outer[c.out])) {
            c.out = v;
        }
        if (!s->core[v] && (c.in == NOBODY || s->outer[v] > s->outer[c.in])) {
            c.in = v;
        }
    }
    return c;
}

/* Who leaves and who comes in exchange: a tie between both counts for it. */
static struct candidates best_swap(const struct search *s, struct candidates single) {
    int64_t best = (int64_t)s->outer[single.out] - s->outer[single.in];
    for (uint64_t i = s->g->out.start[single.out]; i < s->g->out.start[single.out + 1]; i++) {
        if (s->g->out.node[i] == single.in) {
            best -= weight_at(s->g, i);
        }
    }
    for (uint32_t v = 0; v < s->g->n; v++) {
        for (uint64_t i = s->g->out.start[v]; s->core[v] && i < s->g->out.start[v + 1]; i++) {
            uint32_t w = s->g->out.node[i];
            int64_t change = (int64_t)s->outer[v] - s->outer[w] - weight_at(s->g, i);
            if (!s->core[w] && change < best) {
                best = change;
                single = (struct candidates){v, w};
            }
        }
    }
    return single;
}

/* The best of leaving, coming and both; false: none gains. */
static bool improve(struct search *s) {
    struct candidates c = best_moves(s), swap = c;
    double now = fit_now(s), least = isnan(now) ? -2 : now + GAIN;
    double n = s->members, out = -2, in = -2, both = -2;
    if (c.out != NOBODY && s->members > 1) {
        out = fit_of(s, n - 1, s->within + s->outer[c.out]);
    }
    if (c.in != NOBODY) {
        in = fit_of(s, n + 1, s->within - s->outer[c.in]);
    }
    if (c.out != NOBODY && c.in != NOBODY) {
        swap = best_swap(s, c);
        uint64_t tie = row_find(&s->g->out, swap.out, swap.in);
        both = fit_of(s, n,
                      s->within + s->outer[swap.out] - s->outer[swap.in] -
                          (tie == UINT64_MAX ? 0 : weight_at(s->g, tie)));
    }
    if (in > least && !(out > in) && !(both > in)) {
        move(s, c.in);
    } else if (out > least && !(both > out)) {
        move(s, c.out);
    } else if (both > least) {
        move(s, swap.out);
        move(s, swap.in);
    } else {
        return false;
    }
    return true;
}

static enum status climb(struct search *s) {
    for (bool gains = true; gains;) {
        enum status status = stint_due(&s->stint, s->g->n + s->g->out.start[s->g->n]);
        if (status != ST_OK) {
            return status;
        }
        gains = improve(s);
    }
    return ST_OK;
}

/* ---- search ---- */

/* The best core of the busiest, however many. */
static void begin_with_busiest(struct search *s) {
    double best = -2;
    uint32_t most = 0;
    begin_without_core(s);
    for (uint32_t v = 0; v < s->g->n; v++) {
        move(s, v);
        double fit = fit_now(s);
        if (fit > best) {
            best = fit;
            most = v + 1;
        }
    }
    for (uint32_t v = s->g->n; v-- > most;) {
        move(s, v);
    }
}

static void shake(struct search *s, struct generator *random) {
    uint32_t n = s->g->n, moves = 2 + n / SHAKEN_OF;
    for (uint32_t i = 0; i < moves; i++) {
        move(s, (uint32_t)generator_below(random, n - 1));
    }
}

static uint32_t shakes_of(const struct graph *g) {
    double once = (4 + 2.0 * g->n / SHAKEN_OF) * (double)(g->n + g->out.start[g->n]);
    double n = SHAKE_STEPS / (once + 1);
    return (uint32_t)fmin(fmax(n, LEAST_SHAKES), MOST_SHAKES);
}

/* Leaves the best split in `best`. */
static enum status search_split(struct search *s, uint64_t seed, uint8_t *best) {
    struct generator random;
    uint32_t shakes = shakes_of(s->g);
    generator_seed(&random, seed);
    begin_with_busiest(s);
    enum status status = climb(s);
    double found = fit_now(s);
    memcpy(best, s->core, s->g->n);
    for (uint32_t i = 0; i < shakes && status == ST_OK; i++) {
        shake(s, &random);
        status = climb(s);
        if (fit_now(s) > found + GAIN) {
            found = fit_now(s);
            memcpy(best, s->core, s->g->n);
        } else {
            set_core(s, best);
        }
    }
    return status;
}

/* ---- blocks ---- */

static void count_blocks(const struct graph *g, const uint8_t *core, struct core_split *out) {
    struct core_blocks *b = &out->blocks;
    uint64_t size[2] = {g->n - out->members, out->members};
    for (uint32_t v = 0; v < g->n; v++) {
        uint8_t from = core[g->label[v]];
        for (uint64_t i = g->out.start[v]; i < g->out.start[v + 1]; i++) {
            b->ties[from][core[g->label[g->out.node[i]]]]++;
        }
    }
    for (int k = 0; k < 2; k++) {
        b->pairs[k][k] = size[k] ? size[k] * (size[k] - 1) / (g->directed ? 1 : 2) : 0;
        b->pairs[k][!k] = size[0] * size[1];
        b->ties[k][k] /= g->directed ? 1 : 2; /* else a tie stands in two rows */
    }
}

static enum status split_without_direction(const struct network_host *host, const struct graph *g,
                                           double unit, uint64_t seed, uint8_t *core,
                                           struct core_split *out) {
    struct search s = {.g = g, .unit = unit};
    struct arena a;
    arena_init(&a, host->alloc);
    effort_init(&s.effort, host, SHAKE_STEPS);
    s.stint = (struct stint){.effort = &s.effort};
    s.core = ARENA_ARRAY(&a, uint8_t, (size_t)g->n + 1);
    s.outer = ARENA_ARRAY(&a, uint32_t, (size_t)g->n + 1);
    uint8_t *best = ARENA_ARRAY(&a, uint8_t, (size_t)g->n + 1);
    enum status status = s.core && s.outer && best ? ST_OK : ST_NO_MEMORY;
    for (uint64_t i = 0; status == ST_OK && i < g->out.start[g->n]; i++) {
        s.ties += weight_at(g, i) / 2.0;
    }
    if (status == ST_OK && g->n > 2) {
        status = search_split(&s, seed, best);
    }
    if (status == ST_OK) {
        set_core(&s, best);
        out->correlation = fit_now(&s);
        out->members = isnan(out->correlation) ? 0 : s.members;
    }
    for (uint32_t v = 0; status == ST_OK && v < g->n; v++) {
        core[g->label[v]] = out->members ? best[v] : 0;
    }
    arena_free(&a);
    return status;
}

enum status find_core(const struct network_host *host, const struct graph *g, uint64_t seed,
                       uint8_t *core, struct core_split *out) {
    struct graph both;
    *out = (struct core_split){.correlation = (double)NAN};
    enum status status;
    if (g->directed) {
        status = graph_without_direction(host, g, MERGE_SUM, &both);
        if (status == ST_OK) {
            status = split_without_direction(host, &both, 2, seed, core, out);
            graph_free(&both);
        }
    } else {
        status = split_without_direction(host, g, 1, seed, core, out);
    }
    if (status == ST_OK) {
        count_blocks(g, core, out);
    }
    return status;
}

/* ---- the continuous model ---- */

/* Of ties with x_i x_j, over all pairs; `x` by the caller's numbers. */
static double product_correlation(const struct graph *g, double unit, const double *x) {
    double n = (double)g->n * (g->n - 1) / 2 * unit, ties = 0, with = 0;
    double sum = 0, squares = 0, fourths = 0;
    for (uint32_t v = 0; v < g->n; v++) {
        double own = x[g->label[v]];
        sum += own;
        squares += own * own;
        fourths += own * own * own * own;
        for (uint64_t i = g->out.start[v]; i < g->out.start[v + 1]; i++) {
            ties += weight_at(g, i) / 2.0;
            with += weight_at(g, i) * own * x[g->label[g->out.node[i]]] / 2;
        }
    }
    double products = unit * (sum * sum - squares) / 2;
    double of_products = n * unit * (squares * squares - fourths) / 2 - products * products;
    double of_ties = n * ties - ties * ties; /* a tie is 1: its square, too */
    return of_ties > 0 && of_products > 1e-12 * products * products
               ? (n * with - ties * products) / sqrt(of_ties * of_products)
               : (double)NAN;
}

enum status coreness(const struct network_host *host, const struct graph *g, double *out,
                     struct coreness *found) {
    struct graph both;
    enum status status = graph_without_direction(host, g, MERGE_SUM, &both);
    if (status != ST_OK) {
        return status;
    }
    status = eigenvector(host, &both, SCALE_LENGTH, out, &found->how);
    if (status == ST_OK) {
        found->correlation = product_correlation(&both, g->directed ? 2 : 1, out);
    }
    graph_free(&both);
    return status;
}
