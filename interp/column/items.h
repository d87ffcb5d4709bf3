/* Lists as columns hold them: JSON without blanks, so that stores, other
 * programs and results have the same text. Dates are ISO texts, missing
 * elements null. What is no such JSON reads as a list that ends there. */
#ifndef SPOKE_ITEMS_H
#define SPOKE_ITEMS_H

#include "column/column.h"

struct item {
    bool missing;
    union {
        int64_t i;
        double f;
    };
    struct str text; /* until the next item */
};

/* ---- writing: items_start, items_put ..., items_end ---- */
static inline void items_start(struct buf *out) {
    buf_char(out, '[');
}
void items_put(struct buf *out, enum type_kind kind, const struct item *item);
static inline void items_end(struct buf *out) {
    buf_char(out, ']');
}
/* The row of a column of elements. */
struct item item_of_column(const struct column *c, uint32_t row);

/* ---- reading ---- */
struct items {
    const char *p, *end;
    enum type_kind kind; /* of the elements */
    struct buf text;     /* of the text at hand */
};
void items_open(struct items *s, struct alloc *alloc, struct str json, enum type_kind kind);
/* False: there is none left, or no memory (then s->text.failed). */
bool items_next(struct items *s, struct item *item);
void items_close(struct items *s);

/* With a blank behind each comma, for people. */
void items_show(struct buf *out, struct str json);

#endif
