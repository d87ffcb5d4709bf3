/* Small numbers for values: how keys are compared.
 *
 * Every operator that asks "have I seen this key" (grouping, joining, legs,
 * distinct, ordering of texts) first turns each key column into small codes, a
 * batch at a time, and then pairs of codes into one code. What follows are
 * plain array accesses, whatever the keys' types and number. Code 0 is the
 * missing value; codes are given out in order of first sight. */
#ifndef SPOKE_EXEC_CODES_H
#define SPOKE_EXEC_CODES_H

#include "exec/rows.h"

#define NO_CODE UINT32_MAX

struct code_slot;
struct code_recent;

/* The values of one column. Integers that lie close together index a window; others, and
 * texts, are hashed. Texts seen lately are known by their address alone. */
struct codes {
    struct alloc *alloc;
    bool is_text;
    uint32_t n;         /* codes given out, the missing one included */
    struct lane values; /* int64_t or const struct text *, by code */
    uint32_t *window;   /* code of the value base + index, 0: none */
    uint64_t base;
    uint32_t span; /* elements of the window */
    struct code_slot *slots;
    uint32_t nslots; /* a power of two, or 0 */
    struct code_recent *recent;
};
void codes_init(struct codes *c, struct alloc *alloc, bool is_text);
void codes_free(struct codes *c);
/* A code for each of n values, NO_CODE for new ones unless `add`. `state` (NULL: all present)
 * says which are missing. false: no memory. */
bool codes_words(struct codes *c, const int64_t *values, const uint8_t *state, uint32_t n, bool add,
                 uint32_t *out);
bool codes_texts(struct codes *c, const struct text *const *values, uint32_t n, bool add,
                 uint32_t *out);
static inline int64_t code_word(const struct codes *c, uint32_t code) {
    return ((const int64_t *)c->values.p)[code];
}
static inline const struct text *code_text(const struct codes *c, uint32_t code) {
    return ((const struct text *const *)c->values.p)[code];
}

/* Pairs of codes, numbered from 0: in a table of rows and columns while that is small. */
struct pairs {
    struct alloc *alloc;
    uint32_t n;
    struct lane left, right; /* uint32_t, by pair */
    uint32_t *table;         /* pair + 1 at [left << bits | right], 0: none */
    uint32_t bits, nleft;    /* room in the table */
    bool hashed;
    struct codes hash; /* then: of left << 32 | right; code 1 is pair 0 */
};
void pairs_init(struct pairs *p, struct alloc *alloc);
void pairs_free(struct pairs *p);
/* Pair numbers of n pairs (NO_CODE where either is NO_CODE, or new and not `add`). Codes given
 * are below nleft and nright. `out` may be `left` or `right`. false: no memory. */
bool pairs_map(struct pairs *p, const uint32_t *left, uint32_t nleft, const uint32_t *right,
               uint32_t nright, uint32_t n, bool add, uint32_t *out);

/* Whole keys: one number for each different combination of the values of several columns. */
struct key_part;
struct keying {
    struct alloc *alloc;
    bool missing_matches; /* missing is a value like others; else such rows get NO_CODE */
    bool missing_seen;
    struct key_part *parts;
    struct pairs *folds; /* folds[i] pairs parts 0..i with part i + 1 */
    uint32_t nparts, room;
    uint32_t *codes; /* of a batch */
    int64_t *words, *divisors;
    uint8_t *states;
};
bool keying_init(struct keying *k, struct alloc *alloc, const struct type *const *types,
                 uint32_t nkeys, bool missing_matches);
void keying_free(struct keying *k);
/* Numbers of n <= BATCH_ROWS rows. false: no memory. */
bool keying_map(struct keying *k, const struct column *const *columns, uint32_t n, bool add,
                uint32_t *out);
/* Numbers in use are keying_first() up to keying_stop(), the latter left out. */
uint32_t keying_first(const struct keying *k);
uint32_t keying_stop(const struct keying *k);
/* Writes the key values of all numbers, in their order, into prepared columns. */
bool keying_values(const struct keying *k, struct column *out);

#endif
