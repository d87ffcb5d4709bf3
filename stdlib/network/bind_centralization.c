/* How much a network is centred on one member, by several measures. */
#include "stdlib/network/betweenness.h"
#include "stdlib/network/bind_convention.h"
#include "stdlib/network/bind_influence.h"
#include "stdlib/network/bind_network.h"
#include "stdlib/network/degree.h"
#include "stdlib/rows.h"
#include <math.h>

/* Columns behind `relation`. */
enum { MEASURE = 1, CENTRALIZATION, BELOW, MOST, CENTRE, CENTRE_VALUE };

/* ---- rows ---- */

static uint32_t first_of_most(const double *value, uint32_t n) {
    uint32_t most = UINT32_MAX;
    for (uint32_t v = 0; v < n; v++) {
        if (!isnan(value[v]) && (most == UINT32_MAX || value[v] > value[most])) {
            most = v;
        }
    }
    return most;
}

/* Rounding leaves equal values a little apart, as those of members who are alike: the first of the
 * most central is whom a reader can find. */
static uint32_t centre_of(const double *value, uint32_t n) {
    uint32_t most = first_of_most(value, n);
    for (uint32_t v = 0; most != UINT32_MAX && v < most; v++) {
        if (value[v] >= value[most] - 1e-9 * fabs(value[most])) {
            return v;
        }
    }
    return most;
}

static enum status put_centralization(struct measuring *m, const char *measure, enum centrality of,
                                      const double *value) {
    uint32_t n = m->net->n, centre = centre_of(value, n), row = relation_row(m);
    bool directed = m->graph.directed;
    double share = centralization(value, n, directed, of);
    double most = n < 3 ? (double)NAN : centralization_most(n, directed, of);
    return had_memory(
        row != UINT32_MAX && put_text(m->frame, MEASURE, row, str_of(measure)) &&
        put_float(m->frame, CENTRALIZATION, row, share) &&
        put_float(m->frame, BELOW, row, share * most) && put_float(m->frame, MOST, row, most) &&
        (centre == UINT32_MAX ? put_missing(m->frame, CENTRE, row)
                              : put_text(m->frame, CENTRE, row, m->key[centre])) &&
        put_float(m->frame, CENTRE_VALUE, row, centre == UINT32_MAX ? (double)NAN : value[centre]));
}

/* ---- measures ---- */

static enum status add_degree(struct measuring *m, const char *name, enum ends ends,
                              enum centrality of, double *value) {
    for (uint32_t v = 0; v < m->net->n; v++) {
        value[v] = degree_of(&m->graph, v, ends);
    }
    return put_centralization(m, name, of, value);
}

static enum status add_degrees(struct measuring *m, double *value) {
    if (!m->graph.directed) {
        return add_degree(m, "degree", ENDS_BOTH, CENTRALITY_DEGREE, value);
    }
    enum status s = add_degree(m, "in_degree", ENDS_TO, CENTRALITY_DEGREE, value);
    if (s == ST_OK) {
        s = add_degree(m, "out_degree", ENDS_FROM, CENTRALITY_DEGREE, value);
    }
    return s == ST_OK ? add_degree(m, "degree", ENDS_BOTH, CENTRALITY_DEGREE_BOTH, value) : s;
}

static enum status add_closeness(struct measuring *m, enum convention convention, double *value) {
    struct distances *d = MEMBER_ARRAY(m, struct distances);
    enum status s = d ? distances_sum(&m->host, &m->graph, LENGTHS_ONE, WAY_OUT, d) : ST_NO_MEMORY;
    for (uint32_t v = 0; s == ST_OK && v < m->net->n; v++) {
        value[v] = closeness_of(&d[v], m->net->n, convention);
    }
    return s == ST_OK ? put_centralization(m, "closeness", CENTRALITY_CLOSENESS, value) : s;
}

static enum status add_betweenness(struct measuring *m, double *value) {
    enum status s = betweenness(&m->host, &m->graph, LENGTHS_ONE, value, NULL);
    return s == ST_OK ? put_centralization(m, "betweenness", CENTRALITY_BETWEENNESS, value) : s;
}

static enum status add_eigenvector(struct measuring *m, enum convention convention, double *value) {
    struct iteration how;
    enum status s = measure_by_eigenvector(m, convention, value, &how);
    enum centrality of =
        convention == CONVENTION_IGRAPH ? CENTRALITY_EIGENVECTOR : CENTRALITY_EIGENVECTOR_LENGTH;
    return s == ST_OK ? put_centralization(m, "eigenvector", of, value) : s;
}

static enum status measure_centralization(struct measuring *m, const void *user) {
    enum convention convention = ((const struct convention_choice *)user)->convention;
    double *value = MEMBER_ARRAY(m, double);
    enum status s = value ? add_degrees(m, value) : ST_NO_MEMORY;
    if (s == ST_OK) {
        s = add_closeness(m, convention, value);
    }
    if (s == ST_OK) {
        s = add_betweenness(m, value);
    }
    return s == ST_OK ? add_eigenvector(m, convention, value) : s;
}

#define FREEMAN                                                                                    \
    "centralization: how far all are below the most central, added up, by the most there can be, " \
    "in a star (Freeman 1978); loops and strengths do not count; centre: the first of the most "   \
    "central; "

static const struct convention_choice CENTRALIZATION_BY[] = {
    {CONVENTION_IGRAPH,
     FREEMAN "closeness outwards to those who can be reached, eigenvector with a largest of 1, "
             "whose most is where all but two are alone, as igraph has them"},
    {CONVENTION_SNA, FREEMAN "closeness outwards, 0 where somebody cannot be reached, eigenvector "
                             "outwards with squares adding up to 1, whose most is where all but "
                             "two are alone, as sna has them"}};

int network_centralization(struct native_call *c) {
    const struct convention_choice *choice =
        choose_convention(c, 1, CENTRALIZATION_BY, COUNT_OF(CENTRALIZATION_BY));
    return choice ? measure_network(c, &(struct measure){.values = TIES_ALIKE,
                                                         .definition = choice->definition,
                                                         .fn = measure_centralization,
                                                         .user = choice})
                  : SPOKE_FAILED;
}
