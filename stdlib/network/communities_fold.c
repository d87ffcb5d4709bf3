/* Nodes with one tie, put together with the node that they are tied to, before the search begins.
 *
 * Such a node is where its neighbour is, in any best partition: there it gains the value w of its
 * tie less resolution * w * K / total, where K, the strength of the others there, is below the
 * total; anywhere else it gains nothing. That holds up to a resolution of 1. A third of the
 * members of networks of mail or of the Internet have one tie.
 *
 * What is left has the ties that it had, so that a level without values stays one. */
#include "stdlib/network/communities_search.h"

/* Which node takes v in; v itself where v stays. Of two that have only each other, the first
 * stays. */
static uint32_t keeper_of(const struct level *l, uint32_t v) {
    uint64_t at = l->start[v];
    if (l->start[v + 1] - at != 1 || (l->value && !(l->value[at] > 0))) {
        return v;
    }
    uint32_t w = l->node[at];
    return l->start[w + 1] - l->start[w] > 1 || w < v ? w : v;
}

/* Numbers those that stay, in their order; how many they are. */
static uint32_t number_keepers(const struct level *l, uint32_t *fold) {
    uint32_t n = 0;
    for (uint32_t v = 0; v < l->n; v++) {
        fold[v] = keeper_of(l, v) == v ? n++ : UINT32_MAX;
    }
    return n;
}

static void add_strengths(const struct level *l, const uint32_t *fold, bool directed,
                          struct level_room *room) {
    for (uint32_t v = 0; v < l->n; v++) {
        room->out[fold[v]] += l->out[v];
        if (directed) {
            room->in[fold[v]] += l->in[v];
        }
    }
}

/* The row of one that stays, to be put at `at`; where it ends. `fold` tells nothing yet of those
 * who do not stay. */
static uint64_t copy_row(const struct level *l, const uint32_t *fold, uint32_t v, uint64_t at,
                         struct level_room *room) {
    for (uint64_t i = l->start[v]; i < l->start[v + 1]; i++) {
        uint32_t number = fold[l->node[i]];
        if (number != UINT32_MAX) {
            room->node[at] = number;
            if (room->value) {
                room->value[at] = l->value[i];
            }
            at++;
        }
    }
    return at;
}

static enum status copy_rows(struct stint *stint, const struct level *l, const uint32_t *fold,
                             struct level_room *room) {
    enum status status = ST_OK;
    uint64_t at = 0;
    for (uint32_t v = 0; v < l->n && status == ST_OK; v++) {
        status = stint_due(stint, l->start[v + 1] - l->start[v] + 1);
        if (fold[v] != UINT32_MAX) {
            room->start[fold[v]] = at;
            at = copy_row(l, fold, v, at, room);
            room->start[fold[v] + 1] = at;
        }
    }
    return status;
}

enum status communities_fold(struct arena *a, struct stint *stint, bool directed,
                             const struct level *l, uint32_t *fold, struct level *out) {
    uint64_t entries = l->start[l->n];
    uint32_t n = number_keepers(l, fold);
    struct level_room room = {.start = LINE_ARRAY(a, uint64_t, (size_t)n + 1),
                              .node = LINE_ARRAY(a, uint32_t, entries),
                              .value = l->value ? LINE_ARRAY(a, double, entries) : NULL,
                              .out = ARENA_ARRAY(a, double, n)};
    room.in = directed ? ARENA_ARRAY(a, double, n) : room.out;
    if (!room.start || !room.node || (l->value && !room.value) || !room.out || !room.in) {
        return ST_NO_MEMORY;
    }
    room.start[0] = 0;
    enum status status = copy_rows(stint, l, fold, &room);
    for (uint32_t v = 0; v < l->n; v++) {
        fold[v] = fold[keeper_of(l, v)];
    }
    add_strengths(l, fold, directed, &room);
    *out = (struct level){.n = n,
                          .start = room.start,
                          .node = room.node,
                          .value = room.value,
                          .out = room.out,
                          .in = room.in};
    return status;
}
