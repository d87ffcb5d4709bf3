/* See graph_world.h. */
#include "graph_world.h"
#include <math.h>

struct alloc world_memory;
struct network_host world_host;

void world_start(void) {
    alloc_init(&world_memory, NULL, NULL, 0);
    world_host = (struct network_host){.alloc = &world_memory, .threads = 1};
}

void world_stop(void) {
    ck_assert_uint_eq(world_memory.used, 0);
}

bool world_near(double a, double b, double within) {
    return (isnan(a) && isnan(b)) || fabs(a - b) <= within * (fabs(b) > 1 ? fabs(b) : 1);
}

uint32_t draw(uint64_t *seed, uint32_t below) {
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*seed >> 33) % below;
}

void sample_add(struct sample *s, uint32_t from, uint32_t to, double value) {
    ck_assert_uint_lt(s->ties, WORLD_TIES);
    s->from[s->ties] = from;
    s->to[s->ties] = to;
    s->value[s->ties++] = value;
}

static void add_random(struct sample *s, uint64_t *seed, uint32_t ties) {
    for (uint32_t i = 0; i < ties; i++) {
        uint32_t from = draw(seed, s->n), to = draw(seed, s->n);
        sample_add(s, from, to, 1 + draw(seed, 5));
    }
}

static void add_tree(struct sample *s, uint64_t *seed, uint32_t wide) {
    for (uint32_t v = 1; v < s->n; v++) {
        uint32_t from = v - 1 - draw(seed, v < wide ? v : wide);
        sample_add(s, from, v, 1 + draw(seed, 3));
    }
}

/* Groups of nodes all tied to each other, each with a tie to the next. */
static void add_cliques(struct sample *s, uint64_t *seed) {
    uint32_t size = 2 + draw(seed, 6);
    for (uint32_t v = 0; v < s->n; v++) {
        for (uint32_t w = v + 1; w < s->n && w / size == v / size; w++) {
            sample_add(s, v, w, 1 + draw(seed, 2));
            sample_add(s, w, v, 1);
        }
        if (v % size == 0 && v > 0 && draw(seed, 5)) {
            sample_add(s, v - 1, v, 2);
        }
    }
}

/* Many nodes with the same few neighbours. */
static void add_twins(struct sample *s, uint64_t *seed) {
    uint32_t hubs = 1 + draw(seed, 4);
    for (uint32_t v = hubs; v < s->n; v++) {
        uint32_t pattern = 1 + draw(seed, 3);
        for (uint32_t h = 0; h < hubs && h < s->n; h++) {
            if (pattern >> (h % 2) & 1) {
                sample_add(s, h, v, 1);
                sample_add(s, v, h, 1);
            }
        }
    }
    if (hubs < s->n) {
        add_random(s, seed, 1 + draw(seed, 4));
    }
}

void sample_draw(struct sample *s, uint64_t *seed, uint32_t round) {
    s->n = round % 23 == 0 ? draw(seed, 4) : 2 + draw(seed, WORLD_NODES - 2);
    s->directed = round % 2;
    s->valued = round % 3 == 2;
    s->ties = 0;
    if (s->n == 0) {
        return;
    }
    switch (round / 2 % 6) {
    case 0:
        add_random(s, seed, s->n / 2 + draw(seed, s->n * 2));
        break;
    case 1:
        add_random(s, seed, s->n * (1 + draw(seed, 12)));
        break;
    case 2:
        add_tree(s, seed, 1 + draw(seed, 10));
        break;
    case 3:
        add_tree(s, seed, 1 + draw(seed, 3));
        add_random(s, seed, draw(seed, 6));
        break;
    case 4:
        add_cliques(s, seed);
        break;
    default:
        add_twins(s, seed);
    }
}

void sample_build(const struct network_host *host, const struct sample *s, struct graph *g) {
    struct tie_list list = {.nodes = s->n,
                            .directed = s->directed,
                            .n = s->ties,
                            .from = s->from,
                            .to = s->to,
                            .value = s->valued ? s->value : NULL,
                            .merge = MERGE_LEAST};
    ck_assert_int_eq(graph_build(host, &list, g), ST_OK);
}

static void fill_ties(struct matrix *m, const struct sample *s, bool steps) {
    for (uint32_t i = 0; i < m->n; i++) {
        for (uint32_t k = 0; k < m->n; k++) {
            m->tie[i][k] = INFINITY;
        }
    }
    for (size_t i = 0; i < s->ties; i++) {
        uint32_t from = s->from[i], to = s->to[i];
        double length = s->valued && !steps ? s->value[i] : 1;
        if (from != to) {
            m->tie[from][to] = fmin(m->tie[from][to], length);
            m->tie[to][from] = s->directed ? m->tie[to][from] : fmin(m->tie[to][from], length);
        }
    }
}

static void fill_lengths(struct matrix *m) {
    for (uint32_t i = 0; i < m->n; i++) {
        for (uint32_t k = 0; k < m->n; k++) {
            m->length[i][k] = i == k ? 0 : m->tie[i][k];
        }
    }
    for (uint32_t v = 0; v < m->n; v++) {
        for (uint32_t i = 0; i < m->n; i++) {
            for (uint32_t k = 0; k < m->n; k++) {
                m->length[i][k] = fmin(m->length[i][k], m->length[i][v] + m->length[v][k]);
            }
        }
    }
}

/* By rising length: a path's last tie comes from a node that is nearer. */
static void fill_paths(struct matrix *m, uint32_t from) {
    bool done[WORLD_NODES] = {false};
    for (uint32_t i = 0; i < m->n; i++) {
        uint32_t next = m->n;
        for (uint32_t v = 0; v < m->n; v++) {
            if (!done[v] && (next == m->n || m->length[from][v] < m->length[from][next])) {
                next = v;
            }
        }
        done[next] = true;
        m->paths[from][next] = next == from;
        for (uint32_t v = 0; v < m->n; v++) {
            if (isfinite(m->length[from][next]) &&
                m->length[from][v] + m->tie[v][next] == m->length[from][next]) {
                m->paths[from][next] += m->paths[from][v];
            }
        }
    }
}

void matrix_fill(struct matrix *m, const struct sample *s, bool steps) {
    m->n = s->n;
    m->directed = s->directed;
    fill_ties(m, s, steps);
    fill_lengths(m);
    for (uint32_t v = 0; v < m->n; v++) {
        fill_paths(m, v);
    }
}

bool tied(const struct matrix *m, uint32_t from, uint32_t to) {
    return isfinite(m->tie[from][to]);
}
