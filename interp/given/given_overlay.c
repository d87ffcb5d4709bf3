/* See given_overlay.h.
 *
 * A scan reads the store's rows, leaves out the one that the record stands for, and ends with the
 * record's own. A column is copied once for a record. */
#include "given/given_overlay.h"

/* ---- what a plan sees ---- */

static bool is_of(const struct plan *p, const struct table *table) {
    return p->base == BASE_SCAN && !p->as_stored && (p->table == table || p->table->owner == table);
}

/* `order`: only scans whose order counts. */
static bool sees(const struct plan *p, const struct plan *own, const struct table *table,
                 bool order) {
    if (!p)
        return false;
    if (p != own && is_of(p, table) && (!order || p->in_key_order))
        return true;
    for (uint32_t i = 0; i < p->nsteps; i++) {
        const struct step *s = p->steps[i];
        if ((!order && s->kind == STEP_LOOKUP && s->table == table) ||
            sees(s->leg, own, table, order))
            return true;
    }
    for (uint32_t i = 0; i < p->nextents; i++)
        if (sees(p->extents[i], own, table, order))
            return true;
    return sees(p->input, own, table, order) || sees(p->right, own, table, order);
}

bool given_sees(const struct plan *plan, const struct table *table) {
    return sees(plan, given_population(plan), table, false);
}

bool given_sees_order(const struct plan *plan, const struct table *table) {
    return sees(plan, given_population(plan), table, true);
}

/* ---- which record ---- */

void given_put_in(struct given *g, uint32_t record) {
    g->put_in = record;
}

static void drop_columns(struct given *g) {
    const struct given_table *t = g->tables.at[0];
    for (uint32_t i = 0; g->copies && i < t->table->n; i++) {
        if (g->copies[i].type)
            column_free(g->alloc, &g->copies[i]);
        g->copies[i] = (struct column){.type = NULL};
    }
}

void given_take_out(struct given *g) {
    drop_columns(g);
    g->put_in = 0;
}

/* ---- scans ---- */

struct overlay_scan {
    struct row_source base; /* must stay first */
    struct given *given;
    const struct plan *plan;
    struct alloc *alloc;
    struct row_source *stored, *own; /* `stored` NULL: read to its end */
    uint32_t row;                    /* of the record */
};

bool given_overlays(const struct given *g, const struct plan *scan) {
    return g->put_in && scan != g->population && is_of(scan, g->tables.at[0]->table);
}

/* The number in the store of the row that a reference of the record leads to, or the word. */
static int64_t stored_word(const struct given *g, const struct column *c, uint32_t row) {
    const struct given_table *to =
        c->type->kind == TY_REF ? given_table_of(g, c->type->table) : NULL;
    return to && c->i[row] ? ((const int64_t *)to->meant.p)[c->i[row]] : c->i[row];
}

static bool same_value(const struct overlay_scan *s, const struct column *stored, uint32_t at,
                       uint32_t column) {
    const struct column *c = &s->given->tables.at[0]->columns[column];
    if (column_state(stored, at) != PRESENT || column_state(c, s->row) != PRESENT)
        return false;
    if (type_storage(c->type) == STORE_TEXT)
        return str_eq(text_str(stored->t[at]), text_str(c->t[s->row]));
    return stored->i[at] == stored_word(s->given, c, s->row);
}

/* Whether a stored row, or that of an item, is the one that the record stands for: by its number,
 * or by all columns of its key. */
static bool is_own(const struct overlay_scan *s, const struct batch *b, uint32_t at) {
    const struct table *table = s->given->tables.at[0]->table;
    bool items = s->plan->table->owner == table;
    for (uint32_t i = 0; i < s->plan->nscan; i++) {
        uint32_t column = s->plan->scan_columns[i];
        const struct column *c = &b->columns[s->plan->scan_slots[i]];
        if (table_is_entity(table)) {
            if (column == (items ? 0 : TABLE_ROW_NUMBER))
                return c->i[at] == ((const int64_t *)s->given->tables.at[0]->meant.p)[s->row];
            continue;
        }
        if (items && column >= table->nkeys)
            continue;
        uint32_t key = items ? table->keys[column] : column;
        if ((items || (key < table->n && table->columns[key].is_key)) && !same_value(s, c, at, key))
            return false;
    }
    return true;
}

static bool leave_out(struct overlay_scan *s, struct batch *b) {
    uint32_t rows[BATCH_ROWS], n = 0;
    for (uint32_t i = 0; i < b->n; i++)
        if (!is_own(s, b, i))
            rows[n++] = i;
    for (uint32_t i = 0; i < s->plan->nscan && n < b->n; i++) {
        struct column *c = &b->columns[s->plan->scan_slots[i]];
        if (!column_gather(s->alloc, c, 0, c, rows, n))
            return false;
    }
    b->n = n;
    return true;
}

static enum status next(struct row_source *source, struct batch *b) {
    struct overlay_scan *s = (struct overlay_scan *)source;
    struct coding **codings = b->codings;
    bool lazy = b->lazy;
    enum status status = ST_OK;
    b->n = 0;
    b->codings = NULL; /* rows that are left out would be in them */
    b->lazy = false;
    while (s->stored && b->n == 0 && status == ST_OK) {
        status = s->stored->next(s->stored, b);
        if (status == ST_OK && b->n == 0) {
            s->stored->close(s->stored);
            s->stored = NULL;
        } else if (status == ST_OK && !leave_out(s, b)) {
            status = ST_NO_MEMORY;
        }
    }
    b->codings = codings;
    b->lazy = lazy;
    return status == ST_OK && b->n == 0 ? s->own->next(s->own, b) : status;
}

static void close_scan(struct row_source *source) {
    struct overlay_scan *s = (struct overlay_scan *)source;
    if (s->stored)
        s->stored->close(s->stored);
    if (s->own)
        s->own->close(s->own);
    mem_give(s->alloc, s, sizeof *s);
}

enum status given_overlay_scan(struct given *g, const struct plan *scan, const struct exec_env *env,
                               const struct relation *self, struct row_source *stored,
                               struct row_source **out) {
    struct overlay_scan *s = mem_zero(env->alloc, sizeof *s);
    if (!s) {
        stored->close(stored);
        return ST_NO_MEMORY;
    }
    *s = (struct overlay_scan){.base = {.next = next, .close = close_scan},
                               .given = g,
                               .plan = scan,
                               .alloc = env->alloc,
                               .stored = stored,
                               .row = given_rows_of(g->tables.at[0], g, g->put_in).first};
    enum status status = given_scan(g, scan, env, self, &s->own);
    if (status == ST_OK)
        *out = &s->base;
    else
        close_scan(&s->base);
    return status;
}

/* ---- lookups ---- */

static bool copy_column(struct given *g, struct column *copy, const struct dimension *d,
                        uint32_t n) {
    struct alloc *a = g->alloc;
    *copy = (struct column){.type = d->column->type};
    if (!column_prepare(a, copy, d->column->type, n) ||
        (d->n && !column_append(a, copy, 0, d->column, 0, d->n)))
        return false;
    for (uint32_t i = d->n; i < n; i++)
        if (!column_set_missing(a, copy, i))
            return false;
    return true;
}

enum status given_overlay_dimension(struct given *g, const struct table *table, int column,
                                    struct dimension *io) {
    const struct given_table *t = g->tables.at[0];
    if (!g->put_in || table != t->table || column < 0 || !g->copies)
        return ST_OK;
    uint32_t row = given_rows_of(t, g, g->put_in).first;
    int64_t number = ((const int64_t *)t->meant.p)[row];
    uint8_t bit = t->bits[column];
    struct column *copy = &g->copies[column];
    const struct column *own = &t->columns[column];
    if (!number || !bit || !given_was_given(t, row, bit) || number >= UINT32_MAX)
        return ST_OK;
    uint32_t n = (uint32_t)number < io->n ? io->n : (uint32_t)number + 1;
    if (!copy->type) {
        if (!copy_column(g, copy, io, n) ||
            !column_copy(g->alloc, copy, (uint32_t)number, own, row))
            return ST_NO_MEMORY;
        if (own->type->kind == TY_REF)
            copy->i[number] = stored_word(g, own, row);
    }
    io->column = copy;
    io->n = n;
    return ST_OK;
}
