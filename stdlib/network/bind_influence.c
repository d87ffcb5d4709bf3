/* Measures in which members count by those they are tied to. */
#include "stdlib/network/bind_convention.h"
#include "stdlib/network/bind_influence.h"
#include "stdlib/network/bind_network.h"
#include "stdlib/network/influence.h"
#include "stdlib/rows.h"
#include <math.h>

/* Columns behind `member` and `relation`. */
enum { FIRST = 2, SECOND };

static void note_error(struct measuring *m, const char *what, const struct iteration *how) {
    if (!how->reached) {
        native_note(m->call, "%s of `%.*s` is not exact: after %u steps the error is %.1e", what,
                    STR_ARG(m->ties->name), how->steps, how->residual);
    }
}

static enum status put_figures(struct measuring *m, const double *first, const double *second) {
    for (uint32_t v = 0; v < m->net->n; v++) {
        uint32_t row = member_row(m, v);
        if (row == UINT32_MAX || !put_float(m->frame, FIRST, row, first[v]) ||
            (second && !put_float(m->frame, SECOND, row, second[v]))) {
            return ST_NO_MEMORY;
        }
    }
    return ST_OK;
}

/* ---- eigenvector ---- */

static const struct convention_choice EIGENVECTOR[] = {
    {CONVENTION_IGRAPH,
     "eigenvector as igraph has it: each is as central as those who name it together, in "
     "proportion "
     "to strength where there is one; the largest is 1 (Bonacich 1972); where parts do not hang "
     "together only the one with the largest eigenvalue has more than 0"},
    {CONVENTION_NETWORKX, "eigenvector as NetworkX has it: each is as central as those who name it "
                          "together; squares add "
                          "up to 1 (Bonacich 1972)"},
    {CONVENTION_SNA, "eigenvector as sna has it: each is as central as those it names together; "
                     "squares add up to 1 "
                     "(Bonacich 1972)"},
    {CONVENTION_UCINET, "eigenvector as UCINET has it: each is as central as those it is tied to "
                        "together, either way; squares add up to 1 (Bonacich 1972)"}};

enum status measure_by_eigenvector(struct measuring *m, enum convention convention, double *out,
                                   struct iteration *how) {
    struct graph g = m->graph; /* shares its rows */
    enum scale scale = convention == CONVENTION_IGRAPH ? SCALE_LARGEST : SCALE_LENGTH;
    if (convention == CONVENTION_UCINET) {
        enum status s = graph_without_direction(&m->host, &m->graph, MERGE_MOST, &g);
        if (s == ST_OK) {
            s = eigenvector(&m->host, &g, scale, out, how);
            graph_free(&g);
        }
        return s;
    }
    if (convention == CONVENTION_SNA) {
        g.in = m->graph.out;
        g.out = m->graph.in;
    }
    return eigenvector(&m->host, &g, scale, out, how);
}

static enum status measure_eigenvector(struct measuring *m, const void *user) {
    const struct convention_choice *choice = user;
    double *value = MEMBER_ARRAY(m, double);
    struct iteration how;
    if (!value) {
        return ST_NO_MEMORY;
    }
    enum status s = measure_by_eigenvector(m, choice->convention, value, &how);
    if (s == ST_OK) {
        note_error(m, "eigenvector", &how);
        s = put_figures(m, value, NULL);
    }
    return s;
}

int network_eigenvector(struct native_call *c) {
    const struct convention_choice *choice =
        choose_convention(c, 1, EIGENVECTOR, COUNT_OF(EIGENVECTOR));
    return choice ? measure_network(c, &(struct measure){.values = TIES_STRENGTH,
                                                         .definition = choice->definition,
                                                         .fn = measure_eigenvector,
                                                         .user = choice})
                  : SPOKE_FAILED;
}

/* ---- hubs and authorities ---- */

static const struct convention_choice HITS[] = {
    {CONVENTION_IGRAPH,
     "hits: a hub names authorities, an authority is named by hubs, in proportion to strength "
     "where "
     "there is one (Kleinberg 1999); as igraph has it, the largest of each is 1"},
    {CONVENTION_NETWORKX, "hits: a hub names authorities, an authority is named by hubs, in "
                          "proportion to strength where "
                          "there is one (Kleinberg 1999); as NetworkX has it, each adds up to 1"}};

static enum status measure_hits(struct measuring *m, const void *user) {
    const struct convention_choice *choice = user;
    double *hub = MEMBER_ARRAY(m, double), *authority = MEMBER_ARRAY(m, double);
    struct iteration how;
    if (!hub || !authority) {
        return ST_NO_MEMORY;
    }
    enum scale scale = choice->convention == CONVENTION_IGRAPH ? SCALE_LARGEST : SCALE_SUM;
    enum status s = hubs_and_authorities(&m->host, &m->graph, scale, hub, authority, &how);
    if (s == ST_OK) {
        note_error(m, "hits", &how);
        s = put_figures(m, hub, authority);
    }
    return s;
}

int network_hits(struct native_call *c) {
    const struct convention_choice *choice = choose_convention(c, 1, HITS, COUNT_OF(HITS));
    return choice ? measure_network(c, &(struct measure){.values = TIES_STRENGTH,
                                                         .definition = choice->definition,
                                                         .fn = measure_hits,
                                                         .user = choice})
                  : SPOKE_FAILED;
}

/* ---- Katz ---- */

struct katz_call {
    double attenuation, base;
    enum scale scale;
};

static enum status measure_katz(struct measuring *m, const void *user) {
    const struct katz_call *k = user;
    double *value = MEMBER_ARRAY(m, double);
    struct iteration how;
    if (!value) {
        return ST_NO_MEMORY;
    }
    enum status s = katz(&m->host, &m->graph, k->attenuation, k->base, k->scale, value, &how);
    if (s == ST_OK && !how.reached) {
        native_note(m->call,
                    "katz of `%.*s` has no end: an attenuation of %g is not below 1 / the largest "
                    "eigenvalue of its ties; try a smaller one",
                    STR_ARG(m->ties->name), k->attenuation);
    }
    return s == ST_OK ? put_figures(m, value, NULL) : s;
}

static const struct convention_choice KATZ[] = {
    {CONVENTION_NETWORKX, "as NetworkX has it, squares add up to 1"},
    {CONVENTION_IGRAPH, "as igraph's alpha centrality, nothing is scaled"}};

int network_katz(struct native_call *c) {
    struct katz_call k = {.attenuation = native_float(c, 1), .base = native_float(c, 2)};
    const struct convention_choice *choice = choose_convention(c, 3, KATZ, COUNT_OF(KATZ));
    if (!choice) {
        return SPOKE_FAILED;
    }
    if (!isfinite(k.attenuation) || k.attenuation < 0 || !isfinite(k.base) || k.base < 0) {
        return native_fail_help(c, "0.1 and 1 are usual",
                                "attenuation and base are numbers of 0 or more");
    }
    k.scale = choice->convention == CONVENTION_IGRAPH ? SCALE_NONE : SCALE_LENGTH;
    struct str definition =
        arena_printf(native_arena(c),
                     "katz: %g, and %g times what those who name one have, in proportion to "
                     "strength where there is one (Katz 1953); %s",
                     k.base, k.attenuation, choice->definition);
    if (!definition.p) {
        return SPOKE_NO_MEMORY;
    }
    return measure_network(c, &(struct measure){.values = TIES_STRENGTH,
                                                .definition = definition.p,
                                                .fn = measure_katz,
                                                .user = &k});
}
