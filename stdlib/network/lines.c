/* Lines are short, so they are climbed; ties are sorted, so one is found by halving. */
#include "stdlib/network/lines.h"

uint32_t lines_fault(const uint32_t *parent, uint32_t n) {
    for (uint32_t v = 0; v < n; v++) {
        int steps = 0;
        for (uint32_t i = v; parent[i] != NO_PARENT && steps <= LINE_STEPS; i = parent[i]) {
            steps++;
        }
        if (steps > LINE_STEPS) {
            return v;
        }
    }
    return n;
}

/* The member below `above` on the line that begins at `member`; NO_PARENT: it does not lead there.
 */
static uint32_t step_below(const uint32_t *parent, uint32_t member, uint32_t above) {
    while (parent[member] != NO_PARENT && parent[member] != above) {
        member = parent[member];
    }
    return parent[member] == NO_PARENT ? NO_PARENT : member;
}

bool line_leads(const uint32_t *parent, uint32_t member, uint32_t above) {
    return step_below(parent, member, above) != NO_PARENT;
}

/* ---- coverage ---- */

static void mark_tied(const uint32_t *parent, uint32_t member, uint32_t above, uint8_t *reach) {
    uint32_t child = step_below(parent, member, above);
    if (child != NO_PARENT) {
        reach[child] = REACH_TIED;
    }
}

void coverage_find(const uint32_t *parent, const uint8_t *silent, const struct ties *t,
                   uint8_t *reach) {
    for (uint32_t v = 0; v < t->nodes; v++) {
        bool sure = !silent || parent[v] == NO_PARENT || (!silent[v] && !silent[parent[v]]);
        reach[v] = sure ? REACH_NONE : REACH_UNKNOWN;
    }
    for (uint32_t i = 0; i < t->n; i++) {
        mark_tied(parent, t->from[i], t->to[i], reach);
        mark_tied(parent, t->to[i], t->from[i], reach);
    }
}

/* ---- brokerage at a distance ---- */

/* Children of each member with a tie to it and from it; the same without directions. */
struct spokes {
    uint32_t *to_parent, *from_parent;
};

static void count_spokes(const uint32_t *parent, const struct ties *t, const struct spokes *s) {
    for (uint32_t i = 0; i < t->n; i++) {
        uint32_t from = t->from[i], to = t->to[i];
        if (parent[from] == to) {
            s->to_parent[to]++;
            s->from_parent[to] += !t->directed;
        }
        if (parent[to] == from) {
            s->from_parent[from]++;
            s->to_parent[from] += !t->directed;
        }
    }
}

static bool has_tie(const struct ties *t, uint32_t from, uint32_t to) {
    return !t->directed && from > to ? ties_have(t, to, from) : ties_have(t, from, to);
}

/* Where among the brokers the tie of the parents stands; `n`: nowhere. They are in the order of the
 * ties. */
static uint32_t find_broker(const struct brokered *all, uint32_t n, uint32_t from, uint32_t to) {
    uint32_t low = 0, high = n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct brokered *b = &all[middle];
        if (b->from < from || (b->from == from && b->to < to)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < n && all[low].from == from && all[low].to == to ? low : n;
}

static void close_path(const uint32_t *parent, const struct ties *t, uint32_t from, uint32_t to,
                       struct brokered *all, uint32_t n) {
    uint32_t first = parent[from], second = parent[to];
    if (first == NO_PARENT || second == NO_PARENT || !has_tie(t, from, first) ||
        !has_tie(t, second, to)) {
        return;
    }
    bool turn = !t->directed && first > second;
    uint32_t k = find_broker(all, n, turn ? second : first, turn ? first : second);
    if (k < n) {
        all[k].closed++;
    }
}

bool brokered_find(struct arena *a, const uint32_t *parent, const struct ties *t,
                   struct brokered *out, uint32_t *n) {
    struct spokes s = {ARENA_ARRAY(a, uint32_t, (size_t)t->nodes + 1),
                       ARENA_ARRAY(a, uint32_t, (size_t)t->nodes + 1)};
    if (!s.to_parent || !s.from_parent) {
        return false;
    }
    memset(s.to_parent, 0, t->nodes * sizeof *s.to_parent);
    memset(s.from_parent, 0, t->nodes * sizeof *s.from_parent);
    count_spokes(parent, t, &s);
    *n = 0;
    for (uint32_t i = 0; i < t->n; i++) {
        uint32_t from = t->from[i], to = t->to[i];
        uint64_t paths = (uint64_t)s.to_parent[from] * s.from_parent[to];
        if (paths && !line_leads(parent, from, to) && !line_leads(parent, to, from)) {
            out[(*n)++] = (struct brokered){.from = from, .to = to, .paths = paths};
        }
    }
    for (uint32_t i = 0; i < t->n; i++) {
        close_path(parent, t, t->from[i], t->to[i], out, *n);
    }
    return true;
}
