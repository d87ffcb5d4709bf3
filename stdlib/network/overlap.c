/* Sorted lists of ties, walked side by side. */
#include "stdlib/network/overlap.h"

bool ties_without_direction(struct arena *a, const struct ties *t, struct ties *out) {
    return ties_simplify(a, t->nodes, false, t->from, t->to, t->n, out);
}

/* ---- walking ---- */

struct pair {
    uint32_t from, to;
};

static const struct pair NO_PAIR = {UINT32_MAX, UINT32_MAX};

static struct pair pair_at(const struct ties *t, uint32_t i) {
    return i < t->n ? (struct pair){t->from[i], t->to[i]} : NO_PAIR;
}

static bool is_before(struct pair a, struct pair b) {
    return a.from < b.from || (a.from == b.from && a.to < b.to);
}

enum { LISTS = 3 };

/* The next pair that is in any of the lists; `in`: a bit for each list. false: there is none. */
struct walk {
    const struct ties *list[LISTS];
    uint32_t at[LISTS];
};

static bool walk_next(struct walk *w, struct pair *pair, unsigned *in) {
    *pair = NO_PAIR;
    for (int k = 0; k < LISTS; k++) {
        struct pair p = w->list[k] ? pair_at(w->list[k], w->at[k]) : NO_PAIR;
        *pair = is_before(p, *pair) ? p : *pair;
    }
    *in = 0;
    for (int k = 0; k < LISTS && pair->from != UINT32_MAX; k++) {
        struct pair p = w->list[k] ? pair_at(w->list[k], w->at[k]) : NO_PAIR;
        if (p.from == pair->from && p.to == pair->to) {
            w->at[k]++;
            *in |= 1u << k;
        }
    }
    return *in != 0;
}

static uint64_t possible_pairs(const struct ties *t, uint64_t n) {
    uint64_t ordered = n ? n * (n - 1) : 0;
    return t->directed ? ordered : ordered / 2;
}

/* ---- two kinds ---- */

void overlap_count(const struct nodes *v, const struct ties *first, const struct ties *second,
                   struct overlap *out) {
    static const enum overlap_kind KIND[] = {OVERLAP_KINDS, OVERLAP_FIRST, OVERLAP_SECOND,
                                             OVERLAP_BOTH};
    struct walk w = {.list = {first, second}};
    struct pair pair;
    unsigned in;
    *out = (struct overlap){.pairs = possible_pairs(first, first->nodes)};
    while (walk_next(&w, &pair, &in)) {
        out->count[KIND[in]]++;
        out->by_class[KIND[in]][tie_class_of(v, pair.from, pair.to)]++;
    }
}

/* ---- from one wave to the next ---- */

enum { SHARES = 1, ACTS = 2, ACTS_NEXT = 4 };

void conversion_count(const uint8_t *stays, const struct ties *share, const struct ties *act,
                      const struct ties *act_next, struct conversion *out) {
    struct walk w = {.list = {share, act, act_next}};
    struct pair pair;
    unsigned in;
    uint64_t stayers = 0, acting = 0;
    *out = (struct conversion){.shared = 0};
    for (uint32_t v = 0; v < share->nodes; v++) {
        stayers += stays[v] != 0;
    }
    while (walk_next(&w, &pair, &in)) {
        if (!stays[pair.from] || !stays[pair.to]) {
            continue;
        }
        acting += (in & ACTS) != 0;
        if (!(in & ACTS)) {
            out->shared += (in & SHARES) != 0;
            out->shared_then_act += (in & SHARES) && (in & ACTS_NEXT);
            out->silent_then_act += !(in & SHARES) && (in & ACTS_NEXT);
        }
    }
    out->silent = possible_pairs(share, stayers) - acting - out->shared;
}
