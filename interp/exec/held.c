/* Rows that hold for a time, cut into pieces: the days of each key between one beginning or end and
 * the next. A row is given once for each piece in which it holds.
 *
 * All rows of the input are collected. Keys are worked off one after the other: while none of its
 * rows overlap, as nearly always, each row is a piece of its own; else its days are swept, with
 * those rows at hand that hold. The pieces of one key are there at a time. */
#include "exec/by_day.h"
#include "exec/segment.h"
#include <stdlib.h>

struct piece {
    uint32_t row, holding; /* rows that hold in it */
    int64_t start, stop;
};

struct held {
    struct rows rows;
    struct keying keying;
    struct by_day list;
    bool collected;
    uint32_t key; /* to be cut next */
    struct lane pieces;
    uint32_t npieces, next;
    struct lane days, holding; /* of the key being cut */
    uint32_t *index;           /* rows of a batch */
};

#define STILL INT64_MAX

static int64_t stop_of(const struct segment *s, const struct held *h, uint32_t row) {
    const struct column *until = &h->rows.columns[s->plan->nkeys + 1];
    if (column_state(until, row) != PRESENT)
        return STILL;
    return until->i[row] + (s->plan->table->spans.included ? 1 : 0);
}

static int64_t since_of(const struct segment *s, const struct held *h, uint32_t row) {
    return h->rows.columns[s->plan->nkeys].i[row];
}

static bool add_piece(struct segment *s, struct held *h, struct piece piece) {
    h->pieces.size = sizeof piece;
    if (!lane_grow(s->run->alloc, &h->pieces, h->npieces + 1))
        return false;
    ((struct piece *)h->pieces.p)[h->npieces++] = piece;
    return true;
}

/* ---- rows that follow each other ---- */

static bool overlap(const struct segment *s, const struct held *h, const uint32_t *rows,
                    uint32_t n) {
    for (uint32_t i = 1; i < n; i++)
        if (stop_of(s, h, rows[i - 1]) > since_of(s, h, rows[i]))
            return true;
    return false;
}

static bool cut_apart(struct segment *s, struct held *h, const uint32_t *rows, uint32_t n) {
    bool ok = true;
    for (uint32_t i = 0; i < n && ok; i++) {
        struct piece p = {rows[i], 1, since_of(s, h, rows[i]), stop_of(s, h, rows[i])};
        if (p.start < p.stop)
            ok = add_piece(s, h, p);
    }
    return ok;
}

/* ---- rows that overlap ---- */

static int compare_days(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The days on which something changes, each once; 0: no memory. */
static uint32_t days_of_change(struct segment *s, struct held *h, const uint32_t *rows,
                               uint32_t n) {
    h->days.size = sizeof(int64_t);
    if (!lane_grow(s->run->alloc, &h->days, 2 * n))
        return 0;
    int64_t *days = h->days.p;
    uint32_t all = 0, different = 0;
    for (uint32_t i = 0; i < n; i++) {
        days[all++] = since_of(s, h, rows[i]);
        if (stop_of(s, h, rows[i]) != STILL)
            days[all++] = stop_of(s, h, rows[i]);
    }
    qsort(days, all, sizeof *days, compare_days);
    for (uint32_t i = 0; i < all; i++)
        if (i == 0 || days[i] != days[i - 1])
            days[different++] = days[i];
    return different;
}

/* Of those holding, which are in the order of their beginnings: the first of those that began last.
 */
static uint32_t latest(const struct segment *s, const struct held *h, const uint32_t *holding,
                       uint32_t n) {
    uint32_t at = n - 1;
    while (at > 0 && since_of(s, h, holding[at - 1]) == since_of(s, h, holding[n - 1]))
        at--;
    return holding[at];
}

static bool add_pieces(struct segment *s, struct held *h, uint32_t n, int64_t start, int64_t stop) {
    const uint32_t *holding = h->holding.p;
    if (n && s->plan->latest)
        return add_piece(s, h, (struct piece){latest(s, h, holding, n), n, start, stop});
    bool ok = true;
    for (uint32_t i = 0; i < n && ok; i++)
        ok = add_piece(s, h, (struct piece){holding[i], n, start, stop});
    return ok;
}

static bool sweep(struct segment *s, struct held *h, const uint32_t *rows, uint32_t n) {
    h->holding.size = sizeof *rows;
    uint32_t ndays = days_of_change(s, h, rows, n), next = 0, count = 0;
    bool ok = ndays > 0 && lane_grow(s->run->alloc, &h->holding, n);
    const int64_t *days = h->days.p;
    uint32_t *holding = h->holding.p;
    for (uint32_t d = 0; d < ndays && ok; d++) {
        uint32_t kept = 0;
        for (uint32_t i = 0; i < count; i++)
            if (stop_of(s, h, holding[i]) > days[d])
                holding[kept++] = holding[i];
        for (; next < n && since_of(s, h, rows[next]) == days[d]; next++)
            if (stop_of(s, h, rows[next]) > days[d])
                holding[kept++] = rows[next];
        count = kept;
        ok = add_pieces(s, h, count, days[d], d + 1 < ndays ? days[d + 1] : STILL);
    }
    return ok;
}

/* ---- all keys ---- */

static bool cut_next(struct segment *s, struct held *h) {
    const uint32_t *rows = h->list.order + h->list.first[h->key];
    uint32_t n = h->list.first[h->key + 1] - h->list.first[h->key];
    h->key++;
    return overlap(s, h, rows, n) ? sweep(s, h, rows, n) : cut_apart(s, h, rows, n);
}

static enum status number_rows(struct segment *s, struct held *h, uint32_t *numbers) {
    uint32_t nkeys = s->plan->nkeys;
    struct arena *arena = &s->run->arena;
    const struct type **types = ARENA_ARRAY(arena, const struct type *, nkeys);
    const struct column **keys = ARENA_ARRAY(arena, const struct column *, nkeys);
    struct column *views = ARENA_ARRAY(arena, struct column, nkeys);
    if (!types || !keys || !views)
        return ST_NO_MEMORY;
    for (uint32_t i = 0; i < nkeys; i++) {
        types[i] = h->rows.columns[i].type;
        keys[i] = &views[i];
    }
    bool ok = keying_init(&h->keying, s->run->alloc, types, nkeys, false);
    for (uint32_t from = 0; from < h->rows.n && ok; from += BATCH_ROWS) {
        uint32_t n = h->rows.n - from < BATCH_ROWS ? h->rows.n - from : BATCH_ROWS;
        for (uint32_t i = 0; i < nkeys; i++)
            views[i] = column_view(&h->rows.columns[i], from);
        ok = keying_map(&h->keying, keys, n, true, numbers + from);
    }
    return no_memory_unless(ok);
}

static enum status collect_rows(struct segment *s, struct held *h) {
    struct alloc *a = s->run->alloc;
    enum status status = collect(s->run, s->input, &h->rows);
    if (status != ST_OK || h->rows.n == 0)
        return status;
    size_t bytes = h->rows.n * sizeof(uint32_t);
    uint32_t *numbers = mem_take(a, bytes);
    status = numbers ? number_rows(s, h, numbers) : ST_NO_MEMORY;
    if (status == ST_OK)
        status = by_day_make(&h->list, a, numbers, h->rows.columns[s->plan->nkeys].i, h->rows.n,
                             keying_stop(&h->keying));
    mem_give(a, numbers, bytes);
    return status;
}

/* ---- giving them out ---- */

static void put_piece(struct segment *s, const struct piece *p, uint32_t at) {
    struct column *c = &s->batch.columns[s->plan->nkeys];
    c[0].i[at] = p->start;
    c[1].i[at] = p->stop == STILL ? 0 : p->stop;
    c[1].state[at] = p->stop == STILL ? MISSING : PRESENT;
    c[2].i[at] = p->holding;
}

static enum status gather(struct segment *s, struct held *h, uint32_t n) {
    uint32_t nkeys = s->plan->nkeys;
    for (uint32_t i = 0; i < h->rows.ncolumns; i++) {
        if (i == nkeys || i == nkeys + 1)
            continue; /* the days of the row; those of the piece are there */
        if (!column_gather(s->run->alloc, &s->batch.columns[i < nkeys ? i : i + 1], 0,
                           &h->rows.columns[i], h->index, n))
            return ST_NO_MEMORY;
    }
    s->batch.n = n;
    return ST_OK;
}

static enum status held_pull(struct segment *s) {
    struct held *h = s->state;
    uint32_t n = 0;
    enum status status = h->collected ? ST_OK : collect_rows(s, h);
    h->collected = true;
    if (status != ST_OK || !column_states(s->run->alloc, &s->batch.columns[s->plan->nkeys + 1]))
        return status == ST_OK ? ST_NO_MEMORY : status;
    while (n < BATCH_ROWS) {
        if (h->next == h->npieces) {
            h->next = h->npieces = 0;
            if (h->key == h->list.nkeys)
                break;
            if (!cut_next(s, h))
                return ST_NO_MEMORY;
            continue;
        }
        const struct piece *p = (const struct piece *)h->pieces.p + h->next++;
        h->index[n] = p->row;
        put_piece(s, p, n++);
    }
    return gather(s, h, n);
}

static void held_close(struct segment *s) {
    struct held *h = s->state;
    if (!h)
        return;
    rows_free(&h->rows);
    keying_free(&h->keying);
    by_day_free(&h->list);
    lane_free(s->run->alloc, &h->pieces);
    lane_free(s->run->alloc, &h->days);
    lane_free(s->run->alloc, &h->holding);
}

enum status held_open(struct segment *s) {
    struct held *h = ARENA_NEW(&s->run->arena, struct held);
    s->base = (struct base){held_pull, held_close};
    if (!h)
        return ST_NO_MEMORY;
    s->state = h;
    h->index = ARENA_ARRAY(&s->run->arena, uint32_t, BATCH_ROWS);
    if (!h->index)
        return ST_NO_MEMORY;
    return segment_open(s->run, s->self, s->plan->input, NULL, false, &s->input);
}
