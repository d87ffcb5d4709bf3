/* Pairs of codes: one table access while both codes are few, hashing beyond.
 *
 * The table is a rectangle whose width is a power of two; it is laid out anew
 * when codes outgrow it, and given up beyond TABLE_LIMIT. Pairs are numbered in
 * order of first sight either way, so nothing shows which of the two was used. */
#include "exec/codes.h"

enum { TABLE_LIMIT = 1 << 22, FIRST_BITS = 4, FIRST_LEFT = 16 };

static struct lane code_lane(void) {
    return (struct lane){.size = sizeof(uint32_t)};
}

void pairs_init(struct pairs *p, struct alloc *alloc) {
    *p = (struct pairs){.alloc = alloc, .left = code_lane(), .right = code_lane()};
    codes_init(&p->hash, alloc, false);
}

static void drop_table(struct pairs *p) {
    mem_give(p->alloc, p->table, ((size_t)p->nleft << p->bits) * sizeof *p->table);
    p->table = NULL;
    p->nleft = 0;
}

void pairs_free(struct pairs *p) {
    drop_table(p);
    lane_free(p->alloc, &p->left);
    lane_free(p->alloc, &p->right);
    codes_free(&p->hash);
}

static int64_t pair_word(uint32_t left, uint32_t right) {
    return (int64_t)((uint64_t)left << 32 | right);
}

static bool table_to_hash(struct pairs *p) {
    const uint32_t *left = p->left.p, *right = p->right.p;
    for (uint32_t i = 0; i < p->n; i++) {
        int64_t word = pair_word(left[i], right[i]);
        uint32_t code;
        if (!codes_words(&p->hash, &word, NULL, 1, true, &code))
            return false;
    }
    drop_table(p);
    p->hashed = true;
    return true;
}

/* A table for codes below nleft and nright, with the pairs so far in it. */
static bool table_widen(struct pairs *p, uint32_t nleft, uint32_t nright) {
    uint32_t bits = p->table ? p->bits : FIRST_BITS;
    while (nright > (uint32_t)1 << bits)
        bits++;
    uint32_t room = p->nleft > FIRST_LEFT ? p->nleft : FIRST_LEFT;
    while (room < nleft)
        room *= 2;
    size_t size = (size_t)room << bits;
    uint32_t *table = mem_zero(p->alloc, size * sizeof *table);
    if (!table)
        return false;
    const uint32_t *left = p->left.p, *right = p->right.p;
    for (uint32_t i = 0; i < p->n; i++)
        table[(size_t)left[i] << bits | right[i]] = i + 1;
    drop_table(p);
    p->table = table;
    p->bits = bits;
    p->nleft = room;
    return true;
}

/* Makes the table fit, or gives it up. */
static bool prepare(struct pairs *p, uint32_t nleft, uint32_t nright) {
    bool fits = p->table && nleft <= p->nleft && nright <= (uint32_t)1 << p->bits;
    if (p->hashed || fits)
        return true;
    if ((uint64_t)nleft * nright > TABLE_LIMIT / 4)
        return table_to_hash(p);
    return table_widen(p, nleft, nright);
}

/* false: no memory. */
static bool record_pair(struct pairs *p, uint32_t left, uint32_t right) {
    if (!lane_grow(p->alloc, &p->left, p->n + 1) || !lane_grow(p->alloc, &p->right, p->n + 1))
        return false;
    ((uint32_t *)p->left.p)[p->n] = left;
    ((uint32_t *)p->right.p)[p->n] = right;
    p->n++;
    return true;
}

static bool map_in_table(struct pairs *p, const uint32_t *left, const uint32_t *right, uint32_t n,
                         bool add, uint32_t *out) {
    for (uint32_t i = 0; i < n; i++) {
        if (left[i] == NO_CODE || right[i] == NO_CODE) {
            out[i] = NO_CODE;
            continue;
        }
        uint32_t *cell = &p->table[(size_t)left[i] << p->bits | right[i]];
        if (UNLIKELY(*cell == 0 && add)) {
            if (!record_pair(p, left[i], right[i]))
                return false;
            *cell = p->n;
        }
        out[i] = *cell - 1; /* 0, not found, becomes NO_CODE */
    }
    return true;
}

static bool map_in_hash(struct pairs *p, const uint32_t *left, const uint32_t *right, uint32_t n,
                        bool add, uint32_t *out) {
    uint32_t last_left = NO_CODE, last_right = NO_CODE, last = NO_CODE;
    for (uint32_t i = 0; i < n; i++) {
        if (left[i] == last_left && right[i] == last_right) {
            out[i] = last; /* in sorted rows mostly */
            continue;
        }
        int64_t word = pair_word(left[i], right[i]);
        bool known = left[i] != NO_CODE && right[i] != NO_CODE;
        uint32_t code = NO_CODE;
        if (known && !codes_words(&p->hash, &word, NULL, 1, add, &code))
            return false;
        if (code != NO_CODE && code > p->n && !record_pair(p, left[i], right[i]))
            return false;
        last_left = left[i];
        last_right = right[i];
        out[i] = last = code == NO_CODE ? NO_CODE : code - 1;
    }
    return true;
}

bool pairs_map(struct pairs *p, const uint32_t *left, uint32_t nleft, const uint32_t *right,
               uint32_t nright, uint32_t n, bool add, uint32_t *out) {
    if (add && !prepare(p, nleft, nright))
        return false;
    if (p->hashed)
        return map_in_hash(p, left, right, n, add, out);
    if (p->table)
        return map_in_table(p, left, right, n, add, out);
    for (uint32_t i = 0; i < n; i++)
        out[i] = NO_CODE;
    return true;
}
