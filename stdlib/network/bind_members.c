/* Measures of members: one row for each member and relation, named by its key. */
#include "stdlib/network/betweenness.h"
#include "stdlib/network/bind_convention.h"
#include "stdlib/network/bind_network.h"
#include "stdlib/network/components.h"
#include "stdlib/network/degree.h"
#include "stdlib/network/fagiolo.h"
#include "stdlib/network/holes.h"
#include "stdlib/network/pagerank.h"
#include "stdlib/network/triangles.h"
#include "stdlib/rows.h"
#include <math.h>

/* Columns behind `member` and `relation`. */
enum { FIRST = 2, SECOND, THIRD, FOURTH, FIFTH };

/* ---- ties of a member ---- */

static enum status measure_degree(struct measuring *m, const void *user) {
    const struct graph *g = &m->graph;
    struct frame *f = m->frame;
    UNUSED(user);
    for (uint32_t v = 0; v < g->n; v++) {
        uint32_t row = member_row(m, v);
        if (row == UINT32_MAX ||
            !(g->directed ? put_int(f, FIRST, row, degree_of(g, v, ENDS_TO)) &&
                                put_int(f, SECOND, row, degree_of(g, v, ENDS_FROM))
                          : put_missing(f, FIRST, row) && put_missing(f, SECOND, row)) ||
            !put_int(f, THIRD, row, degree_of(g, v, ENDS_BOTH)) ||
            !put_float(f, FOURTH, row, g->out.value ? strength_of(g, v, ENDS_BOTH) : (double)NAN)) {
            return ST_NO_MEMORY;
        }
    }
    return ST_OK;
}

int network_degree(struct native_call *c) {
    return measure_network(
        c,
        &(struct measure){
            .values = TIES_STRENGTH,
            .definition = "degree: other members that one is tied to, repeated ties counted once; "
                          "with directions those who name one (in) and those one names (out) "
                          "added up; strength: the strengths of these ties added up",
            .fn = measure_degree});
}

static enum status measure_strength(struct measuring *m, const void *user) {
    const struct graph *g = &m->graph;
    struct frame *f = m->frame;
    UNUSED(user);
    for (uint32_t v = 0; v < g->n; v++) {
        uint32_t row = member_row(m, v), ties = degree_of(g, v, ENDS_BOTH);
        double all = strength_of(g, v, ENDS_BOTH);
        if (row == UINT32_MAX ||
            !put_float(f, FIRST, row, g->directed ? strength_of(g, v, ENDS_TO) : (double)NAN) ||
            !put_float(f, SECOND, row, g->directed ? strength_of(g, v, ENDS_FROM) : (double)NAN) ||
            !put_float(f, THIRD, row, all) ||
            !put_float(f, FOURTH, row, ties ? all / ties : (double)NAN)) {
            return ST_NO_MEMORY;
        }
    }
    return ST_OK;
}

int network_strength(struct native_call *c) {
    return measure_network(
        c, &(struct measure){
               .values = TIES_STRENGTH,
               .definition = "strength: the strengths of one's ties added up (Barrat, Barthelemy, "
                             "Pastor-Satorras and Vespignani 2004), those of repeated ties, too; 1 "
                             "each where ties have none; mean: by member that one is tied to, with "
                             "directions by tie",
               .fn = measure_strength});
}

/* ---- shortest paths ---- */

static enum status measure_betweenness(struct measuring *m, const void *user) {
    double *through = MEMBER_ARRAY(m, double);
    double pairs = betweenness_pairs(&m->graph);
    UNUSED(user);
    if (!through) {
        return ST_NO_MEMORY;
    }
    enum status s = betweenness(&m->host, &m->graph, m->lengths, through, NULL);
    for (uint32_t v = 0; s == ST_OK && v < m->net->n; v++) {
        uint32_t row = member_row(m, v);
        s = had_memory(
            row != UINT32_MAX && put_float(m->frame, FIRST, row, through[v]) &&
            put_float(m->frame, SECOND, row, pairs > 0 ? through[v] / pairs : (double)NAN));
    }
    return s;
}

int network_betweenness(struct native_call *c) {
    return measure_network(
        c,
        &(struct measure){
            .values = TIES_LENGTH,
            .distance = 1,
            .definition = "betweenness: for each pair of other members the share of its shortest "
                          "paths that pass, added up (Freeman 1977); without directions each pair "
                          "counts once; normalized: divided by the number of these pairs",
            .fn = measure_betweenness});
}

static enum status take_distances(struct measuring *m, enum way way, struct distances **out) {
    *out = MEMBER_ARRAY(m, struct distances);
    return *out ? distances_sum(&m->host, &m->graph, m->lengths, way, *out) : ST_NO_MEMORY;
}

static const struct convention_choice CLOSENESS[] = {
    {CONVENTION_IGRAPH,
     "closeness as igraph has it: 1 / mean distance to those who can be reached, "
     "missing where there are none; ties are followed outwards (Freeman 1978)"},
    {CONVENTION_SNA, "closeness as sna has it: other members / sum of the distances to them, 0 "
                     "where one of them cannot be reached; ties are followed outwards"},
    {CONVENTION_NETWORKX,
     "closeness as NetworkX has it: 1 / mean distance, times the share of other members at the "
     "ends of these paths (Wasserman and Faust); ties are followed inwards"},
    {CONVENTION_UCINET, "closeness as UCINET has it: other members / sum of the distances to them, "
                        "where one that cannot be reached is as far as there are members; ties are "
                        "followed outwards"}};

static enum status measure_closeness(struct measuring *m, const void *user) {
    const struct convention_choice *choice = user;
    struct distances *d;
    enum status s = take_distances(m, closeness_way(choice->convention), &d);
    for (uint32_t v = 0; s == ST_OK && v < m->net->n; v++) {
        uint32_t row = member_row(m, v);
        s = had_memory(
            row != UINT32_MAX &&
            put_float(m->frame, FIRST, row, closeness_of(&d[v], m->net->n, choice->convention)) &&
            put_int(m->frame, SECOND, row, d[v].reached));
    }
    return s;
}

int network_closeness(struct native_call *c) {
    const struct convention_choice *choice =
        choose_convention(c, 1, CLOSENESS, COUNT_OF(CLOSENESS));
    return choice ? measure_network(c, &(struct measure){.values = TIES_LENGTH,
                                                         .distance = 2,
                                                         .definition = choice->definition,
                                                         .fn = measure_closeness,
                                                         .user = choice})
                  : SPOKE_FAILED;
}

static enum status measure_harmonic(struct measuring *m, const void *user) {
    struct distances *d;
    double others = (double)m->net->n - 1;
    enum status s = take_distances(m, WAY_OUT, &d);
    UNUSED(user);
    for (uint32_t v = 0; s == ST_OK && v < m->net->n; v++) {
        uint32_t row = member_row(m, v);
        s = had_memory(
            row != UINT32_MAX && put_float(m->frame, FIRST, row, d[v].harmonic) &&
            put_float(m->frame, SECOND, row, others > 0 ? d[v].harmonic / others : (double)NAN) &&
            put_int(m->frame, THIRD, row, d[v].reached));
    }
    return s;
}

int network_harmonic(struct native_call *c) {
    return measure_network(
        c,
        &(struct measure){.values = TIES_LENGTH,
                          .distance = 1,
                          .definition = "harmonic: 1 / distance to every other member, added up; "
                                        "those who cannot be reached add nothing; ties are "
                                        "followed outwards; normalized: divided by the number "
                                        "of other members",
                          .fn = measure_harmonic});
}

static enum status measure_eccentricity(struct measuring *m, const void *user) {
    struct distances *d;
    enum status s = take_distances(m, WAY_OUT, &d);
    UNUSED(user);
    for (uint32_t v = 0; s == ST_OK && v < m->net->n; v++) {
        uint32_t row = member_row(m, v);
        double reached = d[v].reached;
        s = had_memory(
            row != UINT32_MAX &&
            put_float(m->frame, FIRST, row, reached > 0 ? d[v].farthest : (double)NAN) &&
            put_float(m->frame, SECOND, row, reached > 0 ? d[v].total / reached : (double)NAN) &&
            put_int(m->frame, THIRD, row, d[v].reached) &&
            put_ratio(m->frame, FOURTH, row, d[v].reached, (int64_t)m->net->n - 1));
    }
    return s;
}

int network_eccentricity(struct native_call *c) {
    return measure_network(
        c,
        &(struct measure){
            .values = TIES_LENGTH,
            .distance = 1,
            .definition = "eccentricity: the distance to the farthest whom one can reach (Harary "
                          "1969); mean: to all of these; missing where there are none; "
                          "reachable: their share of the other members; ties are followed "
                          "outwards",
            .fn = measure_eccentricity});
}

/* ---- PageRank ---- */

static enum status measure_pagerank(struct measuring *m, const void *user) {
    const double *damping = user;
    double *rank = MEMBER_ARRAY(m, double);
    struct iteration how;
    if (!rank) {
        return ST_NO_MEMORY;
    }
    enum status s = pagerank(&m->host, &m->graph, *damping, rank, &how);
    if (s == ST_OK && !how.reached) {
        native_note(m->call, "pagerank of `%.*s` is not exact: after %u steps the error is %.1e",
                    STR_ARG(m->ties->name), how.steps, how.residual);
    }
    for (uint32_t v = 0; s == ST_OK && v < m->net->n; v++) {
        uint32_t row = member_row(m, v);
        s = had_memory(row != UINT32_MAX && put_float(m->frame, FIRST, row, rank[v]));
    }
    return s;
}

int network_pagerank(struct native_call *c) {
    double damping = native_float(c, 1);
    if (!(damping >= 0 && damping < 1)) {
        return native_fail_help(c, "0.85 is usual", "a damping is 0 or more and below 1");
    }
    struct str definition = arena_printf(
        native_arena(c),
        "pagerank: the share of time at a member when with chance %g a tie is followed, in "
        "proportion to strength where there is one, else, and where no tie leads on, any member is "
        "chosen; all together 1 (Brin and Page 1998)",
        damping);
    if (!definition.p) {
        return SPOKE_NO_MEMORY;
    }
    return measure_network(c, &(struct measure){.values = TIES_STRENGTH,
                                                .definition = definition.p,
                                                .fn = measure_pagerank,
                                                .user = &damping});
}

/* ---- parts of the network ---- */

/* Components by their first members, since these are numbered in the order of keys. */
struct parts {
    uint32_t *of;           /* by member: the number of its component */
    uint32_t *first, *size; /* by component */
};

static enum status take_parts(struct measuring *m,
                              enum status (*find)(const struct network_host *, const struct graph *,
                                                  uint32_t *, struct component_count *),
                              struct parts *out) {
    struct component_count count;
    *out = (struct parts){MEMBER_ARRAY(m, uint32_t), MEMBER_ARRAY(m, uint32_t),
                          MEMBER_ARRAY(m, uint32_t)};
    if (!out->of || !out->first || !out->size) {
        return ST_NO_MEMORY;
    }
    enum status s = find(&m->host, &m->graph, out->of, &count);
    for (uint32_t k = 0; s == ST_OK && k < count.n; k++) {
        out->size[k] = 0;
    }
    for (uint32_t v = 0; s == ST_OK && v < m->net->n; v++) {
        if (out->size[out->of[v]]++ == 0) {
            out->first[out->of[v]] = v;
        }
    }
    return s;
}

static bool put_part(struct measuring *m, uint32_t column, uint32_t row, const struct parts *p,
                     uint32_t v) {
    const struct text *name = frame_text(m->frame, m->key[p->first[p->of[v]]]);
    m->frame->columns[column].t[row] = name;
    return name && put_int(m->frame, column + 1, row, p->size[p->of[v]]);
}

static enum status measure_components(struct measuring *m, const void *user) {
    struct parts weak, strong;
    enum status s = take_parts(m, components_weak, &weak);
    UNUSED(user);
    if (s == ST_OK) {
        s = take_parts(m, components_strong, &strong);
    }
    for (uint32_t v = 0; s == ST_OK && v < m->net->n; v++) {
        uint32_t row = member_row(m, v);
        s = had_memory(row != UINT32_MAX && put_part(m, FIRST, row, &weak, v) &&
                       put_part(m, THIRD, row, &strong, v));
    }
    return s;
}

int network_components(struct native_call *c) {
    return measure_network(
        c, &(struct measure){.values = TIES_ALIKE,
                             .definition = "component: all who are connected, whatever the "
                                           "direction of ties, named by the first of them; strong: "
                                           "all who reach each other along directions",
                             .fn = measure_components});
}

static enum status without_direction(struct measuring *m, struct graph *out) {
    return graph_without_direction(&m->host, &m->graph, MERGE_MOST, out);
}

static enum status measure_cores(struct measuring *m, const void *user) {
    uint32_t *core = MEMBER_ARRAY(m, uint32_t);
    struct graph g;
    UNUSED(user);
    enum status s = core ? without_direction(m, &g) : ST_NO_MEMORY;
    if (s != ST_OK) {
        return s;
    }
    s = core_numbers(&m->host, &g, core);
    graph_free(&g);
    for (uint32_t v = 0; s == ST_OK && v < m->net->n; v++) {
        uint32_t row = member_row(m, v);
        s = had_memory(row != UINT32_MAX && put_int(m->frame, FIRST, row, core[v]));
    }
    return s;
}

int network_cores(struct native_call *c) {
    return measure_network(
        c, &(struct measure){.values = TIES_ALIKE,
                             .definition = "core: the largest k so that one is in a part all of "
                                           "whose members are tied to k others in it or more "
                                           "(Seidman 1983); direction does not matter",
                             .fn = measure_cores});
}

/* ---- neighbourhoods ---- */

/* `share`: NULL: those of neighbours who are tied, whatever the direction. */
static bool put_clustering(struct measuring *m, const struct graph *g, const uint64_t *triangles,
                           const double *share, uint32_t v) {
    uint32_t row = member_row(m, v);
    return row != UINT32_MAX && put_int(m->frame, FIRST, row, degree_of(g, v, ENDS_BOTH)) &&
           put_int(m->frame, SECOND, row, (int64_t)triangles[v]) &&
           put_float(m->frame, THIRD, row, share ? share[v] : clustering_of_node(g, triangles, v));
}

static enum status measure_clustering(struct measuring *m, const void *user) {
    const struct convention_choice *choice = user;
    uint64_t *triangles = MEMBER_ARRAY(m, uint64_t);
    double *share = choice->convention == CONVENTION_NETWORKX ? MEMBER_ARRAY(m, double) : NULL;
    struct graph g;
    bool memory = triangles && (share || choice->convention != CONVENTION_NETWORKX);
    enum status s = memory ? without_direction(m, &g) : ST_NO_MEMORY;
    if (s != ST_OK) {
        return s;
    }
    s = triangles_count(&m->host, &g, triangles);
    if (s == ST_OK && share) {
        s = directed_clustering(&m->host, &m->graph, share);
    }
    for (uint32_t v = 0; s == ST_OK && v < m->net->n; v++) {
        s = had_memory(put_clustering(m, &g, triangles, share, v));
    }
    graph_free(&g);
    return s;
}

static const struct convention_choice CLUSTERING[] = {
    {CONVENTION_IGRAPH,
     "clustering as igraph has it: the share of pairs of one's neighbours who are "
     "tied, too (Watts and Strogatz 1998), missing where there are fewer than "
     "two; direction does not matter"},
    {CONVENTION_NETWORKX,
     "clustering as NetworkX has it: the share of pairs of one's neighbours who are tied, too "
     "(Watts "
     "and Strogatz 1998), with directions of triangles by those there could be, each way round "
     "(Fagiolo 2007); 0 where there are none"}};

int network_clustering(struct native_call *c) {
    const struct convention_choice *choice =
        choose_convention(c, 1, CLUSTERING, COUNT_OF(CLUSTERING));
    return choice ? measure_network(c, &(struct measure){.values = TIES_ALIKE,
                                                         .definition = choice->definition,
                                                         .fn = measure_clustering,
                                                         .user = choice})
                  : SPOKE_FAILED;
}

static bool put_holes(struct measuring *m, const struct holes *h, uint32_t v) {
    uint32_t row = member_row(m, v);
    return row != UINT32_MAX && put_int(m->frame, FIRST, row, h->contacts) &&
           put_float(m->frame, SECOND, row, h->constraint) &&
           put_float(m->frame, THIRD, row, h->effective_size) &&
           put_float(m->frame, FOURTH, row, h->efficiency) &&
           put_float(m->frame, FIFTH, row, h->hierarchy);
}

/* NetworkX has nothing to say of who names nobody. */
static void blank_sink(const struct graph *g, uint32_t inner, struct holes *h) {
    if (row_length(&g->out, inner) == 0) {
        h[g->label[inner]] = (struct holes){
            .contacts = h[g->label[inner]].contacts,
            .constraint = (double)NAN,
            .effective_size = (double)NAN,
            .efficiency = (double)NAN,
            .hierarchy = (double)NAN,
        };
    }
}

static enum status measure_holes(struct measuring *m, const void *user) {
    const struct convention_choice *choice = user;
    struct holes *h = MEMBER_ARRAY(m, struct holes);
    if (!h) {
        return ST_NO_MEMORY;
    }
    enum status s = choice->convention == CONVENTION_UCINET ? holes_find_ego(&m->host, &m->graph, h)
                                                            : holes_find(&m->host, &m->graph, h);
    for (uint32_t v = 0; s == ST_OK && choice->convention == CONVENTION_NETWORKX && v < m->net->n;
         v++) {
        blank_sink(&m->graph, v, h);
    }
    for (uint32_t v = 0; s == ST_OK && v < m->net->n; v++) {
        s = had_memory(put_holes(m, &h[v], v));
    }
    return s;
}

#define HOLES                                                                                      \
    "constraint: how much of one's ties, direct and through contacts, goes to the same contacts "  \
    "(Burt 1992; both directions and strengths added up); contacts pass on shares of "
#define SIZES                                                                                      \
    "; effective size: contacts less their ties among themselves; efficiency: that by contacts; "  \
    "hierarchy: how uneven the constraint is, 0 to 1"

static const struct convention_choice CONSTRAINT[] = {
    {CONVENTION_IGRAPH, HOLES "all their ties, as igraph has it" SIZES},
    {CONVENTION_NETWORKX,
     HOLES "all their ties, as NetworkX has it without loops, missing for those "
           "who name nobody" SIZES},
    {CONVENTION_UCINET,
     HOLES "their ties in one's own network only, UCINET's ego network model" SIZES}};

int network_constraint(struct native_call *c) {
    const struct convention_choice *choice =
        choose_convention(c, 1, CONSTRAINT, COUNT_OF(CONSTRAINT));
    return choice ? measure_network(c, &(struct measure){.values = TIES_STRENGTH,
                                                         .definition = choice->definition,
                                                         .fn = measure_holes,
                                                         .user = choice})
                  : SPOKE_FAILED;
}
