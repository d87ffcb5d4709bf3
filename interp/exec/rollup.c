/* Keeping results: a list by last use, which is short, as each result is of a
 * whole question. Without memory nothing is kept and nothing fails. */
#include "exec/rollup.h"

void rollups_init(struct rollups *r, struct alloc *alloc, size_t limit) {
    *r = (struct rollups){.alloc = alloc, .limit = limit};
}

static void destroy(struct rollups *r, struct rollup *u) {
    struct column *columns = u->rows.columns;
    uint32_t n = u->rows.ncolumns;
    rows_free(&u->rows);
    mem_give(r->alloc, columns, n * sizeof *columns);
    mem_give(r->alloc, (void *)(uintptr_t)u->key.p, u->key.n);
    text_pool_free(&u->pool);
    mem_give(r->alloc, u, sizeof *u);
}

/* Takes the one at *place out of the list. */
static void drop(struct rollups *r, struct rollup **place) {
    struct rollup *u = *place;
    *place = u->next;
    r->used -= u->size;
    if (u->holders == 0) {
        destroy(r, u);
        return;
    }
    u->next = r->dropped;
    r->dropped = u;
}

static void drop_all(struct rollups *r) {
    while (r->first)
        drop(r, &r->first);
}

void rollups_free(struct rollups *r) {
    drop_all(r);
    assert(!r->dropped);
}

void rollups_at(struct rollups *r, uint64_t revision) {
    if (r->revision != revision)
        drop_all(r);
    r->revision = revision;
}

static void put_first(struct rollups *r, struct rollup *u) {
    u->next = r->first;
    r->first = u;
}

struct rollup *rollup_find(struct rollups *r, struct str key) {
    struct rollup **place = &r->first;
    while (*place && !str_eq((*place)->key, key))
        place = &(*place)->next;
    struct rollup *u = *place;
    if (!u)
        return NULL;
    *place = u->next;
    put_first(r, u);
    u->holders++;
    r->found++;
    return u;
}

void rollup_release(struct rollups *r, struct rollup *held) {
    if (--held->holders > 0)
        return;
    for (struct rollup **place = &r->dropped; *place; place = &(*place)->next)
        if (*place == held) {
            *place = held->next;
            destroy(r, held);
            return;
        }
}

/* ---- keeping ---- */

static size_t size_of(const struct rows *rows) {
    size_t size = 0;
    for (uint32_t i = 0; i < rows->ncolumns; i++) {
        const struct column *c = &rows->columns[i];
        size_t each = sizeof *c->i + (c->d ? sizeof *c->d : 0) + (c->state != NULL);
        size += each * c->cap;
        for (uint32_t k = 0; type_storage(c->type) == STORE_TEXT && k < rows->n; k++)
            size += c->t[k] ? sizeof(struct text) + text_str(c->t[k]).n : 0;
    }
    return size;
}

/* The column with texts of the roll-up's own; other columns stay what they are. */
static bool own_column(struct rollup *u, struct alloc *a, const struct column *c, uint32_t n,
                       struct column *out) {
    *out = *c;
    if (type_storage(c->type) != STORE_TEXT || c->cap == 0)
        return true;
    out->t = mem_zero(a, c->cap * sizeof *out->t);
    for (uint32_t k = 0; out->t && k < n; k++)
        if (c->t[k] && !(out->t[k] = text_pool_get(&u->pool, text_str(c->t[k]))))
            return false;
    return out->t != NULL;
}

/* Gives back the columns of texts: the copies if `copies`, else those that were copied. */
static void free_texts(struct alloc *a, const struct rows *rows, const struct column *copies) {
    for (uint32_t i = 0; i < rows->ncolumns; i++) {
        const struct column *c = copies ? &copies[i] : &rows->columns[i];
        if (c->type && type_storage(c->type) == STORE_TEXT && c->cap > 0)
            mem_give(a, c->t, c->cap * sizeof *c->t);
    }
}

/* All that is needed but the memory of the other columns; NULL: no memory. */
static struct rollup *make(struct rollups *r, struct str key, const struct rows *rows) {
    struct rollup *u = mem_zero(r->alloc, sizeof *u);
    if (!u)
        return NULL;
    text_pool_init(&u->pool, r->alloc);
    char *copy = mem_take(r->alloc, key.n);
    struct column *columns = mem_zero(r->alloc, rows->ncolumns * sizeof *columns);
    bool ok = copy && columns;
    for (uint32_t i = 0; i < rows->ncolumns && ok; i++)
        ok = own_column(u, r->alloc, &rows->columns[i], rows->n, &columns[i]);
    if (ok) {
        memcpy(copy, key.p, key.n);
        u->key = (struct str){copy, key.n};
        u->rows = (struct rows){rows->alloc, columns, rows->ncolumns, rows->n};
        return u;
    }
    if (columns)
        free_texts(r->alloc, rows, columns);
    mem_give(r->alloc, copy, key.n);
    mem_give(r->alloc, columns, rows->ncolumns * sizeof *columns);
    text_pool_free(&u->pool);
    mem_give(r->alloc, u, sizeof *u);
    return NULL;
}

struct rollup *rollup_keep(struct rollups *r, struct str key, struct rows *rows,
                           const struct unsure *unsure) {
    size_t size = sizeof(struct rollup) + key.n + size_of(rows);
    if (size > r->limit / 2 || rows->alloc != r->alloc || rows->ncolumns == 0)
        return NULL;
    while (r->used + size > r->limit) {
        struct rollup **last = &r->first;
        while ((*last)->next)
            last = &(*last)->next;
        drop(r, last);
    }
    struct rollup *u = make(r, key, rows);
    if (!u)
        return NULL;
    free_texts(r->alloc, rows, NULL);
    u->unsure = *unsure;
    u->size = size;
    u->holders = 1;
    r->used += size;
    put_first(r, u);
    for (uint32_t i = 0; i < rows->ncolumns; i++)
        rows->columns[i] = (struct column){.type = rows->columns[i].type};
    rows->n = 0;
    return u;
}
