/* Two ways to solve rank = (1 - damping) / n + damping * (what neighbours hand over).
 *
 * Without directions the equations, scaled by the roots of strengths, are symmetric and positive
 * definite, and conjugate gradients (Hestenes and Stiefel 1952) need a third of the steps of the
 * usual iteration. Else each node's new rank is used at once (Gauss and Seidel), which needs about
 * half of them.
 *
 * The products with a vector, nearly all of the work of the former, are shared by threads: rows are
 * cut into pieces of as many ties, always the same ones, and sums are those of pieces, in order.
 *
 * Nodes without ties out hand their rank to all alike: what that adds is the same share for all, so
 * that the equations are solved without it and the solution is scaled to the sum of 1. */
#include "stdlib/network/pagerank.h"
#include <math.h>

enum {
    MOST_STEPS = 1000,
    ROW_PIECES = 16,
    FEW_ENTRIES = 1 << 18 /* not worth another thread */
};
static const double ERROR = 1e-10;

struct equations {
    const struct graph *g;
    double damping;
    double *inverse; /* 1 / what leads out of a node; 0 where nothing does */
    double *x;       /* the solution, not yet scaled */
    double *gives;   /* by node: what each of its ties is multiplied with */
    struct effort effort;
    struct stint stint;
    struct iteration *how;
};

static enum status take_inverse(struct arena *a, struct equations *q) {
    const struct graph *g = q->g;
    q->inverse = LINE_ARRAY(a, double, g->n);
    q->x = LINE_ARRAY(a, double, g->n);
    q->gives = LINE_ARRAY(a, double, g->n);
    if (!q->inverse || !q->x || !q->gives) {
        return ST_NO_MEMORY;
    }
    for (uint32_t v = 0; v < g->n; v++) {
        double sum = (double)row_length(&g->out, v);
        if (g->out.value) {
            sum = 0;
            for (uint64_t i = g->out.start[v]; i < g->out.start[v + 1]; i++) {
                sum += g->out.value[i];
            }
        }
        q->inverse[v] = sum > 0 ? 1 / sum : 0;
    }
    return ST_OK;
}

static void note_error(struct equations *q, double error) {
    q->how->residual = error;
    q->how->reached = error <= ERROR;
}

/* ---- Gauss and Seidel ---- */

static enum status seidel(struct equations *q) {
    const struct graph *g = q->g;
    double base = 1.0 / g->n, change, sum;
    for (uint32_t v = 0; v < g->n; v++) {
        q->x[v] = base;
        q->gives[v] = base * q->inverse[v];
    }
    for (; q->how->steps < MOST_STEPS && !q->how->reached; q->how->steps++) {
        change = sum = 0;
        for (uint32_t v = 0; v < g->n; v++) {
            enum status status = stint_due(&q->stint, 2 + row_length(&g->in, v));
            if (status != ST_OK) {
                return status;
            }
            double x = base + q->damping * row_sum(&g->in, v, q->gives);
            change += fabs(x - q->x[v]);
            sum += x;
            q->x[v] = x;
            q->gives[v] = x * q->inverse[v];
        }
        /* A change is handed over once more, to nodes that had their turn before. */
        note_error(q, q->damping * change / sum);
    }
    return ST_OK;
}

/* ---- conjugate gradients ---- */

/* In y = x / root(strength): (1 - damping S) y = b, where S is the ties between the roots of the
 * strengths of their ends. */
struct gradients {
    double *root;                         /* of `inverse` */
    double *y;                            /* the solution */
    double *residual, *direction, *image; /* image: of the direction */
    double squares;                       /* of the residual */
    uint32_t bound[ROW_PIECES + 1];       /* where pieces of rows begin */
    struct stint *stint;                  /* by worker */
    /* Of the product at hand. */
    struct equations *equations;
    const double *of;
    double part[ROW_PIECES];
};

/* As many ties in each piece. */
static void cut_rows(const struct graph *g, struct gradients *c) {
    const uint64_t *start = g->out.start;
    double all = (double)start[g->n] + g->n;
    uint32_t v = 0;
    for (uint32_t k = 0; k < ROW_PIECES; k++) {
        c->bound[k] = v;
        while (v < g->n && (double)start[v + 1] + v + 1 <= all * (k + 1) / ROW_PIECES) {
            v++;
        }
    }
    c->bound[ROW_PIECES] = g->n;
}

static uint32_t workers_of(const struct equations *q) {
    bool few = q->g->out.start[q->g->n] < FEW_ENTRIES;
    return few ? 1 : effort_workers(q->effort.host, ROW_PIECES);
}

static enum status take_gradients(struct arena *a, struct equations *q, struct gradients *c) {
    uint32_t n = q->g->n, workers = workers_of(q);
    *c = (struct gradients){.equations = q};
    c->root = LINE_ARRAY(a, double, n);
    c->y = LINE_ARRAY(a, double, n);
    c->residual = LINE_ARRAY(a, double, n);
    c->direction = LINE_ARRAY(a, double, n);
    c->image = LINE_ARRAY(a, double, n);
    c->stint = LINE_ARRAY(a, struct stint, workers);
    if (!c->root || !c->y || !c->residual || !c->direction || !c->image || !c->stint) {
        return ST_NO_MEMORY;
    }
    for (uint32_t i = 0; i < workers; i++) {
        c->stint[i] = (struct stint){.effort = &q->effort, .worker = i};
    }
    cut_rows(q->g, c);
    return ST_OK;
}

static enum status make_part(void *user, uint32_t worker, uint32_t piece) {
    struct gradients *c = user;
    const struct equations *q = c->equations;
    const struct rows_of_ties *rows = &q->g->out;
    double product = 0;
    for (uint32_t v = c->bound[piece]; v < c->bound[piece + 1]; v++) {
        enum status status = stint_due(&c->stint[worker], 4 + row_length(rows, v));
        if (status != ST_OK) {
            return status;
        }
        c->image[v] = c->of[v] - q->damping * c->root[v] * row_sum(rows, v, q->gives);
        product += c->of[v] * c->image[v];
    }
    c->part[piece] = product;
    return ST_OK;
}

/* The image of `of`; and its product with it. */
static enum status make_image(struct equations *q, struct gradients *c, const double *of,
                              double *product) {
    enum status status = ST_OK;
    for (uint32_t v = 0; v < q->g->n; v++) {
        q->gives[v] = c->root[v] * of[v];
    }
    c->of = of;
    if (workers_of(q) > 1) {
        status = effort_share(&q->effort, ROW_PIECES, c, make_part);
    } else {
        for (uint32_t k = 0; status == ST_OK && k < ROW_PIECES; k++) {
            status = make_part(c, 0, k);
        }
    }
    *product = 0;
    for (uint32_t k = 0; status == ST_OK && k < ROW_PIECES; k++) {
        *product += c->part[k];
    }
    return status;
}

/* Begins with ranks in proportion to strengths, which they would be without chance. */
static enum status begin_gradients(struct equations *q, struct gradients *c) {
    const struct graph *g = q->g;
    double base = 1.0 / g->n, strength = 0, tied = 0, product;
    for (uint32_t v = 0; v < g->n; v++) {
        c->root[v] = sqrt(q->inverse[v]);
        strength += q->inverse[v] > 0 ? 1 / q->inverse[v] : 0;
        tied += q->inverse[v] > 0;
    }
    for (uint32_t v = 0; v < g->n; v++) {
        bool alone = q->inverse[v] == 0;
        c->y[v] = alone ? 0 : tied * base / ((1 - q->damping) * strength * c->root[v]);
    }
    enum status status = make_image(q, c, c->y, &product);
    c->squares = 0;
    for (uint32_t v = 0; v < g->n; v++) {
        c->residual[v] = c->direction[v] = base * c->root[v] - c->image[v];
        c->squares += c->residual[v] * c->residual[v];
    }
    return status;
}

/* Along the direction as far as it helps; the error is that of the ranks. */
static void go_along(struct equations *q, struct gradients *c, double product) {
    double far = product > 0 ? c->squares / product : 0, squares = 0, error = 0, sum = 0;
    uint32_t n = q->g->n;
    for (uint32_t v = 0; v < n; v++) {
        if (c->root[v] > 0) {
            c->y[v] += far * c->direction[v];
            c->residual[v] -= far * c->image[v];
            squares += c->residual[v] * c->residual[v];
            error += fabs(c->residual[v]) / c->root[v];
            sum += c->y[v] / c->root[v];
        }
    }
    double turn = c->squares > 0 ? squares / c->squares : 0;
    for (uint32_t v = 0; v < n; v++) {
        c->direction[v] = c->residual[v] + turn * c->direction[v];
    }
    c->squares = squares;
    note_error(q, sum > 0 ? error / sum : 0);
}

static enum status gradients(struct equations *q, struct arena *a) {
    struct gradients c;
    const struct graph *g = q->g;
    enum status status = take_gradients(a, q, &c);
    if (status == ST_OK) {
        status = begin_gradients(q, &c);
    }
    for (; status == ST_OK && q->how->steps < MOST_STEPS && !q->how->reached; q->how->steps++) {
        double product;
        status = make_image(q, &c, c.direction, &product);
        if (status == ST_OK) {
            go_along(q, &c, product);
        }
    }
    for (uint32_t v = 0; status == ST_OK && v < g->n; v++) {
        q->x[v] = c.root[v] > 0 ? c.y[v] / c.root[v] : 1.0 / g->n;
    }
    return status;
}

/* ---- both ---- */

static void scale(const struct equations *q, double *rank) {
    const struct graph *g = q->g;
    double sum = 0;
    for (uint32_t v = 0; v < g->n; v++) {
        sum += q->x[v];
    }
    for (uint32_t v = 0; v < g->n; v++) {
        rank[g->label[v]] = q->x[v] / sum;
    }
}

enum status pagerank(const struct network_host *host, const struct graph *g, double damping,
                     double *rank, struct iteration *how) {
    struct equations q = {.g = g, .damping = damping, .how = how};
    struct arena a;
    *how = (struct iteration){.reached = g->n == 0};
    if (!(damping >= 0 && damping < 1)) {
        return ST_MISUSE;
    }
    arena_init(&a, host->alloc);
    effort_init(&q.effort, host, 40.0 * (double)(g->out.start[g->n] + 4 * (uint64_t)g->n));
    q.stint = (struct stint){.effort = &q.effort};
    enum status status = take_inverse(&a, &q);
    if (status == ST_OK) {
        status = g->directed ? seidel(&q) : gradients(&q, &a);
    }
    if (status == ST_OK) {
        scale(&q, rank);
    }
    arena_free(&a);
    return status;
}
