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
    uint32_t *line;                /* of each row */
    struct buf texts;              /* length (4 bytes), then the bytes */
    uint64_t cache[TEXT_CACHE];    /* offset + 1 by hash */
    uint32_t *order;               /* rows to store, in key order */
    uint32_t norder;
    int64_t *ids;                        /* row numbers for an entity table, by row */
    struct block lines, orders, numbers; /* what line, order and ids point at */
};

bool block_reserve(struct alloc *alloc, struct block *b, size_t bytes);
void block_free(struct alloc *alloc, struct block *b);

bool staging_init(struct staging *g, struct alloc *alloc, const struct table *t);
void staging_free(struct staging *g);
/* Makes `ids`, zeroed, when the rows are all there. */
bool staging_number(struct staging *g);
/* Room for one more row; its values are set by number g->n, which the caller
 * raises when the row is good. false: no memory or more than 2^32 rows. */
bool staging_room(struct staging *g);
bool staging_put(struct staging *g, struct staged_column *c, uint32_t row, int64_t word);
static inline bool staging_set(struct staging *g, uint32_t column, int64_t word, bool missing) {
    struct staged_column *c = &g->columns[column];
    if (c->missing)
        c->missing[g->n] = missing;
    return staging_put(g, c, g->n, word);
}
/* What stands for the cell's value in the column: itself, its bits, or the place of its text. */
bool staging_word_of(struct staging *g, uint32_t column, const struct cell *cell, int64_t *word);
static inline int64_t staged_word(const struct staged_column *c, uint32_t row) {
    return c->width == 1   ? c->i8[row]
           : c->width == 2 ? c->i16[row]
           : c->width == 4 ? c->i32[row]
                           : c->i[row];
}
static inline double staged_float(const struct staged_column *c, uint32_t row) {
    int64_t word = staged_word(c, row);
    double x;
    memcpy(&x, &word, sizeof x);
    return x;
}
/* Bytes that the rows take, sorting them included. */
size_t staging_bytes(const struct staging *g);
/* Forgets all rows and texts, and gives their memory back. */
void staging_clear(struct staging *g);
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
