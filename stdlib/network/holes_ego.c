/* Structural holes within each node's own network: itself, its contacts and the ties among these.
 * One contact after the other is looked at from each node, so the work is the squares of degrees
 * added up. */
#include "stdlib/network/holes.h"
#include <math.h>

struct own {
    const struct graph *g; /* without directions */
    double *tie;           /* of the node at hand to its contacts; 0: none */
    double *through;       /* by contact: what reaches it through others */
    struct effort effort;
    struct stint stint;
};

static double value_at(const struct rows_of_ties *rows, uint64_t entry) {
    return rows->value ? rows->value[entry] : 1;
}

/* What contact q passes on to the others, who all are contacts of the node at hand. */
static void pass_on(struct own *o, uint32_t q) {
    const struct rows_of_ties *rows = &o->g->out;
    double sum = o->tie[q];
    for (uint64_t i = rows->start[q]; i < rows->start[q + 1]; i++) {
        sum += o->tie[rows->node[i]] > 0 ? value_at(rows, i) : 0;
    }
    for (uint64_t i = rows->start[q]; sum > 0 && i < rows->start[q + 1]; i++) {
        uint32_t k = rows->node[i];
        o->through[k] += o->tie[k] > 0 ? o->tie[q] * value_at(rows, i) / sum : 0;
    }
}

/* From the squares c_ij of its contacts. */
static void finish(const struct own *o, uint32_t v, double strength, struct holes *h) {
    const struct rows_of_ties *rows = &o->g->out;
    double n = (double)row_length(rows, v), uneven = 0;
    h->constraint = 0;
    for (int again = 0; again < 2; again++) {
        for (uint64_t i = rows->start[v]; i < rows->start[v + 1]; i++) {
            double c = (value_at(rows, i) + o->through[rows->node[i]]) / strength;
            double share = again ? c * c * n / h->constraint : 0;
            uneven += share > 0 ? share * log(share) : 0;
            h->constraint += again ? 0 : c * c;
        }
    }
    h->hierarchy = n > 1 ? uneven / (n * log(n)) : 1;
}

static enum status judge(struct own *o, uint32_t v, struct holes *h) {
    const struct rows_of_ties *rows = &o->g->out;
    double strength = 0;
    enum status status = ST_OK;
    for (uint64_t i = rows->start[v]; i < rows->start[v + 1]; i++) {
        o->tie[rows->node[i]] = value_at(rows, i);
        strength += value_at(rows, i);
    }
    for (uint64_t i = rows->start[v]; i < rows->start[v + 1] && status == ST_OK; i++) {
        status = stint_due(&o->stint, 2 * row_length(rows, rows->node[i]));
        pass_on(o, rows->node[i]);
    }
    if (strength > 0) {
        finish(o, v, strength, h);
    }
    for (uint64_t i = rows->start[v]; i < rows->start[v + 1]; i++) {
        o->tie[rows->node[i]] = o->through[rows->node[i]] = 0;
    }
    return status;
}

static enum status judge_all(const struct network_host *host, const struct graph *g,
                             struct holes *out) {
    struct own o = {.g = g};
    struct arena a;
    arena_init(&a, host->alloc);
    effort_init(&o.effort, host, 2.0 * (double)g->out.start[g->n]);
    o.stint = (struct stint){.effort = &o.effort};
    o.tie = ARENA_ARRAY(&a, double, (size_t)g->n + 1);
    o.through = ARENA_ARRAY(&a, double, (size_t)g->n + 1);
    enum status status = o.tie && o.through ? ST_OK : ST_NO_MEMORY;
    for (uint32_t v = 0; v < g->n && status == ST_OK; v++) {
        status = judge(&o, v, &out[g->label[v]]);
    }
    arena_free(&a);
    return status;
}

enum status holes_find_ego(const struct network_host *host, const struct graph *g,
                           struct holes *out) {
    enum status status = holes_find(host, g, out);
    if (status != ST_OK || !g->directed) {
        return status == ST_OK ? judge_all(host, g, out) : status;
    }
    struct graph both;
    status = graph_without_direction(host, g, MERGE_SUM, &both);
    if (status == ST_OK) {
        status = judge_all(host, &both, out);
        graph_free(&both);
    }
    return status;
}
