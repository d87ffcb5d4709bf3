/* Rows are hashed as sets, so that a row with the node itself added (twins tied to each other) has
 * a hash, too. Nodes of equal hash are compared; of those that only look alike some twins may be
 * missed, which costs time and nothing else. */
#include "base/hash.h"
#include "stdlib/network/twins.h"
#include <stdlib.h>

struct suspect {
    uint64_t hash;
    uint32_t node;
};

struct rows_pair {
    const struct rows_of_ties *out, *in;
    const double *weight;
};

static int by_hash(const void *a, const void *b) {
    const struct suspect *x = a, *y = b;
    int first = (x->hash > y->hash) - (x->hash < y->hash);
    return first ? first : (x->node > y->node) - (x->node < y->node);
}

static uint64_t hash_row(const struct rows_of_ties *rows, uint32_t v) {
    uint64_t hash = 0;
    for (uint64_t i = rows->start[v]; i < rows->start[v + 1]; i++) {
        hash += hash_word(~(uint64_t)rows->node[i]); /* hash_word(0) is 0 */
    }
    return hash;
}

static bool same_row(const struct rows_of_ties *rows, uint32_t v, uint32_t w) {
    uint64_t length = row_length(rows, v);
    return length == row_length(rows, w) &&
           memcmp(rows->node + rows->start[v], rows->node + rows->start[w],
                  length * sizeof *rows->node) == 0;
}

/* Sorted rows that are the same but for v and w, who have each other. */
static bool same_closed_row(const struct rows_of_ties *rows, uint32_t v, uint32_t w) {
    uint64_t i = rows->start[v], k = rows->start[w], end = rows->start[v + 1];
    if (row_length(rows, v) != row_length(rows, w) || row_find(rows, v, w) == UINT64_MAX) {
        return false;
    }
    while (i < end || k < rows->start[w + 1]) {
        if (i < end && rows->node[i] == w) {
            i++;
        } else if (k < rows->start[w + 1] && rows->node[k] == v) {
            k++;
        } else if (i == end || k == rows->start[w + 1] || rows->node[i++] != rows->node[k++]) {
            return false;
        }
    }
    return true;
}

static bool are_twins(const struct rows_pair *p, bool closed, uint32_t v, uint32_t w) {
    if (p->weight && p->weight[v] != p->weight[w]) {
        return false;
    }
    if (closed) {
        return same_closed_row(p->out, v, w);
    }
    return same_row(p->out, v, w) && (!p->in || same_row(p->in, v, w));
}

/* Suspects in the order of hashes: each with the first of its hash. */
static void judge(const struct rows_pair *p, bool closed, const struct suspect *s, uint32_t n,
                  uint32_t *first) {
    uint32_t head = 0;
    for (uint32_t i = 1; i < n; i++) {
        if (s[i].hash != s[head].hash) {
            head = i;
        } else if (first[s[i].node] == s[i].node && are_twins(p, closed, s[head].node, s[i].node)) {
            first[s[i].node] = first[s[head].node];
        }
    }
}

enum status twins_find(struct arena *a, uint32_t n, const struct rows_of_ties *out,
                       const struct rows_of_ties *in, const double *weight, uint32_t *first) {
    struct rows_pair p = {out, in, weight};
    struct suspect *s = arena_take(a, n * sizeof *s);
    if (!s) {
        return ST_NO_MEMORY;
    }
    for (uint32_t v = 0; v < n; v++) {
        uint64_t hash = hash_row(out, v) + (in ? hash_word(~hash_row(in, v)) : 0);
        s[v] = (struct suspect){hash, v};
        first[v] = v;
    }
    qsort(s, n, sizeof *s, by_hash);
    judge(&p, false, s, n, first);
    if (in) {
        return ST_OK;
    }
    for (uint32_t v = 0; v < n; v++) {
        s[v] = (struct suspect){hash_row(out, v) + hash_word(~(uint64_t)v), v};
    }
    qsort(s, n, sizeof *s, by_hash);
    judge(&p, true, s, n, first);
    return ST_OK;
}
