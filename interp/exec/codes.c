/* Values to codes: a window of adjacent integers, a hash table, and a cache of
 * text addresses.
 *
 * Codes are never taken back, so a text's address may stay in the cache for
 * the whole run: texts live until its end. A window that would grow beyond
 * WINDOW_LIMIT is given up for the hash table. */
#include "exec/codes.h"

struct code_slot {
    union {
        int64_t word;
        const struct text *text;
    } value;
    uint32_t hash;
    uint32_t code; /* 0: free */
};

struct code_recent {
    const struct text *text;
    uint32_t code;
};

enum { WINDOW_LEAST = 1024, WINDOW_LIMIT = 1 << 21, FIRST_SLOTS = 64, RECENT = 1024 };

void codes_init(struct codes *c, struct alloc *alloc, bool is_text) {
    *c = (struct codes){.alloc = alloc, .is_text = is_text, .n = 1};
    c->values.size = is_text ? sizeof(const struct text *) : sizeof(int64_t);
}

static void drop_window(struct codes *c) {
    mem_give(c->alloc, c->window, c->span * sizeof *c->window);
    c->window = NULL;
    c->span = 0;
}

void codes_free(struct codes *c) {
    drop_window(c);
    lane_free(c->alloc, &c->values);
    mem_give(c->alloc, c->slots, c->nslots * sizeof *c->slots);
    mem_give(c->alloc, c->recent, c->recent ? RECENT * sizeof *c->recent : 0);
    codes_init(c, c->alloc, c->is_text);
}

/* ---- the hash table ---- */

static uint32_t word_hash(int64_t word) {
    return (uint32_t)hash_word((uint64_t)word);
}

static bool slots_grow(struct codes *c) {
    uint32_t now = c->nslots ? c->nslots * 2 : FIRST_SLOTS;
    if (c->nslots > UINT32_MAX / 4)
        return false;
    struct code_slot *slots = mem_zero(c->alloc, now * sizeof *slots);
    if (!slots)
        return false;
    for (uint32_t i = 0; i < c->nslots; i++) {
        uint32_t at = c->slots[i].hash & (now - 1);
        while (c->slots[i].code && slots[at].code)
            at = (at + 1) & (now - 1);
        if (c->slots[i].code)
            slots[at] = c->slots[i];
    }
    mem_give(c->alloc, c->slots, c->nslots * sizeof *c->slots);
    c->slots = slots;
    c->nslots = now;
    return true;
}

/* Keeps the table at most half full, with `values` ready for one more. */
static bool room_for_one(struct codes *c, bool in_table) {
    if (!lane_grow(c->alloc, &c->values, c->n + 1))
        return false;
    return !in_table || (c->n < c->nslots / 2 || slots_grow(c));
}

static struct code_slot *word_slot(const struct codes *c, int64_t word) {
    uint32_t mask = c->nslots - 1;
    uint32_t at = word_hash(word) & mask;
    while (c->slots[at].code && c->slots[at].value.word != word)
        at = (at + 1) & mask;
    return &c->slots[at];
}

static struct code_slot *text_slot(const struct codes *c, const struct text *text) {
    uint32_t mask = c->nslots - 1;
    uint32_t hash = text_hash(text);
    uint32_t at = hash & mask;
    while (c->slots[at].code &&
           !(c->slots[at].hash == hash && text_equal(c->slots[at].value.text, text)))
        at = (at + 1) & mask;
    return &c->slots[at];
}

/* ---- integers ---- */

/* Moves the codes given out so far from the window into the table. */
static bool window_to_table(struct codes *c) {
    while (c->n >= c->nslots / 2)
        if (!slots_grow(c))
            return false;
    for (uint32_t code = 1; code < c->n; code++) {
        int64_t word = code_word(c, code);
        struct code_slot *slot = word_slot(c, word);
        *slot = (struct code_slot){.value.word = word, .hash = word_hash(word), .code = code};
    }
    drop_window(c);
    return true;
}

/* Where a window of `span` begins that ends, or begins, with a given value. It stays within 64
 * bits, so that both its ends compare as integers. */
static int64_t window_base_below(int64_t high, uint32_t span) {
    return high < INT64_MIN + (int64_t)(span - 1) ? INT64_MIN : high - (int64_t)(span - 1);
}
static int64_t window_base_above(int64_t low, uint32_t span) {
    int64_t last = INT64_MAX - (int64_t)(span - 1);
    return low > last ? last : low;
}

/* Widens the window so that it holds `word`; leaves it alone when that would make it too big. */
static bool window_widen(struct codes *c, int64_t word) {
    int64_t low = c->span ? (int64_t)c->base : word;
    int64_t high = c->span ? (int64_t)(c->base + c->span - 1) : word;
    bool below = word < low;
    low = below ? word : low;
    high = word > high ? word : high;
    uint64_t need = (uint64_t)high - (uint64_t)low;
    if (need >= WINDOW_LIMIT)
        return true;
    uint32_t span = WINDOW_LEAST;
    while (span <= need)
        span *= 2;
    uint32_t *window = mem_zero(c->alloc, span * sizeof *window);
    if (!window)
        return false;
    int64_t base = below ? window_base_below(high, span) : window_base_above(low, span);
    if (c->span)
        memcpy(window + (c->base - (uint64_t)base), c->window, c->span * sizeof *window);
    drop_window(c);
    c->window = window;
    c->base = (uint64_t)base;
    c->span = span;
    return true;
}

/* A value the window does not know. 0: no memory. */
static uint32_t new_in_window(struct codes *c, int64_t word) {
    if (!room_for_one(c, false))
        return 0;
    ((int64_t *)c->values.p)[c->n] = word;
    c->window[(uint64_t)word - c->base] = c->n;
    return c->n++;
}

static uint32_t add_in_table(struct codes *c, int64_t word) {
    struct code_slot *slot = c->nslots ? word_slot(c, word) : NULL;
    if (slot && slot->code)
        return slot->code;
    if (!room_for_one(c, true))
        return 0;
    slot = word_slot(c, word);
    *slot = (struct code_slot){.value.word = word, .hash = word_hash(word), .code = c->n};
    ((int64_t *)c->values.p)[c->n] = word;
    return c->n++;
}

static uint32_t find_in_table(const struct codes *c, int64_t word) {
    uint32_t code = c->nslots ? word_slot(c, word)->code : 0;
    return code ? code : NO_CODE;
}

/* What the window could not answer. 0: no memory. */
static uint32_t word_code(struct codes *c, int64_t word, bool add) {
    if (!add)
        return c->nslots ? find_in_table(c, word) : NO_CODE;
    if (!c->nslots) {
        if ((uint64_t)word - c->base >= c->span && !window_widen(c, word))
            return 0;
        if ((uint64_t)word - c->base < c->span)
            return new_in_window(c, word);
        if (!window_to_table(c))
            return 0;
    }
    return add_in_table(c, word);
}

bool codes_words(struct codes *c, const int64_t *values, const uint8_t *state, uint32_t n, bool add,
                 uint32_t *out) {
    for (uint32_t i = 0; i < n; i++) {
        if (state && state[i] != PRESENT) {
            out[i] = 0;
            continue;
        }
        uint64_t offset = (uint64_t)values[i] - c->base;
        uint32_t code = offset < c->span ? c->window[offset] : 0;
        if (UNLIKELY(code == 0)) {
            code = word_code(c, values[i], add);
            if (code == 0)
                return false;
        }
        out[i] = code;
    }
    return lane_grow(c->alloc, &c->values, c->n);
}

/* ---- texts ---- */

static uint32_t text_code(struct codes *c, const struct text *text, bool add) {
    struct code_slot *slot = c->nslots ? text_slot(c, text) : NULL;
    if (slot && slot->code)
        return slot->code;
    if (!add)
        return NO_CODE;
    if (!room_for_one(c, true))
        return 0;
    slot = text_slot(c, text);
    *slot = (struct code_slot){.value.text = text, .hash = text_hash(text), .code = c->n};
    ((const struct text **)c->values.p)[c->n] = text;
    return c->n++;
}

static struct code_recent *recent_place(const struct codes *c, const struct text *text) {
    uint64_t mixed = (uint64_t)(uintptr_t)text * 0x9e3779b97f4a7c15u;
    return &c->recent[mixed >> 54];
}

bool codes_texts(struct codes *c, const struct text *const *values, uint32_t n, bool add,
                 uint32_t *out) {
    if (!c->recent && !(c->recent = mem_zero(c->alloc, RECENT * sizeof *c->recent)))
        return false;
    for (uint32_t i = 0; i < n; i++) {
        const struct text *text = values[i];
        if (!text) {
            out[i] = 0;
            continue;
        }
        struct code_recent *recent = recent_place(c, text);
        if (UNLIKELY(recent->text != text)) {
            uint32_t code = text_code(c, text, add);
            if (code == 0)
                return false;
            *recent = (struct code_recent){text, code};
        }
        out[i] = recent->code;
    }
    return lane_grow(c->alloc, &c->values, c->n);
}
