/* Cells by storage: missing is a state, a zero denominator or a NULL text. */
#include "stdlib/rows.h"
#include <math.h>

bool put_missing(struct frame *f, uint32_t column, uint32_t row) {
    struct column *c = &f->columns[column];
    enum storage storage = type_storage(c->type);
    if (storage == STORE_TEXT) {
        c->t[row] = NULL;
        return true;
    }
    if (storage == STORE_PAIR) {
        c->d[row] = 0;
        return true;
    }
    if (!column_states(f->alloc, c)) {
        return false;
    }
    c->state[row] = MISSING;
    return true;
}

bool put_int(struct frame *f, uint32_t column, uint32_t row, int64_t x) {
    f->columns[column].i[row] = x;
    return true;
}

bool put_float(struct frame *f, uint32_t column, uint32_t row, double x) {
    if (isnan(x)) {
        return put_missing(f, column, row);
    }
    f->columns[column].f[row] = x;
    return true;
}

bool put_ratio(struct frame *f, uint32_t column, uint32_t row, int64_t n, int64_t d) {
    f->columns[column].i[row] = n;
    f->columns[column].d[row] = d;
    return true;
}

bool put_text(struct frame *f, uint32_t column, uint32_t row, struct str s) {
    if (s.n == 0) {
        return put_missing(f, column, row);
    }
    const struct text *t = frame_text(f, s);
    f->columns[column].t[row] = t;
    return t != NULL;
}
