/* Imports: what they know before the first row is read, and their unit.
 *
 * The whole import is one unit: rejects, rows and the log are written in one
 * transaction, so any failure leaves the store as it was. */
#include "store/import.h"
#include "store/headers.h"
#include "store/items.h"
#include "store/spill.h"
#include "store/ties.h"

/* ---- parents ---- */

static struct parent *parent_of(const struct import *m, const struct table *t) {
    for (uint32_t i = 0; i < m->nparents; i++) {
        if (m->parents[i].t == t)
            return &m->parents[i];
    }
    return NULL;
}

static enum status load_parent(struct import *m, const struct table *t) {
    if (parent_of(m, t))
        return ST_OK;
    struct parent *p = &m->parents[m->nparents++];
    p->t = t;
    return keymap_load(m->s, m->span, t, true, &p->keys);
}

static const struct table_column *own_key(const struct import *m) {
    return &m->t->columns[m->t->keys[0]];
}

/* A reference into the table itself is staged as its key, because the row it
 * means may come later in the file. */
static bool is_self(const struct import *m, const struct table_column *c) {
    return c->type->kind == TY_REF && c->to == m->t;
}

const struct keymap *import_keys_of(const struct import *m, const struct table *t) {
    return &parent_of(m, t)->keys;
}

enum status import_load_parents(struct import *m) {
    m->parents = mem_zero(m->s->host.alloc, (table_width(m->t) + 1) * sizeof *m->parents);
    if (!m->parents)
        return ST_NO_MEMORY;
    for (uint32_t i = 0; i < table_width(m->t); i++) {
        struct staged_column *staged = &m->staging.columns[i];
        const struct table_column *c = staged->column;
        if (is_self(m, c)) {
            staged->kind = own_key(m)->type->kind;
            c = own_key(m);
        }
        if (c->item)
            c = c->item;
        if (staged->field < 0 || c->type->kind != TY_REF)
            continue;
        enum status status = load_parent(m, c->to);
        if (status != ST_OK)
            return status;
    }
    return ST_OK;
}

static void free_parents(struct import *m) {
    for (uint32_t i = 0; i < m->nparents; i++)
        keymap_free(&m->parents[i].keys);
    mem_give(m->s->host.alloc, m->parents, (table_width(m->t) + 1) * sizeof *m->parents);
}

/* ---- what parts share ---- */

void import_dangling(struct buf *reason, const struct table_column *c, struct str text) {
    buf_printf(reason, "no %.*s ", STR_ARG(c->to->name));
    put_shown(reason, text);
}

static struct str cell_key(const struct cell *cell, enum type_kind kind) {
    return kind == TY_TEXT ? cell->text : keymap_word(&cell->i);
}

bool import_find_row(const struct import *m, const struct table_column *c, struct cell *cell) {
    const struct table_column *through = is_self(m, c) ? own_key(m) : c;
    if (through->type->kind != TY_REF)
        return true;
    int64_t id = 0;
    enum type_kind kind = plain_type(c)->kind;
    bool found = keymap_find(import_keys_of(m, through->to), cell_key(cell, kind), &id);
    cell->i = id;
    return found;
}

enum status import_reject_line(struct import *m, uint64_t line, const char *reason) {
    buf_clear(&m->reason);
    buf_text(&m->reason, reason);
    return rejects_add(&m->rejects, line, STR_NONE, STR_NONE, &m->reason);
}

enum status import_reject(struct import *m, uint32_t row, const char *reason) {
    return import_reject_line(m, m->staging.line[row], reason);
}

/* ---- the whole ---- */

static enum status match_headers(struct import *m) {
    int *fields = mem_take(m->s->host.alloc, (table_width(m->t) + 1) * sizeof *fields);
    if (!fields)
        return ST_NO_MEMORY;
    enum status status = headers_match(m->s, m->span, m->t, &m->records, fields);
    for (uint32_t i = 0; status == ST_OK && i < table_width(m->t); i++)
        m->staging.columns[i].field = fields[i];
    for (uint32_t i = 0; i < m->t->n; i++)
        if (m->t->columns[i].why)
            m->staging.columns[m->t->columns[i].why].field = fields[i];
    m->nheader = m->records.nfields;
    mem_give(m->s->host.alloc, fields, (table_width(m->t) + 1) * sizeof *fields);
    return status;
}

/* What happens inside the unit. */
static enum status import_rows(struct import *m, const struct import_order *order) {
    static const char *const modes[] = {"update", "append", "replace"};
    enum status status = store_ensure(m->s, m->t);
    if (status == ST_OK)
        status = rejects_open(&m->rejects, m->s, m->span, m->t, m->file);
    if (status == ST_OK)
        status = import_load_parents(m);
    if (status == ST_OK)
        status = ties_load(m);
    if (status == ST_OK)
        status = import_find_own(m);
    if (status == ST_OK)
        status = import_read(m, order);
    if (status == ST_OK)
        status = import_write(m, order);
    if (status == ST_OK)
        status = ties_check_stored(m);
    if (status == ST_OK)
        status = log_import(&m->rejects, modes[m->mode], m->rows, m->stored);
    sqlite3_finalize(m->rejects.insert);
    m->rejects.insert = NULL;
    return status;
}

void import_put_first(const struct import *m, struct buf *out) {
    const struct rejects *r = &m->rejects;
    if (r->first_has_place)
        buf_printf(out, "%.*s:", STR_ARG(m->records.file.path));
    else
        buf_printf(out, "%.*s:%llu: ", STR_ARG(m->file), (unsigned long long)r->first_line);
    buf_str(out, buf_view(&r->first));
}

static enum status tell_result(struct import *m, struct arena *arena, struct import_result *out) {
    *out = (struct import_result){
        .rows = m->rows, .stored = m->stored, .rejected = m->rejects.n, .undecided = m->undecided};
    if (!m->rejects.n)
        return ST_OK;
    jmp_buf *escape = arena->escape;
    arena->escape = NULL; /* it would jump over what has to be freed */
    struct buf first;
    buf_init(&first, m->s->host.alloc);
    import_put_first(m, &first);
    out->first_reject = first.failed ? STR_NONE : arena_str(arena, buf_view(&first));
    buf_free(&first);
    arena->escape = escape;
    return out->first_reject.p ? ST_OK : ST_NO_MEMORY;
}

static enum status run(struct import *m, struct arena *arena, const struct import_order *order,
                       struct import_result *out) {
    struct unit unit;
    struct record_file file = {.span = m->span,
                               .path = m->file,
                               .table = order->table,
                               .into = m->t->name,
                               .handed = order->handed};
    buf_printf(&m->what, "importing %.*s", STR_ARG(m->t->name));
    enum status status = m->what.failed ? ST_NO_MEMORY : ST_OK;
    if (status == ST_OK)
        status = records_open(&m->records, m->s, &file);
    m->file = buf_view(&m->records.label);
    if (status == ST_OK)
        status = match_headers(m);
    if (status == ST_OK)
        status = unit_begin(m->s, m->span, &unit);
    if (status != ST_OK)
        return status;
    status = import_rows(m, order);
    if (status == ST_OK)
        status = tell_result(m, arena, out);
    return unit_end(m->s, m->span, &unit, status);
}

/* ---- making and freeing one ---- */

enum status import_may_fill(struct store *s, struct span span, const struct table *t) {
    enum status status = store_may_write(s, span);
    if (status == ST_OK && t->built_in)
        status = store_fail(s, E0510, span, "`%.*s` is kept by the store itself", STR_ARG(t->name));
    return status;
}

struct import *import_new(struct store *s, const struct table *t, enum import_mode mode,
                          struct span span, struct str file) {
    struct import *m = mem_zero(s->host.alloc, sizeof *m);
    if (!m)
        return NULL;
    *m = (struct import){.s = s, .span = span, .t = t, .mode = mode, .file = file};
    m->threads = 1;
    records_none(&m->records, s);
    m->rejects.first.alloc = s->host.alloc;
    buf_init(&m->what, s->host.alloc);
    buf_init(&m->reason, s->host.alloc);
    buf_init(&m->list, s->host.alloc);
    buf_init(&m->key, s->host.alloc);
    keymap_init(&m->own, s->host.alloc);
    m->spill = mem_take(s->host.alloc, sizeof *m->spill);
    if (m->spill)
        spill_init(m->spill, s->host.alloc);
    if (staging_init(&m->staging, s->host.alloc, t) && m->spill)
        return m;
    import_free(m);
    return NULL;
}

void import_free(struct import *m) {
    struct alloc *alloc = m->s->host.alloc;
    records_close(&m->records);
    staging_free(&m->staging);
    if (m->spill)
        spill_free(m->spill);
    mem_give(alloc, m->spill, sizeof *m->spill);
    free_parents(m);
    ties_free(m);
    keymap_free(&m->own);
    rejects_close(&m->rejects);
    buf_free(&m->reason);
    buf_free(&m->list);
    buf_free(&m->key);
    buf_free(&m->what);
    mem_give(alloc, m, sizeof *m);
}

enum status store_import(struct store *s, struct arena *arena, const struct table *t,
                         const struct import_order *order, struct import_result *out) {
    *out = (struct import_result){.rows = 0};
    enum status status = import_may_fill(s, order->span, t);
    if (status != ST_OK)
        return status;
    struct import *m = import_new(s, t, order->mode, order->span, order->path);
    if (!m)
        return ST_NO_MEMORY;
    m->threads = m->staging.threads = order->threads ? order->threads : 1;
    status = run(m, arena, order, out);
    import_free(m);
    return status;
}
