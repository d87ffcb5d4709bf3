/* The heap holds nodes, and each node knows its place in it, so that a shorter way moves it up. */
#include "stdlib/network/shortest.h"
#include <math.h>

enum status shortest_take(struct arena *a, uint32_t n, struct shortest *out) {
    *out = (struct shortest){.length = LINE_ARRAY(a, double, n),
                             .order = LINE_ARRAY(a, uint32_t, n),
                             .heap = LINE_ARRAY(a, uint32_t, (size_t)n + 1),
                             .place = ARENA_ARRAY(a, uint32_t, n)};
    if (!out->length || !out->order || !out->heap || !out->place) {
        return ST_NO_MEMORY;
    }
    for (uint32_t v = 0; v < n; v++) {
        out->length[v] = INFINITY;
    }
    return ST_OK;
}

static bool before(const struct shortest *s, uint32_t v, uint32_t w) {
    return s->length[v] < s->length[w] || (s->length[v] == s->length[w] && v < w);
}

static void put_at(struct shortest *s, uint32_t at, uint32_t v) {
    s->heap[at] = v;
    s->place[v] = at;
}

static void move_up(struct shortest *s, uint32_t v, uint32_t at) {
    for (; at > 1 && before(s, v, s->heap[at / 2]); at /= 2) {
        put_at(s, at, s->heap[at / 2]);
    }
    put_at(s, at, v);
}

static void move_down(struct shortest *s, uint32_t v) {
    uint32_t at = 1;
    while (2 * at <= s->heaped) {
        uint32_t child = 2 * at;
        child += child < s->heaped && before(s, s->heap[child + 1], s->heap[child]);
        if (!before(s, s->heap[child], v)) {
            break;
        }
        put_at(s, at, s->heap[child]);
        at = child;
    }
    put_at(s, at, v);
}

static uint32_t take_nearest(struct shortest *s) {
    uint32_t v = s->heap[1], last = s->heap[s->heaped--];
    s->place[v] = 0;
    if (s->heaped) {
        move_down(s, last);
    }
    return v;
}

static void offer(struct shortest *s, uint32_t v, double length) {
    if (length < s->length[v]) {
        uint32_t at = s->place[v] ? s->place[v] : ++s->heaped;
        s->length[v] = length;
        move_up(s, v, at);
    }
}

enum status shortest_from(struct shortest *s, const struct rows_of_ties *rows, uint32_t source,
                          struct stint *stint) {
    for (uint32_t i = 0; i < s->reached; i++) {
        s->length[s->order[i]] = INFINITY;
    }
    s->reached = 0;
    offer(s, source, 0);
    while (s->heaped) {
        uint32_t v = take_nearest(s);
        s->order[s->reached++] = v;
        enum status status = stint_due(stint, 8 + 4 * row_length(rows, v));
        if (status != ST_OK) {
            return status;
        }
        for (uint64_t i = rows->start[v]; i < rows->start[v + 1]; i++) {
            offer(s, rows->node[i], s->length[v] + rows->value[i]);
        }
    }
    return ST_OK;
}
