/* The aggregate `list`: all values are kept in the order of their rows, and put
 * together by group at the end. */
#include "column/items.h"
#include "exec/rows.h"
#include "exec/tally.h"

bool tally_list_add(struct tally *t, const struct column *c, const uint32_t *groups,
                    const uint32_t *rows, uint32_t n) {
    if (n > UINT32_MAX - t->nvalues || !lane_grow(t->alloc, &t->of, t->nvalues + n) ||
        !column_reserve(t->alloc, &t->best, t->nvalues + n))
        return false;
    for (uint32_t i = 0; i < n; i++) {
        ((uint32_t *)t->of.p)[t->nvalues] = groups[i];
        if (!column_append(t->alloc, &t->best, t->nvalues++, c, rows ? rows[i] : i, 1))
            return false;
    }
    return true;
}

/* Numbers of the values group by group, each group's in their order; group i of [first, first + n)
 * has at[starts[i]] up to at[starts[i + 1]]. */
static void order_by_group(const struct tally *t, uint32_t first, uint32_t n, uint32_t *starts,
                           uint32_t *at) {
    const uint32_t *of = t->of.p;
    for (uint32_t i = 0; i < t->nvalues; i++)
        if (of[i] >= first && of[i] - first < n)
            starts[of[i] - first + 1]++;
    for (uint32_t i = 0; i < n; i++)
        starts[i + 1] += starts[i];
    for (uint32_t i = 0; i < t->nvalues; i++)
        if (of[i] >= first && of[i] - first < n)
            at[starts[of[i] - first]++] = i;
    for (uint32_t i = n; i > 0; i--) /* each start has moved to the next one's place */
        starts[i] = starts[i - 1];
    starts[0] = 0;
}

static bool put_list(struct tally *t, struct buf *json, const uint32_t *at, uint32_t n,
                     struct column *out, uint32_t row) {
    buf_clear(json);
    items_start(json);
    for (uint32_t i = 0; i < n; i++) {
        struct item item = item_of_column(&t->best, at[i]);
        items_put(json, t->argument->kind, &item);
    }
    items_end(json);
    out->t[row] = json->failed ? NULL : text_pool_get(t->texts, buf_view(json));
    return out->t[row] != NULL;
}

bool tally_list_result(struct tally *t, uint32_t first, uint32_t n, struct column *out) {
    size_t size = ((size_t)n + 1 + t->nvalues) * sizeof(uint32_t);
    uint32_t *starts = mem_zero(t->alloc, size), *at = starts ? starts + n + 1 : NULL;
    struct buf json;
    if (!starts)
        return false;
    buf_init(&json, t->alloc);
    order_by_group(t, first, n, starts, at);
    bool ok = true;
    for (uint32_t i = 0; i < n && ok; i++)
        ok = put_list(t, &json, at + starts[i], starts[i + 1] - starts[i], out, i);
    buf_free(&json);
    mem_give(t->alloc, starts, size);
    return ok;
}
