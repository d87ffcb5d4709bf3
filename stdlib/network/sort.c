/* Short runs are sorted by the C library, and merged two by two; it is asked before each run and
 * every so many merged items. */
#include "stdlib/network/sort.h"
#include <stdlib.h>

enum { RUN = 1 << 12, STEPS_TO_SORT_ONE = 12 };

struct merge_sort {
    struct stint *stint;
    char *items, *spare;
    size_t n, size;
    int (*compare)(const void *a, const void *b);
};

static enum status sort_runs(struct merge_sort *m) {
    for (size_t at = 0; at < m->n; at += RUN) {
        size_t n = m->n - at < RUN ? m->n - at : RUN;
        enum status status = stint_due(m->stint, n * STEPS_TO_SORT_ONE);
        if (status != ST_OK) {
            return status;
        }
        qsort(m->items + at * m->size, n, m->size, m->compare);
    }
    return ST_OK;
}

/* Items first..second-1 and second..end-1, both sorted, into the same places of the spare ones. */
static enum status merge_runs(struct merge_sort *m, size_t first, size_t second, size_t end) {
    const char *left = m->items + first * m->size, *right = m->items + second * m->size;
    const char *left_end = right, *right_end = m->items + end * m->size;
    char *to = m->spare + first * m->size;
    for (size_t i = first; i < end; i++, to += m->size) {
        enum status status = (i - first) % RUN ? ST_OK : stint_due(m->stint, RUN);
        if (status != ST_OK) {
            return status;
        }
        bool from_left = right == right_end || (left < left_end && m->compare(left, right) <= 0);
        memcpy(to, from_left ? left : right, m->size);
        left += from_left ? m->size : 0;
        right += from_left ? 0 : m->size;
    }
    return ST_OK;
}

static enum status merge_all(struct merge_sort *m) {
    for (size_t width = RUN; width < m->n; width *= 2) {
        for (size_t first = 0; first < m->n; first += 2 * width) {
            size_t left = m->n - first;
            size_t second = first + (left < width ? left : width);
            size_t end = first + (left < 2 * width ? left : 2 * width);
            enum status status = merge_runs(m, first, second, end);
            if (status != ST_OK) {
                return status;
            }
        }
        char *merged = m->spare;
        m->spare = m->items;
        m->items = merged;
    }
    return ST_OK;
}

enum status stint_sort(struct stint *stint, struct arena *scratch, void *items, size_t n,
                       size_t size, int (*compare)(const void *a, const void *b)) {
    struct merge_sort m = {
        .stint = stint, .items = items, .n = n, .size = size, .compare = compare};
    struct arena_mark before = arena_mark(scratch);
    if (n > RUN) {
        m.spare = aligned_take(scratch, n, size);
        if (!m.spare) {
            return ST_NO_MEMORY;
        }
    }
    enum status status = sort_runs(&m);
    if (status == ST_OK) {
        status = merge_all(&m);
    }
    if (status == ST_OK && m.items != items) {
        memcpy(items, m.items, n * size);
    }
    arena_reset(scratch, before);
    return status;
}
