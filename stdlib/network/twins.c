/* Rows are hashed as sets, so that a row with the node itself added (twins tied to each other) has
 * a hash, too. Nodes of equal hash are compared; of those that only look alike some twins may be
 * missed, which costs time and nothing else. */
#include "base/hash.h"
#include "stdlib/network/sort.h"
#include "stdlib/network/twins.h"

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
static enum status judge(struct stint *stint, const struct rows_pair *p, bool closed,
                         const struct suspect *s, uint32_t n, uint32_t *first) {
    uint32_t head = 0;
    for (uint32_t i = 1; i < n; i++) {
        enum status status = stint_due(stint, 1 + row_length(p->out, s[i].node));
        if (status != ST_OK) {
            return status;
        }
        if (s[i].hash != s[head].hash) {
            head = i;
        } else if (first[s[i].node] == s[i].node && are_twins(p, closed, s[head].node, s[i].node)) {
            first[s[i].node] = first[s[head].node];
        }
    }
    return ST_OK;
}

/* Hashes of all rows; `closed`: with the node itself. */
static enum status hash_rows(struct stint *stint, const struct rows_pair *p, bool closed,
                             struct suspect *s, uint32_t n) {
    for (uint32_t v = 0; v < n; v++) {
        enum status status =
            stint_due(stint, 1 + row_length(p->out, v) + (p->in ? row_length(p->in, v) : 0));
        if (status != ST_OK) {
            return status;
        }
        uint64_t hash = hash_row(p->out, v) + (p->in ? hash_word(~hash_row(p->in, v)) : 0);
        s[v] = (struct suspect){hash + (closed ? hash_word(~(uint64_t)v) : 0), v};
    }
    return ST_OK;
}

static enum status find(struct stint *stint, struct arena *a, const struct rows_pair *p,
                        bool closed, struct suspect *s, uint32_t n, uint32_t *first) {
    enum status status = hash_rows(stint, p, closed, s, n);
    if (status == ST_OK) {
        status = stint_sort(stint, a, s, n, sizeof *s, by_hash);
    }
    return status == ST_OK ? judge(stint, p, closed, s, n, first) : status;
}

enum status twins_find(struct stint *stint, struct arena *a, uint32_t n,
                       const struct rows_of_ties *out, const struct rows_of_ties *in,
                       const double *weight, uint32_t *first) {
    struct rows_pair p = {out, in, weight};
    struct suspect *s = arena_take(a, n * sizeof *s);
    if (!s) {
        return ST_NO_MEMORY;
    }
    for (uint32_t v = 0; v < n; v++) {
        first[v] = v;
    }
    enum status status = find(stint, a, &p, false, s, n, first);
    return status == ST_OK && !in ? find(stint, a, &p, true, s, n, first) : status;
}
