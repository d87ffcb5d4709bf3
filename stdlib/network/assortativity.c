/* Counts are whole numbers, so that no order of ties matters to them. */
#include "stdlib/network/assortativity.h"
#include "stdlib/network/degree.h"
#include <math.h>

/* Entries of rows by ties: an undirected one stands in two rows. */
static void count_ties(const struct graph *g, uint64_t entries, uint64_t unknown,
                       struct assortativity *out) {
    out->ties = g->directed ? entries : entries / 2;
    out->unknown = g->directed ? unknown : unknown / 2;
}

/* ---- kinds ---- */

static double of_kinds(const uint64_t *from, const uint64_t *to, uint32_t kinds, uint64_t same,
                       uint64_t all) {
    double n = (double)all, chance = 0;
    for (uint32_t k = 0; k < kinds; k++) {
        chance += ((double)from[k] / n) * ((double)to[k] / n);
    }
    bool varied = false; /* asked of whole numbers: 1 - chance may be all but 0 */
    for (uint32_t k = 0; k < kinds; k++) {
        varied = varied || (from[k] && from[k] < all) || (to[k] && to[k] < all) ||
                 (from[k] == all) != (to[k] == all);
    }
    return varied ? ((double)same / n - chance) / (1 - chance) : (double)NAN;
}

enum status assortativity_of_kinds(const struct network_host *host, const struct graph *g,
                                   const uint32_t *kind, uint32_t kinds,
                                   struct assortativity *out) {
    uint64_t same = 0, all = 0, unknown = 0;
    struct arena a;
    arena_init(&a, host->alloc);
    uint64_t *from = ARENA_ARRAY(&a, uint64_t, (size_t)kinds + 1);
    uint64_t *to = ARENA_ARRAY(&a, uint64_t, (size_t)kinds + 1);
    for (uint32_t v = 0; from && to && v < g->n; v++) {
        uint32_t k = kind[g->label[v]];
        for (uint64_t i = g->out.start[v]; i < g->out.start[v + 1]; i++) {
            uint32_t other = kind[g->label[g->out.node[i]]];
            if (k == NO_KIND || other == NO_KIND) {
                unknown++;
            } else {
                from[k]++;
                to[other]++;
                same += k == other;
                all++;
            }
        }
    }
    enum status status = from && to ? ST_OK : ST_NO_MEMORY;
    if (status == ST_OK) {
        count_ties(g, all, unknown, out);
        out->value = all ? of_kinds(from, to, kinds, same, all) : (double)NAN;
    }
    arena_free(&a);
    return status;
}

/* ---- values ---- */

struct sums {
    uint64_t n, unknown;
    double from, to;         /* means */
    double both, squares[2]; /* of what is above them */
    double least[2], most[2];
};

static void add_ends(struct sums *s, double x, double y) {
    if (isnan(x) || isnan(y)) {
        s->unknown++;
        return;
    }
    s->n++;
    s->from += x;
    s->to += y;
    s->least[0] = fmin(s->least[0], x);
    s->most[0] = fmax(s->most[0], x);
    s->least[1] = fmin(s->least[1], y);
    s->most[1] = fmax(s->most[1], y);
}

static void add_products(struct sums *s, double x, double y) {
    if (!isnan(x) && !isnan(y)) {
        s->both += (x - s->from) * (y - s->to);
        s->squares[0] += (x - s->from) * (x - s->from);
        s->squares[1] += (y - s->to) * (y - s->to);
    }
}

static void each_tie(const struct graph *g, const double *from, const double *to, struct sums *s,
                     void (*add)(struct sums *, double, double)) {
    for (uint32_t v = 0; v < g->n; v++) {
        for (uint64_t i = g->out.start[v]; i < g->out.start[v + 1]; i++) {
            add(s, from[g->label[v]], to[g->label[g->out.node[i]]]);
        }
    }
}

struct assortativity assortativity_of_values(const struct graph *g, const double *from,
                                             const double *to) {
    struct sums s = {.least = {INFINITY, INFINITY}, .most = {-INFINITY, -INFINITY}};
    struct assortativity out = {.value = (double)NAN};
    each_tie(g, from, to, &s, add_ends);
    count_ties(g, s.n, s.unknown, &out);
    if (s.n && s.least[0] < s.most[0] && s.least[1] < s.most[1]) {
        s.from /= (double)s.n;
        s.to /= (double)s.n;
        each_tie(g, from, to, &s, add_products);
        out.value = s.both / (sqrt(s.squares[0]) * sqrt(s.squares[1]));
    }
    return out;
}

enum status assortativity_of_degree(const struct network_host *host, const struct graph *g,
                                    struct assortativity *out) {
    struct arena a;
    arena_init(&a, host->alloc);
    double *from = ARENA_ARRAY(&a, double, (size_t)g->n + 1);
    double *to = ARENA_ARRAY(&a, double, (size_t)g->n + 1);
    for (uint32_t v = 0; from && to && v < g->n; v++) {
        from[v] = degree_of(g, v, ENDS_FROM);
        to[v] = degree_of(g, v, ENDS_TO);
    }
    if (from && to) {
        *out = assortativity_of_values(g, from, to);
    }
    arena_free(&a);
    return from && to ? ST_OK : ST_NO_MEMORY;
}
