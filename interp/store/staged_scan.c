/* Batches out of the staging. References are row numbers there already; a
 * reference into the table itself is not yet, nor has a row its own number, so
 * conditions on these are refused. */
#include "store/staged_scan.h"
#include "base/ratio.h"

struct staged_scan {
    struct row_source base; /* must stay first */
    const struct staging *staging;
    const struct plan *plan;
    struct alloc *alloc; /* of the batches */
    struct text_pool pool;
    uint32_t at;
};

static bool give_missing(struct staged_scan *scan, struct column *c, uint32_t row) {
    c->i[row] = 0;
    if (!column_states(scan->alloc, c))
        return false;
    c->state[row] = MISSING;
    return true;
}

static bool give_text(struct staged_scan *scan, const struct staged_column *from, uint32_t staged,
                      struct column *c, uint32_t row) {
    struct str text = staged_text(scan->staging, from, staged);
    if (type_storage(c->type) == STORE_PAIR)
        return ratio_parse(text, &c->i[row], &c->d[row]);
    c->t[row] = text_pool_get(&scan->pool, text);
    return c->t[row] != NULL;
}

static bool give(struct staged_scan *scan, const struct staged_column *from, uint32_t staged,
                 struct column *c, uint32_t row) {
    enum storage storage = type_storage(c->type);
    bool missing = !from->data || staged_missing(from, staged);
    if (missing && storage == STORE_TEXT) {
        c->t[row] = NULL;
        return true;
    }
    if (missing && storage == STORE_PAIR) {
        c->i[row] = c->d[row] = 0;
        return true;
    }
    if (missing)
        return give_missing(scan, c, row);
    if (c->state)
        c->state[row] = PRESENT;
    if (from->kind == TY_TEXT)
        return give_text(scan, from, staged, c, row);
    c->i[row] = staged_word(from, staged); /* a double has the same place */
    return true;
}

static enum status next(struct row_source *source, struct batch *b) {
    struct staged_scan *scan = (struct staged_scan *)source;
    const struct plan *plan = scan->plan;
    uint32_t left = scan->staging->n - scan->at;
    b->n = left < BATCH_ROWS ? left : BATCH_ROWS;
    for (uint32_t i = 0; i < plan->nscan; i++) {
        const struct staged_column *from = &scan->staging->columns[plan->scan_columns[i]];
        struct column *to = &b->columns[plan->scan_slots[i]];
        for (uint32_t row = 0; row < b->n; row++)
            if (!give(scan, from, scan->at + row, to, row))
                return ST_NO_MEMORY;
    }
    scan->at += b->n;
    return ST_OK;
}

static void close_scan(struct row_source *source) {
    struct staged_scan *scan = (struct staged_scan *)source;
    struct alloc *alloc = scan->staging->alloc;
    text_pool_free(&scan->pool);
    mem_give(alloc, scan, sizeof *scan);
}

static enum status refuse(struct store *s, const struct plan *plan, const char *what) {
    enum status status =
        store_fail(s, E0190, plan->span, "%s does not work in an import's `where` yet", what);
    store_help(s, "import all rows and leave out some where they are asked for");
    return status;
}

static enum status check_columns(struct store *s, const struct plan *plan) {
    const struct staging *g = s->staged;
    for (uint32_t i = 0; i < plan->nscan; i++) {
        uint32_t column = plan->scan_columns[i];
        if (column == TABLE_ROW_NUMBER)
            return refuse(s, plan, "what other tables say about the row");
        const struct type *type = g->t->columns[column].type;
        if (type->kind == TY_REF && g->t->columns[column].to == g->t)
            return refuse(s, plan, "a reference to the table itself");
    }
    return ST_OK;
}

enum status staged_scan(struct store *s, const struct plan *plan, const struct exec_env *env,
                        struct row_source **out) {
    enum status status = check_columns(s, plan);
    if (status != ST_OK)
        return status;
    struct staged_scan *scan = mem_zero(s->staged->alloc, sizeof *scan);
    if (!scan)
        return ST_NO_MEMORY;
    scan->base = (struct row_source){.next = next, .close = close_scan};
    scan->staging = s->staged;
    scan->plan = plan;
    scan->alloc = env->alloc;
    text_pool_init(&scan->pool, s->host.alloc);
    *out = &scan->base;
    return ST_OK;
}

/* ---- dropping rows ---- */

static void keep_true(struct import *m, const struct frame *f, uint64_t *undecided) {
    struct staging *g = &m->staging;
    const struct column *wanted = &f->columns[0];
    uint32_t kept = 0;
    for (uint32_t row = 0; row < g->n; row++) {
        bool missing = wanted->state && wanted->state[row] != PRESENT;
        *undecided += missing;
        if (!missing && wanted->i[row])
            staging_move(g, row, kept++);
    }
    g->n = kept;
}

enum status staged_filter(struct import *m, const struct import_order *order) {
    struct frame *frame = NULL;
    if (!order->where || m->staging.n == 0)
        return ST_OK;
    m->s->staged = &m->staging;
    enum status status = exec_run(order->env, order->where, &frame);
    m->s->staged = NULL;
    if (status != ST_OK)
        return status;
    assert(frame->n == m->staging.n && "a row of the relation for each row staged");
    keep_true(m, frame, &m->undecided);
    frame_drop(frame);
    return ST_OK;
}
