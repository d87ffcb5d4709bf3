/* The good rows of an import before they are stored: typed columns, sorted by
 * key without moving them, duplicates found.
 *
 * A value is a word, a double, or an offset into one buffer of texts, in which
 * repeated values are mostly kept once. The import owns the staging. */
#ifndef SPOKE_STORE_STAGING_H
#define SPOKE_STORE_STAGING_H

#include "store/convert.h"
#include "store/keymap.h"

struct block { /* memory that knows its size */
    void *at;
    size_t bytes;
};

struct staged_column {
    const struct table_column *column;
    enum type_kind kind; /* how the values lie: TY_TEXT (also ratios), TY_FLOAT, else words */
    int field;           /* number of the file's field; -1: not in the file */
    uint8_t width;       /* bytes a value: 1, 2, 4 or 8, as many as the widest word so far needs */
    union {              /* words, the bits of doubles, offsets in `texts` */
        int8_t *i8;
        int16_t *i16;
        int32_t *i32;
        int64_t *i;
        void *data;
    };
    uint8_t *missing;           /* of nullable columns, else NULL */
    struct block values, flags; /* what `data` and `missing` point at */
};

enum { TEXT_CACHE = 4096 };

struct staging {
    struct alloc *alloc;
    const struct table *t;
    struct staged_column *columns; /* by column of the table */
    uint32_t n, cap;               /* rows */
    uint32_t threads;              /* that may sort them; 0 counts as 1 */
    uint32_t *line;                /* of each row */
    struct buf texts;              /* length (4 bytes), then the bytes */
    uint64_t cache[TEXT_CACHE];    /* offset + 1 by hash */
    uint32_t *order;               /* rows to store, in key order */
    uint32_t norder;
    int64_t *ids;                        /* row numbers for an entity table, by row */
    struct block lines, orders, numbers; /* what line, order and ids point at */
};

/* Where the texts of one staging lie in another one. */
struct staged_texts {
    struct alloc *alloc;
    uint64_t *places; /* by a quarter of the offset: texts have a length of 4 bytes in front */
    size_t n;
};

bool block_reserve(struct alloc *alloc, struct block *b, size_t bytes);
void block_free(struct alloc *alloc, struct block *b);

bool staging_init(struct staging *g, struct alloc *alloc, const struct table *t);
void staging_free(struct staging *g);
/* Makes `ids`, zeroed, when the rows are all there. */
bool staging_number(struct staging *g);
/* Room for n rows. false: no memory or more than 2^31 rows. */
bool staging_reserve(struct staging *g, uint32_t n);
/* Room for one more row; its values are set by number g->n, which the caller raises when the row is
 * good. */
static inline bool staging_room(struct staging *g) {
    return LIKELY(g->n < g->cap) || staging_reserve(g, g->n + 1);
}
static inline uint8_t staged_width(int64_t word) {
    return word == (int8_t)word ? 1 : word == (int16_t)word ? 2 : word == (int32_t)word ? 4 : 8;
}
static inline void staged_put_word(struct staged_column *c, uint32_t row, int64_t word) {
    switch (c->width) {
    case 1:
        c->i8[row] = (int8_t)word;
        break;
    case 2:
        c->i16[row] = (int16_t)word;
        break;
    case 4:
        c->i32[row] = (int32_t)word;
        break;
    default:
        c->i[row] = word;
    }
}
/* Makes room in a column for words of so many bytes. false: no memory. */
bool staging_widen(struct staging *g, struct staged_column *c, uint8_t width);
bool staging_put_wide(struct staging *g, struct staged_column *c, uint32_t row, int64_t word);
static inline bool staging_put(struct staging *g, struct staged_column *c, uint32_t row,
                               int64_t word) {
    if (UNLIKELY(staged_width(word) > c->width))
        return staging_put_wide(g, c, row, word);
    staged_put_word(c, row, word);
    return true;
}
static inline bool staging_set(struct staging *g, uint32_t column, int64_t word, bool missing) {
    struct staged_column *c = &g->columns[column];
    if (c->missing)
        c->missing[g->n] = missing;
    return staging_put(g, c, g->n, word);
}
/* A text among those of the staging, and its place there. false: no memory. */
bool staging_put_text(struct staging *g, struct str s, uint64_t *offset);
struct str staging_text_at(const struct staging *g, uint64_t offset);
/* What stands for the cell's value in the column: itself, its bits, or the place of its text. */
bool staging_word_of(struct staging *g, uint32_t column, const struct cell *cell, int64_t *word);
static inline int64_t staged_word(const struct staged_column *c, uint32_t row) {
    return c->width == 1   ? c->i8[row]
           : c->width == 2 ? c->i16[row]
           : c->width == 4 ? c->i32[row]
                           : c->i[row];
}
/* The words of rows [from, from + n): faster than one by one, best STAGED_AT_ONCE at a time. */
enum { STAGED_AT_ONCE = 1024 };
void staged_words(const struct staged_column *c, uint32_t from, uint32_t n, int64_t *out);
static inline double staged_float(const struct staged_column *c, uint32_t row) {
    int64_t word = staged_word(c, row);
    double x;
    memcpy(&x, &word, sizeof x);
    return x;
}
/* Bytes that the rows take, sorting them included. */
size_t staging_bytes(const struct staging *g);
/* Forgets all rows and texts, and gives their memory back or keeps it for the next ones. */
void staging_clear(struct staging *g);
void staging_empty(struct staging *g);
/* Adds rows [from, from + n) of a staging of the same table, whose texts have their places here in
 * `texts` (staging_append_texts), and whose lines begin at `line`. false: no memory. */
bool staging_append(struct staging *g, const struct staging *more, uint32_t from, uint32_t n,
                    const struct staged_texts *texts, uint32_t line);
/* Adds the texts that the rows of another staging mean. staged_texts_free is due. */
bool staging_append_texts(struct staging *g, const struct staging *more,
                          struct staged_texts *texts);
void staged_texts_free(struct staged_texts *texts);
/* Row `from` takes the place of row `to`. */
void staging_move(struct staging *g, uint32_t from, uint32_t to);
struct str staged_text(const struct staging *g, const struct staged_column *c, uint32_t row);
static inline bool staged_missing(const struct staged_column *c, uint32_t row) {
    return c->missing && c->missing[row];
}
/* The value as the bytes of a key map; `word` is room for it. */
struct str staged_key(const struct staging *g, const struct staged_column *c, uint32_t row,
                      int64_t *word);
/* Sorts by key into `order`; of rows with equal keys the first in the file
 * stays and `repeated` is told of each other one. Without `repeated` all stay. */
typedef enum status (*repeated_fn)(void *user, uint32_t row, uint32_t first);
enum status staging_sort(struct staging *g, repeated_fn repeated, void *user);

#endif
