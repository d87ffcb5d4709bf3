/* The loops over lanes are compiled for each kind of vectors (brandes_lanes.h); here is what they
 * share. */
#include "stdlib/network/brandes.h"

#define LARGE_NUMBER 0x1p500
#define MUCH_SMALLER 0x1p-500

static void add_visit(struct brandes *s, uint32_t *n, uint32_t v, uint8_t who) {
    s->seen[v] |= who;
    s->spot[*n] = v;
    s->who[(*n)++] = who;
}

/* Those that see a spot for the first time, as level d. Eight spots are passed over at once where
 * none has shown itself. */
static void list_visits(struct brandes *s, const struct batch *b, uint32_t d) {
    uint32_t n = s->level[d];
    for (uint32_t v = b->lo; v < b->hi;) {
        uint64_t eight;
        if (v + sizeof eight <= b->hi) {
            memcpy(&eight, s->fresh + v, sizeof eight);
            if (eight == 0) {
                v += (uint32_t)sizeof eight;
                continue;
            }
        }
        uint32_t end = v + (uint32_t)sizeof eight < b->hi ? v + (uint32_t)sizeof eight : b->hi;
        for (; v < end; v++) {
            uint8_t who = (uint8_t)(s->fresh[v] & ~s->seen[v]);
            s->fresh[v] = 0;
            if (who) {
                add_visit(s, &n, v, who);
            }
        }
    }
    s->level[d + 1] = n;
}

/* Level 0: the sources, each in its lane. */
static void begin_batch(struct brandes *s, const struct batch *b) {
    const struct plan *p = s->plan;
    union lane_values times = {{0}};
    uint32_t n = 0;
    memset(s->seen + b->lo, 0, b->hi - b->lo);
    for (uint32_t i = 0; i < b->n; i++) {
        uint32_t v = p->source[b->first + i];
        union lane_values one = {{0}};
        one.each[i] = 1;
        times.each[i] = p->times[v];
        s->paths[v] = s->flow[v] = one.all;
        add_visit(s, &n, v, (uint8_t)(1u << i));
    }
    *s->times = times.all;
    s->smaller[0] = 0;
    s->level[0] = 0;
    s->level[1] = n;
}

#define LANES_TEXT "stdlib/network/brandes_lanes.h"
#include "stdlib/network/lanes_each.h"

brandes_fn *brandes_choose(enum vectors vectors) {
    return LANES_PICK(vectors, batch);
}
