/* across(): how near members of different groups are to each other. */
#include "stdlib/network/bind_columns.h"
#include "stdlib/network/bind_network.h"
#include "stdlib/network/bind_roles.h"
#include "stdlib/rows.h"

enum { MEASURE = 1, VALUE };

static uint32_t across_row(struct asking *a, const struct layer *l, const char *measure) {
    uint32_t row = layer_row(a, l);
    return row != UINT32_MAX && put_text(a->m.frame, MEASURE, row, str_of(measure)) ? row
                                                                                    : UINT32_MAX;
}

static bool add_share(struct asking *a, const struct layer *l, const char *measure, uint64_t n,
                      uint64_t d) {
    uint32_t row = across_row(a, l, measure);
    return row != UINT32_MAX && put_share(a->m.frame, VALUE, row, n, d);
}

static bool add_figure(struct asking *a, const struct layer *l, const char *measure, double x) {
    uint32_t row = across_row(a, l, measure);
    return row != UINT32_MAX && put_figure(a->m.frame, VALUE, row, x);
}

static bool put_across(struct asking *a, const struct layer *l, const struct across *x) {
    return add_share(a, l, "tied", x->within[1], x->pairs) &&
           add_share(a, l, "within 2 steps", x->within[2], x->pairs) &&
           add_share(a, l, "within 3 steps", x->within[3], x->pairs) &&
           add_share(a, l, "reached", x->reached, x->pairs) &&
           add_figure(a, l, "mean distance", x->mean) &&
           add_figure(a, l, "harmonic mean distance", x->harmonic);
}

enum status find_across(struct asking *a, const struct ties *t, const struct groups *by,
                        struct across *out) {
    struct tie_list list = {
        .nodes = t->nodes, .directed = t->directed, .n = t->n, .from = t->from, .to = t->to};
    struct graph g;
    enum status s = graph_build(&a->m.host, &list, &g);
    if (s == ST_OK) {
        s = across_find(&a->m.host, &g, by, out);
        graph_free(&g);
    }
    return s;
}

static enum status measure_across(struct asking *a, const void *user) {
    struct member_groups groups;
    UNUSED(user);
    enum status s = read_groups(&a->m, native_text(a->m.call, 1), &groups);
    for (uint32_t k = 0; s == ST_OK && k < a->layers.n; k++) {
        struct across x;
        s = find_across(a, &a->layers.at[k].ties, &groups.by, &x);
        if (s == ST_OK) {
            s = had_memory(put_across(a, &a->layers.at[k], &x));
        }
    }
    if (s == ST_OK && groups.unknown) {
        native_note(a->m.call, "members without `%.*s` are at no end of a pair: %u",
                    STR_ARG(groups.column), groups.unknown);
    }
    return s;
}

int network_across(struct native_call *c) {
    return ask_network(
        c, &(struct figure){
               .definition =
                   "across: ordered pairs of members in different groups, by how many steps lead "
                   "from the one to the other over anybody, along directions and ties that are "
                   "known; mean distance: of those reached; harmonic: the inverse of the mean of 1 "
                   "/ distance, which counts 0 for those out of reach",
               .fn = measure_across});
}
