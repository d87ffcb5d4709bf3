/* Each figure is what the kernel of its measure finds. */
#include "stdlib/network/cug_figure.h"
#include "stdlib/network/betweenness.h"
#include "stdlib/network/census.h"
#include "stdlib/network/components.h"
#include "stdlib/network/degree.h"
#include "stdlib/network/ei.h"
#include "stdlib/network/triangles.h"
#include <math.h>

enum { DIRECTED = 1, UNDIRECTED = 2, EITHER = 3 };

static const struct {
    const char *name;
    int fits;
    bool by_groups;
} STATISTICS[CUG_STATISTICS] = {
    [CUG_RECIPROCITY] = {"reciprocity", DIRECTED, false},
    [CUG_RECIPROCITY_BEYOND] = {"reciprocity beyond density", DIRECTED, false},
    [CUG_TRANSITIVITY] = {"transitivity", EITHER, false},
    [CUG_DIRECTED_TRANSITIVITY] = {"directed transitivity", DIRECTED, false},
    [CUG_IN_CENTRALIZATION] = {"in-degree centralization", DIRECTED, false},
    [CUG_OUT_CENTRALIZATION] = {"out-degree centralization", DIRECTED, false},
    [CUG_DEGREE_CENTRALIZATION] = {"degree centralization", UNDIRECTED, false},
    [CUG_BETWEENNESS_CENTRALIZATION] = {"betweenness centralization", EITHER, false},
    [CUG_CONNECTEDNESS] = {"connectedness", EITHER, false},
    [CUG_EI] = {"E-I", EITHER, true},
    [CUG_MODULARITY] = {"modularity", EITHER, true},
};

const char *cug_statistic_name(enum cug_statistic s) {
    return STATISTICS[s].name;
}

bool cug_statistic_needs_groups(enum cug_statistic s) {
    return STATISTICS[s].by_groups;
}

bool cug_statistic_fits(enum cug_statistic s, bool directed) {
    return (STATISTICS[s].fits & (directed ? DIRECTED : UNDIRECTED)) != 0;
}

enum status figure_room_take(struct arena *a, uint32_t members, const struct cug *how,
                             struct figure_room *room) {
    size_t groups = how->by ? how->by->n : members;
    *room = (struct figure_room){.value = ARENA_ARRAY(a, double, (size_t)members + 1),
                                 .part = ARENA_ARRAY(a, uint32_t, (size_t)members + 1),
                                 .triangles = ARENA_ARRAY(a, uint64_t, (size_t)members + 1),
                                 .in = ARENA_ARRAY(a, uint64_t, groups + 1),
                                 .out = ARENA_ARRAY(a, uint64_t, groups + 1)};
    return room->value && room->part && room->triangles && room->in && room->out ? ST_OK
                                                                                 : ST_NO_MEMORY;
}

/* ---- figures ---- */

static enum status reciprocity(const struct network_host *host, const struct graph *g,
                               const uint8_t *silent, bool beyond, double *out) {
    struct dyads d;
    enum status status = dyad_census(host, g, silent, &d);
    if (status != ST_OK) {
        return status;
    }
    *out = reciprocity_of(&d);
    if (beyond) {
        double density = density_of(&d);
        *out = density < 1 ? (*out - density) / (1 - density) : (double)NAN;
    }
    return ST_OK;
}

static enum status transitivity(const struct network_host *host, const struct graph *g,
                                struct figure_room *room, double *out) {
    struct graph both;
    enum status status = graph_without_direction(host, g, MERGE_MOST, &both);
    if (status == ST_OK) {
        status = triangles_count(host, &both, room->triangles);
        *out = status == ST_OK ? clustering_of(&both, room->triangles).transitivity : (double)NAN;
        graph_free(&both);
    }
    return status;
}

/* Transitive triples by the kinds of triads, over paths of two. */
static enum status directed_transitivity(const struct network_host *host, const struct graph *g,
                                         double *out) {
    uint64_t count[TRIADS], paths = 0;
    struct dyads dyads;
    enum status status = triad_census(host, g, count);
    if (status == ST_OK) {
        status = dyad_census(host, g, NULL, &dyads);
    }
    if (status != ST_OK) {
        return status;
    }
    uint64_t closed = count[TRIAD_030T] + count[TRIAD_120C] +
                      2 * (count[TRIAD_120D] + count[TRIAD_120U]) + 3 * count[TRIAD_210] +
                      6 * count[TRIAD_300];
    for (uint32_t v = 0; v < g->n; v++) {
        paths += row_length(&g->in, v) * row_length(&g->out, v);
    }
    paths -= 2 * dyads.mutual;
    *out = paths ? (double)closed / (double)paths : (double)NAN;
    return ST_OK;
}

static double degree_centralization(const struct graph *g, enum ends ends,
                                    struct figure_room *room) {
    for (uint32_t v = 0; v < g->n; v++) {
        room->value[v] = degree_of(g, v, ends);
    }
    return centralization(room->value, g->n, g->directed, CENTRALITY_DEGREE);
}

static enum status betweenness_centralization(const struct network_host *host,
                                              const struct graph *g, struct figure_room *room,
                                              double *out) {
    enum status status = betweenness(host, g, LENGTHS_ONE, room->value, NULL);
    *out = centralization(room->value, g->n, g->directed, CENTRALITY_BETWEENNESS);
    return status;
}

static enum status connectedness(const struct network_host *host, const struct graph *g,
                                 struct figure_room *room, double *out) {
    struct component_count count;
    double pairs = 0, n = g->n;
    enum status status = components_weak(host, g, room->part, &count);
    if (status != ST_OK) {
        return status;
    }
    memset(room->triangles, 0, g->n * sizeof *room->triangles);
    for (uint32_t v = 0; v < g->n; v++) {
        pairs += (double)room->triangles[room->part[v]]++;
    }
    *out = n > 1 ? pairs / (n * (n - 1) / 2) : (double)NAN;
    return ST_OK;
}

/* Both figures of groups from one count of ties by group. */
static void by_groups(const struct graph *g, const struct cug *how, struct figure_room *room,
                      double *out) {
    const struct groups *by = how->by;
    struct sides sides = {0, 0};
    double all = 0, chance = 0;
    memset(room->in, 0, by->n * sizeof *room->in);
    memset(room->out, 0, by->n * sizeof *room->out);
    for (uint32_t v = 0; v < g->n; v++) {
        for (uint64_t i = g->out.start[v]; i < g->out.start[v + 1]; i++) {
            uint32_t from = by->of[g->label[v]], to = by->of[g->label[g->out.node[i]]];
            if (from != UNKNOWN_GROUP && to != UNKNOWN_GROUP) {
                room->out[from]++;
                room->in[to]++;
                *(from == to ? &sides.internal : &sides.external) += 1;
            }
        }
    }
    all = (double)(sides.internal + sides.external);
    for (uint32_t k = 0; k < by->n; k++) {
        chance += (double)room->in[k] * (double)room->out[k] / (all * all);
    }
    *out = how->statistic == CUG_EI ? ei_of(&sides) : (double)sides.internal / all - chance;
}

enum status figure_of(const struct network_host *host, const struct graph *g, const struct cug *how,
                      struct figure_room *room, double *out) {
    switch (how->statistic) {
    case CUG_RECIPROCITY:
    case CUG_RECIPROCITY_BEYOND:
        return reciprocity(host, g, how->silent, how->statistic == CUG_RECIPROCITY_BEYOND, out);
    case CUG_TRANSITIVITY:
        return transitivity(host, g, room, out);
    case CUG_DIRECTED_TRANSITIVITY:
        return directed_transitivity(host, g, out);
    case CUG_IN_CENTRALIZATION:
        *out = degree_centralization(g, ENDS_TO, room);
        return ST_OK;
    case CUG_OUT_CENTRALIZATION:
    case CUG_DEGREE_CENTRALIZATION:
        *out = degree_centralization(g, ENDS_FROM, room);
        return ST_OK;
    case CUG_BETWEENNESS_CENTRALIZATION:
        return betweenness_centralization(host, g, room, out);
    case CUG_CONNECTEDNESS:
        return connectedness(host, g, room, out);
    default:
        by_groups(g, how, room, out);
        return ST_OK;
    }
}
