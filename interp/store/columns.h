/* Tables stored by columns: making them, writing them, bringing them up to date.
 *
 * Such a table has its segments in "spoke$x$segments" (store/segments.h) and a
 * virtual table "spoke$x" in the place of the rows, so that views and all other
 * SQL read it as they read rows. */
#ifndef SPOKE_STORE_COLUMNS_H
#define SPOKE_STORE_COLUMNS_H

#include "store/import.h"
#include "store/segments.h"

/* From so many rows on a first import stores a table by columns that does not say how it wants
 * to be stored. */
enum { COLUMNS_FROM_ROWS = 100000 };

/* Whether the table is stored by columns now. */
enum status columns_stored(struct store *s, struct span span, struct str table, bool *stored);
/* Lets SQLite connect to all virtual tables: they read the store while it does. */
enum status columns_connect(struct store *s, struct span span);
/* SQL that makes the table, with no rows yet, or only its virtual table. */
void columns_put_new(struct buf *sql, const struct table *t);
void columns_put_shown(struct buf *sql, struct str table);
/* An existing table of rows becomes one of columns, or the other way round. */
enum status columns_from_rows(struct store *s, const struct table *t);
enum status columns_to_rows(struct store *s, struct span span, struct str table);
/* What a code of reading segments means; ST_OK for SQLITE_OK. */
enum status columns_status(struct store *s, struct span span, const struct segments *g, int code);
/* As columns_status, opening and listing. segments_close is due in every case. */
enum status columns_open(struct store *s, struct span span, struct str table, struct segments *g);

/* ---- writing ---- */

/* Arrays for the values of one segment, and what packs them. The caller fills the arrays. */
struct columns_packer {
    struct alloc *alloc;
    struct segment_maker maker;
    union {
        int64_t *words;
        double *floats;
    };
    struct str *texts;
    uint8_t *missing;
};
/* columns_packer_close is due in every case. */
bool columns_packer_open(struct columns_packer *p, struct alloc *alloc);
void columns_packer_close(struct columns_packer *p);
/* Packs the first n values. ST_LIMIT: the texts are too long to be stored by columns. */
enum status columns_packer_pack(struct columns_packer *p, struct str column, enum segment_kind kind,
                                uint32_t n, unsigned char head[SEGMENT_HEAD], struct buf *data);
/* Fills the arrays with a column's values of n staged rows, from place `from` in their order. */
void columns_gather(struct columns_packer *p, const struct staging *g, uint32_t column,
                    uint32_t from, uint32_t n);

/* Stores segments. */
struct columns_writer {
    struct store *s;
    struct span span;
    struct str table;
    struct columns_packer packer;
    struct buf data;
    sqlite3_stmt *insert;
};
/* columns_writer_close is due in every case. */
enum status columns_writer_open(struct columns_writer *w, struct store *s, struct span span,
                                struct str table);
void columns_writer_close(struct columns_writer *w);
/* Stores the first n values of the packer's arrays as the segment of a column in the run at
 * `place`, or one that is packed already. */
enum status columns_put(struct columns_writer *w, int64_t place, struct str column,
                        enum segment_kind kind, uint32_t n);
enum status columns_put_packed(struct columns_writer *w, int64_t place, struct str column,
                               const unsigned char head[SEGMENT_HEAD], struct str data);
/* Tells that a column's texts are too long to be stored by columns. */
enum status columns_fail_long(struct store *s, struct span span, struct str table,
                              struct str column);
/* The rows of one run, put in one after the other and written column by column. */
struct columns_gathered {
    struct columns_writer *w;
    const struct table *t;
    int64_t *values; /* column by column, SEGMENT_ROWS each; the bits of doubles */
    struct str *strings;
    uint8_t *missing;
    uint32_t n;
    uint64_t runs;      /* written */
    struct arena texts; /* for `strings`; the caller's, who may keep them elsewhere */
};
/* columns_gathered_close is due in every case. */
enum status columns_gathered_open(struct columns_gathered *r, struct columns_writer *w,
                                  const struct table *t);
void columns_gathered_close(struct columns_gathered *r);
/* Fills the arrays of a packer with a column's values of rows [from, from + n). */
void columns_gathered_copy(const struct columns_gathered *r, struct columns_packer *p,
                           uint32_t column, uint32_t from, uint32_t n);
/* Writes the n rows, if there are any, as the next run. */
enum status columns_gathered_put(struct columns_gathered *r);
void columns_gathered_forget(struct columns_gathered *r); /* the texts */
/* Runs lie so far apart that others fit between them. */
static inline int64_t columns_place(uint64_t run) {
    return (int64_t)(run + 1) << 32;
}
enum segment_kind columns_kind(const struct table_column *c);

/* ---- imports ---- */

/* Stores the staged rows in an empty table. */
enum status columns_fill(struct import *m);
/* Refuses the staged rows whose key is stored already. */
enum status columns_reject_stored(struct import *m);
/* Stores the staged rows among those stored: new keys are added, others take the values. Only runs
 * in which something changes are written again. */
enum status columns_merge(struct import *m);
enum status columns_clear(struct import *m);
/* Whether stored columns that the import sets are its own to set. */
bool import_sets(const struct import *m, uint32_t column);

#endif
