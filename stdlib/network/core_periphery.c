/* A split is as good as its ties within the periphery are few, for a core of that size. So the best
 * move into the core is of whoever has most ties to the periphery, out of it of whoever has fewest.
 * Equal ones go by number, which is by falling degree. */
#include "stdlib/network/core_periphery.h"
#include "stdlib/network/influence.h"
#include "stdlib/random/generator.h"
#include <math.h>

enum { LEAST_SHAKES = 5, MOST_SHAKES = 1000, SHAKEN_OF = 4, MOST_MOVES = 2000 };
static const double SHAKE_STEPS = 4e8, GAIN = 1e-12;

/* ---- fit ---- */

/* Of two things that are 0 or 1, of n pairs: a are the one, b the other, both are both. */
static double agreement(double n, double a, double b, double both) {
    double spread = a * (n - a) * b * (n - b);
    return spread > 0 ? (n * both - a * b) / sqrt(spread) : (double)NAN;
}

struct search {
    const struct graph *g;  /* without directions */
    double unit;            /* ties of a pair at most: 1 or 2 */
    double ties;            /* all, in these */
    uint8_t *core;          /* inner numbers */
    uint32_t *moved, round; /* of a node: the round in which it moved */
    uint32_t *list;         /* who moved in this one */
    uint32_t *outer;        /* ties to the periphery */
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

/* Whose move is best of those who have not moved in this round: out of the core with fewest, or
 * into it with most ties to the periphery. */
static uint32_t best_move(const struct search *s, double *fit) {
    uint32_t out = NOBODY, in = NOBODY;
    for (uint32_t v = 0; v < s->g->n; v++) {
        if (s->moved[v] == s->round) {
            continue;
        }
        if (s->core[v] && (out == NOBODY || s->outer[v] < s->outer[out])) {
            out = v;
        }
        if (!s->core[v] && (in == NOBODY || s->outer[v] > s->outer[in])) {
            in = v;
        }
    }
    double n = s->members, none = -2;
    double with = in == NOBODY ? none : fit_of(s, n + 1, s->within - s->outer[in]);
    double without = out == NOBODY ? none : fit_of(s, n - 1, s->within + s->outer[out]);
    with = isnan(with) ? none : with;
    without = isnan(without) ? none : without;
    *fit = with >= without ? with : without;
    return with >= without ? in : out;
}

/* Moves one after the other, each the best, though it may lose, and each node once; then back to
 * where the split was best (Kernighan and Lin 1970). So a swap is two moves. */
static enum status move_round(struct search *s, bool *gains) {
    uint32_t most = s->g->n < MOST_MOVES ? s->g->n : MOST_MOVES, n = 0, kept = 0;
    double best = fit_now(s) + GAIN;
    s->round++;
    while (n < most) {
        double fit;
        uint32_t v = best_move(s, &fit);
        if (v == NOBODY || fit < -1) {
            break;
        }
        enum status status = stint_due(&s->stint, s->g->n + row_length(&s->g->out, v));
        if (status != ST_OK) {
            return status;
        }
        move(s, v);
        s->moved[v] = s->round;
        s->list[n++] = v;
        if (fit > best || isnan(best)) {
            best = fit + GAIN;
            kept = n;
        }
    }
    while (n > kept) {
        move(s, s->list[--n]);
    }
    *gains = kept > 0;
    return ST_OK;
}

static enum status climb(struct search *s) {
    enum status status = ST_OK;
    for (bool gains = true; gains && status == ST_OK;) {
        status = move_round(s, &gains);
    }
    return status;
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
    uint32_t n = s->g->n, moves = 2 + (uint32_t)generator_below(random, n / SHAKEN_OF);
    for (uint32_t i = 0; i < moves; i++) {
        move(s, (uint32_t)generator_below(random, n - 1));
    }
}

static uint32_t shakes_of(const struct graph *g) {
    double once = 3.0 * fmin(g->n, MOST_MOVES) * g->n + (double)g->out.start[g->n];
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
    s.moved = ARENA_ARRAY(&a, uint32_t, (size_t)g->n + 1);
    s.list = ARENA_ARRAY(&a, uint32_t, (size_t)g->n + 1);
    uint8_t *best = ARENA_ARRAY(&a, uint8_t, (size_t)g->n + 1);
    enum status status = s.core && s.outer && s.moved && s.list && best ? ST_OK : ST_NO_MEMORY;
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

/* Shares the rows, without their values. */
static struct graph without_values(const struct graph *g) {
    struct graph bare = *g;
    bare.out.value = bare.in.value = NULL;
    return bare;
}

enum status find_core(const struct network_host *host, const struct graph *g, uint64_t seed,
                      uint8_t *core, struct core_split *out) {
    struct graph both, bare = without_values(g);
    *out = (struct core_split){.correlation = (double)NAN};
    struct side_work before;
    enum status status;
    side_work_init(&before, host, 0, 0);
    if (g->directed) {
        status = graph_without_direction(&before.host, &bare, MERGE_SUM, &both);
        if (status == ST_OK) {
            status = split_without_direction(host, &both, 2, seed, core, out);
            graph_free(&both);
        }
    } else {
        status = split_without_direction(host, &bare, 1, seed, core, out);
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
    struct graph both, bare = without_values(g);
    struct side_work before;
    side_work_init(&before, host, 0, 0);
    enum status status = graph_without_direction(&before.host, &bare, MERGE_SUM, &both);
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
