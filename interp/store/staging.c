/* Staged columns and their order.
 *
 * Keys are packed, as far as they fit, into one 64-bit prefix per row that
 * sorts like the key (a radix sort, stable); rows whose prefixes are equal are
 * compared in full only when the prefix does not hold the whole key. */
#include "store/staging.h"

enum { FIRST_ROWS = 1024 };

static bool block_reserve(struct alloc *alloc, struct block *b, size_t bytes) {
    if (bytes <= b->bytes)
        return true;
    void *grown = mem_resize(alloc, b->at, b->bytes, bytes);
    if (!grown)
        return false;
    b->at = grown;
    b->bytes = bytes;
    return true;
}

static void block_free(struct alloc *alloc, struct block *b) {
    mem_give(alloc, b->at, b->bytes);
}

bool staging_init(struct staging *g, struct alloc *alloc, const struct table *t) {
    memset(g, 0, sizeof *g);
    g->alloc = alloc;
    g->t = t;
    buf_init(&g->texts, alloc);
    g->columns = mem_zero(alloc, (t->n + 1) * sizeof *g->columns);
    if (!g->columns)
        return false;
    for (uint32_t i = 0; i < t->n; i++) {
        g->columns[i].column = &t->columns[i];
        bool pair = type_is_ratio(t->columns[i].type);
        g->columns[i].kind = pair ? TY_TEXT : t->columns[i].type->kind;
        g->columns[i].field = -1;
    }
    return true;
}

void staging_free(struct staging *g) {
    for (uint32_t i = 0; g->columns && i < g->t->n; i++) {
        block_free(g->alloc, &g->columns[i].values);
        block_free(g->alloc, &g->columns[i].flags);
    }
    if (g->columns)
        mem_give(g->alloc, g->columns, (g->t->n + 1) * sizeof *g->columns);
    block_free(g->alloc, &g->lines);
    block_free(g->alloc, &g->orders);
    block_free(g->alloc, &g->numbers);
    buf_free(&g->texts);
}

static bool grow_column(struct alloc *alloc, struct staged_column *c, uint32_t cap) {
    if (c->field < 0)
        return true;
    bool ok = block_reserve(alloc, &c->values, cap * sizeof(int64_t));
    c->data = c->values.at;
    if (ok && c->column->type->nullable) {
        ok = block_reserve(alloc, &c->flags, cap);
        c->missing = c->flags.at;
    }
    return ok;
}

bool staging_room(struct staging *g) {
    if (g->n < g->cap)
        return true;
    if (g->cap > UINT32_MAX / 2)
        return false;
    uint32_t cap = g->cap ? g->cap * 2 : FIRST_ROWS;
    bool ok = block_reserve(g->alloc, &g->lines, cap * sizeof *g->line);
    g->line = g->lines.at;
    for (uint32_t i = 0; ok && i < g->t->n; i++)
        ok = grow_column(g->alloc, &g->columns[i], cap);
    if (ok)
        g->cap = cap;
    return ok;
}

bool staging_number(struct staging *g) {
    size_t bytes = ((size_t)g->n + 1) * sizeof *g->ids;
    bool ok = block_reserve(g->alloc, &g->numbers, bytes);
    g->ids = g->numbers.at;
    if (ok)
        memset(g->ids, 0, bytes);
    return ok;
}

/* ---- values ---- */

static struct str text_at(const struct staging *g, uint64_t offset) {
    uint32_t n;
    memcpy(&n, g->texts.p + offset, sizeof n);
    return (struct str){g->texts.p + offset + sizeof n, n};
}

static bool put_text(struct staging *g, struct str s, uint64_t *offset) {
    uint64_t *known = &g->cache[hash_bytes(s) % TEXT_CACHE];
    if (*known && str_eq(text_at(g, *known - 1), s)) {
        *offset = *known - 1;
        return true;
    }
    uint32_t n = (uint32_t)s.n; /* fields are short, see CSV_FIELD_LIMIT */
    *offset = g->texts.n;
    buf_put(&g->texts, &n, sizeof n);
    buf_put(&g->texts, s.p, s.n);
    *known = *offset + 1;
    return !g->texts.failed;
}

bool staging_set(struct staging *g, uint32_t column, const struct cell *cell) {
    struct staged_column *c = &g->columns[column];
    if (c->missing)
        c->missing[g->n] = cell->missing;
    if (c->kind != TY_TEXT)
        c->i[g->n] = cell->i; /* a double has the same place */
    else if (cell->missing)
        c->text[g->n] = 0;
    else
        return put_text(g, cell->text, &c->text[g->n]);
    return true;
}

struct str staged_text(const struct staging *g, const struct staged_column *c, uint32_t row) {
    return text_at(g, c->text[row]);
}

struct str staged_key(const struct staging *g, const struct staged_column *c, uint32_t row,
                      int64_t *word) {
    if (c->kind == TY_TEXT)
        return staged_text(g, c, row);
    *word = c->i[row];
    return keymap_word(word);
}

/* ---- order ---- */

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
static uint64_t ordered(const struct staged_column *c, uint32_t row) {
    uint64_t bits;
    memcpy(&bits, &c->i[row], sizeof bits);
    if (c->kind == TY_FLOAT && bits >> 63)
        return ~bits;
    return bits ^ (uint64_t)1 << 63;
}

static unsigned bits_of(uint64_t x) {
    unsigned bits = 0;
    for (; x; x >>= 1)
        bits++;
    return bits;
}

static void measure_words(const struct staging *g, struct packing *p) {
    uint64_t low = UINT64_MAX, high = 0;
    for (uint32_t row = 0; row < g->n; row++) {
        uint64_t word = ordered(p->column, row);
        low = word < low ? word : low;
        high = word > high ? word : high;
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

static void plan_packing(struct sorting *s) {
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
                return;
            }
        }
        room -= p->bits;
        s->npacked = k + 1;
    }
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

static bool same_key(const struct sorting *s, const struct ranked *a, const struct ranked *b) {
    return a->prefix == b->prefix && (s->exact || compare_keys(s, a->row, b->row) == 0);
}

static enum status take_order(struct staging *g, struct sorting *s, repeated_fn repeated,
                              void *user) {
    const struct ranked *first = NULL;
    g->norder = 0;
    for (uint32_t i = 0; i < g->n; i++) {
        const struct ranked *r = &s->rows[i];
        if (first && s->nkeys && same_key(s, first, r)) {
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

enum status staging_sort(struct staging *g, repeated_fn repeated, void *user) {
    size_t n = (size_t)g->n + 1;
    struct sorting s = {.g = g, .nkeys = g->t->nkeys};
    for (uint32_t k = 0; k < s.nkeys; k++)
        s.keys[k].column = &g->columns[g->t->keys[k]];
    struct ranked *rows = mem_take(g->alloc, n * sizeof *rows);
    struct ranked *spare = mem_take(g->alloc, n * sizeof *spare);
    bool ok = rows && spare && block_reserve(g->alloc, &g->orders, n * sizeof *g->order);
    enum status status = ST_NO_MEMORY;
    g->order = g->orders.at;
    if (ok) {
        s.rows = rows;
        s.spare = spare;
        plan_packing(&s);
        if (g->n)
            sort_rows(&s);
        status = take_order(g, &s, repeated, user);
    }
    mem_give(g->alloc, rows, n * sizeof *rows);
    mem_give(g->alloc, spare, n * sizeof *spare);
    return status;
}
