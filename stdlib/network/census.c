/* Only triples with three dyads are visited, as triangles. Those with two are pairs of dyads at a
 * node, less those in triangles; those with one follow from how many there are in all, and so do
 * those with none (after Batagelj and Mrvar 2001 and Moody 1998). */
#include "stdlib/network/census.h"
#include "stdlib/network/triangles.h"
#include <math.h>

enum { MOST_NODES = 3000000 };

/* ---- dyads ---- */

struct dyad_search {
    const struct graph *g;
    const uint8_t *silent;
    uint64_t ties, both; /* ends of ties and of mutual dyads, of pairs that are known */
};

static bool is_silent(const struct dyad_search *s, uint32_t v) {
    return s->silent && s->silent[s->g->label[v]];
}

static void count_row(struct dyad_search *s, uint32_t v) {
    const struct graph *g = s->g;
    uint64_t k = g->in.start[v];
    bool mute = is_silent(s, v);
    for (uint64_t i = g->out.start[v]; i < g->out.start[v + 1]; i++) {
        uint32_t to = g->out.node[i];
        bool unknown = g->directed ? mute || is_silent(s, to) : mute && is_silent(s, to);
        while (k < g->in.start[v + 1] && g->in.node[k] < to) {
            k++;
        }
        s->ties += !unknown;
        s->both += !unknown && k < g->in.start[v + 1] && g->in.node[k] == to;
    }
}

static uint64_t pairs_among(uint64_t n) {
    return n ? n * (n - 1) / 2 : 0;
}

enum status dyad_census(const struct network_host *host, const struct graph *g,
                        const uint8_t *silent, struct dyads *out) {
    struct dyad_search search = {.g = g, .silent = silent};
    uint64_t mute = 0;
    struct effort effort;
    struct stint stint = {.effort = &effort};
    enum status status = ST_OK;
    effort_init(&effort, host, (double)graph_entries(g));
    for (uint32_t v = 0; v < g->n && status == ST_OK; v++) {
        status = stint_due(&stint, row_length(&g->out, v) + row_length(&g->in, v));
        mute += is_silent(&search, v);
        count_row(&search, v);
    }
    uint64_t pairs = g->directed ? pairs_among(g->n - mute) : pairs_among(g->n) - pairs_among(mute);
    uint64_t mutual = search.both / 2, asymmetric = search.ties - search.both;
    *out = (struct dyads){mutual, asymmetric, pairs - mutual - asymmetric};
    return status;
}

double density_of(const struct dyads *d) {
    double pairs = 2 * ((double)d->mutual + (double)d->asymmetric + (double)d->null);
    return pairs > 0 ? (2 * (double)d->mutual + (double)d->asymmetric) / pairs : (double)NAN;
}

double reciprocity_of(const struct dyads *d) {
    double ties = 2 * (double)d->mutual + (double)d->asymmetric;
    return ties > 0 ? 2 * (double)d->mutual / ties : (double)NAN;
}

double dyadic_reciprocity_of(const struct dyads *d) {
    double pairs = (double)d->mutual + (double)d->asymmetric + (double)d->null;
    return pairs > 0 ? ((double)d->mutual + (double)d->null) / pairs : (double)NAN;
}

double correlated_reciprocity_of(const struct dyads *d) {
    double pairs = 2 * ((double)d->mutual + (double)d->asymmetric + (double)d->null);
    double ties = 2 * (double)d->mutual + (double)d->asymmetric;
    double spread = ties * (pairs - ties);
    return spread > 0 ? (2 * (double)d->mutual * pairs - ties * ties) / spread : (double)NAN;
}

double log_reciprocity_of(const struct dyads *d) {
    return d->mutual ? log(reciprocity_of(d) / density_of(d)) : (double)NAN;
}

/* ---- triads ---- */

/* What a dyad is to one of its ends. */
enum end { END_OUT, END_IN, END_BOTH, ENDS };

const char *triad_name(enum triad t) {
    static const char *const NAMES[TRIADS] = {"003",  "012",  "102",  "021D", "021U", "021C",
                                              "111D", "111U", "030T", "030C", "201",  "120D",
                                              "120U", "120C", "210",  "300"};
    return NAMES[t];
}

static const struct {
    uint8_t mutual, asymmetric;
} DYADS_OF[TRIADS] = {{0, 0}, {0, 1}, {1, 0}, {0, 2}, {0, 2}, {0, 2}, {1, 1}, {1, 1},
                      {0, 3}, {0, 3}, {2, 0}, {1, 2}, {1, 2}, {1, 2}, {2, 1}, {3, 0}};

/* A triple with two dyads, by what they are to the node they share. */
static enum triad open_triad(enum end a, enum end b) {
    static const enum triad KIND[ENDS][ENDS] = {
        [END_OUT] = {TRIAD_021D, TRIAD_021C, TRIAD_111U},
        [END_IN] = {TRIAD_021C, TRIAD_021U, TRIAD_111D},
        [END_BOTH] = {TRIAD_111U, TRIAD_111D, TRIAD_201},
    };
    return KIND[a][b];
}

static enum end other_end(enum end e) {
    return e == END_OUT ? END_IN : e == END_IN ? END_OUT : END_BOTH;
}

/* Dyads of nodes 0 and 1, 0 and 2, 1 and 2, each as its first node sees it. */
static enum triad closed_triad(const enum end e[3]) {
    int mutual = (e[0] == END_BOTH) + (e[1] == END_BOTH) + (e[2] == END_BOTH);
    if (mutual > 1) {
        return mutual == 3 ? TRIAD_300 : TRIAD_210;
    }
    if (mutual == 0) {
        bool cycle = e[0] == e[2] && e[0] != e[1];
        return cycle ? TRIAD_030C : TRIAD_030T;
    }
    /* The node that is not in the mutual dyad, and how it sees the other two. */
    enum end a = e[0], b = e[1];
    if (e[1] == END_BOTH) {
        a = other_end(e[0]);
        b = e[2];
    } else if (e[0] == END_BOTH) {
        a = other_end(e[1]);
        b = other_end(e[2]);
    }
    return a != b ? TRIAD_120C : a == END_OUT ? TRIAD_120D : TRIAD_120U;
}

struct census {
    const struct graph *both;
    uint8_t *end;    /* of each entry of its rows: enum end, as the node of the row sees it */
    uint64_t *count; /* of triads */
};

static void take_off(struct census *c, enum end a, enum end b) {
    c->count[open_triad(a, b)]--;
}

static void add_closed(void *user, const struct triangle *t) {
    struct census *c = user;
    /* Entries stand in the rows of the later nodes. */
    enum end e[3];
    for (int i = 0; i < 3; i++) {
        e[i] = other_end((enum end)c->end[t->entry[i]]);
    }
    c->count[closed_triad(e)]++;
    take_off(c, e[0], e[1]);
    take_off(c, other_end(e[0]), e[2]);
    take_off(c, other_end(e[1]), other_end(e[2]));
}

static void add_open(struct census *c, const uint64_t n[ENDS]) {
    for (int a = 0; a < ENDS; a++) {
        c->count[open_triad((enum end)a, (enum end)a)] += n[a] ? n[a] * (n[a] - 1) / 2 : 0;
        for (int b = a + 1; b < ENDS; b++) {
            c->count[open_triad((enum end)a, (enum end)b)] += n[a] * n[b];
        }
    }
}

static enum end end_of(const struct graph *g, uint32_t from, uint32_t to) {
    if (!g->directed) {
        return END_BOTH;
    }
    bool out = row_find(&g->out, from, to) != UINT64_MAX;
    bool in = row_find(&g->in, from, to) != UINT64_MAX;
    return out && in ? END_BOTH : out ? END_OUT : END_IN;
}

enum { STEPS_TO_NOTE_END = 16 };

static enum status note_ends(struct stint *stint, struct census *c, const struct graph *g) {
    const struct rows_of_ties *rows = &c->both->out;
    for (uint32_t v = 0; v < c->both->n; v++) {
        uint64_t n[ENDS] = {0};
        enum status status = stint_due(stint, 1 + STEPS_TO_NOTE_END * row_length(rows, v));
        if (status != ST_OK) {
            return status;
        }
        uint32_t from = g->place[c->both->label[v]];
        for (uint64_t i = rows->start[v]; i < rows->start[v + 1]; i++) {
            enum end end = end_of(g, from, g->place[c->both->label[rows->node[i]]]);
            c->end[i] = (uint8_t)end;
            n[end]++;
        }
        add_open(c, n);
    }
    return ST_OK;
}

/* Every dyad is in n - 2 triples; those that are not in the others are alone in theirs. */
static void add_rest(const struct graph *g, const struct dyads *dyads, uint64_t *count) {
    struct dyads d = *dyads;
    uint64_t n = g->n, thirds = n < 2 ? 0 : n - 2;
    uint64_t all = n < 3 ? 0 : n * (n - 1) / 2 * (n - 2) / 3;
    count[TRIAD_012] = d.asymmetric * thirds;
    count[TRIAD_102] = d.mutual * thirds;
    for (int t = TRIAD_021D; t < TRIADS; t++) {
        count[TRIAD_012] -= DYADS_OF[t].asymmetric * count[t];
        count[TRIAD_102] -= DYADS_OF[t].mutual * count[t];
        all -= count[t];
    }
    count[TRIAD_003] = all - count[TRIAD_012] - count[TRIAD_102];
}

static enum status count_triads(const struct network_host *host, const struct graph *g,
                                const struct graph *both, uint64_t *count) {
    struct census c = {.both = both, .count = count};
    struct side_work before, after;
    struct effort effort;
    struct stint stint = {.effort = &effort};
    struct dyads dyads;
    struct arena a;
    side_work_init(&before, host, 0, 0);
    side_work_init(&after, host, 1, 1);
    effort_init(&effort, &before.host, 1);
    arena_init(&a, host->alloc);
    c.end = ARENA_ARRAY(&a, uint8_t, both->out.start[both->n]);
    enum status status = ST_NO_MEMORY;
    if (c.end) {
        status = note_ends(&stint, &c, g);
    }
    if (status == ST_OK) {
        status = triangles_each(host, both, &c, add_closed);
    }
    if (status == ST_OK) {
        status = dyad_census(&after.host, g, NULL, &dyads);
    }
    if (status == ST_OK) {
        add_rest(g, &dyads, count);
    }
    arena_free(&a);
    return status;
}

enum status triad_census(const struct network_host *host, const struct graph *g,
                         uint64_t count[TRIADS]) {
    memset(count, 0, TRIADS * sizeof *count);
    if (g->n > MOST_NODES) {
        return ST_LIMIT;
    }
    if (!g->directed) {
        return count_triads(host, g, g, count);
    }
    struct graph both;
    struct side_work before;
    side_work_init(&before, host, 0, 0);
    enum status status = graph_without_direction(&before.host, g, MERGE_MOST, &both);
    if (status == ST_OK) {
        status = count_triads(host, g, &both, count);
        graph_free(&both);
    }
    return status;
}
