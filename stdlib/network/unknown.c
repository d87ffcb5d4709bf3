/* See unknown.h. */
#include "stdlib/network/unknown.h"

uint32_t ties_drop_unknown(const bool *answered, struct ties *t) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < t->n; i++) {
        if (tie_is_known(answered, t->directed, t->from[i], t->to[i])) {
            t->from[kept] = t->from[i];
            t->to[kept++] = t->to[i];
        }
    }
    uint32_t dropped = t->n - kept;
    t->n = kept;
    return dropped;
}

void unknown_pairs_of(const struct nodes *v, const bool *answered, bool directed, uint32_t node,
                      uint64_t pairs[TIE_CLASSES]) {
    uint32_t others = directed ? v->n : node;
    for (uint32_t i = 0; i < others && !answered[node]; i++) {
        if (i != node && !tie_is_known(answered, directed, node, i)) {
            pairs[tie_class_of(v, node, i)]++;
        }
    }
}

/* Where the opposite of a tie is to be found in its row only goes on, so that every tie is looked at
 * once. `next` is by node; it begins at the first tie of its row, or behind all. */
static bool has_opposite(const struct ties *t, uint32_t tie, uint32_t *next) {
    uint32_t from = t->from[tie], row = t->to[tie], at = next[row];
    while (at < t->n && t->from[at] == row && t->to[at] < from) {
        at++;
    }
    next[row] = at;
    return at < t->n && t->from[at] == row && t->to[at] == from;
}

bool ties_answered(struct arena *a, const bool *answered, const struct ties *t,
                   struct answered_ties *out) {
    uint32_t *next = ARENA_ARRAY(a, uint32_t, (size_t)t->nodes + 1);
    *out = (struct answered_ties){0, 0};
    if (!next) {
        return false;
    }
    memset(next, 0xff, t->nodes * sizeof *next);
    for (uint32_t i = t->n; i-- > 0;) {
        next[t->from[i]] = i;
    }
    for (uint32_t i = 0; i < t->n; i++) {
        bool opposite = !t->directed || has_opposite(t, i, next);
        if (!answered || (answered[t->from[i]] && answered[t->to[i]])) {
            out->ties++;
            out->reciprocated += opposite;
        }
    }
    return true;
}

void ties_mark_tied(const struct ties *t, bool *tied) {
    for (uint32_t i = 0; i < t->n; i++) {
        tied[t->from[i]] = true;
        tied[t->to[i]] = true;
    }
}
