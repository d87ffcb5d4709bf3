/* Measures of whole networks: rows for each relation. */
#include "stdlib/network/bind_graph.h"
#include "stdlib/network/bind_network.h"
#include "stdlib/network/census.h"
#include "stdlib/network/degree.h"
#include "stdlib/network/krackhardt.h"
#include "stdlib/network/triangles.h"
#include "stdlib/rows.h"
#include <math.h>

/* Columns behind `relation`. */
enum { FIRST = 1, SECOND, THIRD, FOURTH, FIFTH, SIXTH };

/* ---- density and reciprocity ---- */

/* What a reader who counts the ties of the table misses. */
static void note_merged(struct measuring *m) {
    const struct graph *g = &m->graph;
    if (g->loops) {
        native_note(m->call, "ties of `%.*s` from a member to itself do not count: %llu",
                    STR_ARG(m->ties->name), (unsigned long long)g->loops);
    }
    if (g->merged) {
        native_note(m->call, "ties of `%.*s` that repeat others count once: %llu",
                    STR_ARG(m->ties->name), (unsigned long long)g->merged);
    }
}

static enum status measure_density(struct measuring *m, const void *user) {
    const struct graph *g = &m->graph;
    uint64_t pairs = g->n ? (uint64_t)g->n * (g->n - 1) / (g->directed ? 1 : 2) : 0;
    double strength = 0, ties = (double)g->ties;
    uint64_t silent = 0;
    uint32_t row = relation_row(m);
    UNUSED(user);
    for (uint32_t v = 0; v < g->n; v++) {
        strength += strength_of(g, v, ENDS_FROM) / (g->directed ? 1 : 2);
    }
    for (uint32_t v = 0; m->silent && v < g->n; v++) {
        silent += m->silent[v];
    }
    pairs -= g->directed ? silent * (g->n - 1) : silent * (silent - (silent > 0)) / 2;
    note_merged(m);
    return had_memory(row != UINT32_MAX && put_int(m->frame, FIRST, row, (int64_t)g->ties) &&
                      put_int(m->frame, SECOND, row, (int64_t)pairs) &&
                      put_ratio(m->frame, THIRD, row, (int64_t)g->ties, (int64_t)pairs) &&
                      put_float(m->frame, FOURTH, row, g->n ? 2 * ties / g->n : (double)NAN) &&
                      put_float(m->frame, FIFTH, row,
                                g->out.value && pairs ? strength / (double)pairs : (double)NAN));
}

int network_density(struct native_call *c) {
    return measure_network(
        c, &(struct measure){
               .values = TIES_STRENGTH,
               .definition = "density: ties by pairs of members that could be tied, ordered pairs "
                             "with directions; loops do not count and repeated ties count once; "
                             "mean degree: ends of ties by member; mean strength: by possible tie, "
                             "which is sna's density of valued ties",
               .unknown = "are not possible pairs",
               .fn = measure_density});
}

static enum status measure_reciprocity(struct measuring *m, const void *user) {
    struct dyads d;
    enum status s = dyad_census(&m->host, &m->graph, m->silent, &d);
    if (s != ST_OK) {
        return s;
    }
    double mutual = (double)d.mutual, not_null = mutual + (double)d.asymmetric;
    uint32_t row = relation_row(m);
    bool way = m->graph.directed;
    UNUSED(user);
    return had_memory(
        row != UINT32_MAX &&
        put_float(m->frame, FIRST, row, way ? reciprocity_of(&d) : (double)NAN) &&
        put_float(m->frame, SECOND, row, way && not_null > 0 ? mutual / not_null : (double)NAN) &&
        put_float(m->frame, THIRD, row, way ? dyadic_reciprocity_of(&d) : (double)NAN) &&
        put_float(m->frame, FOURTH, row, way ? correlated_reciprocity_of(&d) : (double)NAN) &&
        put_float(m->frame, FIFTH, row, way ? log_reciprocity_of(&d) : (double)NAN));
}

int network_reciprocity(struct native_call *c) {
    return measure_network(
        c, &(struct measure){
               .values = TIES_ALIKE,
               .definition = "edgewise: ties that are answered by all ties (igraph, NetworkX); "
                             "nonnull: mutual pairs by pairs that are tied; dyadic: pairs that are "
                             "alike both ways by all pairs (sna unless told otherwise); "
                             "correlation: of a tie with the one back, over ordered pairs "
                             "(Garlaschelli and Loffredo 2004); log_ratio: of edgewise to density; "
                             "missing where ties have no direction",
               .unknown = "are in no pair here, nor are the ties to them",
               .fn = measure_reciprocity});
}

/* ---- hierarchy ---- */

static enum status measure_hierarchy(struct measuring *m, const void *user) {
    struct krackhardt k;
    UNUSED(user);
    enum status s = krackhardt_find(&m->host, &m->graph, &k);
    if (s != ST_OK) {
        return s;
    }
    if (k.too_large) {
        native_note(m->call,
                    "ties of `%.*s` have too many members who do not reach each other to "
                    "look for their upper bounds",
                    STR_ARG(m->ties->name));
    }
    uint32_t row = relation_row(m);
    return had_memory(row != UINT32_MAX && put_float(m->frame, FIRST, row, k.connectedness) &&
                      put_float(m->frame, SECOND, row, k.hierarchy) &&
                      put_float(m->frame, THIRD, row, k.efficiency) &&
                      put_float(m->frame, FOURTH, row, k.upper_bounds) &&
                      put_float(m->frame, FIFTH, row, k.one_head));
}

int network_hierarchy(struct native_call *c) {
    return measure_network(
        c,
        &(struct measure){
            .values = TIES_ALIKE,
            .definition =
                "Krackhardt's four (1994): connectedness: pairs in one component by all pairs; "
                "hierarchy: 1 - mutual pairs by pairs with a path; efficiency: 1 - ties beyond a "
                "tree by the most there can be; upper_bounds: 1 - pairs without a nearest of all "
                "who are above both, by the most there can be; one_head: 1 - pairs without a "
                "highest of these, which sna calls lubness; all 1 of a tree whose ties lead away "
                "from one head",
            .fn = measure_hierarchy});
}

/* ---- transitivity ---- */

static bool put_transitivity(struct measuring *m, const struct clustering *c) {
    uint32_t row = relation_row(m);
    return row != UINT32_MAX && put_int(m->frame, FIRST, row, (int64_t)c->triangles) &&
           put_int(m->frame, SECOND, row, (int64_t)c->triples) &&
           put_float(m->frame, THIRD, row, c->transitivity) &&
           put_float(m->frame, FOURTH, row, c->mean_with_zeros) &&
           put_float(m->frame, FIFTH, row, c->mean_of_defined);
}

static enum status measure_transitivity(struct measuring *m, const void *user) {
    uint64_t *triangles = MEMBER_ARRAY(m, uint64_t);
    struct graph g;
    UNUSED(user);
    enum status s =
        triangles ? graph_without_direction(&m->host, &m->graph, MERGE_MOST, &g) : ST_NO_MEMORY;
    if (s != ST_OK) {
        return s;
    }
    s = triangles_count(&m->host, &g, triangles);
    if (s == ST_OK) {
        struct clustering c = clustering_of(&g, triangles);
        s = had_memory(put_transitivity(m, &c));
    }
    graph_free(&g);
    return s;
}

int network_transitivity(struct native_call *c) {
    return measure_network(
        c, &(struct measure){
               .values = TIES_ALIKE,
               .definition = "transitivity: three times the triangles by the paths of two ties; "
                             "mean clustering: of members, those with fewer than two neighbours "
                             "as 0 (NetworkX) or left out (igraph); direction does not matter",
               .fn = measure_transitivity});
}

/* ---- distances ---- */

static bool put_distances(struct measuring *m, const struct distance_summary *all) {
    uint32_t row = relation_row(m);
    return row != UINT32_MAX && put_float(m->frame, FIRST, row, all->mean) &&
           (all->reached ? put_float(m->frame, SECOND, row, all->diameter)
                         : put_missing(m->frame, SECOND, row)) &&
           put_int(m->frame, THIRD, row, (int64_t)all->reached) &&
           put_int(m->frame, FOURTH, row, (int64_t)all->pairs) &&
           put_ratio(m->frame, FIFTH, row, (int64_t)all->reached, (int64_t)all->pairs) &&
           put_float(m->frame, SIXTH, row, all->efficiency);
}

static enum status measure_distances(struct measuring *m, const void *user) {
    struct distances *d = MEMBER_ARRAY(m, struct distances);
    UNUSED(user);
    enum status s = d ? distances_sum(&m->host, &m->graph, m->lengths, WAY_OUT, d) : ST_NO_MEMORY;
    if (s == ST_OK) {
        struct distance_summary all = distances_summarize(d, m->net->n);
        s = had_memory(put_distances(m, &all));
    }
    return s;
}

int network_distances(struct native_call *c) {
    return measure_network(
        c,
        &(struct measure){.values = TIES_LENGTH,
                          .distance = 1,
                          .definition = "mean and diameter: over ordered pairs of members of whom "
                                        "the first reaches the second; efficiency: mean of 1 / "
                                        "distance over all pairs, 0 for those out of reach "
                                        "(Latora and Marchiori 2001)",
                          .fn = measure_distances});
}

/* ---- pairs and triples ---- */

static bool put_kind(struct measuring *m, int64_t members, const char *kind, uint64_t n) {
    uint32_t row = relation_row(m);
    return row != UINT32_MAX && put_int(m->frame, FIRST, row, members) &&
           put_text(m->frame, SECOND, row, str_of(kind)) &&
           put_int(m->frame, THIRD, row, (int64_t)n);
}

static enum status measure_census(struct measuring *m, const void *user) {
    uint64_t count[TRIADS];
    UNUSED(user);
    struct dyads d;
    enum status s = triad_census(&m->host, &m->graph, count);
    if (s == ST_OK) {
        s = dyad_census(&m->host, &m->graph, NULL, &d);
    }
    if (s != ST_OK) {
        return s;
    }
    bool ok = put_kind(m, 2, "mutual", d.mutual) && put_kind(m, 2, "asymmetric", d.asymmetric) &&
              put_kind(m, 2, "null", d.null);
    for (int k = 0; ok && k < TRIADS; k++) {
        ok = put_kind(m, 3, triad_name((enum triad)k), count[k]);
    }
    return had_memory(ok);
}

int network_census(struct native_call *c) {
    return measure_network(
        c,
        &(struct measure){.values = TIES_ALIKE,
                          .definition = "kinds of pairs, and of triples by their mutual, "
                                        "asymmetric and null pairs (Davis and Leinhardt 1972): D "
                                        "down, U up, C chain or cycle, T transitive; without "
                                        "directions every tie is mutual",
                          .fn = measure_census});
}
