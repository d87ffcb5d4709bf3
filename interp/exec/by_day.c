/* Counting by key, then sorting the rows of those keys that are not in order, which are few: rows
 * mostly come in the order of key and day. */
#include "exec/by_day.h"
#include "exec/order.h"

void by_day_free(struct by_day *b) {
    if (!b->alloc)
        return;
    mem_give(b->alloc, b->order, b->room * sizeof *b->order);
    mem_give(b->alloc, b->first, ((size_t)b->nkeys + 2) * sizeof *b->first);
    *b = (struct by_day){.alloc = NULL};
}

static void list_rows(struct by_day *b, const uint32_t *numbers, uint32_t n) {
    uint32_t *first = b->first; /* counted one place ahead, so that placing moves them back */
    for (uint32_t i = 0; i < n; i++)
        if (numbers[i] != NO_CODE)
            first[numbers[i] + 2]++;
    for (uint32_t k = 1; k <= b->nkeys; k++)
        first[k + 1] += first[k];
    for (uint32_t i = 0; i < n; i++)
        if (numbers[i] != NO_CODE)
            b->order[first[numbers[i] + 1]++] = i;
    b->n = first[b->nkeys];
}

static bool in_order(const uint32_t *rows, uint32_t n, const int64_t *days) {
    for (uint32_t i = 1; i < n; i++)
        if (days[rows[i - 1]] > days[rows[i]])
            return false;
    return true;
}

static bool sort_rows(struct alloc *alloc, uint32_t *rows, uint32_t n, const int64_t *days) {
    struct order_entry *at = mem_take(alloc, 2 * (size_t)n * sizeof *at);
    if (!at)
        return false;
    for (uint32_t i = 0; i < n; i++)
        at[i] = (struct order_entry){order_of_int(days[rows[i]]), rows[i]};
    order_words(at, at + n, n);
    for (uint32_t i = 0; i < n; i++)
        rows[i] = at[i].row;
    mem_give(alloc, at, 2 * (size_t)n * sizeof *at);
    return true;
}

enum status by_day_make(struct by_day *b, struct alloc *alloc, const uint32_t *numbers,
                        const int64_t *days, uint32_t n, uint32_t nkeys) {
    *b = (struct by_day){.alloc = alloc, .nkeys = nkeys, .room = (size_t)n + 1};
    b->order = mem_take(alloc, b->room * sizeof *b->order);
    b->first = mem_zero(alloc, ((size_t)nkeys + 2) * sizeof *b->first);
    if (!b->order || !b->first)
        return ST_NO_MEMORY;
    list_rows(b, numbers, n);
    for (uint32_t k = 0; k < nkeys; k++) {
        uint32_t *rows = b->order + b->first[k], count = b->first[k + 1] - b->first[k];
        if (!in_order(rows, count, days) && !sort_rows(alloc, rows, count, days))
            return ST_NO_MEMORY;
    }
    return ST_OK;
}
