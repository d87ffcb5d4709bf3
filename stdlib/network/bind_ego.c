/* Networks around one member, and figures of all of them. */
#include "stdlib/network/bind_by.h"
#include "stdlib/network/bind_graph.h"
#include "stdlib/network/bind_network.h"
#include "stdlib/network/triangles.h"
#include "stdlib/rows.h"
#include <math.h>
#include <stdlib.h>

/* ---- one ---- */

struct around {
    uint32_t ego, steps;
};

static int find_member(struct native_call *c, const struct network_view *net, struct str key,
                       uint32_t *out) {
    struct buf cell;
    bool same = false;
    buf_init(&cell, native_alloc(c));
    for (uint32_t v = 0; !same && v < net->n; v++) {
        buf_clear(&cell);
        native_cell_text(c, net->key, v, &cell);
        same = str_eq(buf_view(&cell), key);
        *out = v;
    }
    bool failed = cell.failed;
    buf_free(&cell);
    return failed ? SPOKE_NO_MEMORY
           : same ? SPOKE_OK
                  : native_fail_help(c, "members are named by their keys",
                                     "`%.*s` has no member \"%.*s\"", STR_ARG(net->name),
                                     STR_ARG(key));
}

/* Puts those tied to v, whom nobody has reached, behind those who are. */
static uint32_t reach_from(const struct rows_of_ties *rows, uint32_t v, uint32_t *step,
                           uint32_t *reached, uint32_t n) {
    for (uint64_t i = rows->start[v]; i < rows->start[v + 1]; i++) {
        uint32_t u = rows->node[i];
        if (step[u] == UINT32_MAX) {
            step[u] = step[v] + 1;
            reached[n++] = u;
        }
    }
    return n;
}

/* Steps from the ego by node of the graph, whatever the direction; UINT32_MAX: farther. */
static uint32_t *walk(struct measuring *m, const struct around *a) {
    const struct graph *g = &m->graph;
    uint32_t *step = MEMBER_ARRAY(m, uint32_t), *reached = MEMBER_ARRAY(m, uint32_t), n = 1;
    if (!step || !reached) {
        return NULL;
    }
    memset(step, 0xff, g->n * sizeof *step);
    reached[0] = g->place[a->ego];
    step[reached[0]] = 0;
    for (uint32_t i = 0; i < n && step[reached[i]] < a->steps; i++) {
        n = reach_from(&g->out, reached[i], step, reached, n);
        n = g->directed ? reach_from(&g->in, reached[i], step, reached, n) : n;
    }
    return step;
}

struct tie_end {
    uint32_t to; /* the caller's number */
    uint64_t entry;
};

static int by_end(const void *a, const void *b) {
    uint32_t x = ((const struct tie_end *)a)->to, y = ((const struct tie_end *)b)->to;
    return (x > y) - (x < y);
}

/* Ties of a member within the ego network, by their other ends; without directions at their first
 * end only. */
static uint32_t list_ends(const struct graph *g, const uint32_t *step, uint32_t first,
                          struct tie_end *ends) {
    uint32_t v = g->place[first], n = 0;
    for (uint64_t i = g->out.start[v]; step[v] != UINT32_MAX && i < g->out.start[v + 1]; i++) {
        uint32_t u = g->out.node[i];
        if (step[u] != UINT32_MAX && (g->directed || first < g->label[u])) {
            ends[n++] = (struct tie_end){g->label[u], i};
        }
    }
    qsort(ends, n, sizeof *ends, by_end);
    return n;
}

static enum status put_ties(struct measuring *m, const uint32_t *step) {
    const double *strength = m->graph.out.value;
    struct tie_end *ends = MEMBER_ARRAY(m, struct tie_end);
    bool ok = ends != NULL;
    for (uint32_t v = 0; ok && v < m->graph.n; v++) {
        uint32_t n = list_ends(&m->graph, step, v, ends);
        for (uint32_t i = 0; ok && i < n; i++) {
            uint32_t row = tie_row(m, v, ends[i].to);
            ok = row != UINT32_MAX &&
                 put_float(m->frame, 3, row, strength ? strength[ends[i].entry] : (double)NAN);
        }
    }
    return had_memory(ok);
}

static enum status measure_ego(struct measuring *m, const void *user) {
    const uint32_t *step = walk(m, user);
    return step ? put_ties(m, step) : ST_NO_MEMORY;
}

int network_ego(struct native_call *c) {
    struct around a = {.ego = 0};
    int64_t steps = native_int(c, 2);
    const struct network_view *net = native_network(c, 0);
    if (!net) {
        return SPOKE_FAILED;
    }
    if (steps < 1) {
        return native_fail_help(c, "1 is the member and those tied to it",
                                "an ego network reaches 1 step or more");
    }
    a.steps = steps < UINT32_MAX ? (uint32_t)steps : UINT32_MAX;
    int status = find_member(c, net, native_text(c, 1), &a.ego);
    if (status != SPOKE_OK) {
        return status;
    }
    return measure_network(
        c, &(struct measure){.values = TIES_STRENGTH,
                             .definition = "ego network: the ties among a member and those who are "
                                           "so many steps away or fewer, whatever the direction of "
                                           "ties; repeated ties are one, their strengths added up",
                             .fn = measure_ego,
                             .user = &a});
}

/* ---- all ---- */

/* Columns behind `member` and `relation`. */
enum { SIZE = 2, TIES, DENSITY, EFFECTIVE, GROUPS, SAME, BLAU, IQV, UNKNOWN };

struct ego_groups {
    uint32_t groups, known, same;
    double blau;
};

/* `count` is 0 by kind before and after. */
static struct ego_groups look_at_groups(const struct graph *g, const struct member_kinds *by,
                                        uint32_t v, uint32_t *count) {
    const struct rows_of_ties *rows = &g->out;
    struct ego_groups e = {.groups = 0};
    uint32_t own = by->kind[v], place = g->place[v];
    double squares = 0;
    for (uint64_t i = rows->start[place]; i < rows->start[place + 1]; i++) {
        uint32_t kind = by->kind[g->label[rows->node[i]]];
        if (kind != NO_KIND) {
            e.groups += count[kind]++ == 0;
            e.known++;
            e.same += kind == own;
        }
    }
    for (uint64_t i = rows->start[place]; i < rows->start[place + 1]; i++) {
        uint32_t kind = by->kind[g->label[rows->node[i]]];
        if (kind != NO_KIND) {
            squares += (double)count[kind] * count[kind];
            count[kind] = 0;
        }
    }
    e.blau = e.known ? 1 - squares / ((double)e.known * e.known) : (double)NAN;
    return e;
}

static bool put_groups(struct measuring *m, const struct graph *g, const struct member_kinds *by,
                       uint32_t *count, uint32_t row, uint32_t v) {
    struct frame *f = m->frame;
    if (!by->kind) {
        return put_missing(f, GROUPS, row) && put_missing(f, SAME, row) &&
               put_missing(f, BLAU, row) && put_missing(f, IQV, row) &&
               put_missing(f, UNKNOWN, row);
    }
    struct ego_groups e = look_at_groups(g, by, v, count);
    double most = by->n > 1 ? 1 - 1.0 / by->n : (double)NAN;
    return put_int(f, GROUPS, row, e.groups) &&
           (by->kind[v] == NO_KIND ? put_missing(f, SAME, row)
                                   : put_ratio(f, SAME, row, e.same, e.known)) &&
           put_float(f, BLAU, row, e.blau) && put_float(f, IQV, row, e.blau / most) &&
           put_int(f, UNKNOWN, row, (int64_t)row_length(&g->out, g->place[v]) - e.known);
}

static bool put_ego(struct measuring *m, const struct graph *g, const struct member_kinds *by,
                    uint32_t *count, uint64_t among, uint32_t v) {
    uint64_t alters = row_length(&g->out, g->place[v]);
    uint32_t row = member_row(m, v);
    double effective = alters ? (double)alters - 2 * (double)among / (double)alters : (double)NAN;
    return row != UINT32_MAX && put_int(m->frame, SIZE, row, (int64_t)alters) &&
           put_int(m->frame, TIES, row, (int64_t)among) &&
           put_ratio(m->frame, DENSITY, row, (int64_t)among,
                     (int64_t)(alters ? alters * (alters - 1) / 2 : 0)) &&
           put_float(m->frame, EFFECTIVE, row, effective) && put_groups(m, g, by, count, row, v);
}

static enum status measure_egos(struct measuring *m, const void *user) {
    struct member_kinds by;
    struct graph g;
    UNUSED(user);
    m->status = read_member_kinds(m->call, m->net, 1, &by);
    if (m->status != SPOKE_OK) {
        return m->status == SPOKE_NO_MEMORY ? ST_NO_MEMORY : ST_FAILED;
    }
    uint64_t *among = MEMBER_ARRAY(m, uint64_t);
    uint32_t *count = MEMBER_ARRAY(m, uint32_t);
    enum status s = among && count ? graph_without_direction(&m->host, &m->graph, MERGE_MOST, &g)
                                   : ST_NO_MEMORY;
    if (s != ST_OK) {
        return s;
    }
    s = triangles_count(&m->host, &g, among);
    for (uint32_t v = 0; s == ST_OK && v < m->net->n; v++) {
        s = had_memory(put_ego(m, &g, &by, count, among[v], v));
    }
    graph_free(&g);
    return s;
}

int network_egos(struct native_call *c) {
    return measure_network(
        c,
        &(struct measure){
            .values = TIES_ALIKE,
            .definition =
                "egos: how many are tied to a member (alters), and the ties among them, whatever "
                "their direction; effective size: alters less the mean ties of one to "
                "the others (Burt 1992, Borgatti 1997); same: alters in the member's own "
                "group; blau: the chance that two alters drawn one after the other with "
                "putting back are of different groups (Blau 1977); iqv: blau by what it "
                "is at most with as many groups as the network has (Agresti and Agresti "
                "1978); alters without a group are left out of these",
            .fn = measure_egos});
}
