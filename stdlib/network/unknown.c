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

struct answered_ties ties_answered(const bool *answered, const struct ties *t) {
    struct answered_ties out = {0, 0};
    for (uint32_t i = 0; i < t->n; i++) {
        if (!answered || (answered[t->from[i]] && answered[t->to[i]])) {
            out.ties++;
            out.reciprocated += !t->directed || ties_have(t, t->to[i], t->from[i]);
        }
    }
    return out;
}

void ties_mark_tied(const struct ties *t, bool *tied) {
    for (uint32_t i = 0; i < t->n; i++) {
        tied[t->from[i]] = true;
        tied[t->to[i]] = true;
    }
}
