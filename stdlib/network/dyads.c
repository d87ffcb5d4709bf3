/* Plain loops over pairs. */
#include "stdlib/network/dyads.h"
#include "stdlib/network/classes.h"
#include <math.h>

enum status dyad_space_init(struct dyad_space *s, uint32_t n, bool directed) {
    *s = (struct dyad_space){.n = n, .directed = directed};
    s->stride = (n + DYAD_LANES - 1) / DYAD_LANES * DYAD_LANES;
    return n > MOST_DYAD_MEMBERS ? ST_LIMIT : ST_OK;
}

uint64_t dyads_known(const struct dyad_space *s) {
    uint64_t known = 0;
    for (uint32_t i = 0; i < s->n; i++) {
        for (uint32_t k = 0; k < dyad_row_length(s, i); k++) {
            known += i != k && dyad_known(s, i, k);
        }
    }
    return known;
}

double *dyad_variable(struct arena *a, const struct dyad_space *s) {
    double *out = LINE_ARRAY(a, double, (size_t)s->n * s->stride);
    if (out) {
        memset(out, 0, (size_t)s->n * s->stride * sizeof *out);
    }
    return out;
}

void dyads_of_ties(const struct dyad_space *s, const struct graph *g, bool valued, bool transposed,
                   double *out) {
    const struct rows_of_ties *rows = transposed ? &g->in : &g->out;
    for (uint32_t v = 0; v < g->n; v++) {
        for (uint64_t i = rows->start[v]; i < rows->start[v + 1]; i++) {
            out[dyad_place(s, g->label[v], g->label[rows->node[i]])] =
                valued && rows->value ? rows->value[i] : 1;
        }
    }
}

/* ---- pairs that are not known ---- */

static enum status take_unknown(struct arena *a, struct dyad_space *s) {
    if (!s->unknown) {
        s->unknown = ARENA_ARRAY(a, uint8_t, (size_t)s->n * s->stride);
        if (!s->unknown) {
            return ST_NO_MEMORY;
        }
        memset(s->unknown, 0, (size_t)s->n * s->stride);
    }
    return ST_OK;
}

static enum status forget_member(struct arena *a, struct dyad_space *s, uint32_t v) {
    enum status status = take_unknown(a, s);
    for (uint32_t k = 0; k < s->n && status == ST_OK; k++) {
        s->unknown[dyad_place(s, v, k)] = s->unknown[dyad_place(s, k, v)] = 1;
    }
    return status;
}

enum status dyads_of_silent(struct arena *a, struct dyad_space *s, const uint8_t *silent,
                            bool directed, bool transposed) {
    enum status status = ST_OK;
    for (uint32_t i = 0; i < s->n && status == ST_OK; i++) {
        if (!silent[i]) {
            continue;
        }
        status = take_unknown(a, s);
        for (uint32_t k = 0; k < s->n && status == ST_OK; k++) {
            if (directed || silent[k]) {
                s->unknown[transposed ? dyad_place(s, k, i) : dyad_place(s, i, k)] = 1;
            }
        }
    }
    return status;
}

/* ---- variables of members ---- */

enum status dyads_of_same(struct arena *a, struct dyad_space *s, const uint32_t *group,
                          double *out) {
    enum status status = ST_OK;
    for (uint32_t i = 0; i < s->n && status == ST_OK; i++) {
        if (group[i] == UNKNOWN_GROUP) {
            status = forget_member(a, s, i);
            continue;
        }
        for (uint32_t k = 0; k < s->n; k++) {
            out[dyad_place(s, i, k)] = i != k && group[i] == group[k];
        }
    }
    return status;
}

enum status dyads_of_difference(struct arena *a, struct dyad_space *s, const double *x,
                                double *out) {
    enum status status = ST_OK;
    for (uint32_t i = 0; i < s->n && status == ST_OK; i++) {
        if (isnan(x[i])) {
            status = forget_member(a, s, i);
            continue;
        }
        for (uint32_t k = 0; k < s->n; k++) {
            out[dyad_place(s, i, k)] = isnan(x[k]) ? 0 : fabs(x[i] - x[k]);
        }
    }
    return status;
}
