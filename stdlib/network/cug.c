/* A drawn network is a kind for each pair, the most frequent kind first and the others put at
 * random places; its figures are those of the same kernels that measure networks. */
#include "stdlib/network/cug.h"
#include "stdlib/network/cug_figure.h"
#include <math.h>

/* ---- what is drawn ---- */

/* What a slot holds: an ordered pair of members, or a dyad. */
enum slot { SLOT_NULL, SLOT_TIE, SLOT_MUTUAL, SLOT_KINDS };

struct drawing {
    const struct graph *like; /* the one observed */
    const struct cug *how;
    struct effort *effort;
    bool ordered;   /* slots are ordered pairs; else unordered */
    uint64_t slots; /* that are known */
    uint64_t count[SLOT_KINDS];
    uint8_t *slot; /* enum slot */
    uint32_t *from, *to;
    size_t room, ties;
};

static bool is_open(const struct drawing *d, uint32_t i, uint32_t k) {
    const uint8_t *silent = d->how->silent;
    if (!silent || i == k) {
        return i != k;
    }
    if (!d->like->directed) {
        return !silent[i] || !silent[k];
    }
    /* A dyad is open if both ways can be seen. */
    return !silent[i] && (d->ordered || !silent[k]);
}

static uint32_t slots_of(const struct drawing *d, uint32_t i) {
    return d->ordered ? d->like->n : i;
}

static bool tied_to(const struct graph *g, uint32_t from, uint32_t to) {
    return row_find(&g->out, g->place[from], g->place[to]) != UINT64_MAX;
}

/* Counts slots and, of those, what they hold in the network observed. */
static void count_slots(struct drawing *d) {
    const struct graph *g = d->like;
    for (uint32_t i = 0; i < g->n; i++) {
        for (uint32_t k = 0; k < slots_of(d, i); k++) {
            d->slots += is_open(d, i, k);
        }
    }
    for (uint32_t v = 0; v < g->n; v++) {
        for (uint64_t e = g->out.start[v]; e < g->out.start[v + 1]; e++) {
            uint32_t from = g->label[v], to = g->label[g->out.node[e]];
            if (d->ordered) {
                d->count[SLOT_TIE] += is_open(d, from, to);
            } else if (!g->directed || !tied_to(g, to, from)) {
                d->count[SLOT_TIE] += (g->directed || from > to) && is_open(d, from, to);
            } else {
                d->count[SLOT_MUTUAL] += from > to && is_open(d, from, to);
            }
        }
    }
    d->count[SLOT_NULL] = d->slots - d->count[SLOT_TIE] - d->count[SLOT_MUTUAL];
}

/* Exactly so many of each kind, every arrangement as likely: the most frequent kind everywhere,
 * then each of the others at places that still hold it. */
static void fill_slots(struct drawing *d, struct generator *g) {
    int most = SLOT_NULL;
    for (int k = 0; k < SLOT_KINDS; k++) {
        most = d->count[k] > d->count[most] ? k : most;
    }
    memset(d->slot, most, d->slots);
    for (int k = 0; k < SLOT_KINDS; k++) {
        for (uint64_t left = k == most ? 0 : d->count[k]; left > 0;) {
            uint8_t *at = &d->slot[generator_below(g, d->slots - 1)];
            left -= *at == most;
            *at = (uint8_t)(*at == most ? k : *at);
        }
    }
}

static void fill_by_coin(struct drawing *d, struct generator *g) {
    for (uint64_t i = 0; i < d->slots; i += 64) {
        uint64_t coins = generator_next(g);
        for (uint64_t k = i; k < d->slots && k < i + 64; k++) {
            d->slot[k] = coins >> (k - i) & 1 ? SLOT_TIE : SLOT_NULL;
        }
    }
}

static void add_tie(struct drawing *d, uint32_t from, uint32_t to) {
    d->from[d->ties] = from;
    d->to[d->ties++] = to;
}

/* One tie of a dyad leads either way with the same chance. */
static void list_ties(struct drawing *d, struct generator *g) {
    uint64_t slot = 0;
    d->ties = 0;
    for (uint32_t i = 0; i < d->like->n; i++) {
        for (uint32_t k = 0; k < slots_of(d, i); k++) {
            enum slot holds = is_open(d, i, k) ? (enum slot)d->slot[slot++] : SLOT_NULL;
            if (holds == SLOT_MUTUAL) {
                add_tie(d, i, k);
                add_tie(d, k, i);
            } else if (holds == SLOT_TIE) {
                bool turn = !d->ordered && d->like->directed && generator_below(g, 1);
                add_tie(d, turn ? k : i, turn ? i : k);
            }
        }
    }
}

static enum status draw_network(struct drawing *d, const struct network_host *host, uint64_t number,
                                struct graph *out) {
    struct generator g;
    draw_begin(&g, d->how->seed, number);
    if (d->how->given == GIVEN_SIZE) {
        fill_by_coin(d, &g);
    } else {
        fill_slots(d, &g);
    }
    list_ties(d, &g);
    struct tie_list list = {.nodes = d->like->n,
                            .directed = d->like->directed,
                            .n = d->ties,
                            .from = d->from,
                            .to = d->to};
    return graph_build(host, &list, out);
}

/* ---- the test ---- */

/* Kernels within ask the host in turn; how far it is, only the test knows. */
static enum status ask_outside(void *user, double done) {
    UNUSED(done);
    return effort_ask(user);
}

static enum status draw_all(struct drawing *d, struct figure_room *room, double *drawn) {
    struct stint stint = {.effort = d->effort};
    struct network_host inner = *d->effort->host;
    enum status status = ST_OK;
    inner.threads = 1;
    inner.poll = inner.poll ? ask_outside : NULL;
    inner.user = d->effort;
    for (uint64_t i = 0; i < d->how->draws && status == ST_OK; i++) {
        struct graph g;
        status = stint_due(&stint, d->slots / 4 + STINT_STEPS / 64);
        if (status == ST_OK) {
            status = draw_network(d, &inner, i, &g);
        }
        if (status == ST_OK) {
            status = figure_of(&inner, &g, d->how, room, &drawn[i]);
            graph_free(&g);
        }
    }
    return status;
}

static enum status take_drawing(struct arena *a, struct drawing *d) {
    count_slots(d);
    uint64_t most =
        d->how->given == GIVEN_SIZE ? d->slots : d->count[SLOT_TIE] + 2 * d->count[SLOT_MUTUAL];
    d->slot = ARENA_ARRAY(a, uint8_t, d->slots + 1);
    d->from = ARENA_ARRAY(a, uint32_t, most + 1);
    d->to = ARENA_ARRAY(a, uint32_t, most + 1);
    return d->slot && d->from && d->to ? ST_OK : ST_NO_MEMORY;
}

enum status cug_test(const struct network_host *host, const struct graph *g, const struct cug *how,
                     struct cug_answer *out) {
    struct arena a;
    struct effort effort;
    struct figure_room room;
    if (g->n > MOST_DRAWN_MEMBERS || how->draws > UINT32_MAX) {
        return ST_LIMIT;
    }
    arena_init(&a, host->alloc);
    double pairs = (double)g->n * g->n / (g->directed ? 4 : 8);
    effort_init(&effort, host, (double)how->draws * (pairs + STINT_STEPS / 64));
    struct drawing d = {.like = g,
                        .how = how,
                        .effort = &effort,
                        .ordered = g->directed && how->given != GIVEN_DYADS};
    double *drawn = ARENA_ARRAY(&a, double, how->draws + 1);
    enum status status = drawn ? figure_room_take(&a, g->n, how, &room) : ST_NO_MEMORY;
    if (status == ST_OK) {
        status = take_drawing(&a, &d);
    }
    if (status == ST_OK) {
        status = figure_of(host, g, how, &room, &out->observed);
    }
    if (status == ST_OK) {
        status = draw_all(&d, &room, drawn);
    }
    if (status == ST_OK) {
        out->spread = spread_of(drawn, how->draws, out->observed);
    }
    arena_free(&a);
    return status;
}
