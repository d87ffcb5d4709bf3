/* Sets of days as intervals: each operation goes through both sides once. */
#include "exec/interval.h"

void intervals_one(struct intervals *out, int64_t start, int64_t stop) {
    out->n = start < stop;
    if (out->n)
        out->at[0] = (struct interval){start, stop};
}

void intervals_and(struct intervals *out, const struct intervals *a, const struct intervals *b) {
    uint32_t i = 0, j = 0;
    out->n = 0;
    while (i < a->n && j < b->n) {
        struct interval x = a->at[i], y = b->at[j];
        int64_t start = x.start > y.start ? x.start : y.start;
        int64_t stop = x.stop < y.stop ? x.stop : y.stop;
        if (start < stop)
            out->at[out->n++] = (struct interval){start, stop};
        if (x.stop <= y.stop)
            i++;
        if (y.stop <= x.stop)
            j++;
    }
}

/* Adds an interval that starts no earlier than the last one. */
static void merge(struct intervals *out, struct interval x) {
    struct interval *last = out->n ? &out->at[out->n - 1] : NULL;
    if (!last || x.start > last->stop)
        out->at[out->n++] = x;
    else if (x.stop > last->stop)
        last->stop = x.stop;
}

void intervals_or(struct intervals *out, const struct intervals *a, const struct intervals *b) {
    uint32_t i = 0, j = 0;
    out->n = 0;
    while (i < a->n || j < b->n) {
        bool left = j == b->n || (i < a->n && a->at[i].start <= b->at[j].start);
        merge(out, left ? a->at[i++] : b->at[j++]);
    }
}

void intervals_not(struct intervals *out, const struct intervals *a) {
    int64_t start = BEFORE_ALL;
    out->n = 0;
    for (uint32_t i = 0; i < a->n; i++) {
        if (start < a->at[i].start)
            out->at[out->n++] = (struct interval){start, a->at[i].start};
        start = a->at[i].stop;
    }
    if (start < AFTER_ALL)
        out->at[out->n++] = (struct interval){start, AFTER_ALL};
}
