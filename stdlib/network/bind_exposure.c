/* What members are exposed to through their ties: values of others, and what others have taken up.
 */
#include "stdlib/network/bind_columns.h"
#include "stdlib/network/bind_layers.h"
#include "stdlib/network/bind_network.h"
#include "stdlib/network/exposure.h"
#include "stdlib/rows.h"
#include <math.h>

/* ---- graphs ---- */

static enum status build(struct asking *a, const struct network_ties *t, struct graph *out) {
    struct tie_list list = {.nodes = a->m.net->n,
                            .directed = t->directed,
                            .n = t->n,
                            .from = t->from,
                            .to = t->to,
                            .value = t->strength,
                            .merge = MERGE_SUM};
    enum status s = graph_build(&a->m.host, &list, out);
    if (s != ST_MISUSE) {
        return s;
    }
    a->m.status = native_fail_help(
        a->m.call, "leave out what is no strength, or count in what is not negative",
        "ties of `%.*s` have a strength below 0 or without end", STR_ARG(t->name));
    return ST_FAILED;
}

typedef enum status graph_fn(struct asking *a, uint32_t relation, const struct graph *g,
                             const double *value);

static enum status each_relation(struct asking *a, graph_fn *fn) {
    const double *value;
    enum status s = read_numbers(&a->m, native_text(a->m.call, 1), &value);
    for (uint32_t k = 0; s == ST_OK && k < a->m.net->nties; k++) {
        struct graph g;
        s = build(a, &a->m.net->ties[k], &g);
        if (s == ST_OK) {
            s = fn(a, k, &g, value);
            graph_free(&g);
        }
    }
    return s;
}

static uint32_t member_of_relation(struct asking *a, uint32_t relation, uint32_t v) {
    const struct layer l = {.name = a->m.net->ties[relation].name};
    return layer_member_row(a, &l, v);
}

/* ---- exposure ---- */

enum { EXPOSURE = 2, ALTERS, KNOWN };

static enum status expose(struct asking *a, uint32_t relation, const struct graph *g,
                          const double *value) {
    struct frame *f = a->m.frame;
    struct exposure *all = MEMBER_ARRAY(&a->m, struct exposure);
    bool ok = all != NULL;
    if (ok) {
        exposure_find(g, value, all);
    }
    for (uint32_t v = 0; ok && v < g->n; v++) {
        uint32_t row = member_of_relation(a, relation, v);
        ok = row != UINT32_MAX && put_float(f, EXPOSURE, row, all[v].mean) &&
             put_int(f, ALTERS, row, all[v].alters) && put_int(f, KNOWN, row, all[v].valued);
    }
    return had_memory(ok);
}

static enum status measure_exposure(struct asking *a, const void *user) {
    UNUSED(user);
    return each_relation(a, expose);
}

int network_exposure(struct native_call *c) {
    return ask_network(
        c, &(struct figure){
               .definition = "exposure: mean of the column over those one names, weighted by the "
                             "strength of the ties (Frank); those without a value are left out",
               .fn = measure_exposure});
}

/* ---- thresholds ---- */

enum { BEFORE = 3, THRESHOLD };

static enum status find_thresholds(struct asking *a, uint32_t relation, const struct graph *g,
                                   const double *value) {
    struct frame *f = a->m.frame;
    struct threshold *all = MEMBER_ARRAY(&a->m, struct threshold);
    int64_t *day = MEMBER_ARRAY(&a->m, int64_t);
    bool ok = all && day;
    for (uint32_t v = 0; ok && v < g->n; v++) {
        day[v] = isnan(value[v]) ? NEVER : (int64_t)value[v];
    }
    if (ok) {
        thresholds_find(g, day, all);
    }
    for (uint32_t v = 0; ok && v < g->n; v++) {
        uint32_t row = day[v] == NEVER ? UINT32_MAX : member_of_relation(a, relation, v);
        ok = day[v] == NEVER ||
             (row != UINT32_MAX && put_int(f, 2, row, all[v].alters) &&
              put_int(f, BEFORE, row, all[v].before) && put_float(f, THRESHOLD, row, all[v].share));
    }
    return had_memory(ok);
}

static enum status measure_thresholds(struct asking *a, const void *user) {
    UNUSED(user);
    return each_relation(a, find_thresholds);
}

int network_thresholds(struct native_call *c) {
    return ask_network(
        c, &(struct figure){
               .definition = "threshold: share of those an adopter names who had adopted no later "
                             "than it did, by the strength of the ties (Valente 1996); members "
                             "without a value in the column have not adopted",
               .fn = measure_thresholds});
}

/* ---- company ---- */

enum { MEASURE = 1, VALUE };

static uint32_t company_row(struct asking *a, uint32_t relation, const char *measure) {
    const struct layer l = {.name = a->m.net->ties[relation].name};
    uint32_t row = layer_row(a, &l);
    return row != UINT32_MAX && put_text(a->m.frame, MEASURE, row, str_of(measure)) ? row
                                                                                    : UINT32_MAX;
}

static bool add_share(struct asking *a, uint32_t relation, const char *measure, uint64_t n,
                      uint64_t d) {
    uint32_t row = company_row(a, relation, measure);
    return row != UINT32_MAX && put_share(a->m.frame, VALUE, row, n, d);
}

static bool add_figure(struct asking *a, uint32_t relation, const char *measure, double x) {
    uint32_t row = company_row(a, relation, measure);
    return row != UINT32_MAX && put_figure(a->m.frame, VALUE, row, x);
}

static enum status keep_company(struct asking *a, uint32_t relation, const struct graph *g,
                                const double *value) {
    uint8_t *adopted = MEMBER_ARRAY(&a->m, uint8_t);
    struct company c;
    for (uint32_t v = 0; adopted && v < g->n; v++) {
        adopted[v] = !isnan(value[v]) && (value[v] < 0 || value[v] > 0);
    }
    enum status s = adopted
                        ? company_find(&a->m.host, g, adopted, (uint32_t)native_int(a->m.call, 2),
                                       (uint64_t)native_int(a->m.call, 3), &c)
                        : ST_NO_MEMORY;
    double expected = s == ST_OK && c.adopters ? c.expected / c.adopters : (double)NAN;
    return s == ST_OK ? had_memory(add_share(a, relation, "adopters", c.adopters, g->n) &&
                                   add_share(a, relation, "tied to another adopter", c.with_company,
                                             c.adopters) &&
                                   add_figure(a, relation, "expected by chance", expected) &&
                                   add_figure(a, relation, "p", c.p))
                      : s;
}

static enum status measure_adoption(struct asking *a, const void *user) {
    uint64_t draws;
    UNUSED(user);
    enum status s = read_draws(&a->m, 2, &draws);
    if (s == ST_OK) {
        s = each_relation(a, keep_company);
    }
    if (s == ST_OK) {
        native_note(a->m.call, "%llu permutations, seed %lld", (unsigned long long)draws,
                    (long long)native_int(a->m.call, 3));
    }
    return s;
}

int network_adoption(struct native_call *c) {
    return ask_network(
        c, &(struct figure){
               .definition = "adopters: members whose value in the column is not 0 and not "
                             "missing; tied to another adopter: in either direction; expected by "
                             "chance and p: the same adopters dealt out among all members anew; p "
                             "is the share of these with as many or more, the data being one",
               .fn = measure_adoption});
}
