/* Staged columns: rows one behind the other, each value in as few bytes as its
 * column needs so far. */
#include "store/staging.h"

enum { FIRST_ROWS = 1024 };

bool block_reserve(struct alloc *alloc, struct block *b, size_t bytes) {
    if (bytes <= b->bytes)
        return true;
    void *grown = mem_resize(alloc, b->at, b->bytes, bytes);
    if (!grown)
        return false;
    b->at = grown;
    b->bytes = bytes;
    return true;
}

void block_free(struct alloc *alloc, struct block *b) {
    mem_give(alloc, b->at, b->bytes);
}

bool staging_init(struct staging *g, struct alloc *alloc, const struct table *t) {
    memset(g, 0, sizeof *g);
    g->alloc = alloc;
    g->t = t;
    buf_init(&g->texts, alloc);
    g->columns = mem_zero(alloc, (table_width(t) + 1) * sizeof *g->columns);
    if (!g->columns)
        return false;
    for (uint32_t i = 0; i < table_width(t); i++) {
        g->columns[i].column = &t->columns[i];
        bool text = type_is_ratio(t->columns[i].type) || t->columns[i].type->kind == TY_ITEMS;
        g->columns[i].kind = text ? TY_TEXT : t->columns[i].type->kind;
        g->columns[i].field = -1;
        g->columns[i].width = 1;
    }
    return true;
}

void staging_free(struct staging *g) {
    for (uint32_t i = 0; g->columns && i < table_width(g->t); i++) {
        block_free(g->alloc, &g->columns[i].values);
        block_free(g->alloc, &g->columns[i].flags);
    }
    if (g->columns)
        mem_give(g->alloc, g->columns, (table_width(g->t) + 1) * sizeof *g->columns);
    block_free(g->alloc, &g->lines);
    block_free(g->alloc, &g->orders);
    block_free(g->alloc, &g->numbers);
    buf_free(&g->texts);
}

static bool grow_column(struct alloc *alloc, struct staged_column *c, uint32_t cap) {
    if (c->field < 0)
        return true;
    bool ok = block_reserve(alloc, &c->values, (size_t)cap * c->width);
    c->data = c->values.at;
    if (ok && c->column->type->nullable) {
        ok = block_reserve(alloc, &c->flags, cap);
        c->missing = c->flags.at;
    }
    return ok;
}

bool staging_reserve(struct staging *g, uint32_t n) {
    if (n <= g->cap)
        return true;
    if (n > UINT32_MAX / 2)
        return false;
    uint32_t cap = g->cap ? g->cap : FIRST_ROWS;
    while (cap < n)
        cap *= 2;
    bool ok = block_reserve(g->alloc, &g->lines, cap * sizeof *g->line);
    g->line = g->lines.at;
    for (uint32_t i = 0; ok && i < table_width(g->t); i++)
        ok = grow_column(g->alloc, &g->columns[i], cap);
    if (ok)
        g->cap = cap;
    return ok;
}

/* ---- words ---- */

/* From the last row to the first, so that nothing is overwritten before it is read. */
bool staging_widen(struct staging *g, struct staged_column *c, uint8_t width) {
    struct staged_column wide = *c;
    if (!block_reserve(g->alloc, &c->values, (size_t)g->cap * width))
        return false;
    c->data = c->values.at;
    wide.data = c->values.at;
    wide.width = width;
    for (uint32_t row = g->n; row-- > 0;)
        staged_put_word(&wide, row, staged_word(c, row));
    c->width = width;
    return true;
}

bool staging_put_wide(struct staging *g, struct staged_column *c, uint32_t row, int64_t word) {
    if (!staging_widen(g, c, staged_width(word)))
        return false;
    staged_put_word(c, row, word);
    return true;
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

struct str staging_text_at(const struct staging *g, uint64_t offset) {
    uint32_t n;
    memcpy(&n, g->texts.p + offset, sizeof n);
    return (struct str){g->texts.p + offset + sizeof n, n};
}

bool staging_put_text(struct staging *g, struct str s, uint64_t *offset) {
    uint64_t *known = &g->cache[hash_bytes(s) % TEXT_CACHE];
    if (*known && str_eq(staging_text_at(g, *known - 1), s)) {
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

bool staging_word_of(struct staging *g, uint32_t column, const struct cell *cell, int64_t *word) {
    uint64_t offset = 0;
    *word = cell->i; /* a double has the same place */
    if (g->columns[column].kind != TY_TEXT)
        return true;
    if (!cell->missing && !staging_put_text(g, cell->text, &offset))
        return false;
    *word = (int64_t)offset;
    return true;
}

size_t staging_bytes(const struct staging *g) {
    size_t each = sizeof *g->line + sizeof *g->order + 2 * sizeof(uint64_t);
    for (uint32_t i = 0; i < table_width(g->t); i++)
        if (g->columns[i].data)
            each += g->columns[i].width + (size_t)(g->columns[i].missing != NULL);
    return g->texts.n + g->n * each;
}

static void give_up(struct staging *g, struct block *b) {
    block_free(g->alloc, b);
    *b = (struct block){NULL, 0};
}

void staging_clear(struct staging *g) {
    for (uint32_t i = 0; i < table_width(g->t); i++) {
        struct staged_column *c = &g->columns[i];
        give_up(g, &c->values);
        give_up(g, &c->flags);
        c->data = NULL;
        c->missing = NULL;
        c->width = 1;
    }
    give_up(g, &g->lines);
    give_up(g, &g->orders);
    buf_free(&g->texts);
    buf_init(&g->texts, g->alloc);
    memset(g->cache, 0, sizeof g->cache);
    g->line = g->order = NULL;
    g->n = g->cap = g->norder = 0;
}

void staging_empty(struct staging *g) {
    for (uint32_t i = 0; i < table_width(g->t); i++)
        g->columns[i].width = 1;
    buf_clear(&g->texts);
    memset(g->cache, 0, sizeof g->cache);
    g->n = 0;
}

void staging_move(struct staging *g, uint32_t from, uint32_t to) {
    for (uint32_t i = 0; i < table_width(g->t); i++) {
        struct staged_column *c = &g->columns[i];
        if (c->data)
            staged_put_word(c, to, staged_word(c, from));
        if (c->missing)
            c->missing[to] = c->missing[from];
    }
    g->line[to] = g->line[from];
}

struct str staged_text(const struct staging *g, const struct staged_column *c, uint32_t row) {
    return staging_text_at(g, (uint64_t)staged_word(c, row));
}

struct str staged_key(const struct staging *g, const struct staged_column *c, uint32_t row,
                      int64_t *word) {
    if (c->kind == TY_TEXT)
        return staged_text(g, c, row);
    *word = staged_word(c, row);
    return keymap_word(word);
}
