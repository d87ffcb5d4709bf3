/* Classes of ties, of all possible pairs, and counts over a simple tie list.
 *
 * Possible pairs are counted without visiting them: all pairs, less those in
 * one group, with and without the nodes outside and the nodes not known. */
#include "stdlib/network/classes.h"

const char *tie_class_name(enum tie_class c) {
    static const char *const NAMES[TIE_CLASSES] = {"internal", "horizontal", "vertical", "holistic",
                                                   "unclassed"};
    return NAMES[c];
}

static uint32_t group_of(const struct nodes *v, uint32_t i) {
    return v->group ? v->group[i] : (uint32_t)UNKNOWN_GROUP;
}

static enum sector sector_of(const struct nodes *v, uint32_t i) {
    return v->sector ? (enum sector)v->sector[i] : SECTOR_INSIDE;
}

bool is_placed(const struct nodes *v, uint32_t i) {
    return sector_of(v, i) == SECTOR_INSIDE && v->rank && v->rank[i] != UNKNOWN_RANK &&
           (!v->group || v->group[i] != UNKNOWN_GROUP);
}

enum tie_class tie_class_of(const struct nodes *v, uint32_t from, uint32_t to) {
    uint32_t group = group_of(v, from);
    if (group != UNKNOWN_GROUP && group == group_of(v, to)) {
        return TIE_INTERNAL;
    }
    if (sector_of(v, from) == SECTOR_OUTSIDE || sector_of(v, to) == SECTOR_OUTSIDE) {
        return TIE_HOLISTIC;
    }
    if (!is_placed(v, from) || !is_placed(v, to)) {
        return TIE_UNCLASSED;
    }
    return v->rank[from] == v->rank[to] ? TIE_HORIZONTAL : TIE_VERTICAL;
}

/* ---- possible pairs ---- */

static uint64_t ordered_pairs(uint64_t n) {
    return n ? n * (n - 1) : 0;
}

typedef bool node_test(const struct nodes *v, uint32_t i);

static bool any_node(const struct nodes *v, uint32_t i) {
    (void)v;
    (void)i;
    return true;
}

static bool not_outside(const struct nodes *v, uint32_t i) {
    return sector_of(v, i) != SECTOR_OUTSIDE;
}

/* Pairs of nodes that pass the test and are not both of one group. */
static uint64_t pairs_across_groups(const struct nodes *v, node_test *test, uint32_t *counts) {
    uint64_t all = 0, within = 0;
    memset(counts, 0, v->n * sizeof *counts);
    for (uint32_t i = 0; i < v->n; i++) {
        all += test(v, i);
        uint32_t group = group_of(v, i);
        if (test(v, i) && group != UNKNOWN_GROUP) {
            within += 2 * (uint64_t)counts[group]++; /* this one with each before it, both ways */
        }
    }
    return ordered_pairs(all) - within;
}

/* Numbers nodes by group so that nodes of one group stand together. */
static void order_by(const uint32_t *key, uint32_t n, const uint32_t *in, uint32_t count,
                     uint32_t *starts, uint32_t *out) {
    memset(starts, 0, ((size_t)n + 1) * sizeof *starts);
    for (uint32_t i = 0; i < count; i++) {
        starts[key[in[i]] + 1]++;
    }
    for (uint32_t k = 0; k < n; k++) {
        starts[k + 1] += starts[k];
    }
    for (uint32_t i = 0; i < count; i++) {
        out[starts[key[in[i]]]++] = in[i];
    }
}

/* Pairs of placed nodes of one rank and different groups. */
static bool level_pairs(struct arena *a, const struct nodes *v, uint32_t *counts, uint64_t *out) {
    uint32_t *placed = ARENA_ARRAY(a, uint32_t, v->n), *sorted = ARENA_ARRAY(a, uint32_t, v->n);
    uint32_t *starts = ARENA_ARRAY(a, uint32_t, (size_t)v->n + 1), n = 0;
    if (!placed || !sorted || !starts) {
        return false;
    }
    uint64_t level = 0, shared = 0;
    memset(counts, 0, v->n * sizeof *counts);
    for (uint32_t i = 0; i < v->n; i++) {
        if (is_placed(v, i)) {
            placed[n++] = i;
            level += 2 * (uint64_t)counts[v->rank[i]]++;
        }
    }
    if (v->group) {
        /* By group, then within equal groups by rank: runs of both are the shared cells. */
        order_by(v->rank, v->n, placed, n, starts, sorted);
        order_by(v->group, v->n, sorted, n, starts, placed);
        uint64_t run = 0;
        for (uint32_t i = 0; i < n; i++) {
            bool same = i > 0 && v->group[placed[i]] == v->group[placed[i - 1]] &&
                        v->rank[placed[i]] == v->rank[placed[i - 1]];
            run = same ? run + 1 : 0;
            shared += 2 * run;
        }
    }
    *out = level - shared;
    return true;
}

bool tie_class_pairs(struct arena *a, const struct nodes *v, bool directed,
                     uint64_t pairs[TIE_CLASSES]) {
    uint32_t *counts = ARENA_ARRAY(a, uint32_t, v->n);
    uint64_t horizontal;
    if (!counts || !level_pairs(a, v, counts, &horizontal)) {
        return false;
    }
    uint64_t across = pairs_across_groups(v, any_node, counts);
    uint64_t not_holistic = pairs_across_groups(v, not_outside, counts);
    uint64_t placed = pairs_across_groups(v, is_placed, counts);
    pairs[TIE_INTERNAL] = ordered_pairs(v->n) - across;
    pairs[TIE_HOLISTIC] = across - not_holistic;
    pairs[TIE_UNCLASSED] = not_holistic - placed;
    pairs[TIE_HORIZONTAL] = horizontal;
    pairs[TIE_VERTICAL] = placed - horizontal;
    for (int k = 0; k < TIE_CLASSES && !directed; k++) {
        pairs[k] /= 2;
    }
    return true;
}

/* ---- ties ---- */

bool ties_simplify(struct arena *a, uint32_t nodes, bool directed, const uint32_t *from,
                   const uint32_t *to, uint32_t n, struct ties *out) {
    uint32_t *x = ARENA_ARRAY(a, uint32_t, n), *y = ARENA_ARRAY(a, uint32_t, n);
    uint32_t *order = ARENA_ARRAY(a, uint32_t, n), *sorted = ARENA_ARRAY(a, uint32_t, n);
    uint32_t *starts = ARENA_ARRAY(a, uint32_t, (size_t)nodes + 1), kept = 0;
    *out = (struct ties){.directed = directed, .nodes = nodes};
    out->from = ARENA_ARRAY(a, uint32_t, n);
    out->to = ARENA_ARRAY(a, uint32_t, n);
    if (!x || !y || !order || !sorted || !starts || !out->from || !out->to) {
        return false;
    }
    for (uint32_t i = 0; i < n; i++) {
        bool turn = !directed && from[i] > to[i];
        if (from[i] == to[i]) {
            out->loops++;
            continue;
        }
        x[kept] = turn ? to[i] : from[i];
        y[kept] = turn ? from[i] : to[i];
        order[kept] = kept;
        kept++;
    }
    order_by(y, nodes, order, kept, starts, sorted);
    order_by(x, nodes, sorted, kept, starts, order);
    for (uint32_t i = 0; i < kept; i++) {
        uint32_t k = order[i];
        if (out->n && out->from[out->n - 1] == x[k] && out->to[out->n - 1] == y[k]) {
            out->repeated++;
            continue;
        }
        out->from[out->n] = x[k];
        out->to[out->n++] = y[k];
    }
    return true;
}

/* Ties are sorted, so one is found by halving. */
bool ties_have(const struct ties *t, uint32_t from, uint32_t to) {
    uint32_t low = 0, high = t->n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (t->from[middle] < from || (t->from[middle] == from && t->to[middle] < to)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < t->n && t->from[low] == from && t->to[low] == to;
}

void ties_count_classes(const struct nodes *v, const struct ties *t, uint64_t counts[TIE_CLASSES]) {
    memset(counts, 0, TIE_CLASSES * sizeof *counts);
    for (uint32_t i = 0; i < t->n; i++) {
        counts[tie_class_of(v, t->from[i], t->to[i])]++;
    }
}

/* ---- structure ---- */

static uint32_t root_of(uint32_t *parent, uint32_t i) {
    while (parent[i] != i) {
        parent[i] = parent[parent[i]];
        i = parent[i];
    }
    return i;
}

static void join(uint32_t *parent, uint32_t *size, uint32_t a, uint32_t b) {
    a = root_of(parent, a);
    b = root_of(parent, b);
    if (a == b) {
        return;
    }
    uint32_t big = size[a] >= size[b] ? a : b, small = big == a ? b : a;
    parent[small] = big;
    size[big] += size[small];
}

/* Every node by itself. */
static void part_all(uint32_t *parent, uint32_t *size, uint32_t nodes) {
    for (uint32_t i = 0; i < nodes; i++) {
        parent[i] = i;
        size[i] = 1;
    }
}

bool ties_structure(struct arena *a, const struct ties *t, struct structure *out) {
    uint32_t *parent = ARENA_ARRAY(a, uint32_t, t->nodes),
             *size = ARENA_ARRAY(a, uint32_t, t->nodes);
    *out = (struct structure){.possible = ordered_pairs(t->nodes) / (t->directed ? 1 : 2)};
    if (!parent || !size) {
        return false;
    }
    part_all(parent, size, t->nodes);
    for (uint32_t i = 0; i < t->n; i++) {
        join(parent, size, t->from[i], t->to[i]);
        out->reciprocated += !t->directed || ties_have(t, t->to[i], t->from[i]);
    }
    for (uint32_t i = 0; i < t->nodes; i++) {
        if (parent[i] == i) {
            out->components++;
            out->isolates += size[i] == 1;
            out->largest = out->largest > size[i] ? out->largest : size[i];
        }
    }
    return true;
}

bool ties_linked(struct arena *a, const struct ties *t, const uint8_t *counted,
                 const uint8_t *without, uint64_t *pairs) {
    uint32_t *parent = ARENA_ARRAY(a, uint32_t, t->nodes),
             *size = ARENA_ARRAY(a, uint32_t, t->nodes);
    *pairs = 0;
    if (!parent || !size) {
        return false;
    }
    part_all(parent, size, t->nodes);
    for (uint32_t i = 0; i < t->n; i++) {
        if (!without || (!without[t->from[i]] && !without[t->to[i]])) {
            join(parent, size, t->from[i], t->to[i]);
        }
    }
    memset(size, 0, t->nodes * sizeof *size);
    for (uint32_t i = 0; i < t->nodes; i++) {
        if (counted[i] && !(without && without[i])) {
            *pairs += size[root_of(parent, i)]++; /* with each of its part before it */
        }
    }
    return true;
}
