/* Every triangle is found once, from its middle node. In rows that are numbered by falling degree
 * the busier neighbours are those in front of the node itself, and there are few of them (Schank
 * and Wagner 2005). Those of the middle node are marked; each less busy neighbour looks for marks
 * among those it has in front of the middle node. So no pair of a node's busier neighbours is
 * looked at twice. Counts are whole numbers, so that it does not matter which worker has them. */
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

static enum status take_ranks(struct arena *a, struct search *s) {
    s->end = LINE_ARRAY(a, uint64_t, s->g->n);
    s->rank = LINE_ARRAY(a, uint32_t, s->g->out.start[s->g->n]);
    return s->end && s->rank ? ST_OK : ST_NO_MEMORY;
}

static enum status take_finders(struct arena *a, struct search *s, struct effort *effort,
                                uint32_t workers) {
    s->finders = LINE_ARRAY(a, struct finder, workers);
    bool room = s->finders && take_ranks(a, s) == ST_OK;
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

/* ---- one by one ---- */

struct each {
    struct search search;
    uint64_t *place; /* of marked nodes: their entry + 1 in the row of the middle node */
    void *user;
    void (*fn)(void *user, const struct triangle *t);
    struct stint stint;
};

/* With w in the middle and v less busy; what stands before w in the row of v may be marked. */
static void tell_pair(struct each *e, uint32_t w, uint32_t v, uint32_t rank) {
    const struct rows_of_ties *rows = &e->search.g->out;
    uint64_t first = rows->start[v];
    for (uint64_t i = first; i < first + rank; i++) {
        uint32_t x = rows->node[i];
        if (e->place[x]) {
            struct triangle t = {{x, w, v}, {e->place[x] - 1, i, first + rank}};
            e->fn(e->user, &t);
        }
    }
}

static enum status tell_around(struct each *e, uint32_t w) {
    const struct rows_of_ties *rows = &e->search.g->out;
    enum status status = ST_OK;
    for (uint64_t i = rows->start[w]; i < e->search.end[w]; i++) {
        e->place[rows->node[i]] = i + 1;
    }
    for (uint64_t i = e->search.end[w]; i < rows->start[w + 1] && status == ST_OK; i++) {
        status = stint_due(&e->stint, 2 + 4 * (uint64_t)e->search.rank[i]);
        tell_pair(e, w, rows->node[i], e->search.rank[i]);
    }
    for (uint64_t i = rows->start[w]; i < e->search.end[w]; i++) {
        e->place[rows->node[i]] = 0;
    }
    return status;
}

static enum status take_each(struct arena *a, struct each *e) {
    uint32_t n = e->search.g->n;
    e->place = ARENA_ARRAY(a, uint64_t, n);
    return e->place && take_ranks(a, &e->search) == ST_OK ? ST_OK : ST_NO_MEMORY;
}

enum status triangles_each(const struct network_host *host, const struct graph *g, void *user,
                           void (*fn)(void *user, const struct triangle *t)) {
    struct each e = {.search = {.g = g}, .user = user, .fn = fn};
    struct effort effort;
    struct arena a;
    if (g->directed) {
        return ST_MISUSE;
    }
    arena_init(&a, host->alloc);
    effort_init(&effort, host, sqrt((double)g->ties) * (double)g->ties);
    e.stint = (struct stint){.effort = &effort};
    enum status status = take_each(&a, &e);
    if (status == ST_OK) {
        find_ranks(&e.search, e.place);
        memset(e.place, 0, g->n * sizeof *e.place);
    }
    for (uint32_t w = 0; w < g->n && status == ST_OK; w++) {
        status = tell_around(&e, w);
    }
    arena_free(&a);
    return status;
}

/* ---- from counts ---- */

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
