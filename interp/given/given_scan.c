/* Scans of given rows, and lookups among them.
 *
 * A scan's rows are chosen when it is opened: those of records that are not passed over. The
 * population has the order of the records, all others that in which a store would give them. Rows
 * of a table that others refer to have the order in which they came, as row numbers of a store do;
 * others are clustered by their key. A key column that nobody reads is not here and orders nothing.
 *
 * The source owns the list of its rows and what its tests work out. */
#include "exec/order.h"
#include "given/given.h"

struct given_scan {
    struct row_source base; /* must stay first */
    const struct given *given;
    const struct given_table *rows_of;
    const struct plan *plan;
    const struct relation *self;
    struct exec_env env;
    struct text_pool texts; /* that tests make */
    struct column condition;
    struct lane rows; /* uint32_t */
    uint32_t n, at;
};

bool given_has(const struct given *g, const struct plan *scan) {
    if (scan->base != BASE_SCAN)
        return false;
    return g->beside_store ? scan == g->population : given_table_of(g, scan->table) != NULL;
}

struct dimension given_dimension(const struct given *g, const struct table *table, int column) {
    const struct given_table *t = given_table_of(g, table);
    return (struct dimension){.column = &t->columns[column], .n = t->cap ? t->n : 0};
}

static uint32_t *rows_of(const struct given_scan *s) {
    return s->rows.p;
}

/* ---- which rows, and their order ---- */

static bool choose_rows(struct given_scan *s) {
    const struct given_table *t = s->rows_of;
    const uint32_t *records = t->records.p;
    const uint8_t *passed_over = s->given->passed_over;
    bool own_only = s->plan == s->given->population;
    uint32_t last = 0; /* the record before: its own row was the first of it */
    if (!lane_grow(s->env.alloc, &s->rows, t->n))
        return false;
    for (uint32_t row = 1; row < t->n; row++) {
        uint32_t record = records[row];
        if (record && !(passed_over && passed_over[record]) && !(own_only && record == last))
            rows_of(s)[s->n++] = row;
        last = record ? record : last;
    }
    return true;
}

/* The values of a key column in the chosen rows; what references lead to in the end. */
static bool key_values(struct given_scan *s, uint32_t key, struct column *out) {
    struct alloc *a = s->env.alloc;
    const struct given_table *t = s->rows_of;
    struct column column = {0};
    bool ok = column_prepare(a, &column, t->columns[key].type, s->n) &&
              column_gather(a, &column, 0, &t->columns[key], rows_of(s), s->n);
    while (ok && column.type->kind == TY_REF) {
        struct column values = {0};
        struct lane index = {.size = sizeof(uint32_t)};
        t = given_table_of(s->given, column.type->table);
        key = column.type->table->keys[0];
        ok = t && t->bits[key] && lane_grow(a, &index, s->n) &&
             column_prepare(a, &values, t->columns[key].type, s->n);
        for (uint32_t i = 0; ok && i < s->n; i++)
            ((uint32_t *)index.p)[i] = column.i[i] ? (uint32_t)column.i[i] : NO_ROW;
        ok = ok && column_gather(a, &values, 0, &t->columns[key], index.p, s->n);
        lane_free(a, &index);
        column_free(a, &column);
        column = values;
    }
    *out = column;
    return ok;
}

static bool rearrange(struct given_scan *s, const uint32_t *order) {
    struct lane moved = {.size = sizeof(uint32_t)};
    if (!lane_grow(s->env.alloc, &moved, s->n))
        return false;
    for (uint32_t i = 0; i < s->n; i++)
        ((uint32_t *)moved.p)[i] = rows_of(s)[order[i]];
    lane_free(s->env.alloc, &s->rows);
    s->rows = moved;
    return true;
}

static bool order_by_key(struct given_scan *s) {
    const struct table *table = s->rows_of->table;
    struct alloc *a = s->env.alloc;
    struct column columns[COUNT_OF(table->keys)] = {0};
    const struct column *keys[COUNT_OF(table->keys)];
    bool descending[COUNT_OF(table->keys)] = {0};
    struct lane order = {.size = sizeof(uint32_t)};
    uint32_t n = 0;
    bool ok = true;
    for (uint32_t i = 0; ok && i < table->nkeys; i++)
        if (s->rows_of->bits[table->keys[i]]) {
            ok = key_values(s, table->keys[i], &columns[n]);
            keys[n] = &columns[n];
            n++;
        }
    ok = ok && lane_grow(a, &order, s->n) && order_rows(a, keys, descending, n, s->n, order.p) &&
         rearrange(s, order.p);
    lane_free(a, &order);
    for (uint32_t i = 0; i < n; i++)
        column_free(a, &columns[i]);
    return ok;
}

/* ---- batches ---- */

/* The number of a row as the rest of the plan knows it. */
static int64_t meant_row(const struct given_scan *s, const struct given_table *t, uint32_t row) {
    return s->given->beside_store ? ((const int64_t *)t->meant.p)[row] : row;
}

static bool fill_column(struct given_scan *s, uint32_t i, struct batch *b, uint32_t n) {
    const uint32_t *rows = rows_of(s) + s->at;
    uint32_t column = s->plan->scan_columns[i];
    struct column *out = &b->columns[s->plan->scan_slots[i]];
    if (column == TABLE_ROW_NUMBER) {
        for (uint32_t k = 0; k < n; k++)
            out->i[k] = meant_row(s, s->rows_of, rows[k]);
        return true;
    }
    if (column == TABLE_RECORD) {
        for (uint32_t k = 0; k < n; k++)
            out->i[k] = ((const uint32_t *)s->rows_of->records.p)[rows[k]];
        return true;
    }
    if (!column_gather(s->env.alloc, out, 0, &s->rows_of->columns[column], rows, n))
        return false;
    const struct given_table *to = s->given->beside_store && out->type->kind == TY_REF
                                       ? given_table_of(s->given, out->type->table)
                                       : NULL;
    for (uint32_t k = 0; to && k < n; k++)
        out->i[k] = out->i[k] ? meant_row(s, to, (uint32_t)out->i[k]) : 0;
    return true;
}

static enum status judge(struct given_scan *s, const struct expr *e, const struct batch *b,
                         const struct column **out) {
    if (e->is_slot) {
        *out = &b->columns[e->inputs[0]->slot];
        return ST_OK;
    }
    *out = &s->condition;
    if (!column_prepare(s->env.alloc, &s->condition, e->type, BATCH_ROWS))
        return ST_NO_MEMORY;
    if (s->condition.state)
        memset(s->condition.state, PRESENT, BATCH_ROWS);
    return s->env.eval(s->env.user, e, s->self, b, &s->texts, &s->condition);
}

static bool keep(struct given_scan *s, struct batch *b, const uint32_t *rows, uint32_t n) {
    for (uint32_t i = 0; i < s->plan->nscan && n < b->n; i++) {
        struct column *c = &b->columns[s->plan->scan_slots[i]];
        if (!column_gather(s->env.alloc, c, 0, c, rows, n))
            return false;
    }
    b->n = n;
    return true;
}

static enum status apply_tests(struct given_scan *s, struct batch *b) {
    uint32_t rows[BATCH_ROWS];
    enum status status = ST_OK;
    for (uint32_t test = 0; test < s->plan->ntests && b->n > 0 && status == ST_OK; test++) {
        const struct column *c;
        uint32_t n = 0;
        status = judge(s, s->plan->tests[test].expr, b, &c);
        for (uint32_t i = 0; i < b->n && status == ST_OK; i++) {
            rows[n] = i;
            n += column_state(c, i) == PRESENT && c->i[i] != 0;
        }
        if (status == ST_OK && !keep(s, b, rows, n))
            status = ST_NO_MEMORY;
    }
    return status;
}

static enum status next(struct row_source *source, struct batch *b) {
    struct given_scan *s = (struct given_scan *)source;
    enum status status = ST_OK;
    b->n = 0;
    while (b->n == 0 && s->at < s->n && status == ST_OK) {
        uint32_t n = s->n - s->at < BATCH_ROWS ? s->n - s->at : BATCH_ROWS;
        for (uint32_t i = 0; i < s->plan->nscan; i++)
            if (!fill_column(s, i, b, n))
                return ST_NO_MEMORY;
        s->at += n;
        b->n = n;
        status = apply_tests(s, b);
    }
    return status;
}

static void close_scan(struct row_source *source) {
    struct given_scan *s = (struct given_scan *)source;
    struct alloc *a = s->env.alloc;
    lane_free(a, &s->rows);
    if (s->condition.type)
        column_free(a, &s->condition);
    text_pool_free(&s->texts);
    mem_give(a, s, sizeof *s);
}

enum status given_scan(const struct given *g, const struct plan *scan, const struct exec_env *env,
                       const struct relation *self, struct row_source **out) {
    struct given_scan *s = mem_zero(env->alloc, sizeof *s);
    if (!s)
        return ST_NO_MEMORY;
    s->base = (struct row_source){.next = next, .close = close_scan};
    s->given = g;
    s->rows_of = given_table_of(g, scan->table);
    s->plan = scan;
    s->self = self;
    s->env = *env;
    s->rows.size = sizeof(uint32_t);
    text_pool_init(&s->texts, env->alloc);
    bool ordered = scan != g->population && (scan->in_key_order || !table_is_entity(scan->table));
    if (!choose_rows(s) || (ordered && s->n > 1 && !order_by_key(s))) {
        close_scan(&s->base);
        return ST_NO_MEMORY;
    }
    *out = &s->base;
    return ST_OK;
}
