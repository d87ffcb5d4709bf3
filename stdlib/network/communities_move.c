/* Nodes wait in a queue; one that moves calls its neighbours in other communities back (the fast
 * local move of Traag, Waltman and van Eck 2019). A node moves where it gains most; of equal gains
 * the community met first wins, and staying before all others. */
#include "stdlib/network/communities_search.h"

/* How many nodes ahead their rows are asked for. */
enum { AHEAD = 4 };

static void sum_communities(struct community_search *s, const struct level *l) {
    struct community_sums *sums = &s->sums;
    memset(sums->out, 0, l->n * sizeof *sums->out);
    memset(sums->in, 0, l->n * sizeof *sums->in);
    memset(sums->size, 0, l->n * sizeof *sums->size);
    for (uint32_t v = 0; v < l->n; v++) {
        sums->out[s->of[v]] += l->out[v];
        sums->size[s->of[v]]++;
        if (s->directed) {
            sums->in[s->of[v]] += l->in[v];
        }
    }
    s->empties = 0;
    for (uint32_t c = l->n; c-- > 0;) {
        if (sums->size[c] == 0) {
            s->empty[s->empties++] = c;
        }
    }
}

static inline uint32_t magnitude(const struct level *l, uint32_t v) {
    uint32_t bits = 0;
    for (uint64_t length = l->start[v + 1] - l->start[v]; length > 0; length >>= 1) {
        bits++;
    }
    return bits;
}

/* Into the queue by the magnitude of degrees, below which the order is by chance. */
static void sort_by_degree(struct community_search *s, const struct level *l) {
    uint32_t next[66] = {0};
    for (uint32_t v = 0; v < l->n; v++) {
        next[magnitude(l, v) + 1]++;
    }
    for (uint32_t bits = 1; bits < 66; bits++) {
        next[bits] += next[bits - 1];
    }
    for (uint32_t i = 0; i < l->n; i++) {
        uint32_t v = s->order[i];
        s->queue[next[magnitude(l, v)]++] = v;
    }
}

static void fill_queue(struct community_search *s, const struct level *l) {
    for (uint32_t v = 0; v < l->n; v++) {
        s->order[v] = v;
    }
    generator_shuffle(&s->random, s->order, l->n, l->n);
    if (s->rising) {
        sort_by_degree(s, l);
    } else {
        memcpy(s->queue, s->order, l->n * sizeof *s->queue);
    }
    memset(s->waiting, 1, l->n);
}

static inline void take_out(struct community_search *s, const struct level *l, uint32_t v,
                            uint32_t c) {
    s->sums.out[c] -= l->out[v];
    if (s->directed) {
        s->sums.in[c] -= l->in[v];
    }
    if (--s->sums.size[c] == 0) {
        s->empty[s->empties++] = c;
        s->sums.out[c] = s->sums.in[c] = 0;
    }
}

static inline void put_in(struct community_search *s, const struct level *l, uint32_t v,
                          uint32_t c) {
    if (s->sums.size[c]++ == 0) {
        s->empties--; /* only the last of them is ever filled */
    }
    s->sums.out[c] += l->out[v];
    if (s->directed) {
        s->sums.in[c] += l->in[v];
    }
}

/* The best community for v, which is in none now but was in `c`. */
static inline uint32_t choose(const struct community_search *s, const struct level *l, uint32_t v,
                              uint32_t c, uint32_t n, double *gain) {
    const struct community_sums sums = s->sums;
    const uint32_t *met = s->met;
    double *to = s->to;
    double out = s->scale * l->out[v], in = s->scale * l->in[v];
    double stay = to[c] - level_expected(&sums, out, in, c, s->directed);
    double best = stay + s->least;
    uint32_t choice = c;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t d = met[i];
        double here = to[d] - level_expected(&sums, out, in, d, s->directed);
        to[d] = 0;
        choice = here > best ? d : choice;
        best = here > best ? here : best;
    }
    if (best < 0 && sums.size[c] > 0) {
        choice = s->empty[s->empties - 1];
        best = 0;
    }
    *gain += choice == c ? 0 : best - stay;
    return choice;
}

/* Puts neighbours in other communities at the tail of the queue, which has room: v is not in it.
 * Whom that concerns is not told by a branch, as with communities_meet. */
static inline uint32_t call_back(struct community_search *s, const struct level *l, uint32_t v,
                                 uint32_t tail, uint32_t *called) {
    const uint32_t *of = s->of;
    uint32_t *queue = s->queue, c = of[v], n = 0;
    uint8_t *waiting = s->waiting;
    for (uint64_t i = l->start[v]; i < l->start[v + 1]; i++) {
        uint32_t u = l->node[i], calls = (waiting[u] == 0) & (of[u] != c);
        queue[tail] = u;
        waiting[u] = (uint8_t)(waiting[u] | calls);
        n += calls;
        tail += calls;
        tail = tail == l->n ? 0 : tail;
    }
    *called = n;
    return tail;
}

static inline void ask_ahead(const struct community_search *s, const struct level *l, uint32_t at) {
    uint32_t far = at + 2 * AHEAD, near = at + AHEAD;
    if (far < l->n) {
        __builtin_prefetch(&l->start[s->queue[far]]);
        __builtin_prefetch(&l->node[l->start[s->queue[near]]]);
    }
}

static enum status move_nodes(struct community_search *s, const struct level *l, double *gain) {
    uint32_t head = 0, tail = 0, left = l->n;
    enum status status = ST_OK;
    while (left > 0 && status == ST_OK) {
        uint32_t v = s->queue[head], c = s->of[v];
        ask_ahead(s, l, head);
        head = head + 1 == l->n ? 0 : head + 1;
        s->waiting[v] = 0;
        uint32_t met = communities_meet(s, l, v, s->of, s->met, 0);
        take_out(s, l, v, c);
        uint32_t to = choose(s, l, v, c, met, gain);
        put_in(s, l, v, to);
        left--;
        if (to != c) {
            uint32_t called;
            s->of[v] = to;
            tail = call_back(s, l, v, tail, &called);
            left += called;
        }
        status = stint_due(&s->stint, 2 * (l->start[v + 1] - l->start[v]) + 4);
    }
    return status;
}

enum status communities_move(struct community_search *s, const struct level *l, double *gain) {
    sum_communities(s, l);
    fill_queue(s, l);
    return move_nodes(s, l, gain);
}
