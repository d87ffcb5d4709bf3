/* Every triangle is found once, from its middle node. In rows that are numbered by falling degree
 * the busier neighbours are those in front of the node itself, and there are few of them (Schank
 * and Wagner 2005). Those of the middle node are marked; each less busy neighbour looks for marks
 * among those it has in front of the middle node. So no pair of a node's busier neighbours is
 * looked at twice. Counts are whole numbers, so that it does not matter which worker has them.
 *
 * Marks are bits, so that all of them stay in the nearest cache, and are looked up sixteen or eight
 * at a time where the processor can. Those found are kept for a while and counted in one long loop:
 * a loop for each row would be too short to be foreseen. */
#include "stdlib/network/triangles.h"
#include "stdlib/network/lanes.h"
#include <math.h>
#if HAVE_WIDE_VECTORS
#include <immintrin.h>
#endif

enum { PIECES = 64, HEARD = 1 << 10, WIDEST = 16, FEW = 2048 };

/* Of one worker. */
struct finder {
    uint32_t *mark;   /* bits of nodes */
    uint64_t *found;  /* triangles, by node */
    uint32_t *marked; /* found in a triangle but not counted yet: room for HEARD and one row more */
    struct stint stint;
};

struct search {
    const struct graph *g;
    uint64_t *end;  /* of each row: where the busier neighbours end */
    uint32_t *rank; /* of each entry behind that: how many stand before the node in its row */
    struct finder *finders;
    enum vectors vectors;
};

static void count_all(struct finder *f, uint32_t heard) {
    for (uint32_t i = 0; i < heard; i++) {
        f->found[f->marked[i]]++;
    }
}

/* Whether there is room for another row; how many wait then. */
static inline uint32_t count_heard(struct finder *f, uint32_t heard) {
    if (heard < HEARD) {
        return heard;
    }
    count_all(f, heard);
    return 0;
}

/* ---- looking for marks ---- */

/* Each of these puts those of n nodes that are marked at `marked`, which has room for WIDEST more
 * than there are, and gives how many. */
static inline uint32_t marked_of_plain(const uint32_t *mark, const uint32_t *node, uint32_t n,
                                       uint32_t *marked) {
    uint32_t found = 0;
    for (uint32_t i = 0; i < n; i++) {
        marked[found] = node[i];
        found += mark[node[i] / 32] >> node[i] % 32 & 1;
    }
    return found;
}

#define LANES_FOR
#define LANES_NAME(name) name##_plain
#define MARKED_OF marked_of_plain
#include "stdlib/network/triangles_lanes.h"
#undef LANES_FOR
#undef LANES_NAME
#undef MARKED_OF

#if HAVE_WIDE_VECTORS
/* Which of eight nodes are marked, as bits; numbers of words fit in 31 bits. */
FOR_VECTORS_256 static inline uint32_t marks_of_eight(const uint32_t *mark, __m256i node,
                                                      __m256i these) {
    __m256i word = _mm256_mask_i32gather_epi32(_mm256_setzero_si256(), (const int *)mark,
                                               _mm256_srli_epi32(node, 5), these, 4);
    __m256i bit =
        _mm256_sllv_epi32(word, _mm256_sub_epi32(_mm256_set1_epi32(31),
                                                 _mm256_and_si256(node, _mm256_set1_epi32(31))));
    return (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(_mm256_and_si256(bit, these)));
}

FOR_VECTORS_256 static inline uint32_t marked_of_256(const uint32_t *mark, const uint32_t *node,
                                                     uint32_t n, uint32_t *marked) {
    const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    uint32_t found = 0;
    for (uint32_t i = 0; i < n; i += 8) {
        __m256i these = _mm256_cmpgt_epi32(_mm256_set1_epi32((int)(n - i)), lane);
        __m256i nodes = _mm256_maskload_epi32((const int *)node + i, these);
        for (uint32_t bits = marks_of_eight(mark, nodes, these); bits; bits &= bits - 1) {
            marked[found++] = node[i + (uint32_t)__builtin_ctz(bits)];
        }
    }
    return found;
}

/* Puts the nodes whose bit in their word is set at `marked`. */
FOR_VECTORS_512 static inline uint32_t keep_marked(__mmask16 these, __m512i nodes, __m512i word,
                                                   uint32_t *marked) {
    __m512i bit =
        _mm512_sllv_epi32(_mm512_set1_epi32(1), _mm512_and_si512(nodes, _mm512_set1_epi32(31)));
    __mmask16 hit = _mm512_mask_test_epi32_mask(these, word, bit);
    _mm512_storeu_si512(marked, _mm512_maskz_compress_epi32(hit, nodes));
    return (uint32_t)__builtin_popcount(hit);
}

static inline __mmask16 first_lanes(uint32_t n) {
    return (__mmask16)(n < 16 ? 0xffffu & ((1u << n) - 1) : 0xffffu);
}

/* The last eight or fewer; gathering sixteen would take twice as long. */
FOR_VECTORS_512 static inline uint32_t marked_of_last(const uint32_t *mark, const uint32_t *node,
                                                      uint32_t n, uint32_t *marked) {
    __mmask16 these = first_lanes(n);
    __m256i nodes = _mm256_maskz_loadu_epi32((__mmask8)these, node);
    __m256i word = _mm256_mmask_i32gather_epi32(_mm256_setzero_si256(), (__mmask8)these,
                                                _mm256_srli_epi32(nodes, 5), mark, 4);
    return keep_marked(these, _mm512_castsi256_si512(nodes), _mm512_castsi256_si512(word), marked);
}

FOR_VECTORS_512 static inline uint32_t marked_of_512(const uint32_t *mark, const uint32_t *node,
                                                     uint32_t n, uint32_t *marked) {
    uint32_t found = 0, i = 0;
    for (; i + 8 < n; i += 16) {
        __mmask16 these = first_lanes(n - i);
        __m512i nodes = _mm512_maskz_loadu_epi32(these, node + i);
        __m512i word = _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), these,
                                                   _mm512_srli_epi32(nodes, 5), mark, 4);
        found += keep_marked(these, nodes, word, marked + found);
    }
    return i < n ? found + marked_of_last(mark, node + i, n - i, marked + found) : found;
}

/* The marks of the busiest FEW nodes fit in four registers, where they are looked up much faster
 * than in memory. */
FOR_VECTORS_512 static inline uint32_t marked_of_few(const uint32_t *mark, const uint32_t *node,
                                                     uint32_t n, uint32_t *marked) {
    __m512i first = _mm512_loadu_si512(mark), second = _mm512_loadu_si512(mark + 16);
    __m512i third = _mm512_loadu_si512(mark + 32), fourth = _mm512_loadu_si512(mark + 48);
    uint32_t found = 0;
    for (uint32_t i = 0; i < n; i += 16) {
        __mmask16 these = first_lanes(n - i);
        __m512i nodes = _mm512_maskz_loadu_epi32(these, node + i);
        __m512i at = _mm512_srli_epi32(nodes, 5);
        __m512i word = _mm512_mask_blend_epi32(_mm512_test_epi32_mask(at, _mm512_set1_epi32(32)),
                                               _mm512_permutex2var_epi32(first, at, second),
                                               _mm512_permutex2var_epi32(third, at, fourth));
        found += keep_marked(these, nodes, word, marked + found);
    }
    return found;
}

#define LANES_FOR FOR_VECTORS_256
#define LANES_NAME(name) name##_256
#define MARKED_OF marked_of_256
#include "stdlib/network/triangles_lanes.h"
#undef LANES_FOR
#undef LANES_NAME
#undef MARKED_OF

#define LANES_FOR FOR_VECTORS_512
#define LANES_NAME(name) name##_512
#define MARKED_OF marked_of_512
#include "stdlib/network/triangles_lanes.h"
#undef LANES_NAME
#undef MARKED_OF

#define LANES_NAME(name) name##_few
#define MARKED_OF marked_of_few
#include "stdlib/network/triangles_lanes.h"
#undef LANES_FOR
#undef LANES_NAME
#undef MARKED_OF
#endif

static enum status find_less_busy(const struct search *s, struct finder *f, uint32_t w) {
#if HAVE_WIDE_VECTORS
    if (s->vectors == VECTORS_512 && w <= FEW) {
        return find_less_busy_few(s, f, w);
    }
    return s->vectors == VECTORS_512   ? find_less_busy_512(s, f, w)
           : s->vectors == VECTORS_256 ? find_less_busy_256(s, f, w)
                                       : find_less_busy_plain(s, f, w);
#else
    return find_less_busy_plain(s, f, w);
#endif
}

/* ---- all of it ---- */

static enum status find_around(const struct search *s, struct finder *f, uint32_t w) {
    const struct rows_of_ties *rows = &s->g->out;
    if (rows->start[w] == s->end[w] || s->end[w] == rows->start[w + 1]) {
        return stint_due(&f->stint, 1);
    }
    for (uint64_t i = rows->start[w]; i < s->end[w]; i++) {
        f->mark[rows->node[i] / 32] |= 1u << rows->node[i] % 32;
    }
    enum status status = find_less_busy(s, f, w);
    for (uint64_t i = rows->start[w]; i < s->end[w]; i++) {
        f->mark[rows->node[i] / 32] = 0;
    }
    return status;
}

static enum status find_piece(void *user, uint32_t worker, uint32_t piece) {
    const struct search *s = user;
    uint64_t n = s->g->n;
    enum status status = ST_OK;
    for (uint64_t v = n * piece / PIECES; v < n * (piece + 1) / PIECES && status == ST_OK; v++) {
        status = find_around(s, &s->finders[worker], (uint32_t)v);
    }
    return status;
}

/* Nodes are visited in order, and so are the less busy ones in each row: a busier neighbour's next
 * entry without a rank is this node's. */
static void find_ranks(struct search *s, uint64_t *next) {
    const struct rows_of_ties *rows = &s->g->out;
    for (uint32_t v = 0; v < s->g->n; v++) {
        uint64_t i = rows->start[v];
        for (; i < rows->start[v + 1] && rows->node[i] < v; i++) {
            s->rank[next[rows->node[i]]++] = (uint32_t)(i - rows->start[v]);
        }
        s->end[v] = next[v] = i;
    }
}

static enum status take_ranks(struct arena *a, struct search *s) {
    s->end = LINE_ARRAY(a, uint64_t, s->g->n);
    s->rank = LINE_ARRAY(a, uint32_t, s->g->out.start[s->g->n]);
    return s->end && s->rank ? ST_OK : ST_NO_MEMORY;
}

static enum status take_finders(struct arena *a, struct search *s, struct effort *effort,
                                uint32_t workers) {
    s->finders = LINE_ARRAY(a, struct finder, workers);
    bool room = s->finders && take_ranks(a, s) == ST_OK;
    size_t room_for_marked = (size_t)s->g->n + HEARD + WIDEST;
    for (uint32_t i = 0; room && i < workers; i++) {
        s->finders[i] = (struct finder){.mark = ARENA_ARRAY(a, uint32_t, s->g->n / 32 + FEW / 32),
                                        .found = ARENA_ARRAY(a, uint64_t, s->g->n),
                                        .marked = LINE_ARRAY(a, uint32_t, room_for_marked),
                                        .stint = {.effort = effort, .worker = i}};
        room = s->finders[i].mark && s->finders[i].found && s->finders[i].marked;
    }
    return room ? ST_OK : ST_NO_MEMORY;
}

enum status triangles_count(const struct network_host *host, const struct graph *g, uint64_t *of) {
    struct search s = {.g = g, .vectors = vectors_to_use(host)};
    struct effort effort;
    struct arena a;
    uint32_t workers = effort_workers(host, PIECES);
    if (g->directed) {
        return ST_MISUSE;
    }
    arena_init(&a, host->alloc);
    effort_init(&effort, host, sqrt((double)g->ties) * (double)g->ties / 4);
    enum status status = take_finders(&a, &s, &effort, workers);
    if (status == ST_OK) {
        find_ranks(&s, s.finders[0].found);
        memset(s.finders[0].found, 0, g->n * sizeof *s.finders[0].found);
        status = effort_share(&effort, PIECES, &s, find_piece);
    }
    for (uint32_t v = 0; status == ST_OK && v < g->n; v++) {
        of[g->label[v]] = 0;
        for (uint32_t i = 0; i < workers; i++) {
            of[g->label[v]] += s.finders[i].found[v];
        }
    }
    arena_free(&a);
    return status;
}

/* ---- one by one ---- */

struct each {
    struct search search;
    uint64_t *place; /* of marked nodes: their entry + 1 in the row of the middle node */
    void *user;
    void (*fn)(void *user, const struct triangle *t);
    struct stint stint;
};

/* With w in the middle and v less busy; what stands before w in the row of v may be marked. */
static void tell_pair(struct each *e, uint32_t w, uint32_t v, uint32_t rank) {
    const struct rows_of_ties *rows = &e->search.g->out;
    uint64_t first = rows->start[v];
    for (uint64_t i = first; i < first + rank; i++) {
        uint32_t x = rows->node[i];
        if (e->place[x]) {
            struct triangle t = {{x, w, v}, {e->place[x] - 1, i, first + rank}};
            e->fn(e->user, &t);
        }
    }
}

static enum status tell_around(struct each *e, uint32_t w) {
    const struct rows_of_ties *rows = &e->search.g->out;
    enum status status = ST_OK;
    for (uint64_t i = rows->start[w]; i < e->search.end[w]; i++) {
        e->place[rows->node[i]] = i + 1;
    }
    for (uint64_t i = e->search.end[w]; i < rows->start[w + 1] && status == ST_OK; i++) {
        status = stint_due(&e->stint, 2 + 4 * (uint64_t)e->search.rank[i]);
        tell_pair(e, w, rows->node[i], e->search.rank[i]);
    }
    for (uint64_t i = rows->start[w]; i < e->search.end[w]; i++) {
        e->place[rows->node[i]] = 0;
    }
    return status;
}

static enum status take_each(struct arena *a, struct each *e) {
    uint32_t n = e->search.g->n;
    e->place = ARENA_ARRAY(a, uint64_t, n);
    return e->place && take_ranks(a, &e->search) == ST_OK ? ST_OK : ST_NO_MEMORY;
}

enum status triangles_each(const struct network_host *host, const struct graph *g, void *user,
                           void (*fn)(void *user, const struct triangle *t)) {
    struct each e = {.search = {.g = g}, .user = user, .fn = fn};
    struct effort effort;
    struct arena a;
    if (g->directed) {
        return ST_MISUSE;
    }
    arena_init(&a, host->alloc);
    effort_init(&effort, host, sqrt((double)g->ties) * (double)g->ties);
    e.stint = (struct stint){.effort = &effort};
    enum status status = take_each(&a, &e);
    if (status == ST_OK) {
        find_ranks(&e.search, e.place);
        memset(e.place, 0, g->n * sizeof *e.place);
    }
    for (uint32_t w = 0; w < g->n && status == ST_OK; w++) {
        status = tell_around(&e, w);
    }
    arena_free(&a);
    return status;
}

/* ---- from counts ---- */

double clustering_of_node(const struct graph *g, const uint64_t *triangles, uint32_t v) {
    double degree = (double)row_length(&g->out, g->place[v]);
    return degree < 2 ? (double)NAN : (double)triangles[v] / (degree * (degree - 1) / 2);
}

struct clustering clustering_of(const struct graph *g, const uint64_t *triangles) {
    struct clustering c = {.triangles = 0};
    double sum = 0;
    uint32_t defined = 0;
    for (uint32_t v = 0; v < g->n; v++) {
        uint64_t degree = row_length(&g->out, g->place[v]);
        c.triangles += triangles[v];
        if (degree > 1) {
            c.triples += degree * (degree - 1) / 2;
            sum += clustering_of_node(g, triangles, v);
            defined++;
        }
    }
    c.triangles /= 3;
    c.transitivity = c.triples ? 3 * (double)c.triangles / (double)c.triples : (double)NAN;
    c.mean_of_defined = defined ? sum / defined : (double)NAN;
    c.mean_with_zeros = g->n ? sum / g->n : (double)NAN;
    return c;
}
