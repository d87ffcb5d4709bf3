/* Every triangle is found once, from its middle node. In rows that are numbered by falling degree
 * the busier neighbours are those in front of the node itself, and there are few of them (Schank and
 * Wagner 2005). Those of the middle node are marked; each less busy neighbour looks for marks among
 * those it has in front of the middle node. So no pair of a node's busier neighbours is looked at
 * twice. Counts are whole numbers, so that it does not matter which worker has them. */
#include "stdlib/network/triangles.h"
#include <math.h>

enum { PIECES = 64 };

/* Of one worker. */
struct finder {
    uint8_t *mark;
    uint64_t *found;  /* triangles, by node */
    uint32_t *marked; /* of one row: those with marks */
    struct stint stint;
};

struct search {
    const struct graph *g;
    uint64_t *end;  /* of each row: where the busier neighbours end */
    uint32_t *rank; /* of each entry behind that: how many stand before the node in its row */
    struct finder *finders;
};

/* Marked ones among the first of row v; each is in one more triangle. */
static uint64_t look_for_marks(const struct search *s, struct finder *f, uint32_t v, uint32_t n) {
    const uint32_t *row = s->g->out.node + s->g->out.start[v];
    uint64_t found = 0;
    for (uint32_t i = 0; i < n; i++) {
        f->marked[found] = row[i];
        found += f->mark[row[i]];
    }
    for (uint64_t i = 0; i < found; i++) {
        f->found[f->marked[i]]++;
    }
    f->found[v] += found;
    return found;
}

static enum status find_around(const struct search *s, struct finder *f, uint32_t v) {
    const struct rows_of_ties *rows = &s->g->out;
    enum status status = ST_OK;
    uint64_t found = 0;
    for (uint64_t i = rows->start[v]; i < s->end[v]; i++) {
        f->mark[rows->node[i]] = 1;
    }
    for (uint64_t i = s->end[v]; i < rows->start[v + 1] && status == ST_OK; i++) {
        if (s->rank[i] > 0) {
            found += look_for_marks(s, f, rows->node[i], s->rank[i]);
        }
        status = stint_due(&f->stint, 2 + s->rank[i]);
    }
    f->found[v] += found;
    for (uint64_t i = rows->start[v]; i < s->end[v]; i++) {
        f->mark[rows->node[i]] = 0;
    }
    return status;
}

static enum status find_piece(void *user, uint32_t worker, uint32_t piece) {
    const struct search *s = user;
    uint64_t n = s->g->n;
    enum status status = ST_OK;
    for (uint64_t v = n * piece / PIECES; v < n * (piece + 1) / PIECES && status == ST_OK; v++) {
        status = find_around(s, &s->finders[worker], (uint32_t)v);
    }
    return status;
}

/* Nodes are visited in order, and so are the less busy ones in each row: a busier neighbour's next
 * entry without a rank is this node's. */
static void find_ranks(struct search *s, uint64_t *next) {
    const struct rows_of_ties *rows = &s->g->out;
    for (uint32_t v = 0; v < s->g->n; v++) {
        uint64_t i = rows->start[v];
        for (; i < rows->start[v + 1] && rows->node[i] < v; i++) {
            s->rank[next[rows->node[i]]++] = (uint32_t)(i - rows->start[v]);
        }
        s->end[v] = next[v] = i;
    }
}

static enum status take_finders(struct arena *a, struct search *s, struct effort *effort,
                                uint32_t workers) {
    s->end = LINE_ARRAY(a, uint64_t, s->g->n);
    s->rank = LINE_ARRAY(a, uint32_t, s->g->out.start[s->g->n]);
    s->finders = ARENA_ARRAY(a, struct finder, workers);
    bool room = s->end && s->rank && s->finders;
    for (uint32_t i = 0; room && i < workers; i++) {
        s->finders[i] = (struct finder){.mark = ARENA_ARRAY(a, uint8_t, s->g->n),
                                        .found = ARENA_ARRAY(a, uint64_t, s->g->n),
                                        .marked = LINE_ARRAY(a, uint32_t, s->g->n),
                                        .stint = {.effort = effort, .worker = i}};
        room = s->finders[i].mark && s->finders[i].found && s->finders[i].marked;
    }
    return room ? ST_OK : ST_NO_MEMORY;
}

enum status triangles_count(const struct network_host *host, const struct graph *g, uint64_t *of) {
    struct search s = {.g = g};
    struct effort effort;
    struct arena a;
    uint32_t workers = effort_workers(host, PIECES);
    if (g->directed) {
        return ST_MISUSE;
    }
    arena_init(&a, host->alloc);
    effort_init(&effort, host, sqrt((double)g->ties) * (double)g->ties / 4);
    enum status status = take_finders(&a, &s, &effort, workers);
    if (status == ST_OK) {
        find_ranks(&s, s.finders[0].found);
        memset(s.finders[0].found, 0, g->n * sizeof *s.finders[0].found);
        status = effort_share(&effort, PIECES, &s, find_piece);
    }
    for (uint32_t v = 0; status == ST_OK && v < g->n; v++) {
        of[g->label[v]] = 0;
        for (uint32_t i = 0; i < workers; i++) {
            of[g->label[v]] += s.finders[i].found[v];
        }
    }
    arena_free(&a);
    return status;
}

double clustering_of_node(const struct graph *g, const uint64_t *triangles, uint32_t v) {
    double degree = (double)row_length(&g->out, g->place[v]);
    return degree < 2 ? (double)NAN : (double)triangles[v] / (degree * (degree - 1) / 2);
}

struct clustering clustering_of(const struct graph *g, const uint64_t *triangles) {
    struct clustering c = {.triangles = 0};
    double sum = 0;
    uint32_t defined = 0;
    for (uint32_t v = 0; v < g->n; v++) {
        uint64_t degree = row_length(&g->out, g->place[v]);
        c.triangles += triangles[v];
        if (degree > 1) {
            c.triples += degree * (degree - 1) / 2;
            sum += clustering_of_node(g, triangles, v);
            defined++;
        }
    }
    c.triangles /= 3;
    c.transitivity = c.triples ? 3 * (double)c.triangles / (double)c.triples : (double)NAN;
    c.mean_of_defined = defined ? sum / defined : (double)NAN;
    c.mean_with_zeros = g->n ? sum / g->n : (double)NAN;
    return c;
}
