/* Everything by counting, in the order of nodes, so that sums have the same bits each time. */
#include "stdlib/network/partition.h"
#include <math.h>

struct group_sums {
    double *out, *in; /* strengths of each group */
    double inside, all;
};

static void add_rows(const struct graph *g, const uint32_t *of, struct group_sums *sums) {
    for (uint32_t v = 0; v < g->n; v++) {
        uint32_t group = of[g->label[v]];
        double out = 0, inside = 0;
        for (uint64_t i = g->out.start[v]; i < g->out.start[v + 1]; i++) {
            uint32_t other = of[g->label[g->out.node[i]]];
            double value = g->out.value ? g->out.value[i] : 1;
            out += value;
            inside += other == group ? value : 0;
            sums->in[other] += value;
        }
        sums->out[group] += out;
        sums->inside += inside;
        sums->all += out;
    }
}

enum status partition_modularity(const struct network_host *host, const struct graph *g,
                                 const uint32_t *of, uint32_t groups, double resolution,
                                 double *out) {
    struct arena a;
    arena_init(&a, host->alloc);
    struct group_sums sums = {.out = ARENA_ARRAY(&a, double, (size_t)groups + 1),
                              .in = ARENA_ARRAY(&a, double, (size_t)groups + 1)};
    enum status status = sums.out && sums.in ? ST_OK : ST_NO_MEMORY;
    if (status == ST_OK) {
        double expected = 0;
        add_rows(g, of, &sums);
        for (uint32_t c = 0; c < groups; c++) {
            expected += sums.out[c] / sums.all * (sums.in[c] / sums.all);
        }
        *out = sums.all > 0 ? sums.inside / sums.all - resolution * expected : (double)NAN;
    }
    arena_free(&a);
    return status;
}

/* ---- numbers ---- */

/* Larger groups in front; equal ones as their first nodes are. */
static void sort_by_size(uint32_t *order, const uint32_t *size, uint32_t *other, uint32_t groups) {
    for (uint32_t width = 1; width<groups; width = width> groups / 2 ? groups : 2 * width) {
        for (uint32_t low = 0, at = 0; low < groups;) {
            uint32_t middle = groups - low > width ? low + width : groups;
            uint32_t high = groups - middle > width ? middle + width : groups;
            uint32_t left = low, right = middle;
            while (left < middle || right < high) {
                bool from_left =
                    right == high || (left < middle && size[order[left]] >= size[order[right]]);
                other[at++] = order[from_left ? left++ : right++];
            }
            low = high;
        }
        memcpy(order, other, groups * sizeof *order);
    }
}

uint32_t partition_number_by_size(uint32_t *of, uint32_t n, uint32_t groups, uint32_t *room) {
    uint32_t *size = room, *order = room + groups, *other = order + groups, count = 0;
    memset(size, 0, groups * sizeof *size);
    for (uint32_t v = 0; v < n; v++) {
        if (size[of[v]]++ == 0) {
            order[count++] = of[v];
        }
    }
    sort_by_size(order, size, other, count);
    for (uint32_t k = 0; k < count; k++) {
        other[order[k]] = k;
    }
    for (uint32_t v = 0; v < n; v++) {
        of[v] = other[of[v]];
    }
    return count;
}

/* ---- likeness ---- */

static double pairs_of(uint64_t n) {
    return (double)n * ((double)n - 1) / 2;
}

/* Nodes by group: those of group k begin at first[k]. */
static void sort_nodes(const uint32_t *of, uint32_t groups, uint32_t n, uint32_t *first,
                       uint32_t *node) {
    memset(first, 0, ((size_t)groups + 1) * sizeof *first);
    for (uint32_t v = 0; v < n; v++) {
        first[of[v]]++;
    }
    for (uint32_t k = 0, sum = 0; k <= groups; k++) {
        sum += first[k];
        first[k] = sum;
    }
    for (uint32_t v = n; v-- > 0;) {
        node[--first[of[v]]] = v;
    }
}

double partition_agreement(const uint32_t *a, uint32_t a_groups, const uint32_t *b,
                           uint32_t b_groups, uint32_t n, uint32_t *room) {
    uint32_t *first = room, *node = first + a_groups + 1, *all = node + n, *here = all + b_groups;
    double both = 0, of_a = 0, of_b = 0;
    sort_nodes(a, a_groups, n, first, node);
    memset(all, 0, 2 * (size_t)b_groups * sizeof *all);
    for (uint32_t k = 0; k < a_groups; k++) {
        for (uint32_t i = first[k]; i < first[k + 1]; i++) {
            all[b[node[i]]]++;
            both += here[b[node[i]]]++;
        }
        for (uint32_t i = first[k]; i < first[k + 1]; i++) {
            here[b[node[i]]] = 0;
        }
        of_a += pairs_of(first[k + 1] - first[k]);
    }
    for (uint32_t k = 0; k < b_groups; k++) {
        of_b += pairs_of(all[k]);
    }
    double by_chance = n > 1 ? of_a * (of_b / pairs_of(n)) : (double)NAN;
    double most = (of_a + of_b) / 2;
    return most == by_chance ? 1 : (both - by_chance) / (most - by_chance);
}
