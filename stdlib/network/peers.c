/* The ties of one level's peers are a network of their own. */
#include "stdlib/network/peers.h"

static bool is_peer(const struct nodes *v, const uint8_t *left_out, uint32_t rank, uint32_t i) {
    return is_placed(v, i) && v->rank[i] == rank && !(left_out && left_out[i]);
}

/* Ordered pairs of peers, less those in one group; `count`: room for a number of each group. */
static uint64_t count_pairs(const struct nodes *v, const uint8_t *left_out, uint32_t rank,
                            uint32_t *count, struct peers *out) {
    uint64_t within = 0;
    memset(count, 0, v->n * sizeof *count);
    for (uint32_t i = 0; i < v->n; i++) {
        if (is_peer(v, left_out, rank, i)) {
            out->members++;
            within += v->group ? 2 * (uint64_t)count[v->group[i]]++ : 0;
        }
    }
    return out->members ? (uint64_t)out->members * (out->members - 1) - within : 0;
}

bool peers_find(struct arena *a, const struct nodes *v, const uint8_t *left_out, uint32_t rank,
                const struct ties *t, struct peers *out) {
    uint32_t *count = ARENA_ARRAY(a, uint32_t, (size_t)v->n + 1);
    uint32_t *from = ARENA_ARRAY(a, uint32_t, (size_t)t->n + 1);
    uint32_t *to = ARENA_ARRAY(a, uint32_t, (size_t)t->n + 1);
    struct ties own;
    struct structure s;
    *out = (struct peers){.members = 0};
    if (!count || !from || !to) {
        return false;
    }
    uint64_t ordered = count_pairs(v, left_out, rank, count, out);
    uint32_t n = 0;
    for (uint32_t i = 0; i < t->n; i++) {
        if (is_peer(v, left_out, rank, t->from[i]) && is_peer(v, left_out, rank, t->to[i]) &&
            tie_class_of(v, t->from[i], t->to[i]) == TIE_HORIZONTAL) {
            from[n] = t->from[i];
            to[n++] = t->to[i];
        }
    }
    out->ties = n;
    out->possible = t->directed ? ordered : ordered / 2;
    if (!ties_simplify(a, v->n, false, from, to, n, &own) || !ties_structure(a, &own, &s)) {
        return false;
    }
    out->pairs = own.n;
    out->with_peers = v->n - s.isolates;
    out->components = s.components - (v->n - out->members); /* all others stand alone */
    return true;
}
