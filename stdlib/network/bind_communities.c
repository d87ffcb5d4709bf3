/* Groups that the ties make, and how good declared groups are as such. */
#include "stdlib/network/bind_by.h"
#include "stdlib/network/bind_graph.h"
#include "stdlib/network/bind_network.h"
#include "stdlib/network/communities.h"
#include "stdlib/network/partition.h"
#include "stdlib/rows.h"
#include <math.h>

/* ---- communities ---- */

/* A round of a run that gains less is its last. */
static const double ENOUGH = 1e-6;
enum { MOST_RUNS = 1000 };

static void note_communities(struct measuring *m, const struct community_plan *plan,
                             const struct community_runs *found) {
    struct str name = m->ties->name;
    if (isnan(found->modularity)) {
        native_note(m->call, "`%.*s` has no ties: each member is a community", STR_ARG(name));
    } else if (plan->runs == 1) {
        native_note(m->call, "communities of `%.*s`: %u, modularity %.4f", STR_ARG(name), found->n,
                    found->modularity);
    } else {
        native_note(m->call,
                    "communities of `%.*s`: %u, modularity %.4f, the best of %u runs; the lowest "
                    "has %.4f; runs agree by %.2f on average (adjusted Rand index, Hubert and "
                    "Arabie 1985)",
                    STR_ARG(name), found->n, found->modularity, plan->runs, found->lowest,
                    found->agreement);
    }
}

static enum status measure_communities(struct measuring *m, const void *user) {
    const struct community_plan *plan = user;
    struct community_runs found;
    uint32_t *of = MEMBER_ARRAY(m, uint32_t);
    enum status s = of ? communities_find(&m->host, &m->graph, plan, of, &found) : ST_NO_MEMORY;
    for (uint32_t v = 0; s == ST_OK && v < m->net->n; v++) {
        uint32_t row = member_row(m, v);
        s = had_memory(row != UINT32_MAX && put_int(m->frame, 2, row, (int64_t)of[v] + 1));
    }
    if (s == ST_OK) {
        note_communities(m, plan, &found);
    }
    return s;
}

static int read_resolution(struct native_call *c, int argument, double *out) {
    *out = native_float(c, argument);
    return *out > 0 && isfinite(*out)
               ? SPOKE_OK
               : native_fail_help(c, "1 is usual; more gives smaller communities",
                                  "a resolution is above 0");
}

static int read_plan(struct native_call *c, struct community_plan *out) {
    struct str method = native_text(c, 4);
    int64_t runs = native_int(c, 3);
    *out = (struct community_plan){.enough = ENOUGH, .seed = (uint64_t)native_int(c, 2)};
    if (runs < 1 || runs > MOST_RUNS) {
        return native_fail_help(c, "10 is usual", "`seeds` is the number of runs, from 1 to %d",
                                MOST_RUNS);
    }
    out->runs = (uint32_t)runs;
    if (!str_is(method, "leiden") && !str_is(method, "louvain")) {
        return native_fail_help(c, "methods are \"leiden\" and \"louvain\"",
                                "there is no method \"%.*s\"", STR_ARG(method));
    }
    out->method = str_is(method, "leiden") ? COMMUNITIES_LEIDEN : COMMUNITIES_LOUVAIN;
    return read_resolution(c, 1, &out->resolution);
}

int network_communities(struct native_call *c) {
    struct community_plan plan;
    int status = read_plan(c, &plan);
    if (status != SPOKE_OK) {
        return status;
    }
    struct str definition = arena_printf(
        native_arena(c),
        "communities: groups with more ties inside than chance would give, so that modularity at "
        "resolution %g is as high as is found (Newman and Girvan 2004; with directions Leicht and "
        "Newman 2008; strengths count where there are), by %s, seed %lld; numbered by size, then "
        "by first member",
        plan.resolution,
        plan.method == COMMUNITIES_LEIDEN ? "Leiden (Traag, Waltman and van Eck 2019)"
                                          : "Louvain (Blondel and others 2008)",
        (long long)plan.seed);
    if (!definition.p) {
        return SPOKE_NO_MEMORY;
    }
    return measure_network(c, &(struct measure){.values = TIES_STRENGTH,
                                                .definition = definition.p,
                                                .fn = measure_communities,
                                                .user = &plan});
}

/* ---- modularity of declared groups ---- */

/* The ties between members with a group. */
static enum status list_grouped(struct measuring *m, const struct member_kinds *by,
                                struct tie_list *out) {
    const struct graph *g = &m->graph;
    struct arena *a = native_arena(m->call);
    uint32_t *from = ARENA_ARRAY(a, uint32_t, g->ties + 1);
    uint32_t *to = ARENA_ARRAY(a, uint32_t, g->ties + 1);
    double *value = ARENA_ARRAY(a, double, g->ties + 1);
    *out = (struct tie_list){
        .nodes = g->n, .directed = g->directed, .from = from, .to = to, .value = value};
    if (!from || !to || !value) {
        return ST_NO_MEMORY;
    }
    for (uint32_t v = 0; v < g->n; v++) {
        for (uint64_t i = g->out.start[v]; i < g->out.start[v + 1]; i++) {
            uint32_t a_end = g->label[v], b_end = g->label[g->out.node[i]];
            if ((g->directed || v < g->out.node[i]) && by->kind[a_end] != NO_KIND &&
                by->kind[b_end] != NO_KIND) {
                from[out->n] = a_end;
                to[out->n] = b_end;
                value[out->n++] = g->out.value ? g->out.value[i] : 1;
            }
        }
    }
    return ST_OK;
}

/* Those without a group are one of their own, in which there are no ties. */
static enum status find_modularity(struct measuring *m, const struct member_kinds *by,
                                   double resolution, double *out) {
    uint32_t *of = MEMBER_ARRAY(m, uint32_t);
    struct tie_list list;
    struct graph g;
    enum status s = of ? list_grouped(m, by, &list) : ST_NO_MEMORY;
    if (s == ST_OK) {
        s = graph_build(&m->host, &list, &g);
    }
    if (s != ST_OK) {
        return s;
    }
    for (uint32_t v = 0; v < m->net->n; v++) {
        of[v] = by->kind[v] == NO_KIND ? by->n : by->kind[v];
    }
    s = partition_modularity(&m->host, &g, of, by->n + 1, resolution, out);
    graph_free(&g);
    return s;
}

static enum status measure_modularity(struct measuring *m, const void *user) {
    const double *resolution = user;
    struct member_kinds by;
    double modularity = (double)NAN;
    m->status = read_member_kinds(m->call, m->net, 1, &by);
    if (m->status == SPOKE_OK && !by.kind) {
        m->status =
            native_fail_help(m->call,
                             "declare them, or find some with `communities(net)`: `network "
                             "... { group district }`",
                             "`%.*s` declares no groups of its members", STR_ARG(m->net->name));
    }
    if (m->status != SPOKE_OK) {
        return m->status == SPOKE_NO_MEMORY ? ST_NO_MEMORY : ST_FAILED;
    }
    enum status s = find_modularity(m, &by, *resolution, &modularity);
    uint32_t row = s == ST_OK ? relation_row(m) : UINT32_MAX;
    return s != ST_OK ? s
                      : had_memory(row != UINT32_MAX && put_int(m->frame, 1, row, by.n) &&
                                   put_float(m->frame, 2, row, modularity) &&
                                   put_int(m->frame, 3, row, by.unknown));
}

int network_modularity(struct native_call *c) {
    double resolution;
    int status = read_resolution(c, 2, &resolution);
    if (status != SPOKE_OK) {
        return status;
    }
    return measure_network(
        c, &(struct measure){
               .values = TIES_STRENGTH,
               .definition = "modularity: the share of ties, by strength where they have one, that "
                             "stay in a group, less the share that would by chance (Newman and "
                             "Girvan 2004; with directions Leicht and Newman 2008); members "
                             "without a group take no part",
               .fn = measure_modularity,
               .user = &resolution});
}
