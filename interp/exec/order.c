/* Sorting by radix: each key becomes a 64-bit word that sorts as its value.
 *
 * Keys are taken from the last to the first, each by a stable radix sort, then
 * rows without a value are moved behind the others. Texts and ratios have no
 * such word: their different values are ranked first, by merge sort, and the
 * rank is the word. Nothing depends on how rows came in batches. */
#include "exec/order.h"
#include "base/num.h"
#include "exec/codes.h"

uint64_t order_of_float(double x) {
    uint64_t bits;
    double value = x == 0 ? 0.0 : x; /* one zero */
    memcpy(&bits, &value, sizeof bits);
    return bits >> 63 ? ~bits : bits | (uint64_t)1 << 63;
}

enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS, FEW = 24 };

static void order_few(struct order_entry *at, uint32_t n) {
    for (uint32_t i = 1; i < n; i++) {
        struct order_entry entry = at[i];
        uint32_t to = i;
        for (; to > 0 && at[to - 1].word > entry.word; to--)
            at[to] = at[to - 1];
        at[to] = entry;
    }
}

static void order_digit(const struct order_entry *from, struct order_entry *to, uint32_t n,
                        unsigned shift) {
    uint32_t starts[DIGITS] = {0};
    for (uint32_t i = 0; i < n; i++)
        starts[from[i].word >> shift & (DIGITS - 1)]++;
    uint32_t sum = 0;
    for (uint32_t d = 0; d < DIGITS; d++) {
        uint32_t count = starts[d];
        starts[d] = sum;
        sum += count;
    }
    for (uint32_t i = 0; i < n; i++)
        to[starts[from[i].word >> shift & (DIGITS - 1)]++] = from[i];
}

void order_words(struct order_entry *at, struct order_entry *spare, uint32_t n) {
    if (n < FEW) {
        order_few(at, n);
        return;
    }
    uint64_t differ = 0;
    for (uint32_t i = 1; i < n; i++)
        differ |= at[i].word ^ at[0].word;
    struct order_entry *from = at, *to = spare;
    for (unsigned shift = 0; shift < 64; shift += DIGIT_BITS) {
        if (!(differ >> shift & (DIGITS - 1)))
            continue;
        order_digit(from, to, n, shift);
        struct order_entry *swap = from;
        from = to;
        to = swap;
    }
    if (from != at)
        memcpy(at, from, n * sizeof *at);
}

/* ---- ranks of values that have no word ---- */

typedef int (*compare_fn)(const void *values, uint32_t a, uint32_t b);

static int compare_texts(const void *values, uint32_t a, uint32_t b) {
    const struct codes *codes = values;
    return str_compare(text_str(code_text(codes, a)), text_str(code_text(codes, b)));
}

static int compare_ratios(const void *values, uint32_t a, uint32_t b) {
    const struct column *c = values;
    return num_compare_ratio(c->i[a], c->d[a], c->i[b], c->d[b]);
}

/* Stable, by runs of doubling length; only `row` of the entries is looked at. */
static void merge_sort(struct order_entry *at, struct order_entry *spare, uint32_t n,
                       compare_fn compare, const void *values) {
    for (uint64_t run = 1; run < n; run *= 2) {
        for (uint64_t start = 0; start < n; start += 2 * run) {
            uint64_t middle = start + run < n ? start + run : n;
            uint64_t stop = start + 2 * run < n ? start + 2 * run : n;
            uint64_t a = start, b = middle;
            for (uint64_t i = start; i < stop; i++) {
                bool first =
                    b == stop || (a < middle && compare(values, at[a].row, at[b].row) <= 0);
                spare[i] = at[first ? a++ : b++];
            }
        }
        memcpy(at, spare, n * sizeof *at);
    }
}

/* The first bytes of a text as a word, so that most texts are told apart by the radix sort. */
static uint64_t text_prefix(const struct text *t) {
    uint64_t word = 0;
    for (uint32_t i = 0; i < sizeof word; i++)
        word = word << 8 | (i < t->n ? (unsigned char)t->p[i] : 0);
    return word;
}

/* Sorts the codes of texts (entries' rows) by their texts. */
static void order_texts(const struct codes *codes, struct order_entry *at,
                        struct order_entry *spare, uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        at[i].word = text_prefix(code_text(codes, at[i].row));
    order_words(at, spare, n);
    for (uint32_t start = 0, stop; start < n; start = stop) {
        for (stop = start + 1; stop < n && at[stop].word == at[start].word;)
            stop++;
        merge_sort(at + start, spare, stop - start, compare_texts, codes);
    }
}

/* ---- the words of one key ---- */

struct ordering {
    struct alloc *alloc;
    struct order_entry *at, *spare; /* room for n, and for 2 n */
    uint64_t *words;                /* by row */
    uint32_t n;
};

static bool text_codes(struct ordering *o, struct codes *codes, const struct column *key) {
    uint32_t out[64];
    for (uint32_t start = 0; start < o->n; start += (uint32_t)COUNT_OF(out)) {
        uint32_t n = o->n - start < COUNT_OF(out) ? o->n - start : (uint32_t)COUNT_OF(out);
        if (!codes_texts(codes, key->t + start, n, true, out))
            return false;
        for (uint32_t i = 0; i < n; i++)
            o->words[start + i] = out[i];
    }
    return true;
}

/* Replaces codes in words by the codes' ranks. */
static bool rank_codes(struct ordering *o, const struct codes *codes) {
    uint32_t n = codes->n - 1;
    uint32_t *rank = mem_zero(o->alloc, codes->n * sizeof *rank);
    if (!rank)
        return false;
    struct order_entry *entries = o->spare; /* both halves are free until the rows are sorted */
    struct order_entry *room = entries + o->n;
    for (uint32_t i = 0; i < n; i++)
        entries[i] = (struct order_entry){0, i + 1};
    order_texts(codes, entries, room, n);
    for (uint32_t i = 0; i < n; i++)
        rank[entries[i].row] = i;
    for (uint32_t i = 0; i < o->n; i++)
        o->words[i] = rank[o->words[i]];
    mem_give(o->alloc, rank, codes->n * sizeof *rank);
    return true;
}

static bool text_words(struct ordering *o, const struct column *key) {
    struct codes codes;
    codes_init(&codes, o->alloc, true);
    bool ok = text_codes(o, &codes, key) && rank_codes(o, &codes);
    codes_free(&codes);
    return ok;
}

static void ratio_ranks(struct ordering *o, const struct column *key) {
    uint32_t n = 0;
    struct order_entry *entries = o->spare, *room = entries + o->n;
    for (uint32_t i = 0; i < o->n; i++) {
        o->words[i] = 0;
        if (key->d[i] > 0)
            entries[n++].row = i;
    }
    merge_sort(entries, room, n, compare_ratios, key);
    uint64_t rank = 0;
    for (uint32_t i = 0; i < n; i++) {
        rank += i > 0 && compare_ratios(key, entries[i - 1].row, entries[i].row) != 0;
        o->words[entries[i].row] = rank;
    }
}

/* Words of all rows; those without a value get 0. */
static bool key_words(struct ordering *o, const struct column *key) {
    switch (type_storage(key->type)) {
    case STORE_TEXT:
        return text_words(o, key);
    case STORE_PAIR:
        ratio_ranks(o, key);
        return true;
    case STORE_FLOAT:
        for (uint32_t i = 0; i < o->n; i++)
            o->words[i] = order_of_float(key->f[i]);
        break;
    default:
        for (uint32_t i = 0; i < o->n; i++)
            o->words[i] = order_of_int(key->i[i]);
    }
    for (uint32_t i = 0; key->state && i < o->n; i++)
        o->words[i] = key->state[i] == PRESENT ? o->words[i] : 0;
    return true;
}

static void missing_last(struct ordering *o, const struct column *key) {
    uint32_t present = 0, missing = 0;
    for (uint32_t i = 0; i < o->n; i++) {
        bool has_value = column_state(key, o->at[i].row) == PRESENT;
        if (has_value)
            o->at[present++] = o->at[i];
        else
            o->spare[missing++] = o->at[i];
    }
    memcpy(o->at + present, o->spare, missing * sizeof *o->at);
}

static bool order_by(struct ordering *o, const struct column *key, bool descending) {
    if (!key_words(o, key))
        return false;
    for (uint32_t i = 0; i < o->n; i++) {
        uint64_t word = o->words[o->at[i].row];
        o->at[i].word = descending ? ~word : word;
    }
    order_words(o->at, o->spare, o->n);
    missing_last(o, key);
    return true;
}

bool order_rows(struct alloc *a, const struct column *const *keys, const bool *descending,
                uint32_t nkeys, uint32_t n, uint32_t *order) {
    if (n == 0)
        return true;
    /* The rows' entries, and as much again twice for sorting and ranking. */
    size_t entries = 3 * (size_t)n * sizeof(struct order_entry);
    struct ordering o = {.alloc = a, .n = n};
    o.at = mem_take(a, entries);
    o.words = mem_take(a, n * sizeof *o.words);
    bool ok = o.at && o.words;
    if (ok) {
        o.spare = o.at + n;
        for (uint32_t i = 0; i < n; i++)
            o.at[i].row = i;
    }
    for (uint32_t k = nkeys; ok && k-- > 0;)
        ok = order_by(&o, keys[k], descending && descending[k]);
    for (uint32_t i = 0; ok && i < n; i++)
        order[i] = o.at[i].row;
    mem_give(a, o.words, n * sizeof *o.words);
    mem_give(a, o.at, entries);
    return ok;
}
