/* Measures of whole networks: rows for each relation. */
#include "stdlib/network/bind_graph.h"
#include "stdlib/network/bind_network.h"
#include "stdlib/network/census.h"
#include "stdlib/network/triangles.h"
#include "stdlib/rows.h"

/* Columns behind `relation`. */
enum { FIRST = 1, SECOND, THIRD, FOURTH, FIFTH, SIXTH };

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
    enum status s = triad_census(&m->host, &m->graph, count);
    if (s != ST_OK) {
        return s;
    }
    struct dyads d = dyad_census(&m->graph);
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
