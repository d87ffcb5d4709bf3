/* Columns: growing, copying, ordering and hashing rows.
 *
 * The arrays of a column all have `cap` rows and belong to it; texts do not.
 * Rows that were never set are zero: 0 and present for words and floats,
 * missing for pairs and texts. Only scalars lie in columns. */
#include "column/column.h"
#include "base/num.h"

enum { FIRST_ROWS = 16 };

/* So the bytes of an array can be computed without a check. */
_Static_assert(SIZE_MAX / sizeof(int64_t) >= UINT32_MAX, "a size holds any number of rows");

/* Bytes of one row in the main array. */
static size_t row_size(const struct column *c) {
    switch (type_storage(c->type)) {
    case STORE_WORD:
    case STORE_PAIR:
        return sizeof(int64_t);
    case STORE_FLOAT:
        return sizeof(double);
    case STORE_TEXT:
        return sizeof(struct text *);
    case STORE_NONE:
        return 0;
    case STORE_RANGE:
    case STORE_OBJECT:
        break;
    }
    assert(false && "only scalars lie in columns");
    return 0;
}

/* At least double, so that adding row after row takes linear time. */
static uint32_t next_cap(uint32_t have, uint32_t want) {
    uint32_t twice = have > UINT32_MAX / 2 ? UINT32_MAX : have * 2;
    uint32_t cap = twice > want ? twice : want;
    return cap > FIRST_ROWS ? cap : FIRST_ROWS;
}

/* A longer copy of an array that stays as it is; the new rows are zero. */
static void *longer_copy(struct alloc *a, const void *array, size_t old, size_t now) {
    char *copy = mem_take(a, now);
    if (copy) {
        memcpy(copy, array, old);
        memset(copy + old, 0, now - old);
    }
    return copy;
}

static bool grow_data(struct alloc *a, struct column *c, uint32_t cap) {
    size_t size = row_size(c);
    if (size == 0) {
        return true;
    }
    char *data = mem_resize(a, c->data, c->cap * size, cap * size);
    if (!data) {
        return false;
    }
    memset(data + c->cap * size, 0, (cap - c->cap) * size);
    c->data = data;
    return true;
}

static bool grow_to(struct alloc *a, struct column *c, uint32_t cap) {
    bool is_pair = type_storage(c->type) == STORE_PAIR;
    int64_t *d = NULL;
    uint8_t *state = NULL;
    if (is_pair) {
        d = longer_copy(a, c->d ? (const void *)c->d : "", c->cap * sizeof *d, cap * sizeof *d);
    }
    if (c->state) {
        state = longer_copy(a, c->state, c->cap, cap);
    }
    /* The main array comes last: it may move in place, which cannot be undone
     * if another one then failed. */
    if ((is_pair && !d) || (c->state && !state) || !grow_data(a, c, cap)) {
        mem_give(a, d, cap * sizeof *d);
        mem_give(a, state, cap);
        return false;
    }
    mem_give(a, c->d, c->cap * sizeof *c->d);
    mem_give(a, c->state, c->cap);
    c->d = d;
    c->state = state;
    c->cap = cap;
    return true;
}

bool column_reserve(struct alloc *a, struct column *c, uint32_t cap) {
    if (cap <= c->cap) {
        return true;
    }
    uint32_t grown = next_cap(c->cap, cap);
    /* Near the limit the exact size may still fit where the double does not. */
    return grow_to(a, c, grown) || (grown > cap && grow_to(a, c, cap));
}

bool column_states(struct alloc *a, struct column *c) {
    if (c->state) {
        return true;
    }
    if (c->cap == 0 && !column_reserve(a, c, FIRST_ROWS)) {
        return false;
    }
    c->state = mem_zero(a, c->cap);
    return c->state != NULL;
}

void column_free(struct alloc *a, struct column *c) {
    mem_give(a, c->data, c->cap * row_size(c));
    mem_give(a, c->d, c->cap * sizeof *c->d);
    mem_give(a, c->state, c->cap);
    *c = (struct column){.type = c->type};
}

static void copy_value(struct column *out, uint32_t to, const struct column *in, uint32_t from) {
    switch (type_storage(in->type)) {
    case STORE_PAIR:
        out->d[to] = in->d[from];
        out->i[to] = in->i[from];
        break;
    case STORE_WORD:
        out->i[to] = in->i[from];
        break;
    case STORE_FLOAT:
        out->f[to] = in->f[from];
        break;
    case STORE_TEXT:
        out->t[to] = in->t[from];
        break;
    case STORE_NONE:
    case STORE_RANGE:
    case STORE_OBJECT:
        break;
    }
}

bool column_copy(struct alloc *a, struct column *out, uint32_t to, const struct column *in,
                 uint32_t from) {
    assert(type_storage(out->type) == type_storage(in->type));
    enum state state = in->state ? (enum state)in->state[from] : PRESENT;
    if (to == UINT32_MAX || !column_reserve(a, out, to + 1) ||
        (state != PRESENT && !column_states(a, out))) {
        return false;
    }
    copy_value(out, to, in, from);
    if (out->state) {
        out->state[to] = (uint8_t)state;
    }
    return true;
}

/* ---- order ---- */

static int compare_words(int64_t a, int64_t b) {
    return (a > b) - (a < b);
}

/* Should a NaN come up after all it goes behind the numbers, which keeps the
 * order total. */
static int compare_floats(double a, double b) {
    bool a_is_nan = a != a, b_is_nan = b != b;
    return a_is_nan || b_is_nan ? a_is_nan - b_is_nan : (a > b) - (a < b);
}

static int compare_present(const struct column *a, uint32_t i, const struct column *b, uint32_t j) {
    switch (type_storage(a->type)) {
    case STORE_WORD:
        return compare_words(a->i[i], b->i[j]);
    case STORE_FLOAT:
        return compare_floats(a->f[i], b->f[j]);
    case STORE_PAIR:
        return num_compare_ratio(a->i[i], a->d[i], b->i[j], b->d[j]);
    case STORE_TEXT:
        return text_equal(a->t[i], b->t[j]) ? 0 : str_compare(text_str(a->t[i]), text_str(b->t[j]));
    case STORE_NONE:
    case STORE_RANGE:
    case STORE_OBJECT:
        break;
    }
    return 0;
}

int column_compare(const struct column *a, uint32_t row_a, const struct column *b, uint32_t row_b) {
    bool a_is_missing = column_state(a, row_a) != PRESENT;
    bool b_is_missing = column_state(b, row_b) != PRESENT;
    if (a_is_missing || b_is_missing) {
        return a_is_missing - b_is_missing;
    }
    return compare_present(a, row_a, b, row_b);
}

/* ---- hashes ---- */

static const uint64_t HASH_OF_MISSING = 0x9e3779b97f4a7c15u;

static uint64_t hash_float(double x) {
    if (x == 0.0) {
        return hash_word(0); /* also -0.0, whose bits differ */
    }
    if (x != x) {
        return hash_word(UINT64_MAX); /* whichever NaN it is */
    }
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return hash_word(bits);
}

static uint64_t common_divisor(uint64_t a, uint64_t b) {
    while (b) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* In lowest terms, so that 1/2 and 2/4 are one value. */
static uint64_t hash_pair(int64_t n, int64_t d) {
    uint64_t size = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    uint64_t divisor = common_divisor((uint64_t)d, size);
    uint64_t above = size / divisor, below = (uint64_t)d / divisor;
    return hash_word((n < 0 ? 0 - above : above) + hash_word(below));
}

uint64_t column_hash(const struct column *c, uint32_t row) {
    if (column_state(c, row) != PRESENT) {
        return HASH_OF_MISSING;
    }
    switch (type_storage(c->type)) {
    case STORE_WORD:
        return hash_word((uint64_t)c->i[row]);
    case STORE_FLOAT:
        return hash_float(c->f[row]);
    case STORE_PAIR:
        return hash_pair(c->i[row], c->d[row]);
    case STORE_TEXT:
        return hash_word(text_hash(c->t[row]));
    case STORE_NONE:
    case STORE_RANGE:
    case STORE_OBJECT:
        break;
    }
    return HASH_OF_MISSING;
}
