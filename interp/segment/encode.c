/* Packing: the form and width that take the fewest bytes.
 *
 * Words are kept as distances from the lowest unless a dictionary is smaller,
 * doubles as they are unless a dictionary is, texts always in a dictionary.
 * A dictionary ascends, so that its codes order like the values. Different
 * values are found by hashing into a table that begins small, because most
 * columns have few, and is at most half full. */
#include "base/hash.h"
#include "segment/bytes.h"
#include "segment/checksum.h"
#include "segment/segment.h"
#include <stdlib.h>

enum { FIRST_SLOTS = 1024, MOST_SLOTS = 2 * SEGMENT_ROWS };

struct segment_slot {
    uint64_t hash;
    uint32_t code; /* + 1; 0: free */
};

struct segment_entry {
    union {
        uint64_t word; /* ordered */
        struct str text;
    };
    uint32_t code;
};

void segment_maker_init(struct segment_maker *m, struct alloc *alloc) {
    *m = (struct segment_maker){.alloc = alloc};
}

void segment_maker_free(struct segment_maker *m) {
    mem_give(m->alloc, m->slots, MOST_SLOTS * sizeof *m->slots);
    mem_give(m->alloc, m->entries, SEGMENT_ROWS * sizeof *m->entries);
    mem_give(m->alloc, m->codes, SEGMENT_ROWS * sizeof *m->codes);
    mem_give(m->alloc, m->ranks, SEGMENT_ROWS * sizeof *m->ranks);
    segment_maker_init(m, m->alloc);
}

static void clear_slots(struct segment_maker *m, uint32_t nslots) {
    memset(m->slots, 0, nslots * sizeof *m->slots);
    m->nslots = nslots;
}

/* What is taken stays with the maker, also after a failure. */
static bool prepare(struct segment_maker *m) {
    struct alloc *a = m->alloc;
    if (!m->slots)
        m->slots = mem_take(a, MOST_SLOTS * sizeof *m->slots);
    if (!m->entries)
        m->entries = mem_take(a, SEGMENT_ROWS * sizeof *m->entries);
    if (!m->codes)
        m->codes = mem_take(a, SEGMENT_ROWS * sizeof *m->codes);
    if (!m->ranks)
        m->ranks = mem_take(a, SEGMENT_ROWS * sizeof *m->ranks);
    if (!m->slots || !m->entries || !m->codes || !m->ranks)
        return false;
    clear_slots(m, FIRST_SLOTS);
    return true;
}

static struct segment_slot *next_slot(struct segment_maker *m, struct segment_slot *slot) {
    return slot + 1 == m->slots + m->nslots ? m->slots : slot + 1;
}

static struct segment_slot *free_slot(struct segment_maker *m, uint64_t hash) {
    struct segment_slot *slot = &m->slots[hash & (m->nslots - 1)];
    while (slot->code)
        slot = next_slot(m, slot);
    return slot;
}

/* Keeps the table at most half full when it is to hold n entries. */
static void make_room(struct segment_maker *m, uint32_t n, uint64_t (*hash)(struct segment_entry)) {
    if (n <= m->nslots / 2)
        return;
    clear_slots(m, m->nslots * 2);
    for (uint32_t i = 0; i + 1 < n; i++) {
        uint64_t h = hash(m->entries[i]);
        *free_slot(m, h) = (struct segment_slot){h, i + 1};
    }
}

/* ---- parts of the data ---- */

static bool is_missing(const struct segment_values *v, uint32_t row) {
    return v->missing && v->missing[row];
}

static uint32_t count_missing(const struct segment_values *v) {
    uint32_t n = 0;
    for (uint32_t i = 0; v->missing && i < v->n; i++)
        n += v->missing[i] != 0;
    return n;
}

static unsigned char *add_bytes(struct buf *data, size_t n) {
    size_t at = data->n;
    static const char zeros[256] = {0};
    for (size_t left = n; left > 0;) {
        size_t now = left < sizeof zeros ? left : sizeof zeros;
        buf_put(data, zeros, now);
        left -= now;
    }
    return data->failed || n == 0 ? NULL : (unsigned char *)data->p + at;
}

static void put_bitmap(struct buf *data, const struct segment_values *v) {
    unsigned char *p = add_bytes(data, ((size_t)v->n + 7) / 8);
    for (uint32_t i = 0; p && i < v->n; i++)
        p[i / 8] |= (unsigned char)((v->missing[i] != 0) << i % 8);
}

/* Ranks of the rows' codes; missing rows have 0. */
static void put_codes(struct segment_maker *m, struct buf *data, const struct segment_values *v,
                      uint32_t width) {
    unsigned char *p = add_bytes(data, (size_t)v->n * width);
    for (uint32_t i = 0; p && i < v->n; i++) {
        uint32_t rank = is_missing(v, i) ? 0 : m->ranks[m->codes[i]];
        if (width == 1)
            p[i] = (unsigned char)rank;
        else
            set16(p + 2 * (size_t)i, (uint16_t)rank);
    }
}

static uint32_t width_of_codes(uint32_t entries) {
    return entries <= 1 ? 0 : entries <= 256 ? 1 : 2;
}

static uint32_t width_of_range(uint64_t range) {
    return range == 0 ? 0 : range <= 0xFF ? 1 : range <= 0xFFFF ? 2 : range <= 0xFFFFFFFF ? 4 : 8;
}

/* ---- words and doubles ---- */

/* The bits of a double as a number that orders like it, and back. */
static uint64_t order_of_bits(uint64_t bits) {
    return bits >> 63 ? ~bits : bits | (uint64_t)1 << 63;
}
static uint64_t bits_of_order(uint64_t order) {
    return order >> 63 ? order & ~((uint64_t)1 << 63) : ~order;
}

/* The value of a row as an unsigned number that orders like it. */
static uint64_t ordered(const struct segment_values *v, uint32_t row) {
    if (v->kind == SEGMENT_WORDS)
        return (uint64_t)v->words[row] ^ (uint64_t)1 << 63;
    uint64_t bits;
    memcpy(&bits, &v->floats[row], sizeof bits);
    return order_of_bits(bits);
}

static uint64_t unordered(enum segment_kind kind, uint64_t order) {
    return kind == SEGMENT_WORDS ? order ^ (uint64_t)1 << 63 : bits_of_order(order);
}

static int compare_words(const void *a, const void *b) {
    uint64_t x = ((const struct segment_entry *)a)->word;
    uint64_t y = ((const struct segment_entry *)b)->word;
    return (x > y) - (x < y);
}

static uint64_t hash_of_word(struct segment_entry entry) {
    return hash_word(entry.word);
}

static struct segment_slot *word_slot(struct segment_maker *m, uint64_t word, uint64_t hash) {
    struct segment_slot *slot = &m->slots[hash & (m->nslots - 1)];
    while (slot->code && m->entries[slot->code - 1].word != word)
        slot = next_slot(m, slot);
    return slot;
}

/* Codes of the rows by first sight and the different values; more than `most`: 0. */
static uint32_t find_words(struct segment_maker *m, const struct segment_values *v, uint32_t most) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < v->n; i++) {
        if (is_missing(v, i))
            continue;
        uint64_t word = ordered(v, i), hash = hash_word(word);
        struct segment_slot *slot = word_slot(m, word, hash);
        if (!slot->code) {
            if (n == most)
                return 0;
            m->entries[n] = (struct segment_entry){.word = word, .code = n};
            make_room(m, ++n, hash_of_word);
            slot = free_slot(m, hash);
            *slot = (struct segment_slot){hash, n};
        }
        m->codes[i] = slot->code - 1;
    }
    return n;
}

static void rank_entries(struct segment_maker *m, uint32_t n,
                         int (*compare)(const void *, const void *)) {
    qsort(m->entries, n, sizeof *m->entries, compare);
    for (uint32_t rank = 0; rank < n; rank++)
        m->ranks[m->entries[rank].code] = rank;
}

static void put_word_dictionary(struct segment_maker *m, struct segment_head *h, struct buf *data,
                                const struct segment_values *v) {
    rank_entries(m, h->entries, compare_words);
    unsigned char *p = add_bytes(data, 8 * (size_t)h->entries);
    for (uint32_t i = 0; p && i < h->entries; i++)
        set64(p + 8 * (size_t)i, unordered(v->kind, m->entries[i].word));
    put_codes(m, data, v, h->width);
}

static void put_frame(const struct segment_head *h, struct buf *data,
                      const struct segment_values *v) {
    unsigned char *p = add_bytes(data, (size_t)v->n * h->width);
    uint64_t low = v->kind == SEGMENT_WORDS ? (uint64_t)h->low : 0;
    for (uint32_t i = 0; p && i < v->n; i++, p += h->width) {
        uint64_t word = low;
        if (!is_missing(v, i))
            memcpy(&word, &v->words[i], sizeof word);
        word -= low;
        if (h->width == 1)
            *p = (unsigned char)word;
        else if (h->width == 2)
            set16(p, (uint16_t)word);
        else if (h->width == 4)
            set32(p, (uint32_t)word);
        else if (h->width == 8)
            set64(p, word);
    }
}

/* How many entries a dictionary may have that is smaller than `width` bytes a value. */
static uint32_t worthwhile(uint32_t width, uint32_t rows) {
    if (width <= 1)
        return 0;
    uint32_t few = (width - 1) * rows / 8, many = width > 2 ? (width - 2) * rows / 8 : 0;
    few = few > 256 ? 256 : few;
    return many > few ? many : few;
}

static void find_range(const struct segment_values *v, uint64_t *low, uint64_t *high) {
    *low = UINT64_MAX;
    *high = 0;
    for (uint32_t i = 0; i < v->n; i++) {
        uint64_t word = is_missing(v, i) ? *low : ordered(v, i);
        if (is_missing(v, i))
            continue;
        *low = word < *low ? word : *low;
        *high = word > *high ? word : *high;
    }
}

static enum status encode_words(struct segment_maker *m, const struct segment_values *v,
                                struct segment_head *h, struct buf *data) {
    uint64_t low, high;
    find_range(v, &low, &high);
    h->low = (int64_t)unordered(v->kind, low);
    h->high = (int64_t)unordered(v->kind, high);
    uint32_t width = v->kind == SEGMENT_WORDS ? width_of_range(high - low) : 8;
    uint32_t most = worthwhile(width, v->n);
    if (most > 0 && !prepare(m))
        return ST_NO_MEMORY;
    h->entries = most > 0 ? find_words(m, v, most) : 0;
    h->form = h->entries ? SEGMENT_DICTIONARY : SEGMENT_FRAME;
    h->width = h->entries ? width_of_codes(h->entries) : width;
    if (h->entries)
        put_word_dictionary(m, h, data, v);
    else
        put_frame(h, data, v);
    return ST_OK;
}

/* ---- texts ---- */

static uint64_t hash_of_text(struct segment_entry entry) {
    return hash_key(entry.text);
}

static struct segment_slot *text_slot(struct segment_maker *m, struct str text, uint64_t hash) {
    struct segment_slot *slot = &m->slots[hash & (m->nslots - 1)];
    while (slot->code && !(slot->hash == hash && str_eq(m->entries[slot->code - 1].text, text)))
        slot = next_slot(m, slot);
    return slot;
}

/* Mostly a text that repeats lies at one address. */
struct recent {
    struct str text;
    uint32_t code;
};
enum { RECENT = 256 };

static struct recent *recent_of(struct recent *recent, struct str text) {
    uint64_t mixed = (uint64_t)(uintptr_t)text.p * 0x9e3779b97f4a7c15u;
    return &recent[mixed >> 56];
}

static uint32_t find_texts(struct segment_maker *m, const struct segment_values *v,
                           uint64_t *bytes) {
    struct recent recent[RECENT] = {{STR_NONE, 0}};
    uint32_t n = 0;
    *bytes = 0;
    for (uint32_t i = 0; i < v->n; i++) {
        if (is_missing(v, i))
            continue;
        struct str text = v->texts[i];
        struct recent *near = recent_of(recent, text);
        if (near->text.p != text.p || near->text.n != text.n || !text.p) {
            uint64_t hash = hash_key(text);
            struct segment_slot *slot = text_slot(m, text, hash);
            if (!slot->code) {
                m->entries[n] = (struct segment_entry){.text = text, .code = n};
                make_room(m, ++n, hash_of_text);
                slot = free_slot(m, hash);
                *slot = (struct segment_slot){hash, n};
                *bytes += text.n;
            }
            *near = (struct recent){text, slot->code - 1};
        }
        m->codes[i] = near->code;
    }
    return n;
}

static int compare_texts(const void *a, const void *b) {
    return str_compare(((const struct segment_entry *)a)->text,
                       ((const struct segment_entry *)b)->text);
}

static void put_text_dictionary(struct segment_maker *m, const struct segment_head *h,
                                struct buf *data) {
    uint32_t offset = 0;
    unsigned char *p = add_bytes(data, 4 * ((size_t)h->entries + 1));
    for (uint32_t i = 0; p && i < h->entries; i++) {
        offset += (uint32_t)m->entries[i].text.n;
        set32(p + 4 * ((size_t)i + 1), offset);
    }
    for (uint32_t i = 0; i < h->entries; i++)
        buf_str(data, m->entries[i].text);
}

static enum status encode_texts(struct segment_maker *m, const struct segment_values *v,
                                struct segment_head *h, struct buf *data) {
    uint64_t bytes;
    if (!prepare(m))
        return ST_NO_MEMORY;
    h->entries = find_texts(m, v, &bytes);
    if (bytes > SEGMENT_TEXT_BYTES)
        return ST_LIMIT;
    rank_entries(m, h->entries, compare_texts);
    h->form = SEGMENT_DICTIONARY;
    h->width = width_of_codes(h->entries);
    h->low_text = segment_text_front(m->entries[0].text);
    h->high_text = segment_text_front(m->entries[h->entries - 1].text);
    put_text_dictionary(m, h, data);
    put_codes(m, data, v, h->width);
    return ST_OK;
}

/* ---- the whole ---- */

static void put_head(const struct segment_head *h, unsigned char *p) {
    memset(p, 0, SEGMENT_HEAD);
    memcpy(p, "SpkS", 4);
    p[4] = 1;
    p[5] = (unsigned char)h->kind;
    p[6] = (unsigned char)h->form;
    p[7] = (unsigned char)h->width;
    set32(p + 8, h->rows);
    set32(p + 12, h->missing);
    set32(p + 16, h->entries);
    set32(p + 20, h->size);
    set64(p + 24, (uint64_t)h->low);
    set64(p + 32, (uint64_t)h->high);
    set64(p + 40, h->checksum);
    set64(p + 48, h->owner);
    set64(p + 56, checksum_bytes(p, 56, 0));
}

enum status segment_encode(struct segment_maker *m, const struct segment_values *values,
                           uint64_t owner, unsigned char head[SEGMENT_HEAD], struct buf *data) {
    struct segment_head h = {.kind = values->kind, .rows = values->n, .owner = owner};
    assert(values->n > 0 && values->n <= SEGMENT_ROWS);
    enum status status = ST_OK;
    buf_clear(data);
    h.missing = count_missing(values);
    if (h.missing > 0 && h.missing < h.rows)
        put_bitmap(data, values);
    if (h.missing < h.rows)
        status = values->kind == SEGMENT_TEXTS ? encode_texts(m, values, &h, data)
                                               : encode_words(m, values, &h, data);
    if (status != ST_OK)
        return status;
    if (data->failed)
        return ST_NO_MEMORY;
    h.size = (uint32_t)data->n;
    h.checksum = checksum_bytes(buf_view(data).p, data->n, 0);
    put_head(&h, head);
    return ST_OK;
}
