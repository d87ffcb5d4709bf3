/* Nodes that reach each other have the same upper bounds, so these are looked for between strong
 * components, in an order in which ties lead forward only. `above` of one are all that reach it,
 * itself among them, as bits in that order; those of a pair are the intersection, its last is the
 * only one that all others can reach, and it is the least if its own `above` is the intersection.
 *
 * Nobody reaches a source. Whatever reaches a pair has a source above it that reaches the pair,
 * too; so one reaches all others above a pair only if a single source reaches both. Sources are
 * first in the order. */
#include "stdlib/network/krackhardt.h"
#include "stdlib/network/components.h"
#include "stdlib/network/distances.h"
#include <math.h>

enum { MOST_PARTS = 1 << 16, WORD = 64 };

/* Share of the work that distances are. */
static const double PATHS = 0.2;

struct finder {
    const struct network_host *host;
    const struct graph *g;
    struct arena memory;
    struct effort effort;
    struct stint stint;
    uint32_t *weak, *strong; /* component of a node, in the caller's numbers */
    struct component_count nweak, nstrong;
    uint32_t *weak_size, *strong_size;
    /* Strong components in order, those of a weak one together. */
    uint32_t *order;      /* of all */
    uint32_t *spot;       /* of a strong component: where it stands in its weak one */
    uint32_t *first_part; /* by weak component, one more */
    uint32_t *first_node; /* by strong component, one more */
    uint32_t *node;       /* inner numbers, those of a strong component together */
};

static double pairs_of(double n) {
    return n * (n - 1) / 2;
}

/* ---- parts ---- */

static uint32_t strong_of(const struct finder *f, uint32_t inner) {
    return f->strong[f->g->label[inner]];
}

static enum status take_parts(struct finder *f) {
    struct arena *a = &f->memory;
    size_t n = (size_t)f->g->n + 1;
    f->weak = ARENA_ARRAY(a, uint32_t, n);
    f->strong = ARENA_ARRAY(a, uint32_t, n);
    f->weak_size = ARENA_ARRAY(a, uint32_t, n);
    f->strong_size = ARENA_ARRAY(a, uint32_t, n);
    f->order = ARENA_ARRAY(a, uint32_t, n);
    f->spot = ARENA_ARRAY(a, uint32_t, n);
    f->first_part = ARENA_ARRAY(a, uint32_t, n + 1);
    f->first_node = ARENA_ARRAY(a, uint32_t, n + 1);
    f->node = ARENA_ARRAY(a, uint32_t, n);
    if (!f->weak || !f->strong || !f->weak_size || !f->strong_size || !f->order || !f->spot ||
        !f->first_part || !f->first_node || !f->node) {
        return ST_NO_MEMORY;
    }
    struct side_work before;
    side_work_init(&before, f->host, 0, 0);
    enum status status = components_weak(&before.host, f->g, f->weak, &f->nweak);
    if (status == ST_OK) {
        status = components_strong(&before.host, f->g, f->strong, &f->nstrong);
    }
    for (uint32_t v = 0; status == ST_OK && v < f->g->n; v++) {
        f->weak_size[f->weak[v]]++;
        f->strong_size[f->strong[v]]++;
    }
    return status;
}

/* Nodes by strong component. */
static void sort_nodes(struct finder *f) {
    for (uint32_t c = 0; c < f->nstrong.n; c++) {
        f->first_node[c + 1] = f->first_node[c] + f->strong_size[c];
        f->spot[c] = f->first_node[c];
    }
    for (uint32_t v = 0; v < f->g->n; v++) {
        f->node[f->spot[strong_of(f, v)]++] = v;
    }
}

/* Lists strong components so that ties between them lead forward; `left`: ties from those that are
 * not listed yet. */
static void sort_parts(struct finder *f, uint32_t *list, uint64_t *left) {
    const struct graph *g = f->g;
    uint32_t n = 0;
    for (uint32_t v = 0; v < g->n; v++) {
        for (uint64_t i = g->in.start[v]; i < g->in.start[v + 1]; i++) {
            left[strong_of(f, v)] += strong_of(f, g->in.node[i]) != strong_of(f, v);
        }
    }
    for (uint32_t c = 0; c < f->nstrong.n; c++) {
        if (left[c] == 0) {
            list[n++] = c;
        }
    }
    for (uint32_t at = 0; at < n; at++) {
        uint32_t c = list[at];
        for (uint32_t k = f->first_node[c]; k < f->first_node[c + 1]; k++) {
            uint32_t v = f->node[k];
            for (uint64_t i = g->out.start[v]; i < g->out.start[v + 1]; i++) {
                uint32_t to = strong_of(f, g->out.node[i]);
                if (to != c && --left[to] == 0) {
                    list[n++] = to;
                }
            }
        }
    }
}

static uint32_t weak_of_part(const struct finder *f, uint32_t c) {
    return f->weak[f->g->label[f->node[f->first_node[c]]]];
}

/* The same order, but by weak component first. */
static enum status order_parts(struct finder *f) {
    uint32_t n = f->nstrong.n;
    uint32_t *list = ARENA_ARRAY(&f->memory, uint32_t, (size_t)n + 1);
    uint64_t *left = ARENA_ARRAY(&f->memory, uint64_t, (size_t)n + 1);
    if (!list || !left) {
        return ST_NO_MEMORY;
    }
    sort_nodes(f);
    sort_parts(f, list, left);
    for (uint32_t c = 0; c < n; c++) {
        f->first_part[weak_of_part(f, c) + 1]++;
    }
    for (uint32_t w = 0; w < f->nweak.n; w++) {
        f->first_part[w + 1] += f->first_part[w];
        left[w] = 0;
    }
    for (uint32_t at = 0; at < n; at++) {
        uint32_t c = list[at], w = weak_of_part(f, c);
        f->spot[c] = (uint32_t)left[w]++;
        f->order[f->first_part[w] + f->spot[c]] = c;
    }
    return ST_OK;
}

/* ---- upper bounds ---- */

/* Row i has no bits beyond i: the rows of 64 in a row are equally long. */
static uint64_t *row_at(uint64_t *bits, uint32_t i) {
    uint64_t block = i / WORD;
    return bits + WORD * (block * (block + 1) / 2) + (i % WORD) * (block + 1);
}

static bool has_bit(const uint64_t *row, uint32_t i) {
    return row[i / WORD] >> (i % WORD) & 1;
}

static enum status add_above(struct finder *f, uint64_t *bits, uint64_t *row, uint32_t c) {
    const struct graph *g = f->g;
    for (uint32_t k = f->first_node[c]; k < f->first_node[c + 1]; k++) {
        uint32_t v = f->node[k];
        for (uint64_t i = g->in.start[v]; i < g->in.start[v + 1]; i++) {
            uint32_t from = strong_of(f, g->in.node[i]), p = f->spot[from];
            bool fresh = from != c && !has_bit(row, p);
            enum status status = stint_due(&f->stint, fresh ? 1 + p / WORD : 1);
            if (status != ST_OK) {
                return status;
            }
            const uint64_t *theirs = row_at(bits, p);
            for (uint32_t w = 0; fresh && w <= p / WORD; w++) {
                row[w] |= theirs[w];
            }
        }
    }
    return ST_OK;
}

static enum status fill_above(struct finder *f, const uint32_t *part, uint32_t n, uint64_t *bits) {
    enum status status = ST_OK;
    for (uint32_t i = 0; i < n && status == ST_OK; i++) {
        uint64_t *row = row_at(bits, i);
        row[i / WORD] |= (uint64_t)1 << (i % WORD);
        status = add_above(f, bits, row, part[i]);
    }
    return status;
}

/* Of i and an earlier k that does not reach it. */
static bool has_least(uint64_t *bits, const uint64_t *row, uint32_t k) {
    const uint64_t *other = row_at(bits, k);
    uint32_t w = k / WORD;
    while (w > 0 && !(row[w] & other[w])) {
        w--;
    }
    uint64_t common = row[w] & other[w];
    if (!common) {
        return false;
    }
    uint32_t last = w * WORD + (WORD - 1 - (uint32_t)__builtin_clzll(common));
    const uint64_t *above = row_at(bits, last);
    for (uint32_t i = 0; i <= w; i++) {
        if ((row[i] & other[i]) != above[i]) {
            return false;
        }
    }
    return true;
}

/* Whether just one of the first `sources` reaches both. */
static bool has_head(const uint64_t *row, const uint64_t *other, uint32_t sources, uint32_t k) {
    uint64_t found = 0;
    for (uint32_t w = 0; w * WORD < sources && w <= k / WORD; w++) {
        uint64_t common = row[w] & other[w];
        if (sources - w * WORD < WORD) {
            common &= ((uint64_t)1 << (sources - w * WORD)) - 1;
        }
        if ((common & (common - 1)) || (common && found)) {
            return false;
        }
        found |= common;
    }
    return found != 0;
}

static uint32_t count_sources(uint64_t *bits, uint32_t n) {
    uint32_t sources = 0;
    while (sources < n) {
        const uint64_t *row = row_at(bits, sources);
        uint64_t rest = row[sources / WORD] ^ (uint64_t)1 << (sources % WORD);
        for (uint32_t w = 0; w < sources / WORD; w++) {
            rest |= row[w];
        }
        if (rest) {
            break;
        }
        sources++;
    }
    return sources;
}

/* Pairs of nodes without a least upper bound, and without one head. */
struct violations {
    double least, head;
};

/* In one weak component. */
static enum status count_violations(struct finder *f, const uint32_t *part, uint32_t n,
                                    uint64_t *bits, struct violations *found) {
    enum status status = fill_above(f, part, n, bits);
    uint32_t sources = status == ST_OK ? count_sources(bits, n) : 0;
    for (uint32_t i = 0; i < n && status == ST_OK; i++) {
        const uint64_t *row = row_at(bits, i);
        uint64_t size = f->strong_size[part[i]], least = 0, head = 0;
        for (uint32_t k = 0; k < i && status == ST_OK; k++) {
            status = stint_due(&f->stint, 2 + k / WORD);
            uint64_t others = f->strong_size[part[k]];
            least += has_bit(row, k) || has_least(bits, row, k) ? 0 : others;
            head += has_head(row, row_at(bits, k), sources, k) ? 0 : others;
        }
        found->least += (double)least * (double)size;
        found->head += (double)head * (double)size;
        found->head += has_head(row, row, sources, i) ? 0 : pairs_of((double)size);
    }
    return status;
}

static enum status judge_component(struct finder *f, uint32_t w, struct krackhardt *out,
                                   struct violations *found) {
    const uint32_t *part = f->order + f->first_part[w];
    uint32_t n = f->first_part[w + 1] - f->first_part[w];
    uint64_t blocks = n / WORD + 1, words = WORD * (blocks * (blocks + 1) / 2);
    if (n < 2 || f->weak_size[w] < 3) {
        return ST_OK;
    }
    if (n > MOST_PARTS) {
        out->too_large = true;
        return ST_OK;
    }
    uint64_t *bits = mem_zero(f->host->alloc, words * sizeof *bits);
    enum status status = bits ? count_violations(f, part, n, bits, found) : ST_NO_MEMORY;
    mem_give(f->host->alloc, bits, words * sizeof *bits);
    return status;
}

static enum status find_bounds(struct finder *f, struct krackhardt *out) {
    struct violations found = {0, 0};
    double most = 0;
    enum status status = order_parts(f);
    for (uint32_t w = 0; w < f->nweak.n && status == ST_OK; w++) {
        double n = f->weak_size[w];
        most += n > 2 ? (n - 1) * (n - 2) / 2 : 0;
        status = judge_component(f, w, out, &found);
    }
    bool judged = !out->too_large && most > 0;
    out->upper_bounds = judged ? 1 - found.least / most : (double)NAN;
    out->one_head = judged ? 1 - found.head / most : (double)NAN;
    return status;
}

/* ---- the other three ---- */

static void judge_parts(const struct finder *f, struct krackhardt *out) {
    const struct graph *g = f->g;
    double together = 0, tree = 0, most = 0;
    for (uint32_t w = 0; w < f->nweak.n; w++) {
        double n = f->weak_size[w];
        together += pairs_of(n);
        tree += n - 1;
        most += g->directed ? (n - 1) * (n - 1) : pairs_of(n - 1);
    }
    out->connectedness = g->n > 1 ? together / pairs_of(g->n) : (double)NAN;
    out->efficiency = most > 0 ? 1 - ((double)g->ties - tree) / most : (double)NAN;
}

static enum status judge_paths(struct finder *f, struct krackhardt *out) {
    struct distances *d = ARENA_ARRAY(&f->memory, struct distances, (size_t)f->g->n + 1);
    double reached = 0, mutual = 0;
    struct side_work paths;
    side_work_init(&paths, f->host, 0, PATHS);
    enum status status =
        d ? distances_sum(&paths.host, f->g, LENGTHS_ONE, WAY_OUT, d) : ST_NO_MEMORY;
    for (uint32_t v = 0; status == ST_OK && v < f->g->n; v++) {
        reached += d[v].reached;
    }
    for (uint32_t c = 0; c < f->nstrong.n; c++) {
        mutual += pairs_of(f->strong_size[c]);
    }
    double either = reached - mutual;
    out->hierarchy = either > 0 ? 1 - mutual / either : (double)NAN;
    return status;
}

enum status krackhardt_find(const struct network_host *host, const struct graph *g,
                            struct krackhardt *out) {
    struct finder f = {.host = host, .g = g};
    struct side_work bounds;
    *out = (struct krackhardt){.too_large = false};
    arena_init(&f.memory, host->alloc);
    side_work_init(&bounds, host, PATHS, 1);
    effort_init(&f.effort, &bounds.host, (double)g->n * g->n / 2);
    f.stint = (struct stint){.effort = &f.effort};
    enum status status = take_parts(&f);
    if (status == ST_OK) {
        judge_parts(&f, out);
        status = judge_paths(&f, out);
    }
    if (status == ST_OK) {
        status = find_bounds(&f, out);
    }
    arena_free(&f.memory);
    return status;
}
