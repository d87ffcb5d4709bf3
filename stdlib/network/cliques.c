/* The search of Bron and Kerbosch (1973) with a pivot (Tomita, Tanaka and Takahashi 2006), begun at
 * each node among those that are peeled off after it (Eppstein, Loeffler and Strash 2010): of these
 * there are no more than its core number.
 *
 * Around one node all sets are bits. Its neighbours are numbered anew: those behind it in the order
 * come first and may be added (candidates), those in front of it may not any more: a clique that
 * one of them could join has been found before. A step has the candidates that are left, those who
 * could join but were looked at already (known), and the candidates to begin with. */
#include "stdlib/network/cliques.h"
#include "stdlib/network/components.h"

enum { WORD = 64, NOBODY = UINT32_MAX };

struct clique_search {
    const struct graph *g;
    uint32_t least;
    void *user;
    enum status (*fn)(void *user, const uint32_t *member, uint32_t n);
    uint32_t *order, *rank; /* nodes as they are peeled off, and where each stands */
    uint32_t *here;         /* of a node: its number around the node at hand, or NOBODY */
    uint32_t *around;       /* and back */
    uint32_t candidates, all;
    uint32_t open, words; /* of a set of candidates, and of one of all around */
    uint64_t *ties;       /* of each candidate: `words` words */
    uint64_t *open_ties;  /* of each around, to candidates: `open` words */
    uint64_t *sets;       /* for each step `2 * open + words` words */
    uint32_t *clique;     /* the caller's numbers of those chosen */
    struct stint stint;
};

/* Words needed for the three of them, around the node that needs most of each. */
struct clique_room {
    size_t ties, open_ties, sets;
};

static inline uint32_t words_for(uint32_t bits) {
    return (bits + WORD - 1) / WORD;
}

static inline void set_bit(uint64_t *set, uint32_t i) {
    set[i / WORD] |= (uint64_t)1 << i % WORD;
}

static uint64_t any_bit(const uint64_t *set, uint32_t words) {
    uint64_t any = 0;
    for (uint32_t i = 0; i < words; i++) {
        any |= set[i];
    }
    return any;
}

static uint32_t count_both(const uint64_t *a, const uint64_t *b, uint32_t words) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < words; i++) {
        n += (uint32_t)__builtin_popcountll(a[i] & b[i]);
    }
    return n;
}

static inline void keep_both(const uint64_t *a, const uint64_t *b, uint32_t words, uint64_t *out) {
    for (uint32_t i = 0; i < words; i++) {
        out[i] = a[i] & b[i];
    }
}

/* ---- around one node ---- */

static void number_neighbours(struct clique_search *s, uint32_t v) {
    const struct rows_of_ties *rows = &s->g->out;
    s->all = 0;
    for (int known = 0; known < 2; known++) {
        for (uint64_t i = rows->start[v]; i < rows->start[v + 1]; i++) {
            uint32_t u = rows->node[i];
            if ((s->rank[u] < s->rank[v]) == known) {
                s->here[u] = s->all;
                s->around[s->all++] = u;
            }
        }
        s->candidates = known ? s->candidates : s->all;
    }
    s->open = words_for(s->candidates);
    s->words = words_for(s->all);
}

/* Ties between two that are no candidates do not matter. */
static enum status fill_ties(struct clique_search *s) {
    const struct rows_of_ties *rows = &s->g->out;
    enum status status = ST_OK;
    memset(s->ties, 0, (size_t)s->candidates * s->words * sizeof *s->ties);
    memset(s->open_ties, 0, (size_t)s->all * s->open * sizeof *s->open_ties);
    for (uint32_t c = 0; c < s->candidates && status == ST_OK; c++) {
        uint32_t u = s->around[c];
        for (uint64_t i = rows->start[u]; i < rows->start[u + 1]; i++) {
            uint32_t other = s->here[rows->node[i]];
            if (other != NOBODY) {
                set_bit(s->ties + (size_t)c * s->words, other);
                set_bit(s->open_ties + (size_t)other * s->open, c);
            }
        }
        status = stint_due(&s->stint, row_length(rows, u) + s->words);
    }
    return status;
}

/* ---- steps ---- */

/* The candidates without a tie to the pivot, which is tied to most of them; every clique has one of
 * these, or the pivot itself. */
static void choose_branches(const struct clique_search *s, const uint64_t *left,
                            const uint64_t *known, uint64_t *branch) {
    const uint64_t *pivot = NULL;
    uint32_t most = 0;
    for (uint32_t w = 0; w < s->words; w++) {
        uint64_t bits = known[w] | (w < s->open ? left[w] : 0);
        for (; bits; bits &= bits - 1) {
            uint32_t i = w * WORD + (uint32_t)__builtin_ctzll(bits);
            const uint64_t *ties = s->open_ties + (size_t)i * s->open;
            uint32_t n = count_both(ties, left, s->open);
            if (!pivot || n > most) {
                pivot = ties;
                most = n;
            }
        }
    }
    for (uint32_t w = 0; w < s->open; w++) {
        branch[w] = left[w] & ~pivot[w];
    }
}

/* `left` is the first of the step's sets, of which there are some left; `chosen` nodes are in the
 * clique. */
static enum status expand(struct clique_search *s, uint32_t chosen, uint64_t *left) {
    uint64_t *known = left + s->open, *branch = known + s->words, *next = branch + s->open;
    enum status status = stint_due(&s->stint, (uint64_t)s->words * (s->open + 1) + 8);
    if (!any_bit(left, s->open)) {
        bool whole = !any_bit(known, s->words) && chosen >= s->least;
        return whole && status == ST_OK ? s->fn(s->user, s->clique, chosen) : status;
    }
    if (chosen + count_both(left, left, s->open) < s->least) {
        return status;
    }
    choose_branches(s, left, known, branch);
    for (uint32_t w = 0; w < s->open; w++) {
        for (uint64_t bits = branch[w]; bits && status == ST_OK; bits &= bits - 1) {
            uint32_t c = w * WORD + (uint32_t)__builtin_ctzll(bits);
            keep_both(left, s->open_ties + (size_t)c * s->open, s->open, next);
            keep_both(known, s->ties + (size_t)c * s->words, s->words, next + s->open);
            s->clique[chosen] = s->g->label[s->around[c]];
            status = expand(s, chosen + 1, next);
            left[w] &= ~((uint64_t)1 << c % WORD);
            set_bit(known, c);
        }
    }
    return status;
}

static enum status begin_at(struct clique_search *s, uint32_t v) {
    number_neighbours(s, v);
    enum status status = ST_OK;
    if (s->candidates + (uint64_t)1 >= s->least) {
        uint64_t *known = s->sets + s->open;
        status = fill_ties(s);
        memset(s->sets, 0, ((size_t)s->open + s->words) * sizeof *s->sets);
        for (uint32_t i = 0; i < s->all; i++) {
            set_bit(i < s->candidates ? s->sets : known, i);
        }
        s->clique[0] = s->g->label[v];
        status = status == ST_OK ? expand(s, 1, s->sets) : status;
    }
    for (uint32_t i = 0; i < s->all; i++) {
        s->here[s->around[i]] = NOBODY;
    }
    return status;
}

/* ---- memory ---- */

static inline void raise(size_t *most, size_t n) {
    *most = n > *most ? n : *most;
}

static struct clique_room room_needed(const struct clique_search *s) {
    const struct rows_of_ties *rows = &s->g->out;
    struct clique_room most = {1, 1, 1};
    for (uint32_t v = 0; v < s->g->n; v++) {
        uint32_t candidates = 0;
        for (uint64_t i = rows->start[v]; i < rows->start[v + 1]; i++) {
            candidates += s->rank[rows->node[i]] > s->rank[v];
        }
        size_t all = (size_t)row_length(rows, v), words = words_for((uint32_t)all);
        size_t open = words_for(candidates);
        raise(&most.ties, candidates * words);
        raise(&most.open_ties, all * open);
        raise(&most.sets, ((size_t)candidates + 2) * (2 * open + words));
    }
    return most;
}

static enum status take_search(struct arena *a, struct clique_search *s,
                               const struct network_host *host) {
    uint32_t n = s->g->n;
    s->order = LINE_ARRAY(a, uint32_t, n);
    s->rank = LINE_ARRAY(a, uint32_t, n);
    s->here = LINE_ARRAY(a, uint32_t, n);
    s->around = LINE_ARRAY(a, uint32_t, n);
    s->clique = LINE_ARRAY(a, uint32_t, (size_t)n + 1);
    if (!s->order || !s->rank || !s->here || !s->around || !s->clique) {
        return ST_NO_MEMORY;
    }
    enum status status = core_order(host, s->g, s->rank, s->order);
    if (status != ST_OK) {
        return status;
    }
    for (uint32_t i = 0; i < n; i++) {
        s->rank[s->order[i]] = i;
        s->here[i] = NOBODY;
    }
    struct clique_room room = room_needed(s);
    s->ties = LINE_ARRAY(a, uint64_t, room.ties);
    s->open_ties = LINE_ARRAY(a, uint64_t, room.open_ties);
    s->sets = LINE_ARRAY(a, uint64_t, room.sets);
    return s->ties && s->open_ties && s->sets ? ST_OK : ST_NO_MEMORY;
}

enum status cliques_each(const struct network_host *host, const struct graph *g, uint32_t least,
                         void *user,
                         enum status (*fn)(void *user, const uint32_t *member, uint32_t n)) {
    struct clique_search s = {.g = g, .least = least, .user = user, .fn = fn};
    struct effort effort;
    struct arena a;
    if (g->directed) {
        return ST_MISUSE;
    }
    arena_init(&a, host->alloc);
    effort_init(&effort, host, 8 * (double)graph_entries(g));
    s.stint = (struct stint){.effort = &effort};
    enum status status = take_search(&a, &s, host);
    for (uint32_t i = 0; i < g->n && status == ST_OK; i++) {
        status = begin_at(&s, s.order[i]);
    }
    arena_free(&a);
    return status;
}
