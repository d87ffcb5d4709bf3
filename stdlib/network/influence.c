/* Powers of the matrix, applied to a vector until it keeps its direction. For the eigenvector the
 * node's own value is added in each step: eigenvalues move up by 1, and a largest negative one (in
 * networks of two kinds of nodes it is as large as the largest positive one) is no match any more.
 *
 * Everything begins with 1 at each node, so that nothing depends on chance. */
#include "stdlib/network/components.h"
#include "stdlib/network/influence.h"
#include <math.h>

enum { MOST_STEPS = 10000 };
static const double ERROR = 1e-12, TOO_LARGE = 1e200;
/* What parts with a smaller eigenvalue may have left when the iteration ends, by the largest. */
static const double LEFTOVER = 1e-6;

struct powers {
    const struct graph *g;
    double *x, *y; /* inner numbers */
    struct arena memory;
    struct effort effort;
    struct stint stint;
    struct iteration *how;
};

static enum status open_powers(struct powers *p, const struct network_host *host,
                               const struct graph *g, struct iteration *how) {
    *p = (struct powers){.g = g, .how = how};
    *how = (struct iteration){.reached = g->n == 0};
    arena_init(&p->memory, host->alloc);
    effort_init(&p->effort, host, 100.0 * (double)(g->out.start[g->n] + g->n));
    p->stint = (struct stint){.effort = &p->effort};
    p->x = LINE_ARRAY(&p->memory, double, g->n);
    p->y = LINE_ARRAY(&p->memory, double, g->n);
    for (uint32_t v = 0; p->x && v < g->n; v++) {
        p->x[v] = 1;
    }
    return p->x && p->y ? ST_OK : ST_NO_MEMORY;
}

/* y = keep * x + the sum of x over rows. */
static enum status apply(struct powers *p, const struct rows_of_ties *rows, double keep,
                         const double *x, double *y) {
    for (uint32_t v = 0; v < p->g->n; v++) {
        enum status status = stint_due(&p->stint, 2 + row_length(rows, v));
        if (status != ST_OK) {
            return status;
        }
        y[v] = keep * x[v] + row_sum(rows, v, x);
    }
    return ST_OK;
}

/* Divides by the largest; false: all are 0. */
static bool divide_by_largest(double *x, uint32_t n) {
    double most = 0;
    for (uint32_t v = 0; v < n; v++) {
        most = x[v] > most ? x[v] : most;
    }
    for (uint32_t v = 0; most > 0 && v < n; v++) {
        x[v] /= most;
    }
    return most > 0;
}

static void note_change(struct powers *p, const double *before, const double *after, double of) {
    double change = 0;
    for (uint32_t v = 0; v < p->g->n; v++) {
        change = fmax(change, fabs(after[v] - before[v]));
    }
    p->how->steps++;
    p->how->residual = change / of;
    p->how->reached = p->how->residual <= ERROR;
}

static bool goes_on(const struct powers *p) {
    return !p->how->reached && p->how->steps < MOST_STEPS;
}

static void swap_vectors(struct powers *p) {
    double *x = p->x;
    p->x = p->y;
    p->y = x;
}

static void write_scaled(const struct graph *g, enum scale scale, const double *x, double *out) {
    double by = 0;
    for (uint32_t v = 0; v < g->n; v++) {
        by = scale == SCALE_LARGEST ? fmax(by, x[v])
             : scale == SCALE_SUM   ? by + x[v]
                                    : by + x[v] * x[v];
    }
    by = scale == SCALE_NONE ? 1 : scale == SCALE_LENGTH ? sqrt(by) : by;
    for (uint32_t v = 0; v < g->n; v++) {
        out[g->label[v]] = by > 0 ? x[v] / by : x[v];
    }
}

/* ---- eigenvector ---- */

/* Without ties, or with directions and without a cycle. */
static enum status has_eigenvalue(const struct network_host *host, const struct graph *g,
                                  bool *has) {
    struct component_count count = {0, 0};
    *has = g->ties > 0;
    if (!g->directed || !*has) {
        return ST_OK;
    }
    struct side_work before;
    side_work_init(&before, host, 0, 0);
    uint32_t *of = mem_take(host->alloc, g->n * sizeof *of);
    enum status status = of ? components_strong(&before.host, g, of, &count) : ST_NO_MEMORY;
    mem_give(host->alloc, of, g->n * sizeof *of);
    *has = count.largest > 1;
    return status;
}

static enum status iterate_eigenvector(struct powers *p) {
    while (goes_on(p)) {
        enum status status = apply(p, &p->g->in, 1, p->x, p->y);
        if (status != ST_OK) {
            return status;
        }
        divide_by_largest(p->y, p->g->n);
        note_change(p, p->x, p->y, 1);
        swap_vectors(p);
    }
    return ST_OK;
}

/* Adds the nodes that node v leads to and that were not reached to the line; its new length. */
static uint32_t reach_from(const struct graph *g, uint32_t v, bool *reached, uint32_t *line,
                           uint32_t length) {
    for (uint64_t i = g->out.start[v]; i < g->out.start[v + 1]; i++) {
        uint32_t to = g->out.node[i];
        if (!reached[to]) {
            reached[to] = true;
            line[length++] = to;
        }
    }
    return length;
}

/* Only those have a value to whom ties lead from the parts with the largest eigenvalue. What the
 * others have fades with every step: it is none, and becomes 0. */
static enum status clear_leftovers(struct powers *p) {
    const struct graph *g = p->g;
    uint32_t *line = LINE_ARRAY(&p->memory, uint32_t, g->n), length = 0;
    bool *reached = LINE_ARRAY(&p->memory, bool, g->n);
    if (!line || !reached) {
        return ST_NO_MEMORY;
    }
    for (uint32_t v = 0; v < g->n; v++) {
        reached[v] = p->x[v] > LEFTOVER;
        if (reached[v]) {
            line[length++] = v;
        }
    }
    for (uint32_t done = 0; done < length; done++) {
        enum status status = stint_due(&p->stint, 2 + row_length(&g->out, line[done]));
        if (status != ST_OK) {
            return status;
        }
        length = reach_from(g, line[done], reached, line, length);
    }
    for (uint32_t v = 0; v < g->n; v++) {
        p->x[v] = reached[v] ? p->x[v] : 0;
    }
    return ST_OK;
}

/* The vector in x, its largest 1. */
static enum status find_eigenvector(struct powers *p, const struct network_host *host) {
    bool has = false;
    enum status status = has_eigenvalue(host, p->g, &has);
    if (status == ST_OK && has) {
        status = iterate_eigenvector(p);
        return status == ST_OK ? clear_leftovers(p) : status;
    }
    memset(p->x, 0, p->g->n * sizeof *p->x);
    p->how->reached = true;
    return status;
}

enum status eigenvector(const struct network_host *host, const struct graph *g, enum scale scale,
                        double *out, struct iteration *how) {
    struct powers p;
    enum status status = open_powers(&p, host, g, how);
    if (status == ST_OK) {
        status = find_eigenvector(&p, host);
    }
    if (status == ST_OK) {
        write_scaled(g, scale, p.x, out);
    }
    arena_free(&p.memory);
    return status;
}

/* ---- hubs and authorities ---- */

/* Hubs are kept in x; authorities follow from them. Without directions both are the eigenvector:
 * steps back and forth alone would not tell where two kinds of nodes only have ties across. */
static enum status iterate_hubs(struct powers *p, const struct network_host *host,
                                double *authorities) {
    if (!p->g->directed) {
        enum status status = find_eigenvector(p, host);
        memcpy(authorities, p->x, p->g->n * sizeof *authorities);
        return status;
    }
    enum status status = apply(p, &p->g->in, 0, p->x, authorities);
    while (status == ST_OK && goes_on(p)) {
        divide_by_largest(authorities, p->g->n);
        status = apply(p, &p->g->out, 0, authorities, p->y);
        if (status == ST_OK) {
            divide_by_largest(p->y, p->g->n);
            note_change(p, p->x, p->y, 1);
            swap_vectors(p);
            status = apply(p, &p->g->in, 0, p->x, authorities);
        }
    }
    divide_by_largest(authorities, p->g->n);
    return status;
}

enum status hubs_and_authorities(const struct network_host *host, const struct graph *g,
                                 enum scale scale, double *hubs, double *authorities,
                                 struct iteration *how) {
    struct powers p;
    enum status status = open_powers(&p, host, g, how);
    double *found = LINE_ARRAY(&p.memory, double, g->n);
    if (status == ST_OK) {
        status = found ? iterate_hubs(&p, host, found) : ST_NO_MEMORY;
    }
    if (status == ST_OK) {
        write_scaled(g, scale, p.x, hubs);
        write_scaled(g, scale, found, authorities);
    }
    arena_free(&p.memory);
    return status;
}

/* ---- Katz ---- */

/* New values are used at once, which needs fewer steps. */
static enum status iterate_katz(struct powers *p, double attenuation, double base) {
    double most = base;
    while (goes_on(p) && most < TOO_LARGE) {
        memcpy(p->y, p->x, p->g->n * sizeof *p->y);
        most = 0;
        for (uint32_t v = 0; v < p->g->n; v++) {
            enum status status = stint_due(&p->stint, 2 + row_length(&p->g->in, v));
            if (status != ST_OK) {
                return status;
            }
            p->x[v] = base + attenuation * row_sum(&p->g->in, v, p->x);
            most = fmax(most, p->x[v]);
        }
        note_change(p, p->y, p->x, most > 0 ? most : 1);
    }
    return ST_OK;
}

enum status katz(const struct network_host *host, const struct graph *g, double attenuation,
                 double base, enum scale scale, double *out, struct iteration *how) {
    struct powers p;
    *how = (struct iteration){.reached = false};
    if (!isfinite(attenuation) || attenuation < 0 || !isfinite(base) || base < 0) {
        return ST_MISUSE;
    }
    enum status status = open_powers(&p, host, g, how);
    if (status == ST_OK) {
        status = iterate_katz(&p, attenuation, base);
    }
    if (status == ST_OK) {
        write_scaled(g, scale, p.x, out);
    }
    for (uint32_t v = 0; status == ST_OK && !how->reached && v < g->n; v++) {
        out[v] = (double)NAN;
    }
    arena_free(&p.memory);
    return status;
}
