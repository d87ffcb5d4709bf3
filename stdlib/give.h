/* Short endings for natives: the result and the status in one. */
#ifndef SPOKE_STDLIB_GIVE_H
#define SPOKE_STDLIB_GIVE_H

#include "api/native.h"
#include <math.h>

/* A native's result is missing until it gives one. */
static inline int give_missing(struct native_call *c) {
    native_give_missing(c);
    return SPOKE_OK;
}

static inline int give_int(struct native_call *c, int64_t x) {
    native_give_int(c, x);
    return SPOKE_OK;
}

/* Missing for what is not a finite number. */
static inline int give_float(struct native_call *c, double x) {
    if (isfinite(x)) {
        native_give_float(c, x);
    }
    return SPOKE_OK;
}

static inline int give_value(struct native_call *c, struct value v) {
    native_give_value(c, &v);
    return SPOKE_OK;
}

/* Frees the buffer. */
static inline int give_buffer(struct native_call *c, struct buf *b) {
    int status = b->failed ? SPOKE_NO_MEMORY : native_give_text(c, buf_view(b));
    buf_free(b);
    return status;
}

#endif
