/* Keys of several columns as one number: each column's values become codes,
 * then codes are paired from left to right.
 *
 * A ratio counts as two columns, its reduced numerator and denominator, so that
 * 1/2 and 2/4 are one key. A float's bits are its key, with both zeros made one
 * and what is no number made missing. The scratch arrays hold one batch. */
#include "exec/codes.h"
#include <math.h>

enum part_kind { PART_WORD, PART_FLOAT, PART_TEXT, PART_NUMERATOR, PART_DENOMINATOR };

struct key_part {
    enum part_kind kind;
    uint32_t key;
    struct codes codes;
};

static void add_part(struct keying *k, enum part_kind kind, uint32_t key) {
    struct key_part *part = &k->parts[k->nparts++];
    part->kind = kind;
    part->key = key;
    codes_init(&part->codes, k->alloc, kind == PART_TEXT);
}

static void add_parts(struct keying *k, const struct type *type, uint32_t key) {
    switch (type_storage(type)) {
    case STORE_TEXT:
        add_part(k, PART_TEXT, key);
        break;
    case STORE_FLOAT:
        add_part(k, PART_FLOAT, key);
        break;
    case STORE_NONE: /* always missing: tells no rows apart */
        break;
    case STORE_PAIR:
        add_part(k, PART_NUMERATOR, key);
        add_part(k, PART_DENOMINATOR, key);
        break;
    default:
        add_part(k, PART_WORD, key);
    }
}

bool keying_init(struct keying *k, struct alloc *alloc, const struct type *const *types,
                 uint32_t nkeys, bool missing_matches) {
    *k = (struct keying){.alloc = alloc, .missing_matches = missing_matches};
    if (nkeys == 0)
        return true;
    k->room = 2 * nkeys;
    k->parts = mem_zero(alloc, k->room * sizeof *k->parts);
    k->folds = mem_zero(alloc, k->room * sizeof *k->folds);
    k->codes = mem_take(alloc, BATCH_ROWS * sizeof *k->codes);
    k->words = mem_take(alloc, BATCH_ROWS * sizeof *k->words);
    k->divisors = mem_take(alloc, BATCH_ROWS * sizeof *k->divisors);
    k->states = mem_take(alloc, BATCH_ROWS * sizeof *k->states);
    if (!k->parts || !k->folds || !k->codes || !k->words || !k->divisors || !k->states)
        return false;
    for (uint32_t i = 0; i < nkeys; i++)
        add_parts(k, types[i], i);
    for (uint32_t i = 0; i < k->room; i++)
        pairs_init(&k->folds[i], alloc);
    return true;
}

void keying_free(struct keying *k) {
    if (!k->alloc)
        return;
    for (uint32_t i = 0; i < k->nparts; i++)
        codes_free(&k->parts[i].codes);
    for (uint32_t i = 0; k->nparts && i < k->room; i++)
        pairs_free(&k->folds[i]);
    mem_give(k->alloc, k->parts, k->room * sizeof *k->parts);
    mem_give(k->alloc, k->folds, k->room * sizeof *k->folds);
    mem_give(k->alloc, k->codes, BATCH_ROWS * sizeof *k->codes);
    mem_give(k->alloc, k->words, BATCH_ROWS * sizeof *k->words);
    mem_give(k->alloc, k->divisors, BATCH_ROWS * sizeof *k->divisors);
    mem_give(k->alloc, k->states, BATCH_ROWS * sizeof *k->states);
    *k = (struct keying){0};
}

static void float_words(struct keying *k, const struct column *c, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        double value = c->f[i] == 0 ? 0.0 : c->f[i];
        memcpy(&k->words[i], &value, sizeof value);
        bool present = !isnan(value) && !(c->state && c->state[i] != PRESENT);
        k->states[i] = present ? PRESENT : MISSING;
    }
}

static uint64_t common_divisor(uint64_t a, uint64_t b) {
    while (b) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static void ratio_words(struct keying *k, const struct column *c, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        bool present = c->d[i] > 0;
        uint64_t size = c->i[i] < 0 ? 0 - (uint64_t)c->i[i] : (uint64_t)c->i[i];
        uint64_t by = present ? common_divisor((uint64_t)c->d[i], size) : 1;
        /* The divisor is at most d, so it fits; it divides the lowest integer too. */
        k->words[i] = present ? c->i[i] / (int64_t)by : 0;
        k->divisors[i] = present ? c->d[i] / (int64_t)by : 0;
        k->states[i] = present ? PRESENT : MISSING;
    }
}

static bool part_codes(struct keying *k, struct key_part *part, const struct column *c, uint32_t n,
                       bool add, uint32_t *out) {
    switch (part->kind) {
    case PART_TEXT:
        return codes_texts(&part->codes, c->t, n, add, out);
    case PART_FLOAT:
        float_words(k, c, n);
        return codes_words(&part->codes, k->words, k->states, n, add, out);
    case PART_NUMERATOR:
        ratio_words(k, c, n);
        return codes_words(&part->codes, k->words, k->states, n, add, out);
    case PART_DENOMINATOR: /* follows its numerator, which filled the arrays */
        return codes_words(&part->codes, k->divisors, k->states, n, add, out);
    default:
        return codes_words(&part->codes, c->i, c->state, n, add, out);
    }
}

/* What missing values (code 0) mean here. */
static void settle_missing(struct keying *k, uint32_t *codes, uint32_t n) {
    bool any = false;
    for (uint32_t i = 0; i < n; i++)
        any |= codes[i] == 0;
    k->missing_seen |= any;
    for (uint32_t i = 0; any && !k->missing_matches && i < n; i++)
        codes[i] = codes[i] == 0 ? NO_CODE : codes[i];
}

bool keying_map(struct keying *k, const struct column *const *columns, uint32_t n, bool add,
                uint32_t *out) {
    if (k->nparts == 0)
        memset(out, 0, n * sizeof *out);
    for (uint32_t p = 0; p < k->nparts; p++) {
        struct key_part *part = &k->parts[p];
        uint32_t *codes = p == 0 ? out : k->codes;
        if (!part_codes(k, part, columns[part->key], n, add, codes))
            return false;
        settle_missing(k, codes, n);
        if (p == 0)
            continue;
        uint32_t nleft = p == 1 ? k->parts[0].codes.n : k->folds[p - 2].n;
        if (!pairs_map(&k->folds[p - 1], out, nleft, codes, part->codes.n, n, add, out))
            return false;
    }
    return true;
}

uint32_t keying_first(const struct keying *k) {
    return k->nparts == 1 && !(k->missing_seen && k->missing_matches) ? 1 : 0;
}

uint32_t keying_stop(const struct keying *k) {
    if (k->nparts == 0)
        return 1;
    return k->nparts == 1 ? k->parts[0].codes.n : k->folds[k->nparts - 2].n;
}

static bool part_values(const struct keying *k, const struct key_part *part, const uint32_t *codes,
                        uint32_t n, struct column *out) {
    const struct codes *from = &part->codes;
    for (uint32_t i = 0; i < n; i++) {
        if (part->kind == PART_TEXT)
            out->t[i] = code_text(from, codes[i]);
        else if (part->kind == PART_FLOAT)
            memcpy(&out->f[i], &(int64_t){code_word(from, codes[i])}, sizeof *out->f);
        else if (part->kind == PART_DENOMINATOR)
            out->d[i] = code_word(from, codes[i]);
        else
            out->i[i] = code_word(from, codes[i]);
        if (out->state)
            out->state[i] = codes[i] == 0 ? MISSING : PRESENT;
        else if (codes[i] == 0 && !column_set_missing(k->alloc, out, i))
            return false;
    }
    return true;
}

/* Undoes the pairing: from the last part to the first, `left` holds the number of the pair that
 * is still to be taken apart, and `right` becomes the codes of the part. */
static bool unfold(const struct keying *k, uint32_t *left, uint32_t *right, uint32_t n,
                   struct column *out) {
    for (uint32_t p = k->nparts; p-- > 1;) {
        const struct pairs *fold = &k->folds[p - 1];
        for (uint32_t i = 0; i < n; i++) {
            right[i] = ((const uint32_t *)fold->right.p)[left[i]];
            left[i] = ((const uint32_t *)fold->left.p)[left[i]];
        }
        if (!part_values(k, &k->parts[p], right, n, &out[k->parts[p].key]))
            return false;
    }
    return part_values(k, &k->parts[0], left, n, &out[k->parts[0].key]);
}

bool keying_values(const struct keying *k, struct column *out) {
    uint32_t first = keying_first(k), n = keying_stop(k) - first;
    if (k->nparts == 0 || n == 0)
        return true;
    uint32_t *codes = mem_take(k->alloc, 2 * (size_t)n * sizeof *codes);
    if (!codes)
        return false;
    for (uint32_t i = 0; i < n; i++)
        codes[i] = first + i;
    bool ok = unfold(k, codes, codes + n, n, out);
    mem_give(k->alloc, codes, 2 * (size_t)n * sizeof *codes);
    return ok;
}
