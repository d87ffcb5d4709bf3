/* All of it comes from triangles: a contact q of i that is tied to contact j, too, makes one with
 * them. With z the values of ties both ways and s their sum at a node, sum over q of p_iq p_qj is
 * T_ij / s_i, where T_ij = sum over q of z_iq z_qj / s_q is the same for both ends of a tie. So
 * each triangle is visited once, and adds to its three ties and three nodes. */
#include "stdlib/network/holes.h"
#include "stdlib/network/triangles.h"
#include <math.h>

struct finder {
    const struct graph *g;
    double *inverse;   /* 1 / s, by node */
    double *largest;   /* 1 / the largest value of a node's ties */
    double *through;   /* T, by the entries that triangles name */
    double *redundant; /* by node: what effective size is less than the contacts, times s */
};

static double value_at(const struct rows_of_ties *rows, uint64_t entry) {
    return rows->value ? rows->value[entry] : 1;
}

static void add_triangle(void *user, const struct triangle *t) {
    struct finder *f = user;
    double z[3], most[3];
    for (int i = 0; i < 3; i++) {
        z[i] = value_at(&f->g->out, t->entry[i]);
        most[i] = f->largest[t->node[i]];
    }
    /* Entry 0 is the tie of nodes 0 and 1, entry 1 of 0 and 2, entry 2 of 1 and 2. */
    f->through[t->entry[0]] += z[1] * z[2] * f->inverse[t->node[2]];
    f->through[t->entry[1]] += z[0] * z[2] * f->inverse[t->node[1]];
    f->through[t->entry[2]] += z[0] * z[1] * f->inverse[t->node[0]];
    f->redundant[t->node[0]] += z[2] * (z[1] * most[1] + z[0] * most[2]);
    f->redundant[t->node[1]] += z[1] * (z[2] * most[0] + z[0] * most[2]);
    f->redundant[t->node[2]] += z[0] * (z[2] * most[0] + z[1] * most[1]);
}

static enum status take_finder(struct arena *a, struct finder *f) {
    const struct rows_of_ties *rows = &f->g->out;
    uint32_t n = f->g->n;
    f->inverse = LINE_ARRAY(a, double, n);
    f->largest = LINE_ARRAY(a, double, n);
    f->redundant = ARENA_ARRAY(a, double, n);
    f->through = ARENA_ARRAY(a, double, rows->start[n]);
    if (!f->inverse || !f->largest || !f->redundant || !f->through) {
        return ST_NO_MEMORY;
    }
    for (uint32_t v = 0; v < n; v++) {
        double sum = 0, most = 0;
        for (uint64_t i = rows->start[v]; i < rows->start[v + 1]; i++) {
            sum += value_at(rows, i);
            most = value_at(rows, i) > most ? value_at(rows, i) : most;
        }
        f->inverse[v] = sum > 0 ? 1 / sum : 0;
        f->largest[v] = most > 0 ? 1 / most : 0;
    }
    return ST_OK;
}

/* Each tie's T stands at one of its entries; visited in order, the other is the next of its row. */
static enum status copy_through(struct stint *stint, struct finder *f, uint64_t *next) {
    const struct rows_of_ties *rows = &f->g->out;
    for (uint32_t v = 0; v < f->g->n; v++) {
        uint64_t i = rows->start[v];
        enum status status = stint_due(stint, 1 + row_length(rows, v));
        if (status != ST_OK) {
            return status;
        }
        for (; i < rows->start[v + 1] && rows->node[i] < v; i++) {
            f->through[next[rows->node[i]]++] = f->through[i];
        }
        next[v] = i;
    }
    return ST_OK;
}

static double square_at(const struct finder *f, uint32_t v, uint64_t entry) {
    double c = (value_at(&f->g->out, entry) + f->through[entry]) * f->inverse[v];
    return c * c;
}

static struct holes holes_of(const struct finder *f, uint32_t v) {
    const struct rows_of_ties *rows = &f->g->out;
    struct holes h = {.contacts = (uint32_t)row_length(rows, v), .constraint = 0};
    double n = h.contacts, uneven = 0;
    if (f->inverse[v] == 0) {
        h.constraint = h.effective_size = h.efficiency = h.hierarchy = (double)NAN;
        return h;
    }
    for (uint64_t i = rows->start[v]; i < rows->start[v + 1]; i++) {
        h.constraint += square_at(f, v, i);
    }
    for (uint64_t i = rows->start[v]; i < rows->start[v + 1]; i++) {
        double share = square_at(f, v, i) * n / h.constraint;
        uneven += share > 0 ? share * log(share) : 0;
    }
    h.effective_size = n - f->redundant[v] * f->inverse[v];
    h.efficiency = h.effective_size / n;
    h.hierarchy = h.contacts > 1 ? uneven / (n * log(n)) : 1;
    return h;
}

enum { STEPS_OF_HOLES = 8 };

/* What triangles have shown becomes figures. */
static enum status sum_up(const struct network_host *host, struct finder *f, uint64_t *next,
                          struct holes *out) {
    struct side_work after;
    struct effort effort;
    struct stint stint = {.effort = &effort};
    side_work_init(&after, host, 1);
    effort_init(&effort, &after.host, 1);
    enum status status = copy_through(&stint, f, next);
    for (uint32_t v = 0; status == ST_OK && v < f->g->n; v++) {
        status = stint_due(&stint, 1 + STEPS_OF_HOLES * row_length(&f->g->out, v));
        out[f->g->label[v]] = holes_of(f, v);
    }
    return status;
}

static enum status find_all(const struct network_host *host, const struct graph *g,
                            struct holes *out) {
    struct finder f = {.g = g};
    struct arena a;
    arena_init(&a, host->alloc);
    enum status status = take_finder(&a, &f);
    uint64_t *next = LINE_ARRAY(&a, uint64_t, g->n);
    if (status == ST_OK) {
        status = next ? triangles_each(host, g, &f, add_triangle) : ST_NO_MEMORY;
    }
    if (status == ST_OK) {
        status = sum_up(host, &f, next, out);
    }
    arena_free(&a);
    return status;
}

enum status holes_find(const struct network_host *host, const struct graph *g, struct holes *out) {
    if (!g->directed) {
        return find_all(host, g, out);
    }
    struct graph both;
    struct side_work before;
    side_work_init(&before, host, 0);
    enum status status = graph_without_direction(&before.host, g, MERGE_SUM, &both);
    if (status == ST_OK) {
        status = find_all(host, &both, out);
        graph_free(&both);
    }
    return status;
}
