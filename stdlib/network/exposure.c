/* Sums over the rows of a graph; permutations draw from a stream of their own. */
#include "stdlib/network/exposure.h"
#include "stdlib/random/generator.h"
#include <math.h>

void exposure_find(const struct graph *g, const double *value, struct exposure *out) {
    for (uint32_t v = 0; v < g->n; v++) {
        struct exposure e = {.alters = 0};
        double sum = 0, weights = 0;
        for (uint64_t i = g->out.start[v]; i < g->out.start[v + 1]; i++) {
            double x = value[g->label[g->out.node[i]]], w = g->out.value ? g->out.value[i] : 1;
            e.alters++;
            if (!isnan(x)) {
                e.valued++;
                sum += w * x;
                weights += w;
            }
        }
        e.mean = weights > 0 ? sum / weights : (double)NAN;
        out[g->label[v]] = e;
    }
}

/* ---- adoption ---- */

void thresholds_find(const struct graph *g, const int64_t *day, struct threshold *out) {
    for (uint32_t v = 0; v < g->n; v++) {
        struct threshold t = {.alters = 0};
        int64_t own = day[g->label[v]];
        double before = 0, weights = 0;
        for (uint64_t i = g->out.start[v]; i < g->out.start[v + 1]; i++) {
            int64_t other = day[g->label[g->out.node[i]]];
            double w = g->out.value ? g->out.value[i] : 1;
            bool is_before = own != NEVER && other != NEVER && other <= own;
            t.alters++;
            t.before += is_before;
            weights += w;
            before += is_before ? w : 0;
        }
        t.share = own != NEVER && weights > 0 ? before / weights : (double)NAN;
        out[g->label[v]] = t;
    }
}

static bool has_company(const struct rows_of_ties *rows, const uint8_t *adopted, uint32_t v) {
    for (uint64_t i = rows->start[v]; i < rows->start[v + 1]; i++) {
        if (adopted[rows->node[i]]) {
            return true;
        }
    }
    return false;
}

/* `adopted`: in the graph's numbers. */
static uint32_t count_company(const struct graph *g, const uint8_t *adopted, const uint32_t *who,
                              uint32_t n) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < n; i++) {
        count += has_company(&g->out, adopted, who[i]) ||
                 (g->directed && has_company(&g->in, adopted, who[i]));
    }
    return count;
}

/* The next deal: the first `adopters` of `who` have adopted. */
static void deal(struct generator *random, uint32_t *who, uint32_t n, uint32_t adopters,
                 uint8_t *adopted) {
    for (uint32_t i = 0; i < adopters; i++) {
        adopted[who[i]] = 0;
    }
    generator_shuffle(random, who, n, adopters);
    for (uint32_t i = 0; i < adopters; i++) {
        adopted[who[i]] = 1;
    }
}

static enum status permute(const struct network_host *host, const struct graph *g, uint32_t *who,
                           uint8_t *adopted, uint32_t permutations, uint64_t seed,
                           struct company *out) {
    struct effort effort;
    struct generator random;
    uint64_t total = 0, as_much = 1;
    uint64_t steps = g->n + graph_entries(g);
    effort_init(&effort, host, (double)permutations * (double)steps);
    struct stint stint = {.effort = &effort};
    generator_seed(&random, seed);
    enum status s = ST_OK;
    for (uint32_t k = 0; s == ST_OK && k < permutations; k++) {
        s = stint_due(&stint, steps);
        deal(&random, who, g->n, out->adopters, adopted);
        uint32_t found = count_company(g, adopted, who, out->adopters);
        total += found;
        as_much += found >= out->with_company;
    }
    out->expected = permutations ? (double)total / permutations : (double)NAN;
    out->p = permutations ? (double)as_much / ((double)permutations + 1) : (double)NAN;
    return s;
}

enum status company_find(const struct network_host *host, const struct graph *g,
                         const uint8_t *adopted, uint32_t permutations, uint64_t seed,
                         struct company *out) {
    struct arena memory;
    arena_init(&memory, host->alloc);
    uint32_t *who = ARENA_ARRAY(&memory, uint32_t, (size_t)g->n + 1), rest = 0;
    uint8_t *has = ARENA_ARRAY(&memory, uint8_t, (size_t)g->n + 1);
    *out = (struct company){.adopters = 0};
    enum status s = who && has ? ST_OK : ST_NO_MEMORY;
    /* In the caller's order, so that the same seed deals the same to the same members. */
    for (uint32_t i = 0; s == ST_OK && i < g->n; i++) {
        out->adopters += adopted[i] != 0;
    }
    uint32_t first = 0;
    for (uint32_t i = 0; s == ST_OK && i < g->n; i++) {
        uint32_t v = g->place[i];
        has[v] = adopted[i] != 0;
        who[adopted[i] ? first++ : out->adopters + rest++] = v;
    }
    if (s == ST_OK) {
        out->with_company = count_company(g, has, who, out->adopters);
        s = permute(host, g, who, has, permutations, seed, out);
    }
    arena_free(&memory);
    return s;
}
