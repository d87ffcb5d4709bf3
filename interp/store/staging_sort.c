/* The order of staged rows.
 *
 * Keys are packed, as far as they fit, into one 64-bit prefix per row that
 * sorts like the key (a radix sort, stable); rows whose prefixes are equal are
 * compared in full only when the prefix does not hold the whole key. A prefix of
 * at most 32 bits and its row make one word, which is most of the speed: rows of
 * a file are sorted by moving 8 bytes for each, twice or three times. */
#include "base/relay.h"
#include "store/staging.h"

struct ranked { /* a row and the front of its key */
    uint64_t prefix;
    uint32_t row;
};

struct packing {
    const struct staged_column *column;
    uint64_t low;  /* smallest word, as ordered */
    unsigned bits; /* how many of the prefix it takes */
    size_t common; /* bytes at the start of all its texts that are the same */
};

struct sorting {
    const struct staging *g;
    struct packing keys[16];
    uint32_t nkeys, npacked; /* the first npacked keys are in the prefix */
    bool exact;              /* and hold the whole key */
    struct ranked *rows, *spare;
};

/* Words and doubles as unsigned numbers of the same order. */
static inline uint64_t ordered_word(enum type_kind kind, int64_t word) {
    uint64_t bits = (uint64_t)word;
    if (kind == TY_FLOAT && bits >> 63)
        return ~bits;
    return bits ^ (uint64_t)1 << 63;
}

static uint64_t ordered(const struct staged_column *c, uint32_t row) {
    return ordered_word(c->kind, staged_word(c, row));
}

static uint32_t next_rows(const struct staging *g, uint32_t from) {
    return g->n - from < STAGED_AT_ONCE ? g->n - from : STAGED_AT_ONCE;
}

static unsigned bits_of(uint64_t x) {
    unsigned bits = 0;
    for (; x; x >>= 1)
        bits++;
    return bits;
}

static void measure_words(const struct staging *g, struct packing *p) {
    uint64_t low = UINT64_MAX, high = 0;
    int64_t words[STAGED_AT_ONCE];
    for (uint32_t from = 0, n; from < g->n; from += n) {
        n = next_rows(g, from);
        staged_words(p->column, from, n, words);
        for (uint32_t i = 0; i < n; i++) {
            uint64_t word = ordered_word(p->column->kind, words[i]);
            low = word < low ? word : low;
            high = word > high ? word : high;
        }
    }
    p->low = low;
    p->bits = g->n ? bits_of(high - low) : 0;
}

/* Keys like "student-0001" differ only far behind their start. */
static void measure_texts(const struct staging *g, struct packing *p) {
    struct str first = g->n ? staged_text(g, p->column, 0) : STR_NONE;
    p->common = first.n;
    for (uint32_t row = 1; row < g->n && p->common; row++) {
        struct str s = staged_text(g, p->column, row);
        size_t same = 0;
        while (same < p->common && same < s.n && s.p[same] == first.p[same])
            same++;
        p->common = same;
    }
}

/* The first 8 bytes or fewer behind what is common, filled up with zeros. */
static uint64_t front(struct str s, const struct packing *p) {
    uint64_t x = 0;
    for (size_t i = p->common; i < p->common + p->bits / 8; i++)
        x = x << 8 | (i < s.n ? (unsigned char)s.p[i] : 0);
    return x;
}

/* Returns how many bits the prefix has. */
static unsigned plan_packing(struct sorting *s) {
    unsigned room = 64;
    s->exact = true;
    for (uint32_t k = 0; k < s->nkeys && s->exact; k++) {
        struct packing *p = &s->keys[k];
        if (p->column->kind == TY_TEXT) {
            measure_texts(s->g, p);
            p->bits = room / 8 * 8;
            s->exact = false;
        } else {
            measure_words(s->g, p);
            if (p->bits > room) {
                s->exact = false;
                break;
            }
        }
        room -= p->bits;
        s->npacked = k + 1;
    }
    return 64 - room;
}

static uint64_t pack(const struct sorting *s, uint32_t row) {
    uint64_t prefix = 0;
    for (uint32_t k = 0; k < s->npacked; k++) {
        const struct packing *p = &s->keys[k];
        if (p->bits == 0)
            continue;
        uint64_t value = p->column->kind == TY_TEXT ? front(staged_text(s->g, p->column, row), p)
                                                    : ordered(p->column, row) - p->low;
        prefix = p->bits == 64 ? value : prefix << p->bits | value;
    }
    return prefix;
}

static int compare_keys(const struct sorting *s, uint32_t a, uint32_t b) {
    for (uint32_t k = 0; k < s->nkeys; k++) {
        const struct staged_column *c = s->keys[k].column;
        if (c->kind == TY_TEXT) {
            int order = str_compare(staged_text(s->g, c, a), staged_text(s->g, c, b));
            if (order)
                return order;
        } else {
            uint64_t x = ordered(c, a), y = ordered(c, b);
            if (x != y)
                return x < y ? -1 : 1;
        }
    }
    return 0;
}

/* One pass over 8 bits; false: they are the same in all rows. */
static bool radix_pass(struct sorting *s, unsigned shift) {
    uint32_t count[256] = {0}, n = s->g->n, at = 0;
    for (uint32_t i = 0; i < n; i++)
        count[s->rows[i].prefix >> shift & 0xFF]++;
    if (count[s->rows[0].prefix >> shift & 0xFF] == n)
        return false;
    for (unsigned digit = 0; digit < 256; digit++) {
        uint32_t here = count[digit];
        count[digit] = at;
        at += here;
    }
    for (uint32_t i = 0; i < n; i++)
        s->spare[count[s->rows[i].prefix >> shift & 0xFF]++] = s->rows[i];
    return true;
}

static void radix_sort(struct sorting *s) {
    for (unsigned shift = 0; shift < 64; shift += 8) {
        if (radix_pass(s, shift)) {
            struct ranked *sorted = s->spare;
            s->spare = s->rows;
            s->rows = sorted;
        }
    }
}

/* Merges neighbouring sorted stretches of `width` rows within [from, to). */
static void merge_once(struct sorting *s, uint32_t from, uint32_t to, uint32_t width) {
    for (uint32_t start = from; start < to; start += 2 * width) {
        uint32_t middle = to - start < width ? to : start + width;
        uint32_t stop = to - middle < width ? to : middle + width;
        uint32_t a = start, b = middle;
        for (uint32_t out = start; out < stop; out++) {
            bool left =
                b == stop || (a < middle && compare_keys(s, s->rows[a].row, s->rows[b].row) <= 0);
            s->spare[out] = s->rows[left ? a++ : b++];
        }
        if (to - start < 2 * width)
            break;
    }
    memcpy(s->rows + from, s->spare + from, (to - from) * sizeof *s->rows);
}

static void merge_sort(struct sorting *s, uint32_t from, uint32_t to) {
    for (uint32_t width = 1; width < to - from; width *= 2) {
        merge_once(s, from, to, width);
        if (width > UINT32_MAX / 4)
            break;
    }
}

static void sort_rows(struct sorting *s) {
    uint32_t n = s->g->n;
    bool sorted = true;
    for (uint32_t i = 0; i < n; i++) {
        s->rows[i] = (struct ranked){pack(s, i), i};
        sorted = sorted && (i == 0 || s->rows[i - 1].prefix <= s->rows[i].prefix);
    }
    if (!sorted)
        radix_sort(s);
    for (uint32_t from = 0, to; from < n && !s->exact; from = to) {
        for (to = from + 1; to < n && s->rows[to].prefix == s->rows[from].prefix;)
            to++;
        merge_sort(s, from, to);
    }
}

/* ---- short keys: a prefix and its row in one word ----
 *
 * Digits do not reach over the edges of the keys' parts. So a file that is in the order of a part
 * of its key already, of days say, is left alone where only that part is looked at. */

enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS, SHORT_BITS = 32, MOST_DIGITS = 16 + 2 };
enum { MOST_PARTS = 8, ROWS_A_PART = 1 << 18 };

struct digit { /* of a prefix */
    unsigned shift, bits;
};

struct part { /* of the rows: one thread counts their digits and deals them */
    uint32_t from, to;
    unsigned first, last; /* digits of its first and last row */
    bool falls;           /* somewhere from a row to the next */
    uint32_t counts[DIGITS];
};

struct dealing {
    struct digit digits[MOST_DIGITS]; /* the lowest first */
    uint32_t ndigits, digit;          /* and the one at hand */
    struct part parts[MOST_PARTS];
    uint32_t nparts;
    const uint64_t *words;
    uint64_t *out;
};

static void plan_digits(const struct sorting *s, struct dealing *d) {
    unsigned shift = SHORT_BITS;
    d->ndigits = 0;
    for (uint32_t k = s->npacked; k-- > 0;) {
        unsigned left = s->keys[k].bits, passes = (left + DIGIT_BITS - 1) / DIGIT_BITS;
        for (; passes > 0; passes--) {
            unsigned bits = (left + passes - 1) / passes;
            d->digits[d->ndigits++] = (struct digit){shift, bits};
            shift += bits;
            left -= bits;
        }
    }
}

static void plan_parts(const struct staging *g, struct dealing *d) {
    uint32_t most = g->threads < MOST_PARTS ? g->threads : MOST_PARTS;
    d->nparts = g->n / ROWS_A_PART + 1 < most ? g->n / ROWS_A_PART + 1 : most;
    d->nparts = d->nparts > 0 ? d->nparts : 1;
    for (uint32_t i = 0; i < d->nparts; i++) {
        d->parts[i].from = (uint32_t)((uint64_t)g->n * i / d->nparts);
        d->parts[i].to = (uint32_t)((uint64_t)g->n * (i + 1) / d->nparts);
    }
}

static void count_part(void *user, uint32_t number) {
    struct dealing *d = user;
    struct part *part = &d->parts[number];
    const struct digit *digit = &d->digits[d->digit];
    const unsigned shift = digit->shift, mask = (1u << digit->bits) - 1;
    const uint64_t *words = d->words;
    unsigned before = (unsigned)(words[part->from] >> shift) & mask;
    bool falls = false;
    memset(part->counts, 0, sizeof part->counts);
    part->first = before;
    for (uint32_t i = part->from; i < part->to; i++) {
        unsigned here = (unsigned)(words[i] >> shift) & mask;
        part->counts[here]++;
        falls |= here < before;
        before = here;
    }
    part->last = before;
    part->falls = falls;
}

/* Whether rows are not in the order of the digit already. */
static bool digit_falls(const struct dealing *d) {
    bool falls = false;
    for (uint32_t i = 0; i < d->nparts; i++)
        falls |= d->parts[i].falls || (i > 0 && d->parts[i].first < d->parts[i - 1].last);
    return falls;
}

/* From how often a digit stands in each part to where its first row of that part goes. */
static void add_up(struct dealing *d) {
    uint32_t at = 0;
    for (unsigned digit = 0; digit < 1u << d->digits[d->digit].bits; digit++) {
        for (uint32_t i = 0; i < d->nparts; i++) {
            uint32_t here = d->parts[i].counts[digit];
            d->parts[i].counts[digit] = at;
            at += here;
        }
    }
}

static void deal_part(void *user, uint32_t number) {
    struct dealing *d = user;
    struct part *part = &d->parts[number];
    const struct digit *digit = &d->digits[d->digit];
    const unsigned shift = digit->shift, mask = (1u << digit->bits) - 1;
    const uint64_t *restrict words = d->words;
    uint64_t *restrict out = d->out;
    uint32_t *restrict places = part->counts;
    for (uint32_t i = part->from; i < part->to; i++)
        out[places[(unsigned)(words[i] >> shift) & mask]++] = words[i];
}

/* Sorts `words`; the result lies in it or in `spare`. */
static uint64_t *sort_words(uint64_t *words, uint64_t *spare, struct dealing *d) {
    for (d->digit = 0; d->digit < d->ndigits; d->digit++) {
        d->words = words;
        d->out = spare;
        relay_each(count_part, d, d->nparts, d->nparts);
        if (!digit_falls(d))
            continue;
        add_up(d);
        relay_each(deal_part, d, d->nparts, d->nparts);
        uint64_t *sorted = spare;
        spare = words;
        words = sorted;
    }
    return words;
}

static bool pack_words(const struct sorting *s, uint64_t *words) {
    const struct staging *g = s->g;
    int64_t values[STAGED_AT_ONCE];
    uint64_t before = 0;
    bool sorted = true;
    for (uint32_t from = 0, n; from < g->n; from += n) {
        uint64_t *out = words + from;
        n = next_rows(g, from);
        memset(out, 0, n * sizeof *out);
        for (uint32_t k = 0; k < s->npacked; k++) {
            const struct packing *p = &s->keys[k];
            staged_words(p->column, from, n, values);
            for (uint32_t i = 0; i < n; i++)
                out[i] = out[i] << p->bits | (ordered_word(p->column->kind, values[i]) - p->low);
        }
        for (uint32_t i = 0; i < n; i++) {
            out[i] = out[i] << SHORT_BITS | (from + i);
            sorted = sorted && before <= out[i];
            before = out[i];
        }
    }
    return sorted;
}

static enum status take_words(struct staging *g, const uint64_t *words, repeated_fn repeated,
                              void *user) {
    g->norder = 0;
    for (uint32_t i = 0, first = 0; i < g->n; i++) {
        if (repeated && i > 0 && words[i] >> SHORT_BITS == words[first] >> SHORT_BITS) {
            enum status status = repeated(user, (uint32_t)words[i], (uint32_t)words[first]);
            if (status != ST_OK)
                return status;
            continue;
        }
        first = i;
        g->order[g->norder++] = (uint32_t)words[i];
    }
    return ST_OK;
}

static enum status sort_short(struct staging *g, struct sorting *s, repeated_fn repeated,
                              void *user) {
    size_t bytes = ((size_t)g->n + 1) * sizeof(uint64_t);
    uint64_t *words = mem_take(g->alloc, bytes), *spare = NULL;
    struct dealing *dealing = NULL;
    enum status status = ST_NO_MEMORY;
    bool sorted = words && pack_words(s, words);
    if (words && !sorted) {
        spare = mem_take(g->alloc, bytes);
        dealing = mem_take(g->alloc, sizeof *dealing);
    }
    if (spare && dealing) {
        plan_digits(s, dealing);
        plan_parts(g, dealing);
        status = take_words(g, sort_words(words, spare, dealing), repeated, user);
    } else if (words && sorted) {
        status = take_words(g, words, repeated, user);
    }
    mem_give(g->alloc, words, bytes);
    mem_give(g->alloc, spare, bytes);
    mem_give(g->alloc, dealing, sizeof *dealing);
    return status;
}

/* ---- the whole ---- */

static bool same_key(const struct sorting *s, const struct ranked *a, const struct ranked *b) {
    return a->prefix == b->prefix && (s->exact || compare_keys(s, a->row, b->row) == 0);
}

static enum status take_order(struct staging *g, struct sorting *s, repeated_fn repeated,
                              void *user) {
    const struct ranked *first = NULL;
    g->norder = 0;
    for (uint32_t i = 0; i < g->n; i++) {
        const struct ranked *r = &s->rows[i];
        if (repeated && first && s->nkeys && same_key(s, first, r)) {
            enum status status = repeated(user, r->row, first->row);
            if (status != ST_OK)
                return status;
            continue;
        }
        first = r;
        g->order[g->norder++] = r->row;
    }
    return ST_OK;
}

static enum status sort_long(struct staging *g, struct sorting *with, repeated_fn repeated,
                             void *user) {
    size_t n = (size_t)g->n + 1;
    struct sorting s = *with;
    struct ranked *rows = mem_take(g->alloc, n * sizeof *rows);
    struct ranked *spare = mem_take(g->alloc, n * sizeof *spare);
    enum status status = ST_NO_MEMORY;
    if (rows && spare) {
        s.rows = rows;
        s.spare = spare;
        if (g->n)
            sort_rows(&s);
        status = take_order(g, &s, repeated, user);
    }
    mem_give(g->alloc, rows, n * sizeof *rows);
    mem_give(g->alloc, spare, n * sizeof *spare);
    return status;
}

enum status staging_sort(struct staging *g, repeated_fn repeated, void *user) {
    struct sorting s = {.g = g, .nkeys = g->t->nkeys};
    for (uint32_t k = 0; k < s.nkeys; k++)
        s.keys[k].column = &g->columns[g->t->keys[k]];
    if (!block_reserve(g->alloc, &g->orders, ((size_t)g->n + 1) * sizeof *g->order))
        return ST_NO_MEMORY;
    g->order = g->orders.at;
    unsigned bits = plan_packing(&s);
    return s.exact && s.nkeys > 0 && bits <= SHORT_BITS ? sort_short(g, &s, repeated, user)
                                                        : sort_long(g, &s, repeated, user);
}
